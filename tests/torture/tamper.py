"""Fault tests 9 and 25: an old card image put back, and captures that somebody edited, shortened or rearranged."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from collectors import Collector, entered, proved
from mosquitto import mosquitto
from voices import access, soon, station

from agent.core import seal
from agent.core.lanes.verify import verify
from agent.core.messages import envelope
from agent.core.messages.envelope import standing
from agent.core.model import Remarked, Standing
from agent.shell import clock
from agent.shell.store.journal import Journal

KEY = b"a station's key in torture 32 B."
UP, DOWN = "gse/1/up/cq-0147/", "gse/1/dn/cq-0147/"


def old_image(folder: Path, before: int = 1000, lost: int = 300, after: int = 194) -> str:
    return asyncio.run(rolled_back(folder, before, lost, after))


async def rolled_back(folder: Path, before: int, lost: int, after: int) -> str:
    """`before` facts are acknowledged, an image is taken, `lost` more are; the image comes back and `after` follow."""
    card, image = folder / "card", folder / "image"
    with mosquitto(folder / "broker") as broker, Collector(folder, broker.port) as collector:
        async with station(card, access(broker.port)) as one:
            await one.keep(*(entered(n) for n in range(before)))
            await soon(lambda: one.publisher.facts.delivery.acked == before)
        shutil.copytree(card, image)
        async with station(card, access(broker.port), boot="b002") as one:
            await one.keep(*(entered(n) for n in range(before, before + lost)))
            await soon(lambda: one.publisher.facts.delivery.acked == before + lost)
        async with station(image, access(broker.port), boot="b003") as one:
            for n in range(before + lost, before + lost + after):
                await one.keep(entered(n))
            await soon(lambda: "storage-rolled-back" in {remark.what for remark in one.told(Remarked)})
            await soon(lambda: one.publisher.facts.delivery.acked == one.journal.head().seq)
    total = before + lost + after
    assert proved(collector.db, [f"r{n}" for n in range(total)]) == total
    return (
        f"9. an old card image after {before} acknowledged facts and {lost} more: found at the first hello, "
        f"{after} of {after} new facts arrived, {total} held"
    )


# ── captures ────────────────────────────────────────────────────────────────


def edit(lines: list[str], chance: random.Random) -> None:
    at = chance.randrange(1, len(lines) - 1)
    lines[at] = lines[at].replace('"rating":', '"rating":1', 1).replace('"hash":"', '"hash":"0', 1)


def remove(lines: list[str], chance: random.Random) -> None:
    del lines[chance.randrange(2, len(lines) - 2)]


def swap(lines: list[str], chance: random.Random) -> None:
    """Two bodies change places; ids stay where they were."""
    rows = [n for n, line in enumerate(lines) if '"receipt"' in line]
    a, b = chance.sample(rows, 2)
    (x, xs), (y, ys) = (lines[n].split('"data":') for n in (a, b))
    lines[a], lines[b] = f'{x}"data":{ys}', f'{y}"data":{xs}'


def insert(lines: list[str], chance: random.Random) -> None:
    """Somebody's own fact, linked to the one before it as it should be."""
    at = chance.randrange(1, len(lines) - 2)
    topic, _, payload = lines[at].partition(" ")
    message = json.loads(payload)
    own = message | {"seq": message["seq"] + 1, "prev": envelope.digest(payload.encode())}
    own["id"] = f"cq-0147/fact/1/{own['seq']}"
    lines.insert(at + 1, f"{topic} {json.dumps(own, separators=(',', ':'))}")


def shorten(lines: list[str], chance: random.Random) -> None:
    """The tail is cut off, and only head office's own ack is left of it."""
    del lines[chance.randrange(2, len(lines) - 1) : -1]


HARMS: tuple[Callable[[list[str], random.Random], None], ...] = (edit, remove, swap, insert, shorten)


def capture(folder: Path, facts: int) -> list[str]:
    """What `mosquitto_sub -v` would print: birth, facts with their checkpoints, the ack at the end."""
    journal = Journal(folder / "journal.db", "cq-0147", "b001", key=KEY)
    kept = journal.append([entered(n) for n in range(facts)])
    head = journal.head()
    journal.close()
    told = {"station": "cq-0147", "keys": {"station": b64encode(seal.public_of(KEY)).decode()}}
    birth = standing(Standing("birth", "_", told, clock.now()), 1, "cq-0147", "b001")
    ack = envelope.dump({"epoch": "1", "through": head.seq, "hash": head.hash, "missing": []})
    lines = [f"{UP}birth/_ {birth.payload.decode()}", *(f"{UP}{m.topic} {m.payload.decode()}" for m in kept)]
    return [*lines, f"{DOWN}ack/fact {ack.decode()}"]


def tampered(folder: Path, rounds: int, seed: int) -> str:
    """`rounds` of each harm. Raises AssertionError when one is not found, or a sound capture is doubted."""
    sound, chance = capture(folder, 1100), random.Random(seed)
    assert not verify(sound).findings
    for harm in HARMS:
        for number in range(rounds):
            lines = list(sound)
            harm(lines, chance)
            assert verify(lines).findings, f"{harm.__name__} {number} of seed {seed} was not found"
    cases = len(HARMS) * rounds
    return f"   {rounds} captures each edited, removed from, swapped, inserted into, cut: {cases} of {cases} found"
