"""Which reports there are, as a table: of what length of time, what is in them, what a person has to do."""

from __future__ import annotations

from typing import NamedTuple

from agent.core.reports.period import Length

MASTER = ("station-master", "head-office")
STAFF = ("attendant", "shift-leader", "station-master", "head-office")


class Kind(NamedTuple):
    """`deed`: the event that does the duty; until then, `within` days after the period's end, it is open, and then the
    alarm sounds. `public`: made for everybody, so nothing in it is small. `source`: where the policies ask for it."""

    name: str
    length: Length
    zh: str
    en: str
    source: str
    figures: tuple[str, ...]
    tables: tuple[str, ...]
    deed: str = ""
    within: int = 0
    alarm: str = ""
    public: bool = False


FLOW = ("received", "complaints", "accepted", "answered", "closed", "open", "open-overdue")
RATES = (
    "handled-share",
    "response-share",
    "on-time-share",
    "on-time-share-station",
    "on-time-share-headoffice",
    "broken",
)
TIMES = ("response-median", "response-longest", "reply-median", "reply-longest")
OUTCOMES = ("valid", "concern", "unfounded", "reopened", "appealed", "outside", "refused", "extended", "recurring")
OPINION = ("ratings", "satisfied-share", "rating-mean")
VISITS = ("visits", "visited-share", "visits-satisfied-share")

KINDS: dict[str, Kind] = {kind.name: kind for kind in (
    Kind("briefing", "month", "用户信息通报会材料", "pack of the monthly briefing", "000-I2",
         (*FLOW, *RATES, *TIMES, "attended-median", *OUTCOMES, *OPINION, *VISITS, "asked", "asked-share"),
         ("by-topic", "reasons", "notable", "open"), "held", 31, "briefing-missed"),
    Kind("statistics", "month", "月度统计分析", "monthly statistics", "003-D14, 003-B8",
         (*FLOW, "external-total", "internal-total", *RATES, *TIMES, "attended-median", *OUTCOMES, *OPINION, *VISITS,
          "asked", "asked-share", "intake-share"),
         ("by-kind", "by-topic", "by-object", "by-channel", "by-day", "by-hour", "by-shift", "by-duty", "reasons",
          "stages", "promises", "surveys"), "noted", 31, "report-late"),
    Kind("publication", "month", "受理办理情况公布", "what is published", "003-K5, 003-A4.1",
         ("received", "accepted", "answered", "closed", "handled-share", "on-time-share", "response-median",
          "reply-median", "reply-longest", "valid", "concern", "unfounded", *OPINION),
         ("by-topic", "stages"), public=True),
    Kind("return-visits", "quarter", "回访报告", "return visits", "003-I16",
         ("answered", *VISITS, "reopened", "appealed"), ("modes", "surveys", "unhappy"),
         "reviewed", 15, "report-late"),
    Kind("stars", "quarter", "服务之星提名", "service stars proposed", "000-C8", OPINION, ("stars",)),
)}  # fmt: skip
REVIEW = "review"  # of every day: what came in was read by the station master; no figures but what is open
INQUIRY_ALARM = "inquiry-missed"
