"""GPIO through gpiozero: contacts become events, outputs are driven. On a machine without pins, its mock factory."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import warnings
from collections.abc import Callable, Sequence

from gpiozero import Device, DigitalInputDevice, DigitalOutputDevice
from gpiozero.exc import BadPinFactory, GPIOZeroError
from gpiozero.pins.mock import MockFactory

from agent.config.model import Pin
from agent.core.model import Drive, Event, Pressed, Remarked

log = logging.getLogger(__name__)

BOUNCE = 0.05  # seconds a contact must hold


class Pins:
    """The station's contacts and outputs. A pin that cannot be had is said and left out; the others work."""

    def __init__(self, inputs: Sequence[Pin], outputs: Sequence[Pin], put: Callable[[Event], None]) -> None:
        self._put = put
        self._loop = asyncio.get_running_loop()
        self.mock = False
        if inputs or outputs:
            self.mock = simulated()
            if self.mock:
                log.warning("no GPIO on this machine: inputs and outputs are simulated, nothing sounds or lights up")
        self.outputs = dict(filter(None, (self._output(pin) for pin in outputs)))
        self.inputs = dict(filter(None, (self._input(pin) for pin in inputs)))

    def drive(self, effect: Drive) -> None:
        """Switch an output; one that is not there was said at the start."""
        if output := self.outputs.get(effect.output):
            log.info("%s %s", effect.output, "on" if effect.on else "off")
            (output.on if effect.on else output.off)()

    def close(self) -> None:
        for device in (*self.inputs.values(), *self.outputs.values()):
            device.close()

    def _output(self, pin: Pin) -> tuple[str, DigitalOutputDevice] | None:
        try:
            return pin.name, DigitalOutputDevice(pin.pin, active_high=pin.active_high, initial_value=False)
        except GPIOZeroError as error:
            self._missing(pin, error)
            return None

    def _input(self, pin: Pin) -> tuple[str, DigitalInputDevice] | None:
        try:
            contact = DigitalInputDevice(
                pin.pin, pull_up=not pin.active_high, bounce_time=None if self.mock else BOUNCE
            )
        except GPIOZeroError as error:
            self._missing(pin, error)
            return None
        contact.when_activated = lambda: self._edge(pin.name, "active")
        contact.when_deactivated = lambda: self._edge(pin.name, "inactive")
        return pin.name, contact

    def _edge(self, name: str, state: str) -> None:
        """Edges come on gpiozero's own thread."""
        self._loop.call_soon_threadsafe(self._put, Pressed(name, state))

    def _missing(self, pin: Pin, error: Exception) -> None:
        log.error("%s: pin %s cannot be used: %s", pin.name, pin.pin, error)
        self._put(Remarked("pin-missing", {"name": pin.name, "pin": pin.pin, "error": str(error)}))


def simulated() -> bool:
    """True on a machine without pins, where inputs and outputs are only played."""
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
