"""What head office's own commands take: the shape of their arguments; and a notice, as the station tells of it."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from agent.core.messages.shapes import Number, Time, says

ReplayArguments = TypedDict(
    "ReplayArguments",
    {
        "from": Number,
        "to": Number,
        "epoch": NotRequired[Annotated[str, says("an earlier one, of which facts are still here")]],
    },
)


class ProposeArguments(TypedDict):
    """A new station file."""

    toml: Annotated[str, says("the whole station.toml")]
    minutes: NotRequired[
        Annotated[float, says("without a healthy cycle after which the old one returns; 5", minimum=0, maximum=60)]
    ]
    before: NotRequired[Annotated[str, says("digest of the file it is meant to replace; of another one it is refused")]]
    apply: NotRequired[Annotated[bool, says("false: only examine it")]]


Priority = Literal["normal", "important", "urgent"]
NoticeId = Annotated[str, says("of the notice; putting it again replaces it", pattern="^[A-Za-z0-9_.:-]{1,64}$")]
Said = TypedDict("Said", {"zh-CN": str, "en": NotRequired[str]})
NoticeArguments = TypedDict(
    "NoticeArguments",
    {
        "notice": NoticeId,
        "end": NotRequired[Annotated[bool, says("true: it is over now; nothing else is needed then")]],
        "priority": NotRequired[Priority],
        "title": NotRequired[Annotated[Said, says("at most 48 columns; a Chinese character takes two")]],
        "text": NotRequired[Annotated[Said, says("at most 140 columns")]],
        "from": NotRequired[Annotated[Time, says("default: at once")]],
        "until": NotRequired[Time],
        "acknowledge": NotRequired[Annotated[bool, says("true: an attendant has to say that it was read")]],
    },
)  # fmt: skip
Notice = TypedDict(
    "Notice",
    {
        "notice": NoticeId,
        "state": Literal["put", "shown", "acknowledged", "expired", "ended"],
        "priority": Priority,
        "title": Said,
        "text": NotRequired[Said],
        "from": NotRequired[Time],
        "until": Time,
        "acknowledge": bool,
        "by": Annotated[str, says("who put it")],
        "seen_by": NotRequired[Annotated[str, says("id of the person who acknowledged it")]],
    },
)  # fmt: skip
AlarmId = Annotated[str, says("as the `alarm` messages name it", maxLength=128)]
Why = Annotated[str, says("a reason that others understand", maxLength=200)]


class AlarmArguments(TypedDict):
    """An alarm to acknowledge, to reset, or to bring back."""

    alarm: AlarmId
    why: NotRequired[Why]


class ShelveArguments(TypedDict):
    """An alarm to put aside: `until` a moment, or for so many `minutes`."""

    alarm: AlarmId
    why: Why
    until: NotRequired[Time]
    minutes: NotRequired[Annotated[float, says(minimum=1, maximum=1440)]]


class RemoveArguments(TypedDict):
    """An alarm to take out of service, until it is brought back."""

    alarm: AlarmId
    why: Why


ARGUMENTS: dict[str, type] = {
    "alarm.ack": AlarmArguments,
    "alarm.shelve": ShelveArguments,
    "alarm.unshelve": AlarmArguments,
    "alarm.reset": AlarmArguments,
    "alarm.remove": RemoveArguments,
    "alarm.restore": AlarmArguments,
    "replay": ReplayArguments,
    "config.propose": ProposeArguments,
    "notice.put": NoticeArguments,
}
