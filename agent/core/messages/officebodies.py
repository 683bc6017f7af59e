"""What head office's own commands take: the shape of their arguments."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict

from agent.core.messages.shapes import Number, says

ReplayArguments = TypedDict("ReplayArguments", {"from": Number, "to": Number})


class ProposeArguments(TypedDict):
    """A new station file."""

    toml: Annotated[str, says("the whole station.toml")]
    minutes: NotRequired[
        Annotated[float, says("without a healthy cycle after which the old one returns; 5", minimum=0, maximum=60)]
    ]
    before: NotRequired[Annotated[str, says("digest of the file it is meant to replace; of another one it is refused")]]
    apply: NotRequired[Annotated[bool, says("false: only examine it")]]


ARGUMENTS: dict[str, type] = {"replay": ReplayArguments, "config.propose": ProposeArguments}
