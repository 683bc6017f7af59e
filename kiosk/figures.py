"""Figures that a page shows: how this computer is, and how what customers said was handled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How this computer itself is, for the staff: counts, seconds, bytes, and shares from 0 to 1."""

    away: int = 0  # seconds without the broker; 0 while it is there
    facts: int = 0  # that wait for head office
    oldest: int = 0  # seconds since the first of them was made
    late: int = 0  # saved from a damaged journal, still to go
    traces: int = 0  # in memory
    spool: float = 0.0  # share of what may lie on disk
    free: int = 0  # bytes of disk
    free_share: float = 1.0
    written: int = 0  # bytes a day to the card, as measured since the start
    syncs: int = 0  # a day
    damaged: tuple[str, ...] = ()  # files put aside
    printer: str = ""  # of slips: idle, printing, no-paper, gone; empty: there is none


IDLE = Upkeep()


@dataclass(frozen=True, slots=True)
class Published:
    """How what customers said was handled, as it is published: of whole months, never of so few that it points at
    somebody. None: too few, or nothing to reckon from."""

    period: str  # 2026-11
    received: int | None = None
    closed: int | None = None
    on_time: float | None = None  # share of the promises kept
    reply: int | None = None  # minutes from receipt to answer, the middle one
