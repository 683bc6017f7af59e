"""Moments as text: UTC with milliseconds for messages, the station's own time for people and numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def iso(utc: float) -> str:
    """`2026-11-22T08:15:30.123Z` of seconds since 1970."""
    return datetime.fromtimestamp(utc, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def utc_of(text: str) -> float:
    """Seconds since 1970 of what `iso` wrote."""
    return datetime.fromisoformat(text).timestamp()


def local(utc: float, zone: ZoneInfo) -> datetime:
    """The same moment on the station's wall clock."""
    return datetime.fromtimestamp(utc, zone)
