"""Every fault test at its full length, with its seed and its counts; a failed one is told, and the others go on."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from torture import kills, tamper, torn
from torture.site import PERSISTENT


def main() -> int:
    parser = argparse.ArgumentParser("make torture", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="kills of the agent; the rest in proportion")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 10_000)
    args = parser.parse_args()
    n, seed = args.rounds, args.seed
    logging.disable(logging.CRITICAL)
    print(f"seed {seed}", flush=True)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="torture-") as name:
        folder = Path(name)
        stories: tuple[Callable[[], str], ...] = (
            lambda: tamper.tampered(folder / "tampered", n, seed),
            lambda: tamper.old_image(folder / "image"),
            lambda: torn.torn(folder / "torn", 5 * n, seed),
            lambda: kills.others(folder / "forgetful", n // 4, seed),
            lambda: kills.others(folder / "keeping", n // 4, seed, *PERSISTENT),
            lambda: kills.everybody(folder / "everybody", n // 2, seed),
            lambda: kills.agent(folder / "agent", n, seed),
        )
        for story in stories:
            began = time.monotonic()
            try:
                said = story()
            except AssertionError as error:
                failed += 1
                said = f"FAILED: {error} {' '.join(getattr(error, '__notes__', ()))}"
            print(f"{said}  [{time.monotonic() - began:.0f} s]", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
