"""The station file on trial, on disk: four names beside each other, and at any power cut either the old or the new.

station.toml            in force
station.toml.proposed   what is being examined
station.toml.previous   what was in force before
station.toml.trial      written before the first rename, gone when the outcome is in the journal
"""

from __future__ import annotations

import logging
from dataclasses import asdict, replace
from pathlib import Path

from agent.config.read import digest
from agent.core.messages import envelope
from agent.core.office.trial import STARTS, Trial
from agent.shell.store.atomic import replace_file, sync_folder

log = logging.getLogger(__name__)

PROPOSED, PREVIOUS, MARK = ".proposed", ".previous", ".trial"


def beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def read(path: Path) -> Trial | None:
    """The trial that `path` is on. What cannot be read is none: it is written whole or not at all."""
    try:
        known = envelope.load(beside(path, MARK).read_bytes())
        return Trial(**known | {"answering": tuple(known["answering"])})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.error("%s: %s", beside(path, MARK), error)
        return None


def write(path: Path, trial: Trial) -> None:
    """Raises OSError."""
    replace_file(beside(path, MARK), envelope.dump(asdict(trial)), mode=0o600)


def draft(path: Path, text: bytes) -> Path:
    """The proposed text as a file beside the one in force: relative paths mean the same there. Raises OSError."""
    replace_file(beside(path, PROPOSED), text, mode=path.stat().st_mode & 0o777)
    return beside(path, PROPOSED)


def apply(path: Path, trial: Trial) -> None:
    """The draft takes its place. Raises OSError."""
    write(path, trial)
    text = beside(path, PROPOSED).read_bytes()
    replace_file(path, text, beside(path, PREVIOUS), path.stat().st_mode & 0o777)


def take_back(path: Path, trial: Trial, why: str) -> Trial:
    """The previous file returns. Raises OSError."""
    log.error("the new station file is taken back: %s", why)
    trial = replace(trial, stage="back", why=why)
    write(path, trial)
    restore(path, trial)
    return trial


def restore(path: Path, trial: Trial) -> None:
    """Idempotent: the power may have failed after any step of it. Raises OSError."""
    previous = beside(path, PREVIOUS)
    if digest(path) == trial.after and digest(previous) == trial.before:
        replace_file(path, previous.read_bytes(), mode=path.stat().st_mode & 0o777)


def settle(path: Path) -> None:
    """Nothing is on trial any more. Raises OSError."""
    beside(path, MARK).unlink(missing_ok=True)
    beside(path, PROPOSED).unlink(missing_ok=True)
    sync_folder(path.parent)


def begin(path: Path) -> Trial | None:
    """At each start, before the station file is read: go on with a trial, or take it back. Raises OSError."""
    trial = read(path)
    if trial is None:
        return None
    if trial.stage == "back":
        restore(path, trial)
    elif digest(path) == trial.after:
        if trial.starts >= STARTS:
            return take_back(path, trial, f"started {trial.starts} times without a healthy cycle")
        trial = replace(trial, starts=trial.starts + 1)
        write(path, trial)
    return trial
