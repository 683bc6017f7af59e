"""The line's sign of life: it beats while it moves, says when it hangs, and a bug is not slept over."""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from brokers import needs_mosquitto
from mosquitto import Mosquitto, Subscriber, story
from voices import DOWN, Station, access, soon, station

from agent.config.model import Tls
from agent.core.model import Event, Linked
from agent.shell import clock
from drivers.model import Instant


@needs_mosquitto
@story
async def test_the_publisher_beats_while_it_is_connected_and_while_it_is_not(tmp_path: Path, broker: Mosquitto) -> None:
    beats: list[bool] = []
    one = Station(tmp_path, access(broker.port))
    running = asyncio.create_task(one.publisher.run(lambda: beats.append(one.publisher.online)))
    await soon(lambda: True in beats)
    broker.kill()
    await soon(lambda: beats[-1] is False)
    running.cancel()
    await asyncio.wait([running])


@story
async def test_a_connect_that_never_ends_is_a_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ca")  # whoever reads it waits for ever
    later = [0.0]

    def now() -> Instant:
        return replace(clock.now(), mono=clock.now().mono + later[0])

    async with station(tmp_path, access(1, tls=Tls(tmp_path / "ca", None, None))) as one:
        one.publisher.line.clock = now
        before = one.publisher.line.hangs
        later[0] = 60.0
        assert (before, one.publisher.line.hangs) == (False, True)
        for _ in range(2):  # let the reader go: once with each version of the protocol
            await asyncio.to_thread((tmp_path / "ca").write_text, "x", "utf-8")


@needs_mosquitto
@story
async def test_a_bug_in_whoever_hears_ends_the_publisher_and_is_not_slept_over(
    tmp_path: Path, broker: Mosquitto
) -> None:
    def deaf(event: Event) -> None:
        if not isinstance(event, Linked):
            raise ZeroDivisionError

    one = Station(tmp_path, access(broker.port))
    one.publisher.tell = deaf
    running = asyncio.create_task(one.publisher.run())
    ear = Subscriber(broker.port, "gse/1/up/#")
    await soon(lambda: ear.of("hello"))
    ear.say(f"{DOWN}cmd/ping", {"id": "c1"})
    await asyncio.wait([running])
    with pytest.raises(ExceptionGroup) as caught:
        running.result()
    assert caught.group_contains(ZeroDivisionError)
    ear.close()


@story
async def test_a_broker_that_sends_what_is_no_mqtt_is_left_and_tried_again(tmp_path: Path) -> None:
    welcome = bytes.fromhex("2003000000")  # CONNACK, MQTT 5
    rubbish = bytes.fromhex("300300ff41")  # PUBLISH whose topic is longer than the packet
    door = socket.create_server(("127.0.0.1", 0))
    came: list[int] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(len(await reader.read(1000)))
        writer.write(welcome + rubbish)
        await reader.read(1000)
        await asyncio.sleep(0.1)
        writer.write(rubbish)
        await reader.read()
        writer.close()

    async with (
        await asyncio.start_server(answer, sock=door),
        station(tmp_path, access(door.getsockname()[1])) as one,
    ):
        await soon(lambda: len(came) >= 3)
        assert one.told(Linked)
