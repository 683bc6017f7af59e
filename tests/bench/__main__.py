"""The figures the station is built for, measured on this machine: `make bench`. It prints, it never judges.

The devices, the broker and the subscriber share the machine's cores with the daemon.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

import alarms
import casebook
import casestart
import overdue
import station
import storage
import touch
import wires
from brokers import free_port
from mosquitto import mosquitto

WARM = 3.0  # seconds after the first reading that do not count


class Row(NamedTuple):
    what: str
    figure: str
    wanted: str


class Run(NamedTuple):
    """One measurement: the daemon's use and the subscriber's readings, inside the window."""

    wire: wires.Wire
    seconds: float
    before: station.Used
    after: station.Used
    heard: list[tuple[str, int, float]]


async def measure(folder: Path, buses: Sequence[station.Bus], wire: wires.Wire, every: float, seconds: float) -> Run:
    """Let the daemon poll the devices of its buses for `seconds`, beside a real broker and a subscriber."""
    with mosquitto(folder) as broker:
        subscriber = station.Subscriber(broker.port)
        subscriber.start()
        path = station.write(folder, buses, wire.registers, every, broker.port, free_port())
        with station.running(path) as daemon:
            while not subscriber.heard and daemon.process.poll() is None:
                await asyncio.sleep(0.05)
            await asyncio.sleep(WARM)
            wire.forget()
            first, before = len(subscriber.heard), daemon.used()
            await asyncio.sleep(seconds)
            return Run(wire, seconds, before, daemon.used(), subscriber.heard[first:])


def rtu(wire: wires.Wire, baud: int, units: int) -> station.Bus:
    return station.Bus(f'link = "rtu"\nport = "{wires.Line(wire, baud).path}"\nserial = "{baud} 8N1"\n', units)


def lan(port: int, units: int) -> station.Bus:
    return station.Bus(f'link = "tcp"\nhost = "127.0.0.1"\nport = {port}\n', units)


async def serial(folder: Path, seconds: float, baud: int) -> list[Row]:
    units, registers = 12, 20
    wire = wires.Wire(registers)
    run = await measure(folder, [rtu(wire, baud, units)], wire, 0, seconds)
    ratio = wire.cycle() / wires.minimum(units, registers, baud)
    spent = wire.requests / max(wire.readings(), 1)
    title = f"RTU {baud} baud, {units} × {registers} registers"
    return [
        Row(f"{title}: cycle ÷ wire minimum", f"{ratio:.3f}", "≤ 1.02"),
        Row(f"{title}: requests a reading", f"{spent:.2f}", "1"),
        Row(f"{title}: readings heard a second", f"{len(run.heard) / seconds:.1f}", ""),
    ]


async def dead(folder: Path, seconds: float) -> list[Row]:
    """One of twelve is dead: what the other eleven keep of the polls they had while all were alive."""
    title, units, registers = "RTU 9600 baud, one dead of 12", 12, 20
    kept = {}
    for every, how in ((0.0, "as fast as the line allows"), (1.0, "every 1 s")):
        polls = []
        for unit in (0, units):
            wire = wires.Wire(registers, dead=unit)
            place = folder / f"{every:g}-{unit}"
            place.mkdir()
            await measure(place, [rtu(wire, 9600, units)], wire, every, seconds)
            polls.append(sum(len(moments) for number, moments in wire.asked.items() if number != units))
        kept[how] = polls[1] / polls[0]
    return [Row(f"{title}: kept, {how}", f"{share:.1%}", "≥ 95 %") for how, share in kept.items()]


async def network(folder: Path, seconds: float, units: int, buses: int = 1, deaf: int = 0) -> list[Row]:
    """So many devices at one port, or at ports of their own; beside `deaf` hosts that take no connection."""
    registers = 40
    wire = wires.Wire(registers)
    ports = [await wires.tcp(wire) for _ in range(buses)]
    with wires.unreachable() as nobody:
        lines = [*(lan(port.port, units) for port in ports), *(lan(nobody, 1) for _ in range(deaf))]
        run = await measure(folder, lines, wire, 1, seconds)
    for port in ports:
        port.close()
    units *= buses
    polls = run.wire.readings()
    missed = max(0.0, 1 - polls / (units * seconds)) * 100
    beside = f", {buses} ports" * (buses > 1) + ", beside a host that is not there" * (deaf > 0)
    title = f"TCP {units} × {registers} registers at 1 s{beside}"
    late = quantiles([entry[2] for entry in run.heard], n=100) if len(run.heard) > 1 else [float("nan")] * 99
    processor = (run.after.processor - run.before.processor) / max(polls, 1) * 1000
    written = (run.after.written - run.before.written) / max(len(run.heard), 1)
    return [
        Row(f"{title}: slots missed", f"{missed:.1f} %", "0"),
        Row(f"{title}: readings not heard", f"{max(0, polls - len(run.heard))} of {polls}", "0, or those on their way"),
        Row(f"{title}: processor seconds for 1,000 polls", f"{processor:.2f}", "≤ 0.8"),
        Row(f"{title}: peak memory", f"{run.after.memory / 2**20:.0f} MB", "≤ 80 MB"),
        Row(f"{title}: answer built → heard, median", f"{late[49]:.1f} ms", "≤ 3 ms (16 devices)"),
        Row(f"{title}: answer built → heard, 99 of 100", f"{late[98]:.1f} ms", "≤ 10 ms (16 devices)"),
        Row(f"{title}: written to disk a reading", f"{written:.0f} bytes", "0"),
    ]


async def storage_figures(folder: Path, seconds: float) -> list[Row]:
    single, tens, hundred, turn = (storage.facts(folder, group, seconds / 4) for group in (1, 10, 100, 250))
    outage = storage.outage(folder)
    made, more, waited = await storage.book(folder, 20_000)
    typical, slow = storage.late(single.seconds)
    grouped = len(tens.seconds) / sum(tens.seconds)
    return [
        Row("one fact durable, median and 99 of 100", f"{typical:.2f}, {slow:.2f} ms", "≤ 20 ms"),
        Row("commits of ten facts a second", f"{grouped:.0f}", "≥ 500"),
        Row("written a commit of one fact", f"{single.written / len(single.seconds) / 1024:.1f} KB", "≤ 16 KB"),
        Row("written a commit of 100 facts ÷ their size", f"{hundred.written / hundred.payload:.2f}", "≤ 3"),
        Row("written a commit of 250 facts ÷ their size", f"{turn.written / turn.payload:.2f}", "≤ 3"),
        Row("telemetry of an outage: written ÷ payload", f"{outage.written / outage.payload:.2f}", "≤ 2"),
        Row(
            "telemetry of an outage: a batch of 2,000", f"{1000 * sum(outage.seconds) / len(outage.seconds):.0f} ms", ""
        ),
        Row("a book of 20,000 documents: made, one more", f"{made:.2f}, {more:.2f} s", ""),
        Row("… the longest that the engine's loop waited meanwhile", f"{1000 * waited:.0f} ms", ""),
    ]


async def case_figures(folder: Path, seconds: float) -> list[Row]:
    cost = overdue.measure(folder)
    title = "1,000 open cases"
    pages = casebook.measure(folder)
    none, all = casestart.measure(folder)
    return [
        Row(
            f"{title}, 20,000 closed: start",
            f"{all.start:.1f} s, {all.processor:.1f} of a core (none: {none.start:.1f}, {none.processor:.1f})",
            "≤ 5 s",
        ),
        Row(f"{title}, 20,000 closed: memory", f"{(all.memory - none.memory) / 2**20:.0f} MB at its peak", "≤ 60 MB"),
        *(Row(f"{title}, 20,000 closed: {page}", f"{1000 * took:.0f} ms", "≤ 150 ms") for page, took in pages.items()),
        Row(f"{title}: a tick, the middle one", f"{1000 * cost.middle:.2f} ms", "≤ 20 ms"),
        Row(f"{title}: the longest of an hour", f"{1000 * cost.longest:.1f} ms", "≤ 20 ms"),
        Row(f"{title}: the longest after four days away", f"{1000 * cost.after:.1f} ms", "≤ 20 ms"),
    ]


async def alarm_figures(folder: Path, seconds: float) -> list[Row]:
    cost = alarms.measure(folder)
    return [
        Row("500 alarm rules, a sample a second", f"{100 * cost.share:.2f} % of a core", "≤ 3 %"),
        Row(f"a flood of {cost.told} alarms in ten seconds", f"{cost.flood:.2f} s of a core", "all of 1,000 told"),
    ]


async def touch_figures(folder: Path, seconds: float) -> list[Row]:
    weight = touch.weight()
    felt = await asyncio.to_thread(touch.touches, folder)
    title = f"kiosk, processor {touch.SLOWER} × slower"
    return [
        Row("kiosk: the public page", f"{weight.page / 1000:.1f} KB", "≤ 60 KB"),
        Row("kiosk: all assets", f"{weight.assets / 1000:.0f} KB", "≤ 250 KB"),
        Row(f"{title}: first paint", f"{felt.paint:.0f} ms", "≤ 400 ms"),
        Row(f"{title}: touch → pressed", f"{felt.felt:.0f} ms", "≤ 50 ms"),
        Row(f"{title}: touch → durable, on the screen", f"{felt.kept:.0f} ms", "≤ 300 ms"),
        Row(f"{title}: {len(touch.PINYIN)} letters → words", f"{felt.pinyin:.0f} ms", "≤ 30 ms"),
    ]


async def visit_figures(folder: Path, seconds: float) -> list[Row]:
    """As many visits as the time allows: 10,000 take `--seconds 13000`."""
    seen = await asyncio.to_thread(touch.visits, max(1, int(seconds / touch.LONG)))
    title = f"kiosk, {seen.number} visits"
    return [
        Row(f"{title}: its heap, before → after", f"{seen.before / 1e6:.2f} → {seen.after / 1e6:.2f} MB", "± 5 MB"),
        Row(f"{title}: its nodes, before → after", f"{seen.nodes_before} → {seen.nodes_after}", "flat"),
    ]


Scene = Callable[[Path, float], Coroutine[None, None, list[Row]]]
SCENES: dict[str, Scene] = {
    "rtu-9600": lambda folder, seconds: serial(folder, seconds, 9600),
    "rtu-19200": lambda folder, seconds: serial(folder, seconds, 19200),
    "tcp-16": lambda folder, seconds: network(folder, seconds, 16),
    "storage": storage_figures,
    "cases": case_figures,
    "alarms": alarm_figures,
    "kiosk": touch_figures,
    "kiosk-visits": visit_figures,
    "tcp-64": lambda folder, seconds: network(folder, seconds, 64),
    "tcp-200": lambda folder, seconds: network(folder, seconds, 200),
    "hosts-200": lambda folder, seconds: network(folder, seconds, 1, buses=200),
    "dead-unit": dead,
    "dead-host": lambda folder, seconds: network(folder, seconds, 16, deaf=1),
}


def main() -> None:
    parser = argparse.ArgumentParser("make bench", description=__doc__)
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help=f"of {', '.join(SCENES)} (default: all)")
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each window (default 20)")
    args = parser.parse_args()
    if unknown := set(args.scenes) - set(SCENES):
        parser.error(f"{', '.join(unknown)}: unknown; one of {', '.join(SCENES)}")
    for name in args.scenes or SCENES:
        with tempfile.TemporaryDirectory(prefix="station-edge-bench-") as folder:
            for row in asyncio.run(SCENES[name](Path(folder), args.seconds)):
                print(f"{row.what:<66}{row.figure:>14}   {row.wanted}", flush=True)


if __name__ == "__main__":
    main()
