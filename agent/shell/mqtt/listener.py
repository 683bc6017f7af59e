"""Head office's ear and mouth: yields what it hears, says what it is told to, and comes back when the line drops."""

from __future__ import annotations

import ssl
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from agent.shell.mqtt.reasons import read_every_code
from agent.shell.mqtt.trust import context

PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)  # seconds before the next try; the last one repeats
REFUSED = 0x80  # from here on a reason code is a no
OLD_BROKER = 0x84  # "unsupported protocol version"
TURN = 0.5  # seconds of silence after which the line is looked after
MOST = 500  # messages heard in one turn
OTHER = {
    MQTTProtocolVersion.MQTTv5: MQTTProtocolVersion.MQTTv311,
    MQTTProtocolVersion.MQTTv311: MQTTProtocolVersion.MQTTv5,
}
read_every_code()
FORMS = "mqtt://[USER:PASSWORD@]HOST[:PORT], or mqtts:// for TLS"


class Broker(NamedTuple):
    """Where a broker is and how to be let in. `tls` without `ca`: the machine's own certificates are believed."""

    host: str
    port: int
    username: str = ""
    password: str = ""
    tls: bool = False
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None


class Heard(NamedTuple):
    topic: str
    payload: bytes
    retained: bool


class Said(NamedTuple):
    topic: str
    payload: bytes
    retain: bool = False


class BrokerError(Exception):
    """Only a person can mend this: a wrong address, a refused password, a topic that may not be read."""


class Lost(Exception):
    """The line dropped or did not come up; trying again is the answer."""


def address(url: str) -> Broker:
    """The broker a URL names. Raises ValueError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{url}: {error}; {FORMS}") from None
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.path.strip("/"):
        raise ValueError(f"{url!r} is no broker; {FORMS}")
    tls = parts.scheme == "mqtts"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Broker(parts.hostname, port or (8883 if tls else 1883), user, password, tls)


def listen(broker: Broker, topics: Sequence[str], told: Callable[[str], None]) -> Generator[Heard, None, None]:
    """Everything published on `topics`, for ever; `told` hears when the line comes and goes. Raises BrokerError."""
    for heard in converse(broker, topics, told, deque()):
        yield from heard


def converse(
    broker: Broker, topics: Sequence[str], told: Callable[[str], None], outbox: deque[Said]
) -> Generator[list[Heard], None, None]:
    """What was heard, turn by turn (an empty list when nothing was); what stands in `outbox` is said in between.

    For ever. MQTT 5 first; a broker that does not speak it is asked again with 3.1.1. Raises BrokerError.
    """
    version: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5
    failures = 0
    while True:
        session = Session(broker, topics, version, told, outbox)
        try:
            yield from session.run()
        except Lost as error:
            speaks = session.answered and not session.up  # somebody is there, but does not let us in: another dialect?
            failures = 1 if session.up else failures + 1
            if speaks:
                version = OTHER[version]
            if failures == (2 if speaks else 1):
                told(f"{broker.host}:{broker.port}: {error}; trying again")
            time.sleep(PAUSES[min(failures, len(PAUSES)) - 1])
            yield []
        finally:
            session.close()


class Session:
    """One connection: from the first packet to the loss of the line."""

    def __init__(
        self,
        broker: Broker,
        topics: Sequence[str],
        version: MQTTProtocolVersion,
        told: Callable[[str], None],
        outbox: deque[Said],
    ) -> None:
        self.broker, self.topics, self.told, self.outbox = broker, topics, told, outbox
        self.answered = False  # something speaks there
        self.up = False  # and we are subscribed
        self.refusal = ""
        self.heard: list[Heard] = []
        self.client = Client(CallbackAPIVersion.VERSION2, protocol=version, reconnect_on_failure=False)
        self.client.on_connect = self._connected
        self.client.on_subscribe = self._subscribed
        self.client.on_message = self._message
        self.client.on_publish = self._published
        if broker.username:
            self.client.username_pw_set(broker.username, broker.password or None)
        if broker.tls:
            self.client.tls_set_context(trust(broker))

    def run(self) -> Generator[list[Heard], None, None]:
        """Messages, until the line ends. Raises Lost, BrokerError."""
        try:
            self.client.connect(self.broker.host, self.broker.port, keepalive=30)
        except ssl.SSLCertVerificationError as error:
            raise BrokerError(f"{self.broker.host}: its certificate is not believed: {error.verify_message}") from None
        except OSError as error:
            raise Lost(error.strerror or str(error)) from None
        self.answered = True
        while self._turn() is MQTTErrorCode.MQTT_ERR_SUCCESS and not self.refusal:
            heard, self.heard = self.heard, []
            yield heard
        if self.refusal:
            raise BrokerError(f"{self.broker.host}:{self.broker.port}: {self.refusal}")
        raise Lost("the connection ended")

    def _turn(self) -> MQTTErrorCode:
        """Say what is to be said, then hear what has come."""
        while self.up and self.outbox:
            said = self.outbox.popleft()
            self.client.publish(said.topic, said.payload, 1, said.retain)
        code, before = self.client.loop(TURN), -1
        while code is MQTTErrorCode.MQTT_ERR_SUCCESS and before < len(self.heard) < MOST:
            before = len(self.heard)
            code = self.client.loop(0.001)
        return code

    def close(self) -> None:
        self.client.disconnect()

    def _connected(self, _c: Client, _u: object, _f: object, code: ReasonCode, _p: Properties | None) -> None:
        if not code.is_failure:
            self.client.subscribe([(topic, 1) for topic in self.topics])
        elif code.value != OLD_BROKER:
            self.refusal = f"{code}: check user name and password"

    def _subscribed(self, _c: Client, _u: object, _m: int, codes: list[ReasonCode], _p: Properties | None) -> None:
        if all(code.value >= REFUSED for code in codes):
            self.refusal = f"{', '.join(self.topics)} may not be read by this user ({codes[0]})"
            return
        self.up = True
        self.told(f"listening at {self.broker.host}:{self.broker.port}")

    def _published(self, _c: Client, _u: object, _m: int, code: ReasonCode, _p: Properties | None) -> None:
        if code.is_failure:
            self.told(f"{self.broker.host}:{self.broker.port}: the broker refuses what we say: {code}")

    def _message(self, _c: Client, _u: object, message: MQTTMessage) -> None:
        self.heard.append(Heard(message.topic, bytes(message.payload), message.retain))


def trust(broker: Broker) -> ssl.SSLContext:
    """Whom to believe, and how we prove ourselves. Raises BrokerError for files that cannot be used."""
    try:
        return context(broker.ca, broker.cert, broker.key)
    except OSError as error:
        raise BrokerError(f"TLS files of {broker.host}: {error}") from None
