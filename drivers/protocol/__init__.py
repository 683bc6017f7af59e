"""The protocols of the serial and network lines, as pure codecs: bytes in, frames out, frames explained.

Every file is one protocol and offers the same three: `framer()` finds whole frames in a stream, `parse(frame)` turns
one into a frozen dataclass or raises BadFrame, `explain(frame)` tells what it says as a JSON document.
"""
