"""Every fault of a dispenser is found and named, through the whole core; and where there is none, nothing is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from forecourt import Pump
from stations import small

from agent.core import rehearsal
from agent.core import station as core
from agent.core.messages import schema
from agent.core.messages.envelope import dump, load
from agent.core.model import Fact
from agent.core.setup import Setup
from agent.core.state import RECALLED, begin
from drivers.model import Instant

START = datetime(2026, 11, 22, 0, 0, tzinfo=UTC).timestamp()
GUN = """
[[nozzle]]
name = "5A"
device = "dispenser-5"
{gun}
[[device]]
name = "dispenser-5"
model = "plain-dispenser"
bus = "lan"
address = 5
{fills}
"""
Polls = Iterable[tuple[float, dict[str, Any]]]


def station(folder: Path, gun: str = "", fills: str = "") -> Setup:
    return small(folder, GUN.format(gun=gun, fills=fills))


def played(setup: Setup, polls: Polls) -> list[tuple[str, dict[str, Any]]]:
    """(topic, body) of every fact that the polls cause."""
    lines = ({"at": datetime.fromtimestamp(START + at, UTC).isoformat(), "sample": said} for at, said in polls)
    messages = [m for m in rehearsal.play(setup, lines, 0, frozenset()) if m.lane == "fact"]
    strict = schema.every(strict=True)
    for message in messages:
        document = load(message.payload)
        assert not list(schema.misfits(strict[document["type"]], document)), document
    return [(message.topic, load(message.payload)["data"]) for message in messages]


def found(facts: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """Kinds of all findings, in their order."""
    kinds = []
    for topic, body in facts:
        kinds += [body["kind"]] if topic == "audit/_" and "kind" in body else []
        kinds += [finding["kind"] for finding in body.get("findings", [])]
    return kinds


def fills(facts: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [body for topic, body in facts if topic.startswith("fill/")]


def day(pump: Pump, count: int = 8, disturb: Callable[[Pump, int], Polls] = lambda pump, n: ()) -> Iterator[Any]:
    """So many fills, one every five minutes; `disturb` happens after each."""
    for n in range(count):
        yield from pump.sell(300.0 * n)
        yield from disturb(pump, n)


def test_a_day_without_faults_has_no_findings(tmp_path: Path) -> None:
    facts = played(station(tmp_path), day(Pump("dispenser-5", 1), 20))
    assert found(facts) == []
    assert len(fills(facts)) == 20


def test_a_fill_tells_everything_that_was_measured_and_names_what_was_not(tmp_path: Path) -> None:
    gun = 'certificate = "JJG-1"\nverified_until = 2027-02-28'
    (told,) = fills(played(station(tmp_path, gun), day(Pump("dispenser-5", 3), 1)))
    mass = told["mass"]
    assert told["total_after"] - told["total_before"] == pytest.approx(mass)
    assert (told["pressure_before"], told["pressure_after"], told["density"]) == (4.0, 20.0, 140.0)
    assert (told["number"], told["price"], told["ending"], told["mass_by"]) == (101, 4.98, "normal", "display")
    assert told["verification"] == {"state": "valid", "until": "2027-02-28", "certificate": "JJG-1"}
    assert told["not_measured"] == ["in_place", "payment", "receipt", "plate"]


def test_a_restart_in_the_middle_of_a_fill_loses_nothing(tmp_path: Path) -> None:
    setup, pump = station(tmp_path), Pump("dispenser-5", 8, presets=0.0)
    polls = [*pump.sell(0.0), *pump.sell(300.0), *pump.sell(600.0)]
    state, told = begin(setup, b"s" * 32), list[Fact]()
    for n, (at, said) in enumerate(polls):
        now = Instant(at, START + at, "synced")
        if n == len(polls) * 5 // 6:  # in the middle of the third
            last = {kind: {f.id: load(dump(f.body)) for f in told if f.kind == kind} for kind in RECALLED}
            state = begin(setup, b"t" * 32, last)
        state, effects = core.step(state, rehearsal.sample(setup, said, now, frozenset()), now)
        told += [effect for effect in effects if isinstance(effect, Fact)]
    ours = [fact.body for fact in told if fact.kind == "fill"]
    assert [body["number"] for body in ours] == [101, 102, 103]
    assert ours[2]["marks"] == ["began-unseen", "restart"] and ours[2]["ending"] == "normal"
    assert [float(body["total_before"]) for body in ours[1:]] == [float(body["total_after"]) for body in ours[:2]]


def lose(pump: Pump, n: int) -> Polls:
    """After the third fill two are not seen: the registers still tell of the second, nobody of the first."""
    for second in (150, 200) if n == 2 else ():
        yield from pump.sell(300.0 * n + second, seen=False)


def edit(pump: Pump, n: int) -> Polls:
    if n == 2:
        pump.total += Decimal("4.60")
        yield 300.0 * n + 200, pump.poll("idle")


def creep(pump: Pump, n: int) -> Polls:
    """A hundredth of a kilogram a poll, while the gun hangs."""
    for step in range(8 if n == 2 else 0):
        pump.total += Decimal("0.01")
        yield 300.0 * n + 200 + 5 * step, pump.poll("idle")


def reset(pump: Pump, n: int) -> Polls:
    for step in range(2 if n == 2 else 0):
        pump.total = Decimal("0.00")
        yield 300.0 * n + 200 + 5 * step, pump.poll("idle")


def charge(pump: Pump, n: int) -> Polls:
    """Ten fen too much, at the end of a fill that nobody saw begin."""
    if n == 2:
        pump.number, pump.sale, pump.total = pump.number + 1, Decimal("10.00"), pump.total + 10
        said = pump.poll("idle", stop="full")
        said["values"]["amount"] += Decimal("0.10")
        yield 300.0 * n + 200, said


FAULTS: dict[str, tuple[Callable[[Pump, int], Polls], list[str]]] = {
    "a lost fill": (lose, ["fill-missing"]),
    "an edited total": (edit, ["total-without-fill"]),
    "a meter that drifts": (creep, ["idle-flow"]),
    "a reset": (reset, ["total-reset"]),
    "a wrong amount": (charge, ["amount-differs"]),
}


@pytest.mark.parametrize(("disturb", "kinds"), FAULTS.values(), ids=FAULTS)
def test_a_fault_between_fills(tmp_path: Path, disturb: Callable[[Pump, int], Polls], kinds: list[str]) -> None:
    facts = played(station(tmp_path), day(Pump("dispenser-5", 2), disturb=disturb))
    assert found(facts) == kinds
    counted = sum(body["mass"] for body in fills(facts))
    assert counted > 0


def test_a_preset_that_closes_early_is_found_and_its_bias_told(tmp_path: Path) -> None:
    facts = played(station(tmp_path), day(Pump("dispenser-5", 4, early=Decimal("0.10"), presets=0.5), 12))
    presets = [body for body in fills(facts) if body["mode"] == "preset"]
    assert found(facts) == ["preset-truncation"] * len(presets)
    assert presets[-1]["bias"]["preset"] == {"fills": len(presets), "mass": pytest.approx(0.1)}
    assert presets[-1]["bias"]["free"]["share"] == pytest.approx(0)


def test_short_delivery_is_told_from_a_preset_that_closes_early(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 5, short=0.02, presets=0.0)
    polls = [*day(pump, 6)]
    pump.presets = 1.0
    polls += [poll for n in range(6, 9) for poll in pump.sell(300.0 * n)]
    facts = played(station(tmp_path), polls)
    assert found(facts) == ["short-delivery"] * 9


def test_a_fill_outside_opening_hours_and_one_with_an_expired_verification(tmp_path: Path) -> None:
    setup = station(tmp_path, "verified_until = 2026-11-21", '[fills]\nhours = "09:00-22:00"')
    facts = played(setup, day(Pump("dispenser-5", 6), 1))  # 08:00 at the station
    assert found(facts) == ["outside-hours", "verification-expired"]


def test_less_than_was_asked_for_without_a_reason(tmp_path: Path) -> None:
    pump = Pump("dispenser-5", 7, presets=1.0)
    polls = [*pump.sell(0.0)]
    for _, said in polls:
        if "preset" in said["values"]:
            said["values"]["preset"] += Decimal("1.00")
    assert found(played(station(tmp_path), polls)) == ["short-fill"]
