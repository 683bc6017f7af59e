"""Children end in order when asked, and are gone when their parent is killed."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

from agent.shell.children import Child

SLEEP = [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, lambda *_: None); print(1, flush=True); time.sleep(600)",
]
PARENT = """
import time
from agent.shell.children import Child
print(Child("sleeper", {command!r}).process.pid, flush=True)
time.sleep(600)
"""


def ended(pid: int) -> bool:
    """Wait until a process is gone, by its own word."""
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ready, _, _ = select.select([pidfd], [], [], 30)
    os.close(pidfd)
    return bool(ready)


def test_a_child_ends_when_asked() -> None:
    child = Child("sleeper", SLEEP, piped=True)
    assert child.process.stdout and child.process.stdout.readline() == b"1\n"  # it runs its own program by now
    assert not child.gone()
    child.end()
    assert child.process.returncode == -signal.SIGTERM


def test_a_child_that_will_not_end_is_made_to() -> None:
    child = Child("stubborn", STUBBORN, piped=True)
    assert child.process.stdout and child.process.stdout.readline() == b"1\n"
    child.end(patience=0.2)
    assert child.process.returncode == -signal.SIGKILL


def test_no_child_survives_a_kill_of_its_parent() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT.format(command=SLEEP)], stdout=subprocess.PIPE)
    assert parent.stdout
    with parent.stdout:
        pid = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
    assert ended(pid)


def test_why_a_child_ended_is_told_with_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; print('no such port', file=sys.stderr); sys.exit(3)"]
    child = Child("daemon", command, tmp_path / "daemon.log")
    child.process.wait()
    assert child.epitaph() == "daemon ended with exit code 3\n  no such port"
    child.end()
