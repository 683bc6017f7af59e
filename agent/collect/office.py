"""What head office does with a turn of messages: keep each once, then say what it holds and what it lacks.

examine ─▶ same hash held? ─▶ duplicate ──────────────────────────┐
         ├▶ other hash held, or the chain does not fit ─▶ quarantine │
         └▶ keep ─▶ how far is the lane whole? ─▶ commit ─▶ ack ◀──┘
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from agent.collect.examine import Parcel, examine
from agent.collect.store import Progress, Store
from agent.core import seal
from agent.core.lanes import checkpoint
from agent.core.messages import envelope

RANGES = 100  # missing ranges named in one ack
AGAIN = 10.0  # seconds after which a station is asked for the same holes again

Heard = tuple[str, bytes, bool]  # topic, payload, retained
Said = tuple[str, bytes]  # topic, payload


@dataclass
class Turn:
    """What follows from one turn: what is to be said, and what a person should read."""

    said: list[Said] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class Office:
    """One head office. `tally` counts what became of the messages."""

    def __init__(self, store: Store, root: str = "gse") -> None:
        self.store, self.root = store, root
        self.tally: Counter[str] = Counter()
        self.asked: dict[tuple[str, str], float] = {}  # lanes with holes: when they were asked for last

    def take(self, heard: Iterable[Heard], now: float) -> Turn:
        """Everything that was heard in one turn, in one transaction; `now`: monotonic seconds. Raises sqlite3.Error."""
        turn, owed, greeted = Turn(), dict[tuple[str, str], None](), dict[str, str]()
        heard = [one for one in heard if one[1]]  # an empty payload takes a retained message away
        if heard:
            self.store.begin()
            for topic, payload, retained in heard:
                parcel = examine(self.root, topic, payload)
                if isinstance(parcel, str):
                    self._put_aside(topic, envelope.digest(payload), parcel, payload, turn)
                elif parcel.lane:
                    self._enter(parcel, topic, turn, owed)
                else:
                    self._stand(parcel, retained, turn, greeted)
            for station, epoch in owed:
                self._advance(station, epoch)
            self.store.commit()
        for station, epoch in greeted.items():
            turn.said.append(self._answer(station, epoch))
        earlier = [(station, epoch) for station in greeted for epoch in self._ended(station)]
        again = [lane for lane, when in self.asked.items() if now - when >= AGAIN]
        for station, epoch in dict.fromkeys([*owed, *earlier, *again]):
            turn.said += self._acknowledge(station, epoch, now)
        return turn

    # ── keeping ─────────────────────────────────────────────────────────────

    def _enter(self, parcel: Parcel, topic: str, turn: Turn, owed: dict[tuple[str, str], None]) -> None:
        """A fact or a trace in its place."""
        if parcel.lane == "fact":
            owed[parcel.station, parcel.epoch] = None
        held = self.store.hash(parcel)
        if held and held[0] == parcel.hash:
            self.tally["duplicate"] += 1
            return
        if wrong := f"a fork: other bytes are held as {held[0][:12]}…" if held else self._misfit(parcel):
            self._put_aside(topic, parcel.hash, wrong, parcel.payload, turn)
            return
        self.store.keep(parcel)
        self.tally[parcel.lane] += 1
        if parcel.fault:
            turn.remarks.append(f"{topic} {parcel.epoch}/{parcel.seq}: {parcel.fault}")
        if parcel.kind == "gap":
            for lane, epoch, first, last in gaps(parcel):
                self.store.explain(parcel.station, lane, epoch, first, last, str(parcel.body.get("reason", "")))
                if lane == "fact":
                    owed[parcel.station, epoch] = None
            if parcel.seq == 1:  # an epoch begins: is the one before it whole?
                owed[parcel.station, str(parcel.body.get("epoch"))] = None
        if parcel.kind == "checkpoint":
            self._prove(parcel, turn)
        match parcel.body:
            case {"what": "clock-known", "boots": list(boots), "offset": float(offset)} if parcel.kind == "audit":
                self.store.place(parcel.station, [boot for boot in boots if isinstance(boot, str)], offset)

    def _misfit(self, parcel: Parcel) -> str:
        """Why a fact does not fit between its neighbours; empty when it does."""
        if parcel.lane != "fact":
            return ""
        before, after = self.store.hash(parcel, -1), self.store.hash(parcel, 1)
        if before and before[0] != parcel.prev:
            return f"a fork: its prev is {parcel.prev[:12]}…, the fact before is held as {before[0][:12]}…"
        if after and after[1] != parcel.hash:
            return "a fork: the fact after it, which is held, follows other bytes"
        return ""

    def _put_aside(self, topic: str, hash: str, reason: str, payload: bytes, turn: Turn) -> None:
        if self.store.quarantine(topic, hash, reason, payload):
            turn.remarks.append(f"{topic}: {reason}; put aside")
        self.tally["quarantine"] += 1

    def _prove(self, parcel: Parcel, turn: Turn) -> None:
        public = seal.read_key(self.store.key(parcel.station))
        if public and not checkpoint.genuine(parcel.station, parcel.epoch, parcel.body, public):
            turn.remarks.append(f"{parcel.station} {parcel.epoch}/{parcel.seq}: not signed by the station's key")

    def _stand(self, parcel: Parcel, retained: bool, turn: Turn, greeted: dict[str, str]) -> None:
        """Outside both lanes: remembered as the last of its kind; a greeting is answered."""
        self.tally[parcel.kind] += 1
        if parcel.kind != "hello":
            self.store.stand(parcel)
        if parcel.kind == "hello" and not parcel.fault:
            greeted[parcel.station] = str(parcel.body["epoch"])
        if parcel.kind == "status" and retained and parcel.body.get("state") == "online":
            greeted.setdefault(parcel.station, "")  # it was there before us: it has to hear where we stand
        match parcel.body:
            case {"keys": {"station": str(public)}} if self.store.trust(parcel.station, public) != public:
                turn.remarks.append(f"{parcel.station}: its key is another than before; the first one stands")

    def _advance(self, station: str, epoch: str) -> None:
        """How far the lane is whole now."""
        was = self.store.progress(station, epoch)
        through, held, hash, highest = was
        while True:
            following = self.store.next_held(station, epoch, through)
            if following and following[0] == through + 1:
                through, hash = following
                held = through
            elif gone := self.store.explained(station, epoch, through + 1):
                through = gone
            else:
                break
        while following := self.store.next_held(station, epoch, highest):
            highest = following[0]
        now = Progress(through, held, hash, max(highest, held))
        if now != was:
            self.store.advance(station, epoch, now)

    # ── saying ──────────────────────────────────────────────────────────────

    def _down(self, station: str, rest: str, body: dict[str, Any]) -> Said:
        return f"{self.root}/1/dn/{station}/{rest}", envelope.dump(body)

    def _answer(self, station: str, epoch: str) -> Said:
        """Hello: the newest we hold of the newest epoch we know, holes or not; they are asked for after it."""
        known = self.store.epochs(station)
        newest = max([*known, epoch or "0"], key=lambda e: int(e) if e.isdecimal() else 0)
        seq = self.store.progress(station, newest).highest
        if seq:
            self.asked[station, newest] = float("-inf")
        fact = {"seq": seq, "hash": self.store.fact_hash(station, newest, seq)}
        return self._down(station, "hello/_", {"epoch": newest, "fact": fact, "trace": {"seq": 0}})

    def _ended(self, station: str) -> list[str]:
        """The epochs before the newest: of those a station may have more than we hold, after a restore for one."""
        return list(dict.fromkeys([*self.store.epochs(station)[:-1], *self.store.origins(station)]))

    def _acknowledge(self, station: str, epoch: str, now: float) -> Iterator[Said]:
        """Everything held up to a number but the holes, which stay on our mind until they are filled. Nothing at all of
        an epoch that others grew out of: that is said as well."""
        progress = self.store.progress(station, epoch)
        holes = list(self._holes(station, epoch, progress))
        if holes and epoch == self.store.epochs(station)[-1]:  # an older one: at each greeting
            self.asked[station, epoch] = now
        else:
            self.asked.pop((station, epoch), None)
        seq = progress.highest
        if seq or progress.through < self.store.origins(station).get(epoch, 0):
            hash = self.store.fact_hash(station, epoch, seq)
            yield self._down(
                station, "ack/fact", {"epoch": epoch, "through": seq, "hash": hash, "missing": [list(h) for h in holes]}
            )

    def _holes(self, station: str, epoch: str, progress: Progress) -> Iterator[tuple[int, int]]:
        """Facts neither held nor explained below the highest that is held."""
        for at, last in self.store.holes(station, epoch, progress.through, RANGES):
            while at <= last and (gone := self.store.explained(station, epoch, at)):
                at = gone + 1
            if at <= last:
                yield at, last


def gaps(parcel: Parcel) -> Iterator[tuple[str, str, int, int]]:
    """Lane, epoch, first and last of what a `gap` fact owns up to; what is no pair of numbers is left out."""
    lane, epoch, ranges = (parcel.body.get(name) for name in ("lane", "epoch", "ranges"))
    for pair in ranges if isinstance(ranges, list) else []:
        match pair:
            case [int(first), int(last)] if 0 < first <= last < 1 << 62:
                yield str(lane), str(epoch), first, last
