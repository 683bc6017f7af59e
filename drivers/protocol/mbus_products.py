"""Which product hides behind an M-Bus manufacturer and version: a look-up for people, nothing is decided by it."""

from __future__ import annotations

# manufacturer → version → product. Source: the public product list of libmbus.
PRODUCTS: dict[str, dict[int, str]] = {
    "ABB": {0x02: "ABB Delta-Meter", 0x20: "ABB B21 113-100"},
    "ACW": {
        0x09: "Itron CF Echo 2", 0x0A: "Itron CF 51", 0x0B: "Itron CF 55", 0x0E: "Itron BM +m", 0x0F: "Itron CF 800",
        0x14: "Itron CYBLE M-Bus 1.4",
    },
    "AMT": {
        **dict.fromkeys(range(0x00, 0x40), "Aquametro AMTRON"), **dict.fromkeys(range(0x40, 0x80), "Aquametro SAPHIR"),
        **dict.fromkeys(range(0x80, 0xC0), "Aquametro CALEC MB"),
        **dict.fromkeys(range(0xC0, 0x100), "Aquametro CALEC ST"),
    },
    "EFE": {0x00: "Engelmann / Elster SensoStar 2", 0x01: "Engelmann SensoStar 2C"},
    "ELS": {0x02: "Elster TMP-A", 0x0A: "Elster Falcon", 0x2F: "Elster F96 Plus"},
    "ELV": {
        **dict.fromkeys(range(0x14, 0x1E), "Elvaco CMa10"), **dict.fromkeys(range(0x32, 0x3C), "Elvaco CMa11"),
    },
    "EMH": {0x00: "EMH DIZ"},
    "GMC": {0xE6: "GMC-I A230 EMMOD 206"},
    "HYD": {0x28: "ABB F95 Typ US770", 0x2F: "Hydrometer Sharky 775"},
    "KAM": {0x01: "Kamstrup 382 (6850-005)", 0x08: "Kamstrup Multical 601"},
    "LSE": {0x99: "Siemens WFH21"},
    "LUG": {
        0x02: "Landis & Gyr Ultraheat 2WR5", 0x03: "Landis & Gyr Ultraheat 2WR6", 0x04: "Landis & Gyr Ultraheat UH50",
        0x07: "Landis & Gyr Ultraheat T230",
    },
    "NZR": {0x01: "NZR DHZ 5/63", 0x50: "NZR IC-M2"},
    "RAM": {0x03: "Rossweiner ETK/ETW Modularis"},
    "REL": {
        0x08: "Relay PadPuls M1", 0x12: "Relay PadPuls M4", 0x20: "Relay Padin 4", 0x30: "Relay AnDi 4",
        0x40: "Relay PadPuls M2",
    },
    "RKE": {0x69: "Ista sensonic II mbus"},
    "SEN": {
        0x08: "Sensus PolluCom E", 0x0B: "Sensus PolluTherm", 0x0E: "Sensus PolluStat E", 0x19: "Sensus PolluCom E",
    },
    "SLB": {0x02: "Allmess Megacontrol CF-50", 0x06: "CF Compact / Integral MK MaXX"},
    "SON": {0x0D: "Sontex Supercal 531"},
    "SPX": {0x31: "Sensus PolluTherm", 0x34: "Sensus PolluTherm"},
    "SVM": {0x08: "Elster F2 / Deltamess F2", 0x09: "Elster F4 / Kamstrup SVM F22"},
    "TCH": {0x26: "Techem m-bus S", 0x40: "Techem ultra S3"},
    "WZG": {0x03: "Modularis ETW-EAX"},
    "ZRM": {0x81: "Minol Minocal C2", 0x82: "Minol Minocal WR3"},
}  # fmt: skip

# The same, for one medium only.
ELECTRICITY, UNKNOWN, WARM_WATER = 0x02, 0x0F, 0x06
OF_MEDIUM: dict[tuple[str, int], dict[int, str]] = {
    ("BEC", ELECTRICITY): {0x00: "Berg DCMi", 0x07: "Berg BLMi"},
    ("BEC", UNKNOWN): {0x71: "Berg BMB-10S0"},
    ("EFE", WARM_WATER): {0x00: "Engelmann WaterStar"},
    ("EMU", ELECTRICITY): {0x10: "EMU Professional 3/75 M-Bus"},
    ("GAV", ELECTRICITY): {
        **dict.fromkeys(range(0x2D, 0x31), "Carlo Gavazzi EM24"), 0x39: "Carlo Gavazzi EM21",
        0x3A: "Carlo Gavazzi EM21", 0x40: "Carlo Gavazzi EM33",
    },
    ("JAN", ELECTRICITY): {0x09: "Janitza UMG 96S"},
}  # fmt: skip

# These makers put the product into the highest byte of the serial number.
SENSOCO = {
    0x30: "Sensoco PT100", 0x41: "Sensoco 2-NTC", 0x45: "Sensoco Laser Light", 0x48: "Sensoco ADIO",
    0x51: "Sensoco THU", 0x61: "Sensoco THU", 0x80: "Sensoco PulseCounter for E-Meter",
}  # fmt: skip
BY_SERIAL: dict[str, dict[int, str]] = {
    "SBC": {0x10: "Saia-Burgess ALE3", 0x11: "Saia-Burgess AWD3", 0x19: "Saia-Burgess ALE3"},
    "SEO": SENSOCO,
    "GTE": SENSOCO,
}  # fmt: skip


def product(manufacturer: str, version: int, medium: int, serial: bytes) -> str:
    """The product's name; empty when it is in no list. `serial` as on the wire, low byte first."""
    return (
        BY_SERIAL.get(manufacturer, {}).get(serial[3])
        or OF_MEDIUM.get((manufacturer, medium), {}).get(version)
        or PRODUCTS.get(manufacturer, {}).get(version, "")
    )
