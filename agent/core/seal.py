"""Personal data, sealed so that only head office can read them: a libsodium sealed box."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from nacl.bindings import crypto_box, crypto_box_seed_keypair
from nacl.encoding import RawEncoder
from nacl.hash import blake2b

ALGORITHM = "x25519-xsalsa20-poly1305-sealed"


def seal(plain: bytes, head_office: bytes, ephemeral: bytes) -> str:
    """Base64 of a sealed box that `crypto_box_seal_open` opens with head office's secret key.

    `ephemeral` is 32 unguessable bytes used once: they make the box repeatable in a rehearsal and only there.
    """
    public, secret = crypto_box_seed_keypair(ephemeral)
    nonce = blake2b(public + head_office, digest_size=24, encoder=RawEncoder)
    return b64encode(public + crypto_box(plain, nonce, head_office, secret)).decode()


def digest(plain: bytes, salt: bytes) -> str:
    """What the chained body holds instead: proves the sealed text later, tells nothing without the salt."""
    return sha256(salt + plain).hexdigest()


def fingerprint(key: bytes) -> str:
    """Which key of head office a box was sealed for."""
    return sha256(key).hexdigest()[:16]
