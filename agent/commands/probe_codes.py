"""The probe of a device without registers: one dialogue, or some seconds of listening; its bytes, values and faults."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from dataclasses import dataclass
from time import perf_counter

from agent.commands.record import record
from drivers.bus.line import SerialLine
from drivers.bus.listen import Tap
from drivers.bus.poller import talk
from drivers.dialogue.tongues import dialect_of, tongue_of
from drivers.maps.frames import cut
from drivers.model import Device, DeviceMap, DriverError, Instant, Reading, Sample
from drivers.protocol.codecs import codec_of
from drivers.protocol.framed import hidden

SLOW = 2.0  # seconds: a meter of IEC 62056-21 may take one and a half
LISTEN = 10.0  # seconds at least, on a line that is only listened to


@dataclass(frozen=True, slots=True)
class Found:
    """What went over the line (sent or heard, in order), and what it means."""

    traffic: tuple[tuple[bool, bytes], ...]
    readings: tuple[Reading, ...]
    took: float  # seconds
    why: str

    def heard(self) -> bytes:
        return b"".join(data for sent, data in self.traffic if not sent)

    def page(self, raw: bool) -> str:
        rows = [f"{'▶' if sent else '◀'} {data.hex(' ').upper()}" for sent, data in self.traffic if raw and data]
        rows += [f"{len(self.heard())} bytes in {self.took * 1000:.0f} ms" + (f": {self.why}" if self.why else ""), ""]
        rows += [
            f"{r.point:20} {'–' if r.value is None else r.value!s:>16} {r.unit:10} {r.quality} {r.fault}".rstrip()
            for r in self.readings
        ]
        return "\n".join(rows)

    def document(self) -> dict[str, object]:
        return {
            "bytes": [{"sent": sent, "hex": data.hex(" ").upper()} for sent, data in self.traffic if data],
            "ms": self.took * 1000,
            "error": self.why,
            "readings": [r._asdict() for r in self.readings],
        }


def run(args: argparse.Namespace, device_map: DeviceMap) -> int:
    tongue = tongue_of(device_map.protocol, device_map.framing)
    match = re.fullmatch(r"(/[^,]+)(?:,\s*(\d+ [78][NEO][12]))?", args.link)
    address = tongue.anybody if args.address is None else args.address
    wrong = (
        f"{args.link}: not a serial line; /dev/PORT[,BAUD FRAMING], such as '/dev/ttyUSB0,{tongue.serial}'"
        if not match
        else f"--address {address}: {tongue.addresses}"
        if not tongue.address.fullmatch(address)
        else "--find looks through registers; this device has none"
        if args.find
        else "--record would keep what this dialect redacts; write the proof by hand, its private digits made up"
        if args.record and device_map.framing and any(map(hidden, device_map.framing.fields))
        else ""
    )
    if wrong or not match:
        print(wrong, file=sys.stderr)
        return 2
    device = Device("probe", device_map, "line", address, 0.0)
    try:
        found = asyncio.run(ask(device, match[1], match[2] or tongue.serial, args.timeout or SLOW))
    except DriverError as error:
        print(f"{args.link}: {error}", file=sys.stderr)
        return 1
    print(json.dumps(found.document(), default=str, ensure_ascii=False) if args.json else found.page(args.raw))
    if args.record:
        where = f"{args.link}, address {address or 'of whoever is there'}"
        if why := record(args.record, device_map, telling(device, found.heard()), found.readings, where):
            print(why, file=sys.stderr)
            return 1
    return 0 if any(reading.quality != "bad" for reading in found.readings) else 1


async def ask(device: Device, port: str, serial: str, timeout: float) -> Found:
    """Open, ask or listen, close. Raises LinkError when the port cannot be opened."""
    protocol, traffic = device.map.protocol, list[tuple[bool, bytes]]()
    spoken = tongue_of(protocol, device.map.framing).speak is not None
    line = SerialLine(port, serial, timeout, protocol) if spoken else Tap(port, serial, protocol, device.map.framing)
    line.watch = lambda sent, data: traffic.append((sent, data))
    side = talk(device, line, lambda: None)
    await line.open()
    try:
        began = perf_counter()
        if not spoken:
            await asyncio.sleep(max(timeout, LISTEN))
        turn = await side.poll(Instant(began, 0.0, "unsynced"))
        readings = next(event.readings for event in turn.events if isinstance(event, Sample))
        return Found(tuple(traffic), readings, perf_counter() - began, turn.why)
    finally:
        line.close()


def telling(device: Device, heard: bytes) -> list[bytes]:
    """The frames that tell one of the map's points: what a proof needs. Overheard frames need those around them."""
    protocol, frames = device.map.protocol, list[bytes]()
    tongue, codec = tongue_of(protocol, device.map.framing), codec_of(protocol, device.map.framing)
    read = tongue.reader(str(device.address) if not tongue.speak else "")
    codes, dialect = [point.code for point in device.map.points], dialect_of(protocol, device.map.dialect)
    for frame in cut(codec, heard):
        try:
            told = read(codec.parse(frame), codes, dialect)
        except DriverError:
            continue
        if told or not tongue.speak:
            frames.append(frame)
    return frames
