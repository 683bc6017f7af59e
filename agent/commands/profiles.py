"""The service promises: a list, or one profile's clocks in words, as this station keeps them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from agent.cli import BAD_CONFIGURATION
from agent.commands.station_file import read_or_tell
from agent.config.profiles import shipped
from agent.core.cases.profile import Clock, Profile, Span, fill
from agent.core.cases.promises import Promises

SUMMARY = "the promises of complaints and repairs; one profile's clocks in words, zh and en"

RULE = """\
min, h: round the clock, from the instant of the start event / 分钟、小时:自起点起连续计算
d, wd: calendar and working days, to 24:00 of the n-th day after the day of the start (day 0)
       日、工作日:起点当日为第0日,到第n日24:00止;调休上班日算工作日"""
UNITS = {
    "min": ("minutes", "分钟"), "h": ("hours", "小时"), "d": ("calendar days", "日"),
    "wd": ("working days", "个工作日"),
}  # fmt: skip
SIDES = {
    "station": "the station / 本站", "headoffice": "head office / 总部",
    "holder": "the station, head office once handed over / 本站,移交后为总部",
}  # fmt: skip
NOTES = {
    "contact": "a way to reach the customer is asked for / 须留联系方式",
    "secret": "who told it is for head office alone / 举报人信息仅总部可见",
    "offered": "may be chosen, is never the default / 可选用,不作默认",
    "pause": "on_hold stops its clocks / 挂起期间不计时",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("profile", nargs="?", metavar="PROFILE", help="such as P11, or P11@1")
    parser.add_argument("-c", "--config", type=Path, metavar="station.toml", help="with this station's own figures")


def run(args: argparse.Namespace) -> int:
    promises = Promises(shipped())
    if args.config:
        config = read_or_tell(args.config)
        if config is None:
            return BAD_CONFIGURATION
        promises = config.promises
    keys = promises.keys()
    if args.profile is None:
        for key in keys:
            print(row(promises.profiles[key], [kind for kind, usual in promises.usual.items() if usual == key]))
        return 0
    if args.profile not in promises.profiles:
        print(f"{args.profile}: no such profile; known: {', '.join(keys)}", file=sys.stderr)
        return 1
    profile = promises.profiles[args.profile]
    print("\n".join(page(fill(profile, promises.own.get(profile.key, {})))))
    return 0


def row(profile: Profile, kinds: list[str]) -> str:
    blanks = f"  (to be filled: {', '.join(profile.blanks)})" if profile.blanks else ""
    return f"{profile.id:7} {profile.en}{blanks}" + (f"  [{', '.join(kinds)}]" if kinds else "")


def page(profile: Profile) -> Iterator[str]:
    yield f"{profile.id} {profile.name}    source: {profile.source}"
    yield from ("", profile.zh, profile.en, "")
    for clock in profile.clocks:
        yield f"{clock.name:14} {clock.zh} / {clock.en}"
        yield f"{'':14} {clock.start} → {' | '.join(map(str, clock.stops))}    {SIDES[clock.side]}"
        yield from (f"{'':14} {line}" for line in limit(clock))
        yield ""
    if profile.service:
        opens, closes = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in profile.service)
        yield f"minutes and hours count from {opens} to {closes} / 分钟、小时只计 {opens} 至 {closes}"
    if profile.attempts:
        yield f"attempts before it is escalated / 处理次数上限: {counts(profile.attempts)}"
    if profile.fine:
        yield f"fine for a breach, CNY / 逾期罚款(元): {counts(profile.fine)}"
    yield from (text for name, text in NOTES.items() if getattr(profile, name))
    yield from (f"· {zh} / {en}" for zh, en in profile.duties)
    yield RULE


def counts(figures: Mapping[str, int]) -> str:
    return ", ".join(f"{word} {number}" for word, number in figures.items())


def limit(clock: Clock) -> Iterator[str]:
    """`≤ 3 working days 3个工作日`; one line a class where it depends on one."""
    if clock.wait:
        yield f"≥ {words(clock.wait)} (not before / 不早于)"
    if clock.blank:
        yield "left blank in the text / 原文空白" + ("" if clock.optional else ": [sla] fills it / 须填写")
    for one in clock.limits:
        told = "; ".join(f"{word}: {words(s)}" if word else words(s) for word, s in one.spans.items())
        yield f"{one.field} ≤ {told}".strip()
    if len(clock.limits) > 1:
        yield "the strictest of these / 以上取最严"


def words(span: Span) -> str:
    if span.unit == "promised":
        return "the date promised 承诺日期"
    if span == Span(0, "d"):
        return "the same day 当日"
    en, zh = UNITS[span.unit]
    return f"{span.number} {en if span.number != 1 else en[:-1]} {span.number}{zh}"
