"""Kinds of permits, as the station's file and the shipped one tell them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from agent.core.emergency.plan import Said


class Kind(NamedTuple):
    """One kind: `hours` at most, the measures that must be in place; `gas_test`: minutes a test counts, 0: none."""

    id: str
    scheme: str
    name: Said
    hours: float
    measures: tuple[str, ...]
    guardian: bool = False
    gas_test: float = 0.0
    sheet: bool = False  # an emergency repair: no issuer, but measures and guardian before it starts
    fits: str = ""  # what it is usual for


class Kinds(NamedTuple):
    kinds: Mapping[str, Kind]
    measures: Mapping[str, Said]
    schemes: tuple[str, ...] = ()
    own: tuple[str, ...] = ()  # of the station's file


NO_KINDS = Kinds({}, {})
