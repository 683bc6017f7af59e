"""A station with a receipt printer: the slip is printed as the case is taken, and a printer that fails costs nobody."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request

import pytest
from brokers import free_port
from daemon import Daemon
from mosquitto import until
from papers import Printer
from stations import write

from agent.shell.store import pinfile

FORM = {"kind": "complaint", "topic": "attitude", "text": "太慢"}


class Site:
    """A station without a broker and without a wire, with a printer on the loopback."""

    def __init__(self, folder: Path) -> None:
        self.printer, kiosk = Printer(), free_port()
        path = write(folder, mqtt=f"port = {free_port()}", kiosk=kiosk)
        table = f'\n[printer]\nlink = "tcp"\nhost = "127.0.0.1"\nport = {self.printer.port}\n'
        path.write_text(path.read_text("utf-8") + table, "utf-8")
        pinfile.write(folder / "li.scrypt", "135790")
        self.daemon = Daemon(path, kiosk)
        self.daemon.start()

    def complain(self) -> Any:
        status, said = self.daemon.post("/api/case", FORM)
        assert status == 201
        return said

    def enter(self) -> str:
        assert self.daemon.post("/api/staff/unlock", {"person": "li", "pin": "135790"})[0] == 200
        return self.daemon.cookie

    def page(self, path: str, cookie: str) -> tuple[int, Any]:
        return self.daemon.ask(Request(self.daemon.url + path, headers={"Cookie": cookie}))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    one = Site(tmp_path)
    try:
        yield one
    finally:
        one.daemon.stop(signal.SIGTERM)
        one.printer.close()


def test_whoever_complains_gets_a_slip_and_the_staff_a_copy_and_without_a_printer_the_number_is_good(
    site: Site,
) -> None:
    said = site.complain()
    assert site.printer.done.wait(60)
    number, pin = said["receipt"], said["facts"]["pin"]
    paper = site.printer.roll.text
    assert number in paper and pin in paper and "400-000-0000" in paper and "副本" not in paper
    promised = [due for fact, due in said["facts"].items() if fact.startswith("due.")]  # none: no clock is set
    assert all(due in paper for due in promised) and ("时间未校准" in paper) is not bool(promised)
    cookie = site.enter()
    status, page = site.page(f"/staff/slip/{number}", cookie)
    assert status == 200 and number in page and pin not in page  # the PIN comes with the printing alone
    assert site.page(f"/staff/outcome/{number}", cookie)[0] == 404  # nothing was answered yet
    answer = {"case": number, "event": "replied", "text": "已加派人手", "measures": "加开一台加气机"}
    assert site.daemon.post("/api/staff/act", answer, cookie)[0] == 201
    status, page = site.page(f"/staff/outcome/{number}", cookie)
    assert status == 200 and "太慢" in page and "加开一台加气机" in page
    site.printer.done.clear()
    site.printer.roll.cuts = 0
    copied = site.daemon.post("/api/staff/slip", {"case": number, "roll": True}, cookie)
    assert copied == (201, {"receipt": number, "facts": {"pin": pin}})
    assert site.printer.done.wait(60)
    assert "副本 COPY" in site.printer.roll.text
    site.printer.close()  # unplugged
    again = site.complain()
    status, page = site.page("/staff/cases", cookie)
    assert status == 200 and again["receipt"] in page and number not in page  # that one is answered
    until(lambda: "打印机没有连上" in site.page(f"/staff/slip/{number}", cookie)[1], 60)
    assert site.printer.failed == []
