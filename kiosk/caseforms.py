"""The forms of a case: what a customer or the shift leader's register tells, and one more thing that happened to it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from kiosk.model import CASE_KINDS, RARER_KINDS, RARER_TOPICS, TOPICS, CaseAct, Complaint, LookUp, Reveal
from kiosk.sheet import NAME, REMARK, SHORT, FormError, Sheet, cleaned, shown
from kiosk.slip import Reprint

KINDS = (*CASE_KINDS, *RARER_KINDS)
URGENCIES = ("general", "important", "urgent")
SEVERITIES = ("", "dissatisfied", "very-dissatisfied", "major", "crisis")
COMPLEXITIES = ("", "simple", "complex")
DEMANDS = ("", "reasonable", "special")
FAULTS = ("", "general", "major")
CHANNELS = (
    "kiosk", "in-person", "phone", "fax", "letter", "e-mail", "sms", "web", "box", "desk", "supervisor", "media",
    "authority",
)  # fmt: skip
MAJOR = ("compensation", "safety", "large-loss", "outsiders", "strong-feelings", "passed-on")
PROFILE = re.compile(r"[A-Za-z0-9_-]{0,32}")
OBJECT = re.compile(r"[^\s/#+]{0,64}")
PIN = re.compile(r"[0-9]{6}|")
SIX = "the six digits of the slip"
INK = re.compile(r"[0-9]{1,3},[0-9]{1,3}([ ;][0-9]{1,3},[0-9]{1,3})*")
INKED = 3000  # letters of one signature
EVENT = re.compile(r"[a-z_]{1,32}")
MOST = 16  # of a list
DEEP = 2000  # characters of a text that somebody wrote at a desk


def complaint(sheet: Sheet, reasons: Collection[str]) -> Complaint:
    return Complaint(
        kind=sheet.choice("kind", KINDS),
        topic=sheet.choice("topic", (*TOPICS, *RARER_TOPICS)),
        text=sheet.text("text"),
        phone=sheet.phone("phone"),
        urgency=sheet.choice("urgency", URGENCIES, "general"),
        profile=sheet.match("profile", PROFILE, "at most 32 letters, digits, _ and -", ""),
        severity=sheet.choice("severity", SEVERITIES, ""),
        complexity=sheet.choice("complexity", COMPLEXITIES, ""),
        demand=sheet.choice("demand", DEMANDS, ""),
        fault=sheet.choice("fault", FAULTS, ""),
        major=sheet.flag("major"),
        because=sheet.choices("because", MAJOR),
        safety=sheet.flag("safety"),
        object=sheet.match("object", OBJECT, "the id of a person, a device or a nozzle", ""),
        place=sheet.text("place", SHORT),
        happened=sheet.moment("happened"),
        parties=sheet.lines("parties", MOST),
        wish=sheet.text("wish"),
        name=sheet.text("name", SHORT),
        email=sheet.email("email"),
        channel=sheet.choice("channel", CHANNELS, "kiosk"),
        told=sheet.moment("told"),
        by=sheet.match("by", OBJECT, "the id of the person who enters it", ""),
    )


def act(sheet: Sheet, reasons: Collection[str]) -> CaseAct:
    """`said` is whatever stands beside case, event and by: the agent knows what an event may say."""
    head = CaseAct(
        case=sheet.match("case", NAME, "the number of a case"),
        event=sheet.match("event", EVENT, "the name of an event"),
        by=sheet.match("by", REMARK, "who did it: role:name"),
        pin=sheet.match("pin", PIN, SIX, ""),
        ink=ink(sheet),
    )
    return replace(head, said=rest(sheet))


def reprint(sheet: Sheet, reasons: Collection[str]) -> Reprint:
    return Reprint(
        sheet.match("case", NAME, "the number of a case"),
        sheet.match("by", NAME, "the id of a person"),
        sheet.flag("roll"),
    )


def ink(sheet: Sheet) -> dict[str, str]:
    """Signatures by who signed: strokes of points on a grid of 300 by 100."""
    allowed = f"who signed, as strokes 12,30 14,33;… of at most {INKED} letters"
    drawn = sheet.take("ink", dict, allowed, {})
    for who, strokes in drawn.items():
        if not (NAME.fullmatch(who) and isinstance(strokes, str) and len(strokes) <= INKED and INK.fullmatch(strokes)):
            raise FormError("ink", "is not a signature", allowed)  # never quoted: it is personal
    return dict(drawn)


def look_up(sheet: Sheet, reasons: Collection[str]) -> LookUp:
    return LookUp(sheet.match("case", NAME, "the number of a case"), sheet.match("pin", PIN, SIX))


def reveal(sheet: Sheet, reasons: Collection[str]) -> Reveal:
    return Reveal(sheet.match("case", NAME, "the number of a case"), sheet.match("by", NAME, "the id of a person"))


def rest(sheet: Sheet) -> dict[str, object]:
    """Everything that was not asked for yet: the agent knows what may be said. Raises FormError."""
    said = {key: plain(key, value) for key, value in sheet.document.items() if key not in sheet.asked}
    sheet.asked.extend(said)
    return said


def plain(key: str, value: object) -> object:
    """A text cleaned, a list of texts cleaned; a number or a truth as it is. Raises FormError."""
    if isinstance(value, str):
        if len(value) > DEEP:
            raise FormError(key, f"has {len(value)} characters", f"at most {DEEP}")
        return cleaned(value)
    if isinstance(value, list) and len(value) <= MOST:
        return [plain(key, one) for one in value]
    if isinstance(value, dict) and len(value) <= MOST:
        return {str(name): plain(key, one) for name, one in value.items() if not isinstance(one, dict)}
    if isinstance(value, bool | int | float):
        return value
    raise FormError(key, f"{shown(value)} is not allowed", "a text, a number, true, false, or a short list")
