"""A real broker for tests: mosquitto on a free port of the loopback, stopped by its own pid, and a plain subscriber."""

from __future__ import annotations

import asyncio
import functools
import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec

from brokers import MOSQUITTO, free_port
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

LIMIT = 60.0  # seconds after which a test stops hoping
P = ParamSpec("P")


def story(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """A test that is a coroutine, on a loop of its own."""

    @functools.wraps(test)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(asyncio.wait_for(test(*args, **kwargs), 4 * LIMIT))

    return told


def until(true: Callable[[], object], limit: float = LIMIT, what: str = "") -> None:
    """Wait for something that happens elsewhere; the limit only ends a test that fails."""
    end = time.monotonic() + limit
    while not true():
        assert time.monotonic() < end, what or "it never happened"
        time.sleep(0.01)


class Mosquitto:
    """Started at once; `lines` are added to its configuration. `kill` is a power cut, `start` brings it back."""

    def __init__(self, folder: Path, *lines: str, anonymous: bool = True) -> None:
        self.folder, self.port = folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "mosquitto.log"
        common = [f"listener {self.port} 127.0.0.1", f"allow_anonymous {str(anonymous).lower()}", "user root"]
        (folder / "mosquitto.conf").write_text("\n".join([*common, *lines]) + "\n", "utf-8")
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(MOSQUITTO), "-c", "mosquitto.conf"], cwd=self.folder, stdout=log, stderr=log
            )
        until(self._listens, what=self.log.read_text("utf-8"))

    def _listens(self) -> bool:
        assert self.process is not None and self.process.poll() is None, self.log.read_text("utf-8")
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(10)
            self.process = None


@contextmanager
def mosquitto(folder: Path, *lines: str, anonymous: bool = True) -> Iterator[Mosquitto]:
    broker = Mosquitto(folder, *lines, anonymous=anonymous)
    try:
        yield broker
    finally:
        broker.stop()


class Heard(NamedTuple):
    topic: str
    payload: bytes
    retained: bool

    @property
    def said(self) -> Any:
        return json.loads(self.payload)


class Subscriber:
    """Head office's plainest ear, with a thread of paho's: everything it heard, in order."""

    def __init__(
        self, port: int, pattern: str = "#", name: str = "ear", version: int = 5, user: str = "", word: str = ""
    ) -> None:
        self.heard: list[Heard] = []
        ready = threading.Event()
        protocol = MQTTProtocolVersion(version)
        self.client = Client(CallbackAPIVersion.VERSION2, name, protocol=protocol)
        self.client.on_message = self._message
        self.client.on_connect = lambda c, *_: c.subscribe(pattern, qos=1)
        self.client.on_subscribe = lambda *_: ready.set()
        if user:
            self.client.username_pw_set(user, word)
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert ready.wait(LIMIT)

    def _message(self, _: Client, __: Any, message: MQTTMessage) -> None:
        self.heard.append(Heard(message.topic, bytes(message.payload), message.retain))

    def say(self, topic: str, body: Any, retain: bool = False) -> None:
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.client.publish(topic, payload, 1, retain).wait_for_publish(LIMIT)

    def of(self, kind: str) -> list[Heard]:
        """What was heard below gse/1/up/+/{kind}/."""
        return [one for one in self.heard if one.topic.split("/")[4:5] == [kind]]

    def lane(self, lane: str) -> list[Any]:
        """Documents of one lane."""
        return [one.said for one in self.heard if one.payload and one.said.get("lane") == lane]

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()
