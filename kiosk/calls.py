"""A customer asks for the manager, and somebody comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Call:
    """A customer asks for the manager."""

    kind: Literal["call"] = "call"


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody came to a customer who called; `withdrawn`: the customer does not wait any longer."""

    call: str
    by: str
    withdrawn: bool = False
    kind: Literal["came"] = "came"


@dataclass(frozen=True, slots=True)
class CallView:
    """A customer waits for the manager; `seen`: one of the staff knows."""

    id: str
    at: str  # 14:32
    since: str  # ISO 8601
    seen: bool = False
