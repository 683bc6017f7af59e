"""A poller against devices that speak the real protocol: a failure becomes a reading with a fault, and nobody waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from peers import run
from pollers import Poll, devices, faults, samples, simulated, station, value

from drivers.bus.modbus import RtuLink, TcpLink
from drivers.maps.catalog import models
from drivers.maps.mapfile import load_map
from drivers.model import Device, DeviceMap, Quarantined, Sample, Settled
from drivers.sim.devices import SimDevice, image
from drivers.sim.filling import Nozzle
from drivers.sim.run import Simulation, build
from drivers.sim.server import ILLEGAL_ADDRESS, answer, refuse
from drivers.sim.tcp import TcpPort

# ── the ordinary day ──


def test_every_device_is_read_and_its_totals_are_exact() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        for each in simulation.devices[1:3]:
            sample = await poller.next(each.name)
            assert faults(sample) == {"", "null"}  # no preset was given
            assert value(sample, "mass_total").value == each.play(now[0])["total"]

    station(story)


def test_settings_are_read_before_anything_is_believed() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        sample = await poller.next("dispenser-1")
        first = poller.said[0]
        assert isinstance(first, Settled)
        assert first.settings["byte_order"] == "CDAB"
        assert faults(sample) == {""}
        assert value(sample, "pressure").unit == "kPa"

    station(story)


def test_a_serial_meter_is_read_too() -> None:
    async def play() -> None:
        with simulated() as (simulation, _):
            await simulation.open()
            poller = Poll(RtuLink(str(simulation.rtu.path), "9600 8N1", 0.5), devices(simulation, "rtu"))
            sample = await poller.next("meter-1", 3)
            assert faults(sample) == {""}
            assert value(sample, "std_total").unit == "m3"
            await poller.end()

    run(play())


def test_the_watchdog_hears_of_every_turn_and_the_tally_counts() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        await poller.next("dispenser-3", 3)
        await poller.next("dispenser-1")
        assert poller.beats > len(poller.said)
        tally = poller.tallies["dispenser-3"]
        assert (tally.polls, tally.streak, tally.faults) == (3, 0, {})
        assert 0 < tally.round_trip < 0.1

    station(story)


# ── things go wrong ──


def test_a_silent_device_is_bad_timeout_and_the_others_keep_their_pace() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        await poller.next("dispenser-3")
        assert simulation.obey("silent dispenser-2") == ""
        sample = await poller.next("dispenser-2", 2)
        assert faults(sample) == {"timeout"}
        assert all(reading.value is None for reading in sample.readings)
        said = await poller.until(lambda said: len(samples(said, "dispenser-3")) >= 100)
        assert len(samples(said, "dispenser-2")) < 10
        pace = samples(said, "dispenser-3")
        assert abs((pace[-1].at.mono - pace[0].at.mono) / 99 - 1.0) < 0.02
        assert poller.tallies["dispenser-3"].missed == 0
        assert poller.tallies["dispenser-2"].missed > 50

    station(story)


def test_a_device_that_comes_back_is_settled_again_before_it_is_believed() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        await poller.next("dispenser-1")
        simulation.obey("silent dispenser-1")
        assert faults(await poller.next("dispenser-1", 2)) == {"timeout"}
        simulation.obey("alive dispenser-1")
        said = await poller.until(lambda said: any(not faults(s) - {""} for s in samples(said, "dispenser-1")))
        mine = [event for event in said if event.device == "dispenser-1"]
        assert isinstance(mine[-2], Settled)

    station(story)


def test_a_device_that_says_no_is_refused_and_keeps_its_pace() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        simulation.obey("exception dispenser-2")
        assert faults(await poller.next("dispenser-2")) == {"refused"}
        await poller.next("dispenser-2", 10)
        assert poller.tallies["dispenser-2"].missed == 0
        simulation.obey("alive dispenser-2")
        assert "refused" not in faults(await poller.next("dispenser-2", 2))

    station(story)


def test_noise_is_counted_and_gives_no_value() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        simulation.obey("noise dispenser-3")
        assert faults(await poller.next("dispenser-3", 2)) == {"checksum"}
        assert poller.tallies["dispenser-3"].faults["checksum"] >= 4  # each question was asked twice
        assert faults(await poller.next("dispenser-2")) == {"", "null"}

    station(story)


def test_a_line_that_cannot_be_opened_is_bad_link_for_each_of_its_devices() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        await poller.next("dispenser-3")
        simulation.tcp.close()
        for name in ("dispenser-1", "dispenser-2", "dispenser-3"):
            assert faults(await poller.next(name, 2)) == {"link"}
        assert "connection refused" in poller.tallies["dispenser-2"].why
        before = poller.clock().mono
        await simulation.tcp.open()  # at the same port
        said = await poller.until(
            lambda said: all(samples(said, n) and "" in faults(samples(said, n)[-1]) for n in poller.tallies)
        )
        assert poller.clock().mono - before <= 10
        assert [event.device for event in said if isinstance(event, Settled)] == ["dispenser-1"]

    station(story)


def test_a_connection_dropped_between_polls_costs_no_reading() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        await poller.next("dispenser-3")
        for client in tuple(simulation.tcp.clients):
            client.close()
        said = await poller.until(lambda said: len(samples(said, "dispenser-3")) >= 5)
        assert all("link" not in faults(event) for event in said if isinstance(event, Sample))

    station(story)


def test_the_link_is_closed_when_the_poller_ends() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        await poller.next("dispenser-1")
        await poller.end()
        while simulation.tcp.clients:
            await asyncio.sleep(0)

    station(story)


# ── devices that are not as their map says ──


def lone(serve: Callable[[int, bytes], bytes | None], device_map: DeviceMap, story: Callable[[Poll], Any]) -> None:
    """Run a story with one device of our own making."""

    async def play() -> None:
        port = TcpPort("127.0.0.1", 0, serve, lambda unit, frame: frame)
        await port.open()
        poller = Poll(TcpLink("127.0.0.1", port.port, 0.1), [Device("it", device_map, "lan", 1, 1.0)])
        await story(poller)
        await poller.end()
        port.close()

    run(play())


def test_one_register_that_is_refused_does_not_cost_the_others() -> None:
    device_map, _ = load_map(models()["plain-dispenser"])
    device = SimDevice("it", device_map, "tcp", 1, Nozzle(1, 5).at)  # type: ignore[arg-type]
    price = next(point.address for point in device_map.points if point.name == "price")
    asked: list[range] = []
    bad = {price}

    def serve(unit: int, pdu: bytes) -> bytes:
        first, count = int.from_bytes(pdu[1:3], "big"), int.from_bytes(pdu[3:5], "big")
        asked.append(range(first, first + count))
        return refuse(pdu[0], ILLEGAL_ADDRESS) if bad & set(asked[-1]) else answer(pdu, image(device, 50.0))

    async def story(poller: Poll) -> None:
        sample = await poller.next("it")
        assert [reading.point for reading in sample.readings if reading.fault == "refused"] == ["price"]
        await poller.next("it")
        told = [event for event in poller.said if isinstance(event, Quarantined)]
        assert [event.points for event in told] == [{"price": f"holding {price:#06x}"}]
        asked.clear()
        sample = await poller.next("it", 3)
        assert [reading.point for reading in sample.readings if reading.fault == "refused"] == ["price"]
        assert not any(price in span for span in asked)  # not hammered
        poller.leapt += 86400
        await poller.next("it")
        assert any(price in span for span in asked)  # but tried again a day later
        await poller.next("it")
        assert told == [event for event in poller.said if isinstance(event, Quarantined)]  # and told once
        bad.clear()
        poller.leapt += 86400
        said = await poller.until(lambda said: any(isinstance(event, Quarantined) for event in said))
        assert said[-1] == Quarantined("it", said[-1].at, {})
        assert "refused" not in faults(await poller.next("it"))

    lone(serve, device_map, story)


def test_a_byte_order_nobody_knows_leaves_every_point_unsettled_until_it_is_known() -> None:
    device_map, _ = load_map(models()["emerson-2700"])
    sim = build(None, lambda: 0.0).devices[0]
    order = [9]

    def serve(unit: int, pdu: bytes) -> bytes:
        registers = image(sim, 50.0)
        registers["holding", 520] = order[0]
        return answer(pdu, registers)

    async def story(poller: Poll) -> None:
        assert faults(await poller.next("it")) == {"unsettled"}
        order[0] = 1  # a technician puts it right
        await poller.until(lambda said: bool(samples(said, "it")) and faults(samples(said, "it")[-1]) == {""})
        known = [event.settings.get("byte_order") for event in poller.said if isinstance(event, Settled)]
        assert known == [None, "CDAB"]

    lone(serve, device_map, story)


def test_a_device_that_refuses_everything_is_left_in_peace() -> None:
    device_map, _ = load_map(models()["fuxin-fx"])
    asked = [0]

    def serve(unit: int, pdu: bytes) -> bytes:
        asked[0] += 1
        return refuse(pdu[0], ILLEGAL_ADDRESS)

    async def story(poller: Poll) -> None:
        before = poller.clock().mono
        await poller.until(lambda said: poller.clock().mono - before > 300)
        assert asked[0] < 300
        assert faults(await poller.next("it")) == {"refused"}

    lone(serve, device_map, story)


def test_another_byte_order_and_another_firmware_are_told_within_ten_minutes() -> None:
    device_map, _ = load_map(models()["emerson-2700"])
    sim = build(None, lambda: 0.0).devices[0]
    told = {"byte_order": "CDAB", "software": "630"}
    wire = {520: 1, 15: 630}

    def serve(unit: int, pdu: bytes) -> bytes:
        registers = image(sim, 50.0)
        registers.update({("holding", at): word for at, word in wire.items()})
        return answer(pdu, registers)

    async def story(poller: Poll) -> None:
        def known() -> dict[str, str]:
            settled = [event for event in poller.said if isinstance(event, Settled)][-1]
            return {name: settled.settings[name] for name in told}

        await poller.next("it")
        assert known() == told
        wire.update({520: 0, 15: 640})
        poller.leapt += 600
        await poller.next("it", 2)
        assert known() == {"byte_order": "ABCD", "software": "640"}

    lone(serve, device_map, story)
