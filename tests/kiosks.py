"""A kiosk with its toy door, served for real in a thread of its own, on a clock that the test winds."""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from kiosk.pinyin.lattice import Lexicon
from kiosk.server import application, serve
from kiosk.stream import Stream
from kiosk.toy import PIN, SCREEN, Toy

LIMIT = 60  # seconds any one step may take


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)


class Kiosk:
    """Use as a context. `seconds` is its clock; `toy` its door; `change` what the agent would push."""

    def __init__(
        self,
        toy: Toy | None = None,
        port: int = 0,
        reasons: Sequence[str] = (),
        beat: float = 10.0,
        mm: float = 0.0,
        lexicon: Lexicon | None = None,
    ) -> None:
        self.lexicon = lexicon
        self.toy = toy or Toy(SCREEN)
        self.seconds = 1000.0
        self.tokens = (f"token-{n}" for n in itertools.count())
        self.listen = f"127.0.0.1:{port}"
        self.reasons, self.beat, self.mm = reasons, beat, mm
        self.url: str = ""
        self.ready: Future[str] = Future()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()), daemon=True)

    async def run(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.stop = asyncio.Event()
        stream = Stream(self.beat)
        self.toy.tell = stream.publish
        app = application(
            self.toy, languages=("zh-CN", "en"), listen=self.listen, reasons=self.reasons,
            now=lambda: self.seconds, token=lambda: next(self.tokens), stream=stream, mm=self.mm,
            lexicon=self.lexicon,
        )  # fmt: skip
        serving = asyncio.create_task(serve(app, self.listen, self.ready.set_result))
        stopping = asyncio.create_task(self.stop.wait())
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            self.ready.set_exception(serving.exception() or RuntimeError("ended"))
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    def __enter__(self) -> Kiosk:
        self.thread.start()
        self.url = self.ready.result(LIMIT)
        self.port = urlsplit(self.url).port or 0
        return self

    def __exit__(self, *why: object) -> None:
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(LIMIT)

    def change(self, **parts: Any) -> None:
        self.loop.call_soon_threadsafe(lambda: self.toy.change(**parts))

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request of its own connection; `body` is sent as JSON unless it is bytes."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        try:
            sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
            line.request(method, path, sent, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = line.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            line.close()

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.ask("POST", path, body, **headers)


def events(kiosk: Kiosk, cookie: str = "") -> Iterator[tuple[str, str]]:
    """(event, data) as they come."""
    line = http.client.HTTPConnection("127.0.0.1", kiosk.port, timeout=LIMIT)
    line.request("GET", "/events", headers={"Cookie": cookie})
    answer = line.getresponse()
    assert answer.getheader("Content-Type") == "text/event-stream"
    event = ""
    for said in iter(lambda: answer.readline().decode().rstrip("\n"), None):
        if said.startswith("event: "):
            event = said.removeprefix("event: ")
        elif said.startswith("data: "):
            yield event, said.removeprefix("data: ")


def unlock(kiosk: Kiosk, person: str = "li", pin: str = PIN) -> str:
    """The cookie of someone who is in."""
    answer = kiosk.post("/api/staff/unlock", {"person": person, "pin": pin})
    assert answer.status == 200, answer
    return answer.headers["Set-Cookie"].split(";")[0]
