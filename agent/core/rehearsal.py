"""A rehearsal: recorded or invented events through the same core, with their own times and no wires."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from agent.core import envelope, station
from agent.core.envelope import Chain
from agent.core.model import Commanded, Effect, Event, Fact, Message, Pressed, Standing, Started, Submitted, Tick, Trace
from agent.core.setup import Setup
from agent.core.station import State
from drivers.model import Device, Instant, Reading, Sample
from kiosk.forms import FormError, read_form

MINUTE = 60.0
KEYS = ("sample", "form", "command", "press", "tick")


class ScriptError(Exception):
    """A line that cannot be played; the text names the line and what is allowed."""


def play(setup: Setup, lines: Iterable[Mapping[str, Any]], seed: int, reasons: frozenset[str]) -> Iterator[Message]:
    """Every message the events would publish, in order. Ticks happen at every due moment and every full minute.

    `lines`: `{"at": ISO 8601 with offset, KIND: …}` in time order, numbers as Decimal. Raises ScriptError.
    """
    chance = sha256(f"rehearsal/{seed}".encode()).digest()
    state = station.begin(setup, chance)
    printer = Printer(setup.station, chance.hex()[:8])
    start: float | None = None
    then = 0.0
    for number, line in enumerate(lines, 1):
        utc = moment(line, number)
        if start is None:
            start = then = utc
            state = yield from printer.step(state, Started(), Instant(0.0, utc, "synced"))
        if utc < then:
            raise ScriptError(f"line {number}: at: earlier than the line before; time order")
        while (due := next_tick(state, then, start)) < utc:
            then = due
            state = yield from printer.step(state, Tick(), Instant(then - start, then, "synced"))
        then = utc
        now = Instant(utc - start, utc, "synced")
        state = yield from printer.step(state, event(setup, line, now, number, reasons), now)


def next_tick(state: State, then: float, start: float) -> float:
    """The next moment after `then` at which something is due, or the next full minute."""
    minute = (then // MINUTE + 1) * MINUTE
    due = station.due(state)
    return min(minute, start + due) if due is not None and start + due > then else minute


class Printer:
    """Turns effects into the messages of a station whose journal begins with this rehearsal."""

    def __init__(self, name: str, boot: str) -> None:
        self.name, self.boot = name, boot
        self.chain = Chain.new("1")
        self.traces = self.standings = 0

    def step(self, state: State, event: Event, now: Instant) -> Generator[Message, None, State]:
        """One step of the core; yields its messages and returns the new state."""
        state, effects = station.step(state, event, now)
        yield from filter(None, map(self.message, effects))
        return state

    def message(self, effect: Effect) -> Message | None:
        match effect:
            case Fact():
                self.chain, message = envelope.link(self.chain, effect, self.name, self.boot)
                return message
            case Trace():
                self.traces += 1
                return envelope.trace(effect, self.traces, self.name, self.boot)
            case Standing():
                self.standings += 1
                return envelope.standing(effect, self.standings, self.name, self.boot)
            case _:
                return None


# ── lines to events ─────────────────────────────────────────────────────────


def moment(line: Mapping[str, Any], number: int) -> float:
    """Seconds since 1970 of a line's `at`."""
    try:
        at = datetime.fromisoformat(line["at"])
        if at.tzinfo is None:
            raise ValueError
    except (KeyError, TypeError, ValueError):
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
    except (KeyError, TypeError, AttributeError) as error:
        raise ScriptError(f"line {number}: {kinds[0]}: {error} is missing or wrong") from None


def sample(setup: Setup, content: Any, now: Instant, _: frozenset[str]) -> Sample:
    device = setup.devices.get(content["device"])
    if device is None:
        raise KeyError(f"device {content['device']!r} (known: {', '.join(setup.devices)})")
    values, bad, uncertain = (content.get(key, {}) for key in ("values", "bad", "uncertain"))
    points = {p.name: p for p in device.map.points}
    if strange := (set(values) | set(bad)) - set(points):
        raise KeyError(f"point {sorted(strange)[0]!r} (known: {', '.join(points)})")
    readings = tuple(
        Reading(name, None, unit_of(device, name), "bad", bad[name])
        if name in bad
        else Reading(name, values[name], unit_of(device, name), *judged(point.valid, values[name], uncertain.get(name)))
        for name, point in points.items()
        if name in bad or name in values
    )
    return Sample(device.name, now, readings)


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


def command(setup: Setup, content: Any, now: Instant, _: frozenset[str]) -> Commanded:
    return Commanded(
        content["name"],
        {k: v for k, v in content.items() if k not in ("name", "retained")},
        bool(content.get("retained")),
    )


def press(setup: Setup, content: Any, now: Instant, _: frozenset[str]) -> Pressed:
    return Pressed(content["input"], content["state"])


READERS: dict[str, Callable[[Setup, Any, Instant, frozenset[str]], Event]] = {
    "sample": sample, "form": form, "command": command, "press": press, "tick": lambda *_: Tick(),
}  # fmt: skip
