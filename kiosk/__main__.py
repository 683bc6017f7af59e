"""The kiosk alone, with a toy door: `python -m kiosk` shows every page to a designer; no agent, no wires."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import time
from dataclasses import replace

from kiosk.model import Acknowledge, AlarmView, Complaint, Feedback, Form, Handover, NozzleView, Person, Receipt, Refusal, Screen
from kiosk.server import application, publish, serve

PIN = "123456"
TOTALS = {"1A": "123456.78", "1B": "90877.10", "2A": "5012.66", "2B": ""}  # what the toy agent "read"; "" is silent
SCREEN = Screen(
    station="江北加气站",
    hotline="400-800-1234",
    contact=True,
    people=(Person("li", "李师傅", "attendant"), Person("zhang", "张敏", "attendant"), Person("wang", "王站长", "station-master")),
    nozzles=tuple(
        NozzleView(name, f"{name[0]}号加气机", "ok" if total else "silent", "") for name, total in TOTALS.items()
    ),
    alarms=(
        AlarmView("pressure-high", "unacknowledged", "1号储气井压力偏高 25.3 MPa", "high", "09:41", "停止压缩机,检查安全阀"),
        AlarmView("meter-silent", "acknowledged", "2B 加气机无应答", "medium", "08:15", "检查 RS-485 接线,通知维修"),
    ),
)  # fmt: skip


class Toy:
    """A door that keeps nothing: it answers as the agent would, and changes the screen as the agent would."""

    def __init__(self, screen: Screen = SCREEN) -> None:
        self.shown = screen
        self.taken: list[Form] = []

    async def submit(self, form: Form) -> Receipt | Refusal:
        if not self.shown.keeping:
            return Refusal("unavailable", "the disk is full")
        self.taken.append(form)
        match form:
            case Feedback():
                return Receipt(f"7K3M{len(self.taken):04d}", {})
            case Complaint():
                return Receipt(f"CQ0147-2611{len(self.taken):02d}", {})
            case Handover():
                return self.confirm(form)
            case Acknowledge():
                alarms = (replace(a, state="acknowledged") if a.id == form.alarm else a for a in self.shown.alarms)
                self.shown = replace(self.shown, alarms=tuple(alarms))
                return Receipt(form.alarm, {})

    def confirm(self, form: Handover) -> Receipt:
        read = TOTALS.get(form.nozzle, "")
        digits = read.replace(".", "")
        agree = form.typed == read or (len(form.typed) == 4 and digits.endswith(form.typed))
        mark = "agree" if agree else "differ"
        nozzles = (replace(n, confirmed=mark) if n.name == form.nozzle else n for n in self.shown.nozzles)
        self.shown = replace(self.shown, nozzles=tuple(nozzles))
        return Receipt("s-1", {"typed": form.typed, "read": read, "unit": "kg", "agree": "unread" if not read else "yes" if agree else "no"})

    def screen(self) -> Screen:
        return self.shown

    async def unlock(self, person: str, pin: str) -> bool:
        return secrets.compare_digest(pin, PIN)

    def health(self) -> tuple[bool, dict[str, object]]:
        return True, {"door": "toy"}


async def run(listen: str) -> None:
    toy = Toy()
    app = application(toy, languages=toy.shown.languages, listen=listen, now=time.monotonic, token=lambda: secrets.token_urlsafe(32))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(serve(app, listen, lambda url: print(f"{url}  staff PIN {PIN}", flush=True)))
        tasks.create_task(follow(toy, lambda screen: publish(app, screen)))


async def follow(toy: Toy, tell) -> None:  # type: ignore[no-untyped-def]
    """Push what the toy changed, as the agent pushes what it learnt."""
    last = toy.shown
    while True:
        await asyncio.sleep(0.1)
        if toy.shown is not last:
            last = toy.shown
            tell(last)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m kiosk", description="the kiosk with a toy door")
    parser.add_argument("--listen", default="127.0.0.1:8080", help="host:port, default %(default)s")
    try:
        asyncio.run(run(parser.parse_args().listen))
    except KeyboardInterrupt:
        print()
