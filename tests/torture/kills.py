"""Fault tests 1 and 2: agent, broker and collector are killed at random moments while customers rate."""

from __future__ import annotations

from pathlib import Path

from torture.site import PERSISTENT, Site


def agent(folder: Path, rounds: int, seed: int) -> str:
    """The agent is killed `rounds` times, with devices polled and the broker flapping."""
    with Site(folder, seed, *PERSISTENT) as site:
        for number in range(1, rounds + 1):
            site.kill_agent(0.1, 2.0)
            if number % 10 == 0:
                site.kill_broker()
        return f"1. agent killed {rounds} times, broker {rounds // 10}: {site.count()}"


def others(folder: Path, rounds: int, seed: int, *persistence: str) -> str:
    """Broker and collector are killed `rounds` times each, in turns."""
    with Site(folder, seed, *persistence) as site:
        for _ in range(rounds):
            site.kill_broker()
            site.kill_collector()
        kind = "a broker that keeps its queue" if persistence else "a forgetful broker"
        return f"2. {kind} and the collector killed {rounds} times each: {site.count()}"


def everybody(folder: Path, rounds: int, seed: int) -> str:
    """All three, in any order."""
    with Site(folder, seed) as site:
        for _ in range(rounds):
            who = site.chance.choice(("agent", "broker", "collector"))
            if who == "agent":
                site.kill_agent(0.1, 1.5)
            elif who == "broker":
                site.kill_broker(1.0)
            else:
                site.kill_collector(1.0)
        return f"   agent, broker and collector killed {rounds} times in any order: {site.count()}"
