"""Who may talk to the kiosk, and what its answers tell a browser never to do."""

from __future__ import annotations

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{what} {whence}" for what, whence in POLICY.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=()",
    "Referrer-Policy": "no-referrer",
    "Server": "station-edge",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
HTTP = 80  # the port a browser leaves out


def split(listen: str) -> tuple[str, int]:
    """ "127.0.0.1:8080" or "[::1]:8080" → host, port."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]").lower(), int(port)


def spelt(host: str) -> str:
    """A host as an address spells it."""
    return f"[{host}]" if ":" in host else host


def foreign(host: str, port: int, said: str, origin: str | None) -> str:
    """ "Host" or "Origin" when that header names somebody else, else "".

    `host`, `port`: where we are; on loopback all its names are ours. `said` is the Host header. A page of another site
    that found a name for our address (DNS rebinding) says its own name here.
    """
    names = [spelt(name) for name in (LOOPBACK if host in LOOPBACK else (host,))]
    ours = {f"{name}:{port}" for name in names} | (set(names) if port == HTTP else set())
    if said.lower() not in ours:
        return "Host"
    if origin is not None and origin.lower() not in {f"http://{name}" for name in ours}:
        return "Origin"
    return ""
