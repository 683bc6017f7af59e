"""A small page on the loopback: every simulated device, what it shows now, and its faults as switches.

GET / the page · GET /state all of it as JSON · POST / one line, as it would be typed: `silent dispenser-2`
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

PAGE = Path(__file__).with_name("page.html")
HOST = "127.0.0.1"
LONGEST = 200  # bytes of a command
PATIENCE = 5.0  # seconds for a whole request

Reply = tuple[HTTPStatus, str, bytes]  # status, content type, body


class Stage(Protocol):
    """What the page shows and switches."""

    def scene(self) -> dict[str, object]: ...

    def obey(self, line: str) -> str: ...


async def serve(stage: Stage, port: int) -> asyncio.Server:
    """Listen on the loopback; 0: any free port. Raises OSError when the port is taken."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                status, kind, body = await answered(reader, writer.get_extra_info("sockname")[1], stage)
                writer.write(head(status, kind, len(body)) + body)
                await writer.drain()
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            return  # the browser went away, or is none
        finally:
            writer.close()

    return await asyncio.start_server(client, HOST, port)


async def answered(reader: asyncio.StreamReader, port: int, stage: Stage) -> Reply:
    first, *rows = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
    method, path = (*first.split(" "), "", "")[:2]
    headers = {name.strip().lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
    ours = (f"{HOST}:{port}", f"localhost:{port}")
    if headers.get("host") not in ours or headers.get("origin", f"http://{ours[0]}") not in {
        f"http://{o}" for o in ours
    }:
        return said(HTTPStatus.FORBIDDEN, "a foreign Host or Origin")
    size = headers.get("content-length", "0")
    if not (size.isascii() and size.isdecimal() and len(size) < 5 and int(size) <= LONGEST):
        return said(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"one line of at most {LONGEST} bytes")
    return reply(method, path, (await reader.readexactly(int(size))).decode("utf-8", "replace"), stage)


def reply(method: str, path: str, line: str, stage: Stage) -> Reply:
    match method, path:
        case "GET", "/":
            return HTTPStatus.OK, "text/html", PAGE.read_bytes()
        case "GET", "/state":
            return HTTPStatus.OK, "application/json", json.dumps(stage.scene(), ensure_ascii=False).encode()
        case "POST", "/":
            wrong = stage.obey(line)
            return said(HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK, wrong or "done")
    return said(HTTPStatus.NOT_FOUND, "GET /, GET /state, POST /")


def said(status: HTTPStatus, text: str) -> Reply:
    return status, "text/plain", f"{text}\n".encode()


def head(status: HTTPStatus, kind: str, size: int) -> bytes:
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {size}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        "X-Frame-Options: DENY\r\nConnection: close\r\n\r\n"
    ).encode()
