"""The way of the fact lane to head office: what is sent next, what an answer means, what is sent again and when.

Three marks walk through one numbered lane: `sent` (given to the broker), `mark` (answered by the broker),
`acked` (held by head office, which alone counts as delivered). Kinds that nobody takes wait aside, so that
one refused kind never holds up the others; of each only the first is tried again until it is taken.
A single fact that no try will bring through (`poison`) is stepped over and owned up to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

WINDOW = 20  # facts in flight; also how far before the mark a connect begins again
CHASE = (30.0, 600.0)  # seconds of silence after which an acknowledging head office is asked again; doubled each time
PATIENCE = (5.0, 600.0)  # seconds before the same missing facts are sent once more: first, longest; doubled each time
MOST = 100  # ranges taken from one answer

Verdict = Literal["taken", "unheard", "refused", "poison"]
Range = tuple[int, int]

TOO_LARGE, SUSPECT, DEADLY = 0x95, 0x100, 0x101  # the last two are ours: no broker can say them

REASONS: dict[int, tuple[Verdict, str]] = {  # PUBACK reason codes, MQTT 5 §3.4.2.1
    0x00: ("taken", "success"),
    0x10: ("unheard", "no matching subscribers"),
    0x80: ("refused", "unspecified error"),
    0x83: ("refused", "implementation specific error"),
    0x87: ("refused", "not authorized"),
    0x90: ("poison", "topic name invalid"),
    0x91: ("refused", "packet identifier in use"),
    0x97: ("refused", "quota exceeded"),
    TOO_LARGE: ("poison", "packet too large"),
    0x99: ("poison", "payload format invalid"),
    SUSPECT: ("refused", "connections ended when it was sent; it is tried alone"),
    DEADLY: ("poison", "every connection ends on which it is sent"),
}
PAUSES: dict[Verdict, tuple[float, float]] = {"unheard": (5.0, 30.0), "refused": (5.0, 600.0)}  # first, longest


def verdict(code: int, retained: bool = False) -> Verdict:
    """What a PUBACK's reason code says about a message. Nobody subscribed: a retained message is kept all the same."""
    judged = REASONS.get(code, ("taken" if code < 0x80 else "refused", ""))[0]
    return "taken" if judged == "unheard" and retained else judged


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where the lane stands. Times are seconds of the monotonic clock; ranges include both ends."""

    head: int = 0  # newest fact of the journal
    mark: int = 0  # everything up to here was answered by the broker; what was refused stands in `held`
    sent: int = 0
    acked: int = 0  # head office holds everything up to here
    flying: frozenset[int] = frozenset()  # on the main way, not answered yet
    held: Mapping[str, Range] = field(default_factory=dict)  # kinds that nobody took: first and last
    scouts: frozenset[str] = frozenset()  # held kinds to be tried, whose first is looked for
    probes: Mapping[str, int] = field(default_factory=dict)  # held kinds on trial: their first, in flight
    flush: Mapping[str, Range] = field(default_factory=dict)  # kinds taken again: what has waited of them
    at: int = 0  # where the flush stands
    loose: Mapping[int, str] = field(default_factory=dict)  # of the flush: in flight, with its kind
    asked: tuple[Range, ...] = ()  # to be sent again first, because head office misses it
    poison: frozenset[int] = frozenset()  # refused for what they are: sent again only when somebody asks for them
    replay: tuple[Range, ...] = ()  # to be sent again last, because somebody wants to see it once more
    missed: tuple[Range, ...] = ()  # what head office missed when it was last heeded, and when that was
    heeded: float = float("-inf")
    patience: float = PATIENCE[0]
    heard: bool = False  # somebody listened to something on this connection
    allowed: int = 0  # while nobody listens: how far the main way may go
    probed: float = 0.0
    due: float = 0.0  # when held kinds are tried again
    pause: float = 0.0
    chase: float = 0.0  # when a silent head office is asked again
    stride: float = CHASE[0]
    again: int = 0  # end of what was sent again to a silent head office

    @property
    def answers(self) -> bool:
        """True where a head office acknowledges."""
        return self.acked > 0

    @property
    def proven(self) -> int:
        """Head office holds everything up to here without a hole."""
        return self.unproven[0][0] - 1 if self.unproven else self.head

    @property
    def unproven(self) -> tuple[Range, ...]:
        """What head office is not known to hold, in order. An answer that names as many holes as it may has more."""
        last = self.missed[-1:] if len(self.missed) >= MOST else ()
        return united([*self.missed, *((first, self.acked) for first, _ in last), (self.acked + 1, self.head)])

    @property
    def waiting(self) -> dict[str, Range]:
        """What the mark has passed although nobody took it: to be remembered beside the mark."""
        flights = [(kind, (seq, seq)) for seq, kind in self.loose.items()]
        return merged([*self.held.items(), *self.flush.items(), *flights])


def connected(d: Delivery, now: float) -> Delivery:
    """A new connection: nothing flies, the last window before the mark is sent again, held kinds are tried at once."""
    return replace(
        d, sent=max(d.mark - WINDOW, 0), flying=frozenset(), held=d.waiting, scouts=frozenset(), probes={},
        poison=frozenset(seq for seq in d.poison if seq > (d.acked or d.mark - WINDOW)),
        flush={}, loose={}, asked=(), heard=False, allowed=0, probed=now - PAUSES["unheard"][0], due=now, pause=0.0,
        chase=now + CHASE[0], again=0, patience=PATIENCE[0],
    )  # fmt: skip


def upcoming(d: Delivery, now: float) -> tuple[Delivery, int | None]:
    """The next fact to look at (`take` decides), or None while there is nothing to do."""
    if d.answers and d.acked < d.mark and now >= d.chase and not d.asked:
        end = min(d.acked + WINDOW, d.mark)
        d = replace(d, asked=((d.acked + 1, end),), again=end, chase=now + d.stride, stride=min(2 * d.stride, CHASE[1]))
    if d.held and not d.scouts and not d.probes and not d.flush and now >= trial(d):
        pause = max(2 * d.pause, PAUSES["unheard"][0])
        d = replace(d, scouts=frozenset(d.held), probed=now, allowed=d.head, pause=pause, due=now + pause)
    if d.scouts:
        return d, min(d.held[kind][0] for kind in d.scouts)
    if d.asked:
        return d, d.asked[0][0]
    if d.probes:
        return d, None  # what follows depends on the answer
    if d.flush:
        return d, d.at
    if d.sent < (d.head if d.heard or not d.held else min(d.head, d.allowed)):
        return d, d.sent + 1
    if d.replay and d.sent == d.head:
        return d, d.replay[0][0]
    return d, None


def leisurely(d: Delivery, seq: int) -> bool:
    """True when `seq`, as `upcoming` named it, goes only because somebody wants to see it once more."""
    return bool(d.replay) and seq == d.replay[0][0] and d.sent == d.head and not (d.scouts or d.asked or d.flush)


def trial(d: Delivery) -> float:
    """When held kinds may be tried: in time, or sooner when fresh facts wait and nobody has listened yet."""
    waiting = not d.heard and d.allowed <= d.sent < d.head
    return min(d.due, d.probed + PAUSES["unheard"][0]) if waiting else d.due


def take(d: Delivery, seq: int, kind: str, retained: bool) -> tuple[Delivery, bool]:
    """Step over fact `seq`, as `upcoming` named it; True when it is to be sent now."""
    if d.scouts:
        return scouted(d, seq, kind)
    if d.asked:
        (_, last), *rest = d.asked
        return replace(d, asked=((seq + 1, last), *rest) if seq < last else tuple(rest)), True
    if d.flush:
        first, last = d.flush.get(kind, (0, 0))
        sending = first <= seq <= last and seq not in d.poison
        flush = {k: (max(a, seq + 1), b) for k, (a, b) in d.flush.items() if b > seq}
        return replace(d, at=seq + 1, flush=flush, loose={**d.loose, seq: kind} if sending else d.loose), sending
    if seq <= d.sent:
        (_, last), *later = d.replay
        return replace(d, replay=((seq + 1, last), *later) if seq < last else tuple(later)), True
    if seq in d.poison:
        return settled(replace(d, sent=seq)), False
    if kind in d.held and not retained:
        first, last = d.held[kind]
        return settled(replace(d, sent=seq, held={**d.held, kind: (min(first, seq), max(last, seq))})), False
    return replace(d, sent=seq, flying=d.flying | {seq}), True


def scouted(d: Delivery, seq: int, kind: str) -> tuple[Delivery, bool]:
    """A held kind is tried with its first fact; kinds that looked for theirs at the same place look further."""
    here = frozenset(k for k in d.scouts if d.held[k][0] == seq)
    others = {k: (seq + 1, d.held[k][1]) for k in here - {kind}}
    held = {k: waiting for k, waiting in {**d.held, **others}.items() if waiting[0] <= waiting[1]}
    probes = {**d.probes, kind: seq} if kind in here else d.probes
    return replace(d, held=held, scouts=(d.scouts - {kind}) & held.keys(), probes=probes), kind in here


def absent(d: Delivery, seq: int) -> Delivery:
    """The journal has no fact `seq` any more: step over it."""
    d, _ = take(d, seq, "", False)
    return settled(replace(d, flying=d.flying - {seq}))


def landed(d: Delivery, seq: int, kind: str, retained: bool, code: int, now: float) -> Delivery:
    """The broker answered for one fact, in whatever order."""
    said, before = verdict(code, retained), d.mark
    if said in ("unheard", "refused"):
        d = hold(d, seq, kind, said, now)
    else:
        d = replace(d, poison=d.poison | {seq} if said == "poison" else d.poison - {seq})
    if said in ("taken", "poison") and d.probes.get(kind) == seq == d.held.get(kind, (0, 0))[0]:
        d = freed(d, seq, kind)
    loose = {flight: k for flight, k in d.loose.items() if flight != seq}
    probes = {k: probe for k, probe in d.probes.items() if probe != seq}
    d = replace(d, flying=d.flying - {seq}, probes=probes, loose=loose,
                heard=d.heard or code == 0)  # fmt: skip
    d = settled(d)
    return replace(d, chase=now + d.stride) if before <= d.acked < d.mark else d


def settled(d: Delivery) -> Delivery:
    """The mark follows what was answered without a hole."""
    return replace(d, mark=max(d.mark, min(d.flying, default=d.sent + 1) - 1))


def freed(d: Delivery, seq: int, kind: str) -> Delivery:
    """A held kind found somebody: what has waited of it goes next, in the lane's order."""
    held = {k: waiting for k, waiting in d.held.items() if k != kind}
    first, last = seq + 1, d.held[kind][1]
    if first > last:
        return replace(d, held=held, pause=0.0)
    return replace(d, held=held, flush={**d.flush, kind: (first, last)}, pause=0.0,
                   at=min(first, d.at) if d.flush else first)  # fmt: skip


def hold(d: Delivery, seq: int, kind: str, said: Verdict, now: float) -> Delivery:
    """Nobody took it: its kind waits. A kind held anew is tried soon; each trial in vain doubles the pause."""
    shortest, longest = PAUSES[said]
    mine = merged([(kind, (seq, seq)), (kind, d.waiting.get(kind, (seq, seq)))])
    flush = {k: kept for k, kept in d.flush.items() if k != kind}
    if d.probes.get(kind) == seq:
        pause = min(d.pause, longest)
        d = replace(d, pause=pause, due=d.probed + pause)
    elif not d.held:
        d = replace(d, pause=shortest, due=now + shortest, probed=now, allowed=max(d.allowed, d.sent))
    elif kind not in d.held:
        d = replace(d, pause=shortest, due=min(d.due, now + shortest))
    return replace(d, held={**d.held, **mine}, flush=flush)


def merged(ranges: Iterable[tuple[str, Range]]) -> dict[str, Range]:
    """One range a kind, wide enough for all of its ranges."""
    wide: dict[str, Range] = {}
    for kind, (first, last) in ranges:
        low, high = wide.get(kind, (first, last))
        wide[kind] = min(low, first), max(high, last)
    return wide


# ── head office ─────────────────────────────────────────────────────────────


def acknowledged(d: Delivery, through: int, missing: tuple[Range, ...], now: float) -> Delivery:
    """Head office holds everything up to `through` but `missing`. The caller has proved epoch, hash and head."""
    wanted = clip(missing, through)
    if wanted and not d.asked and (wanted != d.missed or now >= d.heeded + d.patience):
        longer = PATIENCE[0] if wanted != d.missed else min(2 * d.patience, PATIENCE[1])
        d = replace(d, asked=wanted, heeded=now, patience=longer)
    if through >= d.acked:
        d = replace(d, missed=wanted)
    if through <= d.acked:
        return d
    d = replace(d, acked=through, stride=CHASE[0], chase=now + CHASE[0])
    d = settled(replace(d, mark=max(d.mark, through), sent=max(d.sent, through)))
    if d.again and not d.asked and d.again <= through < d.mark:  # it answers: go on at once
        end = min(through + WINDOW, d.mark)
        return replace(d, asked=((through + 1, end),), again=end)
    return replace(d, again=d.again if through < d.again else 0)


def answered(d: Delivery, held: int, now: float) -> Delivery:
    """Head office's answer to hello: it holds everything up to `held`; the marks follow it, forward or back."""
    d = replace(d, acked=held, missed=clip(d.missed, held), stride=CHASE[0], chase=now + CHASE[0], again=0,
                patience=PATIENCE[0])  # fmt: skip
    if held < d.mark:
        return replace(d, mark=held, sent=held, flying=frozenset(), held={}, scouts=frozenset(), probes={}, flush={},
                       loose={}, asked=())  # fmt: skip
    later = {kind: (max(first, held + 1), last) for kind, (first, last) in d.waiting.items() if last > held}
    return settled(
        replace(d, mark=held, sent=max(d.sent, held), held=later, scouts=frozenset(), probes={}, flush={}, loose={})
    )


def requested(d: Delivery, first: int, last: int) -> Delivery:
    """A range is to be sent once more, after everything else; what was asked for before keeps its turn."""
    return replace(d, replay=(*d.replay, *clip(((first, last),), d.head))[:MOST])


def clip(ranges: tuple[Range, ...], through: int) -> tuple[Range, ...]:
    """What somebody else wrote, made harmless."""
    return tuple(sorted((max(a, 1), min(b, through)) for a, b in ranges if a <= b and a <= through and b >= 1))[:MOST]


def united(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same numbers, each once and in order."""
    wide: list[Range] = []
    for first, last in sorted(ranges):
        if first <= last and wide and first <= wide[-1][1] + 1:
            wide[-1] = wide[-1][0], max(wide[-1][1], last)
        elif first <= last:
            wide.append((first, last))
    return tuple(wide)
