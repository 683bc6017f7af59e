"""Contacts and outputs through gpiozero's own mock: an edge is a word, a loss is told, and so is a mock unasked for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from agent.config.model import Contact, Gpio, Pin
from agent.core.alarms.inputs import Input
from agent.core.model import Drive, Event, Pressed, Remarked
from agent.shell.pins import Pins

PANEL = Contact(Input("gas-panel-1", "gas-panel"), (("alarm", "GPIO5"), ("fault", "GPIO6")), True)
BUZZER = Pin("buzzer", "GPIO27", True)
PLAYED = Gpio("mock")


@pytest.fixture
def factory() -> Iterator[MockFactory]:
    before, Device.pin_factory = Device.pin_factory, MockFactory()
    yield Device.pin_factory
    Device.pin_factory.reset()
    Device.pin_factory = before


async def settled(told: list[Event], count: int) -> None:
    async with asyncio.timeout(30):
        while len(told) < count:
            await asyncio.sleep(0)


def test_contacts_that_must_agree_say_one_word(factory: MockFactory) -> None:
    async def play() -> list[Event]:
        told: list[Event] = []
        pins = Pins(PLAYED, [PANEL], [], told.append)  # nothing is connected: the line is broken
        for count, (pin, closed) in enumerate((("GPIO6", True), ("GPIO5", True), ("GPIO5", False), ("GPIO6", False))):
            (factory.pin(pin).drive_high if closed else factory.pin(pin).drive_low)()
            await settled(told, count + 2)
        pins.close()
        return told

    told = asyncio.run(play())
    assert told == [Pressed("gas-panel-1", word) for word in ("fault", "normal", "alarm", "normal", "fault")]


def test_an_output_is_driven_and_one_that_is_taken_is_told(factory: MockFactory) -> None:
    async def play() -> tuple[bool, list[Event]]:
        told: list[Event] = []
        pins = Pins(PLAYED, [], [BUZZER, Pin("beacon", "GPIO27", True)], told.append)
        pins.drive(Drive("buzzer", True))
        pins.drive(Drive("beacon", True))
        on = bool(factory.pin("GPIO27").state)
        pins.close()
        return on, told

    on, (lost,) = asyncio.run(play())
    assert on and isinstance(lost, Remarked) and lost.what == "pins-missing" and "GPIO27" in lost.detail["pins"]


def test_a_mock_that_nobody_asked_for_is_told(factory: MockFactory) -> None:
    async def play(gpio: Gpio) -> list[Event]:
        told: list[Event] = []
        Pins(gpio, [], [BUZZER], told.append).close()
        return told

    assert asyncio.run(play(PLAYED)) == []
    assert [e.what for e in asyncio.run(play(Gpio(""))) if isinstance(e, Remarked)] == ["pins-missing"]


def test_pins_that_go_away_are_told_once(factory: MockFactory) -> None:
    async def play() -> list[Event]:
        told: list[Event] = []
        pins = Pins(PLAYED, [PANEL], [], told.append)
        del told[:]
        pins.inputs["gas-panel-1"].contacts["alarm"].close()
        pins.read_inputs()
        pins.read_inputs()
        pins.close()
        return told

    (lost,) = asyncio.run(play())
    assert isinstance(lost, Remarked) and lost.what == "pins-missing"
