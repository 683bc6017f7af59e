"""Rows out of the raw pages of a journal that SQLite will not read any more (its file format, §1.5, §2.1 and §4).

It trusts nothing but the leaf in hand: whether a row is what was written is for whoever asked to prove.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from mmap import mmap

PAGE = 4096  # bytes
TABLE, INDEX = 0x0D, 0x0A  # leaves: of a table with row numbers, of one without
SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)  # bytes of the serial types 0 to 9
HEAD, FRAME = 32, 24  # bytes before the log's first frame, and before each page in it
Value = int | bytes | None
Overflow = Callable[[int], bytes]


def carve(file: bytes | mmap, log: bytes) -> Iterator[tuple[int, list[Value]]]:
    """Row number (0 in a table without) and columns of every row on every page: the file's, then the log's."""
    written = dict(frames(log))

    def page(number: int) -> bytes:
        return written.get(number) or file[(number - 1) * PAGE : number * PAGE]

    for at in range(0, len(file), PAGE):
        yield from rows(file[at : at + PAGE], page)
    for _, content in frames(log):
        yield from rows(content, page)


def frames(log: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of each page in a write-ahead log; those of an earlier turn of it first."""
    salts = log[16:24]
    found = [(log[at : at + FRAME], at + FRAME) for at in range(HEAD, len(log) - FRAME, FRAME + PAGE)]
    for head, at in sorted(found, key=lambda frame: frame[0][8:16] == salts):
        yield int.from_bytes(head[:4], "big"), log[at : at + PAGE]


def rows(page: bytes, overflow: Overflow) -> Iterator[tuple[int, list[Value]]]:
    """What the cells of one leaf hold; a cell that cannot be read is left out, and so is any other page."""
    if page[:1] not in (bytes([TABLE]), bytes([INDEX])):
        return
    pointers = page[8 : 8 + 2 * int.from_bytes(page[3:5], "big")]
    for at in range(0, len(pointers) - 1, 2):
        try:
            yield cell(page, int.from_bytes(pointers[at : at + 2], "big"), page[0] == TABLE, overflow)
        except (IndexError, ValueError):
            continue


def cell(page: bytes, at: int, numbered: bool, overflow: Overflow) -> tuple[int, list[Value]]:
    """Raises IndexError or ValueError for what is none."""
    size, at = varint(page, at)
    number, at = varint(page, at) if numbered else (0, at)
    most = PAGE - 35 if numbered else (PAGE - 12) * 64 // 255 - 23
    least = (PAGE - 12) * 32 // 255 - 23
    here = size
    if size > most:
        here = least + (size - least) % (PAGE - 4)
        here = here if here <= most else least
    content = page[at : at + here]
    following = int.from_bytes(page[at + here : at + here + 4], "big") if here < size else 0
    for _ in range(size // (PAGE - 4) + 1):
        if len(content) >= size:
            break
        more = overflow(following)
        content, following = content + more[4:][: size - len(content)], int.from_bytes(more[:4], "big")
    if len(content) != size:
        raise ValueError("the cell is longer than what there is of it")
    return number, columns(content)


def columns(record: bytes) -> list[Value]:
    """Integers, texts and blobs; a text stays bytes. Raises IndexError or ValueError."""
    end, at = varint(record, 0)
    types = []
    while at < end:
        type, at = varint(record, at)
        types.append(type)
    places = [end]
    for type in types:
        places.append(places[-1] + (SIZES[type] if type < 10 else (type - 12) // 2))
    if at != end or places[-1] != len(record):
        raise ValueError("the record is not as long as it says")
    return [read(type, record[a:b]) for type, (a, b) in zip(types, pairwise(places), strict=True)]


def read(type: int, content: bytes) -> Value:
    if type == 0:
        return None
    return content if type >= 12 else int.from_bytes(content, "big", signed=True) if type < 7 else type - 8


def varint(content: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where the next one begins. Raises IndexError."""
    value = 0
    for place in range(at, at + 8):
        byte = content[place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + 1
    return value << 8 | content[at + 8], at + 9


def texts(record: list[Value]) -> Mapping[str, str]:
    """A record of two texts as a name and its value; nothing when it is none."""
    match record:
        case [bytes(name), bytes(value)]:
            return {name.decode("utf-8", "replace"): value.decode("utf-8", "replace")}
    return {}
