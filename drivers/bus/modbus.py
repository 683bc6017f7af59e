"""Modbus RTU, ASCII and TCP: ask one block of registers, and believe only an answer to exactly this question."""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from pymodbus.constants import ExcCodes
from pymodbus.framer import FramerAscii, FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu.register_message import ReadHoldingRegistersRequest, ReadInputRegistersRequest

from drivers.bus.port import Port
from drivers.bus.wire import Wire, dial, serial_settings
from drivers.model import Block, DeviceError, FrameError, LinkError

REQUESTS = {"holding": ReadHoldingRegistersRequest, "input": ReadInputRegistersRequest}
REFUSALS = {int(code): code.name.lower().replace("_", " ") for code in ExcCodes}
RTU, ASCII, TCP = (framer(DecodePDU(False)) for framer in (FramerRTU, FramerAscii, FramerSocket))
LETTERS = " ascii"  # behind a serial setting

BITS = 11  # a character on the wire: start, eight, parity or second stop, stop
SILENCE = 0.05  # seconds without a byte after which a disturbed line is believed to be quiet
FORGOTTEN = 10.0  # seconds after which an answer that did not come never will
WHOLE = re.compile(rb":((?:[0-9A-F]{2})+)\r\n")
STRIDE = 40504  # between two transaction numbers, prime to 65535: a device that counts wrong by one meets none of ours
MBAP = struct.Struct(">HHHB")  # transaction, protocol, length, unit


class RtuLink:
    """Modbus RTU on one serial port; Modbus ASCII, when the setting ends so: `9600 7E1 ascii`.

    Their answers carry no number. An answer that comes too late looks like the answer to the next question, when unit,
    function and count are the same. So after an unanswered question the line is heard out; and the same count is
    believed from that unit only after a question with *another* count was answered: a device answers in order,
    whatever was still under way came before. A unit may also answer with another's id: so the very next question has
    another count, whoever is asked: a short one, since dead units are asked now and then.
    """

    def __init__(self, port: str, serial: str, timeout: float) -> None:
        self.timeout = timeout
        self.framing = FRAMINGS[serial.endswith(LETTERS)]
        baud = serial_settings(serial.removesuffix(LETTERS))[0]
        self.character = BITS / baud
        self.gap = 0.00175 if baud > 19200 else 3.5 * self.character
        self.port = Port(port, serial.removesuffix(LETTERS), self.framing.protocol)
        self.open, self.close = self.port.open, self.port.close
        self.unanswered: tuple[int, tuple[str, int]] | None = None  # the last question: unit, (table, count)
        self.owed: dict[int, dict[tuple[str, int], float]] = {}  # unit → (table, count) never answered → since when

    @property
    def echoes(self) -> bool:
        return self.port.echo.sure

    async def read(self, unit: int, block: Block) -> list[int]:
        """See drivers.model.Link."""
        wire = self.port.plugged()
        now, question = asyncio.get_running_loop().time(), (block.table, block.count)
        if self.unanswered and self.unanswered[0] != unit and self.unanswered[1] == question:
            with suppress(DeviceError):  # it answered, that is enough
                await self.ask(wire, unit, brief(block))
        owed = {asked: since for asked, since in self.owed.get(unit, {}).items() if now - since < FORGOTTEN}
        self.owed[unit] = owed
        if question in owed:
            await self.sing(wire, unit, canary(block, owed), dict(owed))
        return await self.ask(wire, unit, block)

    async def sing(self, wire: Wire, unit: int, other: Block, owed: dict[tuple[str, int], float]) -> None:
        """Ask another question, and hear nothing after its answer: else an older one was taken for it.

        Raises what `ask` raises, FrameError for a refusal too: both leave the doubt as it was.
        """
        why, length = "more came after its answer", self.framing.length(other.count)
        try:
            await self.ask(wire, unit, other)
            await wire.rest(SILENCE)
            await wire.catch_up()
        except DeviceError as error:
            why = str(error)
        else:
            function, last = REQUESTS[other.table].function_code, wire.heard[-length:]
            if self.framing.believe(unit, function, other.count, last) is not None:
                return
            self.port.disturbed, self.owed[unit] = True, owed | {(other.table, other.count): wire.loop.time()}
        raise FrameError(f"unit {unit}: cannot tell a late answer from a fresh one yet; {why}")

    async def ask(self, wire: Wire, unit: int, block: Block) -> list[int]:
        await (wire.hush(max(SILENCE, self.gap)) if self.port.disturbed else wire.rest(self.gap))
        wire.heard.clear()
        request = REQUESTS[block.table](dev_id=unit, address=block.address, count=block.count)
        frame, length = self.framing.build(request), self.framing.length(block.count)
        wait = self.timeout + (len(frame) + length) * self.character
        believe = partial(self.framing.believe, unit, request.function_code, block.count)
        self.port.echo.sending(frame)
        owed, question = self.owed.setdefault(unit, {}), (block.table, block.count)
        in_order = question not in owed
        self.port.disturbed, owed[question] = True, wire.loop.time()  # until answered; a cancelled question stays owed
        self.unanswered = (unit, question)
        try:
            registers = await wire.ask(
                frame, lambda heard: believe(heard) if self.port.echo.strip(heard) else None, wait, enough=length
            )
        except DeviceError:
            self.unanswered = None
            # a refusal fits any question: it settles none still owed
            self.port.disturbed = not in_order or len(owed) > 1
            if not self.port.disturbed:
                owed.clear()
            raise
        if registers is not None:
            self.port.disturbed, self.unanswered = False, None
            if in_order:
                owed.clear()
            return registers
        if wire.heard and not frame.startswith(wire.heard):  # half of our own echo is silence too
            raise FrameError(
                f"unit {unit}: {len(wire.heard)} bytes came, none of them the answer: {wire.heard[:16].hex(' ')}"
            )
        raise LinkError(f"unit {unit}: no answer within {self.timeout:g} s", "timeout")


class TcpLink:
    """Modbus TCP: a transaction number in every frame, so a late answer is known and dropped. 0 is nobody's number."""

    echoes = False  # a frame of ours that comes back is no answer: its length tells

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self.host, self.port, self.timeout = host, port, timeout
        self.wire: Wire | None = None
        self.transaction = 0

    async def open(self) -> None:
        self.close()
        self.wire = await dial(self.host, self.port, "modbus-tcp", self.timeout)

    def close(self) -> None:
        if self.wire:
            self.wire.close()
        self.wire = None

    async def read(self, unit: int, block: Block) -> list[int]:
        """See drivers.model.Link."""
        if not self.wire:
            raise LinkError(f"{self.host}:{self.port}: not open")
        self.transaction = (self.transaction - 1 + STRIDE) % 0xFFFF + 1
        request = REQUESTS[block.table](
            dev_id=unit, transaction_id=self.transaction, address=block.address, count=block.count
        )
        judge = partial(
            believe_tcp, transaction=self.transaction, unit=unit, function=request.function_code, count=block.count
        )
        try:
            registers = await self.wire.ask(TCP.buildFrame(request), judge, self.timeout)
        except LinkError as error:
            if error.fault == "link":
                self.close()
            raise
        if registers is not None:
            return registers
        if self.wire.heard:
            raise FrameError(f"unit {unit}: half an answer came: {self.wire.heard[:16].hex(' ')}")
        raise LinkError(f"unit {unit}: no answer within {self.timeout:g} s", "timeout")


def believe_rtu(unit: int, function: int, count: int, heard: bytearray) -> list[int] | None:
    """The registers of the first whole frame that answers this question, wherever noise or an echo put it.

    None: not yet. Raises DeviceError, LinkError: the device's own refusal.
    """
    for head, length in ((bytes((unit, function, 2 * count)), 5 + 2 * count), (bytes((unit, function | 0x80)), 5)):
        at = heard.find(head)
        while 0 <= at <= len(heard) - length:
            frame = bytes(heard[at : at + length])
            if FramerRTU.check_CRC(frame[:-2], int.from_bytes(frame[-2:], "big")):
                return believe(frame[1:-2], unit, function, count)
            at = heard.find(head, at + 1)
    return None


def believe_ascii(unit: int, function: int, count: int, heard: bytearray) -> list[int] | None:
    """The same of a frame in letters, large or small."""
    letters = bytes(heard).upper()
    for head, size in ((bytes((unit, function, 2 * count)), 4 + 2 * count), (bytes((unit, function | 0x80)), 4)):
        start = b":" + head.hex().upper().encode()
        at = letters.find(start)
        while at >= 0:
            if whole := WHOLE.fullmatch(letters, at, at + 3 + 2 * size):
                frame = bytes.fromhex(whole[1].decode())
                if FramerAscii.check_LRC(frame[:-1], frame[-1]):
                    return believe(frame[1:-1], unit, function, count)
            at = letters.find(start, at + 1)
    return None


class Framing(NamedTuple):
    """How a question is wrapped for a serial line, and its answer found there."""

    protocol: str
    build: Callable[[ModbusPDU], bytes]
    believe: Callable[[int, int, int, bytearray], list[int] | None]
    length: Callable[[int], int]  # registers → characters of the answer


FRAMINGS = (
    Framing("modbus-rtu", RTU.buildFrame, believe_rtu, lambda count: 5 + 2 * count),
    Framing("modbus-ascii", ASCII.buildFrame, believe_ascii, lambda count: 11 + 4 * count),
)


def believe_tcp(heard: bytearray, transaction: int, unit: int, function: int, count: int) -> list[int] | None:
    """The registers of the frame with our transaction number; frames of earlier questions are consumed and dropped.

    None: not yet. Raises FrameError, DeviceError; LinkError when the stream can no longer be followed.
    """
    while len(heard) >= MBAP.size:
        number, protocol, length, who = MBAP.unpack_from(heard)
        if protocol or not 3 <= length <= 254:
            raise LinkError(f"this is not Modbus TCP: {heard[:16].hex(' ')}")
        if len(heard) < 6 + length:
            return None
        pdu = bytes(heard[MBAP.size : 6 + length])
        del heard[: 6 + length]
        if number == transaction and who == unit:
            return believe(pdu, unit, function, count)
        if number == transaction:
            raise FrameError(f"unit {unit}: unit {who} answered instead")
        if number == 0:
            raise FrameError(f"unit {unit}: an answer without a transaction number could belong to any question")
    return None


def believe(pdu: bytes, unit: int, function: int, count: int) -> list[int]:
    """The registers of a sound PDU from the right unit. Raises FrameError, DeviceError, LinkError."""
    if pdu[0] == function | 0x80 and len(pdu) == 2:
        raise refusal(unit, pdu[1])
    if pdu[0] != function:
        raise FrameError(f"unit {unit}: function {pdu[0]} answered a question of function {function}")
    if pdu[1] != 2 * count or len(pdu) != 2 + 2 * count:
        raise FrameError(f"unit {unit}: {(len(pdu) - 2) / 2:g} registers came where {count} were asked")
    return list(struct.unpack_from(f">{count}H", pdu, 2))


def refusal(unit: int, code: int) -> DeviceError | LinkError:
    """A device's exception; a gateway's "my target is silent" is the silence it tells of."""
    word = REFUSALS.get(code, "unknown reason")
    if code in (ExcCodes.GATEWAY_PATH_UNAVIABLE, ExcCodes.GATEWAY_NO_RESPONSE):
        return LinkError(f"unit {unit}: no answer, says the gateway (code {code})", "timeout")
    return DeviceError(f"unit {unit} refused: {word} (code {code})", code)


def canary(block: Block, owed: Collection[tuple[str, int]]) -> Block:
    """A question whose answer cannot be mistaken for one still owed: near `block`, with a count not asked before.

    Fewer registers rather than more, and an even difference first: some devices refuse half a pair.
    """
    counts = (block.count - 2, block.count - 1, *range(block.count - 3, 0, -1), *range(block.count + 1, 126))
    count = next(count for count in counts if count > 0 and (block.table, count) not in owed)
    return Block(block.table, block.address, count)


def brief(block: Block) -> Block:
    """A short question whose answer cannot be mistaken for one to a question like `block`."""
    return Block(block.table, block.address, 2) if block.count > 2 else canary(block, ((block.table, block.count),))
