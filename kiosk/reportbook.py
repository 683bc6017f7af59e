"""Reports as the staff see them: which there are, and what is in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Words = Mapping[str, str]  # language → text


@dataclass(frozen=True, slots=True)
class ReportLine:
    """`state`: open, done, late, none: its duty; `deed`: what does it, empty: nothing is to be done."""

    id: str
    title: Words
    period: str
    state: str
    deed: str = ""


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """`value` as a person reads it; `of`: how many it is made of, empty: it is a count itself."""

    words: Words
    value: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """`plot`: a drawing of one of its columns, SVG; empty: none."""

    words: Words
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    plot: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did with it, or said of it."""

    event: str
    by: str
    at: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ReportSheet:
    line: ReportLine
    span: str
    figures: tuple[ReportFigure, ...]
    tables: tuple[ReportTable, ...] = ()
    deeds: tuple[Deed, ...] = ()
    digest: str = ""
