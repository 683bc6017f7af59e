"""A capture explained: the bytes of one frame or of many, as one JSON document."""

from __future__ import annotations

from drivers.framing import Framing
from drivers.model import Json
from drivers.protocol import dart, dsmr
from drivers.protocol.codecs import Codec, codec_of
from drivers.protocol.fault import BadFrame
from drivers.protocol.private import redact

TELEGRAM = "iec62056-21-moded-dsmr"


def explain(protocol: str, data: bytes, framing: Framing | None = None) -> Json:
    """One frame's document; of several `{"frames": […]}`. Raises BadFrame when there is none to be believed.

    First all bytes are taken for one frame. When they are not, the frames in them are looked for; when there are none
    either, what was wrong with the whole is told.
    """
    codec = codec_of(TELEGRAM if protocol == "iec62056-21" and dsmr.is_telegram(data) else protocol, framing)
    try:
        return redact(codec.explain(codec.parse(data)))
    except BadFrame as bad:
        frames = cut(codec, data)
        if not frames or frames == [data]:
            raise
        whole = bad
    told = [redact(document) for document in explain_each(protocol, codec, frames)]
    return told[0] | {"note": f"cut out of {len(data)} bytes: {whole}"} if len(told) == 1 else {"frames": told}


def cut(codec: Codec, data: bytes) -> list[bytes]:
    framer = codec.framer()
    return framer.feed(data) + framer.flush()


def explain_each(protocol: str, codec: Codec, frames: list[bytes]) -> list[Json]:
    """Every frame by itself; what a DART pump says of its decimals holds for the frames behind."""
    told: list[Json] = []
    decimals: dict[int, dart.Decimals] = {}
    for data in frames:
        try:
            frame = codec.parse(data)
            if protocol == "wayne-dart":
                told.append(dart.explain(frame, decimals=decimals))
                if points := dart.learn(frame):
                    decimals[frame.address] = points
            else:
                told.append(codec.explain(frame))
        except BadFrame as bad:
            told.append(bad.document())
    return told
