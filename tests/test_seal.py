"""Contact data are sealed so that head office's key, and only that, opens them."""

from __future__ import annotations

from base64 import b64decode

import pytest
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from agent.core.seal import seal


def test_head_office_opens_what_the_station_sealed_with_plain_libsodium() -> None:
    key = PrivateKey.generate()
    box = seal("13812341234 渝".encode(), bytes(key.public_key), b"e" * 32)
    assert SealedBox(key).decrypt(b64decode(box)).decode() == "13812341234 渝"


def test_another_key_opens_nothing() -> None:
    box = seal(b"13812341234", bytes(PrivateKey.generate().public_key), b"e" * 32)
    with pytest.raises(CryptoError):
        SealedBox(PrivateKey.generate()).decrypt(b64decode(box))


def test_each_seal_of_the_same_text_looks_different() -> None:
    key = bytes(PrivateKey.generate().public_key)
    assert seal(b"x", key, b"a" * 32) != seal(b"x", key, b"b" * 32)
