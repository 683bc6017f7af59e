"""A report as a page to print: each figure with its definition, each table, its plots, and room to sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from agent.core.reports import plot
from agent.core.reports.columns import call
from agent.core.reports.kinds import KINDS
from agent.core.reports.tables import NAMED as TABLES

STYLE = """
body { font: 15px/1.5 "Noto Sans CJK SC", sans-serif; max-width: 720px; margin: 2em auto; padding: 0 1em; color: #111 }
h1 { font-size: 1.4em; margin: 0 } h2 { font-size: 1.1em; margin: 1.6em 0 .3em } p { margin: .2em 0; color: #444 }
table { border-collapse: collapse; width: 100%; page-break-inside: avoid }
td, th { border-bottom: 1px solid #bbb; padding: .25em .5em; text-align: left; vertical-align: top }
td.figure { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
small { color: #555 } .plot { width: 100%; font-size: 12px } .plot rect { fill: #2b6cb0 }
.sign { display: flex; gap: 3em; margin-top: 3em } .sign div { flex: 1; border-top: 1px solid #111; padding-top: .3em }
@media print { body { margin: 0; max-width: none } .plot rect { fill: #444 } }
"""
UNITS = {"1": "", "min": " min"}
PEOPLE = (("officer", "反馈专员"), ("deputy", "代理"))
SIGNED = (("站长", "station master"), ("参加人", "attendees"), ("日期", "date"))


def page(station: str, body: Mapping[str, Any], zone: ZoneInfo) -> str:
    """Whole HTML, in Chinese and English, that asks for nothing from the network. `body`: of a `report` fact."""
    return "\n".join(lines(station, body, zone)) + "\n"


def lines(station: str, body: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    kind = KINDS[body["kind"]]
    title = f"{station} {kind.zh} {body['period']}"
    yield f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{escape(title)}</title>'
    yield f"<style>{STYLE}</style><h1>{escape(title)}</h1><p>{escape(kind.en)}, {body['report']}</p>"
    begin, end = (f"{datetime.fromisoformat(body[at]).astimezone(zone):%Y-%m-%d %H:%M}" for at in ("from", "to"))
    yield f"<p>{begin} – {end}</p>"
    people = " · ".join(
        f"{zh} {body[role]}" for role, zh in (("officer", "反馈专员"), ("deputy", "代理")) if role in body
    )
    yield f"<p>{escape(people)}</p>" if people else ""
    yield "<h2>数据及口径 Figures and what they mean</h2><table>"
    for one in body["figures"]:
        of = f"<br><small>n = {one['of']}</small>" if "of" in one else ""
        yield (
            f"<tr><td>{escape(one['zh'])}<br><small>{escape(one['en'])}</small></td>"
            f'<td class="figure">{escape(figure(one))}{of}</td></tr>'
        )
    yield "</table>"
    for told in body["tables"]:
        yield from table(told)
    yield '<div class="sign">' + "".join(f"<div>{zh} {en}</div>" for zh, en in SIGNED) + "</div>"
    source = f"epoch {body['epoch']}, 1–{body['through']}" if "through" in body else ""
    yield f"<p><small>由本站流水计算,可复算 / reckoned from the station's facts {source}</small></p>"
    yield f"<p><small>{body['digest']}</small></p></html>"


def figure(told: Mapping[str, Any]) -> str:
    if "below" in told:
        return f"< {told['below']}"
    return plot.say(told.get("value"), told["figure"]) + (UNITS.get(told["unit"], "") if "value" in told else "")


def table(told: Mapping[str, Any]) -> Iterator[str]:
    columns, rows, drawn = told["columns"], told["rows"], TABLES[told["table"]].plot
    yield f"<h2>{escape(told['zh'])} <small>{escape(told['en'])}</small></h2>"
    if not rows:
        yield "<p>无 none</p>"
        return
    if drawn:
        yield plot.bars(columns, rows, drawn, told["zh"])
    yield "<table><tr>" + "".join(f"<th>{escape(call(name))}</th>" for name in columns) + "</tr>"
    for row in rows:
        cells = (plot.say(cell, name) for cell, name in zip(row, columns, strict=True))
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
    yield "</table>" + (f"<p>… {told['left_out']}</p>" if "left_out" in told else "")
