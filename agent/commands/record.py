"""What a probe read, kept as a proof: added to an integrator's map, or in a new file of its own."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from agent.shell import clock
from agent.shell.store.atomic import replace_file
from drivers.maps import catalog, mapfile
from drivers.maps.record import frame_vector, vector
from drivers.model import DeviceMap, Reading, Registers
from drivers.table import load

HEAD = """\
# Read from a {title} ({key}).
# To make it a proof, add it to a copy of the map and compare each value with the device's own display.

"""


def refusal(path: Path) -> str:
    """Why nothing may be recorded in a file, or nothing."""
    if path.resolve().is_relative_to(catalog.HOME.resolve()):
        return f"{path}: a built-in map is not written to; a map of your own, or a new file"
    if path.exists() and (problems := load(path)[1].problems):
        return "\n".join(map(str, problems))
    return ""


def record(
    path: Path, device_map: DeviceMap, came: Registers | Sequence[bytes], readings: Sequence[Reading], where: str
) -> str:
    """Write the proof; why it was not written, or nothing. A map that would no longer hold stays as it was.

    `came`: registers, or the frames that answered.
    """
    date = datetime.fromtimestamp(clock.now().utc, UTC).strftime("%Y-%m-%d %H:%M UTC")
    note = f"read by station-edge probe from {where}; compare with the display"
    try:
        name = f"recorded {date}"
        proof = (
            vector(name, note, came, readings) if isinstance(came, dict) else frame_vector(name, note, came, readings)
        )
    except ValueError as error:
        return f"{path}: {error}"
    try:
        before = path.read_text("utf-8") if path.exists() else HEAD.format(title=device_map.title, key=device_map.key)
        grown = f"{before.rstrip()}\n\n{proof}"
        if path.exists() and (told := doubts(path, grown)):
            return told
        replace_file(path, grown.encode())
    except OSError as error:
        return f"{path}: {error.strerror}"
    return ""


def doubts(path: Path, grown: str) -> str:
    """What is wrong with a map once it has grown by a proof; nothing for a file that is no map."""
    if "model" not in load(path)[0]:
        return ""
    trial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        trial.write_text(grown, "utf-8")
        problems = mapfile.load_map(trial)[1].problems
    finally:
        with contextlib.suppress(OSError):
            trial.unlink()
    return "\n".join(str(problem._replace(file=str(path))) for problem in problems)
