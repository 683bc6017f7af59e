"""The contacts at rest: there after a restart, gone for good when erased, and no reason for a station not to start."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.core.cases import contact
from agent.core.model import Stow
from agent.shell.store.contacts import Contacts

SECRET = bytes(range(32))
BOX = contact.lock({"phone": "13812341234"}, SECRET, bytes(24))


def test_a_box_is_there_after_a_restart_and_opens_with_the_stations_key_alone(tmp_path: Path) -> None:
    path = tmp_path / "contacts.db"
    Contacts(path).stow(Stow("C1", BOX))
    box = Contacts(path).all()["C1"]
    assert contact.unlock(box, SECRET) == {"phone": "13812341234"}
    assert contact.unlock(box, bytes(32)) is None and contact.unlock("nonsense", SECRET) is None


def test_what_is_erased_leaves_no_byte_behind(tmp_path: Path) -> None:
    path = tmp_path / "contacts.db"
    contacts = Contacts(path)
    contacts.stow(Stow("C1", BOX))
    assert BOX.encode() in path.read_bytes()
    contacts.stow(Stow("C1", ""))
    assert contacts.all() == {} and not any(BOX.encode() in file.read_bytes() for file in tmp_path.iterdir())


@pytest.mark.parametrize(
    "content", [b"not a database, and long enough to be looked at" * 100, b"SQLite format 3\0" * 400]
)
def test_a_damaged_file_is_put_aside_and_the_station_goes_on(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "contacts.db"
    path.write_bytes(content)
    contacts = Contacts(path)
    contacts.stow(Stow("C2", BOX))
    assert contacts.all() == {"C2": BOX} and path.with_name("contacts.db.damaged").read_bytes() == content


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"phone": "13812341234"}, {"phone": "138****1234"}),
        ({"phone": "+8613812341234"}, {"phone": "+86138****1234"}),
        ({"phone": "02367891234"}, {"phone": "023****1234"}),
        ({"email": "lisi@example.com"}, {"email": "l****@example.com"}),
        ({"name": "王小明", "text": "13900001111"}, {"name": "王**"}),
    ],
)
def test_a_screen_shows_a_contact_masked(given: dict[str, str], shown: dict[str, str]) -> None:
    assert contact.masked(given) == shown
