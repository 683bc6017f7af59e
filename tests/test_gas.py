"""The gas itself: AGA8 DETAIL against published points, boiling methane, what is in store, volumes as they are sold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.gas.constants import COMPONENTS
from agent.core.gas.detail import NEAR, Unsolved, compressibility, density, isotherm, mass_density, pressure
from agent.core.gas.mixture import mixture
from agent.core.gas.saturation import BOILING, saturated
from agent.core.gas.stock import Reference, at_reference, compressed, liquefied, lying_cylinder, mass_of, volume_of

ALL = tuple(COMPONENTS)
ISO = (
    "carbon_dioxide", "nitrogen", "hydrogen", "carbon_monoxide", "methane", "ethane", "propane", "isobutane",
    "n_butane", "isopentane", "n_pentane", "n_hexane", "n_heptane", "n_octane",
)  # fmt: skip
# ISO 12213-2, annex C: three of its test gases and their Z at 60 and 120 bar, −3.15 … 56.85 °C
GASES = {
    "1": (0.006, 0.003, 0, 0, 0.965, 0.018, 0.0045, 0.001, 0.001, 0.0005, 0.0003, 0.0007, 0, 0),
    "3": (0.015, 0.010, 0, 0, 0.859, 0.085, 0.023, 0.0035, 0.0035, 0.0005, 0.0005, 0, 0, 0),
    "5": (0.076, 0.057, 0, 0, 0.812, 0.043, 0.009, 0.0015, 0.0015, 0, 0, 0, 0, 0),
}
CELSIUS = (-3.15, 6.85, 16.85, 36.85, 56.85)
Z = {
    ("1", 6000): (0.84053, 0.86199, 0.88006, 0.90867, 0.93011),
    ("3", 6000): (0.79380, 0.82206, 0.84544, 0.88183, 0.90868),
    ("5", 6000): (0.82609, 0.84969, 0.86944, 0.90052, 0.92368),
    ("1", 12000): (0.72133, 0.76025, 0.79317, 0.84515, 0.88383),
    ("3", 12000): (0.64145, 0.68971, 0.73123, 0.79698, 0.84553),
    ("5", 12000): (0.69540, 0.73780, 0.77369, 0.83022, 0.87211),
}
GAS_1 = mixture(dict(zip(ISO, GASES["1"], strict=True)))
METHANE = mixture({"methane": 1.0})
POINTS = [(gas, kpa, t, z) for (gas, kpa), row in Z.items() for t, z in zip(CELSIUS, row, strict=True)]


@pytest.mark.parametrize(("gas", "kpa", "celsius", "z"), POINTS)
def test_it_gives_the_published_compressibility(gas: str, kpa: float, celsius: float, z: float) -> None:
    mixed = mixture(dict(zip(ISO, GASES[gas], strict=True)))
    assert compressibility(mixed, kpa, celsius + 273.15) == pytest.approx(z, abs=1e-5)


def test_it_gives_the_reference_point_of_all_21_gases_to_the_last_digits() -> None:
    shares = (
        0.77824, 0.02, 0.06, 0.08, 0.03, 0.0015, 0.003, 0.0005, 0.00165, 0.00215, 0.00088, 0.00024, 0.00015, 0.00009,
        0.004, 0.005, 0.002, 0.0001, 0.0025, 0.007, 0.001,
    )  # fmt: skip
    gas = mixture(dict(zip(ALL, shares, strict=True)))
    assert gas.mass == pytest.approx(20.54333051, abs=1e-8)
    assert density(gas, 50_000, 400) == pytest.approx(12.80792403648801, rel=1e-10)
    assert compressibility(gas, 50_000, 400) == pytest.approx(1.173801364147326, rel=1e-10)


@given(kpa=st.floats(1, 60_000), kelvin=st.floats(250, 420))
def test_the_density_found_has_the_pressure_asked_for(kpa: float, kelvin: float) -> None:
    found = density(GAS_1, kpa, kelvin)
    assert pressure(isotherm(GAS_1, kelvin), found)[0] == pytest.approx(kpa, rel=100 * NEAR)


@given(kpa=st.floats(allow_nan=False), kelvin=st.floats(allow_nan=False))
def test_any_pressure_and_temperature_gives_a_density_or_says_why_not(kpa: float, kelvin: float) -> None:
    try:
        assert density(GAS_1, kpa, kelvin) >= 0
    except Unsolved as why:
        assert "K" in str(why) or "kPa" in str(why)


@pytest.mark.parametrize(
    ("shares", "why"),
    [
        ({"methane": 0.9, "neon": 0.1}, "unknown gas 'neon'; known: methane, nitrogen"),
        ({"methane": 1.2, "nitrogen": -0.2}, "methane: a mole fraction is 0 … 1, not 1.2"),
        ({"methane": 0.9}, "add up to 0.90000"),
        ({"methane": float("nan")}, "not nan"),
    ],
)
def test_a_composition_that_cannot_be_is_refused_by_name(shares: dict[str, float], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        mixture(shares)


@pytest.mark.parametrize(
    ("gas", "kpa", "celsius", "expected"),
    [
        (METHANE, 101.325, 20, 0.66816), (METHANE, 101.325, 15, 0.67984), (GAS_1, 101.325, 20, 0.69996),
        (GAS_1, 20_101.325, 20, 174.34), (GAS_1, 20_101.325, -10, 216.83), (GAS_1, 25_101.325, 20, 206.59),
        (METHANE, 20_101.325, 20, 162.96), (GAS_1, 501.325, 15, 3.55394),
    ],
)  # fmt: skip
def test_densities_as_a_station_needs_them(gas: object, kpa: float, celsius: float, expected: float) -> None:
    assert mass_density(gas, kpa, celsius + 273.15) == pytest.approx(expected, rel=5e-5)  # type: ignore[arg-type]


def test_a_cubic_metre_as_it_flows_is_more_as_it_is_sold() -> None:
    assert at_reference(GAS_1, 1000, 501.325, 288.15) == pytest.approx(5077.4, abs=0.1)
    assert mass_of(GAS_1, 5077.4) == pytest.approx(3553.9, abs=0.1)
    assert volume_of(GAS_1, 1) == pytest.approx(1.42865, abs=1e-5)
    assert volume_of(METHANE, 1, Reference(temperature=288.15)) == pytest.approx(1 / 0.67984, rel=5e-5)


def test_wells_hold_what_a_real_gas_holds() -> None:
    full, low = (compressed(GAS_1, 12, kpa + 101.325, 293.15) for kpa in (25_000, 20_000))
    assert full == pytest.approx(2479.02, abs=0.05)
    assert full - low == pytest.approx(386.97, abs=0.05)


def test_boiling_methane_between_the_rows() -> None:
    assert saturated(1000).liquid == pytest.approx(359.62)
    assert saturated(2000) == BOILING[-1]
    assert saturated(450).liquid == pytest.approx(388.26, rel=6e-4)
    with pytest.raises(ValueError, match=r"tabulated from 101\.325 to 2000 kPa"):
        saturated(90)


def test_a_lying_tank_by_its_level() -> None:
    levels = {0.3: 3.2638, 0.6: 8.8443, 1.2: 22.6195, 1.8: 36.3947, 2.4: 45.2389, 0.0: 0.0}
    for level, volume in levels.items():
        assert lying_cylinder(1.2, 10, level) == pytest.approx(volume, abs=1e-4)
    with pytest.raises(ValueError, match=r"2\.4 m high"):
        lying_cylinder(1.2, 10, 2.5)


def test_an_lng_tank_holds_liquid_and_vapour() -> None:
    assert liquefied(60, 40, 800) == pytest.approx(368.76 * 40 + 12.5868 * 20)
    with pytest.raises(ValueError, match="61 m³ of liquid in a tank of 60 m³"):
        liquefied(60, 61, 800)
