"""One message as one line that a person reads: what came, of whom, and the essence of its body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

Body = Mapping[str, Any]
WIDTH = 11  # of the kind, so that the lines stand in columns
DULL = ("case", "alarm", "receipt", "text", "findings", "consequence", "response", "device", "model")


def line(topic: str, message: Body, zone: tzinfo | None = None) -> str:
    """`08:15:30.1  alarm  silent.dispenser-2  unacknowledged (medium): …` of a topic and its CloudEvents message.

    The hour is the moment the message speaks of, on the clock of `zone` (None: this machine's).
    """
    kind, id = [*topic.split("/"), "", "", "", "", "", ""][4:6]
    data = message.get("data")
    essence = GISTS.get(kind, plain)(data) if isinstance(data, Mapping) else ""
    return f"{clock(message.get('time'), zone)}  {kind:<{WIDTH}}{'' if id == '_' else id + '  '}{essence}".rstrip()


def clock(time: object, zone: tzinfo | None) -> str:
    """Hours to tenths of a second; dots where the message tells none."""
    try:
        return datetime.fromisoformat(str(time)).astimezone(zone).strftime("%H:%M:%S.%f")[:-5]
    except ValueError:
        return "··:··:··.·"


def news(data: Body, before: Mapping[str, Any]) -> Body:
    """A `tele` body with only those values of its newest sample that differ from `before`; its reasons stay whole."""
    *older, newest = data.get("samples") or [{}]
    values = {point: value for point, value in newest.get("values", {}).items() if before.get(point) != value}
    return {**data, "samples": [*older, {**newest, "values": values, "same": bool(newest.get("values"))}]}


# ── one function a kind ─────────────────────────────────────────────────────


def tele(data: Body) -> str:
    """The newest sample: values, then what cannot be believed and why."""
    samples = data.get("samples") or [{}]
    sample = samples[-1]
    uncertain, bad = sample.get("uncertain", {}), sample.get("bad", {})
    said = [f"{p} {v}{f' ({uncertain[p]}?)' if p in uncertain else ''}" for p, v in sample.get("values", {}).items()]
    by_fault: dict[str, list[str]] = {}
    for point, fault in bad.items():
        by_fault.setdefault(fault, []).append(point)
    everything = not sample.get("values") and not sample.get("same")
    said += [f"✗ {fault}: {'all' if everything else ' '.join(names)}" for fault, names in by_fault.items()]
    return ("" if len(samples) == 1 else f"{len(samples)} samples, last ") + (", ".join(said) or "as before")


def birth(data: Body) -> str:
    return f"{data.get('name')}, software {data.get('software')}: " + ", ".join(
        f"{d.get('name')} ({d.get('model')})" for d in data.get("devices", [])
    )


def total(data: Body) -> str:
    return f"{data.get('total')} {data.get('unit')} ({data.get('reason')})"


def fill(data: Body) -> str:
    """`№ 1042  12.34 kg × 4.98 = 61.45 CNY, 20 MPa, full (gap) — what is wrong`."""
    number = f"№ {data['number']}  " if "number" in data else ""
    price = f" × {data['price']}" if "price" in data else ""
    money = f" = {data['amount']} CNY" if "amount" in data else ""
    ending = data.get("stop") if data.get("ending") == "normal" else data.get("ending")
    rest = [f"{data['pressure_after']} MPa" if "pressure_after" in data else "", ending]
    marks = f" ({', '.join(data['marks'])})" if data.get("marks") else ""
    return ", ".join(filter(None, (f"{number}{data.get('mass')} kg{price}{money}", *rest))) + marks + wrong(data)


def wrong(data: Body) -> str:
    return "".join(f" — {finding.get('text')}" for finding in data.get("findings", []))


def balance(data: Body) -> str:
    """`in 700, out 690, vent 6, Δ 4 ± 11.5 kg: within uncertainty`."""
    sums = ", ".join(f"{name} {data.get(name)}" for name in ("in", "out", "vent"))
    told = f", Δ {data['difference']} ± {data['theoretical']} kg: {data['meaning']}" if "difference" in data else ""
    return f"{sums}{told}{wrong(data)}"


def alarm(data: Body) -> str:
    value = f", {data['value']} {data.get('unit', '')}".rstrip() if "value" in data else ""
    return f"{data.get('state')} ({data.get('severity')}){value}: {data.get('text', '')}"


def feedback(data: Body) -> str:
    if "survey" in data:
        marks = ", ".join(f"{item} {mark}" for item, mark in data.get("answers", {}).items())
        return f"{data['survey']}: {marks or 'declined'}, receipt {data.get('receipt')}"
    if data.get("withdraws"):
        return f"{data.get('receipt')} withdraws {data['withdraws']}"
    why = f" for {', '.join(data['reasons'])}" if data.get("reasons") else ""
    return f"{data.get('rating')} of 5{why}, receipt {data.get('receipt')}"


def case(data: Body) -> str:
    about = " ".join(str(data[k]) for k in ("kind", "topic") if data.get(k))
    text = f": {data['text']}" if data.get("text") else ""
    return f"{data.get('event')} (version {data.get('version')}) {about}{text}"


def report(data: Body) -> str:
    """Whose duty stands how, and the figures that have a value; of alarms and emergencies what was told."""
    if data.get("report") == "incident":
        return f"{data.get('state')}: {data.get('text')}"
    if data.get("report") == "alarms":
        return f"{data.get('raised')} raised, {data.get('standing')} stand, {data.get('floods')} floods"
    known = {one["figure"]: one["value"] for one in data.get("figures", []) if "value" in one}
    said = ", ".join(f"{name} {value}" for name, value in [*known.items()][:6])
    return f"{data.get('event')} by {data.get('by')}, duty {data.get('state')}{f': {said}' if said else ''}"


def permit(data: Body) -> str:
    return f"{data.get('state')}: {data.get('text')}"


def pii(data: Body) -> str:
    return f"contact data, sealed for key {data.get('key')}"


def shift(data: Body) -> str:
    return f"{data.get('nozzle', '')} {data.get('state')} by {data.get('by')}{wrong(data)}".strip()


def status(data: Body) -> str:
    return f"{data.get('state')} since {data.get('since')}"


def audit(data: Body) -> str:
    rest = plain({k: v for k, v in data.items() if k != "what"})
    return f"{data.get('what', '')}: {rest}" if rest else str(data.get("what", ""))


def diag(data: Body) -> str:
    """Figures; of a bus, those of each device."""
    said = [plain(data), *(f"{name}: {plain(inner)}" for name, inner in data.items() if isinstance(inner, Mapping))]
    return "; ".join(filter(None, said))


def plain(data: Body) -> str:
    """A body of any other kind: its plain members."""
    return ", ".join(
        f"{k} {v}"
        for k, v in data.items()
        if not isinstance(v, Mapping | list) and k not in DULL and v not in (None, "")
    )


GISTS: dict[str, Callable[[Body], str]] = {
    "tele": tele, "birth": birth, "total": total, "fill": fill, "balance": balance, "alarm": alarm,
    "feedback": feedback, "case": case, "pii": pii, "permit": permit, "report": report,
    "shift": shift, "status": status, "audit": audit, "diag": diag,
}  # fmt: skip
