"""Where a station's MQTT broker is, how to be let in there, and which MQTT it speaks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from agent.config.files import password_in
from agent.config.model import Mqtt
from agent.shell.mqtt.refusals import Unreachable, WrongVersion
from agent.shell.mqtt.session import Listener, Session, Will
from drivers.plainfile import read_plain

log = logging.getLogger(__name__)

OTHER = {"5": "3.1.1", "3.1.1": "5"}


class Broker:
    """Where the broker is and how to be let in. Files are read at each connect: a renewed certificate counts."""

    def __init__(self, mqtt: Mqtt, station: str, floor: Callable[[], float | None] = lambda: None) -> None:
        """`floor`: None while the clock is known, else the latest moment that is (seconds since 1970)."""
        self.mqtt, self.station, self.floor = mqtt, station, floor
        self.version: str = mqtt.version
        self.where = f"{mqtt.host}:{mqtt.port}"
        self.dialling = ThreadPoolExecutor(1, "dial")  # one name that hangs holds nobody else's thread

    async def connect(self, will: Will, listener: Listener) -> Session:
        """Raises Unreachable. A broker that refuses MQTT 5 is tried with 3.1.1 at once."""
        session = Session(self, self.version, will, listener)
        try:
            await session.open()
        except WrongVersion as error:
            if self.mqtt.version != "5":
                raise Unreachable(str(error)) from error
            self.version = OTHER[self.version]
            session = Session(self, self.version, will, listener)
            try:
                await session.open()
            except WrongVersion:
                self.version = self.mqtt.version
                raise Unreachable(str(error)) from error
            log.info("%s: going on with MQTT %s", self.where, self.version)
        return session

    def password(self) -> str | None:
        """Raises OSError, ValueError."""
        file = self.mqtt.password_file
        return password_in(read_plain(file)) if file else None
