"""A station file from head office: proposed, examined, tried, and then kept or taken back; each step is on record.

config.propose ─▶ Examine ─▶ examined ─▶ reply "trying" ─▶ Apply ─▶ a new process ─▶ tried ─▶ reply "applied"
                                    └──▶ reply: problems                                 └──▶ reply "rolled-back"
"""

from __future__ import annotations

from dataclasses import replace

from agent.core.messages import envelope
from agent.core.model import Apply, Body, Commanded, Effect, Examine, Examined, Fact, Settle, Tried
from agent.core.office import commands
from agent.core.office.trial import MINUTES
from agent.core.state import Commands, Done, State, Step, Turns
from drivers.model import Instant


def propose(state: State, event: Commanded, now: Instant) -> Done:
    """A new station file: on record before anybody looks at it. The answer follows."""
    id, args = event.body["id"], event.body["args"]
    if state.proposal:
        return state, [], f"proposal {state.proposal} is under way; one at a time"
    if (meant := args.get("before")) not in (None, before := state.setup.digests.get("station", "")):
        return state, [], f"args: before: {meant[:40]!r}; the file in force is {before!r}"
    text = args["toml"].encode()
    digest = envelope.digest(text)[:16]
    step = note(state, "config-proposed", id, digest, now, by=event.body.get("by", ""))
    examine = Examine(id, text, digest, args.get("minutes", MINUTES), args.get("apply", True))
    return replace(state, proposal=id), [step, examine], None


def examined(state: State, event: Examined, now: Instant) -> Step:
    """The reader has spoken: every problem in the reply, or the trial begins."""
    asked, before = event.asked, state.setup.digests.get("station", "")
    more: Body = {"before": before, "after": asked.digest}
    if event.warnings:
        more["warnings"] = list(event.warnings)
    if event.problems:
        why = f"{len(event.problems)} problem{'s' * (len(event.problems) > 1)}: {event.problems[0]}"
        more |= {"state": "refused", "problems": list(event.problems)}
        step = note(state, "config-refused", asked.command, asked.digest, now, reason=why)
        return replace(state, proposal=""), [reply(state, asked.command, why, now, more), step]
    if not asked.apply or before == asked.digest:
        more["state"] = "applied" if before == asked.digest else "examined"
        return replace(state, proposal=""), [reply(state, asked.command, "", now, more)]
    more |= {"state": "trying", "minutes": asked.minutes}
    step = note(state, "config-accepted", asked.command, asked.digest, now, minutes=asked.minutes)
    return state, [reply(state, asked.command, "", now, more), step, Apply(asked)]


def tried(state: State, event: Tried, now: Instant) -> Step:
    """The outcome of a trial, told once, however often the power fails on the way."""
    effects: list[Effect] = [Settle(event.command)]
    if state.proposal == event.command:
        digests = {"before": event.before, "after": event.after}
        told = reply(state, event.command, event.why, now, {"state": event.outcome} | digests)
        step = {"what": f"config-{event.outcome}", "command": event.command, "reason": event.why} | digests
        effects = [told, Fact("audit", "_", step, "station", now), *effects]
    return replace(state, proposal=""), effects


def note(state: State, what: str, id: str, digest: str, now: Instant, **more: object) -> Fact:
    """One step for the audit trail, with the digests of the file in force and of the proposed one."""
    before = state.setup.digests.get("station", "")
    body = {"what": what, "command": id, "before": before, "after": digest} | more
    return Fact("audit", "_", body, "head-office", now)


def reply(state: State, id: str, why: str, now: Instant, more: Body) -> Fact:
    return commands.answer(id, state.seen.get(id, "config.propose "), why, now, **more)


COMMANDS: Commands = {"config.propose": propose}
TURNS: Turns = {Examined: examined, Tried: tried}
