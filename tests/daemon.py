"""A whole station for a test: the daemon as its own process, devices that are not ours, head office listening."""

from __future__ import annotations

import json
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from brokers import free_port
from judges import faults
from mosquitto import Subscriber, until
from pyModbusTCP.server import DataBank, ModbusServer

DIRECT = build_opener(ProxyHandler({}))
LONG = 60.0  # seconds after which a test gives up waiting


class Daemon:
    """`station-edge run` on one station file."""

    def __init__(self, path: Path, kiosk: int) -> None:
        self.path, self.url = path, f"http://127.0.0.1:{kiosk}"
        self.log = path.with_name("daemon.log")
        self.program: tuple[str, ...] = ("agent.cli",)  # and its own arguments before `run`
        self.environment: Mapping[str, str] | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.launch()
        until(lambda: self.get("/healthz")[0] in (200, 503))

    def launch(self, environment: Mapping[str, str] | None = None) -> None:
        """Begin, and do not wait for it."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", *self.program, "run", "-c", str(self.path)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment or self.environment)

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(number)
        code = self.process.wait(LONG)
        self.process = None
        return code

    def get(self, path: str) -> tuple[int, Any]:
        return self.ask(Request(self.url + path))

    def post(self, path: str, content: Any, cookie: str = "") -> tuple[int, Any]:
        headers = {"Content-Type": "application/json"} | ({"Cookie": cookie} if cookie else {})
        return self.ask(Request(self.url + path, json.dumps(content).encode(), headers))

    def screen(self) -> Any:
        """What every page of the kiosk is shown at this moment."""
        with DIRECT.open(self.url + "/events", timeout=LONG) as stream:
            return next(json.loads(line[6:]) for line in stream if line.startswith(b"data: {"))

    def ask(self, request: Request) -> tuple[int, Any]:
        """Status and JSON (or text); (0, reason) when nobody answers."""
        try:
            with DIRECT.open(request, timeout=LONG) as answer:
                self.cookie = (answer.headers.get("Set-Cookie") or "").split(";")[0]
                return answer.status, decoded(answer.read())
        except HTTPError as error:
            return error.code, decoded(error.read())
        except OSError as error:
            return 0, str(error)


def decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


class HeadOffice(Subscriber):
    """A plain subscriber's view of one station: bodies by topic, and the fact lane proved link by link."""

    root = "gse/1/up/cq-0147/"

    def bodies(self, topic: str) -> list[Any]:
        """The bodies of one kind (or one topic), in the order they came; what came again by its id counts once."""
        came = [json.loads(m.payload) for m in list(self.heard) if m.topic.startswith(self.root + topic) and m.payload]
        return list({message["id"]: message["data"] for message in came}.values())

    def wait(self, topic: str, want: Callable[[Any], Any] = lambda body: True) -> Any:
        """The first body of a topic that `want` wants."""
        found: list[Any] = []

        def look() -> bool:
            found[:] = [body for body in self.bodies(topic) if want(body)][:1]
            return bool(found)

        until(look, what=f"{topic} did not come; came: {sorted({m.topic for m in self.heard})}")
        return found[0]

    def facts(self) -> list[bytes]:
        """The fact lane: each fact once, in order; fails on a gap, a fork or a broken chain."""
        by_seq: dict[int, bytes] = {}
        for heard in list(self.heard):
            message = json.loads(heard.payload) if heard.payload else {}
            if message.get("lane") == "fact":
                assert by_seq.setdefault(message["seq"], heard.payload) == heard.payload, "a fork"
        assert sorted(by_seq) == list(range(1, len(by_seq) + 1)), "a gap"
        prev = "0" * 64
        for seq in sorted(by_seq):
            assert json.loads(by_seq[seq])["prev"] == prev, f"the chain is broken at {seq}"
            prev = sha256(by_seq[seq]).hexdigest()
        return [by_seq[seq] for seq in sorted(by_seq)]

    def close(self) -> None:
        """Everything that was heard is as its schema says."""
        super().close()
        told = [heard.payload for heard in self.heard if heard.payload and heard.topic.startswith(self.root)]
        assert [fault for payload in told for fault in faults(payload)] == []


class Devices:
    """Two devices behind one Modbus TCP port, served by pyModbusTCP: a total in 0.01 kg and a pressure each."""

    def __init__(self) -> None:
        self.port = free_port()
        self.bank = DataBank(h_regs_size=64)
        self.show(1234.56, 20.0)
        self.server: ModbusServer | None = None
        self.plug()

    def show(self, total: float, pressure: float) -> None:
        self.bank.set_holding_registers(0, list(struct.unpack(">4H", struct.pack(">If", round(total * 100), pressure))))

    def plug(self) -> None:
        self.server = ModbusServer("127.0.0.1", self.port, no_block=True, data_bank=self.bank)
        self.server.start()

    def unplug(self) -> None:
        if self.server:
            self.server.stop()
        self.server = None
