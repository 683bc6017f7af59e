"""Dangerous behaviour that was stopped: what it was and how it ended; who did not comply is told of at once."""

from __future__ import annotations

from dataclasses import replace

from agent.core.alarms import panel
from agent.core.model import Body, Effect, Fact
from agent.core.state import Forms, State, Taken
from drivers.model import Instant
from kiosk.model import Receipt
from kiosk.safety import Conduct

CODES = {  # what is asked of those who come, and what was not kept
    "parking": "未按指挥停车", "distance": "未保持距离", "smoking": "吸烟", "speed": "超速", "engine": "未熄火",
    "vehicle": "禁入车辆", "person": "酒后或携带儿童",
}  # fmt: skip
ENDED = {"complied": "已改正", "left": "已离站", "refused": "不听劝阻", "forced": "已强制制止"}
HEARD = ("refused", "forced")  # the station master hears of these at once


def noted(state: State, form: Conduct, now: Instant) -> Taken:
    text = f"{CODES[form.code]}:{ENDED[form.ended]}"
    body: Body = {"what": "conduct-stopped", "code": form.code, "ended": form.ended, "by": form.by, "text": text}
    facts: list[Effect] = [Fact("audit", "_", body | ({"note": form.note} if form.note else {}), "station", now)]
    if form.ended in HEARD:
        alarms, told = panel.sound(
            state.setup, state.alarms, "conduct", now, form.by, again=True, text=f"{text} / {form.code}: {form.ended}"
        )
        state, facts = replace(state, alarms=alarms), [*facts, *told]
    return state, facts, Receipt(form.code, {})


FORMS: Forms = {Conduct: noted}
