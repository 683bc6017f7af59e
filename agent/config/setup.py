"""Config → Setup: what the core needs to know of the configuration, and nothing else."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from pathlib import Path

from agent import __version__
from agent.config.holidays import published
from agent.config.model import Config
from agent.core.setup import Setup


def setup(config: Config) -> Setup:
    return Setup(
        station=config.station.id,
        name=config.station.name,
        zone=config.station.zone,
        version=__version__,
        fuels=config.station.fuels,
        devices={d.name: d for d in config.devices},
        nozzles=config.nozzles,
        limits=config.limits,
        rules=config.rules,
        people=tuple(entry.person for entry in config.logins),
        inputs=tuple(p.name for p in config.inputs),
        outputs=tuple(p.name for p in config.outputs),
        languages=config.kiosk.languages,
        hotline=config.kiosk.hotline,
        officer=config.feedback.officer,
        deputy=config.feedback.deputy,
        head_office=public_key(config.keys.head_office),
        promises=config.promises,
        years=published(),
        digests=config.digests,
    )


def public_key(path: Path | None) -> bytes | None:
    """The 32 bytes of an X25519 public key file (base64 text), None without a file. Raises ValueError."""
    if path is None:
        return None
    try:
        key = b64decode(path.read_text("ascii").strip(), validate=True)
    except (UnicodeDecodeError, Error):
        key = b""
    if len(key) != 32:
        raise ValueError(f"not an X25519 public key: {path}")
    return key
