"""TLS: whom we believe, and who we are. The server's certificate and name are always verified."""

from __future__ import annotations

import ssl
from pathlib import Path


def context(ca: Path | None, cert: Path | None, key: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or newer; without `ca` the system's authorities. Raises OSError for files that cannot be used."""
    made = ssl.create_default_context(cafile=str(ca) if ca else None)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    # Python 3.13 also refuses authorities made without a key-usage extension, as most private ones are
    made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if cert:
        made.load_cert_chain(str(cert), str(key) if key else None)
    return made
