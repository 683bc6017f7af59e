"""Libsodium, in one file: personal data sealed for head office or locked for the station, and checkpoints signed."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from hashlib import sha256

from nacl.bindings import crypto_box, crypto_box_seed_keypair
from nacl.encoding import RawEncoder
from nacl.exceptions import BadSignatureError, CryptoError
from nacl.hash import blake2b
from nacl.secret import SecretBox
from nacl.signing import SigningKey, VerifyKey

ALGORITHM = "x25519-xsalsa20-poly1305-sealed"


def seal(plain: bytes, head_office: bytes, ephemeral: bytes) -> str:
    """Base64 of a sealed box that `crypto_box_seal_open` opens with head office's secret key.

    `ephemeral` is 32 unguessable bytes used once: they make the box repeatable in a rehearsal and only there.
    """
    public, secret = crypto_box_seed_keypair(ephemeral)
    nonce = blake2b(public + head_office, digest_size=24, encoder=RawEncoder)
    return b64encode(public + crypto_box(plain, nonce, head_office, secret)).decode()


def derive(key: bytes, purpose: str) -> bytes:
    """32 secret bytes of their own for one purpose, made of the station's key."""
    return bytes(blake2b(purpose.encode(), digest_size=32, key=key, encoder=RawEncoder))


def lock(plain: bytes, secret: bytes, chance: bytes) -> str:
    """Base64 of a box that `unlock` opens with the same 32 secret bytes; `chance`: 24 bytes, used once."""
    return b64encode(SecretBox(secret).encrypt(plain, chance[: SecretBox.NONCE_SIZE])).decode()


def unlock(box: str, secret: bytes) -> bytes | None:
    """What was locked, or None when this key does not open it."""
    try:
        return bytes(SecretBox(secret).decrypt(b64decode(box, validate=True)))
    except (CryptoError, Error, ValueError):
        return None


def digest(plain: bytes, salt: bytes) -> str:
    """What the chained body holds instead: proves the sealed text later, tells nothing without the salt."""
    return sha256(salt + plain).hexdigest()


def fingerprint(key: bytes) -> str:
    """Which key of head office a box was sealed for."""
    return sha256(key).hexdigest()[:16]


def public_of(key: bytes) -> bytes:
    """The public half of an Ed25519 key, whose secret half is the 32 bytes `key`."""
    return bytes(SigningKey(key).verify_key)


def read_key(text: str) -> bytes:
    """A key told as base64; empty bytes, which prove nothing, when it is none."""
    try:
        return b64decode(text, validate=True)
    except (Error, ValueError):
        return b""


def sign(text: bytes, key: bytes) -> str:
    """Base64 of the Ed25519 signature."""
    return b64encode(SigningKey(key).sign(text).signature).decode()


def verify(text: bytes, signature: str, public: bytes) -> bool:
    """True for a signature (base64) of exactly this text by the key that belongs to `public`."""
    try:
        VerifyKey(public).verify(text, b64decode(signature, validate=True))
    except (BadSignatureError, Error, ValueError):
        return False
    return True
