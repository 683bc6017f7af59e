"""Being let in: passwords, silence, old brokers, and what the broker says when we vanish."""

from __future__ import annotations

import asyncio
import logging
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from brokers import needs_mosquitto
from mosquitto import LIMIT, Mosquitto, Subscriber, mosquitto, story
from voices import access, fact, numbers, soon, station

from agent.core.model import Linked

pytestmark = needs_mosquitto


CHILD = """
import asyncio, sys
from pathlib import Path
from voices import Station, access
async def main():
    one = Station(Path(sys.argv[1]), access(int(sys.argv[2])))
    await one.publisher.run()
asyncio.run(main())
"""


@story
async def test_a_wrong_password_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "broker").mkdir()
    passwords = tmp_path / "broker" / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "cq-0147", "right"], check=True, timeout=10)
    (tmp_path / "password").write_text("wrong\n", "utf-8")
    with (
        mosquitto(tmp_path / "broker", "password_file passwords", anonymous=False) as one,
        caplog.at_level(logging.INFO),
    ):
        async with station(tmp_path, access(one.port, password=tmp_path / "password")) as station_:
            await soon(lambda: one.log.read_text("utf-8").count("not authorised") >= 3)
            [complaint] = said(caplog, "user name")
            assert "cq-0147" in complaint
            (tmp_path / "password").write_text("right\n", "utf-8")
            await soon(lambda: station_.told(Linked))


def said(caplog: pytest.LogCaptureFixture, words: str) -> list[str]:
    return [record.message for record in caplog.records if words in record.message]


@story
async def test_an_unreachable_broker_is_said_once_and_found_later(
    tmp_path: Path, broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    broker.kill()
    with caplog.at_level(logging.INFO):
        async with station(tmp_path, access(broker.port)) as one:
            await soon(lambda: said(caplog, "nobody listens"))
            broker.start()
            await soon(lambda: one.told(Linked))
    assert said(caplog, "nobody listens") == [f"127.0.0.1:{broker.port}: nobody listens there"]


@story
async def test_a_killed_station_is_reported_offline_by_the_broker(tmp_path: Path, broker: Mosquitto) -> None:
    ear = Subscriber(broker.port)
    paths = f"{Path(__file__).parent}:{Path(__file__).parent.parent}"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path), str(broker.port)],
        env={"PYTHONPATH": paths, "PATH": "/usr/sbin:/usr/bin:/bin"},
    )
    await soon(lambda: ear.of("status"))
    assert ear.of("status")[0].said["data"]["state"] == "online"
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    await soon(lambda: len(ear.of("status")) == 2)
    assert ear.of("status")[1].said["data"]["state"] == "offline"
    ear.close()


@story
async def test_a_broker_that_only_speaks_3_1_1_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.shell.mqtt.session.PATIENCE", 1.0)  # amqtt answers a CONNECT of version 5 with silence
    amqtt = pytest.importorskip("amqtt.broker", reason="amqtt is not installed: no broker without MQTT 5 at hand")
    started, stop, port = threading.Event(), threading.Event(), [0]

    def serve() -> None:
        async def run() -> None:
            listeners = {"default": {"type": "tcp", "bind": "127.0.0.1:0"}}
            plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
            old = amqtt.Broker({"listeners": listeners, "plugins": plugins})
            await old.start()
            port[0] = old._servers["default"].instance.sockets[0].getsockname()[1]
            started.set()
            while not stop.is_set():
                await asyncio.sleep(0.05)
            await old.shutdown()

        asyncio.run(run())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert await asyncio.to_thread(started.wait, LIMIT)
    ear = Subscriber(port[0], "gse/#", version=4)
    async with station(tmp_path, access(port[0])) as one:
        await one.keep(*(fact(n) for n in range(40)))
        await soon(lambda: len(set(numbers(ear.lane("fact")))) == 40)
        assert one.publisher.figures()["mqtt"] == "3.1.1"
    ear.close()
    stop.set()
    await asyncio.to_thread(thread.join, LIMIT)
