"""What a signal does, for as long as a block lasts: our handler inside, whatever it was before outside."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], object] | signal.Handlers


@contextmanager
def answering(handler: Handler, *numbers: signal.Signals) -> Iterator[None]:
    """Let `handler` take the signals named. Main thread only (ValueError elsewhere)."""
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
