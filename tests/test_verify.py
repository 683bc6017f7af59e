"""A capture is examined as head office would: what is well is silent, what is not is named with its line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent.core.lanes.verify import Report, verify
from agent.core.messages.envelope import Chain, historic, link, standing, trace
from agent.core.model import Fact, Standing, Trace
from drivers.model import Instant

AT = Instant(12.5, 1_795_600_000.0, "synced")
STATION = "cq-0147"


def line(topic: str, payload: bytes) -> str:
    return f"gse/1/up/{STATION}/{topic} {payload.decode()}\n"


def facts(count: int, kind: str = "total", **body: Any) -> list[str]:
    chain, lines = Chain.new("1"), []
    for number in range(count):
        chain, message = link(chain, Fact(kind, "1A", {"n": number, **body}, "dispenser-1", AT), STATION, "9f2c")
        lines.append(line(message.topic, message.payload))
    return lines


def found(lines: list[str]) -> list[str]:
    return [finding.fault for finding in verify(lines).findings]


def test_a_sound_capture_has_no_finding() -> None:
    status = standing(Standing("status", "_", {"state": "online", "since": "…"}, AT), 1, STATION, "9f2c")
    tele = trace(Trace("tele", "meter-1", {"samples": []}, "meter-1", AT), 1, STATION, "9f2c")
    report = verify([line(status.topic, status.payload), line(tele.topic, tele.payload), *facts(5), "\n"])
    assert report.findings == []
    assert (report.messages, report.duplicates) == (7, 0)


def test_a_capture_may_begin_in_the_middle() -> None:
    assert found(facts(9)[4:]) == []


def test_a_missing_fact_is_a_gap() -> None:
    lines = facts(5)
    del lines[2]
    (finding,) = verify(lines).findings
    assert finding.fault == "gap"
    assert "3 to 3 are missing" in finding.text


def test_a_gap_that_the_station_owns_up_to_is_none() -> None:
    chain, lines = Chain.new("1"), []
    body = {"lane": "trace", "epoch": "9f2c", "ranges": [[2, 4]], "count": 3, "reason": "spool full"}
    _, gap = link(chain, Fact("gap", "_", body, "station", AT), STATION, "9f2c")
    traces = [trace(Trace("tele", "m", {"n": n}, "m", AT), n, STATION, "9f2c") for n in (1, 5)]
    lines = [line(m.topic, m.payload) for m in (*traces, gap)]
    assert found(lines) == []


def test_the_same_message_again_is_a_duplicate_and_no_finding() -> None:
    lines = facts(3)
    report = verify(lines + lines[1:])
    assert (report.findings, report.duplicates) == ([], 2)


def test_a_replayed_trace_is_the_same_trace() -> None:
    tele = trace(Trace("tele", "meter-1", {"samples": []}, "meter-1", AT), 1, STATION, "9f2c")
    report = verify([line(tele.topic, tele.payload), line(tele.topic, historic(tele.payload))])
    assert (report.findings, report.duplicates) == ([], 1)


def test_other_bytes_under_the_same_id_are_a_fork() -> None:
    assert found(facts(3) + facts(3, total=1)[2:]) == ["fork"]


def test_a_changed_fact_breaks_the_chain_after_it() -> None:
    lines = facts(3)
    lines[1] = lines[1].replace('"n":1', '"n":7')
    (finding,) = verify(lines).findings
    assert (finding.fault, finding.line) == ("chain", 3)


def test_a_retained_alarm_of_last_week_is_no_gap() -> None:
    chain, lines = Chain.new("1"), []
    for number in range(30):
        kind = "alarm" if number in (3, 20) else "total"
        chain, message = link(chain, Fact(kind, "x", {}, "d", AT), STATION, "9f2c")
        lines.append(line(message.topic, message.payload))
    assert found([lines[3], lines[20], *lines[25:]]) == []


def test_an_envelope_without_its_members_is_named_with_what_is_allowed() -> None:
    text = line("status/_", json.dumps({"specversion": "0.3", "data": []}).encode())
    said = [f.text for f in verify([text]).findings]
    assert any("specversion: '0.3'; \"1.0\"" in text for text in said)
    assert any("time: 'missing'" in text for text in said)


def test_a_telephone_number_outside_pii_is_a_finding() -> None:
    assert found(facts(1, "case", text="call 13812345678")) == ["privacy"]
    assert found(facts(1, "pii", text="13812345678")) == []


@given(
    st.lists(
        st.text() | st.sampled_from(["gse/1/up/a/total/1A 5", "gse/1/up/a/gap/_ {}", 'gse/1/up/a/x/y {"lane":[]}'])
    )
)
def test_no_line_can_break_it(lines: list[str]) -> None:
    assert isinstance(verify(lines), Report)


def test_the_command_reads_standard_input_and_tells_a_machine(tmp_path: Path) -> None:
    lines = "".join(facts(4))
    command = [sys.executable, "-m", "agent.cli", "verify", "-", "--json"]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert told["lanes"] == [{"station": STATION, "lane": "fact", "epoch": "1", "from": 1, "to": 4, "held": 4}]
    done = subprocess.run(command, input="nonsense\n", capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
