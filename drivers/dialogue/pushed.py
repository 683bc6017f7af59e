"""A meter of IEC 62056-21 mode D overheard: it sends its telegram unasked, and every telegram tells all it has.

A telegram without a CRC is believed only where the map says `check = "none"`: parity alone guards it then.
"""

from __future__ import annotations

from collections.abc import Sequence

from drivers.dialogue.iec62056 import canon, figure
from drivers.dialogue.step import Dialect, Figures
from drivers.protocol.dsmr import Telegram
from drivers.protocol.iec62056 import Item


def figures(telegram: Telegram | None, codes: Sequence[str], dialect: Dialect) -> Figures:
    """What a telegram says of the codes; no telegram: the line fell silent. What stands there twice is not told."""
    if telegram is None or (telegram.crc is None and dialect["check"] == "crc"):
        return {}
    found: dict[str, list[Item]] = {}
    for item in telegram.items:
        found.setdefault(canon(item.address), []).append(item)
    return {code: figure(items[0]) for code in codes if len(items := found.get(canon(code), [])) == 1}
