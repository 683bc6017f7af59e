"""Where device maps are found: built in, by key, or an integrator's own, by path."""

from __future__ import annotations

from pathlib import Path

HOME = Path(__file__).parent.parent
FOLDERS = ("dispenser", "meter")


def models() -> dict[str, Path]:
    """The built-in maps by key, which is the file's name without `.toml`."""
    return {path.stem: path for folder in FOLDERS for path in sorted((HOME / folder).glob("*.toml"))}


def find(model: str, base: Path) -> Path | None:
    """The map file of a `model` as a configuration names it: a built-in key, or a path ending in .toml that starts
    at `base`. None: no such built-in. A path is not looked at; reading it tells what is wrong with it.
    """
    return base / model if model.endswith(".toml") else models().get(model)
