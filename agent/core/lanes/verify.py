"""Captured messages, examined as head office would: envelopes, lanes, gaps, duplicates, forks, the chain of facts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from agent.core import seal
from agent.core.lanes import checkpoint
from agent.core.messages import envelope
from agent.core.messages.envelope import GENESIS

Fault = Literal["line", "topic", "envelope", "lane", "fork", "gap", "chain", "signature", "privacy"]
LANES = {
    "fact": ("total fill shift balance alarm feedback case pii meter permit task inspect report notice "
             "checkpoint audit gap reply"),
    "trace": "tele diag",
    "": "status birth hello config",
}  # fmt: skip
LANE_OF = {kind: lane for lane, kinds in LANES.items() for kind in kinds.split()}
HASH = re.compile(r"[0-9a-f]{64}")
PHONE = re.compile(r"(?<![0-9A-Za-z.+/=-])1[3-9]\d{9}(?![0-9A-Za-z.+/=-])")


class Finding(NamedTuple):
    """One thing that is not as the contract says; `line` counts the captured lines from 1, 0 is the whole capture."""

    line: int
    fault: Fault
    text: str


class Seen(NamedTuple):
    """What is kept of a message: enough to know it again and to check its neighbour."""

    line: int
    hash: str
    prev: str


@dataclass
class Ledger:
    """One lane of one epoch of one station."""

    seen: dict[int, Seen] = field(default_factory=dict)
    early: set[int] = field(default_factory=set)  # alarms before anything else: copies the broker retained
    explained: set[range] = field(default_factory=set)  # what a `gap` fact owned up to

    def add(self, seq: int, kind: str, seen: Seen) -> None:
        if kind == "alarm" and len(self.early) == len(self.seen):
            self.early.add(seq)
        self.seen[seq] = seen

    def missing(self) -> Iterator[tuple[int, int]]:
        """Ranges of numbers that came neither themselves nor in a `gap` fact."""
        order = sorted(self.seen.keys() - self.early) or sorted(self.seen)[-1:]
        told = sorted(self.explained | {range(n, n + 1) for n in self.early}, key=lambda r: r.start)
        for before, after in pairwise(order):
            at = before + 1
            for known in (r for r in told if r.start < after and r.stop > at):
                if known.start > at:
                    yield at, known.start - 1
                at = max(at, known.stop)
            if at < after:
                yield at, after - 1


@dataclass
class Report:
    """Everything a capture says about itself."""

    messages: int = 0
    duplicates: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    ledgers: dict[tuple[str, str, str], Ledger] = field(default_factory=dict)  # station, lane, epoch
    others: dict[str, str] = field(default_factory=dict)  # id → hash, of messages outside both lanes
    keys: dict[str, bytes] = field(default_factory=dict)  # station → its public key, as its birth told it
    checkpoints: list[tuple[int, str, str, Mapping[str, Any]]] = field(default_factory=list)
    acks: list[tuple[int, str, Mapping[str, Any]]] = field(
        default_factory=list
    )  # line, station, what head office holds
    findings: list[Finding] = field(default_factory=list)

    def ledger(self, station: str, lane: str, epoch: str) -> Ledger:
        return self.ledgers.setdefault((station, lane, epoch), Ledger())


def verify(lines: Iterable[str]) -> Report:
    """Examine `TOPIC PAYLOAD` lines, as `mosquitto_sub -v` prints them."""
    report = Report()
    for number, text in enumerate(lines, 1):
        text = text.rstrip("\r\n")
        topic, _, payload = text.partition(" ")
        if text and payload != "(null)":  # a retained message taken away
            report.findings += [Finding(number, fault, said) for fault, said in examine(report, number, topic, payload)]
    for (station, lane, epoch), ledger in report.ledgers.items():
        report.findings += [
            Finding(
                0, "gap", f"{station} {lane} epoch {epoch}: {low} to {high} are missing, and no gap message says why"
            )
            for low, high in ledger.missing()
        ]
        if lane == "fact":
            report.findings += list(chain(station, epoch, ledger))
    report.findings += [*signatures(report), *witnessed(report)]
    return report


def examine(report: Report, number: int, topic: str, payload: str) -> Iterator[tuple[Fault, str]]:
    """What is wrong with one line; what it says goes into `report`."""
    levels = topic.split("/")
    if len(levels) != 6 or levels[1:3] != ["1", "up"]:
        if levels[1:3] == ["1", "dn"]:
            witness(report, number, levels, payload)
        else:
            yield "topic", f"{topic[:60]!r} is no topic of ours; ROOT/1/up/STATION/KIND/ID"
        return
    station, kind = levels[3], levels[4]
    try:
        message = envelope.load(payload.encode())
    except ValueError as error:
        yield "line", f"{topic}: not JSON: {error}"
        return
    if not isinstance(message, dict):
        yield "envelope", f"{topic}: {payload[:40]!r} is no object"
        return
    report.messages += 1
    report.kinds[kind] += 1
    for member, (right, allowed) in MEMBERS.items():
        if not right(message.get(member)):
            yield "envelope", f"{topic}: {member}: {message.get(member, 'missing')!r}; {allowed}"
    if str(message.get("type", "")).split(".")[1:2] != [kind] and kind != "audit":
        yield "envelope", f"{topic}: type {message.get('type')!r} under kind {kind!r}"
    if kind != "pii" and (phone := PHONE.search(payload)):
        yield "privacy", f"{topic}: {phone[0][:3]}… looks like a telephone number; those travel in pii alone"
    lane = message.get("lane", "")
    if kind not in LANE_OF or lane != LANE_OF[kind]:
        yield "lane", f"{topic}: lane {lane!r}; {LANE_OF.get(kind, 'an unknown kind')!r}"
        return
    yield from (enter(report, number, station, kind, message, payload) if lane else stand(report, message, payload))


def enter(
    report: Report, number: int, station: str, kind: str, message: Mapping[str, Any], payload: str
) -> Iterator[tuple[Fault, str]]:
    """One message into its lane's ledger."""
    lane, epoch, seq, prev = (message.get(k) for k in ("lane", "epoch", "seq", "prev"))
    if not isinstance(epoch, str) or not isinstance(seq, int) or seq < 1:
        yield "lane", f"{message.get('id')}: epoch {epoch!r}, seq {seq!r}; a text, and a number from 1"
        return
    if message.get("id") != f"{station}/{lane}/{epoch}/{seq}":
        yield "lane", f"{message.get('id')!r}; {station}/{lane}/{epoch}/{seq}"
    if lane == "fact" and not HASH.fullmatch(str(prev)):
        yield "chain", f"{message.get('id')}: prev {prev!r}; 64 hex digits"
    hash = envelope.digest(payload.encode())
    ledger = report.ledger(station, str(lane), epoch)
    if kind == "checkpoint" and isinstance(message.get("data"), dict):
        report.checkpoints.append((number, station, epoch, message["data"]))
    before = ledger.seen.get(seq)
    if before is None:
        ledger.add(seq, kind, Seen(number, hash if lane == "fact" else live(payload), str(prev)))
    elif before.hash == (hash if lane == "fact" else live(payload)):
        report.duplicates += 1
    else:
        yield "fork", f"{message.get('id')}: not what line {before.line} said under the same id"
    if kind == "gap" and isinstance(data := message.get("data"), dict):
        named = report.ledger(station, str(data.get("lane")), str(data.get("epoch", epoch)))
        named.explained |= set(owned(data.get("ranges")))


def owned(ranges: object) -> Iterator[range]:
    """The ranges a `gap` fact owns up to; what is no pair of numbers is left out."""
    for pair in ranges if isinstance(ranges, list) else []:
        match pair:
            case [int(low), int(high)]:
                yield range(low, high + 1)


def stand(report: Report, message: Mapping[str, Any], payload: str) -> Iterator[tuple[Fault, str]]:
    """One message outside both lanes: the same id must be the same bytes. A birth tells the station's key."""
    id, hash = str(message.get("id")), envelope.digest(payload.encode())
    match message.get("data"):
        case {"station": str(station), "keys": {"station": str(key)}}:
            report.keys[station] = seal.read_key(key)
    if id not in report.others:
        report.others[id] = hash
    elif report.others[id] == hash:
        report.duplicates += 1
    else:
        yield "fork", f"{id}: not the bytes that came under the same id before"


def live(payload: str) -> str:
    """The hash of a trace as it was the first time: a replayed one says `hist`, and is the same trace all the same."""
    return envelope.digest(payload.replace(',"hist":true}}', "}}").replace('{"hist":true}}', "{}}").encode())


def chain(station: str, epoch: str, ledger: Ledger) -> Iterator[Finding]:
    """Every fact must carry the hash of the fact before it, where both were captured."""
    for seq, seen in ledger.seen.items():
        before = ledger.seen.get(seq - 1)
        if before and seen.prev != before.hash:
            yield Finding(seen.line, "chain", f"{station} fact epoch {epoch}: {seq} does not follow {seq - 1}")
        if seq == 1 and epoch == "1" and seen.prev != GENESIS:
            yield Finding(
                seen.line, "chain", f"{station} fact epoch 1: the first fact follows nothing; prev is 64 zeros"
            )


def signatures(report: Report) -> Iterator[Finding]:
    """Every checkpoint must be signed by the station's key, and say what the fact it names really was."""
    for line, station, epoch, body in report.checkpoints:
        named = body.get("seq")
        seen = report.ledger(station, "fact", epoch).seen.get(named) if isinstance(named, int) else None
        if seen and seen.hash != body.get("hash"):
            yield Finding(line, "chain", f"{station}: the checkpoint says another hash of {epoch}/{named}")
        key = report.keys.get(station)
        if key is not None and not checkpoint.genuine(station, epoch, body, key):
            yield Finding(line, "signature", f"{station}: this checkpoint was not signed by the station's key")


def witness(report: Report, number: int, levels: list[str], payload: str) -> None:
    """An acknowledgement in the capture is head office's word on what there was."""
    try:
        body = envelope.load(payload.encode())
    except ValueError:
        return
    if levels[4:] == ["ack", "fact"] and isinstance(body, dict) and isinstance(body.get("through"), int):
        report.acks.append((number, levels[3], body))


def witnessed(report: Report) -> Iterator[Finding]:
    """What head office acknowledged must be here, when the capture began before it."""
    for line, station, body in report.acks:
        epoch, through = str(body.get("epoch")), body["through"]
        held = report.ledger(station, "fact", epoch).seen
        if through in held and held[through].hash != body.get("hash"):
            yield Finding(line, "chain", f"{station}: head office acknowledged another hash of {epoch}/{through}")
        elif held and min(held) <= through and max(held) < through:
            text = f"{station} fact epoch {epoch}: head office acknowledged {through}, the capture ends at {max(held)}"
            yield Finding(line, "gap", text)


def is_time(value: object) -> bool:
    try:
        return datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        return False


def is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


# member → (what is right, what to say is allowed)
MEMBERS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "specversion": (lambda v: v == "1.0", '"1.0"'),
    "id": (is_text, "a text"),
    "source": (lambda v: str(v).startswith("/gse/"), "/gse/STATION/PART"),
    "type": (lambda v: bool(re.fullmatch(r"gse\.[a-z-]+\.v\d+", str(v))), "gse.KIND.v1"),
    "time": (is_time, "an ISO 8601 time with its zone"),
    "datacontenttype": (lambda v: v == "application/json", "application/json"),
    "dataschema": (is_text, "the address of its schema"),
    "clk": (lambda v: v in ("synced", "holdover", "unsynced"), "synced, holdover or unsynced"),
    "boot": (is_text, "a text"),
    "mono": (lambda v: isinstance(v, int | float), "seconds"),
    "data": (lambda v: isinstance(v, dict), "an object"),
}
