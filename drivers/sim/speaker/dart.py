"""A simulated Wayne DART line: a controller polls its pumps, and each says what it does. It hears nobody."""

from __future__ import annotations

from decimal import Decimal

from drivers.protocol.check import crc16
from drivers.sim.speaker.reply import Devices, Reply, Showing, Shown, exact

EVERY = 1.0  # seconds from round to round
POLL, DATA, ACK = 0x20, 0x30, 0xC0
DECIMALS = 2  # of volume, amount and price alike
PARAMETERS = bytes(22) + bytes((DECIMALS,) * 3) + bytes(25)
OUT = (2, 4)  # states in which the nozzle is lifted
POWER_FAIL = 0x0A
NOTHING = Shown(0, "1")


class DartTalker:
    """The rounds of one line."""

    def __init__(self, devices: Devices) -> None:
        self.devices, self.turn = devices, 0

    def __call__(self) -> list[Reply]:
        """One round: each pump is polled for all it has."""
        return [
            Reply(address, data) for address, pump in self.devices.items() for data in self.talk(int(address), pump)
        ]

    def talk(self, address: int, pump: Showing) -> list[bytes]:
        said = []
        for transactions in [((5, bytes((POWER_FAIL,))),)] if pump.refuses() else messages(pump.shows()):
            self.turn = (self.turn + 1) & 0x0F
            said += [
                bytes((address, POLL, 0xFA)), frame(address, self.turn, *transactions),
                bytes((address, ACK | self.turn, 0xFA)),
            ]  # fmt: skip
        return said


def messages(shown: dict[str, Shown]) -> list[tuple[tuple[int, bytes], ...]]:
    """The pump's parameters; its state, price, volume and amount; its totals."""
    status, nozzle = (int(exact(shown.get(code, NOTHING).value, 0)) for code in ("status", "nozzle"))
    side = bytes(((nozzle & 0x0F) | 0x10 * (status in OUT),))
    sale = digits(shown, "volume", 4) + digits(shown, "amount", 4)
    total = digits(shown, "total.1", 5)
    return [
        ((7, PARAMETERS),),
        ((1, bytes((status,))), (3, digits(shown, "price", 3) + side), (2, sale)),
        ((101, bytes((1,)) + total + total + bytes(5)),),
    ]


def digits(shown: dict[str, Shown], code: str, size: int) -> bytes:
    """Packed BCD, highest byte first."""
    value = exact(shown.get(code, NOTHING).value, DECIMALS) if code in shown else Decimal(0)
    return bytes.fromhex(f"{int(value.scaleb(DECIMALS)) % 100**size:0{2 * size}d}")


def frame(address: int, turn: int, *transactions: tuple[int, bytes]) -> bytes:
    body = bytes((address, DATA | turn)) + b"".join(bytes((n, len(data))) + data for n, data in transactions)
    crc = crc16(body, 0).to_bytes(2, "little")
    return body + crc.replace(b"\xfa", b"\x10\xfa") + b"\x03\xfa"
