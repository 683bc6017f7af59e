"""One slip onto paper, by python-escpos, in a process of its own: `python -m agent.shell.receipt`, a job on its input.

A printer without paper may hold a write for ever; here it holds nobody but this process, which is ended from outside.
"""

from __future__ import annotations

import fcntl
import json
import signal
import sys
from typing import Any

from escpos.escpos import Escpos
from escpos.exceptions import DeviceNotFoundError
from escpos.printer import File, Network, Serial
from PIL import Image, ImageDraw, ImageFont

PRINTED, NO_PAPER, GONE = 0, 3, 4  # exit codes
LONGEST = 50  # seconds, whatever happens
ANSWER = 1.5  # seconds a printer has to say how it is; many never say
KANJI = b"\x1c\x26"  # FS &: two bytes a character from here on
DOTS = 12  # of a column
HEIGHT = 30  # of a line
LPGETSTATUS, LP_NO_PAPER = 0x060B, 0x20  # Linux: what the printer port itself knows

Job = dict[str, Any]


def connect(job: Job) -> Escpos:
    """The printer a job names, opened. Raises DeviceNotFoundError."""
    if job["link"] == "tcp":
        printer: Escpos = Network(job["host"], int(job["port"]), timeout=ANSWER)
    elif job["link"] == "serial":
        baud, framing = job["serial"].split()
        printer = Serial(
            job["port"], int(baud), int(framing[0]), ANSWER, framing[1], int(framing[2]), dsrdtr=False
        )  # fmt: skip
    else:
        printer = File(job["port"])
    printer.open()
    return printer


def paper(printer: Escpos) -> bool:
    """False when the printer says that it has none. One that says nothing is believed to have some."""
    if isinstance(printer, File):
        status = bytearray(4)
        try:
            fcntl.ioctl(printer.device.fileno(), LPGETSTATUS, status)
        except OSError:  # no printer port: a converter, which knows nothing
            return True
        return not status[0] & LP_NO_PAPER
    try:
        return bool(printer.paper_status())
    except TimeoutError:
        return True


def write(printer: Escpos, job: Job) -> None:
    printer.hw("INIT")
    if job["chinese"] == "image":
        printer.image(picture(job))
    else:
        printer._raw(KANJI)
        for text, style, centred in job["lines"]:
            large = style == "large"
            printer.set_with_default(
                align="center" if centred else "left", bold=style != "plain", double_width=large, double_height=large
            )
            # Not `text()`: it takes a line without a Chinese character for another code page, signs and all.
            printer._raw(encoded(text or "-" * job["columns"]) + b"\n")
    printer.set_with_default()
    printer.cut()


def encoded(text: str) -> bytes:
    """GB18030 as printers know it: one or two bytes a character; another character is a question mark."""
    return b"".join(code if len(code := letter.encode("gb18030")) <= 2 else b"?" for letter in text)


def picture(job: Job) -> Image.Image:
    """The lines drawn in our own font, black on white, for a printer without Chinese characters."""
    fonts = {size: ImageFont.truetype(job["font"], size, layout_engine=ImageFont.Layout.BASIC) for size in (24, 48)}
    wide = job["columns"] * DOTS
    high = sum(HEIGHT * (1 + (style == "large")) for _, style, _ in job["lines"])
    image = Image.new("1", (wide, high), 1)
    draw = ImageDraw.Draw(image)
    at = 0
    for text, style, centred in job["lines"]:
        tall = HEIGHT * (1 + (style == "large"))
        font = fonts[48 if style == "large" else 24]
        left = max(0, (wide - int(font.getlength(text))) // 2) if centred else 0
        if text:
            draw.text((left, at + tall // 2), text, font=font, fill=0, anchor="lm", stroke_width=int(style == "bold"))
        else:
            draw.line((0, at + tall // 2, wide, at + tall // 2), fill=0, width=2)
        at += tall
    return image


def main() -> int:
    signal.alarm(LONGEST)
    job = json.load(sys.stdin)
    try:
        printer = connect(job)
        if not paper(printer):
            return NO_PAPER
        write(printer, job)
        ended = not paper(printer)  # it ran out in the middle of it
        printer.close()
    except (DeviceNotFoundError, OSError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return GONE
    return NO_PAPER if ended else PRINTED


if __name__ == "__main__":
    sys.exit(main())
