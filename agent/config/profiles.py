"""The service promises: profiles.toml read strictly, and a station's own figures and defaults, its [sla] tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import agent.core.cases as cases
from agent.core.cases.profile import (
    ALLOWED,
    CLASSES,
    MARKS,
    SIDES,
    Clock,
    Limit,
    Mark,
    Profile,
    Profiles,
    Span,
    fill,
    flaws,
    mark,
    service,
    span,
)  # fmt: skip
from agent.core.cases.promises import LNG_ONLY, USUAL, Promises
from drivers.table import Source, Table, load

SHIPPED = Path(cases.__file__).parent / "profiles.toml"


@cache
def shipped() -> Profiles:
    """The profiles of the program itself."""
    profiles, source = read(SHIPPED)
    assert not source.problems, "\n".join(map(str, source.problems))
    return profiles


def read(path: Path) -> tuple[Profiles, Source]:
    """Every profile of a file: each version by its id (`P01@3`), the newest of a key by its key as well."""
    table, source = load(path)
    found: dict[str, Profile] = {}
    for one in table.tables("profile"):
        profile = read_profile(one)
        if profile.id in found:
            one.problem("version", f"{profile.id} is there already", "the next version")
        found[profile.id] = profile
        if profile.key not in found or found[profile.key].version < profile.version:
            found[profile.key] = profile
    table.end()
    return found, source


def read_profile(table: Table) -> Profile:
    key = table.text("key", pattern=r"[A-Z]\d{1,2}", allowed="a letter and a number, such as P01")
    clocks = []
    for one in table.tables("clock"):
        clocks.append(read_clock(one))
        one.end()
    if not clocks:
        table.problem("clock", "is missing", "[[profile.clock]] tables")
    for index, wrong in flaws(tuple(clocks)):
        table.source.problem((*table.where, "clock", index), wrong, "a chain that runs forward, one clock a stop")
    profile = Profile(
        key,
        table.integer("version", low=1, high=999),
        table.text("name"),
        table.text("source"),
        table.text("zh"),
        table.text("en"),
        tuple(clocks),
        read_duties(table),
        read_counts(table.table("attempts")),
        read_counts(table.table("fine")),
        table.flag("contact", False),
        table.flag("secret", False),
        table.flag("offered", False),
        table.flag("pause", False),
        read_service(table),
    )
    table.end()
    return profile


def read_clock(table: Table) -> Clock:
    start = table.choice("start", MARKS)
    stops = [m for text in table.items("stop", str, "a list of events") if (m := read_mark(table, text))]
    wait = read_span(table, "wait", table.text("wait", "")) if "wait" in table else None
    text = table.content.get("limit")
    blank = text == "unset"
    if blank:
        table.asked.add("limit")
    elif "limit" not in table and wait is None:
        table.problem("limit", "is missing", f'{ALLOWED}, or "unset" where the policy leaves it blank')
    limits = () if blank or "limit" not in table else read_limits(table)
    if wait and limits:
        table.problem("wait", "stands beside a limit", "one of the two")
    return Clock(
        stops[0].event if stops else start,
        start,
        tuple(stops) or (Mark(start),),
        limits,
        wait,
        table.choice("side", SIDES),
        table.text("zh"),
        table.text("en"),
        blank,
        table.flag("optional", False),
    )


def read_mark(table: Table, text: str) -> Mark | None:
    try:
        return mark(text)
    except ValueError as error:
        table.problem("stop", str(error), "one of " + ", ".join(MARKS) + ', or "EVENT by ROLE"')
        return None


def read_span(table: Table, key: str, text: str) -> Span | None:
    try:
        return span(text)
    except ValueError as error:
        table.problem(key, str(error), ALLOWED)
        return None


def read_limits(table: Table) -> tuple[Limit, ...]:
    """One figure, or a table for each class it depends on."""
    if not isinstance(table.content["limit"], dict):
        one = read_span(table, "limit", table.text("limit"))
        return (Limit("", {"": one}),) if one else ()
    found, inner = [], table.table("limit")
    for field in inner.content:
        words = inner.table(field)
        if field not in CLASSES:
            inner.problem(field, "unknown class", "one of " + ", ".join(CLASSES))
            continue
        spans: dict[str, Span] = {}
        for word in words.content:
            if word not in (*CLASSES[field], "*"):
                words.problem(word, f"no {field}", "one of " + ", ".join(CLASSES[field]))
            elif one := read_span(words, word, words.text(word)):
                spans[word] = one
        found.append(Limit(field, spans))
    return tuple(found)


def read_duties(table: Table) -> tuple[tuple[str, str], ...]:
    rows = table.items("duties", list, "a list of [zh, en]", [])
    if any(len(row) != 2 or not all(isinstance(text, str) for text in row) for row in rows):
        table.problem("duties", "holds something else", "a list of [zh, en]")
        return ()
    return tuple((row[0], row[1]) for row in rows)


def read_counts(table: Table) -> Mapping[str, int]:
    """A whole number for each severity."""
    counts = {word: table.integer(word, low=1, high=1000) for word in CLASSES["severity"] if word in table}
    table.end()
    return counts


def read_service(table: Table) -> tuple[int, int] | None:
    text = table.text("service", "")
    try:
        return service(text) if text else None
    except ValueError as error:
        table.problem("service", str(error), "the hours that count")
        return None


# ── the station's own ───────────────────────────────────────────────────────


def read_sla(table: Table, fuels: tuple[str, ...]) -> tuple[Promises, str]:
    """`[sla]`: which kind of case gets which profile; `[sla.P23]`: the operator's own figures, clock by clock.
    And the digest of it all."""
    profiles = shipped()
    usual = dict(LNG_ONLY if fuels == ("lng",) else USUAL)
    keys = [key for key in profiles if "@" not in key]
    own = {key: figures for key in keys if key in table and (figures := read_own(table.table(key), profiles[key]))}
    promises = Promises(profiles, own, usual)
    for kind, key in list(usual.items()):
        key = usual[kind] = table.choice(kind, keys, key)
        if kind in table and profiles[key].offered:
            table.problem(kind, f"{key} may be chosen for a case, but is nobody's default", "another profile")
        elif kind in table and (why := promises.objection(key)):
            table.problem(kind, why, "those figures, or another profile")
    table.end()
    return promises, sha256(repr(promises).encode()).hexdigest()[:16]


def read_own(table: Table, profile: Profile) -> dict[str, str]:
    """The figures of one profile; each problem at its line."""
    own: dict[str, str] = {}
    for name in table.content:
        text = table.text(name)
        try:
            fill(profile, {name: text})
            own[name] = text
        except ValueError as error:
            table.problem(name, str(error), f'{ALLOWED}; also "7 wd from EVENT"')
    filled = fill(profile, own)
    for index, wrong in flaws(filled.clocks):
        table.problem(filled.clocks[index].name, wrong, "a chain that runs forward")
    if blanks := [name for name in filled.blanks if name not in table]:
        table.problem("", f"leaves blank: {', '.join(blanks)}", f'each of them, such as {blanks[0]} = "24 h"')
    return own
