"""A limit and a reading of the same quantity can be compared, whatever units they are in."""

from __future__ import annotations

import pytest

from agent.core.readings.units import FACTORS, convert


@pytest.mark.parametrize(
    ("value", "given", "wanted", "result"),
    [
        (250.0, "bar", "MPa", 25.0),
        (25.0, "MPa", "kPa", 25000.0),
        (1.0, "[lb_av]", "kg", 0.45359237),
        (60.0, "kg/h", "kg/min", 1.0),
        (20.0, "Cel", "K", 293.15),
        (68.0, "[degF]", "Cel", 20.0),
        (3.6, "MJ", "kW.h", 1.0),
    ],
)
def test_it_is_turned(value: float, given: str, wanted: str, result: float) -> None:
    assert convert(value, given, wanted) == pytest.approx(result, rel=1e-12)


def test_every_unit_comes_back_as_it_went() -> None:
    for given, (quantity, _) in FACTORS.items():
        for wanted, (other, _) in FACTORS.items():
            there = convert(7.0, given, wanted)
            assert (there is None) == (quantity != other)
            assert there is None or convert(there, wanted, given) == pytest.approx(7.0, rel=1e-12)


@pytest.mark.parametrize(("given", "wanted"), [("kg", "MPa"), ("?", "?!"), ("kg", "florin"), ("florin", "kg")])
def test_different_quantities_are_not_compared(given: str, wanted: str) -> None:
    assert convert(1.0, given, wanted) is None
