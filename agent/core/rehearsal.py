"""A rehearsal: recorded or invented events through the same core, with their own times and no wires."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from agent.core import station
from agent.core.messages import envelope
from agent.core.messages.envelope import Chain
from agent.core.model import (
    Answer,
    Commanded,
    Compile,
    Compiled,
    Effect,
    Event,
    Fact,
    Message,
    Pressed,
    Standing,
    Started,
    Submitted,
    Tick,
    Trace,
)
from agent.core.reports.compile import compile
from agent.core.reports.documents import gather
from agent.core.reports.heard import Heard
from agent.core.reports.kinds import KINDS
from agent.core.setup import Setup
from agent.core.state import State, begin
from drivers.model import Device, Instant, Reading, Sample
from kiosk.forms import read_form
from kiosk.model import Refusal
from kiosk.sheet import FormError

MINUTE = 60.0
CROWD = 1000  # ticks at one moment, when more is due than one looks at
IDLE = 3600.0  # seconds
LONGEST = 20  # digits of a number that a device may have
KEYS = ("sample", "form", "act", "command", "press", "tick")


class ScriptError(Exception):
    """A line that cannot be played; the text names the line and what is allowed."""


def play(
    setup: Setup,
    lines: Iterable[Mapping[str, Any]],
    seed: int,
    reasons: frozenset[str],
    note: Callable[[str], None] = lambda text: None,
) -> Iterator[Message]:
    """Every message the events would publish, in order. Ticks happen at every due moment and every full minute.

    `lines`: `{"at": ISO 8601 with offset, KIND: …}` in time order, numbers as Decimal. `note` is told of
    forms that were refused. Raises ScriptError.
    """
    chance = sha256(f"rehearsal/{seed}".encode()).digest()
    state = begin(replace(setup, secret=chance), chance)
    printer = Printer(setup, chance.hex()[:8])
    start: float | None = None
    then = spoken = 0.0
    for number, line in enumerate(lines, 1):
        utc = moment(line, number)
        if start is None:
            start = then = spoken = utc
            state = yield from printer.step(state, Started(), Instant(0.0, utc, "synced"))
        if utc < then:
            raise ScriptError(f"line {number}: at: earlier than the line before; time order")
        while (due := next_tick(state, then, start, utc, spoken)) < utc:
            then = due
            now = Instant(then - start, then, "synced")
            state = yield from printer.step(state, Tick(), now)
            for _ in range(CROWD):
                if not station.crowded(state, now):
                    break
                state = yield from printer.step(state, Tick(), now)
        then = spoken = utc
        now = Instant(utc - start, utc, "synced")
        printer.note, printer.line = note, number
        state = yield from printer.step(state, event(setup, line, now, number, reasons), now)


def next_tick(state: State, then: float, start: float, utc: float, spoken: float) -> float:
    """The next moment after `then` at which something is due, or the next full minute; an hour after anything was said,
    where nothing is due, at once the last minute before the next moment or `utc`: there a tick changes nothing."""
    minute = (then // MINUTE + 1) * MINUTE
    due = station.due(state)
    moment = start + due if due is not None else float("inf")
    if moment <= then:
        return minute
    if (nearest := min(moment, utc)) - then > IDLE and then - spoken >= IDLE:
        return max(minute, (nearest // MINUTE - 1) * MINUTE)
    return round(min(minute, moment), 3)


class Printer:
    """Turns effects into the messages of a station whose journal begins with this rehearsal."""

    def __init__(self, setup: Setup, boot: str) -> None:
        self.setup, self.name, self.boot = setup, setup.station, boot
        self.heard = Heard()
        self.chain = Chain.new("1")
        self.note: Callable[[str], None] = lambda text: None
        self.line = 0
        self.traces = self.standings = 0

    def step(self, state: State, event: Event, now: Instant) -> Generator[Message, None, State]:
        """One step of the core; yields its messages and returns the new state. A report is made at once."""
        state, effects = station.step(state, event, now)
        yield from filter(None, map(self.message, effects))
        for wanted in [effect for effect in effects if isinstance(effect, Compile)]:
            state = yield from self.step(state, self.compiled(wanted), now)
        return state

    def compiled(self, wanted: Compile) -> Compiled:
        facts = gather(self.heard, *wanted.period.span(self.setup.zone))
        if facts is None:
            return Compiled(wanted.kind, wanted.period, wanted.by, None)
        body = compile(KINDS[wanted.kind], wanted.period, facts, self.setup.zone, self.setup.terms)
        body |= {"epoch": self.heard.epoch, "through": self.heard.through}
        return Compiled(wanted.kind, wanted.period, wanted.by, body)

    def message(self, effect: Effect) -> Message | None:
        match effect:
            case Fact():
                self.chain, message = envelope.link(self.chain, effect, self.name, self.boot)
                self.heard.hear(effect.kind, message.payload)
                return message
            case Trace():
                self.traces += 1
                return envelope.trace(effect, self.traces, self.name, self.boot)
            case Standing():
                self.standings += 1
                return envelope.standing(effect, self.standings, self.name, self.boot)
            case Answer(_, Refusal(_, text)):
                self.note(f"line {self.line}: refused: {text}")
                return None
            case _:
                return None


# ── lines to events ─────────────────────────────────────────────────────────


def moment(line: Mapping[str, Any], number: int) -> float:
    """Seconds since 1970 of a line's `at`."""
    try:
        at = datetime.fromisoformat(line["at"])
        if at.tzinfo is None:
            raise ValueError
    except (KeyError, TypeError, ValueError, OverflowError):
        raise ScriptError(f"line {number}: at: {line.get('at')!r}; ISO 8601 with its offset") from None
    return at.timestamp()


def event(setup: Setup, line: Mapping[str, Any], now: Instant, number: int, reasons: frozenset[str]) -> Event:
    """The event one line tells. Raises ScriptError."""
    kinds = [key for key in line if key != "at"]
    if len(kinds) != 1 or kinds[0] not in KEYS:
        raise ScriptError(f"line {number}: {', '.join(kinds) or 'nothing'}; exactly one of {', '.join(KEYS)}")
    content = line[kinds[0]]
    try:
        return READERS[kinds[0]](setup, content, now, reasons)
    except FormError as error:
        raise ScriptError(f"line {number}: {error}") from None
    except KeyError as error:
        raise ScriptError(f"line {number}: {kinds[0]}: {error.args[0]} is missing or unknown") from None
    except (TypeError, AttributeError, ValueError) as error:
        raise ScriptError(f"line {number}: {kinds[0]}: {error}") from None


def sample(setup: Setup, content: Any, now: Instant, _: frozenset[str]) -> Sample:
    device = setup.devices.get(content["device"])
    if device is None:
        raise KeyError(f"device {content['device']!r} (known: {', '.join(setup.devices)})")
    values, bad, uncertain = (content.get(key, {}) for key in ("values", "bad", "uncertain"))
    points = {p.name: p for p in device.map.points}
    if strange := (set(values) | set(bad)) - set(points):
        raise KeyError(f"point {sorted(strange)[0]!r} (known: {', '.join(points)})")
    for name, value in values.items():
        if not sayable(value):
            raise ValueError(f"{name}: {str(value)[:40]!r}: a number of at most {LONGEST} digits, or a text")
    readings = tuple(
        Reading(name, None, unit_of(device, name), "bad", bad[name])
        if name in bad
        else Reading(name, values[name], unit_of(device, name), *judged(point.valid, values[name], uncertain.get(name)))
        for name, point in points.items()
        if name in bad or name in values
    )
    return Sample(device.name, now, readings)


def sayable(value: Any) -> bool:
    """True for what a device may tell: a number of bounded length, or a text."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return False
    if isinstance(value, str):
        return value.isprintable() and len(value) <= 200
    number = value if isinstance(value, Decimal) else Decimal(value)
    return number.is_finite() and number.adjusted() < LONGEST and int(number.as_tuple().exponent) > -LONGEST


def judged(valid: tuple[float, float] | None, value: Any, told: str | None) -> tuple[Any, Any]:
    """Quality and fault of an invented value: as told, else as the map's limits judge it."""
    if told:
        return "uncertain", told
    if valid and isinstance(value, Decimal | int | float) and not valid[0] <= value <= valid[1]:
        return "uncertain", "range"
    return "good", ""


def unit_of(device: Device, name: str) -> str:
    """A point's unit; one that the device itself would tell is taken as the map's first choice."""
    point = next(p for p in device.map.points if p.name == name)
    if not point.unit.startswith("@"):
        return point.unit
    setting = next(s for s in device.map.settings if s.name == point.unit[1:])
    return next(iter(setting.codes.values()))


def form(setup: Setup, content: Any, now: Instant, reasons: frozenset[str]) -> Submitted:
    return Submitted(read_form(content, reasons), 0)


def act(setup: Setup, content: Any, now: Instant, reasons: frozenset[str]) -> Submitted:
    return Submitted(read_form({"kind": "act", **content}, reasons), 0)


def command(setup: Setup, content: Any, now: Instant, _: frozenset[str]) -> Commanded:
    return Commanded(
        content["name"],
        {k: v for k, v in content.items() if k not in ("name", "retained")},
        bool(content.get("retained")),
    )


def press(setup: Setup, content: Any, now: Instant, _: frozenset[str]) -> Pressed:
    return Pressed(content["input"], content["state"])


READERS: dict[str, Callable[[Setup, Any, Instant, frozenset[str]], Event]] = {
    "sample": sample, "form": form, "act": act, "command": command, "press": press, "tick": lambda *_: Tick(),
}  # fmt: skip
