"""The fact lane at the journal's edge: the pure delivery machine, fed with facts, head office's word and old marks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

from agent.core.lanes import delivery
from agent.core.lanes.delivery import Delivery
from agent.core.messages import envelope
from agent.core.model import Event, Hurry, Lost, Message, Remarked, Repeat, Replayed
from agent.core.office import inbox
from agent.shell.store.chapter import ENDLESS, Bygone
from agent.shell.store.history import FOLD
from agent.shell.store.journal import Journal
from agent.shell.store.spool import format_ranges, read_ranges, runs
from drivers.model import Instant

log = logging.getLogger(__name__)

AHEAD = 1000  # epochs by which head office may be ahead of us and be believed: no storage is rolled back that often
RATE = 1000.0  # facts a second that are sent once more because somebody asked
BURST = 200.0  # of them at once
NEAR = 512  # facts kept in memory for the way to the broker
FETCH = 64  # facts read from the journal at once


class FactLane:
    """Which fact goes next, and what is known about those that went. What may wait for the disk is `async`."""

    def __init__(self, journal: Journal | Bygone, clock: Callable[[], Instant], tell: Callable[[Event], None]) -> None:
        """A `Bygone` is an epoch that ended: nothing is added to it, and head office may hold more of it than we."""
        self.journal, self.clock, self.tell = journal, clock, tell
        self.delivery = recall(journal)
        self.again = False  # the fact last taken had been sent before by this process
        self._furthest = 0  # the newest that was
        self._near: dict[int, Message] = {}
        self._needed: int | None = None
        self._fetch = asyncio.Event()
        self._renewed = False  # one new epoch at most on one connection
        self._forks: set[tuple[str, int]] = set()
        self._poison: dict[int, list[int]] = {}  # refused for what they are and not told yet, by reason
        self._confessed = float("-inf")
        self._replaying = False
        self._allowance, self._counted = BURST, 0.0  # of facts to be sent once more, and when it was counted

    def wake(self, messages: Iterable[Message] = ()) -> None:
        """Facts were appended; these, if they are at hand, need not be read again."""
        chain = self.journal.head()
        self.delivery = replace(self.delivery, head=chain.seq)
        epoch = f'{{"specversion":"1.0","id":"{self.journal.station}/fact/{chain.epoch}/'.encode()
        self._near |= {message.seq: message for message in messages if message.payload.startswith(epoch)}
        while len(self._near) > NEAR:
            del self._near[next(iter(self._near))]

    def connected(self, now: float) -> None:
        self.delivery = delivery.connected(self.delivery, now)
        self._renewed = False

    # ── out ─────────────────────────────────────────────────────────────────

    def upcoming(self, now: float) -> Message | None:
        """Take the next fact to be sent; None when nothing is due, or when the next has to be read first."""
        while True:
            self.delivery, seq = delivery.upcoming(self.delivery, now)
            leisurely = seq is not None and delivery.leisurely(self.delivery, seq)
            self._look()
            if seq is None or (leisurely and not self._allowed(now)):
                return None
            message = self._near.pop(seq, None) if self._announced(seq) else None
            if message is None:
                self._needed = seq
                self._fetch.set()
                return None
            self.delivery, send = delivery.take(self.delivery, seq, topic(message)[0], message.retain == "yes")
            if send:
                self._allowance -= leisurely
                self.again, self._furthest = seq <= self._furthest, max(self._furthest, seq)
                return replace(message, retain="no") if self._overtaken(message) else message

    def _announced(self, seq: int) -> bool:
        """False while a lost log could still give the number to another fact. An epoch that ended gives none."""
        return isinstance(self.journal, Bygone) or self.journal.announced.covers(self.journal.head().epoch, seq)

    async def _announce(self) -> None:
        """Whatever the journal holds may be handed out when this returns."""
        if isinstance(self.journal, Journal):
            await asyncio.to_thread(self.journal.announced.reach, self.journal.head())

    def _allowed(self, now: float) -> bool:
        """True while what was asked for keeps to its rate."""
        self._allowance = min(self._allowance + (now - self._counted) * RATE, BURST)
        self._counted = now
        return self._allowance >= 1

    def _overtaken(self, message: Message) -> bool:
        """A fact sent out of its turn does not take the retained place of a newer one."""
        out_of_turn = message.seq < self.delivery.sent or isinstance(self.journal, Bygone)
        late = message.retain == "yes" and out_of_turn
        return late and self.journal.newest(*topic(message)) != message.seq

    async def fetching(self, pump: Callable[[], None]) -> None:
        """Announce and read facts for `upcoming`, off the loop: a card under write load may take its time."""
        while True:
            await self._fetch.wait()
            self._fetch.clear()
            needed, epoch = self._needed, self.journal.epoch
            if needed is None:
                continue
            await self._announce()
            if needed not in self._near:
                messages = await asyncio.to_thread(self.journal.read, needed - 1, FETCH)
                if epoch is self.journal.epoch:
                    if not messages or messages[0].seq != needed:
                        self._skip(needed)
                    self._near |= {message.seq: message for message in messages}
            pump()

    def _skip(self, needed: int) -> None:
        """The journal has it no more; unless meanwhile something else comes first, it is stepped over."""
        self.delivery, seq = delivery.upcoming(self.delivery, self.clock().mono)
        if seq == needed:
            self.delivery = delivery.absent(self.delivery, needed)

    def landed(self, message: Message, code: int, now: float) -> None:
        """The broker answered for one fact."""
        kind, retained, known = topic(message)[0], message.retain == "yes", self.delivery.poison
        self.delivery = delivery.landed(self.delivery, message.seq, kind, retained, code, now)
        if self.delivery.poison - known:
            log.error("the broker will never take %s: %s", message.topic, delivery.REASONS[code][1])
            if kind != "gap":  # a loss that cannot be told is not told by another loss
                self._poison.setdefault(code, []).append(message.seq)

    def confess(self, now: float) -> None:
        """Tell what the broker will never take, one loss for each reason and half minute. The journal keeps it."""
        if self._poison and now - self._confessed >= FOLD:
            told, self._poison, self._confessed = self._poison, {}, now
            for code, seqs in told.items():
                why = f"the broker will never take it: {delivery.REASONS[code][1]}"
                self.tell(Lost("fact", self.journal.head().epoch, runs(sorted(seqs)), why))

    async def release(self, message: Message) -> list[Message]:
        """What takes the retained copy away, unless something newer stands there."""
        newest = await asyncio.to_thread(self.journal.newest, *topic(message))
        return [Message("", 0, message.topic, b"", 1, "yes")] if newest == message.seq else []

    async def retained(self, through: int) -> list[Message]:
        """What a broker without memory has to be told again, beside what is sent anyway after `through`."""
        return await asyncio.to_thread(self.journal.retained, through)

    # ── head office ─────────────────────────────────────────────────────────

    def request(self, first: int, last: int) -> None:
        """A replay: once more, behind everything that waits."""
        self.delivery = delivery.requested(self.delivery, first, last)
        self._replaying = True

    async def newest(self, effect: Hurry) -> list[Message]:
        """The last fact about one thing, outside its lane: the same bytes go again in their turn."""
        seq = await asyncio.to_thread(self.journal.newest, effect.kind, effect.id)
        messages = await asyncio.to_thread(self.journal.read, seq - 1, 1) if seq else []
        await self._announce()
        return [replace(message, lane="", seq=0) for message in messages if message.seq == seq]

    async def repeat(self, effect: Repeat) -> None:
        """The last fact about one thing once more. Of an earlier epoch nothing is repeated."""
        if seq := await asyncio.to_thread(self.journal.newest, effect.kind, effect.id):
            self.delivery = delivery.requested(self.delivery, seq, seq)

    def _look(self) -> None:
        """Say when a replay is over."""
        if self._replaying and not self.delivery.replay:
            self._replaying = False
            self.tell(Replayed())

    async def acknowledged(self, said: inbox.Acknowledged) -> None:
        """Believed only when epoch, number and hash are ours."""
        chain = self.journal.head()
        if said.epoch != chain.epoch or said.through == 0:
            return
        known = await asyncio.to_thread(self.journal.hash, said.through)
        if isinstance(self.journal, Bygone) and known is None:  # it holds what was lost here
            through = min(said.through, chain.seq)
            self.delivery = delivery.acknowledged(self.delivery, through, said.missing, self.clock().mono)
        elif said.through > chain.seq or (known is not None and known != said.hash):
            self._fork("an acknowledgement", said.epoch, said.through)
        elif known is not None and chain.epoch == self.journal.head().epoch:
            self.delivery = delivery.acknowledged(self.delivery, said.through, said.missing, self.clock().mono)

    async def answered(self, said: inbox.Answered) -> bool:
        """Head office told what it holds. More than we, or something else: the storage was rolled back.

        Then a new epoch begins and the answer is True: everything that flies belongs to the past.
        """
        chain, now, gone = self.journal.head(), self.clock().mono, self.journal.gone()
        known = await asyncio.to_thread(self.journal.hash, said.seq) if said.epoch == chain.epoch else None
        if said.epoch == chain.epoch and (said.seq <= gone or known == said.hash):
            self.delivery = delivery.answered(self.delivery, max(said.seq, gone), now)
        elif isinstance(self.journal, Bygone):
            if known is not None:
                self._fork("an answer to hello", said.epoch, said.seq)
        elif said.epoch.isdecimal() and int(said.epoch) < int(chain.epoch):
            self.delivery = delivery.answered(self.delivery, gone, now)
        elif self._renewed or not said.epoch.isdecimal() or int(said.epoch) - int(chain.epoch) > AHEAD:
            self._fork("an answer to hello", said.epoch, said.seq)
        else:
            await self._renew(self.journal, said)
            return True
        return False

    async def _renew(self, journal: Journal, said: inbox.Answered) -> None:
        self._renewed = True
        before, why = self.journal.head(), f"head office holds {said.epoch}/{said.seq}"
        again = delivery.united([*self.delivery.unproven, (self.delivery.head + 1, ENDLESS)])
        least = int(said.epoch) + 1
        epoch = await asyncio.to_thread(journal.renew, again, least, why, self.clock())
        self._near.clear()
        self._poison.clear()
        self._furthest = 0
        self.delivery = delivery.connected(Delivery(head=self.journal.head().seq), self.clock().mono)
        log.error("the storage was rolled back (%s, this station %d): epoch %s begins", why, before.seq, epoch.name)
        detail = {"epoch": epoch.name, "old": before.epoch, "seq": before.seq, "held": said.seq, "reason": why}
        self.tell(Remarked("storage-rolled-back", detail))

    def _fork(self, what: str, epoch: str, seq: int) -> None:
        """Not believed, and told once."""
        if (epoch, seq) not in self._forks and len(self._forks) < NEAR:
            self._forks.add((epoch, seq))
            text = f"{what} names {epoch}/{seq}, which this journal does not know so: not believed"
            log.error("%s", text)
            self.tell(Remarked("fork", {"epoch": epoch, "seq": seq, "text": text}))

    # ── marks ───────────────────────────────────────────────────────────────

    def remember(self) -> None:
        """Hand the marks to the journal, which writes them with its next commit. Nothing untold is passed by."""
        untold = {seq for seqs in self._poison.values() for seq in seqs}
        self.journal.mark("delivered", str(min(self.delivery.mark, min(untold, default=self.delivery.mark + 1) - 1)))
        self.journal.mark("acked", str(self.delivery.proven))
        self.journal.mark("poison", format_ranges(runs(sorted(self.delivery.poison - untold))))
        self.journal.mark("held", envelope.dump(self.delivery.waiting).decode())

    def flush(self) -> None:
        """Write them now, if the disk lets us."""
        self.remember()
        try:
            self.journal.flush()
        except OSError as error:
            log.warning("marks were not written: %s", error)


def recall(journal: Journal | Bygone) -> Delivery:
    """The machine as it was when its marks were last written."""
    marks, head = journal.marks, journal.head().seq
    try:
        mark, acked = (min(int(marks.get(name) or 0), head) for name in ("delivered", "acked"))
        held = envelope.load((marks.get("held") or "{}").encode())
        poison = (range(first, last + 1) for first, last in read_ranges(marks.get("poison") or ""))
        return Delivery(
            head, mark, mark, acked, held={kind: (int(first), int(last)) for kind, (first, last) in held.items()},
            poison=frozenset(seq for told in poison for seq in told if seq <= head),
        )  # fmt: skip
    except (ValueError, TypeError, AttributeError) as error:
        log.error("the marks are damaged (%s): everything is sent again", error)
        return Delivery(head, 0, 0, 0)


def topic(message: Message) -> tuple[str, str]:
    """Kind and id."""
    kind, _, id = message.topic.partition("/")
    return kind, id
