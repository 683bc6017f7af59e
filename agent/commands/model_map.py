"""The device map a command was asked about: found by name or path, and what is wrong with it told on standard error."""

from __future__ import annotations

import sys
from pathlib import Path

from agent.cli import BAD_CONFIGURATION, USAGE, WELL
from drivers.maps import catalog, mapfile
from drivers.model import DeviceMap


def read_or_tell(model: str) -> tuple[DeviceMap | None, int]:
    """The map, and the exit code to end with when there is none: an unknown model is wrong usage, a map with
    problems a bad configuration."""
    path = catalog.find(model, Path.cwd())
    if path is None:
        print(f"{model}: no such model; known: {', '.join(catalog.models())}", file=sys.stderr)
        return None, USAGE
    device_map, source = mapfile.load_map(path)
    for problem in source.problems:
        print(problem, file=sys.stderr)
    return (None, BAD_CONFIGURATION) if source.problems else (device_map, WELL)
