"""What the station does with questionnaires: head office defines one, somebody is asked, and answers or declines."""

from __future__ import annotations

from dataclasses import replace

from agent.core.cases import privacy
from agent.core.draw import draw, format_code
from agent.core.model import Body, Commanded, Fact
from agent.core.state import Commands, Done, Forms, State, Taken
from agent.core.surveys import definitions
from drivers.model import Instant
from kiosk.duties import Answered
from kiosk.model import Receipt, Refusal


def put(state: State, command: Commanded, now: Instant) -> Done:
    """A questionnaire, in the place of the one of that name; with `end`, nobody is asked any more."""
    args: Body = dict(command.body.get("args", {}))
    name = args["survey"]
    if name in definitions.ALWAYS:
        return state, [], f"args: survey: {name} is the station's own; another name"
    if args.get("end"):
        if name not in state.surveys:
            return state, [], f"args: survey: {name!r} is unknown; known: {', '.join(state.surveys) or 'none'}"
        body: Body = {**state.surveys[name], "end": True}
        rest = {known: one for known, one in state.surveys.items() if known != name}
        return replace(state, surveys=rest), [fact(name, body, now)], ""
    if missing := [need for need in ("title", "items") if need not in args]:
        return state, [], f"args: {missing[0]}: missing"
    items = args["items"]
    if not 1 <= len(items) <= definitions.MOST or len({item["item"] for item in items}) < len(items):
        return state, [], f"args: items: {len(items)}; 1 to {definitions.MOST}, each one once"
    if name not in state.surveys and len(state.surveys) >= definitions.MOST:
        return state, [], f"args: survey: {definitions.MOST} run already; end one"
    body = {"scale": definitions.BEST, **args, "by": "head-office"}
    return replace(state, surveys={**state.surveys, name: body}), [fact(name, body, now)], ""


def fact(name: str, body: Body, now: Instant) -> Fact:
    return Fact("notice", f"{definitions.NOTICE}{name}", body, "head-office", now, type="gse.survey.v1")


def answered(state: State, form: Answered, now: Instant) -> Taken:
    """One person was asked. What is personal in the text is cut out; nobody is named."""
    running = definitions.running(state.surveys, now)
    if form.survey not in running:
        return state, [], Refusal("invalid", f"survey: {form.survey!r} does not run; one of {', '.join(running)}")
    if why := definitions.objection(running[form.survey], form.answers):
        return state, [], Refusal("invalid", why)
    if form.by and not any(person.id == form.by for person in state.setup.people):
        return state, [], Refusal("invalid", f"by: {form.by!r} is unknown")
    if form.case and state.desk.find(form.case) is None:
        return state, [], Refusal("invalid", f"case: {form.case!r} is unknown")
    chance, block = draw(state.chance, "receipt")
    text, _ = privacy.part(form.text)
    said = {"text": text, "case": form.case, "by": form.by}
    receipt = format_code(block, 8)
    body: Body = {"receipt": receipt, "survey": form.survey, "answers": dict(form.answers)}
    body |= {name: value for name, value in said.items() if value}
    told = Fact("feedback", form.survey, body, "staff" if form.by else "kiosk-1", now, type="gse.answers.v1")
    return replace(state, chance=chance), [told], Receipt(receipt, {})


COMMANDS: Commands = {"survey.put": put}
FORMS: Forms = {Answered: answered}
