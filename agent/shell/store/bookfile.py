"""A book's file: one document a line, and a sum over all of it, so that a torn one is never believed."""

from __future__ import annotations

import json
import logging
import re
import zlib
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

Tables = dict[str, dict[str, Any]]
HEAD = re.compile(rb'\{"crc32": (\d{1,10}), "tables": \{\n')
END = b"\n}}\n"


def write(tables: Tables) -> bytes:
    parts = []
    for name, rows in tables.items():
        lines = ",\n".join(
            f"{json.dumps(number)}: {json.dumps(doc, ensure_ascii=False)}" for number, doc in rows.items()
        )
        parts.append(f"{json.dumps(name)}: {{\n{lines}\n}}")
    body = ",\n".join(parts)
    return f'{{"crc32": {zlib.crc32(body.encode())}, "tables": {{\n{body}\n}}}}\n'.encode()


def examine(content: bytes) -> None:
    """Raises ValueError for what we did not write so, to the byte."""
    head = HEAD.match(content)
    if head is None:
        raise ValueError("it does not begin as a book does")
    if not content.endswith(END):
        raise ValueError("it is cut short")
    if zlib.crc32(content[head.end() : -len(END)]) != int(head[1]):
        raise ValueError("its sum is wrong")


def read(path: Path) -> Tables | None:
    """What a file holds, or None when there is none or it is not what we wrote: then it is made anew."""
    content = sound(path)
    tables: Tables | None = json.loads(content)["tables"] if content else None
    return tables


def sound(path: Path) -> bytes:
    """The content of a file as we wrote it; empty when there is none, or when it cannot be believed."""
    try:
        content = path.read_bytes()
        examine(content)
        return content
    except FileNotFoundError:
        return b""
    except (OSError, ValueError) as error:
        log.warning("%s cannot be believed (%s): the book is made anew", path, error)
        return b""
