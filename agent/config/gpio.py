"""[[input]], [[output]] and [gpio]: contacts and outputs by their gpiozero pin names."""

from __future__ import annotations

from typing import Literal

from agent.config.lines import NAME
from agent.config.model import Contact, Gpio, Pin
from agent.core.alarms.inputs import GUARDED, KINDS, SIMPLE, Input, kind_of
from drivers.table import Table

FACTORIES: tuple[Literal["", "mock"], ...] = ("", "mock")
SHORT = "a short name without blanks"


def read_gpio(table: Table) -> Gpio:
    """`factory = "mock"`: inputs and outputs are played, which the operator then knows."""
    gpio = Gpio(table.choice("factory", FACTORIES, ""))
    table.end()
    return gpio


def read_output(table: Table) -> Pin:
    pin = Pin(table.text("name", pattern=NAME, allowed=SHORT), table.text("pin"), table.flag("active_high", True))
    table.end()
    return pin


def read_input(table: Table) -> Contact:
    """One contact (`pin`), or those of a gas panel that must agree (`pins`), so that a broken line shows."""
    name = table.text("name", pattern=NAME, allowed=SHORT)
    kind = table.choice("kind", tuple(KINDS), kind_of(name))
    several = table.table("pins")
    if several.content:
        pins = tuple((key, several.text(key)) for key in GUARDED if key in several or key == "alarm")
        several.end()
        if kind != "gas-panel" or len(pins) < 2:
            table.problem(
                "pins", "is for a gas panel", "pins = { alarm = …, normal = …, fault = … }, alarm and one more"
            )
        if "pin" in table:
            table.problem("pin", "stands beside pins", "one of them")
    else:
        pins = ((SIMPLE, table.text("pin", allowed="a gpiozero pin name, such as GPIO17")),)
    contact = Contact(Input(name, kind), pins, table.flag("active_high", True))
    table.asked.add("pin")
    table.end()
    return contact


def all_pins(inputs: tuple[Contact, ...], outputs: tuple[Pin, ...]) -> list[str]:
    return [pin for contact in inputs for _, pin in contact.pins] + [output.pin for output in outputs]
