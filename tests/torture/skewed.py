"""The daemon on a machine whose NTP is switched by hand: `python -m torture.skewed FILE run -c station.toml`.

The kernel believes its clock while FILE exists. Its wall clock is libfaketime's (`faketime.settable`).
"""

from __future__ import annotations

import sys
from pathlib import Path

from agent import cli
from agent.shell import clock

if __name__ == "__main__":
    believed = Path(sys.argv[1])
    clock.TRUST = clock.Trust(believed.exists)
    sys.exit(cli.main(sys.argv[2:]))
