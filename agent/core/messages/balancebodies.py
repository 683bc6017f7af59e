"""What a gas balance says: masses with their uncertainties, what the difference may mean, and where it ended."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from agent.core.messages.bodies import Finding
from agent.core.messages.shapes import Count, Time, Unit, says


class Part(TypedDict):
    name: str
    role: Literal["opening", "in", "out", "vent", "closing"]
    mass: Annotated[float, says("kg")]
    uncertainty: Annotated[float, says("kg, standard")]


class Counter(TypedDict):
    device: str
    total: float
    unit: Unit


class Closing(TypedDict):
    at: Time
    totals: list[Counter]
    stock: NotRequired[Annotated[dict[str, float], says("kg by store")]]


class Drift(TypedDict):
    up: Annotated[float, says("CUSUM, in standard deviations; above 5 is a signal")]
    down: float
    rising: Annotated[Count, says("days")]
    falling: Count


Span = TypedDict("Span", {"from": Time, "in": float})  # words that Python keeps for itself


class Balance(Span):
    """Quantities in kg. Without an inlet, or with a counter that was not read, there is no verdict."""

    period: Annotated[str, says("of a shift, 20261122 of a business day, 202611 of a month")]
    kind: Literal["shift", "day", "month"]
    to: Time
    vent: float
    out: float
    stock_change: float
    parts: list[Part]
    density: Annotated[float, says("kg/m3 at 20 °C, 101.325 kPa: of what came in by volume")]
    density_by: Literal["entered", "composition", "assumed"]
    not_measured: list[str]
    closing: Closing
    difference: NotRequired[Annotated[float, says("opening + in − out − vent − closing")]]
    uncertainty: NotRequired[Annotated[float, says("standard, of the difference")]]
    theoretical: NotRequired[Annotated[float, says("beyond which the difference speaks: twice its uncertainty")]]
    meaning: NotRequired[Literal["within uncertainty", "significant"]]
    rate: NotRequired[Annotated[float, says("difference over what came in")]]
    likely: NotRequired[Annotated[str, says("the part that is least sure")]]
    limit: NotRequired[Annotated[float, says("the station's own, of `rate`, when it was passed")]]
    drift: NotRequired[dict[str, Drift]]
    findings: NotRequired[list[Finding]]
