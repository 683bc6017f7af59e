"""Two judges of a message: ours, which the reference head office uses, and jsonschema, which is not ours."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator

from agent.core.messages import schema

OPEN, STRICT = schema.every(), schema.every(strict=True)
THEIRS = {name: Draft202012Validator(one) for name, one in OPEN.items()}
THEIRS_STRICT = {name: Draft202012Validator(one) for name, one in STRICT.items()}


def faults(payload: bytes) -> list[str]:
    """What jsonschema finds in one of the station's messages, when not even one member may be undescribed."""
    message: Any = json.loads(payload)
    judge = THEIRS_STRICT.get(message.get("type"))
    if judge is None:
        return [f"{message.get('type')}: is not described"]
    return [f"{message['id']}: {'.'.join(map(str, e.path))}: {e.message}"[:300] for e in judge.iter_errors(message)]


def agree(name: str, message: Any) -> bool:
    """True when both judges say the same."""
    return bool(THEIRS[name].is_valid(message)) == (not list(schema.misfits(OPEN[name], message)))
