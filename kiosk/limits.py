"""How often is too often: posts, wrong PINs, and how long a person stays in. `now` is monotonic seconds."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

POSTS = 20  # never limited: up to so many
SECOND = 0.95  # … a second, a little short of one, so that a steady twenty is not caught by a jittering clock
TRIES = 5  # wrong PINs of one person before a wait
WAITS = (60.0, 300.0, 900.0)  # seconds: the first wait, the second, every later one
TRIES_OF_ALL = 20  # wrong PINs of everybody together
TRIES_WITHIN = 300.0  # … in so many seconds close the pad for all
IDLE = 120.0  # seconds without a sign of life until a session ends


@dataclass
class Pace:
    """Posts of everybody, together."""

    taken: deque[float] = field(default_factory=lambda: deque(maxlen=POSTS))

    def take(self, now: float) -> bool:
        """False: too many, try again in a second."""
        if len(self.taken) == POSTS and now - self.taken[0] < SECOND:
            return False
        self.taken.append(now)
        return True


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong PINs of one person since the last right one."""

    wrong: int = 0
    until: float = -math.inf


@dataclass
class Guard:
    """The PIN pad's patience. A try counts as wrong until it turns out right, so that tries at one time all count."""

    people: dict[str, Tries] = field(default_factory=dict)
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=TRIES_OF_ALL))

    @classmethod
    def recall(cls, wrong: Mapping[str, int], waiting: Collection[str], now: float) -> Guard:
        """As it is after a start: wrong tries count on, and whoever had to wait waits anew."""
        people = {}
        for person, count in wrong.items():
            rounds = min(count // TRIES, len(WAITS))
            pause = WAITS[rounds - 1] if rounds and person in waiting else -math.inf
            people[person] = Tries(count, now + pause)
        return cls(people)

    def wait(self, person: str, now: float) -> float:
        """Seconds until this person may try; 0: now."""
        everybody = self.recent[0] + TRIES_WITHIN if len(self.recent) == TRIES_OF_ALL else -math.inf
        return max(0.0, self.people.get(person, Tries()).until - now, everybody - now)

    def begin(self, person: str, now: float) -> None:
        tries = self.people.get(person, Tries())
        wrong = tries.wrong + 1
        pause, rest = divmod(wrong, TRIES)
        self.people[person] = Tries(wrong, tries.until if rest else now + WAITS[min(pause, len(WAITS)) - 1])
        self.recent.append(now)

    def right(self, person: str, now: float) -> None:
        """The try begun at `now` was right: it and all before it are forgiven."""
        self.people.pop(person, None)
        if now in self.recent:
            self.recent.remove(now)


@dataclass(frozen=True, slots=True)
class Session:
    person: str
    seen: float


@dataclass
class Sessions:
    """Who is in: a secret cookie for each, forgotten when nothing was heard for a while."""

    open: dict[str, Session] = field(default_factory=dict)

    def enter(self, cookie: str, person: str, now: float) -> None:
        self.open = {c: s for c, s in self.open.items() if now - s.seen < IDLE and s.person != person}
        self.open[cookie] = Session(person, now)

    def who(self, cookie: str, now: float, *, touch: bool = True) -> str:
        """The person's id, or "". `touch`: this is a sign of life."""
        session = self.open.get(cookie)
        if session is None or now - session.seen >= IDLE:
            self.open.pop(cookie, None)
            return ""
        if touch:
            self.open[cookie] = replace(session, seen=now)
        return session.person

    def leave(self, cookie: str) -> None:
        self.open.pop(cookie, None)
