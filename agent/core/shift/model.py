"""A shift: what each gun gave since it was opened, and how far the two people have come with handing it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Phase = Literal["open", "signed", "closed"]  # signed: by who goes; closed: by who comes
Confirmed = Literal["", "agree", "differ", "unread", "reasoned"]
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sums:
    """What a gun's fills add up to: kg by its displays and by its total, CNY; kg that drained between them.

    `unseen`: kg, of the metered, that no record tells of; `missing`: their numbers, as far as they had any.
    """

    fills: int = 0
    dispensed: Decimal = ZERO
    metered: Decimal = ZERO
    amount: Decimal = ZERO
    unpriced: int = 0  # fills without an amount
    drained: Decimal = ZERO
    unseen: Decimal = ZERO
    missing: tuple[str, ...] = ()


NOTHING = Sums()


@dataclass(frozen=True, slots=True)
class Line:
    """One gun. `sums`: since the opening; `cut`: of them, what belonged to this shift when its closing was read."""

    opening: Decimal | None = None
    unit: str = "kg"
    sums: Sums = NOTHING
    closing: Decimal | None = None
    cut: Sums | None = None
    read: float | None = None  # when the closing was read, seconds since 1970
    typed: str = ""
    confirmed: Confirmed = ""
    manual: bool = False  # the closing was typed, the agent could not read it
    reason: str = ""
    verified: bool = False  # by who comes

    @property
    def settled(self) -> bool:
        """The outgoing attendant owes nothing more about this gun."""
        return self.confirmed in ("agree", "reasoned")


@dataclass(frozen=True, slots=True)
class Query:
    """A question that must be answered before anybody signs."""

    text: str
    by: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A closing of the last record that one person says is wrong; another has to say the same."""

    nozzle: str
    closing: Decimal
    by: str


@dataclass(frozen=True, slots=True)
class Shift:
    """`outgoing` hands over to `incoming`; empty: nobody yet. `due`: its end by the roster, seconds since 1970."""

    id: str
    opened: float
    due: float
    lines: Mapping[str, Line] = field(default_factory=dict)
    people: tuple[str, ...] = ()  # who took it over
    phase: Phase = "open"
    drafted: bool = False
    overdue: bool = False
    outgoing: str = ""
    incoming: str = ""
    notes: tuple[str, ...] = ()
    queries: tuple[Query, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    accepted: frozenset[str] = frozenset()
    inspected: bool = False
    vented: Decimal = ZERO  # kg let out on purpose
    findings: Mapping[str, int] = field(default_factory=dict)  # how many of each kind
    previous: str = ""  # hash of the record before
