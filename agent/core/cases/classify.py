"""What a case is, by tables: topics and what each of them opens, the checklists of major and of level 1, the grades."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal, NamedTuple

from agent.core.cases.model import Case
from kiosk.model import Complaint

Opens = Literal["evidence", "inspection", "alarm"]


class Topic(NamedTuple):
    """One topic: service, product or price (what P09 goes by), the topic above it, and what it opens by itself."""

    of: Literal["service", "product", "price", ""]
    above: str
    opens: tuple[Opens, ...] = ()


TOPICS: dict[str, Topic] = {
    "price": Topic("price", ""),
    "payment": Topic("price", "price"),
    "metering": Topic("product", "", ("evidence",)),
    "gas": Topic("product", "", ("evidence",)),
    "equipment": Topic("product", "", ("evidence", "inspection")),
    "construction": Topic("product", ""),
    "safety": Topic("service", "", ("evidence", "alarm")),
    "service": Topic("service", ""),
    "attitude": Topic("service", "service"),
    "speed": Topic("service", "service"),
    "promise": Topic("service", "service"),
    "conduct": Topic("service", "service"),  # staff suspected of a breach
    "other": Topic("", ""),
}

# Words that mean danger to life or property whatever topic was chosen: passed on at once.
DANGER = ("漏气", "泄漏", "泄露", "着火", "起火", "爆炸", "火灾", "受伤", "晕倒", "gas leak", "fire", "explosion")

MAJOR = {  # one tick makes a case major
    "compensation": "compensation is asked for",
    "safety": "safety is touched",
    "large-loss": "the loss is large",
    "outsiders": "media, lawyer, police, consumer association or government are involved",
    "strong-feelings": "feelings are so strong that harm is likely",
    "passed-on": "an authority or the market regulator passed it on",
}
LEVEL_ONE = {  # one tick makes it level 1
    "exposed": "exposed by national or main provincial or city media at a key time",
    "inspected": "found by a province's or city's conduct inspection",
    "grown": "wrong handling let an internal complaint grow, with major social impact",
}
GRADES = {
    "A1": "bribes, favours or arbitrary charges", "A2": "hitting or abusing", "A3": "another serious harm",
    "B1": "the work flow was not followed", "B2": "another larger harm",
    "C1": "the duty of the first asked was shirked", "C2": "bad attitude", "C3": "a slip in the work",
    "C4": "another harm",
}  # fmt: skip

# An unfounded case is so only until it is cleared up; what is cleared up stays so (else it is a correction).
NATURES: dict[str, tuple[str, ...]] = {
    "": ("valid", "concern", "unfounded"), "unfounded": ("valid", "concern"), "valid": (), "concern": (),
}  # fmt: skip


def propose(form: Complaint) -> dict[str, Any]:
    """The class of a case at its intake: provisional, for head office to confirm."""
    safety = form.safety or form.topic == "safety" or dangerous(f"{form.text} {form.wish}")
    because = list(form.because) + (["safety"] if safety and "safety" not in form.because else [])
    return {
        "kind": form.kind,
        "topic": form.topic,
        "major": form.major or bool(form.because) or (safety and form.kind == "complaint"),
        "because": because,
        "secret": form.kind == "hazard",
    }


def dangerous(text: str) -> bool:
    lower = text.lower()
    return any(word in lower for word in DANGER)


def opens(topic: str, because: Collection[str]) -> tuple[Opens, ...]:
    """What a case of this topic opens by itself, and for these ticks of the checklist."""
    wanted = TOPICS.get(topic, TOPICS["other"]).opens
    danger = "safety" in because
    return (*wanted, "alarm") if danger and "alarm" not in wanted else wanted


def objection(case: Case, said: Mapping[str, Any]) -> str:
    """Why this classification is not allowed, or an empty text."""
    nature = said.get("nature", case.nature)
    if nature != case.nature and nature not in NATURES[case.nature]:
        allowed = " or ".join(NATURES[case.nature]) or "a correction"
        return f"nature: {case.nature} does not become {nature}; allowed: {allowed}"
    if said.get("responsible") and nature != "valid":
        return "responsible: only of a valid case"
    if said.get("grade") and (said.get("responsible") or case.responsible) != "staff":
        return "grade: only where staff is responsible; a process is improved, nobody is blamed"
    if said.get("topic", case.topic) not in TOPICS:
        return f"topic: {said['topic']!r} is unknown; one of {', '.join(TOPICS)}"
    if strange := set(said.get("because", ())) - set(MAJOR) - set(LEVEL_ONE):
        return f"because: {sorted(strange)[0]!r} is unknown; one of {', '.join((*MAJOR, *LEVEL_ONE))}"
    return ""
