"""Every fault test at its full length, with its seed and its counts; a failed one is told, and the others go on."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from torture import adversary, backlog, crash, disk, fleet, hang, kills, net, skew, tamper, torn
from torture.site import PERSISTENT

# A folder of its own, rounds, seed → what was counted. Raises AssertionError; pytest.skip for what cannot be here.
Story = Callable[[Path, int, int], str]

PARTS: Mapping[str, tuple[Story, ...]] = {
    "adversary": (lambda at, n, seed: adversary.adversary(at, 500 * n, seed),),
    "tamper": (tamper.tampered,),
    "image": (lambda at, n, seed: tamper.old_image(at),),
    "torn": (lambda at, n, seed: torn.torn(at, 5 * n, seed),),
    "crash": (
        lambda at, n, seed: crash.killed(at),
        lambda at, n, seed: crash.cut(at),
        lambda at, n, seed: crash.power(at, n // 4, seed),
    ),
    "disk": (
        lambda at, n, seed: disk.failed(at, n // 4, seed),
        lambda at, n, seed: disk.full(at, n // 8, seed),
        lambda at, n, seed: disk.readonly(at, n // 8, seed),
    ),
    "hang": (
        lambda at, n, seed: hang.hung(at, 30.0, seed),
        lambda at, n, seed: hang.dialling(at, 110.0, seed),
    ),
    "net": (
        lambda at, n, seed: net.troubled(at, n // 4, seed, net.QUICK),
        lambda at, n, seed: net.troubled(at, n // 40, seed, net.SLOW),
        lambda at, n, seed: net.disguised(at, n // 20, seed),
    ),
    "clock": (lambda at, n, seed: skew.jumped(at, n // 4, seed),),
    "backlog": (lambda at, n, seed: str(backlog.drained(at, 7.0 * n / 200)),),
    "fleet": (lambda at, n, seed: fleet.gathered(at, n, 1500, 2),),
    "kills": (
        lambda at, n, seed: kills.others(at, n // 4, seed),
        lambda at, n, seed: kills.others(at, n // 4, seed, *PERSISTENT),
        lambda at, n, seed: kills.everybody(at, n // 2, seed),
        kills.agent,
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser("make torture", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"all, or some of: {' '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=200, help="kills of the agent; the rest in proportion")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 10_000)
    args = parser.parse_args()
    if unknown := [part for part in args.parts if part not in PARTS]:
        parser.error(f"{' '.join(unknown)}: no such part; there are {' '.join(PARTS)}")
    logging.disable(logging.CRITICAL)
    print(f"seed {args.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        outcomes = [
            run_story(story, Path(folder) / f"{part}-{number}", args.rounds, args.seed)
            for part in args.parts or PARTS
            for number, story in enumerate(PARTS[part])
        ]
    return 0 if all(outcomes) else 1


def run_story(story: Story, folder: Path, rounds: int, seed: int) -> bool:
    """Live one story and print what it counted; False when it failed."""
    began, well = time.monotonic(), True
    try:
        said = story(folder, rounds, seed)
    except pytest.skip.Exception as reason:
        said = f"not tried: {reason}"
    except AssertionError as error:
        well = False
        said = f"FAILED: {error} {' '.join(getattr(error, '__notes__', ()))}"
    print(f"{said}  [{time.monotonic() - began:.0f} s]", flush=True)
    return well


if __name__ == "__main__":
    sys.exit(main())
