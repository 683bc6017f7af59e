"""What the columns of a report's tables are called, for people."""

from __future__ import annotations

COLUMNS: dict[str, tuple[str, str]] = {
    "kind": ("类型", "kind"), "topic": ("主题", "topic"), "object": ("对象", "object"), "channel": ("渠道", "channel"),
    "received": ("收到", "received"), "complaints": ("投诉", "complaints"), "answered": ("答复", "answered"),
    "on-time-share": ("按时率", "on time"), "day": ("日期", "day"), "hour": ("时", "hour"), "shift": ("班次", "shift"),
    "person": ("工号", "person"), "ratings": ("评价数", "ratings"), "satisfied-share": ("满意率", "satisfied"),
    "rating-mean": ("平均分", "mean"), "reason": ("原因", "reason"), "low": ("不满意", "dissatisfied"),
    "high": ("满意", "satisfied"), "stage": ("阶段", "stage"), "cases": ("件数", "cases"),
    "median": ("中位数(分钟)", "median, min"), "longest": ("最长(分钟)", "longest, min"),
    "promise": ("承诺", "promise"), "decided": ("见分晓", "decided"), "kept": ("兑现", "kept"),
    "broken": ("未兑现", "broken"), "item": ("项目", "item"),
    "asked": ("发出", "asked"), "answered-share": ("回收率", "answered"), "mean": ("均分", "mean"),
    "case": ("编号", "case"), "last": ("最近事件", "last event"), "why": ("缘由", "why"), "then": ("后续", "then"),
    "mode": ("方式", "way"), "visits": ("回访", "visits"), "upheld": ("成立的投诉", "upheld"),
    "response-median": ("响应中位数(分钟)", "response, min"),
}  # fmt: skip


def call(column: str) -> str:
    """`满意率 satisfied`."""
    return " ".join(COLUMNS.get(column, (column,)))
