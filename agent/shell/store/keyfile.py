"""The station's own key on disk: 32 bytes as base64, made at the first start, readable by its owner alone."""

from __future__ import annotations

import secrets
from base64 import b64encode
from errno import EINVAL
from pathlib import Path

from agent.config import files
from agent.shell.store.atomic import replace_file
from drivers.plainfile import read_plain


def station_key(path: Path) -> bytes:
    """The key in the file; a new one is written when there is no file. Raises OSError."""
    try:
        return files.key_in(read_plain(path))
    except FileNotFoundError:
        made = secrets.token_bytes(files.KEY)
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, b64encode(made) + b"\n", mode=0o600)
        return made
    except ValueError as error:
        raise OSError(EINVAL, f"no station key: {error}", str(path)) from None
