"""The way of the trace lane: in memory, in order, tried again after a pause when the broker did not take one."""

from __future__ import annotations

from collections import deque

from agent.core.lanes.delivery import PAUSES, verdict
from agent.core.model import Message


class Traces:
    """Waiting and flying. Not frozen, as an exception: it is the one thing that runs thousands of times a minute."""

    def __init__(self) -> None:
        self.waiting: deque[Message] = deque()
        self.flying: dict[int, Message] = {}
        self.due = self.pause = 0.0
        self.stuck: float | None = None  # since when nothing goes

    def __len__(self) -> int:
        return len(self.waiting) + len(self.flying)

    def offer(self, message: Message) -> None:
        self.waiting.append(message)

    def upcoming(self, now: float) -> Message | None:
        """Take the next to be sent; after a refusal one at a time, until one is taken."""
        if not self.waiting or (self.pause and (now < self.due or self.flying)):
            return None
        message = self.waiting.popleft()
        if message.qos:
            self.flying[message.seq] = message
        return message

    def landed(self, seq: int, code: int, now: float) -> Message | None:
        """The broker answered. Returns a trace that is lost because no broker will ever take it."""
        message = self.flying.pop(seq, None)
        said = verdict(code)
        if message is None:
            return None
        if said == "taken":
            self.pause, self.stuck = 0.0, None
            return None
        if said == "poison":
            return message
        shortest, longest = PAUSES[said]
        if now >= self.due:
            self.pause = min(max(2 * self.pause, shortest), longest)
            self.due = now + self.pause
        self.stuck = now if self.stuck is None else self.stuck
        self._back([message])
        return None

    def disconnected(self, now: float) -> None:
        """What flew has not landed: it waits again, in order."""
        self._back(list(self.flying.values()))
        self.flying.clear()
        self.pause = self.due = 0.0
        self.stuck = now if self.stuck is None else self.stuck

    def connected(self) -> None:
        self.stuck = None

    def _back(self, messages: list[Message]) -> None:
        later: list[Message] = []
        for message in sorted(messages, key=lambda m: m.seq, reverse=True):
            while self.waiting and self.waiting[0].seq < message.seq:
                later.append(self.waiting.popleft())
            self.waiting.appendleft(message)
            while later:
                self.waiting.appendleft(later.pop())

    def give_up(self, count: int) -> list[Message]:
        """Take the oldest `count` out of memory."""
        return [self.waiting.popleft() for _ in range(min(count, len(self.waiting)))]
