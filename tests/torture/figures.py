"""What a process costs: memory and processor time, as the kernel counts them."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def peak(pid: int) -> float:
    """MB of memory a process held at most."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


def processor(pid: int) -> float:
    """Seconds of processor time a process has had."""
    user, system = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS


def load() -> str:
    """How busy the machine is: processes that want to run, of how many cores."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
