"""GPIO through gpiozero: contacts become events, outputs are driven. A mock that stands in is told, never silent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import warnings
from collections.abc import Callable, Sequence

from gpiozero import Device, DigitalInputDevice, DigitalOutputDevice
from gpiozero.exc import BadPinFactory, GPIOZeroError
from gpiozero.pins.mock import MockFactory

from agent.config.model import Contact, Gpio, Pin
from agent.core.alarms.inputs import Input, word
from agent.core.model import Drive, Event, Pressed, Remarked

log = logging.getLogger(__name__)

BOUNCE = 0.02  # seconds a contact must hold: a relay bounces for less, and a gas alarm does not wait for more


class Wired:
    """One input: its contacts, and the word it said last."""

    def __init__(self, input: Input) -> None:
        self.input = input
        self.contacts: dict[str, DigitalInputDevice] = {}
        self.told = ""

    def word(self) -> str:
        return word(self.input, {name: bool(contact.is_active) for name, contact in self.contacts.items()})


class Pins:
    """The station's contacts and outputs. A pin that cannot be had is said and left out; the others work.

    Where this machine has no pins a mock stands in, so that everything else goes on; unless the station file asked for
    it, that is told as a loss: nobody sees the gas panel then, and nothing sounds.
    """

    def __init__(
        self, gpio: Gpio, inputs: Sequence[Contact], outputs: Sequence[Pin], put: Callable[[Event], None]
    ) -> None:
        self._put = put
        self._loop = asyncio.get_running_loop()
        self._lost = False
        self.mock = False
        if inputs or outputs:
            self.mock = simulated(gpio)
        if self.mock:
            log.warning("no GPIO on this machine: inputs and outputs are simulated, nothing sounds or lights up")
            if gpio.factory != "mock":
                self._miss("all of them", "no GPIO on this machine")
        self.outputs = dict(filter(None, (self._output(pin) for pin in outputs)))
        self.inputs = dict(filter(None, (self._input(contact) for contact in inputs)))
        self.read_inputs()

    def read_inputs(self) -> None:
        """Read every input, and say what has changed: at the start, after an edge, and now and then, since an edge may
        be missed. When the pins are gone, that is said once."""
        for wired in self.inputs.values():
            try:
                now = wired.word()
            except Exception as error:  # each of gpiozero's factories has errors of its own
                if not self._lost:
                    self._miss(wired.input.name, str(error))
                self._lost = True
                return
            if now != wired.told:
                wired.told = now
                self._put(Pressed(wired.input.name, now))
        self._lost = False

    def drive(self, effect: Drive) -> None:
        """Switch an output; one that is not there was said at the start."""
        if output := self.outputs.get(effect.output):
            log.info("%s %s", effect.output, "on" if effect.on else "off")
            (output.on if effect.on else output.off)()

    def close(self) -> None:
        for wired in self.inputs.values():
            for contact in wired.contacts.values():
                contact.close()
        for output in self.outputs.values():
            output.close()

    def _output(self, pin: Pin) -> tuple[str, DigitalOutputDevice] | None:
        try:
            return pin.name, DigitalOutputDevice(pin.pin, active_high=pin.active_high, initial_value=False)
        except GPIOZeroError as error:
            self._miss(f"{pin.name} ({pin.pin})", str(error))
            return None

    def _input(self, contact: Contact) -> tuple[str, Wired] | None:
        wired = Wired(contact.input)
        for name, pin in contact.pins:
            try:
                device = DigitalInputDevice(
                    pin, pull_up=not contact.active_high, bounce_time=None if self.mock else BOUNCE
                )
            except GPIOZeroError as error:
                self._miss(f"{contact.input.name} ({pin})", str(error))
                return None
            device.when_activated = device.when_deactivated = self._edge
            wired.contacts[name] = device
        return contact.input.name, wired

    def _edge(self) -> None:
        """Edges come on gpiozero's own thread."""
        self._loop.call_soon_threadsafe(self.read_inputs)

    def _miss(self, what: str, why: str) -> None:
        log.error("pins: %s cannot be used: %s", what, why)
        self._put(Remarked("pins-missing", {"pins": what, "error": why}))


def simulated(gpio: Gpio) -> bool:
    """True where inputs and outputs are only played: the station file says so, or this machine has no pins."""
    if gpio.factory == "mock" and Device.pin_factory is None:
        Device.pin_factory = MockFactory()
    ensure_factory()
    return isinstance(Device.pin_factory, MockFactory)


def ensure_factory() -> None:
    """The machine's own pins where it has any, the mock factory elsewhere."""
    if Device.pin_factory is not None:
        return
    with warnings.catch_warnings(), contextlib.suppress(BadPinFactory):
        warnings.simplefilter("ignore")  # gpiozero tells of each factory it tried; whoever asks says it once
        Device.ensure_pin_factory()
    if Device.pin_factory is None:
        Device.pin_factory = MockFactory()
