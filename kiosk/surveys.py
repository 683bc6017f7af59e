"""Questionnaires as a page asks them: one item a screen, each answered by a face."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SurveyView:
    """One that runs now. `items`: its name for the answer, and what is asked, by language; `own`: head office's."""

    name: str
    title: Mapping[str, str]
    items: tuple[tuple[str, Mapping[str, str]], ...]
    scale: int = 5
    own: bool = False
