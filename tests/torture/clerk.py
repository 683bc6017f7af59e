"""A process that keeps facts as the daemon does, and says what it has kept; made to be killed at any system call.

`python -m torture.clerk FOLDER FIRST GROUP`: one fact numbered FIRST, then GROUP more in one commit, then the rest of
what the daemon writes: books, marks, a batch of traces.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from collectors import entered

from agent.core.messages import envelope
from agent.core.model import Trace
from agent.shell import clock
from agent.shell.store.books import Shelf
from agent.shell.store.journal import Journal
from agent.shell.store.spool import Spool

KEY = b"a station's key in torture 32 B."


def main() -> None:
    folder, first, group = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    journal = Journal(folder / "journal.db", "cq-0147", "b001", key=KEY)
    shelf, spool = Shelf(folder / "books", journal), Spool(folder / "spool.db")
    journal.append([entered(first)])
    say(first)
    journal.append([entered(n) for n in range(first + 1, first + 1 + group)])
    say(*range(first + 1, first + 1 + group))
    shelf.update()
    journal.mark("seen", str(first))
    journal.flush()
    trace = Trace("tele", "meter-1", {"n": first}, "meter-1", clock.now())
    spool.put("b001", [envelope.trace(trace, first + 1, "cq-0147", "b001")])
    spool.close()
    journal.close()


def say(*numbers: int) -> None:
    """One write, so that it is either said or not."""
    os.write(1, "".join(f"r{n}\n" for n in numbers).encode())


if __name__ == "__main__":
    main()
