"""One column of a table as bars: an SVG that needs nobody, prints in black, and says its figures beside the bars."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from agent.core.reports.tables import Cell, Row

BAR, GAP, LEFT, RIGHT, WIDTH = 14, 6, 150, 70, 640


def bars(columns: Sequence[str], rows: Sequence[Row], column: str, title: str) -> str:
    """Empty where nothing has a figure. A share is drawn against 1, a mean against 5, a count against the largest."""
    place = columns.index(column)
    known = [(str(row[0]), row[place]) for row in rows]
    figures = [float(figure) for _, figure in known if isinstance(figure, int | float)]
    if not figures:
        return ""
    most = 1.0 if "share" in column else 5.0 if column.endswith("mean") else max(figures) or 1.0
    drawn = "".join(bar(index, name, figure, most, column) for index, (name, figure) in enumerate(known))
    height = len(known) * (BAR + GAP) + GAP
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}" class="plot">'
        f"<title>{escape(title)}</title>{drawn}</svg>"
    )


def bar(index: int, name: str, figure: Cell, most: float, column: str) -> str:
    y, room = GAP + index * (BAR + GAP), WIDTH - LEFT - RIGHT
    length = round(float(figure) / most * room, 1) if isinstance(figure, int | float) else 0.0
    return (
        f'<text x="{LEFT - 8}" y="{y + BAR - 3}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="{LEFT}" y="{y}" width="{length}" height="{BAR}"/>'
        f'<text x="{LEFT + length + 6}" y="{y + BAR - 3}">{escape(say(figure, column))}</text>'
    )


def say(figure: Cell, column: str) -> str:
    """As a person reads it: a share in per cent, nothing where there is none."""
    if figure is None:
        return "–"
    if "share" in column and isinstance(figure, int | float):
        return f"{100 * figure:.1f} %"
    return f"{figure:g}" if isinstance(figure, float) else str(figure)
