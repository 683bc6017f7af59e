"""The kiosk alone, with a toy door: `python -m kiosk` shows every page to a designer; no agent, no wires."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import time

from kiosk.pinyin.lexicon import installed
from kiosk.server import application, serve
from kiosk.stream import Stream
from kiosk.toy import PIN, Toy


async def run(listen: str, mm: float) -> None:
    stream = Stream()
    toy = Toy(tell=stream.publish)
    app = application(
        toy, languages=toy.shown.languages, listen=listen, now=time.monotonic, token=token, stream=stream, mm=mm,
        lexicon=installed(),
    )  # fmt: skip
    await serve(app, listen, lambda url: print(f"{url}  staff PIN {PIN}", flush=True))


def token() -> str:
    return secrets.token_urlsafe(32)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m kiosk", description="the kiosk with a toy door")
    parser.add_argument("--listen", default="127.0.0.1:8080", help="host:port, default %(default)s")
    parser.add_argument("--mm", type=float, default=0.0, help="pixels per millimetre of the display; default: fill it")
    asked = parser.parse_args()
    try:
        asyncio.run(run(asked.listen, asked.mm))
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
