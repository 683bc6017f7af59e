"""A toy door: answers as the agent would, keeps nothing, so that the pages can be seen and tried without an agent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kiosk import toycases
from kiosk.calls import Call, CallView, Came
from kiosk.casebook import CaseList, CaseSheet, Option, Wanted
from kiosk.duties import Answered, DutyChange, ReportDeed
from kiosk.figures import Published, Upkeep
from kiosk.forecourt import PumpView
from kiosk.model import (
    Acknowledge,
    AlarmView,
    CaseAct,
    Complaint,
    Feedback,
    FillView,
    Form,
    LookUp,
    NoticeView,
    NozzleView,
    Person,
    Receipt,
    Refusal,
    Reveal,
    Screen,
    Seen,
)
from kiosk.reportbook import ReportLine, ReportSheet
from kiosk.safety import AlarmAct, Conduct, DutyDone, Emergency, IncidentAct, PermitAct, Stopped
from kiosk.shift import Handover, Vent
from kiosk.slip import Reprint, Slip
from kiosk.surveys import SurveyView
from kiosk.toysafety import SAFETY

PIN = "123456"
PUMPS = (
    PumpView("1A", "1号加气机", "filling", "12.34", "61.45", "14.2", "14:21 · 30.00 kg", 12, "210.40"),
    PumpView("1B", "1号加气机", "idle", last="14:28 · 18.06 kg", fills=9, dispensed="150.00"),
    PumpView("2A", "2号加气机", "silent"),
)
TOTALS = {"1A": "123456.78", "1B": "90877.10", "2A": "5012.66", "2B": ""}  # what the toy agent read; "" is silent
SLIP = {"pin": PIN, "profile": "P13@1", "due.acked": "2026-11-26 09:41", "due.replied": "2026-11-30 24:00"}
STANDING = {
    "state": "answered", "kind": "complaint", "topic": "metering", "holder": "station-master", "event": "replied",
    "at": "2026-11-25 16:20", "step.received": "2026-11-24 09:41", "step.accepted": "2026-11-24 09:41",
    "step.handling": "2026-11-24 15:05", "step.replied": "2026-11-25 16:20", "due.return_visited": "2026-11-30 24:00",
    "text": "已对2号加气机复秤，示值误差 0.3%，在允许范围内；检定证书贴在机身左侧，欢迎您下次加气时一起核对。",
    "contact.phone": "138****1234", "may": "return_visited reopened",
}  # fmt: skip
WAITING = CallView("call-261125-143000", "14:30", "2026-11-25T14:30:00.000+08:00")
SCREEN = Screen(
    station="江北加气站",
    hotline="400-800-1234",
    supervision="12345",
    surveys=(
        SurveyView(
            "inquiry",
            {"zh-CN": "月度征询", "en": "monthly inquiry"},
            (
                ("gas", {"zh-CN": "燃气质量", "en": "quality of the gas"}),
                ("filling", {"zh-CN": "加气服务", "en": "filling"}),
            ),
        ),
        SurveyView(
            "after-case",
            {"zh-CN": "处理后评价", "en": "after a case"},
            (
                ("result", {"zh-CN": "处理结果", "en": "the result"}),
                ("attitude", {"zh-CN": "服务态度", "en": "attitude"}),
            ),
        ),
    ),
    published=Published("2026-10", 12, 11, 0.92, 3300),
    prefix="CQ0147-",
    contact=True,
    people=(
        Person("li", "李师傅", "attendant"),
        Person("zhang", "张敏", "attendant"),
        Person("wang", "王站长", "station-master"),
    ),
    nozzles=tuple(
        NozzleView(name, f"{name[0]}号加气机", "ok" if total else "silent", "") for name, total in TOTALS.items()
    ),
    fills=(
        FillView("2A", "14:32", "2026-11-25T14:32:10+08:00", "23.41", "152.17"),
        FillView("1B", "14:28", "2026-11-25T14:28:44+08:00", "18.06", "117.39"),
        FillView("1A", "14:21", "2026-11-25T14:21:03+08:00", "30.00", "195.00"),
    ),
    safety=SAFETY,
    alarms=(
        AlarmView(
            "pressure-high",
            "unacknowledged",
            "1号储气井压力偏高 25.3 MPa",
            "high",
            "09:41",
            "停压缩机，查安全阀",
            first=True,
            hideable=True,
        ),
        AlarmView("meter-silent", "acknowledged", "2B 加气机无应答", "medium", "08:15", "查接线，通知维修"),
    ),
    notices=(
        NoticeView(
            "outage",
            "important",
            {"zh-CN": "周六 8:00—12:00 停气检修", "en": "No gas on Saturday, 8:00 to 12:00"},
            {
                "zh-CN": "管网检修，本站暂停加气；最近的加气站是南岸站，导航请搜索“南岸加气站”，给您带来不便请谅解。",
                "en": "Maintenance of the pipeline. The nearest station is Nan'an, six kilometres south; we are sorry.",
            },
            asks=True,
        ),
    ),
    upkeep=Upkeep(
        away=2940,
        facts=37,
        oldest=4200,
        late=2,
        traces=3120,
        spool=0.04,
        free=23_400_000_000,
        free_share=0.81,
        written=62_000_000,
        syncs=4100,
        damaged=("journal.db.damaged-1",),
    ),
)


class Toy:
    """Holds one screen and every form it was handed; `tell` hears of each change of the screen."""

    def __init__(self, screen: Screen = SCREEN, tell: Callable[[Screen], None] = lambda screen: None) -> None:
        self.shown = screen
        self.tell = tell
        self.taken: list[Form] = []

    def change(self, **parts: Any) -> None:
        self.shown = replace(self.shown, **parts)
        self.tell(self.shown)

    async def submit(self, form: Form) -> Receipt | Refusal:
        if not self.shown.keeping:
            return Refusal("unavailable", "the disk is full")
        self.taken.append(form)
        match form:
            case Feedback():
                return Receipt(f"7K3M{len(self.taken):04d}", {})
            case Complaint():
                return Receipt(f"CQ0147-2611{len(self.taken):02d}", SLIP)
            case LookUp(number, pin):
                return (
                    Receipt(number, STANDING)
                    if pin == PIN
                    else Refusal("invalid", "number and PIN do not belong together")
                )
            case CaseAct(number) | Reveal(number):
                return Receipt(number, {})
            case Reprint(number):
                return Receipt(number, {"pin": "529012"})
            case Seen():
                self.change(
                    notices=tuple(replace(n, asks=False) if n.id == form.notice else n for n in self.shown.notices)
                )
                return Receipt(form.notice, {})
            case Call():
                self.change(calls=(WAITING,))
                return Receipt(WAITING.id, {"since": WAITING.since})
            case Came():
                self.change(calls=())
                return Receipt(form.call, {"waited": "95"})
            case Handover():
                return self.confirm(form)
            case ReportDeed() | Answered() | DutyChange():
                return Receipt(form.kind, {})
            case Vent(mass):
                return Receipt(f"{mass:g}", {})
            case Acknowledge():
                self.change(
                    alarms=tuple(
                        replace(a, state="acknowledged") if a.id == form.alarm else a for a in self.shown.alarms
                    )
                )
                return Receipt(form.alarm, {})

            case Emergency():
                return Receipt("E2611-01", {})
            case PermitAct():
                return Receipt(form.permit or "A261126-01", {})
            case Conduct():
                return Receipt(form.code, {})
            case DutyDone():
                return Receipt(form.duty, {})
            case Stopped():
                return Receipt("stopped", {})
            case IncidentAct():
                return Receipt(form.incident, {})
            case AlarmAct():
                state = {"shelve": "shelved", "remove": "out-of-service"}.get(form.kind, "normal")
                self.change(
                    alarms=tuple(replace(a, state=state) if a.id == form.alarm else a for a in self.shown.alarms)
                )
                return Receipt(form.alarm, {})

    def confirm(self, form: Handover) -> Receipt | Refusal:
        if form.nozzle not in TOTALS:
            return Refusal("invalid", f"nozzle: {form.nozzle!r} is unknown; known: {', '.join(TOTALS)}")
        read = TOTALS[form.nozzle]
        same = form.typed == read or (len(form.typed) == 4 and read.replace(".", "").endswith(form.typed))
        agree = "unread" if not read else "yes" if same else "no"
        mark = "agree" if agree == "yes" else "differ"
        self.change(
            nozzles=tuple(replace(n, confirmed=mark) if n.name == form.nozzle else n for n in self.shown.nozzles)
        )
        return Receipt("20261125", {"typed": form.typed, "read": read, "unit": "kg", "agree": agree})

    def screen(self) -> Screen:
        return self.shown

    def cases(self, person: str, wanted: Wanted, page: int) -> CaseList:
        return toycases.listing(wanted)

    async def case(self, person: str, number: str) -> CaseSheet | None:
        return toycases.sheet(number, tuple(Option(p.id, {"": p.name}) for p in self.shown.people))

    def forecourt(self) -> tuple[PumpView, ...]:
        return PUMPS

    def moment(self) -> str:
        return toycases.NOW

    def slip(self, person: str, number: str) -> Slip | None:
        return toycases.slip(number)

    def reports(self) -> tuple[ReportLine, ...]:
        return toycases.REPORTS

    async def report(self, id: str) -> ReportSheet | None:
        return toycases.report(id)

    async def unlock(self, person: str, pin: str) -> bool:
        return pin == PIN

    def health(self) -> tuple[bool, dict[str, object]]:
        return self.shown.keeping, {"keeping": self.shown.keeping}
