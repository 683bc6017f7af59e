"""Authorities and certificates for tests, made by openssl: good ones, and one whose time is over."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed on this machine")
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def openssl(folder: Path, *words: str, clock: Mapping[str, str] | None = None) -> None:
    subprocess.run([str(OPENSSL), *words], cwd=folder, check=True, capture_output=True, timeout=30, env=clock)


def authority(folder: Path, name: str) -> None:
    """NAME.pem and NAME.key."""
    openssl(
        folder,
        "req",
        "-x509",
        *KEY,
        "-keyout",
        f"{name}.key",
        "-out",
        f"{name}.pem",
        "-days",
        "2",
        "-subj",
        f"/CN={name}",
    )


def certificate(
    folder: Path, name: str, ca: str, san: str = "", days: int = 2, clock: Mapping[str, str] | None = None
) -> None:
    """NAME.pem and NAME.key, signed by `ca`; fewer than 0 `days`: its time was over before it began. `clock`: the
    environment that tells openssl the time (`faketime.fixed`)."""
    openssl(folder, "req", *KEY, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
    (folder / "san").write_text(f"subjectAltName={san}" if san else "", "ascii")
    signed = ["-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-CAcreateserial", "-days", str(days), "-extfile", "san"]
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-out", f"{name}.pem", *signed, clock=clock)
