"""Strict TOML: each key is asked for or a problem, and each problem knows its file, line, key and what is allowed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from drivers.plainfile import read_plain

Where = tuple[str | int, ...]  # ("device", 2, "address"): the path of a key in the file

HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
ASSIGN = re.compile(
    r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*=(.*)", re.S
)
PART = re.compile(r"[A-Za-z0-9_-]+|\"([^\"]*)\"|'([^']*)'")
QUOTES = ('"""', "'''", '"', "'")
UNSEEN = re.compile(r"[^\t\n -~\xa0-\ufffd\U00010000-\U0010ffff]")  # control characters, and what is no character
SHOWN = 100  # characters of a wrong text
MISSING: Any = object()
Word = TypeVar("Word", bound=str)


class Problem(NamedTuple):
    """One thing wrong in one file, told so that it can be mended without reading code."""

    file: str
    line: int
    key: str
    wrong: str
    allowed: str = ""

    def __str__(self) -> str:
        said = f"{self.file}:{self.line}: {self.key}: {self.wrong}"
        return f"{said}; {self.allowed}" if self.allowed else said


@dataclass
class Source:
    """One TOML file: where its keys stand, and what was found wrong in it."""

    path: Path
    lines: dict[Where, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def line(self, where: Where) -> int:
        """The line of a key, or of the nearest table around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def problem(self, where: Where, wrong: str, allowed: str = "") -> None:
        self.problems.append(Problem(str(self.path), self.line(where), spoken(where), wrong, allowed))

    def warn(self, where: Where, wrong: str, advice: str = "") -> None:
        self.warnings.append(Problem(str(self.path), self.line(where), spoken(where), wrong, advice))


def spoken(where: Where) -> str:
    """`("device", 2, "address")` → `device[3].address`, counted as people count."""
    said = ""
    for part in where:
        said += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if said else str(part)
    return said or "file"


def load(path: Path) -> tuple[Table, Source]:
    """Read a TOML file. A file that cannot be read or parsed gives an empty table and one problem."""
    source = Source(path)
    content: dict[str, Any] = {}
    try:
        text = read_plain(path).decode()
        content = tomllib.loads(text)
        source.lines = dict(positions(text))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        source.problems.append(Problem(str(path), int(at[1]) if at else 1, "file", f"not TOML: {error}", "see toml.io"))
    except (OSError, ValueError, RecursionError) as error:  # no such file; no text; numbers or brackets without end
        source.problem((), f"cannot be read: {getattr(error, 'strerror', None) or error}", "a readable UTF-8 TOML file")
    return Table(source, (), content), source


def positions(text: str) -> Iterator[tuple[Where, int]]:
    """(path, line) of every key and table header; inline tables share the line of their key."""
    base: Where = ()
    counts: dict[Where, int] = {}
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        if header := HEADER.match(line):
            base = ()
            parts = keys(header[2])
            for depth, part in enumerate(parts):
                base += (part,)
                if header[1] == "[[" and depth == len(parts) - 1:
                    counts[base] = counts.get(base, -1) + 1
                if base in counts:
                    base += (counts[base],)
            yield base, number
        elif assign := ASSIGN.match(line):
            where = base
            for part in keys(assign[1]):
                where += (part,)
                yield where, number
            depth, quote = scan(assign[2], 0, "")
            while depth > 0 or quote:
                try:
                    depth, quote = scan(next(lines)[1], depth, quote)
                except StopIteration:
                    break


def keys(dotted: str) -> list[str]:
    return [m[1] or m[2] or m[0] for m in PART.finditer(dotted)]


def scan(line: str, depth: int, quote: str) -> tuple[int, str]:
    """How many brackets are open after this line, and in which multi-line text it ends (empty: in none)."""
    at = 0
    while at < len(line):
        if quote:
            at = closing(line, at, quote)
            if at < 0:
                return depth, quote if len(quote) == 3 else ""
            quote = ""
        elif line[at] == "#":
            break
        elif opened := next((q for q in QUOTES if line.startswith(q, at)), ""):
            quote, at = opened, at + len(opened)
        else:
            depth += (line[at] in "[{") - (line[at] in "]}")
            at += 1
    return depth, quote if len(quote) == 3 else ""


def closing(line: str, at: int, quote: str) -> int:
    """Behind the quotes that close a text begun before `at`; -1 when this line does not close it."""
    while at < len(line):
        if line[at] == "\\" and quote[0] == '"':
            at += 2
        elif line.startswith(quote, at):
            return at + len(quote)
        else:
            at += 1
    return -1


class Table:
    """One table of a file, read key by key; `end()` names what nobody asked for."""

    def __init__(self, source: Source, where: Where, content: dict[str, Any]) -> None:
        self.source, self.where, self.content = source, where, content
        self.asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def problem(self, key: str, wrong: str, allowed: str = "") -> None:
        self.source.problem((*self.where, key) if key else self.where, wrong, allowed)

    def warn(self, key: str, wrong: str, advice: str = "") -> None:
        self.source.warn((*self.where, key) if key else self.where, wrong, advice)

    def take(self, key: str, kinds: type | tuple[type, ...], allowed: str, default: Any) -> Any:
        """The raw value of `key`, or `default` after a problem was noted. MISSING as default: the key must be there."""
        self.asked.add(key)
        if key not in self.content:
            if default is MISSING:
                self.problem(key, "is missing", allowed)
                return None
            return default
        value = self.content[key]
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            self.problem(key, f"{value!r} is not allowed", allowed)
            return None if default is MISSING else default
        return value

    def text(
        self, key: str, default: Any = MISSING, *, pattern: str = "", fits: Callable[[str], bool] | None = None,
        allowed: str = "text",
    ) -> str:  # fmt: skip
        """Text that can be seen, of which `pattern` is the whole and to which `fits` says yes."""
        value = self.take(key, str, allowed, default)
        if value is None:
            return ""
        unseen = UNSEEN.search(value)
        wrong = unseen or (pattern and not re.fullmatch(pattern, value)) or (fits and not fits(value))
        if key in self.content and wrong:
            self.problem(key, f"{value[:SHOWN]!r} is not allowed", allowed)
        return "" if unseen else str(value)

    def choice(self, key: str, words: Collection[Word], default: Any = MISSING) -> Word:
        allowed = "one of " + ", ".join(w or '""' for w in words)
        value = self.take(key, str, allowed, default)
        if key in self.content and value is not None and value not in words:
            self.problem(key, f"{value!r} is unknown", allowed)
        return value if value in words or value == default else next(iter(words))

    def integer(self, key: str, default: Any = MISSING, *, low: int = 0, high: int = 2**63) -> int:
        allowed = f"a whole number from {low} to {high}"
        value = self.take(key, int, allowed, default)
        if value is None:
            return low
        if key in self.content and not low <= value <= high:
            self.problem(key, f"{value} is out of bounds", allowed)
        return int(value)

    def number(self, key: str, default: Any = MISSING, *, low: float = 0.0, high: float = 1e300) -> float:
        allowed = f"a number from {low:g} to {high:g}" if high < 1e300 else f"a number not below {low:g}"
        value = self.take(key, (int, float), allowed, default)
        if value is None:
            return max(low, 0.0)
        if key in self.content and not low <= value <= high:  # NaN fails too
            self.problem(key, f"{value} is out of bounds", allowed)
            return max(low, 0.0)
        return float(value)

    def flag(self, key: str, default: Any = MISSING) -> bool:
        return bool(self.take(key, bool, "true or false", default))

    def items(self, key: str, kind: type | tuple[type, ...], allowed: str, default: Any = MISSING) -> list[Any]:
        """A list whose members are all of one kind."""
        value = self.take(key, list, allowed, default)
        if value is None:
            return []
        good = [v for v in value if isinstance(v, kind) and not isinstance(v, bool) and not UNSEEN.search(str(v))]
        if len(good) < len(value):
            self.problem(key, f"{value!r} is not allowed", allowed)
        return good

    def table(self, key: str, *, required: bool = False) -> Table:
        """A sub-table; an absent one reads as empty."""
        value = self.take(key, dict, "a table", MISSING if required else {})
        return Table(self.source, (*self.where, key), value or {})

    def tables(self, key: str) -> list[Table]:
        """An array of tables, in the file's order."""
        value = self.take(key, list, f"[[{key}]] tables", [])
        if any(not isinstance(v, dict) for v in value or []):
            self.problem(key, "holds something that is not a table", f"[[{key}]] tables")
        return [Table(self.source, (*self.where, key, i), v) for i, v in enumerate(value or []) if isinstance(v, dict)]

    def end(self) -> None:
        """Every key that nobody asked for is a problem: a misspelt key must not be silently ignored."""
        for key in self.content:
            if key not in self.asked:
                self.problem(key, "unknown key", "one of " + ", ".join(sorted(self.asked) or ["(nothing)"]))
