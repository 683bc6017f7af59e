"""Another wall clock for one process: libfaketime, whose clock is set in a file while the process runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

FOUND = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
needs_faketime = pytest.mark.skipif(not FOUND, reason="faketime is not installed on this machine")


def fixed(by: str) -> Mapping[str, str]:
    """The environment of a process whose clock is off by so much: `+30d`, `-2h`. Monotonic clocks stay as they are."""
    return os.environ | {"LD_PRELOAD": str(FOUND[0]), "FAKETIME": by, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def settable(file: Path) -> Mapping[str, str]:
    """The environment of a process whose clock is off by what stands in `file`, looked at each second."""
    wish = {"FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return os.environ | {"LD_PRELOAD": str(FOUND[0])} | wish
