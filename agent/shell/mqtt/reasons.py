"""Reason codes as brokers really send them: any code in any packet, whatever the standard allows where.

paho raises on a code that MQTT 5 does not list for a packet. Brokers send such codes: mosquitto answers a PUBLISH that
is too large with 0x95 in a PUBACK, where the standard knows 0x95 in CONNACK and DISCONNECT alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

CARRIERS = (
    PacketTypes.CONNACK, PacketTypes.PUBACK, PacketTypes.PUBREC, PacketTypes.PUBREL, PacketTypes.PUBCOMP,
    PacketTypes.SUBACK, PacketTypes.UNSUBACK, PacketTypes.DISCONNECT, PacketTypes.AUTH,
)  # fmt: skip

Names = Mapping[int, Mapping[str, Sequence[int]]]  # code → its names → the packets it bears that name in


def complete(names: Names) -> dict[int, dict[str, list[int]]]:
    """One name for each of 256 codes in each packet that carries one; the standard's own wherever it has one."""
    whole: dict[int, dict[str, list[int]]] = {}
    for code in range(256):
        told = {name: list(packets) for name, packets in names.get(code, {f"reason 0x{code:02x}": ()}).items()}
        named = {packet for packets in told.values() for packet in packets}
        told[list(told)[-1]] += [packet for packet in CARRIERS if packet not in named]
        whole[code] = told
    return whole


def read_every_code() -> None:
    """From here on paho reads what brokers send. Doing it again changes nothing."""
    ReasonCode.names = complete(ReasonCode.names)
