"""Commands: sent as head office sends them, obeyed once, refused with a reason, answered always."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from brokers import free_port, needs_mosquitto
from daemon import Daemon, HeadOffice
from mosquitto import Mosquitto, until
from stations import small, write

from agent.core import station
from agent.core.model import Commanded, Effect, Event, Fact, Remarked, Repeat, Replayed, Resend, Started, Tick
from agent.core.office import flood
from agent.core.state import begin
from drivers.model import Clk, Instant

DOWN = "gse/1/dn/cq-0147/"


def obey(folder: Path, name: str, body: dict[str, Any], retained: bool = False, clk: Clk = "synced") -> list[Effect]:
    state = begin(small(folder), bytes(32))
    return station.step(
        state, Commanded(name, body, retained, (("1", 40), ("2", 900))), Instant(1.0, 1795335330.0, clk)
    )[1]


def refusal(effects: list[Effect]) -> str:
    """The reason of the one reply."""
    (body,) = (e.body for e in effects if isinstance(e, Fact) and e.kind == "reply")
    return "" if body["ok"] else str(body["reason"])


@pytest.mark.parametrize(
    ("name", "body", "retained", "why"),
    [
        ("ping", {"id": "c1"}, True, "retained"),
        ("ping", {"id": "c1", "expires": "2026-11-22T00:00:01Z"}, False, "expired"),
        ("ping", {"id": "c1", "expires": "soon"}, False, "ISO 8601"),
        ("ping", {"id": "c1", "expires": "2036-11-22T00:00:01"}, False, "time zone"),
        ("dance", {"id": "c1"}, False, "unknown command 'dance'; known: "),
        ("ping", {"id": "c1", "args": [1]}, False, "args must be an object"),
        ("replay", {"id": "c1", "args": {"from": "1", "to": 2}}, False, "args: from: '1' is no integer"),
        ("replay", {"id": "c1", "args": {"from": 0, "to": 2}}, False, "args: from: 0; 1 to"),
        ("replay", {"id": "c1"}, False, "args: from: missing"),
        ("replay", {"id": "c1", "args": {"from": 3, "to": 2}}, False, "args: from: 3 is after to: 2"),
        ("replay", {"id": "c1", "args": {"from": 901, "to": 902}}, False, "the newest fact is 900"),
        ("replay", {"id": "c1", "args": {"from": True, "to": 2}}, False, "args: from: 'True' is no integer"),
        ("ping", {"id": "c1", "by": 7}, False, "by: '7' is no string"),
        ("ping", {"id": "c1", "issued": ["now"]}, False, "issued: "),
        ("ping", {"id": "c1", "expires": 1795335330}, False, "ISO 8601"),
        ("ping" * 99, {"id": "c1"}, False, "unknown command"),
        ("replay", {"id": "c1", "args": {"from": 41, "to": 50, "epoch": "1"}}, False, "the newest fact is 40"),
        ("replay", {"id": "c1", "args": {"from": 1, "to": 2, "epoch": "7"}}, False, "epoch: '7'; here are 1, 2"),
        ("replay", {"id": "c1", "args": {"from": 2.0, "to": 3.0}}, False, "from: 2.0 is no number of a fact"),
        ("replay", {"id": "c1", "args": {"from": 2, "to": 3.0}}, False, "to: 3.0 is no number of a fact"),
    ],
)
def test_a_command_that_is_not_right_is_refused_with_the_reason(
    tmp_path: Path, name: str, body: dict[str, Any], retained: bool, why: str
) -> None:
    effects = obey(tmp_path, name, body, retained)
    assert why in refusal(effects)
    assert not any(isinstance(e, Resend) for e in effects)


NOW = Instant(1.0, 1795335330.0, "synced")
REPLAY = {"id": "c1", "args": {"from": 1, "to": 2}}


def test_a_repeated_command_is_obeyed_once_and_its_reply_comes_again(tmp_path: Path) -> None:
    state = begin(small(tmp_path), bytes(32), {"reply": {"c0": {"cmd": "ping", "ok": True, "reason": ""}}})
    state, first = station.step(state, Commanded("replay", REPLAY), NOW)
    state, second = station.step(state, Commanded("replay", REPLAY | {"issued": "2026-11-22T09:00:00Z"}), NOW)
    _, before_the_start = station.step(state, Commanded("ping", {"id": "c0"}), NOW)
    assert Resend(1, 2) in first
    assert second == [Repeat("reply", "c1")]
    assert before_the_start == [Repeat("reply", "c0")]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("ping", {"id": "c1"}),
        ("replay", {"id": "c1", "args": {"from": 1, "to": 3}}),
        ("ping", {"id": "c1", "args": {"from": 1, "to": 2}}),
    ],
)
def test_an_id_stands_for_one_command_for_ever(tmp_path: Path, name: str, body: dict[str, Any]) -> None:
    state, effects = station.step(begin(small(tmp_path), bytes(32)), Commanded("replay", REPLAY), NOW)
    replies = {e.id: e.body for e in effects if isinstance(e, Fact) and e.kind == "reply"}
    restarted = begin(small(tmp_path), bytes(32), {"reply": replies})
    for remembering in (state, restarted):
        effects = station.step(remembering, Commanded(name, body), NOW)[1]
        assert "used before" in refusal(effects)
        assert not any(isinstance(e, Resend) for e in effects)
        assert station.step(remembering, Commanded("replay", REPLAY), NOW)[1][0] == Repeat("reply", "c1")


def test_a_replay_reaches_the_epochs_that_ended(tmp_path: Path) -> None:
    def resent(args: dict[str, Any]) -> list[Resend]:
        effects = obey(tmp_path, "replay", {"id": "c1", "args": args})
        return [effect for effect in effects if isinstance(effect, Resend)]

    assert resent({"from": 5, "to": 99, "epoch": "1"}) == [Resend(5, 40, "1")]
    assert resent({"from": 5, "to": 99, "epoch": "2"}) == [Resend(5, 99, "2")]
    assert resent({"from": 5, "to": 99}) == [Resend(5, 99)]


def test_one_replay_at_a_time(tmp_path: Path) -> None:
    state, _ = station.step(begin(small(tmp_path), bytes(32)), Commanded("replay", REPLAY), NOW)
    state, effects = station.step(state, Commanded("replay", REPLAY | {"id": "c2"}), NOW)
    assert "under way" in refusal(effects)
    state, _ = station.step(state, Replayed(), NOW)
    assert Resend(1, 2) in station.step(state, Commanded("replay", REPLAY | {"id": "c3"}), NOW)[1]


@pytest.mark.parametrize(
    "event",
    [
        Commanded("ping", {}),
        Commanded("ping", {"id": "a/b"}),
        Commanded("dance", {"id": "*"}),
        Remarked("message-unreadable", {"topic": "cmd/ping", "reason": "not JSON"}),
        Remarked("fork", {"epoch": "9", "seq": 1, "text": "not believed"}),
    ],
    ids=["no id", "bad id", "unknown", "unreadable", "fork"],
)
def test_a_flood_of_refusals_is_told_in_part_and_counted_in_whole(tmp_path: Path, event: Event) -> None:
    state, told, at = begin(small(tmp_path), bytes(32)), list[Fact](), 100.0
    for number in range(1000):
        one = replace(event, body={"id": f"c{number}"}) if event == Commanded("dance", {"id": "*"}) else event
        state, effects = station.step(state, one, replace(NOW, mono=at + number / 100))
        told += [e for e in effects if isinstance(e, Fact) and e.kind in ("audit", "reply")]  # a fork also sounds, once
    assert len(told) == flood.LIMIT
    _, effects = station.step(state, Tick(), replace(NOW, mono=at + 61))
    (summed,) = [e.body for e in effects if isinstance(e, Fact) and e.kind == "audit"]
    assert (summed["what"], summed["count"]) == ("refusals-counted", 1000 - flood.LIMIT)


def test_a_station_whose_clock_was_never_set_does_what_hurts_nobody(tmp_path: Path) -> None:
    assert not refusal(obey(tmp_path, "ping", {"id": "c1", "expires": "2026-11-23T00:00:00Z"}, clk="unsynced"))
    assert refusal(obey(tmp_path, "ping", {"id": "c1", "expires": "2026-11-01T00:00:00Z"}, clk="unsynced")) == "expired"


@pytest.mark.parametrize("years", [10, -10])
def test_a_hand_on_a_clock_that_nobody_believes_expires_no_command(tmp_path: Path, years: int) -> None:
    state = begin(small(tmp_path), bytes(32))
    began = Instant(1.0, 1795335330.0, "unsynced")  # 2026-11-22T08:15:30Z
    state, _ = station.step(state, Started("b001"), began)
    jumped = Instant(60.0, began.utc + 59.0 + years * 31_557_600.0, "unsynced")
    for tick in (False, True):  # before and after the jump was noticed
        if tick:
            state, _ = station.step(state, Tick(), jumped)
        for expires, why in (("2026-11-22T09:00:00Z", ""), ("2026-11-22T08:00:00Z", "expired")):
            command = Commanded("ping", {"id": f"c{tick}{why}", "expires": expires})
            state, effects = station.step(state, command, jumped)
            assert refusal(effects) == why


@dataclass
class Site:
    broker: Mosquitto
    office: HeadOffice
    daemon: Daemon

    def command(self, *words: str) -> tuple[int, Any]:
        """Exit code, and the reply or what was said instead."""
        url = f"mqtt://127.0.0.1:{self.broker.port}"
        line = [sys.executable, "-m", "agent.cli", "command", *words, "--station", "cq-0147", "--broker", url, "--json"]
        done = subprocess.run(line, capture_output=True, timeout=60, check=False, text=True)
        return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    broker, kiosk = Mosquitto(tmp_path / "broker"), free_port()
    path = write(tmp_path, mqtt=f"port = {broker.port}", kiosk=kiosk, modbus=free_port())
    office, daemon = HeadOffice(broker.port), Daemon(path, kiosk)
    daemon.start()
    try:
        yield Site(broker, office, daemon)
    finally:
        daemon.stop(signal.SIGKILL)
        broker.stop()
        office.close()


@needs_mosquitto
def test_a_command_is_sent_and_its_reply_told(site: Site) -> None:
    assert site.command("ping") == (0, {"cmd": "ping", "ok": True, "reason": ""})
    code, refused = site.command("dance")
    assert (code, refused["ok"]) == (1, False)
    births = len(site.office.bodies("birth"))
    assert site.command("rebirth")[0] == 0
    until(lambda: len(site.office.bodies("birth")) > births)
    code, said = site.command("replay", "from")
    assert code == 2
    assert "KEY=VALUE" in said


@needs_mosquitto
def test_a_replay_brings_the_same_bytes_again(site: Site) -> None:
    for rating in (1, 2, 3, 4, 5):
        assert site.daemon.post("/api/feedback", {"rating": rating})[0] == 201
    until(lambda: len(site.office.bodies("feedback")) == 5)
    before = site.office.facts()
    site.office.heard.clear()
    assert site.command("replay", "from=2", "to=4")[0] == 0
    wanted = set(before[1:4])
    until(lambda: wanted <= {heard.payload for heard in site.office.heard})
    assert before[0] not in {heard.payload for heard in site.office.heard}


@needs_mosquitto
def test_the_same_command_again_brings_the_same_reply_again(site: Site) -> None:
    assert site.command("ping", "--id", "c1")[0] == 0
    first = [heard.payload for heard in site.office.heard if heard.topic.endswith("/reply/c1")]
    assert site.command("ping", "--id", "c1")[0] == 0
    again = [heard.payload for heard in site.office.heard if heard.topic.endswith("/reply/c1")]
    assert set(again) == set(first)
    code, said = site.command("rebirth", "--id", "c1")
    assert code == 1
    assert "used before" in said["reason"]


@needs_mosquitto
def test_a_command_for_another_station_is_none_of_ours(site: Site) -> None:
    site.office.wait("hello")
    site.office.say("gse/1/dn/cq-0148/cmd/ping", {"id": "c9"})
    assert site.command("ping")[0] == 0
    assert not site.office.bodies("reply/c9")


@needs_mosquitto
def test_a_station_that_is_away_is_waited_for_and_then_given_up(site: Site) -> None:
    site.daemon.stop(signal.SIGKILL)
    code, said = site.command("ping", "--timeout", "0.5")
    assert code == 1
    assert "has not replied within 0.5 s" in said


@needs_mosquitto
def test_what_is_too_large_or_no_command_at_all_is_told_and_hurts_nothing(site: Site) -> None:
    site.office.wait("hello")
    for payload in (b"x" * 70_000, b'{"id": "a/b"}', b"[1]"):
        site.office.say(f"{DOWN}cmd/ping", payload)
    site.office.wait("audit", lambda body: body["what"] == "message-unreadable" and "70000 bytes" in body["reason"])
    site.office.wait("audit", lambda body: body["what"] == "command-refused")
    assert site.command("ping")[0] == 0
