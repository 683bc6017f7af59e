"""Who gave a case: sealed for head office on the wire, encrypted under the station's key at rest, masked on screens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from agent.core import seal
from agent.core.draw import Draw, draw
from agent.core.model import Body, Fact, Stow
from agent.core.setup import Setup
from drivers.model import Instant

Contact = Mapping[str, str]  # phone, e-mail, name, text (what was cut out of a free text), signature.li …
MASK = "****"
SIGNED = "signature."  # and who signed: strokes on a grid of 300 by 100


class Parted(NamedTuple):
    """What is personal, gone its own way: a `pii` fact for head office, a locked box at rest, and in the open nothing
    but a digest. `box` None: the one at rest stays as it is; empty: it is erased."""

    case: str
    chance: Draw
    effects: tuple[Fact | Stow, ...] = ()
    digest: Mapping[str, Body] = {}
    box: str | None = None

    def boxes(self, before: Mapping[str, str]) -> Mapping[str, str]:
        """All boxes at rest after it."""
        if self.box is None:
            return before
        rest = {number: box for number, box in before.items() if number != self.case}
        return {**rest, self.case: self.box} if self.box else rest


def part_with(
    setup: Setup, case: str, given: Contact, box: str, chance: Draw, now: Instant, *, secret: bool, erase: bool = False
) -> Parted:
    """Seal and lock what was given; `box` is what is at rest already. A `secret` contact is for head office alone.
    Without head office's key nothing is kept: what was cut out of a text is gone."""
    if erase:
        return Parted(case, chance, (Stow(case, ""),), box="")
    if not given or setup.head_office is None:
        return Parted(case, chance)
    chance, salt = draw(chance, "salt")
    chance, ephemeral = draw(chance, "ephemeral")
    plain = encode(given)
    sealed = seal.seal(encode({"salt": salt.hex(), "contact": given}), setup.head_office, ephemeral)
    key = seal.fingerprint(setup.head_office)
    fact = Fact("pii", case, {"case": case, "alg": seal.ALGORITHM, "key": key, "sealed": sealed}, "kiosk", now)
    digest = {"contact": {"digest": seal.digest(plain, salt)}}
    if secret:
        return Parted(case, chance, (fact,), digest)
    before = unlock(box, setup.secret) or {}
    text = " ".join(filter(None, (before.get("text", ""), given.get("text", ""))))
    chance, nonce = draw(chance, "nonce")
    box = lock({**before, **given, **({"text": text} if text else {})}, setup.secret, nonce)
    return Parted(case, chance, (fact, Stow(case, box)), digest, box)


def lock(contact: Contact, secret: bytes, chance: bytes) -> str:
    """The same under the station's own key, base64: what a person in charge may open to call back."""
    return seal.lock(encode(contact), secret, chance)


def unlock(box: str, secret: bytes) -> Contact | None:
    """What `lock` locked; None for a box of another key."""
    plain = seal.unlock(box, secret)
    return None if plain is None else json.loads(plain)


def masked(contact: Contact) -> dict[str, str]:
    """As a screen may show it: 138****1234, l****@example.com, 王**; nothing of a free text, nor of a signature."""
    return {key: mask(key, value) for key, value in contact.items() if key != "text" and not key.startswith(SIGNED)}


def mask(key: str, value: str) -> str:
    if key == "phone" and len(value) >= 11:
        return f"{value[:-8]}{MASK}{value[-4:]}"
    if key == "email":
        name, _, host = value.partition("@")
        return f"{name[:1]}{MASK}@{host}"
    return value[:1] + "*" * min(len(value) - 1, len(MASK)) if value else ""


def encode(content: Mapping[str, object]) -> bytes:
    """Bytes for the box and its digest, one way only."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
