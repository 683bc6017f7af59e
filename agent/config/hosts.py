"""What may stand where a host is named: an address, or a name that a resolver takes; and which of them is ourselves."""

from __future__ import annotations

import re
from ipaddress import ip_address

from drivers.table import Table

PLACE = re.compile(r"(?:\[([^]]*)\]|(.+)):([0-9]{1,5})")
# RFC 1123, and the underscores that are met: what is longer or empty between two dots breaks resolvers
LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
NAME = re.compile(rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})*\.?")
IPV6 = re.compile(r"[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]{1,15})?")


def read_host(table: Table) -> str:
    return table.text("host", fits=is_host, allowed="a host name or address")


def is_host(text: str) -> bool:
    return bool(NAME.fullmatch(text)) or is_address(text)


def is_address(text: str) -> bool:
    try:
        return bool(IPV6.fullmatch(text) and ip_address(text))
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """True for this machine by its own names: no other name is believed to stay here."""
    return host == "localhost" or (is_address(host) and ip_address(host).is_loopback)


def read_listen(table: Table, default: str) -> tuple[str, int]:
    """Where to listen, `127.0.0.1:8080` or `[::1]:8080`, as host and port; an empty host after a problem was noted."""
    allowed = "ADDRESS:PORT, port 1 to 65535"
    return place(table.text("listen", default, fits=lambda text: bool(place(text)[0]), allowed=allowed))


def place(text: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`; of anything else an empty host."""
    found = PLACE.fullmatch(text)
    host, port = (found[1] or found[2], int(found[3])) if found else ("", 0)
    return (host, port) if is_host(host) and 0 < port < 65536 else ("", 0)
