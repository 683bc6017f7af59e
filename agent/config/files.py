"""The files and folders that a station file names: found, and looked into before the daemon depends on them."""

from __future__ import annotations

import os
import stat
from base64 import b64decode
from binascii import Error
from collections.abc import Callable
from pathlib import Path

from drivers.plainfile import read_plain
from drivers.table import Table

KEY = 32  # bytes of an X25519 public key, of an Ed25519 seed
LONGEST = 400  # bytes of a folder's name: SQLite opens no file whose name is longer than 512


def file_of(table: Table, key: str, base: Path) -> Path | None:
    """A path, relative to the station file's folder; None when the key is absent.

    Under systemd a secret is handed over as a credential: `secrets/mqtt.password` is found as `secrets_mqtt.password`.
    """
    value = table.text(key, "", allowed="a path")
    handed = Path(os.environ.get("CREDENTIALS_DIRECTORY", "/nonexistent")) / value.replace("/", "_")
    if value and not obstacle(handed):
        return handed
    return base / value if value else None


def obstacle(path: Path, parse: Callable[[bytes], object] = bytes) -> str:
    """Why a file cannot be used, in the system's words or in `parse`'s (ValueError); empty when it can."""
    try:
        parse(read_plain(path))
    except OSError as error:
        return (error.strerror or str(error)).lower()
    except ValueError as error:
        return str(error)
    return ""


def missing(path: Path) -> bool:
    """True when it is not there; False also when nobody can say."""
    try:
        os.stat(path)
    except (OSError, ValueError) as error:
        return isinstance(error, FileNotFoundError)
    return False


def key_in(content: bytes) -> bytes:
    """The 32 bytes of a key file, base64 text. Raises ValueError."""
    try:
        found = b64decode(content.strip(), validate=True)
    except Error:
        found = b""
    if len(found) != KEY:
        raise ValueError(f"not {KEY} bytes as base64")
    return found


def password_in(content: bytes) -> str:
    """What a password file says, without the line's end. Raises ValueError."""
    try:
        said = content.decode().strip()
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    if len(said.encode()) > 0xFFFF:
        raise ValueError("longer than MQTT can say")
    return said


def folder_of(table: Table, key: str, default: str, base: Path) -> Path:
    """A folder, relative to the station file's; one that is not there yet is made when it is needed."""
    path, allowed = base / table.text(key, default, allowed="a folder"), f"a folder, its path up to {LONGEST} bytes"
    if len(os.fsencode(path)) > LONGEST:
        table.problem(key, "the path is too long", allowed)
    elif why := other(path, stat.S_ISDIR):
        table.problem(key, f"{why}: {path}", allowed)
    return path


def other(path: Path, kind: Callable[[int], bool]) -> str:
    """Why a path cannot become what `kind` tells (`stat.S_ISDIR`): it is something else. Empty when it is not there."""
    try:
        return "" if kind(os.stat(path).st_mode) else "something else lies there"
    except (FileNotFoundError, PermissionError):
        return ""  # to be made, or plugged in; for the daemon's own eyes
    except OSError as error:
        return (error.strerror or str(error)).lower()
    except ValueError as error:
        return str(error)
