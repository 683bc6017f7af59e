"""One alarm rule as data, and the book of all of them. No expressions: a kind, a limit, and when it counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["low", "medium", "high", "critical"]
Kind = Literal[
    "above", "below", "outside", "rate", "deviation", "frozen", "state", "bad", "silent", "changed", "input", "told"
]
Direction = Literal["either", "rise", "fall"]

DAY = 86400.0
# What a severity does at the station: which outputs speak while nobody has seen it, and while it only lasts.
ANNUNCIATION: Mapping[Severity, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "low": ((), ()),
    "medium": (("beacon",), ("beacon",)),
    "high": (("beacon", "buzzer"), ("beacon",)),
    "critical": (("beacon", "buzzer"), ("beacon",)),
}


class Enabling(NamedTuple):
    """A rule counts only while this point of its device says so: one of the words, or a number above the limit."""

    point: str
    words: tuple[str, ...] = ()
    above: float = 0.0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule on one thing. Every alarm has a consequence and a response, or it is not worth hearing."""

    id: str  # alarm id: {name}.{device or input}; of `told`, which a person or a clock causes, the name alone
    name: str
    device: str  # or the input; "station" of a `told` one
    kind: Kind
    severity: Severity
    text: str
    consequence: str
    response: str
    respond_within: float  # seconds
    point: str = ""  # empty where a rule is about the device itself
    limit: float = 0.0  # of `outside` the lower one; of `rate` in `unit` per `per` seconds
    upper: float = 0.0  # of `outside`
    unit: str = ""  # what the limits are in; a device that answers in another quantity is not judged by it
    hysteresis: float = 0.0
    per: float = 1.0  # of `rate`: 60 for MPa/min
    over: float = 60.0  # seconds between the readings that a `rate` compares; how long a `frozen` value may stay
    direction: Direction = "either"  # of `rate`
    against: tuple[str, str] = ("", "")  # of `deviation`: device and point it is compared with
    words: tuple[str, ...] = ()  # what is wrong; of `changed`: kinds of findings
    enabling: Enabling | None = None
    on_delay: float = 0.0
    off_delay: float = 0.0
    latch: bool = False  # its end does not clear it: somebody has to reset it
    explain: bool = False  # who acknowledges it says what was found and done
    lasting: bool = False  # of `told`: it stands until what it tells of is over, not only until it is seen
    group: str = ""  # of those in one group, the first to be raised is marked
    shelve: float = DAY  # the longest it may be shelved, in seconds; 0: neither shelved nor taken out of service


class Rulebook:
    """All rules, and those of one device, one group, one id."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.all = tuple(rules)
        self.by_id = {rule.id: rule for rule in self.all}
        self.on: dict[str, tuple[Rule, ...]] = {}
        self.among: dict[str, tuple[Rule, ...]] = {}
        self.compared: dict[str, set[str]] = {}  # the other devices that a device is compared with
        for rule in self.all:
            if rule.against[0] not in ("", rule.device):
                self.compared.setdefault(rule.device, set()).add(rule.against[0])
            self.on[rule.device] = (*self.on.get(rule.device, ()), rule)
            self.among[rule.group] = (*self.among.get(rule.group, ()), rule)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)
