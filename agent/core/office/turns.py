"""What the station does when head office asks: once for each id, answered always, and no faster than it can keep."""

from __future__ import annotations

from dataclasses import replace

from agent.core import birth, clockwatch
from agent.core.model import Commanded, Fact, Remarked, Repeat, Replayed, Resend, Tick
from agent.core.office import commands, flood
from agent.core.state import Commands, Done, State, Step, Turns
from drivers.model import Instant


def obey(state: State, event: Commanded, known: Commands, now: Instant) -> Step:
    """The reply first, then what the command causes. The same command again: the same reply again, and nothing else."""
    id, why = commands.examine(event, known.keys(), clockwatch.untouched(state.wall, now))
    if id is None:
        return told(state, commands.unanswerable(event, why, now), now)
    if before := state.seen.get(id):
        if before == commands.content(event):
            return state, [Repeat("reply", id)]
        return told(state, commands.reply(event, id, "this id was used before, for another command", now), now)
    if why:
        state, effects = told(state, commands.reply(event, id, why, now), now)
        return replace(state, seen={**state.seen, id: commands.content(event)}), effects
    state, caused, refused = known[event.name](state, event, now)
    state = replace(state, seen={**state.seen, id: commands.content(event)})
    return state, caused if refused is None else [commands.reply(event, id, refused, now), *caused]


def told(state: State, fact: Fact, now: Instant) -> Step:
    """One fact that anybody can cause as often as they like: told one by one up to a limit, then as a number."""
    admitted, facts = flood.admit(state.flood, fact, now)
    return replace(state, flood=admitted), list(facts)


def remarked(state: State, event: Remarked, now: Instant) -> Step:
    fact = Fact("audit", "_", {"what": event.what} | event.detail, "station", now)
    return told(state, fact, now) if event.what in flood.LIMITED else (state, [fact])


def ticked(state: State, event: Tick, now: Instant) -> Step:
    admitted, facts = flood.settle(state.flood, now)
    return (replace(state, flood=admitted), list(facts)) if facts else (state, [])


# ── one function a command ──────────────────────────────────────────────────


def ping(state: State, event: Commanded, now: Instant) -> Done:
    """Alive: the reply is the answer."""
    return state, [], ""


def rebirth(state: State, event: Commanded, now: Instant) -> Done:
    """The birth certificates again."""
    return state, list(birth.certify(state.setup, state.settings, now)), ""


def replay(state: State, event: Commanded, now: Instant) -> Done:
    """Facts `from` … `to` of an epoch, or of the one in force, once more; one replay at a time."""
    args, heads = event.body["args"], dict(event.heads)
    first, last, epoch = args["from"], args["to"], args.get("epoch", "")
    if epoch and epoch not in heads:
        return state, [], f"args: epoch: {epoch[:20]!r}; here are {', '.join(heads)}"
    head = heads[epoch] if epoch else event.heads[-1][1]
    for name, number in (("from", first), ("to", last)):
        if not isinstance(number, int):  # 2.0 is an integer to a schema, and no number that a fact bears
            return state, [], f"args: {name}: {number} is no number of a fact; a whole number, without a point"
    if first > last:
        return state, [], f"args: from: {first} is after to: {last}"
    if first > head:
        return state, [], f"args: from: {first}; the newest fact is {head}"
    if state.replaying:
        return state, [], "a replay is under way; one at a time"
    return replace(state, replaying=True), [Resend(first, min(last, head), epoch)], ""


def replayed(state: State, event: Replayed, now: Instant) -> Step:
    return replace(state, replaying=False), []


COMMANDS: Commands = {"ping": ping, "rebirth": rebirth, "replay": replay}
TURNS: Turns = {Remarked: remarked, Replayed: replayed}
