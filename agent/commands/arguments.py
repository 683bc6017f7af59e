"""What the words after a command may be: each reader gives the value, or a line that ends the command with code 2."""

from __future__ import annotations

import math
from argparse import ArgumentTypeError

from agent.shell.mqtt.listener import Broker, address


def broker(text: str) -> Broker:
    try:
        return address(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def seconds(text: str) -> float:
    """A time longer than none."""
    value = number(text)
    if not 0 < value < math.inf:
        raise ArgumentTypeError(f"{text!r} is no time; seconds above 0")
    return value


def age(text: str) -> float:
    """A time that may be none."""
    value = number(text)
    if not 0 <= value < math.inf:
        raise ArgumentTypeError(f"{text!r} is no age; 0 seconds or more")
    return value


def port(text: str) -> int:
    """A TCP port; 0: any that is free."""
    if not text.isascii() or not text.isdecimal() or int(text) > 65535:
        raise ArgumentTypeError(f"{text!r} is no port; 0 to 65535, 0 for any that is free")
    return int(text)


def level(text: str) -> str:
    """One level of a topic, the same for every message: no wildcard."""
    if not text or any(character in "/+#" or not character.isprintable() for character in text):
        raise ArgumentTypeError(f"{text!r} is no topic level; letters and digits, no / + #")
    return text


def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
