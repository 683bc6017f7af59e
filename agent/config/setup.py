"""Config → Setup: what the core needs to know of the configuration, and nothing else."""

from __future__ import annotations

from agent import __version__
from agent.config import files
from agent.config.holidays import published
from agent.config.model import Config
from agent.core.alarms.rule import Rulebook
from agent.core.setup import Setup
from drivers.plainfile import read_plain


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
        roster=config.roster,
        balance=config.balance,
        rules=Rulebook(config.rules),
        people=tuple(entry.person for entry in config.logins),
        inputs={c.input.name: c.input for c in config.inputs},
        outputs=tuple(p.name for p in config.outputs),
        languages=config.kiosk.languages,
        hotline=config.kiosk.hotline,
        printer=config.printer is not None,
        identity=config.feedback.identity,
        supervision=config.kiosk.supervision,
        officer=config.feedback.officer,
        deputy=config.feedback.deputy,
        head_office=files.key_in(read_plain(config.keys.head_office)) if config.keys.head_office else None,
        promises=config.promises,
        plan=config.plan,
        terms=config.terms,
        kinds=config.kinds,
        duties=config.duties,
        intervals=config.intervals,
        years=published(),
        digests=config.digests,
    )
