"""From figures to readings: what a device told under its codes, checked against the map's units and bounds."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from drivers.dialogue.step import Figure, Told
from drivers.model import DeviceMap, Fault, Point, Reading
from drivers.units import turned
from drivers.values.possible import outside

NUMBER = re.compile(r"\s*[+-]?\d{1,24}(?:\.\d{0,12})?\s*")

Read = Callable[[Figure], Reading]


def compile_figures(device_map: DeviceMap) -> Callable[[Told, Fault], tuple[Reading, ...]]:
    """The function from what was told to the readings of a poll, in the map's order of points.

    A code that nobody told of is bad with the given fault; one the device refused is bad, "refused".
    """
    readers = [(point, compile_point(point)) for point in device_map.points]

    def decode(told: Told, silent: Fault) -> tuple[Reading, ...]:
        readings = []
        for point, read in readers:
            said = told.get(point.code)
            fault = silent if said is None else "" if isinstance(said, Figure) else said.fault
            readings.append(read(said) if isinstance(said, Figure) else lost(point, fault))
        return tuple(readings)

    return decode


def lost(point: Point, fault: Fault) -> Reading:
    return Reading(point.name, None, point.unit, "bad", fault)


def compile_point(point: Point) -> Read:
    if point.type == "text":
        return lambda told: (
            lost(point, "null")
            if told.value is None
            else Reading(
                point.name, f"{told.value:f}" if isinstance(told.value, Decimal) else told.value, point.unit, "good"
            )
        )
    return (lambda told: worded(point, told)) if point.words else bounded(point)


def bounded(point: Point) -> Read:
    """A number in the point's unit. A unit that cannot be turned into it leaves the point "unsettled"."""
    impossible = outside(point)
    null = frozenset(Decimal(sentinel) for sentinel in point.null)

    def read(told: Figure) -> Reading:
        value = number(told.value)
        if value is None or value in null:
            return lost(point, "null")
        value = value.scaleb(point.exp) if point.exp else value
        exact = value if told.unit is None else turned(value, told.unit, point.unit)
        if exact is None:
            return lost(point, "unsettled")
        if impossible and impossible(exact):
            return Reading(point.name, exact, point.unit, "uncertain", "range")
        return Reading(point.name, exact, point.unit, "good")

    return read


def worded(point: Point, told: Figure) -> Reading:
    """A number that stands for a word. One the map does not name is uncertain, "range", and stays its digits."""
    value = number(told.value)
    if value is None or value != value.to_integral_value():
        return lost(point, "null")
    if (word := point.words.get(int(value))) is None:
        return Reading(point.name, str(int(value)), point.unit, "uncertain", "range")
    return Reading(point.name, word, point.unit, "good")


def number(value: Decimal | str | None) -> Decimal | None:
    """A number as a device writes it; None for letters, dashes and blanks: its own "no value"."""
    if isinstance(value, str):
        value = Decimal(value.strip()) if NUMBER.fullmatch(value) else None
    return value.copy_abs() if value == 0 else value  # a zero has no sign
