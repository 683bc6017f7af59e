"""A station's own terms of its reports: what counts as few, when a day is to be reviewed, how long a duty may wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Terms:
    """Minutes are those of the station's own day; days are calendar days."""

    review: int = 20 * 60  # by this minute the station master has read what came in
    inquiry: int = 1  # visitors to be asked in a month, at least
    least: int = 5  # in what the public sees, a count below this is not told
    sample: int = 20  # ratings without which nobody is proposed as a service star
    shifts: tuple[int, ...] = (8 * 60, 20 * 60)  # minutes at which shifts begin
    within: Mapping[str, int] = field(default_factory=dict)  # days after its period until a report's duty is late


USUAL_TERMS = Terms()
