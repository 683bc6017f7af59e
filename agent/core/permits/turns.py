"""What the station does about work permits: issue, enter, put devices into maintenance, never forget an open one."""

from __future__ import annotations

from dataclasses import replace

from agent.core.alarms import panel
from agent.core.emergency.turns import person
from agent.core.messages.stamp import iso, local, utc_of
from agent.core.model import Body, Effect, Fact, Tick
from agent.core.permits import gates, maintenance
from agent.core.permits.permit import OPEN, WORKING, Deed, Permit, describe, enter
from agent.core.state import Forms, State, Step, Taken
from drivers.model import Instant
from kiosk.model import Receipt, Refusal
from kiosk.safety import PermitAct, Stopped

EXPIRED = "permit-expired"
HAND = "手"  # ends the number of one that was entered from paper
TEXTS = {
    "issued": "签发", "measured": "安全措施已确认", "briefed": "安全交底已签", "tested": "气体检测", "printed": "打印",
    "permitted": "许可开工", "interrupted": "间断", "resumed": "恢复", "extended": "延期", "transferred": "转移负责人",
    "crew_changed": "人员变更", "visited": "签发人到场检查", "day_ended": "收工检查", "work_ended": "工作终结",
    "test_filled": "试加气", "permit_ended": "工作票终结", "voided": "作废",
}  # fmt: skip


def acted(state: State, form: PermitAct, now: Instant) -> Taken:
    """A new permit, or one more event of one."""
    if person(state, form.by) is None:
        return state, [], Refusal("invalid", f"by: {form.by!r} is unknown")
    if form.event == "issued":
        permit, why = issue(state, form, now)
    else:
        permit, why = go_on(state, form, now)
    if permit is None:
        return state, [], Refusal("invalid", why)
    state = replace(state, permits={**state.permits, permit.number: permit})
    state, facts = settle(state, now)
    copies = {"copy": str(permit.prints)} if form.event == "printed" and permit.prints > 1 else {}
    return state, [fact_of(state, permit, form.event, now), *facts], Receipt(permit.number, copies)


def issue(state: State, form: PermitAct, now: Instant) -> tuple[Permit | None, str]:
    """The permit, or why it is not issued."""
    said, kinds = form.said, state.setup.kinds.kinds
    kind = kinds.get(str(said.get("kind")))
    if kind is None:
        return None, f"kind: {said.get('kind')!r}; one of {', '.join(kinds)}"
    for key in ("from", "until"):
        if key in said and not gates.is_moment(said[key]):
            return None, f"{key}: a time as 2026-11-22T08:15:00+08:00"
    parent = state.permits.get(str(said.get("parent", "")))
    if said.get("parent") and (parent is None or parent.state not in OPEN):
        return None, f"parent: {said['parent']!r} is not open"
    since = utc_of(said["from"]) if "from" in said else now.utc
    hours = said.get("hours", kind.hours)
    until = utc_of(said["until"]) if "until" in said else since + float(hours) * gates.HOUR
    duties = {duty: str(said[duty]) for duty in ("permitter", "leader", "guardian") if said.get(duty)}
    paper = said.get("paper") is True
    permit = Permit(
        next_number(state, str(said.get("section", "A")), paper, now), kind.id, str(said.get("work", "")),
        str(said.get("place", "")), strings(said.get("devices")), duties | ({} if kind.sheet else {"issuer": form.by}),
        strings(said.get("crew")), since, until, parent=str(said.get("parent", "")), paper=paper,
        deeds=(Deed("issued", form.by, now.utc),),
    )  # fmt: skip
    if parent and parent.duties.get("leader") == permit.duties.get("leader"):
        return None, "leader: of all teams may not be a team's leader too"
    why = next(gates.to_issue(permit, kind, now), "")
    return (None, why) if why else (permit, "")


def go_on(state: State, form: PermitAct, now: Instant) -> tuple[Permit | None, str]:
    """The permit with one more event, or why it cannot be entered."""
    permit = state.permits.get(form.permit)
    if permit is None:
        return None, f"permit: {form.permit!r} is unknown"
    said: Body = dict(form.said)
    if form.event == "permit_ended":
        known = state.setup.devices
        said["dispensers"] = [d for d in permit.devices if d in known and known[d].map.kind == "dispenser"]
    kind = state.setup.kinds.kinds[permit.kind]
    why = next(gates.to_enter(permit, form.event, form.by, said, kind, state.permits, now), "")
    return (None, why) if why else (enter(permit, Deed(form.event, form.by, now.utc, said)), "")


def stopped(state: State, form: Stopped, now: Instant) -> Taken:
    """Somebody works without a permit and was stopped: whoever sees it may, and must, say so."""
    body: Body = {"what": "work-stopped", "place": form.place, "text": form.text, "by": form.by or "kiosk"}
    alarms, facts = panel.sound(
        state.setup, state.alarms, "work-without-permit", now, form.by or "kiosk", again=True, where=form.place
    )
    return replace(state, alarms=alarms), [Fact("audit", "_", body, "station", now), *facts], Receipt("stopped", {})


def ticked(state: State, event: Tick, now: Instant) -> Step:
    """Work goes on and its permit is over: that sounds until it is extended or ended. What never began lapses."""
    if now.clk == "unsynced" or not state.permits:
        return state, []
    effects: list[Effect] = []
    for permit in state.permits.values():
        if permit.state == "issued" and now.utc >= permit.until:
            over = enter(permit, Deed("voided", "station", now.utc, {"why": "never permitted"}))
            state = replace(state, permits={**state.permits, permit.number: over})
            effects.append(fact_of(state, over, "voided", now))
    expired = frozenset(p.number for p in state.permits.values() if p.state in WORKING and now.utc >= p.until)
    alarms, facts = state.alarms, list[Fact]()
    if fresh := sorted(expired - state.expired):
        alarms, facts = panel.sound(
            state.setup, alarms, EXPIRED, now, "station", again=True, permit=fresh[0], text=words(state, fresh)
        )
    elif state.expired and not expired:
        alarms, facts = panel.relieve(state.setup, alarms, EXPIRED, now, "station")
    return replace(state, alarms=alarms, expired=expired), [*effects, *facts]


def words(state: State, numbers: list[str]) -> str:
    """What is over, for the screen."""
    return f"工作票 {'、'.join(numbers)} 已过期,工作未终结 / Permit {', '.join(numbers)} is over, its work is not"


def settle(state: State, now: Instant) -> tuple[State, list[Fact]]:
    """Alarms of devices at work rest; those of devices whose work is over speak again."""
    maintained = maintenance.devices(state.permits.values())
    alarms, facts = maintenance.suppress(state.setup, state.alarms, maintained, now)
    return replace(state, alarms=alarms, maintained=maintained), facts


def fact_of(state: State, permit: Permit, event: str, now: Instant) -> Fact:
    name = state.setup.kinds.kinds[permit.kind].name[0] if permit.kind in state.setup.kinds.kinds else permit.kind
    text = f"{name} {permit.number}:{TEXTS[event]}"
    if event == "extended":
        text += f"至 {iso(permit.until)}"
    return Fact("permit", permit.number, describe(permit, event, text), "station", now)


def next_number(state: State, section: str, paper: bool, now: Instant) -> str:
    """A261126-01: the section, the day as the station tells it, its number of that day; from paper it ends in 手."""
    section = "".join(letter for letter in section if letter.isascii() and letter.isalnum())[:4] or "A"
    prefix = f"{section}{local(now.utc, state.setup.zone):%y%m%d}-"
    count = sum(number.startswith(prefix) for number in state.permits) + 1
    return f"{prefix}{count:02d}{HAND if paper else ''}"


def strings(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


FORMS: Forms = {PermitAct: acted, Stopped: stopped}
