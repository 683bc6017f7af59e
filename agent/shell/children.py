"""Processes that live no longer than we do: each in its own group, ended in order, gone even after a kill -9 of us."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)
PATIENCE = 15.0  # seconds a child gets to end by itself


class Child:
    """One running process. `said` is what it printed last, if it prints into a file."""

    def __init__(self, name: str, command: Sequence[str], log: Path | None = None, *, piped: bool = False) -> None:
        """`log`: where its output goes; without one it shares our terminal. `piped`: we read and write its lines."""
        self.name, self.log = name, log
        parent = os.getpid()

        def bind() -> None:
            """In the child, before its program: die with the parent, even if the parent is already dead."""
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)

        self.command = command
        output: IO[bytes] | int | None = log.open("ab") if log else None
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
            stdout=subprocess.PIPE if piped else output,
            stderr=output,
            process_group=0,  # Ctrl-C is for us: we end the children, in order
            preexec_fn=bind,  # noqa: PLW1509  # safe: we have no other thread
        )
        if log and not isinstance(output, int | None):
            output.close()
        self.pidfd = os.pidfd_open(self.process.pid)

    def again(self) -> Child:
        """The same, started anew; its output goes on in the same file."""
        return Child(self.name, self.command, self.log)

    def gone(self) -> bool:
        return self.process.poll() is not None

    def end(self, patience: float = PATIENCE) -> None:
        """Ask it to end, and after `patience` seconds make it. Returns when it and its group are gone."""
        if not self.gone():
            self.process.terminate()
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)  # whatever it may have left behind
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self.pidfd)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass

    def epitaph(self) -> str:
        """Why it ended, as far as it said so."""
        code = self.process.returncode
        last = self.log.read_text("utf-8", "replace").strip().splitlines()[-5:] if self.log else []
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return "\n".join([f"{self.name} {how}", *(f"  {line}" for line in last)])
