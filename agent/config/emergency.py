"""The emergency plan: as shipped, with the station's own telephone numbers in front."""

from __future__ import annotations

from pathlib import Path

from agent.core.emergency.plan import Kind, Phone, Plan, Said
from drivers.table import Table, load

SHIPPED = Path(__file__).parent / "emergency.toml"
NUMBER = r"[0-9+][0-9 -]{2,19}"


def read_plan(station: Table) -> Plan:
    """`[[phone]] name = ["值班领导", "Duty manager"], number = "023-…"` of the station come first."""
    table, source = load(SHIPPED)
    steps = table.table("step")
    said = {key: read_said(steps, key) for key in steps.content}
    kinds = {}
    for entry in table.tables("kind"):
        kind = Kind(entry.text("id"), read_said(entry, "name"), tuple(entry.items("steps", str, "steps")))
        assert set(kind.steps) <= set(said), kind
        kinds[kind.id] = kind
    shipped = tuple(read_phone(entry) for entry in table.tables("phone"))
    assert not source.problems, source.problems
    own = tuple(read_phone(entry) for entry in station.tables("phone"))
    return Plan(kinds, said, (*own, *shipped), len(own))


def read_phone(table: Table) -> Phone:
    phone = Phone(read_said(table, "name"), table.text("number", pattern=NUMBER, allowed="a telephone number"))
    table.end()
    return phone


def read_said(table: Table, key: str) -> Said:
    """Chinese and English; one text stands for both."""
    allowed = '["中文", "English"]'
    value = table.take(key, (list, str), allowed, "")
    words = [value] if isinstance(value, str) else value
    if not 1 <= len(words) <= 2 or not all(isinstance(word, str) and word for word in words):
        table.problem(key, f"{value!r} is not allowed", allowed)
        return "", ""
    return words[0], words[-1]
