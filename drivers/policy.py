"""What may leave this machine towards a device: one table of questions that only read. Everything else is refused."""

from __future__ import annotations

import re

from drivers.model import DriverError, Fault

UNIT = rb"[\x01-\xff]"  # never 0: a broadcast, nobody answers it
READ = rb"[\x01-\x04].{4}"  # Modbus: coils, discrete inputs, holding registers, input registers

# protocol → the whole frame, as it stands on the wire. A protocol without a row is listened to, never spoken.
QUESTIONS: dict[str, bytes] = {
    "modbus-rtu": UNIT + READ + rb".{2}",
    "modbus-tcp": rb".{2}\0\0\0\x06" + UNIT + READ,
    "modbus-ascii": rb":(?!00)[0-9A-F]{2}0[1-4][0-9A-F]{10}\r\n",
    # zeros that wake a battery device · sign-on · option select (read-out or programming mode) · R commands · break
    "iec62056-21": rb"\0{1,99}|/\?[^!\r\n]*!\r\n|\x06[0-2][0-9A-I][01]\r\n"
    rb"|\x01R[0-9]\x02[^\x01-\x06]*\x03.|\x01B0\x03q",
    # 68 T A0..A6 C L=3: read data (01), read address (03)
    "cjt188": rb"\xfe*\x68.{8}[\x01\x03]\x03.{3}.\x16",
    # 68 A0..A5 68 C L: read (11), read on (12), read address (13)
    "dlt645": rb"\xfe*\x68.{6}\x68(\x11(\x04.{4}|\x05.{5}|\x0a.{10})|\x12\x05.{5}|\x13\0).\x16",
    # SND_NKE (reset of the link, not of the meter) · REQ_UD2 with either frame count bit
    "mbus": rb"\x10[\x40\x5b\x7b].{2}\x16",
}
ADMITTED = {protocol: re.compile(question, re.DOTALL) for protocol, question in QUESTIONS.items()}


class PolicyError(DriverError):
    """A frame that could change a device was about to be sent. It was not."""

    fault: Fault = "refused"


def admit(protocol: str, frame: bytes) -> None:
    """Return when `frame` is a question of `protocol` that only reads. Raises PolicyError for everything else."""
    row = ADMITTED.get(protocol)
    if row is None:
        raise PolicyError(f"{protocol}: nothing may be sent, this protocol is only listened to")
    if not row.fullmatch(frame):
        raise PolicyError(f"{protocol}: {frame.hex(' ')} is not a question that only reads; it was not sent")
