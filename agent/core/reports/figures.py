"""Every figure there is, as a table: its name, its definition in words, its unit, and how facts make it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from agent.core.reports.ledger import INQUIRY, PEOPLE, Ledger, mean, middle, share
from agent.core.reports.story import ANSWERS, CLOSINGS, RESPONSES, Story


class Counted(NamedTuple):
    """A value and the number of cases, ratings or promises it was made of; None: there were none."""

    value: float | None
    of: int | None = None


class Figure(NamedTuple):
    """`unit` is UCUM: 1 a count or a share, min minutes."""

    name: str
    zh: str
    en: str
    unit: str
    reckon: Callable[[Ledger], Counted]


def some(stories: list[Story], test: Callable[[Story], bool]) -> Counted:
    """The share of these cases that pass."""
    return Counted(share(sum(map(test, stories)), len(stories)), len(stories))


def kept(book: Ledger, side: str = "") -> Counted:
    """The share of the promises decided in the period that were kept."""
    decided = [one.kept for one in book.decided if side in ("", one.side)]
    return Counted(share(sum(decided), len(decided)), len(decided))


def number(test: Callable[[Ledger], int]) -> Callable[[Ledger], Counted]:
    return lambda book: Counted(test(book))


def times(*events: str) -> Callable[[Ledger], Counted]:
    """How often these events happened in the period."""
    return lambda book: Counted(len(book.happened(*events)))


def half(*events: str, since: tuple[str, ...] = ("received",)) -> Callable[[Ledger], Counted]:
    return lambda book: Counted(middle(found := book.minutes(*events, by=PEOPLE, since=since)), len(found))


def most(*events: str) -> Callable[[Ledger], Counted]:
    return lambda book: Counted(max(found := book.minutes(*events, by=PEOPLE), default=None), len(found))


def judged(book: Ledger, **members: str) -> int:
    """Cases closed in the period that ended as this."""
    closed = {story.number: story for story, _ in book.happened(*CLOSINGS)}
    return sum(all(one.members.get(name) == word for name, word in members.items()) for one in closed.values())


def visits(book: Ledger) -> Counted:
    outcomes = [one.body.get("outcome") for _, one in book.happened("return_visited")]
    said = [outcome for outcome in outcomes if outcome in ("satisfied", "dissatisfied")]
    return Counted(share(said.count("satisfied"), len(said)), len(said))


def internal(book: Ledger) -> int:
    return sum(one.members.get("responsible") == "staff" for one in book.complaints)


def asked(book: Ledger) -> Counted:
    told = [one for one in book.answers if one.survey == INQUIRY]
    return Counted(share(sum(bool(one.answers) for one in told), len(told)), len(told))


FIGURES: tuple[Figure, ...] = (
    Figure("received", "收到的事项:首个事件在期内", "cases whose first event fell into the period", "1",
           number(lambda b: len(b.received))),
    Figure("complaints", "其中投诉", "of these, complaints", "1", number(lambda b: len(b.complaints))),
    Figure("external-total", "投诉总数:收到的投诉,不含认定为员工责任的",
           "complaints received, but those where staff was found responsible", "1",
           number(lambda b: len(b.complaints) - internal(b))),
    Figure("internal-total", "内部考核数:收到的投诉中认定为员工责任的",
           "complaints received where staff was found responsible: internal appraisal", "1", number(internal)),
    Figure("accepted", "受理:期内登记", "cases registered in the period", "1", times("registered")),
    Figure("answered", "答复:期内有答复、现场解决或修复确认",
           "cases replied to, settled or confirmed repaired in the period", "1",
           number(lambda b: len(b.answered))),
    Figure("closed", "办结归档或不予受理", "cases archived or refused in the period", "1", times(*CLOSINGS)),
    Figure("open", "期末未办结", "cases open at the end of the period", "1", number(lambda b: len(b.open))),
    Figure("open-overdue", "期末未办结且有承诺超时", "cases open at the end with a promise broken", "1",
           number(lambda b: sum(any(not p.kept for p in one.decided) for one in b.open))),
    Figure("handled-share", "办理率:期内收到的事项中,期末前已答复的",
           "of the cases received, those answered by its end", "1",
           lambda b: some(b.received, lambda one: one.first(*ANSWERS) is not None)),
    Figure("response-share", "响应率:期内收到的事项中,期末前已有人联系或着手的",
           "of the cases received, those that a person contacted or worked on by its end", "1",
           lambda b: some(b.received, b.responded)),
    Figure("on-time-share", "按时率:期内见分晓的承诺中兑现的;一个事项有几个时限就算几个",
           "of the promises decided in the period, those kept; a case counts once for each of its clocks", "1", kept),
    Figure("on-time-share-station", "按时率(本站负责的)", "the same of those the station answers for", "1",
           lambda b: kept(b, "station")),
    Figure("on-time-share-headoffice", "按时率(公司负责的)", "the same of those head office answers for", "1",
           lambda b: kept(b, "headoffice")),
    Figure("broken", "未兑现的承诺", "promises broken in the period", "1",
           number(lambda b: sum(not one.kept for one in b.decided))),
    Figure("response-median", "从收到到首次有人联系或着手的中位数(期内首次)",
           "median from receipt to the first response by a person, where that fell into the period", "min",
           half(*RESPONSES)),
    Figure("response-longest", "同上,最长", "the same, the longest", "min", most(*RESPONSES)),
    Figure("reply-median", "从收到到首次答复的中位数(期内答复)",
           "median from receipt to the first answer, where that fell into the period", "min", half(*ANSWERS)),
    Figure("reply-longest", "同上,最长", "the same, the longest", "min", most(*ANSWERS)),
    Figure("attended-median", "从顾客请负责人或发生争执到有人到场的中位数",
           "median from a call for the manager, or a dispute, until somebody came", "min",
           half("first_contact", "mediated", "settled", since=("called", "disputed"))),
    Figure("reopened", "重新办理", "cases reopened", "1", times("reopened")),
    Figure("appealed", "申诉", "appeals", "1", times("appealed")),
    Figure("outside", "转向外部(主管部门、仲裁、法院)",
           "taken outside: authority, arbitration, court", "1", times("external")),
    Figure("refused", "不予受理", "refused by head office", "1", times("refused")),
    Figure("extended", "延期", "extensions", "1", times("extended")),
    Figure("recurring", "重复发生:同类同对象在规定天数内再次收到",
           "cases received that repeat one of the days before", "1",
           number(lambda b: sum("recurs" in told.body for _, told in b.happened("registered")))),
    Figure("valid", "办结事项中认定有效", "of the closed cases: valid", "1",
           number(lambda b: judged(b, nature="valid"))),
    Figure("concern", "办结事项中认定为关注事件", "of the closed cases: concern", "1",
           number(lambda b: judged(b, nature="concern"))),
    Figure("unfounded", "办结事项中无根据", "of the closed cases: unfounded", "1",
           number(lambda b: judged(b, nature="unfounded"))),
    Figure("visited-share", "回访率:期内答复的事项中,期末前已回访的",
           "of the cases answered in the period, those with a return visit by its end", "1",
           lambda b: some(b.answered, lambda one: one.first("return_visited") is not None)),
    Figure("visits", "回访次数", "return visits in the period", "1", times("return_visited")),
    Figure("visits-satisfied-share", "回访满意率:有明确表态的回访中满意的",
           "of the return visits with an opinion, those satisfied", "1", visits),
    Figure("intake-share", "受理可用率:期内系统没有停机的时间占比;停机从停机前最后一条记录算起,至多多算一小时",
           "of the period, the time in which the station ran; an outage counts from the last fact before it, at most "
           "an hour too long", "1", lambda b: Counted(round(1 - b.away() / (b.end - b.begin), 4))),
    Figure("ratings", "评价数(不含撤回)", "ratings that nobody took back", "1", number(lambda b: len(b.ratings))),
    Figure("satisfied-share", "满意率:评价为4、5的占比", "ratings of 4 or 5 among all ratings", "1",
           lambda b: Counted(share(sum(one.rating >= 4 for one in b.ratings), len(b.ratings)), len(b.ratings))),
    Figure("rating-mean", "平均评价(1 到 5)", "mean rating, 1 to 5", "1",
           lambda b: Counted(mean(one.rating for one in b.ratings), len(b.ratings))),
    Figure("asked", "月度征询:询问的来客数", "visitors asked in the inquiry", "1",
           number(lambda b: sum(one.survey == INQUIRY for one in b.answers))),
    Figure("asked-share", "月度征询:愿意回答的占比", "of these, those who answered", "1", asked),
)  # fmt: skip
NAMED = {figure.name: figure for figure in FIGURES}
