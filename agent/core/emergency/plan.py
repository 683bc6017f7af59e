"""The emergency plan: what is done first in which kind of emergency, and whom to call. It needs no network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Said = tuple[str, str]  # in Chinese and in English


class Kind(NamedTuple):
    """One kind of emergency and its steps, in order."""

    id: str
    name: Said
    steps: tuple[str, ...]


class Phone(NamedTuple):
    name: Said
    number: str


class Plan(NamedTuple):
    kinds: Mapping[str, Kind]
    steps: Mapping[str, Said]
    phones: tuple[Phone, ...]
    own: int = 0  # of these, the station's, in front


NO_PLAN = Plan({}, {}, ())
