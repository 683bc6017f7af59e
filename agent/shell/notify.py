"""What systemd hears from us: ready, alive, and one line of how it goes. Without systemd: nothing, quietly."""

from __future__ import annotations

import os
import socket


def notify(**words: str | int) -> bool:
    """Send `WORD=value` lines, as in `notify(READY=1, STATUS="polling")`. False when nobody listens (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        try:
            line.sendto("\n".join(f"{word}={value}" for word, value in words.items()).encode(), address)
        except OSError:
            return False
    return True


def patience() -> float:
    """Seconds after which systemd gives us up, half of it: how often to send WATCHDOG. 0: nobody watches."""
    mine = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(os.environ.get("WATCHDOG_USEC", "0")) / 2e6 if mine else 0.0
