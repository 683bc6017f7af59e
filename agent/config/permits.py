"""Kinds of work permits: the shipped ones of the schemes that the station works by."""

from __future__ import annotations

from pathlib import Path

from agent.config.emergency import read_said
from agent.core.permits.kinds import Kind, Kinds
from drivers.table import Table, load

SHIPPED = Path(__file__).parent / "permits.toml"
SCHEMES = ("GB", "WF", "EL", "PP")
USUAL = ["GB", "PP"]
LONGEST = 720.0  # hours


def read_permits(station: Table) -> Kinds:
    """`[permits] schemes = ["GB", "PP"]`; a `[[permits.type]]` of the station replaces the shipped one of its id."""
    table, source = load(SHIPPED)
    measures = table.table("measure")
    said = {key: read_said(measures, key) for key in measures.content}
    kinds = [read_kind(entry, said) for entry in table.tables("type")]
    assert not source.problems, source.problems
    schemes = station.items("schemes", str, "a list of " + ", ".join(SCHEMES), USUAL)
    if unknown := sorted(set(schemes) - set(SCHEMES)):
        station.problem("schemes", f"{unknown} is unknown", "of " + ", ".join(SCHEMES))
    own = [read_kind(entry, said) for entry in station.tables("type")]
    station.end()
    chosen = {kind.id: kind for kind in kinds if kind.scheme in schemes}
    every = chosen | {kind.id: kind for kind in own}
    return Kinds(every, said, tuple(schemes), tuple(kind.id for kind in own))


def read_kind(table: Table, measures: dict[str, tuple[str, str]]) -> Kind:
    wanted = tuple(table.items("measures", str, "a list of measures"))
    if unknown := sorted(set(wanted) - set(measures)):
        table.problem("measures", f"{unknown} is unknown", "of " + ", ".join(measures))
    kind = Kind(
        table.text("id", pattern=r"[a-z0-9][a-z0-9-]{0,39}", allowed="a-z, 0-9 and -"),
        table.text("scheme", "own"), read_said(table, "name"),
        table.number("hours", low=1, high=LONGEST), wanted,
        table.flag("guardian", False), table.number("gas_test", 0.0, high=240), table.flag("sheet", False),
        table.text("for", ""),
    )  # fmt: skip
    table.end()
    return kind
