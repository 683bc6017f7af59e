"""What a fill says, and what is known of the gun that gave it."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from agent.core.messages.bodies import Finding
from agent.core.messages.shapes import Count, Scalar, Time, says

Mark = Literal[
    "began-unseen", "ended-unseen", "gap", "restart", "merged", "split", "broken-total", "maintenance"
]  # fmt: skip


class Verification(TypedDict):
    state: Literal["valid", "expired", "unknown"]
    until: NotRequired[Annotated[str, says("last day", format="date")]]
    certificate: NotRequired[str]


class FreeBias(TypedDict):
    fills: Count
    share: Annotated[float, says("of what the display shows, beyond what the meter counted; mean of the last fills")]
    lately: Annotated[float, says("the same of the last few")]


class PresetBias(TypedDict):
    fills: Count
    mass: Annotated[float, says("kg that the display shows beyond what the meter counted; mean of the last fills")]


class Bias(TypedDict):
    free: NotRequired[FreeBias]
    preset: NotRequired[PresetBias]


class Fill(TypedDict):
    """Quantities: kg, CNY, CNY/kg, MPa, Cel, kg/m3. A figure that nobody measured is absent."""

    nozzle: str
    device: str
    fuel: str
    ended: Time
    ending: Annotated[
        Literal["normal", "power-cut", "fault", "unseen"], says("unseen: the next fill was there before its end")
    ]
    mass: Annotated[float, says("kg")]
    mass_by: Annotated[Literal["display", "total"], says("whose figure `mass` is")]
    total_before: Annotated[float, says("kg; after the drained gas, before the fill")]
    total_after: Annotated[float, says("kg")]
    marks: Annotated[list[Mark], says("why it may be less sure than others")]
    clk: Annotated[Literal["synced", "holdover", "unsynced"], says("the worse of its beginning and end")]
    verification: Verification
    not_measured: list[str]
    began: NotRequired[Time]
    number: NotRequired[Annotated[int, says("the dispenser's own")]]
    last_number: NotRequired[Annotated[int, says("of several sales in one record: number is the first")]]
    price: NotRequired[float]
    amount: NotRequired[float]
    mode: NotRequired[Literal["preset", "free"]]
    preset: NotRequired[float]
    preset_unit: NotRequired[Literal["kg", "CNY"]]
    stop: NotRequired[Annotated[str, says("the dispenser's own reason")]]
    pressure_before: NotRequired[float]
    pressure_after: NotRequired[float]
    temperature: NotRequired[float]
    density: NotRequired[Annotated[float, says("while gas flowed")]]
    drained: NotRequired[Annotated[float, says("kg that flowed between the fill before and this one")]]
    coefficients: NotRequired[Annotated[dict[str, Scalar], says("parameters of the dispenser in force")]]
    bias: NotRequired[Bias]
    findings: NotRequired[list[Finding]]
