"""TLS: whom we believe, and who we are. The server's certificate and name are always verified.

Its dates are judged by the clock; while the clock is not known, by the latest moment that is (`Dated`).
"""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

NO_CHECK_TIME = 0x200000  # OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which Python has no name for
EXPIRED = 10  # OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED


def context(ca: Path | None, cert: Path | None, key: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or newer; without `ca` the system's authorities. Raises OSError for files that cannot be used."""
    made = ssl.create_default_context(cafile=str(ca) if ca else None)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    # Python 3.13 also refuses authorities made without a key-usage extension, as most private ones are
    made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if cert:
        made.load_cert_chain(str(cert), str(key) if key else None)
    return made


class Dated:
    """A context for a machine whose clock is not known: chain and name are verified as ever, but "not yet valid" is no
    reason, and a certificate is expired when it was so at `floor` (seconds since 1970), which is the past at any rate:
    the latest moment the station has known, or the day its oldest authority was made.
    """

    def __init__(self, inner: ssl.SSLContext, floor: float) -> None:
        inner.verify_flags |= NO_CHECK_TIME
        self.inner = inner
        made = (ssl.cert_time_to_seconds(str(ca["notBefore"])) for ca in inner.get_ca_certs())
        self.floor = max(floor, min(made, default=0))
        self.check_hostname = inner.check_hostname

    def wrap_socket(
        self, raw: socket.socket, *, server_hostname: str | None = None, do_handshake_on_connect: bool = True
    ) -> ssl.SSLSocket:
        """As `SSLContext.wrap_socket`, with the handshake done and the certificate judged before anything is said.

        Raises OSError."""
        wrapped = self.inner.wrap_socket(raw, server_hostname=server_hostname, do_handshake_on_connect=False)
        wrapped.do_handshake()
        ends = ssl.cert_time_to_seconds(str((wrapped.getpeercert() or {})["notAfter"]))
        if ends < self.floor:
            wrapped.close()
            error = ssl.SSLCertVerificationError(1, "certificate has expired")
            error.verify_code, error.verify_message = EXPIRED, "certificate has expired"
            raise error
        return wrapped
