"""A fill, from the moment gas begins to flow until it is told; and what is remembered of a gun between two polls."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agent.core.fills.means import UNBIASED, Bias
from drivers.model import Instant

Phase = Literal["unseen", "idle", "filling", "paused", "settling"]
Ending = Literal["normal", "power-cut", "fault", "unseen"]
Mark = Literal[
    "began-unseen",  # gas was flowing, or had flowed, when the device was first heard (again)
    "ended-unseen",  # the next fill was there before the end of this one was seen
    "gap",           # the device was not heard for a while in between
    "restart",       # the agent was not there for a while in between
    "merged",        # more than one fill in one record: nobody can tell them apart any more
    "split",         # one sale of the device, which paused so long that it was closed and opened again
    "broken-total",  # the total was reset or edited in between: its difference says nothing
    "maintenance",   # the device stood in its maintenance mode
]  # fmt: skip
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Fill:
    """kg, CNY, MPa; None: not measured. While it lasts, `after`, `sale` and what follows are as they were seen last.

    `mass` is the display's where the device has one, else the total's difference. `metered` is always the latter.
    """

    began: Instant
    ended: Instant
    before: Decimal  # total
    after: Decimal
    number: int | None = None
    last_number: int | None = None  # of several that are one record
    sale_before: Decimal = ZERO  # what the device's sale already showed: the rest of an earlier record
    sale: Decimal | None = None
    price: Decimal | None = None
    amount: Decimal | None = None
    preset: Decimal | None = None
    money: bool = False
    pressure_before: float | None = None
    pressure_after: float | None = None
    temperature: float | None = None
    density: float | None = None
    stop: str = ""
    ending: Ending = "normal"
    marks: frozenset[Mark] = frozenset()
    drained: Decimal = ZERO  # flowed since the fill before this one, while idle

    @property
    def metered(self) -> Decimal:
        """kg by the total."""
        return self.after - self.before

    @property
    def mass(self) -> Decimal:
        return self.metered if self.sale is None else self.sale - self.sale_before


@dataclass(frozen=True, slots=True)
class Gun:
    """What is remembered of one dispenser: everything up to `total` belongs to a told fill, to `fill` or to `drained`.

    `restarts`: its sale was seen to begin anew, so one that counts on is the same sale.
    """

    phase: Phase = "unseen"
    at: Instant | None = None  # of the last poll that said anything
    total: Decimal | None = None
    number: int | None = None
    sale: Decimal | None = None
    state: str = ""
    pressure: float | None = None
    fill: Fill | None = None
    moved: Instant | None = None  # when gas was last seen to flow
    vented: bool = False  # since then the hose was without pressure
    drained: Decimal = ZERO  # since the last told fill
    away: frozenset[Mark] = frozenset()  # who was not there since the last poll that said anything: "gap", "restart"
    restarts: bool = False
    bias: Bias = UNBIASED


NEW = Gun()
