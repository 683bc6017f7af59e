"""Why a broker does not let us in, in words an installer can act on."""

from __future__ import annotations

import socket
import ssl

from agent.core.lanes.suspicion import Blame

NO_VERSION = 0x84
GONE = "the connection is gone"
REFUSALS = {  # CONNACK reason codes, MQTT 5 §3.2.2.2; paho translates those of 3.1.1
    NO_VERSION: "it does not speak this version of MQTT",
    0x85: "client identifier {client} not accepted",
    0x86: "user name or password not accepted (user {user})",
    0x87: "not authorized: user name, password or certificate not accepted (user {user})",
    0x88: "it is not available now",
    0x89: "it is busy",
    0x8A: "this client is banned",
    0x8E: "another client took over the identifier {client}",
    0x9F: "it accepts no more connections for the moment",
}

BLAMES: dict[int, Blame] = {  # DISCONNECT reason codes, MQTT 5 §3.14.2.1, that are about something we said
    0x80: "message",  # unspecified; also a connection that is just gone
    0x81: "message",  # malformed packet
    0x82: "message",  # protocol error
    0x83: "message",  # implementation specific error
    0x87: "right",  # not authorized
    0x90: "message",  # topic name invalid
    0x95: "message",  # packet too large
    0x99: "message",  # payload format invalid
    0x9A: "message",  # retain not supported
    0x9B: "message",  # QoS not supported
}


class Unreachable(Exception):
    """No connection; the text says why, in words an installer can act on."""


class WrongVersion(Exception):
    """The broker does not speak this version, or hung up or fell silent on hearing it."""


def explain(error: Exception, host: str) -> str:
    """Why there is no connection, in words an installer can act on."""
    match error:
        case ssl.SSLCertVerificationError():
            hint = "; is the station's clock right?" if error.verify_code in (9, 10) else ""  # not yet valid, expired
            return f"the broker's certificate is not accepted: {error.verify_message}{hint}"
        case ssl.SSLError():
            return explain_alert(str(error))
        case socket.gaierror():
            return f"the name {host!r} cannot be resolved: {error.strerror}"
        case ConnectionRefusedError():
            return "nobody listens there"
        case FileNotFoundError() | PermissionError():
            return f"{error.filename or 'a certificate file'}: {error.strerror}"
        case TimeoutError():
            return "no answer; is the address right, the name known and the way open?"
    return str(error) or type(error).__name__


def explain_alert(text: str) -> str:
    """TLS alerts name the refused side: an alert is the broker's word about us."""
    if "alert" in text.lower():
        return f"the broker refuses our certificate: {text}"
    if "ssl" in text.lower():
        return f"TLS failed: {text}"
    return "the broker hung up without an answer"
