"""The resolved configuration as TOML, for a person to read: every default filled in, every secret masked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agent.config.model import Config
from agent.core.alarms.inputs import SIMPLE
from agent.core.cases.reminders import USUAL_INTERVALS
from agent.core.duties.duty import Duties

MASK = "********"


def show(config: Config) -> str:
    """A station.toml that says the same, whole; what the file itself does not hold stands in comments."""
    return "\n".join(lines(config)) + "\n"


def lines(config: Config) -> Iterator[str]:
    s, m, k = config.station, config.mqtt, config.kiosk
    yield from table("[station]", id=s.id, name=s.name, fuels=s.fuels, timezone=s.zone.key, data=s.data)
    tls = {key: path for key in ("ca", "cert", "key") if m.tls and (path := getattr(m.tls, key))}
    yield from table(
        "[mqtt]", host=m.host, port=m.port, version=m.version, tls=tls if m.tls else None, plain=m.plain or None,
        username=m.username, password_file=m.password_file, root=m.root, history=m.history,
    )  # fmt: skip
    if m.password_file:
        yield f"# password: {MASK}\n"
    yield from table(
        "[kiosk]",
        listen=f"{f'[{k.host}]' if ':' in k.host else k.host}:{k.port}",
        languages=k.languages,
        hotline=k.hotline or None,
        supervision=k.supervision or None,
        reasons=(dict(k.reasons) if all(k.reasons.values()) else [*k.reasons]) or None,
    )
    if paper := config.printer:
        yield from table(
            "[printer]", link=paper.link, port=int(paper.port) if paper.link == "tcp" else paper.port,
            host=paper.host or None, serial=paper.serial or None, columns=paper.columns, chinese=paper.chinese,
            font=paper.font,
        )  # fmt: skip
    yield from table("[store]", retention_days=config.retention_days)
    yield from table("[keys]", station=config.keys.station, head_office=config.keys.head_office)
    for login in config.logins:
        p = login.person
        yield from table("[[person]]", id=p.id, name=p.name, role=p.role, pin_file=login.pin_file)
    f = config.feedback
    yield from table("[feedback]", officer=f.officer or None, deputy=f.deputy or None, identity=f.identity)
    for n in config.nozzles:
        c = n.certificate
        yield from table(
            "[[nozzle]]", name=n.name, device=n.device, fuel=n.fuel, certificate=c.number or None,
            verified_until=c.until and c.until.isoformat(),
        )  # fmt: skip
    w = config.limits
    yield from table(
        "[fills]", increment=w.increment, short=w.short, drained=w.drained,
        **{f"pause_{fuel}": seconds for fuel, seconds in w.pause.items()},
        hours=w.hours and f"{w.hours[0]:%H:%M}-{w.hours[1]:%H:%M}",
    )  # fmt: skip
    g = config.balance
    yield from table(
        "[balance]", inlets=g.inlets or None, composition=g.gas, density=g.density, inlet_error=g.inlet_error,
        dispenser_error=g.dispenser_error, stock_error=g.stock_error, density_error=g.density_error,
        limit=g.limit,
    )  # fmt: skip
    for store in g.stores:
        temperature = store.temperature if isinstance(store.temperature, float) else ".".join(store.temperature)
        yield from table(
            "[[storage]]", name=store.name, volume=store.volume, pressure=".".join(store.pressure),
            temperature=temperature, error=store.error,
        )  # fmt: skip
    duty = config.roster
    yield from table(
        "[shift]", times=[f"{at:%H:%M}" for at in duty.times], draft=duty.draft, late=duty.late,
        unattended=duty.unattended, tolerance=duty.tolerance,
    )  # fmt: skip
    if config.gpio.factory:
        yield from table("[gpio]", factory=config.gpio.factory)
    for i in config.inputs:
        pins = dict(i.pins)
        only = pins.get(SIMPLE)
        yield from table(
            "[[input]]", name=i.input.name, kind=i.input.kind, pin=only, pins=None if only else pins,
            active_high=i.active_high,
        )  # fmt: skip
    for o in config.outputs:
        yield from table("[[output]]", name=o.name, pin=o.pin, active_high=o.active_high)
    for phone in config.plan.phones[: config.plan.own]:
        yield from table("[[phone]]", name=phone.name, number=phone.number)
    yield from table("[permits]", schemes=config.kinds.schemes)
    for kind in (config.kinds.kinds[id] for id in config.kinds.own):
        yield from table(
            "[[permits.type]]", id=kind.id, scheme=kind.scheme, name=kind.name, hours=kind.hours,
            measures=kind.measures, guardian=kind.guardian, gas_test=kind.gas_test, sheet=kind.sheet,
            **{"for": kind.fits or None},
        )  # fmt: skip
    yield from duty_tables(config.duties)
    for b in config.buses:
        tcp = b.link == "tcp"
        yield from table(
            "[[bus]]", name=b.name, link=b.link, host=b.host or None, port=int(b.port) if tcp else b.port,
            serial=b.serial or None, timeout=b.timeout,
        )  # fmt: skip
    for d in config.devices:
        yield f"# {d.map.key}: {d.map.title}; digest {d.map.digest}"
        yield from table(
            "[[device]]", name=d.name, model=d.map.path, bus=d.bus, address=d.address, label=d.label, every=d.every,
            qmax=str(d.qmax) if d.qmax else None,
        )  # fmt: skip
    own = {f"sla.{key}": figures for key, figures in config.promises.own.items()}
    for heading, content in ({"sla": config.promises.usual} | own).items():
        yield from table(f"[{heading}]", **content)
    t = config.terms
    yield from table(
        "[reports]", review=clock(t.review), inquiry=t.inquiry, least=t.least, sample=t.sample,
        shifts=[clock(minute) for minute in t.shifts], within=t.within or None,
    )  # fmt: skip
    waits = {name: str(config.intervals.spans.get(name, "off")) for name in USUAL_INTERVALS.spans}
    yield from table("[reminders]", **waits, recurrence=str(config.intervals.recurrence))
    yield "# alarms, from the shipped rules and this file's own:"
    for r in config.rules:
        limit = f" {r.limit:g} {r.unit}" if r.point else ""
        yield f"#   {r.id}: {r.kind} {r.point}{limit}, {r.severity}: {r.text}"
    yield from (f"# digest of {name}: {digest}" for name, digest in config.digests.items())


def duty_tables(duties: Duties) -> Iterator[str]:
    """What is done by the calendar; equipment as the duty that it is."""
    if duties.usual:
        yield from table("[duties]", usual=True)
    for duty in (duties.duties[id] for id in duties.own):
        often = {"months": duty.months, "since": duty.since and duty.since.isoformat()}
        usual = {
            "every": duty.every, "at": [f"{at:%H:%M}" for at in duty.at], "weekday": duty.weekday, "day": duty.day,
        }  # fmt: skip
        yield from table(
            "[[duty]]", id=duty.id, name=duty.name, **(often if duty.months else usual), working=duty.working,
            within=duty.within, points=duty.points,
        )  # fmt: skip


def table(heading: str, **content: Any) -> Iterator[str]:
    yield heading
    yield from (f"{key} = {value(v)}" for key, v in content.items() if v is not None)
    yield ""


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def value(v: Any) -> str:
    """One value as TOML."""
    match v:
        case bool():
            return "true" if v else "false"
        case int() | float():
            return f"{v:g}" if isinstance(v, float) else str(v)
        case Mapping():
            return "{ " + ", ".join(f"{key} = {value(inner)}" for key, inner in v.items()) + " }"
        case tuple() | list():
            return "[" + ", ".join(value(inner) for inner in v) + "]"
        case str() | Path():
            return json.dumps(str(v), ensure_ascii=False)
    raise TypeError(f"{v!r} has no TOML form")
