"""A model of a line to a broker that ends now and then, and of the messages that sail on it."""

from __future__ import annotations

import random
from typing import NamedTuple

from agent.core.lanes.suspicion import Blame, Suspicion, answered, broken, connected, way

STEP = 0.05  # seconds
WINDOW = 20


class Line(NamedTuple):
    """`poison`: messages no connection survives; `breaks`: a second, by itself; seconds until an answer; `life`: of a
    connection, in seconds, `back`: until the next one stands; for a minute each stands for half an answer only."""

    poison: frozenset[int] = frozenset()
    breaks: float = 0.0
    answer: float = 0.1
    life: float = float("inf")
    back: float = 1.0
    blame: Blame = "message"


def size(line: Line, n: int) -> int:
    return 8000 if n in line.poison else 300 + n % 700


def sail(line: Line, seconds: float, chance: random.Random) -> tuple[Suspicion, set[int]]:
    """A message a second on such a line, and 0, the status, at each connect; who is suspected, and what arrived."""
    s, now, made, left, arrived = Suspicion(), 0.0, 0, list[int](), set[int]()
    aloft, alone, worked, began = {0: 0.0}, False, False, 0.0
    while now < seconds:
        life = line.life if line.life == float("inf") or now > 60 else line.answer / 2
        if made < now:
            made += 1
            left.append(made)
        for n in (n for n in left if n not in aloft and n not in s.guilty):
            how = way(s, n, size(line, n), now)
            if alone or len(aloft) >= WINDOW or (how == "alone" and aloft):
                break
            if how in ("open", "alone"):
                aloft[n], alone = now, how == "alone"
        now += STEP
        ripe = next((n for n, since in aloft.items() if now - since >= line.answer), None)
        if ripe in line.poison or chance.random() < line.breaks * STEP or now - began > life:
            s = broken(s, {n: size(line, n) for n in aloft}, worked, line.blame, now)
            now += line.back
            aloft, alone, worked, began = {}, False, False, now
            s = connected(s, now)
            if (how := way(s, 0, size(line, 0), now)) in ("open", "alone"):
                aloft[0], alone = now, how == "alone"
        elif ripe is not None:
            s, alone, worked = answered(s, ripe, size(line, ripe), True), False, True
            del aloft[ripe]
            arrived.add(ripe)
            left = [n for n in left if n != ripe]
    return s, arrived - {0}
