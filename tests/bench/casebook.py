"""What the case book costs with a thousand open cases and twenty thousand closed ones: each page, as it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import thread_time

from overdue import CASES, PROFILES, START
from stations import small

from agent.core import station
from agent.core.cases import remnant, views
from agent.core.model import Submitted
from agent.core.state import State, begin
from drivers.model import Instant
from kiosk.casebook import Wanted
from kiosk.eventforms import groups
from kiosk.model import Complaint, Person
from kiosk.pages import Pages
from kiosk.toy import SCREEN

CLOSED = 20_000
LI = Person("li", "李师傅", "attendant")
TIMES = 20


def measure(folder: Path) -> dict[str, float]:
    """Processor seconds of each page, the middle of several."""
    state, now = filled(folder)
    pages, desk, setup = Pages(("zh-CN", "en")), state.desk, state.setup
    number = next(iter(desk.open))

    def book(wanted: Wanted) -> None:
        shown = views.listing(setup, desk, "li", wanted, 0, now)
        pages.document("cases.html", SCREEN, person=LI, list=shown)

    def case() -> None:
        sheet = views.sheet(setup, desk, desk.open[number], "li", now)
        assert sheet
        pages.document("casework.html", SCREEN, person=LI, sheet=sheet, groups=groups(sheet.steps))

    return {
        "the list to do": middle(lambda: book("todo")),
        "the list of closed ones": middle(lambda: book("closed")),
        "one case with its forms": middle(case),
    }


def filled(folder: Path) -> tuple[State, Instant]:
    state = begin(small(folder), bytes(32))
    for second in range(CASES):
        form = Complaint("complaint", "attitude", profile=PROFILES[second % len(PROFILES)])
        state, _ = station.step(state, Submitted(form, second), Instant(second, START + second, "synced"))
    packed = remnant.pack(replace(next(iter(state.desk.open.values())), state="archived"))
    closed = {f"CQ0147-2509{serial:05d}": packed for serial in range(CLOSED)}
    return replace(state, desk=replace(state.desk, closed=closed)), Instant(5000.0, START + 5000, "synced")


def middle(work: Callable[[], None]) -> float:
    took = []
    for _ in range(TIMES):
        began = thread_time()
        work()
        took.append(thread_time() - began)
    return sorted(took)[TIMES // 2]
