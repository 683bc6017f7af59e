"""The station's own key on disk: 32 bytes as base64, made at the first start, readable by its owner alone."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from binascii import Error
from errno import EINVAL
from pathlib import Path

from agent.shell.store.atomic import replace_file

SIZE = 32  # bytes of an Ed25519 seed


def station_key(path: Path) -> bytes:
    """The key in the file; a new one is written when there is no file. Raises OSError."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        key = secrets.token_bytes(SIZE)
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, b64encode(key) + b"\n", mode=0o600)
        return key
    try:
        key = b64decode(text.strip(), validate=True)
    except Error:
        key = b""
    if len(key) != SIZE:
        raise OSError(EINVAL, f"no station key, which is {SIZE} bytes as base64", str(path))
    return key
