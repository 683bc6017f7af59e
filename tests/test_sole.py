"""Two never work in one folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agent.shell.store.sole import alone

HOLDER = """
import sys, time
from pathlib import Path
from agent.shell.store.sole import alone
with alone(Path(sys.argv[1])):
    print("holds", flush=True)
    time.sleep(600)
"""


def test_the_second_one_is_told_who_is_there_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout and holder.stdout.readline() == b"holds\n"
        with pytest.raises(OSError, match=f"process {holder.pid} works in it already"), alone(folder):
            pass
    finally:
        holder.kill()
        holder.communicate()
    with alone(folder):
        pass
    with alone(folder):
        pass
