"""Safety on the toy's screen: a leak under way, a month of alarms, a permit that is open."""

from __future__ import annotations

from kiosk.safetyviews import AlarmFigures, DutyView, IncidentView, KindView, PermitView, PlanView, Safety

STEPS = (
    ("stop", {"zh-CN": "停止全部加气,按急停", "en": "Stop all filling, press the emergency stop"}),
    ("shut", {"zh-CN": "关闭气源总阀", "en": "Close the main gas valve"}),
    ("evacuate", {"zh-CN": "顾客和员工撤到上风处", "en": "Everybody upwind and out"}),
)
HOT = {"zh-CN": "二级动火作业票", "en": "Hot work, grade 2"}
MEASURES = (
    ("isolated", {"zh-CN": "设备已停运,切断电源气源", "en": "Stopped, power and gas shut off"}, True),
    ("tested", {"zh-CN": "可燃气体检测合格", "en": "Gas test passed"}, False),
)
PERMIT = PermitView(
    "A261121-01", "hot-work-2", HOT, "issued", "焊接支架", "1号岛", "1号加气机", "11-21 20:00",
    "2026-11-21T20:00+08:00", False,
    (("issuer", "王站长"), ("permitter", "赵班长"), ("leader", "孙师傅"), ("guardian", "钱师傅")),
    (("c-17", "c-17", True), ("c-18", "c-18", False)), MEASURES, "0 % LEL 11-21 12:10", 1,
    ("measured", "briefed", "tested", "printed", "permitted", "crew_changed", "voided"),
    (("issued", "11-21 12:00", "王站长"), ("measured", "11-21 12:02", "赵班长")),
)  # fmt: skip
POINTS = (
    ("pipes", {"zh-CN": "管线", "en": "Pipes"}, True), ("valves", {"zh-CN": "阀门", "en": "Valves"}, False),
)  # fmt: skip
LEAK = IncidentView(
    "E2611-01", "leak", False, "1号加气机", "11-21 12:00", False, ("stop",), False, True, ("attendant",)
)  # fmt: skip
SAFETY = Safety(
    (
        PlanView("leak", {"zh-CN": "燃气泄漏", "en": "Gas leak"}, STEPS),
        PlanView("fire", {"zh-CN": "着火", "en": "Fire"}, STEPS),
        PlanView("injury", {"zh-CN": "有人受伤", "en": "Injury"}, STEPS[:1]),
        PlanView("vehicle", {"zh-CN": "车辆撞击", "en": "Collision"}, STEPS),
        PlanView("other", {"zh-CN": "其他险情", "en": "Other"}, STEPS),
    ),
    (({"zh-CN": "火警", "en": "Fire"}, "119"), ({"zh-CN": "急救", "en": "Ambulance"}, "120")),
    (LEAK,),
    AlarmFigures(214, 0.4, 12, 1, 3, 1, 1, 2, (("设备无应答 / Device does not answer", "dispenser-2", 120),)),
    (PERMIT,),
    (KindView("hot-work-2", HOT, ""), KindView("height", {"zh-CN": "高处作业票", "en": "Work at height"}, "")),
    (
        DutyView("patrol", {"zh-CN": "巡回检查", "en": "Patrol"}, "due", "11-21 16:00", "11-21 10:02", POINTS),
        DutyView("drill", {"zh-CN": "应急演练", "en": "Emergency drill"}, "overdue", "", "05-20 15:00"),
    ),
    (("dispenser-1", "1号加气机"), ("dispenser-2", "2号加气机"), ("meter-1", "进站计量")),
)  # fmt: skip
