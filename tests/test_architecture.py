"""The shape of the program, kept by a test: who may import whom, one library a file, one idea a file."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("agent", "drivers", "kiosk")
FILES = sorted(p.relative_to(ROOT) for top in OURS for p in (ROOT / top).rglob("*.py"))
TESTS = sorted(p.relative_to(ROOT) for p in (ROOT / "tests").rglob("*.py"))
LONGEST = 300  # lines: above that a file asks to be two

# Leaves know nobody but themselves; only the agent knows both.
MAY_IMPORT = {"drivers": {"drivers"}, "kiosk": {"kiosk"}, "agent": {"agent", "drivers", "kiosk"}}

# Within the agent: the pure core knows no edge, and the edge knows no command.
LAYERS = {
    "agent/core": ("agent.core",),
    "agent/config": ("agent.core", "agent.config"),
    "agent/shell": ("agent.core", "agent.config", "agent.shell"),
    "agent/collect": ("agent.core", "agent.collect"),
}

# Each library in its own file: whoever wants to know how we use it reads one file, and its next release touches one.
LIBRARIES = {
    "pymodbus": ("drivers/bus/modbus.py", "drivers/sim/"),  # the client; the simulator is the other end of the wire
    "serial": ("drivers/bus/modbus.py", "drivers/bus/wire.py", "drivers/sim/"),
    # the station's side; head office's side; the answers that both must be able to read
    "paho": ("agent/shell/mqtt/session.py", "agent/shell/mqtt/listener.py", "agent/shell/mqtt/reasons.py"),
    "tinydb": ("agent/shell/store/books.py",),
    "gpiozero": ("agent/shell/pins.py",),
    "aiohttp": ("kiosk/server.py",),
    "jinja2": ("kiosk/pages.py",),
    "pypinyin": ("kiosk/pinyin/__main__.py",),  # and jieba, whose word counts are read as a file
    "markupsafe": ("kiosk/pages.py",),  # jinja2's own
    "nacl": ("agent/core/seal.py",),
    "orjson": ("agent/core/messages/envelope.py",),
    "escpos": ("agent/shell/receipt.py",),
    "PIL": ("agent/shell/receipt.py",),  # escpos' own
    "xlsxwriter": ("agent/shell/spreadsheet.py",),
    "chinese_calendar": ("agent/config/holidays.py",),
    "amqtt": ("agent/commands/demo_broker.py",),
}

# What a pure file must not touch: no clock, no file, no socket, no task, no chance.
IMPURE = {
    "asyncio", "os", "time", "socket", "random", "secrets", "sqlite3", "threading", "subprocess", "select", "ssl",
    "shutil", "tempfile", "io", "logging", "signal", "uuid", "multiprocessing", "urllib", "http", "ctypes",
}  # fmt: skip
TOUCHES = {"open", "print", "input"}
READS_OR_WRITES = {
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "mkdir",
    "unlink",
    "iterdir",
    "is_file",
    "exists",
}
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "monotonic_ns", "time_ns", "perf_counter", "clock_gettime"}
CLOCK_FILES = ("agent/shell/clock.py", "drivers/sim/")  # a simulated device is another machine, with its own clock
SPEAKERS = ("agent/cli.py", "agent/commands/", "kiosk/__main__.py", "kiosk/pinyin/__main__.py")
EMPTY_WORDS = re.compile(r"Manager|Helper|Base|Util|Impl|Info$")
VAGUE_VERBS = ("tell", "look", "spell")  # any step could be called so: compare, report, encode, log_change say more


def tree(file: Path) -> ast.Module:
    return ast.parse((ROOT / file).read_text("utf-8"), str(file))


def imports(file: Path) -> Iterator[str]:
    """Dotted names of everything a file imports, at its top or inside a function."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(file: Path) -> Iterator[tuple[int, str, str]]:
    """(line, owner, name) of every call: `time.time()` → (…, "time", "time"), `open()` → (…, "", "open")."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.lineno, "", node.func.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield node.lineno, owner.id if isinstance(owner, ast.Name) else "…", node.func.attr


def inside(file: Path, folder: str) -> bool:
    return file.as_posix().startswith(folder + "/")


def test_drivers_and_kiosk_know_nobody_but_themselves() -> None:
    wrong = [
        f"{file} imports {name}"
        for file in FILES
        for name in imports(file)
        if (top := name.split(".")[0]) in OURS and top not in MAY_IMPORT[file.parts[0]]
    ]
    assert not wrong


def test_the_agents_layers_look_inwards_only() -> None:
    wrong = [
        f"{file} imports {name}"
        for folder, allowed in LAYERS.items()
        for file in FILES
        if inside(file, folder)
        for name in imports(file)
        if name.startswith("agent.") and name.count(".") and name != "agent.__version__"
        if not name.startswith(allowed)
    ]
    assert not wrong


def test_each_library_lives_in_its_own_file() -> None:
    foreign = [
        (file, top)
        for file in FILES
        for top in {name.split(".")[0] for name in imports(file)} - {*OURS, *sys.stdlib_module_names}
    ]
    wrong = [
        f"{file} imports {top}; allowed: {', '.join(LIBRARIES.get(top, ('nowhere',)))}"
        for file, top in foreign
        if not file.as_posix().startswith(LIBRARIES.get(top, ()))
    ]
    assert not wrong


def test_the_core_is_pure() -> None:
    pure = [file for file in FILES if inside(file, "agent/core")]
    wrong = [f"{file} imports {n}" for file in pure for n in imports(file) if n.split(".")[0] in IMPURE]
    wrong += [
        f"{file}:{line}: {name}()"
        for file in pure
        for line, owner, name in calls(file)
        if (not owner and name in TOUCHES) or name in READS_OR_WRITES
    ]
    assert not wrong


def test_one_file_reads_clocks() -> None:
    wrong = [
        f"{file}:{line}: {owner}.{name}()"
        for file in FILES
        if not file.as_posix().startswith(CLOCK_FILES)
        for line, owner, name in calls(file)
        if name in CLOCKS and owner in ("time", "datetime", "date", "loop")
    ]
    assert not wrong


def test_only_commands_speak_to_the_terminal() -> None:
    wrong = [
        f"{file}:{node.lineno}: print"
        for file in FILES
        if not file.as_posix().startswith(SPEAKERS)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        if not any(keyword.arg == "file" for keyword in node.keywords)
    ]
    assert not wrong


@pytest.mark.parametrize("file", FILES + TESTS, ids=str)
def test_a_file_is_one_idea_and_its_first_line_says_it(file: Path) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert ast.get_docstring(tree(file)), f"{file}: no docstring"
    assert text.startswith('"""'), f"{file}: its first line says something else"
    assert text.count("\n") <= LONGEST, f"{file}: {text.count(chr(10))} lines; above {LONGEST} it is two ideas"


def test_no_empty_word_names_a_thing() -> None:
    wrong = [
        f"{file}:{node.lineno}: class {node.name}"
        for file in FILES
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ClassDef) and EMPTY_WORDS.search(node.name)
    ]
    wrong += [str(file) for file in FILES if EMPTY_WORDS.search(file.stem.title())]
    wrong += [
        f"{file}:{node.lineno}: def {node.name}"
        for file in FILES
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in VAGUE_VERBS
    ]
    assert not wrong


def test_every_package_is_installed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    assert {".".join(file.parent.parts) for file in FILES} <= set(listed)


def test_nothing_that_was_made_is_kept_in_the_repository() -> None:
    """Environments, caches and build results are made anew from what is here; committed once, they stay for ever."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    made = [file for file in listed.split("\0") if {".lock", ".venv", "__pycache__", "build"} & set(file.split("/"))]
    assert not made, f"{len(made)} files, {made[:1]}: git rm -r --cached, and fold it into the commit that brought them"
