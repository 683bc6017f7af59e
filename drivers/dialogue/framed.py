"""A private bus overheard: the fields of one device's messages, as its dialect file tells them. Private ones never."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from drivers.dialogue.step import Dialect, Figure, Figures
from drivers.framing import Framing
from drivers.protocol.framed import Frame, fields_in, hidden, read


class FramedReader:
    """One device's messages among all of a line."""

    def __init__(self, framing: Framing, address: str) -> None:
        """`address` as its field reads; empty: whoever it is."""
        self.framing, self.address = framing, address

    def __call__(self, frame: Frame | None, codes: Sequence[str], dialect: Dialect) -> Figures:
        if frame is None:
            return {}
        fields = fields_in(frame, self.framing)
        if self.address:
            whose = [str(read(frame.data, field)) for field in fields if field.name == self.framing.address]
            if whose != [self.address]:
                return {}
        told = {field.name: read(frame.data, field) for field in fields if field.name in codes and not hidden(field)}
        return {name: Figure(Decimal(value) if isinstance(value, int) else value) for name, value in told.items()}
