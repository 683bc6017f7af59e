"""A book's file: one document a line, and a sum over all of it, so that a torn one is never believed."""

from __future__ import annotations

import json
import logging
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

log = logging.getLogger(__name__)

Tables = dict[str, dict[str, Any]]
HEAD = re.compile(rb'\{"crc32": (\d{1,10}), "tables": \{\n')
END = b"\n}}\n"


class Line(NamedTuple):
    """One document as its file has it: a fifth of the memory that its members would take."""

    table: str
    number: str
    text: bytes

    def doc(self) -> Any:
        return json.loads(self.text)


def write(tables: Tables) -> bytes:
    return join({name: {number: line_of(doc) for number, doc in rows.items()} for name, rows in tables.items()})


def line_of(doc: Any) -> bytes:
    return json.dumps(doc, ensure_ascii=False).encode()


def join(tables: Mapping[str, Mapping[str, bytes]]) -> bytes:
    """A whole file: of each table the lines by their numbers."""
    parts = []
    for name, rows in tables.items():
        lines = b",\n".join(f'"{number}": '.encode() + text for number, text in rows.items())
        parts.append(b"%s: {\n%s\n}" % (json.dumps(name).encode(), lines))
    body = b",\n".join(parts)
    return b'{"crc32": %d, "tables": {\n%s\n}}\n' % (zlib.crc32(body), body)


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


def lines(path: Path) -> Iterator[Line]:
    """The documents of a file, one at a time; none of one that cannot be believed."""
    content = sound(path)
    if not content:
        return
    table, at = "", len(HEAD.match(content)[0])  # type: ignore[index]  # it is sound
    while at < len(content) - len(END):
        end = content.index(b"\n", at)
        number, colon, text = content[at:end].partition(b": ")
        if text == b"{":
            table = json.loads(number)
        elif colon:
            yield Line(table, number.decode()[1:-1], text.removesuffix(b","))
        at = end + 1


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
