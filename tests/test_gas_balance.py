"""The gas balance of shifts and days: kilograms that came in, went out, were let out, and what a difference means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from shifts import END, line, step
from stations import small

from agent.core import rehearsal
from agent.core.messages import schema
from agent.core.messages.envelope import load

METER = """\
[model]
key = "inlet"
title = "Inlet meter"
kind = "meter"
protocol = "modbus"
source = "made for tests"
confidence = "integrator"
table = "holding"
order = "ABCD"
[[point]]
name = "total"
address = 0
type = "u32"
unit = "m3"
exp = -1
role = "total"
[[point]]
name = "wells"
address = 2
type = "f32"
unit = "MPa"
"""
STATION = """
[[device]]
name = "inlet-1"
model = "inlet.toml"
bus = "lan"
address = 9
qmax = "6500 m3/h"
[balance]
{balance}
"""
WELLS = """
[[storage]]
name = "wells"
volume = 12
pressure = "inlet-1.wells"
temperature = 20
error = 0.0138
"""
GAS = """composition = { carbon-dioxide = 0.006, nitrogen = 0.003, methane = 0.965, ethane = 0.018, propane = 0.0045, \
isobutane = 0.001, n-butane = 0.001, isopentane = 0.0005, n-pentane = 0.0003, n-hexane = 0.0007 }"""
DAY = 86400.0


def played(folder: Path, lines: Iterable[dict[str, Any]], balance: str = "density = 0.7") -> list[dict[str, Any]]:
    """Bodies of all balances, each as its schema says. The station's second device is no dispenser here."""
    (folder / "inlet.toml").write_text(METER, "utf-8")
    setup = small(folder, STATION.format(balance=balance))
    devices = {name: device for name, device in setup.devices.items() if name != "meter-1"}
    messages = rehearsal.play(replace(setup, devices=devices), lines, 0, frozenset())
    documents = [load(m.payload) for m in messages if m.topic.startswith("balance/")]
    strict = schema.every(strict=True)["gse.balance.v1"]
    assert [wrong for document in documents for wrong in schema.misfits(strict, document)] == []
    return [document["data"] for document in documents]


def read(second: float, inlet: str, dispenser: str, wells: str = "20") -> list[dict[str, Any]]:
    return [
        line(second, sample={"device": "inlet-1", "values": {"total": Decimal(inlet), "wells": Decimal(wells)}}),
        line(second, sample={"device": "dispenser-1", "values": {"mass_total": Decimal(dispenser)}}),
    ]


def handover(second: float, total: str) -> list[dict[str, Any]]:
    return [
        step(second + 1, "reading", "li", total, "1A"), step(second + 2, "sign", "li", nozzle=""),
        step(second + 3, "verify", "wang", nozzle=""), step(second + 4, "sign", "wang", nozzle=""),
    ]  # fmt: skip


def test_a_shift_is_balanced_when_it_closes(tmp_path: Path) -> None:
    story = [*read(0, "1000.0", "5000.00"), line(70, tick=True), *read(END, "2000.0", "5690.00")]
    vent = line(600, form={"kind": "vent", "mass": Decimal("6"), "by": "li"})
    told = played(tmp_path, [*story[:3], vent, *story[3:], *handover(END, "5690.00")])
    (shift,) = (body for body in told if body["kind"] == "shift")
    assert (shift["period"], shift["in"], shift["out"], shift["vent"]) == ("20261122-1", 700, 690, 6)
    assert (shift["difference"], shift["meaning"]) == (4, "within uncertainty")
    assert shift["not_measured"] == ["stock"] and "findings" not in shift


def test_the_worked_example_of_the_textbook(tmp_path: Path) -> None:
    """14,000 m3 of ISO gas 1, storage from 22 to 20 MPa; the dispensers here are one, verified as one."""
    story = [*read(0, "0.0", "0.00", "22"), line(70, tick=True)]
    story += [*read(END, "14000.0", "9849.40", "20"), *handover(END, "9849.40")]
    told = played(tmp_path, story, GAS + "\ninlet_error = 0.013" + WELLS)
    (shift,) = (body for body in told if body["kind"] == "shift")
    assert shift["in"] == pytest.approx(9799.40, abs=0.2)
    assert shift["stock_change"] == pytest.approx(2092.05 - 2259.78, abs=0.2)
    assert shift["difference"] == pytest.approx(117.73, abs=0.3)  # 105.73 with 12 kg let out
    assert shift["meaning"] == "within uncertainty" and shift["density_by"] == "composition"


def test_a_day_ends_with_its_first_shift_and_what_is_missing_is_a_finding(tmp_path: Path) -> None:
    story = [*read(0, "1000.0", "5000.00"), line(70, tick=True), *read(DAY - 60, "2000.0", "5600.00")]
    (day,) = (body for body in played(tmp_path, [*story, line(DAY + 90, tick=True)]) if body["kind"] == "day")
    assert (day["period"], day["difference"], day["meaning"]) == ("20261122", 100, "significant")
    assert day["findings"][0]["kind"] == "balance-gap"
    assert day["likely"] == "stock"  # nobody measures it


def test_a_reset_of_a_total_is_no_loss_of_gas(tmp_path: Path) -> None:
    story = [*read(0, "1000.0", "5000.00"), line(70, tick=True), *read(3600, "1500.0", "5350.00")]
    for second in (3660, 3662, 3664):
        story += read(second, "1500.0", "0.00")
    story += [*read(DAY - 60, "2000.0", "350.00"), line(DAY + 90, tick=True)]
    (day,) = (body for body in played(tmp_path, story) if body["kind"] == "day")
    assert (day["out"], day["difference"]) == (700, 0)


def test_a_limit_of_the_stations_own_stands_beside_the_theoretical_one(tmp_path: Path) -> None:
    story = [*read(0, "1000.0", "5000.00"), line(70, tick=True), *read(DAY - 60, "2000.0", "5693.00")]
    told = played(tmp_path, [*story, line(DAY + 90, tick=True)], "density = 0.7\nlimit = 0.005")
    (day,) = (body for body in told if body["kind"] == "day")
    assert [found["kind"] for found in day["findings"]] == ["balance-over-limit"]
    assert (day["rate"], day["limit"], day["meaning"]) == (0.01, 0.005, "within uncertainty")


def test_without_an_inlet_nothing_is_judged(tmp_path: Path) -> None:
    story = [*read(0, "1000.0", "5000.00"), line(70, tick=True), *read(DAY - 60, "1000.0", "5693.00")]
    only = [one for one in story if one.get("sample", {}).get("device") != "inlet-1"]
    (day,) = (body for body in played(tmp_path, [*only, line(DAY + 90, tick=True)]) if body["kind"] == "day")
    assert "difference" not in day and "inlet-1" in day["not_measured"] and day["out"] == 693
