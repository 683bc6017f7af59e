"""Stories of a shift: what the guns read, what two people hand in, and what is published of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from forecourt import Pump
from test_fill_findings import station

from agent.core import rehearsal
from agent.core.messages import schema
from agent.core.messages.envelope import load

DAY = datetime(2026, 11, 22, 0, 0, tzinfo=UTC).timestamp()  # 08:00 at the station


def line(second: float, **what: Any) -> dict[str, Any]:
    return {"at": datetime.fromtimestamp(DAY + second, UTC).isoformat(), **what}


def step(second: float, name: str, by: str = "li", typed: str = "", nozzle: str = "5A") -> dict[str, Any]:
    content = {"kind": "handover", "step": name, "by": by, "typed": typed}
    return line(second, form=content | ({"nozzle": nozzle} if nozzle else {}))


def sold(pump: Pump, *seconds: float) -> list[dict[str, Any]]:
    return [line(at, sample=said) for begin in seconds for at, said in pump.sell(begin)]


def idle(pump: Pump, second: float) -> dict[str, Any]:
    return line(second, sample=pump.poll("idle"))


class Play:
    """What a story published, and which forms were refused."""

    def __init__(self, folder: Path, *parts: Iterable[dict[str, Any]] | dict[str, Any], extra: str = "") -> None:
        lines = [one for part in parts for one in ([part] if isinstance(part, dict) else part)]
        self.refused: list[str] = []
        fills = f"[shift]\n{extra}" if extra else ""
        made = rehearsal.play(station(folder, fills=fills), lines, 0, frozenset(), self.refused.append)
        strict = schema.every(strict=True)
        self.facts = []
        for message in made:
            document = load(message.payload)
            assert not list(schema.misfits(strict[document["type"]], document)), document
            if message.lane == "fact":
                self.facts.append((message.topic, document["data"]))

    def shifts(self, *states: str) -> list[dict[str, Any]]:
        told = [body for topic, body in self.facts if topic.startswith("shift/")]
        return [body for body in told if body["state"] in states] if states else told

    @property
    def record(self) -> dict[str, Any]:
        (closed,) = self.shifts("closed")
        return closed

    @property
    def found(self) -> list[str]:
        return [finding["kind"] for body in self.shifts() for finding in body.get("findings", ())]


# The small station has a second gun, 1A, whose total alone is read.
def other(second: float, total: str = "1234.56") -> dict[str, Any]:
    return line(second, sample={"device": "dispenser-1", "values": {"mass_total": Decimal(total)}})


def both(second: float, pump: Pump, by: str = "li") -> list[dict[str, Any]]:
    """Both guns read and agreed."""
    tail = str(pump.total).replace(".", "")[-4:]
    return [
        idle(pump, second), other(second), step(second + 1, "reading", by, tail),
        step(second + 2, "reading", by, "3456", "1A"),
    ]  # fmt: skip


END = 12 * 3600.0  # 20:00


def whole(pump: Pump) -> list[dict[str, Any]]:
    """A shift with five fills, handed over from li to wang."""
    return [
        idle(pump, 0), other(0), *sold(pump, *(600.0 * n for n in range(1, 6))), *both(END, pump),
        step(END + 10, "sign", "li", nozzle=""), step(END + 20, "verify", "wang", nozzle=""),
        step(END + 30, "sign", "wang", nozzle=""),
    ]  # fmt: skip
