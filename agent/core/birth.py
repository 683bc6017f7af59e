"""The birth certificate: everything a subscriber needs to read the station's other messages without asking anybody."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from agent.core.messages.schema import UP
from agent.core.model import Body, Standing
from agent.core.setup import Setup
from drivers.model import Device, Instant, Point


def certify(setup: Setup, settings: Mapping[str, Mapping[str, str]], now: Instant) -> list[Standing]:
    """`birth` and `config/reported`: devices, points, units, models, versions and the digests of what is in force."""
    birth: Body = {
        "station": setup.station, "name": setup.name, "fuels": list(setup.fuels), "timezone": setup.zone.key,
        "software": setup.version, "schemas": list(UP), "digests": setup.digests,
        "devices": [describe(d, settings.get(d.name, {})) for d in setup.devices.values()],
        "nozzles": [{"name": n.name, "device": n.device, "fuel": n.fuel} for n in setup.nozzles],
        "rules": [{"alarm": r.id, "severity": r.severity, "text": r.text} for r in setup.rules],
    }  # fmt: skip
    if setup.public:
        birth["keys"] = {"station": b64encode(setup.public).decode()}
    reported: Body = {"software": setup.version, "digests": setup.digests}
    return [Standing("birth", "_", birth, now), Standing("config", "reported", reported, now)]


def describe(device: Device, settings: Mapping[str, str]) -> Body:
    model = device.map
    said: Body = {
        "name": device.name, "label": device.label, "kind": model.kind, "model": model.key, "title": model.title,
        "confidence": model.confidence, "map": model.digest, "every": device.every,
        "points": [row(p, settings) for p in model.points],
    }  # fmt: skip
    if model.settings:
        said["settings"] = {s.name: settings.get(s.name) for s in model.settings}
    return said


def row(point: Point, settings: Mapping[str, str]) -> Body:
    """A point's name, unit (null while the device has not told it) and role."""
    unit = settings.get(point.unit[1:]) if point.unit.startswith("@") else point.unit
    said: Body = {"name": point.name, "unit": unit}
    if point.role:
        said["role"] = point.role
    if point.modulus is not None:
        said["modulus"] = point.modulus
    if point.title:
        said["title"] = point.title
    return said
