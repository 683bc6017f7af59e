"""What captured frames say through a map of codes: proofs, and captures explained."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.dialogue.step import Told
from drivers.dialogue.tongues import dialect_of, tongue_of
from drivers.model import DeviceMap, DriverError, Reading
from drivers.protocol.codecs import Codec, codec_of
from drivers.values.figures import compile_figures


def frame_readings(device_map: DeviceMap, captured: Sequence[bytes]) -> dict[str, Reading]:
    """The readings of every point that a frame tells of; what is refused, or not to be believed, is so for all others.

    Questions among the frames say nothing.
    """
    protocol, framing = device_map.protocol, device_map.framing
    tongue, codec, dialect = (
        tongue_of(protocol, framing),
        codec_of(protocol, framing),
        dialect_of(protocol, device_map.dialect),
    )
    codes = tuple(point.code for point in device_map.points)
    read = tongue.reader("")
    told: Told = {}
    wrong: DriverError | None = None
    for piece in captured:
        for frame in cut(codec, piece):
            try:
                told |= read(codec.parse(frame), codes, dialect)
            except DriverError as error:
                wrong = error
    if wrong is not None:
        told = {code: told.get(code, wrong) for code in codes}
    readings = compile_figures(device_map)(told, "refused")
    return {r.point: r for r, point in zip(readings, device_map.points, strict=True) if point.code in told}


def cut(codec: Codec, piece: bytes) -> list[bytes]:
    """The frames in a capture; the whole of it when there is none, so that it is told what is wrong with it."""
    framer = codec.framer()
    return framer.feed(piece) + framer.flush() or [piece]
