"""The agent's own vital signs, as `diag` tells them: memory, processor, and how each device's line is."""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping
from pathlib import Path

from agent.core.model import Body
from drivers.bus.poller import Tally

PAGE = os.sysconf("SC_PAGE_SIZE")


def process() -> Body:
    """Bytes of memory in use, processor seconds since the start."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resident = int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE
    return {
        "memory": resident,
        "processor": round(used.ru_utime + used.ru_stime, 2),
    }


def line(tallies: Mapping[str, Tally]) -> Body:
    """The devices of one bus: polls, skipped slots, failed requests by reason, the last failure in words."""
    return {
        name: {
            "polls": t.polls, "missed": t.missed, "faults": t.faults, "why": t.why,
            "round_trip": round(t.round_trip, 4),
        }
        for name, t in tallies.items()
    }  # fmt: skip
