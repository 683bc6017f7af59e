"""What only the station's own people may set: who it is, where its secrets lie, who may log in.

Head office may propose everything else. A broker's name is among it: the station still believes only a broker that
its own CA vouches for, and what is not reached returns by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from drivers.maps import catalog
from drivers.table import Problem, Source, Table, load

LOCAL = (  # dotted keys of station.toml, whole tables among them
    "station.id", "station.data", "mqtt.tls", "mqtt.plain", "mqtt.username", "mqtt.password_file", "mqtt.root",
    "kiosk.listen", "staff", "keys", "person", "printer",
)  # fmt: skip
SAME = "set at the station only: as it is in the file in force"


def trespasses(running: Path, proposed: Path) -> list[Problem]:
    """What of the proposed file is not head office's to say, beside the file in force."""
    (before, _), (after, source) = load(running), load(proposed)
    if source.problems:  # no TOML: it says nothing at all
        return source.problems
    for key in LOCAL:
        if at(before, key) != at(after, key):
            source.problem(tuple(key.split(".")), "is not as it was", SAME)
    strangers(before, after, source)
    return source.problems


def at(table: Table, key: str) -> Any:
    value: Any = table.content
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def strangers(before: Table, after: Table, source: Source) -> None:
    """Files and lines that head office cannot see: none may be opened that is not open already."""
    models, ports = set(values(before, "device", "model")), set(values(before, "bus", "port"))
    for index, model in enumerate(values(after, "device", "model")):
        path = PurePath(model)
        if model not in models | set(catalog.models()) and (path.is_absolute() or ".." in path.parts):
            source.problem(
                ("device", index, "model"), f"{model!r} lies elsewhere", "a map in the station file's folder"
            )
    for index, port in enumerate(values(after, "bus", "port")):
        if port and port not in ports and not (port.startswith("/dev/") and ".." not in PurePath(port).parts):
            source.problem(("bus", index, "port"), f"{port!r} is no serial line", "a path below /dev/")


def values(table: Table, key: str, member: str) -> Iterator[str]:
    """One member of each table of an array; an empty text where it is no text."""
    tables = table.content.get(key)
    for one in tables if isinstance(tables, list) else ():
        value = one.get(member) if isinstance(one, dict) else None
        yield value if isinstance(value, str) else ""
