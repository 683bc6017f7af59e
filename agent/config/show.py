"""The resolved configuration as TOML, for a person to read: every default filled in, every secret masked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agent.config.model import Config

MASK = "********"


def show(config: Config) -> str:
    """TOML text of the whole configuration, in the file's own order; files that hold secrets are shown as a mask."""
    return "\n".join(lines(config)) + "\n"


def lines(config: Config) -> Iterator[str]:
    s, m, k = config.station, config.mqtt, config.kiosk
    yield from table("[station]", id=s.id, name=s.name, fuels=s.fuels, timezone=s.zone.key, data=s.data)
    tls = {key: path for key in ("ca", "cert", "key") if m.tls and (path := getattr(m.tls, key))}
    if "key" in tls:
        tls["key"] = MASK
    yield from table(
        "[mqtt]", host=m.host, port=m.port, version=m.version, tls=tls if m.tls else None, username=m.username,
        password=MASK if m.password_file else None, root=m.root,
    )  # fmt: skip
    yield from table(
        "[kiosk]",
        listen=f"{k.host}:{k.port}",
        languages=k.languages,
        hotline=k.hotline or None,
        reasons=k.reasons or None,
    )
    yield from table("[store]", retention_days=config.retention_days)
    yield from table("[keys]", station=MASK if config.keys.station else None, head_office=config.keys.head_office)
    for login in config.logins:
        p = login.person
        yield from table("[[person]]", id=p.id, name=p.name, role=p.role, pin=MASK if login.pin_file else None)
    for n in config.nozzles:
        yield from table("[[nozzle]]", name=n.name, device=n.device, fuel=n.fuel)
    for heading, pins in (("[[input]]", config.inputs), ("[[output]]", config.outputs)):
        for pin in pins:
            yield from table(heading, name=pin.name, pin=pin.pin, active_high=pin.active_high)
    for b in config.buses:
        tcp = b.link == "tcp"
        yield from table(
            "[[bus]]", name=b.name, link=b.link, host=b.host or None, port=int(b.port) if tcp else b.port,
            serial=b.serial or None, timeout=b.timeout,
        )  # fmt: skip
    for d in config.devices:
        yield from table(
            "[[device]]", name=d.name, model=d.map.key, map=f"{d.map.path} ({d.map.digest})", bus=d.bus,
            address=d.address, label=d.label, every=d.every,
        )  # fmt: skip
    for r in config.rules:
        limit = None if not r.point else f"{r.limit:g} {r.unit}"
        yield from table(
            "[[rule]]", alarm=r.id, kind=r.kind, point=r.point or None, limit=limit, severity=r.severity, text=r.text
        )
    yield from table("[digests]", **config.digests)


def table(heading: str, **content: Any) -> Iterator[str]:
    yield heading
    yield from (f"{key} = {value(v)}" for key, v in content.items() if v is not None)
    yield ""


def value(v: Any) -> str:
    """One value as TOML."""
    match v:
        case bool():
            return "true" if v else "false"
        case int() | float():
            return f"{v:g}" if isinstance(v, float) else str(v)
        case Mapping():
            return "{ " + ", ".join(f"{key} = {value(inner)}" for key, inner in v.items()) + " }"
        case tuple() | list():
            return "[" + ", ".join(value(inner) for inner in v) + "]"
        case str() | Path():
            return json.dumps(str(v), ensure_ascii=False)
    raise TypeError(f"{v!r} has no TOML form")
