"""What a codec says of bytes it cannot believe, and of a device that said no."""

from __future__ import annotations

from typing import Literal

from drivers.model import DeviceError, FrameError, Json

Kind = Literal[
    "crc",       # Modbus RTU, DART, DSMR: the cyclic check does not fit
    "lrc",       # Modbus ASCII: the longitudinal check does not fit
    "bcc",       # IEC 62056-21: the block check does not fit
    "checksum",  # CJ/T 188, DL/T 645, M-Bus and the others: the sum does not fit
    "length",    # cut off, too long, or a length field that does not say what came
    "frame",     # not a frame of this protocol, or one that breaks off inside
]  # fmt: skip


class BadFrame(FrameError):
    """Bytes that are not to be believed. `kind` says why in one word; `told` holds what can be said all the same."""

    def __init__(self, kind: Kind, text: str, told: Json | None = None) -> None:
        super().__init__(text)
        self.kind: Kind = kind
        self.told: Json = told or {}

    def document(self) -> Json:
        """As `station-edge decode --json` prints it."""
        return {"error": self.kind, **self.told, "text": str(self)}


class Refused(DeviceError):
    """A sound frame in which the device says no; `told` is the whole frame explained."""

    def __init__(self, text: str, code: int, told: Json) -> None:
        super().__init__(text, code)
        self.told = told


def believed(document: Json) -> Json:
    """The document of an answer a driver may read values from. Raises Refused when the device said no."""
    if "error" in document or document.get("type") == "exception":
        code = next((document[name] for name in ("error_code", "exception_code") if name in document), -1)
        said = (
            ", ".join(document.get("reasons", ()))
            or document.get("name")
            or document.get("meaning")
            or document.get("reason")
            or "an error reply"
        )
        raise Refused(f"the device refused: {said}", code, document)
    return document
