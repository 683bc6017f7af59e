"""Which message no connection survives: found out alone and several times, before anything is held against it.

A line that breaks often breaks with something in flight, too. So nothing follows from one break, nor from a message
that flew among others, nor from a line that breaks when the suspect does not fly:

    the same message flew in BREAKS breaks running ──▶ suspect: it flies alone from now on
    alone, and taken ──▶ innocent          alone, and the connection ends ──▶ a strike; aside for a growing pause
    a break without any suspect in flight ──▶ the line may be bad: every strike is taken back
    nothing flew in it, or whatever did is taken ──▶ the line is bad: nobody is suspected any more
    STRIKES strikes ──▶ guilty; what is as large, where nothing so large was ever taken, needs one strike of its own

Nobody is tried again before the connection is as old as the one was that ended with its last try: on a line where
every connection ends at some age, one ends before that, without a suspect in flight.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

BREAKS = 3
STRIKES = 4
PAUSES = (5.0, 600.0)  # seconds between two tries, first and longest; doubled each time
OLD = 60.0  # seconds: a connection that stood so long is as good as any that stood longer
MOST = 1000  # suspects that are remembered

Key = Hashable  # tells one message from another, on whatever connection
Way = Literal["open", "alone", "aside", "barred"]
Blame = Literal["", "right", "message"]  # why a connection ended: the line, or what we may not say, or what was said


@dataclass(frozen=True, slots=True)
class Trial:
    """A suspect. `due`: second of the monotonic clock from which it may be tried; `age`: seconds for which the
    connection stood that ended with its last try; `tries`: on connections that took something before."""

    due: float
    age: float = 0.0
    tries: int = 0
    strikes: int = 0
    guilty: bool = False


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What is held against whom. Sizes are bytes of payload; `began`: when the connection stood."""

    began: float = 0.0
    breaks: int = 0  # running, in each of which all of these flew:
    common: frozenset[Key] = frozenset()
    trials: Mapping[Key, Trial] = field(default_factory=dict)
    taken: int = 0  # the largest that was taken
    deadly: int = 0  # the smallest that was found guilty and is larger than any that was taken; 0: none

    @property
    def guilty(self) -> frozenset[Key]:
        return frozenset(key for key, trial in self.trials.items() if trial.guilty)


def connected(s: Suspicion, now: float) -> Suspicion:
    """A new connection stands."""
    trials = {key: replace(trial, due=max(trial.due, now + trial.age)) for key, trial in s.trials.items()}
    return replace(s, began=now, trials=trials)


def way(s: Suspicion, key: Key, size: int, now: float) -> Way:
    """How a message may go now: with others, alone, not yet, or not until it is its turn to be tried once more."""
    trial = s.trials.get(key)
    if trial is None:
        return "alone" if s.deadly and size >= s.deadly else "open"
    if now >= trial.due:
        return "alone"
    return "barred" if trial.guilty else "aside"


def answered(s: Suspicion, key: Key, size: int, taken: bool) -> Suspicion:
    """The broker answered, whatever it said: the connection survives this message."""
    if key not in s.trials and key not in s.common and (size <= s.taken or not taken):
        return s  # as nearly always
    trials = {other: trial for other, trial in s.trials.items() if other != key}
    largest = max(s.taken, size) if taken else s.taken
    deadly = s.deadly if s.deadly > largest else 0
    common = s.common - {key}
    if s.common and not common:  # none of them broke it
        trials = convicts(trials)
    return replace(s, breaks=s.breaks if common else 0, common=common, trials=trials, taken=largest, deadly=deadly)


def broken(s: Suspicion, flew: Mapping[Key, int], worked: bool, blame: Blame, now: float) -> Suspicion:
    """A connection ended. `flew`: what was in flight, with its size; `worked`: something was taken on it before."""
    alone = next(iter(flew)) if len(flew) == 1 else None
    if alone is not None and way(s, alone, flew[alone], now) == "alone":
        return tried(s, alone, flew[alone], worked, blame, now)
    if blame and not flew:
        return replace(s, breaks=0, common=frozenset(), trials=convicts(s.trials))
    trials = {key: trial if trial.guilty else replace(trial, strikes=0) for key, trial in s.trials.items()}
    common = s.common & flew.keys() if s.common else frozenset(flew)
    if not blame or not common:
        return replace(s, breaks=int(bool(blame)), common=frozenset(flew) if blame else frozenset(),
                       trials=trials)  # fmt: skip
    if s.breaks + 1 < BREAKS:
        return replace(s, breaks=s.breaks + 1, common=common, trials=trials)
    return replace(s, breaks=0, common=frozenset(), trials={key: Trial(now) for key in common} | trials)


def convicts(trials: Mapping[Key, Trial]) -> dict[Key, Trial]:
    return {key: trial for key, trial in trials.items() if trial.guilty}


def tried(s: Suspicion, key: Key, size: int, worked: bool, blame: Blame, now: float) -> Suspicion:
    """It flew alone, and the connection ended. Silence altogether is no strike: it may be the line's."""
    trial = s.trials.get(key, Trial(now))
    strikes = trial.strikes + (worked and blame == "message")
    guilty = trial.guilty or strikes >= (1 if s.deadly and size >= s.deadly else STRIKES)
    pause = min(PAUSES[0] * 2 ** min(trial.tries, 16), PAUSES[1]) if worked else PAUSES[0]
    held = Trial(now + pause, min(now - s.began, OLD), trial.tries + worked, strikes, guilty)
    trials = dict([*s.trials.items(), (key, held)][-MOST:])
    deadly = min(size, s.deadly or size) if guilty and size > s.taken else s.deadly
    return replace(s, trials=trials, deadly=deadly)
