"""JSON Schema 2020-12 of every message, made of the types in bodies.py; and the judgement of one message by it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from agent.core.messages import (
    alarmbodies,
    balancebodies,
    bodies,
    casebodies,
    fillbodies,
    officebodies,
    reportbodies,
    shapes,
    shiftbodies,
)
from agent.core.messages.envelope import SCHEMAS

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Kind(NamedTuple):
    """One type of message: under which kind of topic it travels, its place in a lane, its body."""

    topic: str
    place: type
    body: type


UP: dict[str, Kind] = {
    "gse.status.v1": Kind("status", shapes.Nowhere, bodies.Status),
    "gse.birth.v1": Kind("birth", shapes.Nowhere, bodies.Birth),
    "gse.config.v1": Kind("config", shapes.Nowhere, bodies.Reported),
    "gse.hello.v1": Kind("hello", shapes.Nowhere, bodies.Hello),
    "gse.tele.v1": Kind("tele", shapes.OnTrace, bodies.Tele),
    "gse.diag.v1": Kind("diag", shapes.OnTrace, bodies.Diag),
    "gse.total.v1": Kind("total", shapes.OnFact, bodies.Total),
    "gse.fill.v1": Kind("fill", shapes.OnFact, fillbodies.Fill),
    "gse.balance.v1": Kind("balance", shapes.OnFact, balancebodies.Balance),
    "gse.shift.v1": Kind("shift", shapes.OnFact, shiftbodies.Shift),
    "gse.alarm.v1": Kind("alarm", shapes.OnFact, bodies.Alarm),
    "gse.alarmreport.v1": Kind("report", shapes.OnFact, alarmbodies.AlarmReport),
    "gse.incident.v1": Kind("report", shapes.OnFact, alarmbodies.IncidentReport),
    "gse.routine.v1": Kind("task", shapes.OnFact, alarmbodies.DutyTask),
    "gse.permit.v1": Kind("permit", shapes.OnFact, alarmbodies.Permit),
    "gse.feedback.v1": Kind("feedback", shapes.OnFact, bodies.Feedback),
    "gse.case.v1": Kind("case", shapes.OnFact, casebodies.Case),
    "gse.calendar.v1": Kind("notice", shapes.OnFact, casebodies.CalendarYear),
    "gse.pii.v1": Kind("pii", shapes.OnFact, bodies.Pii),
    "gse.task.v1": Kind("task", shapes.OnFact, bodies.Task),
    "gse.notice.v1": Kind("notice", shapes.OnFact, officebodies.Notice),
    "gse.survey.v1": Kind("notice", shapes.OnFact, reportbodies.Survey),
    "gse.answers.v1": Kind("feedback", shapes.OnFact, reportbodies.Answers),
    "gse.duty.v1": Kind("shift", shapes.OnFact, reportbodies.Duty),
    "gse.report.v1": Kind("report", shapes.OnFact, reportbodies.Report),
    "gse.meter.v1": Kind("meter", shapes.OnFact, bodies.Meter),
    "gse.audit.v1": Kind("audit", shapes.OnFact, bodies.Audit),
    "gse.finding.v1": Kind("audit", shapes.OnFact, bodies.Finding),
    "gse.gap.v1": Kind("gap", shapes.OnFact, bodies.Gap),
    "gse.checkpoint.v1": Kind("checkpoint", shapes.OnFact, bodies.Checkpoint),
    "gse.reply.v1": Kind("reply", shapes.OnFact, bodies.Reply),
}
FREE = (bodies.Diag, bodies.Audit)  # say more than is described, by design
DOWN: dict[str, type] = {"dn.ack": bodies.Ack, "dn.hello": bodies.Hello, "dn.cmd": bodies.Command}
ARGUMENTS: dict[str, type] = {  # of commands that take some
    **officebodies.ARGUMENTS, **casebodies.ARGUMENTS, **reportbodies.ARGUMENTS, "calendar.put": casebodies.CalendarPut,
}  # fmt: skip
PLAIN: dict[object, Schema] = {
    str: {"type": "string"}, int: {"type": "integer"}, float: {"type": "number"}, bool: {"type": "boolean"},
    NoneType: {"type": "null"}, Any: {},
}  # fmt: skip


def every(strict: bool = False) -> dict[str, Schema]:
    """All schemas by name. `strict`: a member that is not described is wrong; for our own tests, never for a reader."""
    up = {type: message(type, kind, strict) for type, kind in UP.items()}
    down = {name: head(name) | of(body, strict) for name, body in DOWN.items()}
    return up | down | {f"dn.cmd.{name}": command(name, shape, strict) for name, shape in ARGUMENTS.items()}


def command(name: str, arguments: type, strict: bool) -> Schema:
    """A command that takes arguments: `dn.cmd` with these."""
    whole = of(bodies.Command, strict)
    whole["properties"] |= {"args": of(arguments, strict)}
    return head(f"dn.cmd.{name}") | whole | {"required": [*whole["required"], "args"]}


def head(name: str) -> Schema:
    return {"$schema": DIALECT, "$id": f"{SCHEMAS}{name}.json", "title": name}


def message(type: str, kind: Kind, strict: bool) -> Schema:
    """The whole CloudEvents document of one type."""
    envelope, place = of(shapes.Envelope, strict), of(kind.place, strict)
    named = {"type": {"const": type}, "dataschema": {"const": f"{SCHEMAS}{type}.json"}}
    members = envelope["properties"] | named | place["properties"] | {"data": of(kind.body, strict)}
    required = [*envelope["required"], *place["required"], "data"]
    return head(type) | envelope | {"properties": members, "required": required}


# ── types to schemas ────────────────────────────────────────────────────────


def of(shape: Any, strict: bool = False) -> Schema:
    """The schema of one annotation."""
    if shape in PLAIN:
        return dict(PLAIN[shape])
    if is_typeddict(shape):
        return structure(shape, strict)
    origin, args = get_origin(shape), get_args(shape)
    if origin is Annotated:
        return of(args[0], strict) | dict(pair for said in args[1:] for pair in said)
    if origin is NotRequired:
        return of(args[0], strict)
    if origin is Literal:
        return {"enum": list(args)} if len(args) > 1 else {"const": args[0]}
    if origin in (Union, UnionType):
        return {"anyOf": [of(arg, strict) for arg in args]}
    if origin is list:
        return {"type": "array", "items": of(args[0], strict)}
    if origin is tuple:
        count = len(args)
        return {"type": "array", "prefixItems": [of(a, strict) for a in args], "minItems": count, "maxItems": count}
    if origin is dict:
        return {"type": "object", "additionalProperties": of(args[1], strict)}
    raise TypeError(f"{shape!r} cannot be said in JSON Schema")


def structure(shape: type, strict: bool) -> Schema:
    hints = get_type_hints(shape, include_extras=True)
    said: Schema = {
        "type": "object",
        "properties": {name: of(hint, strict) for name, hint in hints.items()},
        "required": [name for name, hint in hints.items() if get_origin(hint) is not NotRequired],
    }
    return said | {"additionalProperties": False} if strict and shape not in FREE else said


# ── judging ─────────────────────────────────────────────────────────────────


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: is_number(v) and v == v // 1,
    "number": is_number,
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
    "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
}


def misfits(schema: Mapping[str, Any], value: Any, where: str = "") -> Iterator[str]:
    """What of a value does not fit, one sentence each; for the keywords that `of` uses."""
    if "type" in schema and not TYPES[schema["type"]](value):
        yield f"{where or 'the message'}: {str(value)[:40]!r} is no {schema['type']}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{where}: {str(value)[:40]!r}; {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {str(value)[:40]!r}; one of {', '.join(map(str, schema['enum']))}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{where}: {value[:40]!r}; {schema['pattern']}"
    elif schema.get("format") == "date-time" and not is_moment(value):
        yield f"{where}: {value[:40]!r} is on no calendar"
    if isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
        yield f"{where}: {len(value)} characters; at most {schema['maxLength']}"
    if is_number(value) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{where}: {value}; {schema.get('minimum', '')} to {schema.get('maximum', '')}"
    if "anyOf" in schema and not any(not list(misfits(one, value)) for one in schema["anyOf"]):
        yield f"{where}: {str(value)[:40]!r} is none of what is allowed"
    if isinstance(value, list):
        yield from misfits_of_list(schema, value, where)
    if isinstance(value, dict):
        yield from misfits_of_object(schema, value, where)


def is_moment(text: str) -> bool:
    """True for a day and an hour that there are: 2026-02-30 fits every pattern."""
    try:
        return datetime.fromisoformat(text).year > 1
    except ValueError:
        return False


def misfits_of_list(schema: Mapping[str, Any], value: list[Any], where: str) -> Iterator[str]:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield f"{where}: {len(value)} items; {schema['minItems']}"
    each = schema.get("prefixItems") or [schema.get("items", {})] * len(value)
    for number, (item, inner) in enumerate(zip(value, each, strict=False)):
        yield from misfits(inner, item, f"{where}[{number}]")


def misfits_of_object(schema: Mapping[str, Any], value: dict[str, Any], where: str) -> Iterator[str]:
    known, other = schema.get("properties", {}), schema.get("additionalProperties", {})
    yield from (f"{where}.{name}: missing".lstrip(".") for name in schema.get("required", ()) if name not in value)
    for name, inner in value.items():
        if name in known:
            yield from misfits(known[name], inner, f"{where}.{name}".lstrip("."))
        elif other is False:
            yield f"{where}.{name}: is not described".lstrip(".")
        else:
            yield from misfits(other, inner, f"{where}.{name}".lstrip("."))
