"""The device models: a list, or one model's points, units, roles and source."""

from __future__ import annotations

import argparse
import json
from typing import Any

from agent.commands.model_map import read_or_tell
from drivers.bus.plan import plan_points
from drivers.maps import catalog, mapfile
from drivers.model import DeviceMap, Point, Setting

SUMMARY = "the device models; one model's points, units, source"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", nargs="?", metavar="MODEL", help="a built-in model, or a path to a map")
    parser.add_argument("--json", action="store_true", help="for a machine")


def run(args: argparse.Namespace) -> int:
    if args.model is None:
        return list_models(args.json)
    device_map, code = read_or_tell(args.model)
    if device_map is None:
        return code
    print(json.dumps(describe(device_map), ensure_ascii=False) if args.json else page(device_map))
    return 0


def list_models(as_json: bool) -> int:
    known = [mapfile.load_map(path)[0] for path in catalog.models().values()]
    if as_json:
        print(json.dumps([describe(m) for m in known], ensure_ascii=False))
        return 0
    for m in known:
        print(f"{m.key:20} {m.kind:10} {m.protocol:12} {m.confidence:12} {m.title}")
    return 0


def describe(m: DeviceMap) -> dict[str, Any]:
    points = [
        {"name": p.name, "address": p.code or p.address, "type": type_of(p), "unit": p.unit, "role": p.role}
        for p in m.points
    ]
    settings = [{"name": s.name, "address": s.address, "type": s.type} for s in m.settings]
    return {
        "key": m.key, "title": m.title, "kind": m.kind, "protocol": m.protocol, "source": m.source,
        "confidence": m.confidence, "order": m.order, "points": points, "settings": settings, "proofs": len(m.vectors),
    }  # fmt: skip


def type_of(point: Point) -> str:
    """A point's type; of one told in parts, theirs: `s32 + f32`."""
    return " + ".join(part.type for part in point.parts) or point.type


def told(setting: Setting) -> str:
    return f"list of {setting.length}" if setting.length else f"{len(setting.codes)} codes"


def page(m: DeviceMap) -> str:
    how = f"protocol: {m.protocol}" if m.coded else f"order: {m.order}"
    rows = [
        f"{m.key}: {m.title}",
        f"source: {m.source}",
        f"confidence: {m.confidence}    {how}    proofs: {len(m.vectors)}",
    ]
    if m.coded:
        rows += ["", f"{'point':20} {'code':20} {'type':10} {'unit':16} role"]
        return "\n".join(rows + [f"{p.name:20} {p.code:20} {p.type:10} {p.unit:16} {p.role}" for p in m.points])
    rows += [f"requests a poll: {len(plan_points(m))}", "", f"{'point':20} {'address':>9} {'type':10} {'unit':16} role"]
    rows += [f"{p.name:20} {p.address:#06x} {'':2} {type_of(p):10} {p.unit:16} {p.role}" for p in m.points]
    if m.settings:
        rows += ["", "read from the device before anything is believed:"]
        rows += [f"{s.name:20} {s.address:#06x} {'':2} {s.type:10} {told(s)}" for s in m.settings]
    return "\n".join(rows)
