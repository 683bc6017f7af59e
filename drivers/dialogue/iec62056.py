"""IEC 62056-21 spoken: signing on, changing over the baud rate, a read-out whole or single reads by R1.

    300 baud   /?address!  ─▶             sign-on
                           ◀─  /Els6\\2EK280     identification: its letter offers a baud rate
               ACK 0 6 1   ─▶             mode C alone: accepted, and 1 for programming or 0 for the read-out
    19200 baud             ◀─  SOH P0 …   programming mode is open (no password is ever sent)
               SOH R1 2:300.0(1) ─▶
                           ◀─  STX 2:300.0(123456.78*m3)
               SOH B0      ─▶             the end

Mode A goes on at the same baud, mode B at the letter's, both read out without being told to. A read-out of mode A may
have no block check; it is believed where the map says `check = "none"`. Every answer must repeat the address it was
asked for (`echo = "none"` in the dialect does without). A new dialogue begins with a new sign-on, so that an answer
that comes too late meets nobody who waits for it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from typing import Any

from drivers.dialogue.step import Ask, Call, Dialect, Dialogue, Figure, Figures, Takes, believed
from drivers.model import DeviceError, DriverError, FrameError, LinkError
from drivers.protocol import iec62056 as iec
from drivers.protocol import lis200
from drivers.protocol.fault import BadFrame

REACTION, FAST = 0.2, 0.02  # seconds to be silent before an answer; FAST where the maker's third letter is small
WAKE, AWAKE = 70, 1.6  # zero characters that wake a battery device (2.3 s at 300 baud), seconds until it listens
READOUT = 8192  # characters of the longest read-out

UNITS = {
    "": "1", "-": "1", "°C": "Cel", "{C": "Cel", "C": "Cel", "K": "K", "m^3": "m3", "m3": "m3", "Nm3": "m3",
    "Wh": "W.h", "kWh": "kW.h", "MWh": "MW.h", "varh": "var.h", "kvarh": "kvar.h", "Mon": "mo", "h": "h",
}  # fmt: skip
LIS = re.compile(r"0*(\d+):0*([0-9A-Fa-f]+(?:_\d)?)(?:\.([0-9A]))?")
UNIT = "3"  # attribute of a LIS-200 value


def speak(call: Call) -> Dialogue:
    """The codes of one device. Raises LinkError, FrameError into the poller when the session breaks off."""
    if call.dialect["wake"] == "zeros":
        yield Ask(bytes(WAKE), None)
    hello = Ask(iec.sign_on(call.address), signed_on, rest=AWAKE if call.dialect["wake"] == "zeros" else 0.0)
    told = yield hello
    letter, rest = told["baud_char"], FAST if "reaction" in told else REACTION
    baud = told["baud"] or 0 if call.dialect["baud"] == "negotiated" else 0
    if call.dialect["mode"] == "readout":
        request = iec.choose(letter, "0") if told["mode"] == "C" else b""
        frame = yield Ask(request, read_out(call.dialect), rest, baud if told["mode"] in "BC" else 0, READOUT)
        call.told.update(figures(frame, call.codes, call.dialect))
    elif told["mode"] == "C":
        yield from programming(call, letter, rest, baud)
    else:
        refusal = DeviceError(f'mode {told["mode"]} has no single reads; mode = "readout" in the dialect', -1)
        call.told.update(dict.fromkeys(call.codes, refusal))


def programming(call: Call, letter: str, rest: float, baud: int) -> Dialogue:
    """One R1 after the other, and the break whatever happens: a device whose session stays open answers nobody else."""
    try:
        yield Ask(iec.choose(letter, "1"), opened, rest, baud)
        for code in call.codes:
            try:
                figure = yield Ask(iec.read(full(code)), valued(code, call.dialect), rest)
                if figure.unit is None and asks_unit(code):
                    figure = figure._replace(unit=(yield from unit_of(call, code, rest)))
                call.told[code] = figure
            except DeviceError as refusal:
                call.told[code] = refusal
    except (LinkError, FrameError):
        yield Ask(iec.BREAK, None, rest)
        raise
    yield Ask(iec.BREAK, None, rest)


def unit_of(call: Call, code: str, rest: float) -> Generator[Ask, Any, str | None]:
    """A LIS-200 device tells the unit of a value under another attribute: asked once, while the line holds."""
    known = call.memory.units
    if code not in known:
        address = full(code)[:-1] + UNIT
        try:
            answer = yield Ask(iec.read(address), valued(address, call.dialect), rest)
            known[code] = unit_from(str(answer.value or ""))
        except DeviceError:
            known[code] = ""
    return known[code] or None


# ── what frames mean ──


def signed_on(frame: iec.Frame) -> object | None:
    return iec.explain(frame) if frame.type == "identification" else None


def opened(frame: iec.Frame) -> object | None:
    """The password prompt, which nobody answers; a device may also begin with an error."""
    if frame.type == "data":
        believed(iec.answer(frame))
    return frame.command or None if frame.command.startswith("P") else None


def read_out(dialect: Dialect) -> Takes:
    """The read-out; one without a block check, which mode A allows, only where the map says so: parity guards it."""

    def takes(frame: iec.Frame) -> iec.Frame | None:
        if frame.type == "nak":
            raise DeviceError("the device did not acknowledge", -1)
        if frame.type == "data" and not frame.checked and dialect["check"] == "bcc":
            raise BadFrame("bcc", 'the read-out has no block check; check = "none" in the dialect believes it')
        return frame if frame.type == "data" else None

    return takes


def valued(code: str, dialect: Dialect) -> Takes:
    """The figure in the answer to `R1 code(1)`."""

    def takes(frame: iec.Frame) -> Figure | None:
        if frame.type == "nak":
            raise DeviceError("the device did not acknowledge", -1)
        if frame.type != "data" or len(frame.items) != 1:
            return None
        believed(iec.answer(frame))
        item = frame.items[0]
        same = canon(item.address) == canon(code) or (not item.address and dialect["echo"] == "none")
        return figure(item) if same else None

    return takes


def figures(frame: iec.Frame, codes: Sequence[str], dialect: Dialect) -> Figures:
    """What a data block says of the codes. One that stands there twice is not told. Raises Refused."""
    if frame.type != "data":
        return {}
    believed(iec.answer(frame))
    found: dict[str, list[iec.Item]] = {}
    for item in frame.items:
        found.setdefault(canon(item.address), []).append(item)
    return {code: figure(items[0]) for code in codes if len(items := found.get(canon(code), [])) == 1}


def figure(item: iec.Item) -> Figure:
    """The last group of a data set: what stands before it, if anything, is when."""
    value, unit = item.values[-1]
    return Figure(value, None if unit is None else unit_from(unit))


def unit_from(text: str) -> str:
    return UNITS.get(text.strip(), text.strip())


def canon(address: str) -> str:
    """One spelling of a LIS-200 address, whose zeros and `.0` come and go; any other address as it stands."""
    match = LIS.fullmatch(address)
    return f"{match[1]}:{match[2].upper()}.{match[3] or '0'}" if match else address


def full(code: str) -> str:
    """As it is asked for: a LIS-200 value has its attribute."""
    return f"{code}.0" if lis200.ADDRESS.fullmatch(code) and "." not in code else code


def asks_unit(code: str) -> bool:
    return bool(lis200.ADDRESS.fullmatch(code)) and full(code).endswith(".0")


def never(error: DriverError) -> bool:
    """True for what asking again will not change: there is no such address, object, entity or attribute."""
    return isinstance(error, DeviceError) and 1 <= error.code <= 5
