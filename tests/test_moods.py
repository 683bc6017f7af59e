"""What can be made wrong with a simulated device: the fault is seen by a poller, and by nobody before it is played."""

from __future__ import annotations

from decimal import Decimal

from pollers import Poll, faults, station, value

from drivers.sim.filling import Inlet, Nozzle
from drivers.sim.moods import spoil
from drivers.sim.run import Simulation


def test_a_late_device_is_a_timeout_and_no_more() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        assert "" in faults(await poller.next("dispenser-2"))
        simulation.obey("late dispenser-2")
        assert faults(await poller.next("dispenser-2", 2)) == {"timeout"}
        assert "" in faults(await poller.next("dispenser-3"))

    station(story)


def test_a_frozen_total_a_reset_total_and_a_changed_density() -> None:
    async def story(simulation: Simulation, poller: Poll, now: list[float]) -> None:
        async def read(point: str) -> Decimal:
            return Decimal(str(value(await poller.next("dispenser-2", 2), point).value))

        before = await read("mass_total")
        simulation.obey("frozen dispenser-2")
        now[0] += 1000
        assert await read("mass_total") == before
        simulation.obey("alive dispenser-2")
        sold = await read("mass_total") - before
        assert sold > 0
        simulation.obey("reset dispenser-2")
        assert await read("mass_total") == 0
        now[0] += 1000
        assert 0 < await read("mass_total") < before

    station(story)


def test_a_tenth_too_heavy_and_nothing_else() -> None:
    play = Nozzle(1, Decimal(100)).at
    heavy = spoil(play, "density", 0.0)
    for t in range(0, 3000, 50):
        was, now = dict(play(float(t))), dict(heavy(float(t)))
        density, before = now.pop("density"), was.pop("density")
        assert isinstance(density, float) and isinstance(before, float)
        assert abs(density - 1.1 * before) < 1e-9
        assert was == now


def test_a_meter_without_density_plays_on() -> None:
    play = Inlet([Nozzle(1, Decimal(0))], Decimal(5)).at
    assert spoil(play, "density", 0.0)(100.0) == play(100.0)
    assert spoil(play, "reset", 0.0)(0.0)["total"] == 0
