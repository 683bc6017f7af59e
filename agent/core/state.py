"""Everything the station remembers between two events, and how it is read back from its own facts at the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from agent.core.alarms import performance, telling
from agent.core.alarms.machine import Alarm
from agent.core.alarms.performance import Tally
from agent.core.balance import drift, snapshot
from agent.core.balance.drift import Drift
from agent.core.balance.snapshot import Snapshot
from agent.core.cases import calendar, calls, reminders
from agent.core.cases.desk import Desk
from agent.core.cases.evidence import Poured, Recent
from agent.core.clockwatch import Wall
from agent.core.draw import Draw
from agent.core.duties import duty
from agent.core.duties.duty import Progress
from agent.core.emergency import incident
from agent.core.emergency.incident import Incident
from agent.core.fills import lately
from agent.core.fills import recall as guns
from agent.core.fills.model import Gun
from agent.core.model import Body, Commanded, Effect
from agent.core.office import board, commands
from agent.core.office.flood import Flood
from agent.core.permits import maintenance, permit
from agent.core.permits.permit import Permit
from agent.core.readings import guard, quarantine, telemetry, totals
from agent.core.readings.guard import Parameters
from agent.core.readings.quarantine import Refused
from agent.core.readings.telemetry import Habit, Told
from agent.core.readings.totals import Watch
from agent.core.reports import published, standing
from agent.core.reports.standing import NO_REPORTS, Reports
from agent.core.setup import Setup
from agent.core.shift.model import Shift
from agent.core.shift.registers import Registers
from agent.core.surveys import definitions
from agent.core.surveys.definitions import Survey
from drivers.model import Instant
from kiosk.model import Receipt, Refusal, Screen

EMPTY: Mapping[str, Mapping[str, Body]] = {}
EMPTY_DESK = Desk()
UNTIMED: Mapping[str, Instant] = {}
RECALLED = ("alarm", "balance", "fill", "meter", "notice", "permit", "reply", "report", "shift", "task", "total")


class Line(NamedTuple):
    """The line to head office: whether the broker is there, how many facts wait, and since when it has been gone."""

    up: bool = False
    waiting: int = 0
    gone: float | None = None  # monotonic second; None: it is there, or nobody has looked
    unsent: frozenset[str] | None = None  # cases whose first word no broker has taken; None: nobody has looked


UNLINKED = Line()
UNCOUNTED = Tally()
QUIET = Flood()
UNSEEN = Wall()


@dataclass(frozen=True, slots=True)
class State:
    """Everything the station remembers between two events."""

    setup: Setup
    chance: Draw
    habits: Mapping[str, Habit]
    told: Mapping[str, Told] = field(default_factory=dict)
    totals: Mapping[str, Watch] = field(default_factory=dict)
    guns: Mapping[str, Gun] = field(default_factory=dict)  # by dispenser
    parameters: Mapping[str, Parameters] = field(default_factory=dict)
    refused: Mapping[str, Refused] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    alarms: Mapping[str, Alarm] = field(default_factory=dict)
    hushed: Mapping[str, float] = field(default_factory=dict)  # alarms that a button silenced, see `panel.outputs`
    contacts: Mapping[str, str] = field(default_factory=dict)  # what each input said last
    duties: Mapping[str, Progress] = field(default_factory=dict)  # how those of the calendar stand
    duty_minute: int = -1  # when they were looked at
    permits: Mapping[str, Permit] = field(default_factory=dict)  # by number
    maintained: frozenset[str] = frozenset()  # devices that people work on
    expired: frozenset[str] = frozenset()  # permits that are over while work goes on
    incidents: Mapping[str, Incident] = field(default_factory=dict)  # emergencies and drills, by number
    overdue: frozenset[str] = frozenset()  # those of which it sounded that nobody is at the scene
    tally: Tally = UNCOUNTED  # how often alarms were raised this month
    reported: int = -1  # the hour it was looked at for a report
    lately: tuple[Body, ...] = ()  # the last fills, newest first, see `fills.lately`
    calls: Mapping[str, str] = field(default_factory=dict)  # for the manager, that wait: since when
    silent: frozenset[str] = frozenset()
    sounding: frozenset[str] = frozenset()
    desk: Desk = EMPTY_DESK
    recent: Recent = field(default_factory=dict)  # what was read in the last half hour, for evidence
    poured: Poured = ()  # and what was filled
    shift: Shift | None = None  # the one that is open
    registers: Mapping[str, Registers] = field(default_factory=dict)  # the dispensers' own shift records
    books: Mapping[str, Snapshot] = field(default_factory=dict)  # where the balance of each kind of period began
    drifts: Mapping[str, Drift] = field(default_factory=dict)  # by dispenser
    record: Body | None = None  # of the last that was closed
    seen: Mapping[str, str] = field(default_factory=dict)  # ids of commands already answered: what each stands for
    flood: Flood = QUIET
    replaying: bool = False
    notices: Mapping[str, Body] = field(default_factory=dict)  # those that stand
    proposal: str = ""  # id of a station file that is being examined or tried
    line: Line = UNLINKED
    boot: str = ""  # names this run of the agent
    wall: Wall = UNSEEN
    cramped: bool = False  # the disk is almost full
    vitals: Mapping[str, Body] = field(default_factory=dict)  # the agent's own figures, of the parts people are shown
    reports: Reports = NO_REPORTS
    published: Body = field(default_factory=dict)  # the newest publication
    surveys: Mapping[str, Survey] = field(default_factory=dict)  # head office's own, those that run
    duty: tuple[str, ...] = ()  # who is there, in the order they came
    screen: Screen | None = None


Step = tuple[State, list[Effect]]
Taken = tuple[State, Sequence[Effect], Receipt | Refusal]  # a form, taken or not
Done = tuple[State, list[Effect], str | None]  # a command: what it causes, or why it is refused; None: told later
Turns = Mapping[type, Callable[[State, Any, Instant], Step]]
Forms = Mapping[type, Callable[[State, Any, Instant], Taken]]
Commands = Mapping[str, Callable[[State, Commanded, Instant], Done]]


def begin(
    setup: Setup,
    seed: bytes,
    remembered: Mapping[str, Mapping[str, Body]] = EMPTY,
    desk: Desk = EMPTY_DESK,
    read: Mapping[str, Instant] = UNTIMED,
    shift: Shift | None = None,
) -> State:
    """The state before the first event. `remembered`: for each of the RECALLED kinds, the journal's last body of each
    id; `read`: when the totals among them were read; `desk` and `shift`: as they stood; `seed`: 32 unguessable bytes
    (fixed ones in a rehearsal)."""
    kept = {kind: remembered.get(kind, {}) for kind in RECALLED}
    permits = permit.recall(kept["permit"].values())
    return State(
        setup,
        Draw(seed),
        {name: telemetry.habit(device) for name, device in setup.devices.items()},
        alarms=telling.recall(kept["alarm"].values()),
        permits=permits,
        maintained=maintenance.devices(permits.values()),
        duties=duty.recall(kept["task"].values()),
        incidents=incident.recall(kept["report"].values()),
        tally=performance.recall(list(kept["alarm"].values()), kept["report"]),
        desk=replace(desk, years=calendar.recall(kept["notice"]), tasks=reminders.recall(kept["task"])),
        totals=totals.recall(kept["total"], read),
        guns=guns.recall(kept["fill"], kept["total"], read),
        parameters=guard.recall(kept["meter"].values()),
        seen=commands.recall(kept["reply"].items()),
        refused=quarantine.recall(kept["meter"].values()),
        proposal=commands.open_proposal(kept["reply"]),
        notices=board.standing(kept["notice"]),
        reports=standing.recall(kept["report"]),
        published=dict(published.newest({}, kept["report"].values())),
        surveys=definitions.recall(kept["notice"]),
        duty=tuple(kept["shift"].get("duty", {}).get("people", ())),
        shift=shift,
        books=snapshot.recall(kept["balance"].values()),
        drifts=drift.recall(kept["balance"].values()),
        lately=lately.recall(kept["fill"]),
        calls=calls.recall(kept["task"]),
        record=max(
            (body for body in kept["shift"].values() if body.get("state") == "closed"),
            key=lambda body: str(body["closed"]),
            default=None,
        ),
    )
