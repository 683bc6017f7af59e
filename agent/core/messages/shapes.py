"""The words that bodies are made of: moments, hashes, units, counts; and the envelope with its three places."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict


def says(text: str = "", **keywords: str | float) -> tuple[tuple[str, str | float], ...]:
    """JSON Schema keywords for an annotation, with a description."""
    return (*keywords.items(), *((("description", text),) if text else ()))


Time = Annotated[str, says(format="date-time", pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")]
Hash = Annotated[str, says("SHA-256 of the payload bytes, hex", pattern="^[0-9a-f]{64}$")]
Base64 = Annotated[str, says(pattern="^[A-Za-z0-9+/]+={0,2}$", contentEncoding="base64")]
Count = Annotated[int, says(minimum=0)]
Number = Annotated[int, says("seq of a fact or trace", minimum=1)]
Unit = Annotated[str, says("UCUM")]
Scalar = float | str | bool | None
Range = Annotated[tuple[Number, Number], says("first and last, both included")]
Severity = Literal["low", "medium", "high", "critical"]
Clk = Annotated[Literal["synced", "holdover", "unsynced"], says("how well `time` is known")]


class Envelope(TypedDict):
    """CloudEvents 1.0, structured JSON."""

    specversion: Literal["1.0"]
    id: Annotated[str, says("station/lane/epoch/seq, or station/kind/boot/n outside both lanes")]
    source: Annotated[str, says(pattern="^/gse/[a-z0-9-]{2,32}/.+$")]
    type: str
    time: Annotated[Time, says("when it was measured")]
    datacontenttype: Literal["application/json"]
    dataschema: str
    clk: Clk
    boot: str
    mono: Annotated[float, says("seconds of the boot's monotonic clock")]


class OnFact(TypedDict):
    lane: Literal["fact"]
    epoch: Annotated[str, says("changes only when the journal was lost or rolled back")]
    seq: Number
    prev: Annotated[str, says("SHA-256 of the fact before", pattern="^[0-9a-f]{64}$")]


class OnTrace(TypedDict):
    lane: Literal["trace"]
    epoch: Annotated[str, says("the boot id")]
    seq: Number


class Nowhere(TypedDict):
    """Outside both lanes."""
