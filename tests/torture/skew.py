"""Fault test 7: the wall clock starts in 1970, jumps both ways, a day passes during an outage, NTP comes late."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest
from faketime import FOUND, settable
from mosquitto import until

from torture.site import CALM, PERSISTENT, Site

LATE = "-56y"  # 1970, or near it: no clock chip, nothing heard of NTP
JUMPS = (LATE, "+10y", "-2h", "+1d", "+0")
SEEN = 1.3  # seconds until the process has looked at its clock's file again


def jumped(folder: Path, rounds: int, seed: int) -> str:
    """The clock jumps `rounds` times while customers rate; the agent is killed or the broker is away meanwhile."""
    if not FOUND:
        pytest.skip("faketime is not installed on this machine")
    site = Site(folder, seed, *PERSISTENT)
    believed, offset = folder / "believed", folder / "offset"
    offset.write_text(LATE)
    site.daemon.program, site.daemon.environment = ("torture.skewed", str(believed)), settable(offset)
    with site:
        for _ in range(rounds):
            jump = site.chance.choice(JUMPS)
            believed.unlink(missing_ok=True)
            offset.write_text(jump)
            if jump == "+0":
                believed.touch()  # NTP has arrived
            match site.chance.choice(("nothing else", "outage", "restart")):
                case "outage":
                    site.kill_broker(1.0)
                case "restart":
                    site.kill_agent(0.0, SEEN)
            time.sleep(SEEN)
        believed.unlink(missing_ok=True)
        offset.write_text(LATE)
        begun = audits(site.collector.db, "started", "unsynced")
        site.kill_agent(SEEN, SEEN)
        until(lambda: audits(site.collector.db, "started", "unsynced") > begun, CALM, "it did not start in 1970")
        time.sleep(3 * SEEN)  # customers rate in 1970
        offset.write_text("+0")
        believed.touch()  # NTP comes late
        until(lambda: audits(site.collector.db, "clock-known") > 0, CALM, "the offset of the boot was never told")
        believed.unlink()
        offset.write_text("-2h")  # once more while it is up for certain: a slow one slept through the others
        until(lambda: audits(site.collector.db, "clock-stepped") > 0, CALM, "no step was told")
        counted = site.count()
        steps, known = (audits(site.collector.db, what) for what in ("clock-stepped", "clock-known"))
        return f"7. the clock jumped {rounds} times: {counted}; {steps} steps and {known} offsets of a boot told"


def audits(db: Path, what: str, clk: str = "") -> int:
    """How many facts of this sort, made by such a clock, head office holds."""
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as tables:
        facts = tables.execute("SELECT CAST(payload AS TEXT) FROM message WHERE kind = 'audit'").fetchall()
    return sum(f'"what":"{what}"' in fact and f'"clk":"{clk}' in fact for (fact,) in facts)
