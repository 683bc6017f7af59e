"""A station file from head office: examined, tried, kept when the station is well with it, else taken back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest
from stations import small, write

from agent.config import local
from agent.core import station
from agent.core.model import Apply, Commanded, Effect, Event, Examine, Examined, Fact, Settle, Tried
from agent.core.office.trial import Signs, Trial, ailments
from agent.core.state import State, begin
from agent.shell.proposals import Proposals
from agent.shell.store import trialfile
from agent.shell.store.atomic import replace_file
from drivers.model import Instant

NOW = Instant(1.0, 1795335330.0, "synced")


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def tell(state: State, *events: Event) -> tuple[State, list[Effect]]:
    effects: list[Effect] = []
    for event in events:
        state, caused = station.step(state, event, NOW)
        effects += caused
    return state, effects


def replies(effects: list[Effect]) -> list[Any]:
    return [e.body for e in effects if isinstance(e, Fact) and e.kind == "reply"]


def steps(effects: list[Effect]) -> list[str]:
    return [e.body["what"] for e in effects if isinstance(e, Fact) and e.kind == "audit"]


def propose(id: str = "p1", **more: Any) -> Commanded:
    return Commanded("config.propose", {"id": id, "args": {"toml": "new", **more}})


ASKED = Examine("p1", b"new", digest("new"), 5.0, True)


# ── the pure part ───────────────────────────────────────────────────────────


def test_a_good_proposal_is_answered_tried_and_kept(tmp_path: Path) -> None:
    state, effects = tell(begin(small(tmp_path), bytes(32)), propose())
    assert replies(effects) == []
    assert (steps(effects), ASKED in effects) == (["config-proposed"], True)
    state, effects = tell(state, Examined(ASKED, (), ("a warning",)))
    (reply,) = replies(effects)
    assert (reply["ok"], reply["state"], reply["warnings"]) == (True, "trying", ["a warning"])
    assert Apply(ASKED) in effects
    state, effects = tell(state, Tried("p1", "applied", "", "old", digest("new")))
    (reply,) = replies(effects)
    assert (reply["ok"], reply["state"], reply["before"], reply["after"]) == (True, "applied", "old", digest("new"))
    assert (steps(effects), Settle("p1") in effects) == (["config-applied"], True)


def test_every_problem_is_in_the_reply_and_nothing_is_tried(tmp_path: Path) -> None:
    _, effects = tell(begin(small(tmp_path), bytes(32)), propose(), Examined(ASKED, ("one", "two")))
    (reply,) = replies(effects)
    assert (reply["ok"], reply["problems"], reply["reason"]) == (False, ["one", "two"], "2 problems: one")
    assert steps(effects) == ["config-proposed", "config-refused"]
    assert not any(isinstance(effect, Apply) for effect in effects)


def test_a_proposal_may_only_be_examined(tmp_path: Path) -> None:
    state, effects = tell(
        begin(small(tmp_path), bytes(32)), propose(apply=False), Examined(replace(ASKED, apply=False))
    )
    assert [reply["state"] for reply in replies(effects)] == ["examined"]
    assert not any(isinstance(effect, Apply) for effect in effects)
    assert not replies(tell(state, propose("p2"))[1])


def test_a_proposal_meant_for_another_file_is_refused(tmp_path: Path) -> None:
    state = begin(small(tmp_path), bytes(32))
    assert "the file in force" in replies(tell(state, propose(before="another"))[1])[0]["reason"]
    assert not replies(tell(state, propose(before=state.setup.digests["station"]))[1])


def test_one_proposal_at_a_time(tmp_path: Path) -> None:
    _, effects = tell(begin(small(tmp_path), bytes(32)), propose(), propose("p2"))
    assert ["under way" in reply["reason"] for reply in replies(effects)] == [True]


def test_an_outcome_is_told_once_however_often_the_process_starts(tmp_path: Path) -> None:
    trying = {"p1": {"cmd": "config.propose", "ok": True, "reason": "", "state": "trying", "args": "ab"}}
    outcome = Tried("p1", "rolled-back", "the broker is not reached", "old", "new")
    state = begin(small(tmp_path), bytes(32), {"reply": trying})
    assert ["under way" in reply["reason"] for reply in replies(tell(state, propose("p2"))[1])] == [True]
    state, effects = tell(state, outcome)
    (reply,) = replies(effects)
    assert (reply["ok"], reply["state"], reply["reason"], reply["args"]) == (False, "rolled-back", outcome.why, "ab")
    restarted = begin(small(tmp_path), bytes(32), {"reply": {"p1": reply}})
    for again in (state, restarted):
        _, effects = tell(again, outcome)
        assert (replies(effects), Settle("p1") in effects) == ([], True)


WELL = Signs((), True, True, (), {"dispenser-1": True, "meter-1": True})
TRIAL = Trial("p1", "old", "new", 5.0, True, ("dispenser-1", "gone"))


@pytest.mark.parametrize(
    ("signs", "ill"),
    [
        (WELL, []),
        (replace(WELL, hanging=("bus lan",)), ["bus lan hangs"]),
        (replace(WELL, turning=False), ["facts are not kept"]),
        (replace(WELL, online=False), ["the broker is not reached"]),
        (replace(WELL, unpolled=("lan",)), ["bus lan asks nobody"]),
        (replace(WELL, devices={"dispenser-1": False}), ["dispenser-1 no longer answers"]),
        (replace(WELL, devices={"dispenser-1": True, "meter-1": False}), []),  # it was silent before, too
    ],
)
def test_well_is_what_was_well_before(signs: Signs, ill: list[str]) -> None:
    assert list(ailments(TRIAL, signs)) == ill


def test_a_station_that_was_offline_before_need_not_be_online_after() -> None:
    assert list(ailments(replace(TRIAL, online=False), replace(WELL, online=False))) == []


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('id = "cq-0147"', 'id = "cq-0148"', "station.id"),
        ('data = "data"', 'data = "elsewhere"', "station.data"),
        ("[mqtt]", '[mqtt]\nusername = "other"', "mqtt.username"),
        ("[mqtt]", '[mqtt]\nroot = "other"', "mqtt.root"),
        ("[mqtt]", "[mqtt]\nplain = true", "mqtt.plain"),
        ("[mqtt]", '[mqtt]\npassword_file = "/etc/hostname"', "mqtt.password_file"),
        ("127.0.0.1:8080", "127.0.0.1:8081", "kiosk.listen"),
        ("head-office.x25519.pub", "other.pub", "keys"),
        ('role = "attendant"', 'role = "station-master"', "person"),
        ("li.scrypt", "wang.scrypt", "person"),
        ('model = "test-device.toml"', 'model = "../test-device.toml"', "device[1].model"),
    ],
)
def test_secrets_identity_and_people_are_the_stations_own(tmp_path: Path, old: str, new: str, key: str) -> None:
    path = write(tmp_path)
    other = tmp_path / "other.toml"
    other.write_text(path.read_text().replace(old, new, 1))
    assert [p.key for p in local.trespasses(path, other)] == [key]
    assert local.trespasses(path, path) == []


def examined(path: Path, text: str) -> Examined:
    """What the daemon says to a proposal."""
    told: list[Any] = []
    running = sha256(path.read_bytes()).hexdigest()[:16]

    async def ask() -> None:
        proposals = Proposals(path, running, None, lambda: NOW, told.append, lambda: WELL)
        proposals.take(Examine("p1", text.encode(), digest(text), 5.0, False))
        work = asyncio.create_task(proposals.run(lambda: None))
        while not told:
            await asyncio.sleep(0.01)
        work.cancel()

    asyncio.run(ask())
    return cast(Examined, told[0])


@pytest.mark.parametrize("key", ['head_office = "/dev/zero"', 'head_office = "pipe"', 'station = "/proc/kcore"'])
def test_no_file_is_opened_that_a_proposal_may_not_name(tmp_path: Path, key: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    path = write(tmp_path)
    said = examined(path, path.read_text().replace('head_office = "head-office.x25519.pub"', key))
    assert [problem.split(": ", 1)[1] for problem in said.problems] == [f"keys: is not as it was; {local.SAME}"]


@pytest.mark.parametrize("model", ["{}/maps/{}.toml", "../maps/{}.toml", "x/../../maps/{}.toml"])
def test_a_proposal_learns_of_no_file_outside_the_stations_folder(tmp_path: Path, model: str) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "maps").mkdir()
    path, said = write(tmp_path / "home"), []
    (tmp_path / "maps" / "kept.toml").write_text("[model]")
    for name in ("kept", "gone"):
        named = model.format(name) if model.startswith((".", "x")) else model.format(tmp_path, name)
        problems = examined(path, path.read_text().replace("test-device.toml", named, 1)).problems
        said.append([problem.replace(name, "…") for problem in problems])
    assert said[0] == said[1] and "lies elsewhere" in said[0][0]


def test_a_map_that_never_ends_is_a_problem_and_no_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    path = write(tmp_path)
    [problem] = examined(path, path.read_text().replace("test-device.toml", "pipe.toml")).problems
    assert "not a plain file" in problem


@pytest.mark.parametrize("text", ["[station", "device = 5\nbus = 'x'", "", "\x00"])
def test_a_proposal_that_is_no_station_file_is_told_so(tmp_path: Path, text: str) -> None:
    assert examined(write(tmp_path), text).problems


# ── the file, cut off after every step ──────────────────────────────────────


def test_a_power_cut_leaves_the_old_or_the_new_file_and_the_trial_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step that changes a name on the disk is in turn the last one."""

    class Cut(Exception):
        pass

    trial = Trial("p1", digest("old"), digest("new"), 5.0, True, ())
    seen = set()
    for work in ("apply", "back"):
        for last in range(8):
            path = tmp_path / f"{work}{last}" / "station.toml"
            path.parent.mkdir()
            path.write_text("old")
            trialfile.draft(path, b"new")
            if work == "back":
                trialfile.apply(path, trial)
            left = iter(range(last))

            def counted(*args: Any, left: Iterator[int] = left, **more: Any) -> None:
                if next(left, None) is None:
                    raise Cut
                replace_file(*args, **more)

            monkeypatch.setattr(trialfile, "replace_file", counted)
            try:
                trialfile.apply(path, trial) if work == "apply" else trialfile.take_back(path, trial, "ill")
            except Cut:
                pass
            monkeypatch.setattr(trialfile, "replace_file", replace_file)
            assert path.read_text() in ("old", "new")
            known = trialfile.begin(path)
            seen.add((work, path.read_text(), known and known.stage))
    assert seen == {
        ("apply", "old", None), ("apply", "old", "trying"), ("apply", "new", "trying"),
        ("back", "new", "trying"), ("back", "old", "back"),
    }  # fmt: skip


def test_a_file_under_which_nothing_starts_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text("old")
    trialfile.draft(path, b"new")
    trialfile.apply(path, Trial("p1", digest("old"), digest("new"), 5.0, True, ()))
    stages = []
    while path.read_text() == "new":
        known = trialfile.begin(path)
        stages.append(known and known.stage)
    assert stages == ["trying"] * 5 + ["back"]
