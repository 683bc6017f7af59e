"""Faults at system calls, through strace: a crash at the n-th one, or an error or a delay while a block runs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

STRACE = shutil.which("strace")


@cache
def traceable() -> bool:
    """Whether strace is here and this machine lets it trace what is not its own child."""
    if STRACE is None:
        return False
    other = subprocess.Popen(["sleep", "30"])
    try:
        return bool(attach(other.pid, "write:error=EIO"))
    finally:
        other.kill()
        other.wait(10)


def attach(pid: int, fault: str, *, threads: bool = True) -> subprocess.Popen[str] | None:
    """strace upon a living process; None when it may not."""
    calls = fault.partition(":")[0]
    line = [
        str(STRACE),
        *(["-f"] if threads else []),
        "-o",
        "/dev/null",
        "-e",
        f"trace={calls}",
        "-e",
        f"inject={fault}",
    ]
    tracer = subprocess.Popen([*line, "-p", str(pid)], stderr=subprocess.PIPE, text=True)
    assert tracer.stderr
    if "attached" in tracer.stderr.readline():
        return tracer
    tracer.wait(10)
    return None


def needed() -> None:
    """Skips by name where nothing can be traced."""
    if not traceable():
        pytest.skip("needs strace, and the right to trace: apt-get install strace")


@contextmanager
def failing(pid: int, fault: str, *, threads: bool = True) -> Iterator[None]:
    """`fault` as in `fdatasync:error=EIO`: such calls of a process (or of one thread) fail while the block runs."""
    tracer = attach(pid, fault, threads=threads)
    assert tracer is not None, f"strace cannot attach to {pid}"
    try:
        yield
    finally:
        tracer.kill()  # the kernel lets go for it; asked politely, strace would first sit out every delay
        tracer.wait(10)
        if tracer.stderr:
            tracer.stderr.close()


def crashed(command: Sequence[str], call: str, n: int, said: Path) -> bool:
    """Run `command`, killed as it enters its n-th `call`; False when it ended before. Its output goes to `said`."""
    fault = ["-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={n}"]
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}  # of the tests
    with said.open("wb") as out:
        done = subprocess.run([str(STRACE), *fault, *command], stdout=out, env=here, timeout=60, check=False)
    code = done.returncode
    assert code in (0, -signal.SIGKILL), f"{command} ended with {code}"  # strace ends as what it traced did
    return code != 0
