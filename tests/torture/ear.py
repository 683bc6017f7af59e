"""Head office's fastest ear: mosquitto's own subscriber in a process of its own, its lines counted as they come."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from types import TracebackType

Line = Callable[[float, bytes], None]  # when it came (seconds since 1970), payload


class Ear:
    """Everything below `topic`, from the moment it is entered."""

    def __init__(self, port: int, topic: str, hear: Line) -> None:
        self.port, self.topic, self.hear = port, topic, hear

    def __enter__(self) -> Ear:
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-t", self.topic, "-q", "1", "-V", "5"]
        command = ["stdbuf", "-oL", "mosquitto_sub", *where, "-i", "ear", "-F", "%U %p"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()
        return self

    def listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            stamp, _, payload = line.rstrip(b"\n").partition(b" ")
            if payload:
                self.hear(float(stamp), payload)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, t: TracebackType | None) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.thread.join(10)
