"""What must never leave a decoder: a driver's card number, the number plate, the money on the card."""

from __future__ import annotations

from drivers.model import Json

PRIVATE = ("card", "plate", "balance", "phone", "driver_name")  # a member whose name holds one of these
REDACTED = "redacted"


def redact(document: Json) -> Json:
    """The same document with every private member's value replaced, at any depth."""
    return {key: REDACTED if is_private(key) else within(value) for key, value in document.items()}


def within(value: object) -> object:
    if isinstance(value, dict):
        return redact(value)
    return [within(item) for item in value] if isinstance(value, list) else value


def is_private(name: str) -> bool:
    return any(word in name.lower() for word in PRIVATE)
