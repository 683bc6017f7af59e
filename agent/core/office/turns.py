"""What the station does when head office asks: answer, certify itself anew, send a range of facts again."""

from __future__ import annotations

from agent.core import birth
from agent.core.model import Commanded, Resend
from agent.core.state import Commands, Done, State
from drivers.model import Instant


def ping(state: State, event: Commanded, now: Instant) -> Done:
    """Alive: the reply is the answer."""
    return state, [], ""


def rebirth(state: State, event: Commanded, now: Instant) -> Done:
    """The birth certificates again."""
    return state, list(birth.certify(state.setup, state.settings, now)), ""


def replay(state: State, event: Commanded, now: Instant) -> Done:
    """Facts `from` … `to` of this epoch once more."""
    args = event.body["args"]
    return state, [Resend(args["from"], args["to"])], ""


COMMANDS: Commands = {"ping": ping, "rebirth": rebirth, "replay": replay}
