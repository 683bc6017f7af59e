"""One connection to an MQTT broker, driven by asyncio alone: no thread and no queue of paho's own.

A new paho client for each connection, so nothing of the old one is ever sent again behind our back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from agent.core.lanes.suspicion import Blame
from agent.shell.mqtt.reasons import read_every_code
from agent.shell.mqtt.refusals import (
    BLAMES,
    GONE,
    NO_VERSION,
    REFUSALS,
    Unreachable,
    WrongVersion,
    explain,
    explain_alert,
)
from agent.shell.mqtt.trust import Dated, context

if TYPE_CHECKING:
    from agent.shell.mqtt.broker import Broker

log = logging.getLogger(__name__)

WINDOW = 20  # messages in flight, or fewer when the broker says so
KEEPALIVE = 30  # seconds
DIAL = 20.0  # seconds until a connection stands; the system's resolver may take minutes when no server answers
PATIENCE = 10.0  # seconds between CONNECT and its answer
MEMORY = 7 * 86400  # seconds for which the broker keeps commands for a station that is away
LARGEST = 256 << 10  # bytes of a packet we are ready to receive
MARGIN = 64  # bytes of a packet beside its topic and payload, at most: the header 12, our user properties 45
SAYABLE = re.compile(r"[^\x00-\x1f\x7f-\x9f+#\ud800-\udfff\ufffe\uffff]{1,400}")  # a broker hangs up on any other topic
VERSIONS = {"5": MQTTProtocolVersion.MQTTv5, "3.1.1": MQTTProtocolVersion.MQTTv311}
read_every_code()


class Will(NamedTuple):
    """What the broker says for us when we vanish: retained, at once."""

    topic: str
    payload: bytes


class Listener(Protocol):
    """Who is told what comes in. Called on the loop, never inside paho."""

    def landed(self, mid: int, code: int) -> None:
        """The broker answered message `mid`; 0 is success, 0x10 nobody listens, ≥ 0x80 refused."""

    def received(self, topic: str, payload: bytes, retained: bool) -> None:
        """A message for us."""


class Session:
    """One connection. `window`: messages that may fly; `largest`: bytes of a packet the broker takes."""

    def __init__(self, broker: Broker, version: str, will: Will, listener: Listener) -> None:
        self.broker, self.version, self.will, self.listener = broker, version, will, listener
        self.window, self.largest, self.resumed = WINDOW, 1 << 28, False
        self.why = ""  # it ended
        self.blame: Blame = ""  # and what that was due to, as far as the broker's way of ending it tells
        self.failed: Exception | None = None  # a bug of a listener's: for whoever serves this connection to end with
        self.ended = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._events: list[tuple[Callable[..., None], tuple[Any, ...]]] = []  # what paho's callbacks told
        self._watched: int | None = None
        self._writing = False
        self._timer: asyncio.TimerHandle | None = None
        self._client: Client

    # ── opening and closing ─────────────────────────────────────────────────

    async def open(self) -> None:
        """Raises Unreachable or WrongVersion."""
        mqtt, where = self.broker.mqtt, self.broker.where
        try:
            async with asyncio.timeout(DIAL):
                self._client = await self._loop.run_in_executor(self.broker.dialling, self._dial)
        except (OSError, ValueError) as error:  # a TimeoutError is an OSError
            raise Unreachable(f"{where}: {explain(error, mqtt.host)}") from error
        handle = self._client.socket()
        if handle is None:
            self._drain()
            raise WrongVersion(f"{where}: the connection was closed at once")
        if isinstance(handle, socket.socket):  # TLS too; without this a reading waits 40 ms for the one before it
            handle.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._watched = handle.fileno()
        self._loop.add_reader(self._watched, self._readable)
        self._want_write()
        self._misc()
        try:
            async with asyncio.timeout(PATIENCE):  # wait_for may swallow a cancellation that comes with the answer
                await self._opened
        except TimeoutError as error:
            self.close("no answer to CONNECT")  # some old brokers fall silent when they hear of version 5
            raise WrongVersion(f"{where}: no answer within {PATIENCE:.0f} s; is this an MQTT broker?") from error
        except BaseException:
            self.close("not opened")
            raise

    def _dial(self) -> Client:
        """In a thread: everything that may block. Raises OSError, ValueError."""
        mqtt, five = self.broker.mqtt, self.version == "5"
        client = Client(
            CallbackAPIVersion.VERSION2, self.broker.station, None if five else False,
            protocol=VERSIONS[self.version], reconnect_on_failure=False,
        )  # fmt: skip
        client.suppress_exceptions = False
        client.max_inflight_messages = 0  # the window is ours to keep
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.on_publish, client.on_message = self._on_publish, self._on_message
        client.on_subscribe, client.on_socket_close = self._on_subscribe, self._on_socket_close
        client.on_log = self._on_log
        client.username_pw_set(mqtt.username, self.broker.password())
        if mqtt.tls is not None:
            inner, floor = context(mqtt.tls.ca, mqtt.tls.cert, mqtt.tls.key), self.broker.floor()
            client.tls_set_context(inner if floor is None else Dated(inner, floor))  # type: ignore[arg-type]
        client.will_set(self.will.topic, self.will.payload, qos=1, retain=True)
        if five:
            wishes = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            wishes.SessionExpiryInterval, wishes.MaximumPacketSize = MEMORY, LARGEST
            client.connect(mqtt.host, mqtt.port, KEEPALIVE, clean_start=False, properties=wishes)
        else:
            client.connect(mqtt.host, mqtt.port, KEEPALIVE)
        return client

    def close(self, why: str, blame: Blame = "") -> None:
        """End at once; a connection that is up says good-bye, so that the Will is not sent."""
        if not self.ended.is_set():
            self.blame = blame
            self._client.disconnect()
            self._on_socket_close()
            self._end(why)

    # ── what goes out ───────────────────────────────────────────────────────

    def takes(self, topic: str, payload: bytes) -> bool:
        """False for what this broker is known to refuse, by what it said when we connected and by the standard."""
        return SAYABLE.fullmatch(topic) is not None and len(topic.encode()) + len(payload) + MARGIN <= self.largest

    def publish(
        self, topic: str, payload: bytes, qos: int, retain: bool, said: tuple[tuple[str, str], ...] = ()
    ) -> int:
        """Hand one message to the wire; returns its mid, for `landed`. `said`: user properties (MQTT 5)."""
        properties = None
        if said and self.version == "5":
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.UserProperty = list(said)
        info = self._client.publish(topic, payload, qos, retain, properties)
        while info.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:  # this mid is still in flight: take the next
            info = self._client.publish(topic, payload, qos, retain, properties)
        self._after()
        return info.mid

    def subscribe(self, pattern: str) -> None:
        self._client.subscribe(pattern, qos=1)
        self._after()

    # ── the loop's side ─────────────────────────────────────────────────────

    def _readable(self) -> None:
        try:
            self._client.loop_read()
            handle = self._client.socket()
            while isinstance(handle, ssl.SSLSocket) and handle.pending():  # decrypted already: no event will tell
                self._client.loop_read()
                handle = self._client.socket()
        except Exception as error:  # whatever paho makes of bytes that are no MQTT
            self.close(f"the broker sent what is no MQTT: {error!r}"[:200], "message")
        self._after()
        self._drain()

    def _writable(self) -> None:
        self._client.loop_write()
        if self._writing and not self._client.want_write() and self._watched is not None:
            self._writing = False
            self._loop.remove_writer(self._watched)
        self._after()

    def _misc(self) -> None:
        self._client.loop_misc()
        self._after()
        if not self.ended.is_set():
            self._timer = self._loop.call_later(1.0, self._misc)

    def _after(self) -> None:
        self._want_write()
        if self._events:
            self._loop.call_soon(self._drain)

    def _want_write(self) -> None:
        if not self._writing and self._watched is not None and self._client.want_write():
            self._writing = True
            self._loop.add_writer(self._watched, self._writable)

    def _drain(self) -> None:
        events, self._events = self._events, []
        try:
            for tell, told in events:
                tell(*told)
        except Exception as error:
            self.failed = error
            self.close("a bug")

    def _end(self, why: str, blame: Blame = "") -> None:
        if self.ended.is_set():
            return
        self.why, self.blame = self.why or why, self.blame or blame
        if self._timer is not None:
            self._timer.cancel()
        if not self._opened.done():
            self.why = self.why if self.why != GONE else "the broker hung up without an answer"
            self._opened.set_exception(WrongVersion(f"{self.broker.where}: {self.why}"))
            self._opened.exception()  # seen, also when nobody waits any more
        self.ended.set()

    # ── what paho tells: kept in a list, acted on outside ───────────────────

    def _on_connect(self, _: Client, __: Any, flags: ConnectFlags, code: ReasonCode, said: Properties | None) -> None:
        self._events.append((self._answered, (flags.session_present, code.value, str(code), said)))

    def _on_disconnect(self, _: Client, __: Any, flags: DisconnectFlags, code: ReasonCode, ___: Any) -> None:
        told = flags.is_disconnect_packet_from_server
        why = REFUSALS.get(code.value, str(code)) if told else GONE
        blame: Blame = BLAMES.get(code.value, "")
        self._events.append((self._end, (self._spoken(why), blame)))

    def _on_publish(self, _: Client, __: Any, mid: int, code: ReasonCode, ___: Any) -> None:
        self._events.append((self.listener.landed, (mid, code.value)))

    def _on_message(self, _: Client, __: Any, message: MQTTMessage) -> None:
        with contextlib.suppress(UnicodeDecodeError):  # a topic that is no text is none of ours
            self._events.append((self.listener.received, (message.topic, message.payload, message.retain)))

    def _on_subscribe(self, _: Client, __: Any, mid: int, codes: list[ReasonCode], ___: Any) -> None:
        if refused := [str(code) for code in codes if code.is_failure]:
            log.error("%s: head office cannot be heard: %s", self.broker.where, ", ".join(refused))

    def _on_socket_close(self, *_: Any) -> None:
        if self._watched is not None:
            self._loop.remove_reader(self._watched)
            self._loop.remove_writer(self._watched)
            self._watched = None

    def _on_log(self, _: Client, __: Any, ___: int, text: str) -> None:
        """Until the broker has answered: the only place where paho names a refused certificate."""
        if "failed to receive" in text:
            self.why = explain_alert(text)

    def _answered(self, resumed: bool, code: int, name: str, said: Properties | None) -> None:
        where = self.broker.where
        if code == 0:
            self._client.on_log = None
            self.why = ""
            self.resumed = resumed
            self.window = min(WINDOW, getattr(said, "ReceiveMaximum", WINDOW))
            self.largest = getattr(said, "MaximumPacketSize", self.largest)
            if not self._opened.done():
                self._opened.set_result(None)
            return
        self.why = f"the broker refuses: {self._spoken(REFUSALS.get(code, name))}"
        if not self._opened.done():
            kind = WrongVersion if code == NO_VERSION else Unreachable
            self._opened.set_exception(kind(f"{where}: {self.why}"))

    def _spoken(self, text: str) -> str:
        return text.format(client=self.broker.station, user=self.broker.mqtt.username)
