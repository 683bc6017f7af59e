"""Free text may carry what must not travel in the open: phone, identity and plate numbers are cut out of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

BLOT = "▇▇▇"
PERSONAL = re.compile(
    r"(?<![0-9])\d{17}[0-9Xx](?![0-9])"  # identity number
    r"|(?<![0-9])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![0-9])"  # mobile phone, grouped or not
    r"|(?<![0-9])0\d{2,3}[- ]?\d{7,8}(?![0-9])"  # landline
    r"|(?<![0-9])\d{16,19}(?![0-9])"  # bank or fuel card
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # e-mail
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]\s?[·•]?\s?[A-Z0-9]{5,6}"  # plate
)


def part(text: str) -> tuple[str, str]:
    """The text that may be published, and what was cut out of it (empty when nothing was)."""
    found = PERSONAL.findall(text)
    return PERSONAL.sub(BLOT, text), " ".join(found)


SPARED = ("external", "time", "until", "customer_told", "happened", "promised", "profile", "terms")  # numbers by nature


def part_all(said: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Everything that was said, in texts, lists and tables alike, without what is personal; and what was cut out."""
    cut: list[str] = []

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            text, private = part(value)
            cut.extend([private] * bool(private))
            return text
        if isinstance(value, list):
            return [clean(one) for one in value]
        if isinstance(value, Mapping):
            return {name: one if name in SPARED else clean(one) for name, one in value.items()}
        return value

    return clean(said), cut
