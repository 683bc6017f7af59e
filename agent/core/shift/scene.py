"""What a handover is decided by: the shift, and all of the station that the two people have to know of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from agent.core.fills.model import Gun
from agent.core.model import Body
from agent.core.readings.continuity import Counter
from agent.core.readings.totals import UNREAD
from agent.core.setup import Nozzle, Setup
from agent.core.shift import confirm
from agent.core.shift.model import Line, Shift
from agent.core.state import State
from drivers.model import Instant


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment. `cases`: that are open and must be taken over; `alarms`: that stand."""

    state: State
    shift: Shift
    now: Instant

    @property
    def setup(self) -> Setup:
        return self.state.setup

    @property
    def cases(self) -> tuple[str, ...]:
        return tuple(sorted(self.state.desk.open))

    @property
    def alarms(self) -> tuple[str, ...]:
        return tuple(sorted(id for id, alarm in self.state.alarms.items() if alarm.phase != "normal"))

    def line(self, nozzle: str) -> Line:
        return self.shift.lines.get(nozzle, Line())

    def counter(self, nozzle: Nozzle) -> Counter | None:
        """The gun's total as it was read and believed since the start."""
        return self.state.totals.get(nozzle.device, UNREAD).known

    def gun(self, nozzle: Nozzle) -> Gun | None:
        """What is remembered of the gun; None where several guns share a dispenser's points."""
        alone = sum(other.device == nozzle.device for other in self.setup.nozzles) == 1
        return self.state.guns.get(nozzle.device) if alone else None

    def under_way(self, nozzle: Nozzle) -> Body:
        return confirm.under_way(self.gun(nozzle))

    @property
    def unsettled(self) -> tuple[str, ...]:
        """Guns of which who goes still owes something."""
        return tuple(n.name for n in self.setup.nozzles if not self.line(n.name).settled)

    @property
    def unverified(self) -> tuple[str, ...]:
        return tuple(n.name for n in self.setup.nozzles if not self.line(n.name).verified)

    @property
    def unaccepted(self) -> tuple[str, ...]:
        return tuple(case for case in self.cases if case not in self.shift.accepted)

    @property
    def open_queries(self) -> tuple[str, ...]:
        return tuple(query.text for query in self.shift.queries if not query.answer)


def total_of(counter: Counter | None) -> Decimal | None:
    """A total as an exact number; None: it was not read."""
    value = counter.reading.value if counter else None
    return None if isinstance(value, str | None) else confirm.amount_of(confirm.display(value))
