"""Subscribe as head office does and print a line a message, until Ctrl-C."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from agent.cli import BAD_CONFIGURATION, FAILED, WELL
from agent.commands.arguments import broker, level
from agent.commands.station_file import read_or_tell
from agent.config.model import Mqtt
from agent.core.messages import gist
from agent.shell.mqtt.listener import Broker, BrokerError, listen

STRANGE = (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError)  # shapes that are not ours
SUMMARY = "subscribe as head office does and print a line a message"


def arguments(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("-c", "--config", type=Path, metavar="FILE", help="a station.toml: its broker and its station")
    where.add_argument(
        "--broker", type=broker, metavar="URL", help="mqtt://[USER:PASSWORD@]HOST[:PORT], mqtts:// for TLS"
    )
    parser.add_argument("--station", type=level, metavar="ID", help="this station only (default: all there are)")
    parser.add_argument("--root", type=level, default="gse", help="first topic level (default: gse)")
    parser.add_argument("--json", action="store_true", help="every message as it came: one JSON object a line")


def run(args: argparse.Namespace) -> int:
    root, station, zone = args.root, args.station or "+", None
    try:
        if args.config:
            config = read_or_tell(args.config)
            if config is None:
                return BAD_CONFIGURATION
            place, root, zone = credentials(config.mqtt), config.mqtt.root, config.station.zone
            station = args.station or config.station.id
        else:
            place = args.broker
        show(place, f"{root}/1/up/{station}/#", zone, raw=args.json)
    except BrokerError as error:
        print(f"station-edge watch: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        pass
    return WELL


def show(broker: Broker, topic: str, zone: ZoneInfo | None, *, raw: bool) -> None:
    """A line a message, for ever. A device's first message is told whole, then what changed. Raises BrokerError."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    values: dict[str, dict[str, Any]] = {}
    for heard in listen(broker, [topic], lambda text: print(text, file=sys.stderr, flush=True)):
        message = parsed(heard.payload)
        if raw:
            said = {"topic": heard.topic, "retain": heard.retained, "payload": message}
            print(json.dumps(said, ensure_ascii=False), flush=True)
        elif message is not None:  # an empty payload takes a retained message away: nothing to tell
            print(spoken(heard.topic, message, values.setdefault(heard.topic, {}), zone)[:width], flush=True)


def spoken(topic: str, message: Any, before: dict[str, Any], zone: ZoneInfo | None) -> str:
    """One line of a message; of what anybody else publishes here, that it is none of ours."""
    try:
        return gist.line(topic, fresh(message, before), zone)
    except STRANGE:
        return f"{topic}: not a message of ours: {str(message)[:60]}"


def fresh(message: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """The message, of telemetry only what changed since `before`, which is brought up to date."""
    data = message.get("data")
    if not isinstance(data, dict) or not data.get("samples"):
        return message
    told = {**message, "data": gist.news(data, before)} if before else message
    before.update(data["samples"][-1].get("values", {}))
    return told


def parsed(payload: bytes) -> Any:
    """The JSON of a payload; None of an empty one, text of what is no JSON."""
    try:
        return json.loads(payload) if payload else None
    except (ValueError, RecursionError):
        return payload.decode("utf-8", "replace")


def credentials(mqtt: Mqtt) -> Broker:
    """The station's own way in. Raises BrokerError when the password cannot be read."""
    try:
        password = mqtt.password_file.read_text("utf-8").strip() if mqtt.password_file else ""
    except OSError as error:
        raise BrokerError(f"{mqtt.password_file}: {error.strerror}") from None
    broker = Broker(mqtt.host, mqtt.port, mqtt.username if password else "", password)
    return broker._replace(tls=True, ca=mqtt.tls.ca, cert=mqtt.tls.cert, key=mqtt.tls.key) if mqtt.tls else broker
