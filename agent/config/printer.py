"""`[printer]`: the receipt printer for slips, if there is one."""

from __future__ import annotations

import stat
from pathlib import Path

from agent.config.files import other
from agent.config.hosts import read_host
from agent.config.lines import SERIAL
from agent.config.model import Chinese, Paperway, Printer
from drivers.table import Table

LINKS: tuple[Paperway, ...] = ("usb", "tcp", "serial")
CHINESE: tuple[Chinese, ...] = ("gb18030", "image")
PORT = "a printer's device, such as /dev/usb/lp0"
COLUMNS = (32, 42, 48, 64)
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"  # Debian's fonts-noto-cjk, which the kiosk shows too


def read_printer(table: Table, base: Path) -> Printer | None:
    if not table.content:
        return None
    link = table.choice("link", LINKS, "usb")
    host, serial = "", ""
    if link == "tcp":
        host = read_host(table)
        port = str(table.integer("port", 9100, low=1, high=65535))
    else:
        port = read_device(table)
    if link == "serial":
        serial = table.text("serial", "9600 8N1", pattern=SERIAL, allowed='baud and framing, such as "9600 8N1"')
    columns = table.integer("columns", 48)
    if columns not in COLUMNS:
        table.problem("columns", f"{columns} is no width of a roll", "32 on 58 mm, 42 or 48 on 80 mm, 64")
    chinese = table.choice("chinese", CHINESE, "gb18030")
    font = base / table.text("font", FONT, allowed="a font file with Chinese characters")
    table.end()
    if chinese == "image" and not font.is_file():
        table.problem("font", f"no such file: {font}", "a font file with Chinese characters (Debian: fonts-noto-cjk)")
    return Printer(link, port, host, serial, columns, chinese, font if chinese == "image" else None)


def read_device(table: Table) -> str:
    """A device, which may be unplugged at this moment: never a file, which would be written over."""
    port = table.text("port", fits=bool, allowed=PORT)
    if port and (why := other(Path(port), stat.S_ISCHR)):
        table.problem("port", f"{why}: {port}", PORT)
    return port
