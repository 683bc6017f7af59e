"""One AsyncAPI 3 document: the channels of a station, who sends what on them, and the schema of each message."""

from __future__ import annotations

from typing import Any

from agent.core.messages.schema import ARGUMENTS, DOWN, UP, every

STATION = {"description": "the station's id", "examples": ["cq-0147"]}
ID = {"description": "what the message is about; _ where there is nothing to name"}


def document(version: str) -> dict[str, Any]:
    """`version`: of the software that speaks so."""
    topics: dict[str, list[str]] = {f"up/{{station}}/{kind.topic}": [] for kind in UP.values()}
    for type, kind in UP.items():
        topics[f"up/{{station}}/{kind.topic}"].append(type)
    topics |= {f"dn/{{station}}/{name.removeprefix('dn.')}": [name] for name in DOWN}
    orders = [f"dn.cmd.{name}" for name in ARGUMENTS]
    topics["dn/{station}/cmd"] += orders
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "station-edge", "version": version,
            "description": "A filling station's edge agent and its head office.",
        },
        "defaultContentType": "application/json",
        "channels": {name_of(topic): channel(topic, types) for topic, types in topics.items()},
        "operations": {name_of(topic): operation(topic) for topic in topics},
        "components": {
            "messages": {
                name: {"name": name, "payload": {"$ref": f"#/components/schemas/{name}"}}
                for name in [*UP, *DOWN, *orders]
            },
            "schemas": every(),
        },
    }  # fmt: skip


def name_of(topic: str) -> str:
    return topic.replace("/{station}/", ".")


def channel(topic: str, types: list[str]) -> dict[str, Any]:
    return {
        "address": f"gse/1/{topic}/{{id}}",
        "parameters": {"station": STATION, "id": ID},
        "messages": {type: {"$ref": f"#/components/messages/{type}"} for type in types},
    }


def operation(topic: str) -> dict[str, Any]:
    """As the station sees it: what it sends up, what it receives from above."""
    return {
        "action": "send" if topic.startswith("up") else "receive",
        "channel": {"$ref": f"#/channels/{name_of(topic)}"},
    }
