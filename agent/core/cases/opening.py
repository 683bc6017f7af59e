"""A complaint, suggestion, question or hazard report becomes a case: a number at once, and a fact for each event."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from agent.core import seal
from agent.core.cases import privacy
from agent.core.messages.stamp import local
from agent.core.model import Body, Fact
from agent.core.setup import Setup
from drivers.model import Instant
from kiosk.model import Complaint

Serials = Mapping[str, int]  # YYMM → last serial given
TAKEN = ("received", "registered", "acked")  # at the kiosk these are one moment


def number(setup: Setup, serials: Serials, now: Instant) -> tuple[Serials, str]:
    """The next case number: station prefix, year and month, a serial that widens past 99 and is never used again."""
    month = f"{local(now.utc, setup.zone):%y%m}"
    serial = serials.get(month, 0) + 1
    return {**serials, month: serial}, f"{setup.station.replace('-', '').upper()}-{month}{serial:02d}"


def take(setup: Setup, form: Complaint, case: str, chance: bytes, now: Instant) -> list[Fact]:
    """The facts of an intake: one for each event, and the contact data sealed for head office, in their own message.

    `chance` is 64 fresh bytes: salt of the digest, and the ephemeral key of the seal.
    """
    text, private = privacy.part(form.text)
    contact = {k: v for k, v in (("phone", form.phone), ("text", private)) if v}
    named: Body = {"case": case, "kind": form.kind, "topic": form.topic, "by": "customer"}
    told: Body = {"urgency": form.urgency, "channel": "kiosk", "text": text}
    if form.profile:
        told["profile"] = form.profile
    sealed = []
    if contact and setup.head_office:
        plain = spell(contact)
        salt, ephemeral = chance[:32], chance[32:]
        told["contact"] = {"digest": seal.digest(plain, salt)}
        box = seal.seal(spell({"salt": salt.hex(), "contact": contact}), setup.head_office, ephemeral)
        key = seal.fingerprint(setup.head_office)
        sealed = [Fact("pii", case, {"case": case, "alg": seal.ALGORITHM, "key": key, "sealed": box}, "kiosk", now)]
    events = [
        Fact("case", case, {**named, "event": event, "version": version} | (told if version == 1 else {}), "kiosk", now)
        for version, event in enumerate(TAKEN, 1)
    ]
    return events + sealed


def spell(content: Mapping[str, object]) -> bytes:
    """Bytes for the sealed box and its digest, one way only."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def recall(cases: Iterable[str]) -> Serials:
    """The last serial of each month, from the case numbers the journal knows."""
    serials: dict[str, int] = {}
    for case in cases:
        tail = case.rpartition("-")[2]
        month, serial = tail[:4], int(tail[4:])
        serials[month] = max(serials.get(month, 0), serial)
    return serials
