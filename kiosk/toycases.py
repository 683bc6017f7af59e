"""A few invented cases for the toy door: every mood, and one told whole."""

from __future__ import annotations

from kiosk.casebook import CaseLine, CaseList, CaseSheet, Due, Evidence, Happened, Mood, Option, Step, Wanted
from kiosk.eventforms import FORMS
from kiosk.reportbook import ReportFigure, ReportLine, ReportSheet, ReportTable
from kiosk.slip import Promise, Slip

REPLY = {"zh-CN": "初步处理并答复", "en": "initial handling and reply"}
CONTACT = {"zh-CN": "首次联系顾客", "en": "first contact with the customer"}

NOW = "2026-11-25T17:20+08:00"


def due(mood: Mood, when: str, side: str = "station") -> Due:
    return Due("replied", REPLY, when, {"breached": "breached", "unknown": "unknown"}.get(mood, "running"), side, mood)


LINES = (
    CaseLine(
        "CQ0147-261104", "complaint", "safety", "open", "urgent", "very-dissatisfied", "1A", "王站长",
        "2026-11-24 08:15", "breached", due("breached", "2026-11-25 08:15"),
    ),
    CaseLine(
        "CQ0147-261107", "complaint", "metering", "open", "urgent", "", "2A", "李师傅",
        "2026-11-25 09:02", "warned", due("warned", "2026-11-25 18:00"),
    ),
    CaseLine(
        "CQ0147-261106", "fault", "equipment", "open", "general", "", "2B", "",
        "2026-11-25 07:40", "running", due("running", "2026-11-27 24:00"),
    ),
    CaseLine(
        "CQ0147-261101", "suggestion", "other", "open", "general", "", "", "张敏", "2026-11-22 10:00", "unknown",
        due("unknown", ""),
    ),
    CaseLine("CQ0147-261099", "question", "price", "open", "general", "", "", "", "2026-11-21 10:00", "calm"),
)  # fmt: skip
FIRST = Due("first_contact", CONTACT, "2026-11-25 17:40", "running", "station", "warned")
NEEDS = {
    "settled": ("text", "signatures"), "assigned": ("owner",), "transferred": ("to",), "verified": ("verified",),
    "extended": ("stop", "until", "reason", "approver", "customer_told"), "on_hold": ("reason",),
    "corrected": ("of", "reason"),
}  # fmt: skip
KEEPS = {"first_contact": FIRST, "replied": due("warned", "2026-11-25 18:00")}
STEPS = tuple(
    Step(event, NEEDS.get(event, ()), KEEPS.get(event), "followup" if event == "archived" else "") for event in FORMS
)
EVIDENCE = Evidence(
    "2026-11-25 09:02", "9b2f6c1e55d0a7c3" * 4,
    tuple((f"08:{n}", "dispenser-2", "mass_total", f"{5012.6 + n / 10:.2f}") for n in range(32, 60)),
    ("pressure-high",),
)  # fmt: skip
TOLD = "加气量和实际不符，平时能加二十三公斤，今天才十九公斤就停了，要求检定加气机并退还差额"
HISTORY = (
    Happened(1, "received", "2026-11-25 09:02", "customer", "", {"text": TOLD, "wish": "检定加气机", "object": "2A"}),
    Happened(2, "registered", "2026-11-25 09:05", "attendant", "李师傅"),
    Happened(3, "acked", "2026-11-25 09:05", "attendant", "李师傅", {"mode": "in-person"}),
    Happened(
        4, "classified", "2026-11-25 09:30", "station-master", "王站长",
        {"urgency": "urgent", "before": {"urgency": "general"}},
    ),
    Happened(5, "warning", "2026-11-25 13:30", "station", "", {"stop": "replied", "share": 0.5, "side": "station"}),
    Happened(6, "investigated", "2026-11-25 15:00", "station-master", "王站长", {"result": "复秤合格，气瓶余压偏高"}),
    Happened(
        7, "replied", "2026-11-25 16:00", "station-master", "王站长",
        {"mode": "phone", "text": "计量准确，附检定证书", "measures": "重新检定", "result": "误差 0.2 %"},
    ),
)  # fmt: skip


def listing(wanted: Wanted) -> CaseList:
    counts = {"todo": 5, "waiting": 1, "answered": 12, "mine": 2, "closed": 1284}
    return CaseList(wanted, LINES if wanted == "todo" else LINES[1:3] if wanted == "mine" else (), 0, 3, counts)


def sheet(number: str, people: tuple[Option, ...]) -> CaseSheet | None:
    line = next((one for one in LINES if one.number == number), None)
    if line is None:
        return None
    promise = {"zh-CN": "CNG 站模板:一般3个工作日,紧要1个工作日,紧急24小时", "en": "CNG template: 3 working days"}
    answered = Due("acked", {"zh-CN": "受理并告知", "en": "acknowledged"}, "2026-11-25 10:00", "met", "station", "calm")
    return CaseSheet(
        line, promise, "P01@1", (answered, FIRST, *((line.due,) if line.due else ())), HISTORY, STEPS, (EVIDENCE,),
        {
            "kind": line.kind, "topic": line.topic, "urgency": line.urgency, "severity": "dissatisfied", "object": "2A",
            "channel": "in-person",
        },
        {"phone": "138****1234", "name": "王**"},
        options={
            "owner": people,
            "object": (*(Option(gun, {"": gun}) for gun in ("1A", "1B", "2A", "2B")), *people),
            "profile": (Option("P01", {key: f"P01 {text}" for key, text in promise.items()}),),
        },
        now=NOW,
    )  # fmt: skip


def slip(number: str) -> Slip | None:
    line = next((one for one in LINES if one.number == number), None)
    if line is None:
        return None
    promises = (
        Promise(CONTACT, "2026-11-25 17:40"),
        Promise(REPLY, "2026-11-27 24:00"),
        Promise(REPLY, "", later=True),
    )
    return Slip(
        line.number,
        "",
        "江北加气站",
        "400-800-1234",
        line.kind,
        line.topic,
        line.received,
        "李师傅",
        REPLY,
        promises,
        True,
    )


REPORTS = (
    ReportLine("review-2026-11-25", {"zh-CN": "每日查阅", "en": "Today's review"}, "2026-11-25", "open", "reviewed"),
    ReportLine(
        "briefing-2026-10", {"zh-CN": "用户信息通报会材料", "en": "Monthly briefing"}, "2026-10", "open", "held"
    ),
    ReportLine("publication-2026-10", {"zh-CN": "受理办理情况公布", "en": "What is published"}, "2026-10", "none"),
)
PLOT = (
    '<svg viewBox="0 0 640 46" class="plot"><text x="142" y="17" text-anchor="end">08:00-20:00</text>'
    '<rect x="150" y="6" width="357" height="14"/><text x="513" y="17">85.0 %</text></svg>'
)


def report(id: str) -> ReportSheet | None:
    """One of them, with a few figures."""
    line = next((one for one in REPORTS if one.id == id), None)
    rated = ReportFigure({"zh-CN": "满意率:评价为4、5的占比", "en": "ratings of 4 or 5 among all"}, "85.0 %", "120")
    shifts = ReportTable(
        {"zh-CN": "各班次评价", "en": "ratings by shift"},
        ("shift", "satisfied-share"),
        (("08:00-20:00", "85.0 %"),),
        PLOT,
    )
    if line is None:
        return None
    return ReportSheet(line, "2026-10-01 00:00 – 2026-11-01 00:00", (rated,), (shifts,))
