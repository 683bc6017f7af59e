"""The codecs by the names people type: one row a protocol, the same three functions in each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from drivers.framing import Framing
from drivers.model import Json
from drivers.protocol import (
    cjt188,
    consoles,
    dart,
    dlt645,
    dsmr,
    framed,
    gilbarco,
    iec62056,
    iec62056_stream,
    ifsf,
    mbus,
    modbus_frame,
)
from drivers.protocol.framer import Framer


class Codec(NamedTuple):
    """`parse` raises BadFrame; `explain` tells what `parse` made, and may raise it too."""

    framer: Callable[[], Framer]
    parse: Callable[[bytes], Any]
    explain: Callable[[Any], Json]


CODECS: dict[str, Codec] = {
    "modbus-rtu": Codec(modbus_frame.rtu_framer, modbus_frame.parse_rtu, modbus_frame.explain),
    "modbus-tcp": Codec(modbus_frame.tcp_framer, modbus_frame.parse_tcp, modbus_frame.explain),
    "modbus-ascii": Codec(modbus_frame.ascii_framer, modbus_frame.parse_ascii, modbus_frame.explain),
    "iec62056-21": Codec(iec62056_stream.framer, iec62056.parse, iec62056.explain),
    "iec62056-21-moded-dsmr": Codec(dsmr.framer, dsmr.parse, dsmr.explain),
    "iec62056-21-d": Codec(dsmr.framer, dsmr.parse, dsmr.explain),
    "cjt188": Codec(cjt188.framer, cjt188.parse, cjt188.explain),
    "dlt645": Codec(dlt645.framer, dlt645.parse, dlt645.explain),
    "mbus": Codec(mbus.framer, mbus.parse, mbus.explain),
    "wayne-dart": Codec(dart.framer, dart.parse, dart.explain),
    "gilbarco-twowire": Codec(gilbarco.framer, gilbarco.parse, gilbarco.explain),
    "lanfeng-pos": Codec(consoles.framer("lanfeng-pos"), consoles.parser("lanfeng-pos"), consoles.explain),
    "tokheim-india": Codec(consoles.framer("tokheim-india"), consoles.parser("tokheim-india"), consoles.explain),
    "tcs3000": Codec(consoles.framer("tcs3000"), consoles.parser("tcs3000"), consoles.explain),
    "ifsf-ip": Codec(ifsf.framer, ifsf.parse, ifsf.explain),
}


def codec_of(protocol: str, framing: Framing | None = None) -> Codec:
    """The codec of a protocol; of a private bus the one that its framing describes."""
    if framing is None:
        return CODECS[protocol]
    return Codec(framed.framer(framing), framed.parser(framing), framed.explain_with(framing))
