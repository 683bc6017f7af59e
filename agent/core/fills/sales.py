"""Which sale the device's registers speak of; and what is told when it is another one than at the poll before."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from agent.core.fills.flowing import LEAST_FILL, grown_of
from agent.core.fills.model import ZERO, Fill, Gun, Mark
from agent.core.fills.record import close
from agent.core.fills.signs import Signs

CLOSE = Decimal("0.2")  # kg, and …
CLOSE_SHARE = Decimal("0.03")  # … of the sale: by which sale and total may differ and still mean the same gas
NOTHING = Decimal("0.05")  # kg: of an absence in which no more flowed, no sale is missing


def another_sale(gun: Gun, signs: Signs) -> bool:
    """The device's registers speak of another sale than at the poll before."""
    if signs.number is not None and gun.number is not None and signs.number != gun.number:
        return True
    if signs.sale is None or gun.sale is None or signs.sale == gun.sale:
        return signs.sale is not None and gun.sale is None and "restart" in gun.away
    if signs.sale < gun.sale:
        return True
    grown, by = grown_of(gun, signs), signs.sale - gun.sale
    numbered = signs.number is not None
    return not numbered and gun.fill is None and gun.restarts and abs(grown - signs.sale) < abs(grown - by)


def origin(gun: Gun, signs: Signs) -> Decimal:
    """The total at which the device's sale began, by its own count; never before what is accounted for."""
    assert gun.total is not None and signs.total is not None
    if signs.sale is None:
        return gun.total
    start = signs.total - signs.sale
    expected = gun.total if gun.fill else gun.total + tolerance(signs.sale)  # an open fill goes on for a while
    return gun.total if start <= expected else min(start, signs.total)


def tolerance(sale: Decimal) -> Decimal:
    return CLOSE + CLOSE_SHARE * sale


def turn_over(gun: Gun, signs: Signs) -> tuple[Gun, list[Fill]]:
    """Another sale: what lies before its beginning is told as it was, or as what it must have been."""
    assert gun.total is not None
    fill, start = gun.fill, origin(gun, signs)
    if fill and is_same(fill, signs):
        fresh = replace(fill, number=signs.number, sale_before=ZERO, sale=signs.sale)
        return replace(gun, fill=fresh), []
    told: list[Fill] = []
    missing = missing_numbers(gun, signs)
    if fill:
        gun, told = give_up(gun, fill, gun.total if missing else start, signs)
    assert gun.total is not None
    least = LEAST_FILL if missing is None else NOTHING if "restart" in gun.away else None
    if least is None or (gun.away and start > gun.total + least):
        gun, unseen = record_unseen(gun, missing, start, signs)
        told += unseen
    return replace(gun, restarts=True), told


def is_same(fill: Fill, signs: Signs) -> bool:
    """The fill under way is this sale: its number came late, or its display was cleared late."""
    if signs.total is None or signs.sale is None:
        return False
    return abs(signs.total - signs.sale - fill.before) <= tolerance(signs.sale) or fill.metered == 0


def missing_numbers(gun: Gun, signs: Signs) -> tuple[int, int] | None:
    """First and last sale number that nobody saw."""
    if signs.number is None or gun.number is None or signs.number - gun.number < 2:
        return None
    return gun.number + 1, signs.number - 1


def give_up(gun: Gun, fill: Fill, end: Decimal, signs: Signs) -> tuple[Gun, list[Fill]]:
    """A fill whose end was not seen, since the next sale is there: what flowed after the last poll has no display."""
    assert gun.total is not None
    if gun.phase == "settling":
        return close(gun, replace(fill, after=end))
    blind = end > gun.total
    marks: frozenset[Mark] = fill.marks | gun.away | {"ended-unseen"}
    fill = replace(fill, after=end, marks=marks, ending="unseen", sale=None if blind else fill.sale)
    return close(gun, replace(fill, amount=None, stop="") if blind else fill)


def record_unseen(gun: Gun, numbers: tuple[int, int] | None, end: Decimal, signs: Signs) -> tuple[Gun, list[Fill]]:
    """Sales that came and went unseen: one record, with what the total says of them together. `numbers`: None, nobody
    says how many they were."""
    assert gun.total is not None
    first, last = numbers or (None, None)
    marks: frozenset[Mark] = gun.away | {"began-unseen", "ended-unseen"}
    if first is None or first != last:
        marks |= {"merged"}
    fill = Fill(
        gun.at or signs.at, signs.at, gun.total, end, first, last if first != last else None, marks=marks,
        ending="unseen",
    )  # fmt: skip
    return close(replace(gun, fill=fill), fill)
