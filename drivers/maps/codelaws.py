"""The laws of a map of codes: what its rows must mean together before a frame is believed with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from drivers.maps.frames import frame_readings
from drivers.maps.maplaws import STATES, Breach
from drivers.maps.proof import EXPECTED, FORM, judge_proofs
from drivers.model import DeviceMap, Point, Vector
from drivers.table import Source, Where


def judge(device_map: DeviceMap, source: Source) -> None:
    """Tell `source` of every broken law; if there is none, and nothing else is wrong, of every proof that fails."""
    if not device_map.points:
        source.problem((), "the map has no points", "[[point]] tables")
    for index, point in enumerate(device_map.points):
        for breach in point_laws(point, device_map.points[:index]):
            source.problem(("point", index, breach.key), breach.wrong, breach.allowed)
    for index, vector in enumerate(device_map.vectors):
        for where, wrong, allowed in vector_laws(vector, device_map):
            source.problem(("vector", index, *where), wrong, allowed)
    if source.problems:
        return
    judge_proofs(device_map, source)
    advise(device_map, source)


def point_laws(point: Point, before: Sequence[Point]) -> Iterator[Breach]:
    for key, mine, others in (
        ("name", point.name, [p.name for p in before]),
        ("code", point.code, [p.code for p in before]),
    ):
        if mine and mine in others:
            yield Breach(key, f"{mine!r} is there twice", f"a {key} of its own")
    if point.unit.startswith("@"):
        yield Breach(
            "unit", f"{point.unit!r}: there are no settings here", "a UCUM unit: the device's own is compared with it"
        )
    for key, given in (("exp", point.exp), ("valid", point.valid), ("modulus", point.modulus), ("null", point.null)):
        if given and (point.type == "text" or point.words):
            yield Breach(key, "goes with numbers only", f"no {key} here")
    if point.type == "text" and point.words:
        yield Breach("words", "a text has no words", 'type = "number"')
    if point.role in ("state", "stop-reason") and point.type == "number" and not point.words:
        yield Breach("words", f"are missing: role {point.role} is told in words", '{ 0 = "idle", 1 = "filling" }')


def vector_laws(vector: Vector, device_map: DeviceMap) -> Iterator[tuple[Where, str, str]]:
    names = [point.name for point in device_map.points]
    told = frame_readings(device_map, vector.frames)
    if not vector.expect:
        yield ("expect",), "is empty", "a line a point: expect.NAME = " + FORM
    for name, expected in vector.expect.items():
        if name not in names:
            yield ("expect", name), "names no point", "one of " + ", ".join(names) if names else "a [[point]]"
        elif not EXPECTED.fullmatch(expected):
            yield ("expect", name), f"{expected!r} is not a reading", FORM
        elif name not in told:
            yield ("expect", name), "its frames do not tell it", "an answer that does"


def advise(device_map: DeviceMap, source: Source) -> None:
    """Warnings: what is allowed, and yet leaves a doubt."""
    if not device_map.vectors:
        source.warn((), "the map has no proofs", "[[vector]] tables: frames as heard, and what the display said")
    for index, vector in enumerate(device_map.vectors):
        for name in frame_readings(device_map, vector.frames):
            if name not in vector.expect:
                source.warn(("vector", index), f"tells {name} and does not say what it means", f"expect.{name}")
    for index, point in enumerate(device_map.points):
        if point.role == "state" and (strange := [word for word in point.words.values() if word not in STATES]):
            said = f"the agent does not know a state {strange[0]!r}"
            source.warn(("point", index, "words"), said, "one of " + ", ".join(STATES))
