"""Every breakdown there is, as a table: by what, its columns, and how facts make its rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from agent.core.messages.stamp import iso, local
from agent.core.reports.ledger import PEOPLE, Ledger, mean, middle, share
from agent.core.reports.story import ANSWERS, RESPONSES, Story

Cell = str | int | float | None
Row = list[Cell]
Thing = TypeVar("Thing")
LONGEST = 40  # rows
STAGES = (
    "registered", "acked", "forwarded", "first_contact", "plan_ready", "investigated", "handled", "rectified",
    "replied", "followup", "return_visited", "archived",
)  # fmt: skip


class Breakdown(NamedTuple):
    """`columns`: the first names the row; `counts`: of these, which are counts of people or cases."""

    name: str
    zh: str
    en: str
    columns: tuple[str, ...]
    rows: Callable[[Ledger], list[Row]]
    counts: tuple[str, ...] = ("received",)
    plot: str = ""  # the column that is drawn


def groups(things: Iterable[Thing], by: Callable[[Thing], Iterable[str]]) -> dict[str, list[Thing]]:
    found: dict[str, list[Thing]] = defaultdict(list)
    for one in things:
        for name in by(one):
            found[name].append(one)
    return found


def cases(member: str) -> Callable[[Ledger], list[Row]]:
    """Cases received, by one of their members: how many, how many complaints, answered, kept, broken promises."""

    def rows(book: Ledger) -> list[Row]:
        by = groups(book.received, lambda one: [str(one.members.get(member) or "-")])
        return sorted((case_row(name, found) for name, found in by.items()), key=falling)

    return rows


def case_row(name: str, found: list[Story]) -> Row:
    complaints = sum(one.members.get("kind") == "complaint" for one in found)
    answered = sum(one.first(*ANSWERS) is not None for one in found)
    decided = [promise.kept for one in found for promise in one.decided]
    return [name, len(found), complaints, answered, share(sum(decided), len(decided))]


def falling(row: Row) -> tuple[float, str]:
    return -float(row[1] or 0), str(row[0])


CASE_COLUMNS = ("received", "complaints", "answered", "on-time-share")


def rated(by: Callable[[Ledger, float], Iterable[str]], every: Iterable[str] = ()) -> Callable[[Ledger], list[Row]]:
    """Ratings by their moment: how many, the share of 4 and 5, the mean."""

    def rows(book: Ledger) -> list[Row]:
        found = groups(book.ratings, lambda one: by(book, one.utc))
        names = [*every] or sorted(found)
        return [[name, *rating_cells([one.rating for one in found.get(name, [])])] for name in names]

    return rows


def rating_cells(found: list[int]) -> Row:
    return [len(found), share(sum(one >= 4 for one in found), len(found)), mean(found)]


RATED = ("ratings", "satisfied-share", "rating-mean")
HOURS = tuple(f"{hour:02d}" for hour in range(24))


def hour(book: Ledger, utc: float) -> list[str]:
    return [f"{local(utc, book.zone):%H}"]


def day(book: Ledger, utc: float) -> list[str]:
    return [f"{local(utc, book.zone):%Y-%m-%d}"]


def shift(book: Ledger, utc: float) -> list[str]:
    """The shift by its hours: `08:00-20:00`."""
    begins = sorted(book.terms.shifts)
    moment = local(utc, book.zone)
    minute = moment.hour * 60 + moment.minute
    last = max((begin for begin in begins if begin <= minute), default=begins[-1])
    after = begins[(begins.index(last) + 1) % len(begins)]
    return [f"{last // 60:02d}:{last % 60:02d}-{after // 60:02d}:{after % 60:02d}"]


def duty(book: Ledger, utc: float) -> tuple[str, ...]:
    return book.on_duty(utc)


def reasons(book: Ledger) -> list[Row]:
    """Why ratings were low, and why they were high."""
    low = Counter(reason for one in book.ratings if one.rating <= 2 for reason in one.reasons)
    high = Counter(reason for one in book.ratings if one.rating >= 4 for reason in one.reasons)
    return sorted(([name, low[name], high[name]] for name in {*low, *high}), key=falling)


def stages(book: Ledger) -> list[Row]:
    """How long after receipt each stage was reached, of those that were reached in the period."""
    found = ((name, book.minutes(name)) for name in STAGES)
    return [[name, len(minutes), middle(minutes), max(minutes)] for name, minutes in found if minutes]


def promises(book: Ledger) -> list[Row]:
    by = groups(book.decided, lambda one: [f"{one.profile} {one.stop}".strip()])
    rows: list[Row] = []
    for name, found in by.items():
        kept = sum(one.kept for one in found)
        rows.append([name, len(found), kept, len(found) - kept])
    return sorted(rows, key=lambda row: str(row[0]))


def survey_items(book: Ledger) -> list[Row]:
    """Of each questionnaire: how many were handed out and answered; of each item the mean."""
    rows: list[Row] = []
    for survey in sorted({one.survey for one in book.answers}):
        told = [one for one in book.answers if one.survey == survey]
        answered = [one.answers for one in told if one.answers]
        rows.append([survey, len(told), len(answered), share(len(answered), len(told)), None])
        for item in sorted({item for answers in answered for item in answers}):
            given = [answers[item] for answers in answered if item in answers]
            rows.append([f"{survey}.{item}", len(told), len(given), share(len(given), len(told)), mean(given)])
    return rows


def waiting(book: Ledger) -> list[Row]:
    """What is not closed at the end of the period, the oldest first."""
    found = sorted(book.open, key=lambda one: one.received)[:LONGEST]
    return [
        [
            one.number,
            one.members.get("topic"),
            iso(one.received),
            one.told[-1].event,
            broken(one),
        ]
        for one in found
    ]


def broken(story: Story) -> int:
    return sum(not promise.kept for promise in story.decided)


UNUSUAL = ("appealed", "external", "reopened", "disputed")


def notable(book: Ledger) -> list[Row]:
    """Cases worth being talked about: major, broken promises, gone up or outside, or named so by the station master."""
    found = []
    for one in book.stories:
        why = [word for word, is_so in (
            ("major", one.members.get("major") is True and one.received >= book.begin),
            ("broken", any(not p.kept and p.utc >= book.begin for p in one.decided)),
            ("notable", one.members.get("notable") is True and one.received >= book.begin),
            ("recurs", any("recurs" in told.body for told in one.within(book.begin, "registered"))),
            *((event, bool(one.within(book.begin, event))) for event in UNUSUAL),
        ) if is_so]  # fmt: skip
        if why:
            found.append([one.number, one.members.get("topic"), ", ".join(why)])
    return found[:LONGEST]


def unhappy(book: Ledger) -> list[Row]:
    """Return visits that ended dissatisfied, and what was done after."""
    return [
        [story.number, story.members.get("topic"), next((t.event for t in story.told if t.utc > one.utc), "-")]
        for story, one in book.happened("return_visited")
        if one.body.get("outcome") == "dissatisfied"
    ][:LONGEST]


def modes(book: Ledger) -> list[Row]:
    by = Counter(str(one.body.get("mode") or "-") for _, one in book.happened("return_visited"))
    return sorted(([mode, number] for mode, number in by.items()), key=falling)


def stars(book: Ledger) -> list[Row]:
    """Who was on duty when customers were satisfied; without enough ratings nobody is proposed. Numbers, not names."""
    found = groups(book.ratings, lambda one: book.on_duty(one.utc))
    upheld = Counter(one.members.get("object") for one in book.complaints if one.members.get("nature") == "valid")
    speed: dict[str, list[float]] = defaultdict(list)
    for story in book.received:
        if first := story.first(*RESPONSES, by=PEOPLE):
            speed[first.name].append((first.utc - story.received) / 60)
    rows: list[Row] = [
        [person, *rating_cells([one.rating for one in ratings]), upheld[person], middle(speed[person])]
        for person, ratings in found.items()
        if len(ratings) >= book.terms.sample
    ]
    return sorted(rows, key=lambda row: (int(row[4] or 0), -float(row[3] or 0), str(row[0])))


BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown("by-kind", "按类型", "by kind", ("kind", *CASE_COLUMNS), cases("kind"), CASE_COLUMNS[:3]),
    Breakdown("by-topic", "按主题", "by topic", ("topic", *CASE_COLUMNS), cases("topic"), CASE_COLUMNS[:3], "received"),
    Breakdown("by-object", "按对象(设备、枪、工号)", "by what it is about: device, gun, person",
              ("object", *CASE_COLUMNS), cases("object"), CASE_COLUMNS[:3], "received"),
    Breakdown("by-channel", "按渠道", "by channel", ("channel", *CASE_COLUMNS), cases("channel"), CASE_COLUMNS[:3]),
    Breakdown("by-day", "每日评价", "ratings by day", ("day", *RATED), rated(day), RATED[:1], "satisfied-share"),
    Breakdown("by-hour", "各时段评价", "ratings by the hour of the day", ("hour", *RATED), rated(hour, HOURS),
              RATED[:1], "satisfied-share"),
    Breakdown("by-shift", "各班次评价", "ratings by shift", ("shift", *RATED), rated(shift), RATED[:1],
              "satisfied-share"),
    Breakdown("by-duty", "当班人员(工号)的评价", "ratings by who was on duty", ("person", *RATED), rated(duty),
              RATED[:1]),
    Breakdown("reasons", "评价原因", "reasons of ratings of 1 and 2, and of 4 and 5", ("reason", "low", "high"),
              reasons, ("low", "high"), "low"),
    Breakdown("stages", "从收到到各阶段(分钟)", "minutes from receipt to each stage, where it fell into the period",
              ("stage", "cases", "median", "longest"), stages, ("cases",)),
    Breakdown("promises", "各项承诺", "promises decided in the period", ("promise", "decided", "kept", "broken"),
              promises, ("decided", "kept", "broken")),
    Breakdown("surveys", "问卷:发出、回收、回收率、均分", "questionnaires: handed out, answered, response rate, mean",
              ("item", "asked", "answered", "answered-share", "mean"), survey_items, ("asked", "answered")),
    Breakdown("open", "未办结事项", "cases not closed", ("case", "topic", "received", "last", "broken"), waiting, ()),
    Breakdown("notable", "典型事项", "cases worth being talked about", ("case", "topic", "why"), notable, ()),
    Breakdown("unhappy", "回访不满意及其后续", "return visits that ended dissatisfied, and what followed",
              ("case", "topic", "then"), unhappy, ()),
    Breakdown("modes", "回访方式", "return visits by way", ("mode", "visits"), modes, ("visits",)),
    Breakdown("stars", "服务之星提名(样本足够者)",
              "service stars proposed: enough ratings on duty, fewest upheld complaints, best mean",
              ("person", *RATED, "upheld", "response-median"), stars, ("ratings",)),
)  # fmt: skip
NAMED = {one.name: one for one in BREAKDOWNS}
