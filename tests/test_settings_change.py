"""Settings changed under a line that stays up: no figure is believed by the byte order or the unit of before."""

from __future__ import annotations

import struct
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from brokers import free_port
from peers import run
from pollers import Poll, samples, value
from pyModbusTCP.server import DataHandler, ModbusServer

from drivers.bus.doubt import REST
from drivers.bus.modbus import TcpLink
from drivers.maps.catalog import models
from drivers.maps.mapfile import load_map
from drivers.model import Device, DeviceMap, Point, Sample, Setting, Settled

BEFORE = {"flow": 17.5, "density": 0.75, "temperature": 21.5, "total": 123456.0}
POINTS = {"flow": "flow", "density": "density", "temperature": "temperature", "total": "mass_inventory"}


def words(value: float, order: int) -> list[int]:
    high, low = struct.unpack(">2H", struct.pack(">f", value))
    return [low, high] if order else [high, low]


class Meter(DataHandler):  # type: ignore[misc]
    """A Micro Motion that a technician works at while it is read; `on_read` is called before each answer."""

    def __init__(self) -> None:
        super().__init__()
        self.values, self.order, self.unit, self.asked = dict(BEFORE), 1, 61, list[int]()
        self.on_read: Callable[[int], object] = lambda address: None
        self.refuses: set[int] = set()

    def registers(self) -> dict[int, int]:
        held = {520: self.order, 15: 630, 38: 74, 39: 91, 40: 32, 41: 17, 43: 12, 44: self.unit, 45: 43}
        for at, name in ((246, "flow"), (248, "density"), (250, "temperature"), (262, "total")):
            held |= dict(enumerate(words(self.values[name], self.order), at))
        return held

    def read_h_regs(self, address: int, count: int, srv_info: Any) -> Any:
        self.on_read(address)
        self.asked.append(address)
        if address in self.refuses:
            return DataHandler.Return(exp_code=6)  # busy
        held = self.registers()
        return DataHandler.Return(exp_code=0, data=[held.get(at, 0) for at in range(address, address + count)])


def told(sample: Sample) -> dict[str, Any]:
    """Values, or why there are none."""
    readings = {name: value(sample, point) for name, point in POINTS.items()}
    return {name: r.value if r.quality == "good" else r.fault for name, r in readings.items()}


def after(polls: int, change: Callable[[], object]) -> Callable[[int], None]:
    """Something happens just before the points are read for the `polls`-th time from now."""
    left = [polls]

    def on_read(address: int) -> None:
        left[0] -= address == 244
        if left[0] == 0 and address == 244:
            change()

    return on_read


def at_work(story: Callable[[Meter, Poll], Coroutine[Any, Any, None]], device_map: DeviceMap | None = None) -> None:
    """Run a story with this meter on a port of its own."""

    async def play() -> None:
        meter = Meter()
        port = free_port()
        server = ModbusServer("127.0.0.1", port, no_block=True, data_hdl=meter)
        server.start()
        try:
            known = device_map or load_map(models()["emerson-2700"])[0]
            poller = Poll(TcpLink("127.0.0.1", port, 5.0), [Device("it", known, "lan", 1, 1.0)])
            await story(meter, poller)
            await poller.end()
        finally:
            server.stop()

    run(play())


def test_no_figure_is_believed_by_the_byte_order_of_before() -> None:
    async def story(meter: Meter, poller: Poll) -> None:
        meter.on_read = after(5, lambda: setattr(meter, "order", 0))
        said = await poller.until(lambda said: len(samples(said, "it")) >= 12)
        assert [told(sample) for sample in samples(said, "it")] == [BEFORE] * 12
        orders = [event.settings["byte_order"] for event in said if isinstance(event, Settled)]
        assert orders == ["CDAB", "ABCD"]
        assert (
            poller.tallies["it"].polls >= 12 and not poller.tallies["it"].faults
        )  # on one line, without a disturbance

    at_work(story)


@pytest.mark.parametrize(("code", "unit", "factor"), [(62, "t", 0.001), (63, "[lb_av]", 2.25)])
def test_no_total_is_believed_in_the_unit_of_before(code: int, unit: str, factor: float) -> None:
    async def story(meter: Meter, poller: Poll) -> None:
        def change() -> None:
            meter.unit, meter.values["total"] = code, BEFORE["total"] * factor

        meter.on_read = after(5, change)
        said = await poller.until(lambda said: len(samples(said, "it")) >= 10)
        totals = [value(sample, "mass_inventory") for sample in samples(said, "it")]
        assert {(total.unit, total.quality, round(float(total.value), 3)) for total in totals[:4]} == {  # type: ignore[arg-type]
            ("kg", "good", 123456.0)
        }
        assert {(total.unit, total.quality) for total in totals[4:]} == {(unit, "good")}

    at_work(story)


def test_while_the_settings_cannot_be_read_a_doubtful_poll_is_unsettled() -> None:
    async def story(meter: Meter, poller: Poll) -> None:
        await poller.next("it", 2)

        def change() -> None:
            meter.order, meter.refuses = 0, {15, 38, 520}

        meter.on_read = after(2, change)
        said = await poller.until(lambda said: len(samples(said, "it")) >= 5)
        seen = [told(sample) for sample in samples(said, "it")]
        assert seen[0] == BEFORE and seen[2:] == [dict.fromkeys(BEFORE, "unsettled")] * 3
        meter.refuses = set()
        await poller.until(lambda said: bool(samples(said, "it")) and told(samples(said, "it")[-1]) == BEFORE)

    at_work(story)


def test_an_honest_device_is_seldom_doubted() -> None:
    async def story(meter: Meter, poller: Poll) -> None:
        def live(address: int) -> None:
            if address == 244:
                meter.values["flow"] = 0.0 if meter.values["flow"] else 17.5  # a fill begins or ends with each poll
                meter.values["density"] = 0.75 if meter.values["density"] > 1 else 3.0
                meter.values["total"] += 0.5

        meter.on_read = live
        begun = poller.clock().mono
        said = await poller.until(lambda said: poller.clock().mono >= begun + 50)
        assert all(value(sample, "mass_inventory").quality == "good" for sample in samples(said, "it"))
        assert len(samples(said, "it")) >= 45
        assert meter.asked.count(520) <= 2 + 50 / REST

    at_work(story)


NEAR = DeviceMap(
    "near", "Settings among the points", "meter", "modbus", "made for tests", "integrator", "holding", "ABCD",
    (Point("mass_total", 262, "f32", "kg", role="total"), Point("pressure", 266, "u16", "@unit", exp=-2)),
    (Setting("unit", 268, "u16", {7: "bar", 10: "kgf/cm2"}),),
)  # fmt: skip


def test_a_setting_beside_the_points_is_read_with_each_poll() -> None:
    async def story(meter: Meter, poller: Poll) -> None:
        units = [7]
        honest = meter.registers

        def registers() -> dict[int, int]:
            told = {266: 20000 if units[0] == 7 else 20394, 268: units[0]}
            return honest() | dict(enumerate(words(123456.0, 0), 262)) | told

        meter.registers = registers  # type: ignore[method-assign]
        await poller.next("it", 3)
        asked = len(meter.asked)
        await poller.next("it", 3)
        assert set(meter.asked[asked:]) == {262}  # and costs no request of its own
        units[0] = 10
        await poller.next("it", 5)
        told = [value(sample, "pressure") for sample in samples(poller.said, "it")]
        assert {(str(reading.value), reading.unit) for reading in told} == {("200.00", "bar"), ("203.94", "kgf/cm2")}

    at_work(story, NEAR)
