"""Profiles as data: the whole matrix is there, strictly read; blanks are the operator's to fill."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from promises import PROFILES, case, event, local, reckon

from agent.cli import main
from agent.config import profiles
from agent.config.read import read
from agent.core.cases.profile import fill
from agent.core.cases.promises import Promises

KEYS = [f"P{number:02d}" for number in range(1, 25)] + [f"R{number}" for number in range(1, 7)]
BLANK = {"P23": ("forwarded", "acked"), "P24": ("handled",), "R6": ("on_site",)}


def test_all_the_profiles_of_the_matrix_are_there() -> None:
    assert [key for key in PROFILES if "@" not in key] == KEYS
    assert {key: p.blanks for key in KEYS if (p := PROFILES[key]).blanks} == BLANK


ONE = """\
[[profile]]
key = "P99"
version = 1
name = "mine"
source = "ours"
zh = "我们的"
en = "ours"
[[profile.clock]]
start = "received"
stop = ["acked"]
limit = "24 h"
side = "station"
zh = "受理"
en = "accepted"
"""
SECOND = '[[profile.clock]]\nstart = "{}"\nstop = ["{}"]\nlimit = "1 wd"\nside = "station"\nzh = "二"\nen = "two"\n'


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('"24 h"', '"24 hours"', "11: profile[1].clock[1].limit: '24 hours' is no limit; a number and min, h, d"),
        ('"received"', '"seen"', "9: profile[1].clock[1].start: 'seen' is unknown; one of received"),
        ('["acked"]', '["nodded"]', "10: profile[1].clock[1].stop: 'nodded' is no event of a clock; one of received"),
        ('["acked"]', '["acked by nobody"]', "10: profile[1].clock[1].stop: 'nobody' is nobody's role"),
        ('["acked"]', '["received"]', "8: profile[1].clock[1]: starts and stops at received"),
        (
            'start = "received"',
            'start = "replied"',
            "8: profile[1].clock[1]: stops at acked, which comes before replied",
        ),
        (
            'limit = "24 h"',
            'limit.speed = { fast = "1 h" }',
            "11: profile[1].clock[1].limit.speed: unknown class; one of",
        ),
        ('limit = "24 h"', 'limit.urgency = { hot = "1 h" }', "11: profile[1].clock[1].limit.urgency.hot: no urgency"),
        ('limit = "24 h"\n', "", "8: profile[1].clock[1].limit: is missing"),
        ("version", "versoin", "3: profile[1].versoin: unknown key"),
    ],
)
def test_a_profile_that_cannot_be_is_refused_with_its_line(right: str, wrong: str, said: str, tmp_path: Path) -> None:
    assert right in ONE
    path = tmp_path / "profiles.toml"
    path.write_text(ONE.replace(right, wrong), "utf-8")
    _, source = profiles.read(path)
    assert any(str(problem).startswith(f"{path}:{said}") for problem in source.problems), source.problems


def test_a_circle_of_clocks_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    chain = SECOND.format("handled", "investigated") + SECOND.format("investigated", "handled")
    path.write_text(ONE + chain, "utf-8")
    _, source = profiles.read(path)
    assert [problem.line for problem in source.problems] == [15]
    assert "a circle" in source.problems[0].wrong


STATION = '[station]\nid = "cq-0147"\nfuels = ["lng"]\n[mqtt]\nhost = "127.0.0.1"\n'


def station(tmp_path: Path, sla: str) -> tuple[Promises | None, list[str]]:
    path = tmp_path / "station.toml"
    path.write_text(STATION + sla, "utf-8")
    config, problems, _ = read(path)
    return config.promises if config else None, [str(problem).removeprefix(f"{path}:") for problem in problems]


def test_a_station_of_lng_alone_promises_otherwise(tmp_path: Path) -> None:
    promises, _ = station(tmp_path, "")
    assert promises and promises.usual["complaint"] == "P02"


@pytest.mark.parametrize(
    ("sla", "said"),
    [
        ('[sla]\ncomplaint = "P23"', "7: sla.complaint: profile: P23 leaves blank: forwarded, acked; [sla.P23] in"),
        ('[sla]\ncomplaint = "P19"', "7: sla.complaint: P19 may be chosen for a case, but is nobody's default"),
        ('[sla]\ncomplaint = "P77"', "7: sla.complaint: 'P77' is unknown; one of P01, P02"),
        ('[sla]\nfeedback = "P01"', "7: sla.feedback: unknown key; one of"),
        ('[sla.P23]\nacked = "24 h"', "6: sla.P23: leaves blank: forwarded; each of them"),
        ('[sla.P24]\nhandled = "soon"', "7: sla.P24.handled: 'soon' is no limit; a number and min"),
        ('[sla.P24]\nanswered = "3 h"', "7: sla.P24.answered: no clock of P24; its clocks: handled"),
        ('[sla.P02]\nservice = "18:00-08:00"', "7: sla.P02.service: '18:00-08:00' does not end after it begins"),
        (
            '[sla.P13]\nreplied = "7 wd from archived"',
            "7: sla.P13.replied: stops at replied, which comes before archived",
        ),
    ],
)
def test_a_stations_own_figures_are_checked_line_by_line(sla: str, said: str, tmp_path: Path) -> None:
    promises, problems = station(tmp_path, sla)
    assert promises is None
    assert any(problem.startswith(said) for problem in problems), problems


def test_a_blank_profile_is_promised_to_nobody_until_it_is_filled(tmp_path: Path) -> None:
    promises, _ = station(tmp_path, "")
    assert promises and "leaves blank: forwarded, acked" in promises.objection("P23")
    promises, _ = station(tmp_path, '[sla]\ncomplaint = "P23"\n[sla.P23]\nforwarded = "1 wd"\nacked = "24 h"')
    assert promises and promises.objection("P23") == ""
    frozen = promises.freeze("complaint", "")
    assert frozen == {"profile": "P23@1", "terms": {"forwarded": "1 wd", "acked": "24 h"}}


def test_what_was_promised_holds_whatever_the_operator_says_later() -> None:
    then = Promises(PROFILES, {"P24": {"handled": "10 min"}})
    later = Promises(PROFILES, {"P24": {"handled": "60 min"}})
    received = replace(event("received 2026-03-02 10:00"), body=then.freeze("complaint", "P24"))
    profile = later.of(case(received))
    assert profile
    assert local(reckon(profile, [received], "2026-03-02 10:00")["handled"].due) == "2026-03-02 10:10"


def test_the_findings_of_p13_may_count_from_the_receipt() -> None:
    profile = fill(PROFILES["P13"], {"replied": "7 wd from received"})
    found = reckon(profile, [event("received 2026-03-02 10:00")], "2026-03-02 10:00")
    assert local(found["replied"].due) == "2026-03-11 24:00"


def test_a_profile_can_be_read_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profiles", "P11"]) == 0
    page = capsys.readouterr().out
    assert "first_contact" in page
    assert "severity ≤ dissatisfied: 30 minutes 30分钟; very-dissatisfied: 20 minutes" in page
    assert "≥ 40 minutes" in page
    assert main(["profiles"]) == 0
    assert "P23@1" in capsys.readouterr().out
    assert main(["profiles", "P99"]) == 1


def test_a_profile_is_shown_with_the_stations_own_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    station(tmp_path, '[sla.P24]\nhandled = "10 min"\nservice = "08:00-18:00"')
    assert main(["profiles", "P24", "-c", str(tmp_path / "station.toml")]) == 0
    page = capsys.readouterr().out
    assert "≤ 10 minutes 10分钟" in page
    assert "from 08:00 to 18:00" in page
