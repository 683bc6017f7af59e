"""A small good map, and what is said of a map file, for tests that write it wrong."""

from __future__ import annotations

from pathlib import Path

from drivers.maps.mapfile import load_map

GOOD = """\
[model]
key = "acme-fm100"
title = "Acme FM-100 Coriolis mass meter"
kind = "dispenser"
protocol = "modbus"
source = "FM100 manual EN rev 3, table 7"
confidence = "vendor"
table = "holding"
order = "CDAB"
max_block = 125
holes = [[0x100, 0x1FF]]

[[point]]
name = "mass_total"
address = 0x0000
type = "u32"
unit = "kg"
exp = -3
null = [0xFFFFFFFF]
valid = [0, 99999.999]
role = "total"
report = { deadband = 0, heartbeat = 60 }

[[point]]
name = "state"
address = 0x0002
type = "u16"
role = "state"
words = { 0 = "idle", 1 = "filling" }

[[vector]]
name = "dispensing"
note = "worked example, manual page 31"
registers.0x0000 = "E240 0001"
expect.mass_total = "123.456 kg good"
"""


def load(tmp_path: Path, text: str) -> tuple[list[str], list[str]]:
    """Problems and warnings, without the path in front."""
    path = tmp_path / "map.toml"
    path.write_text(text, "utf-8")
    _, source = load_map(path)
    said = [[str(p).removeprefix(f"{path}:") for p in found] for found in (source.problems, source.warnings)]
    return said[0], said[1]
