"""Being let in by certificate: both sides proved, and a clear word when one of them is not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import needs_mosquitto
from certificates import authority, certificate, needs_openssl
from faketime import fixed, needs_faketime
from mosquitto import Mosquitto, mosquitto, story
from voices import access, fact, soon, station

from agent.config.model import Tls
from agent.core.model import Linked

pytestmark = [needs_mosquitto, needs_openssl]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    folder.mkdir()
    for name in ("ours", "theirs"):
        authority(folder, name)
    certificate(folder, "broker", "ours", "IP:127.0.0.1")
    certificate(folder, "cq-0147", "ours")
    certificate(folder, "stranger", "theirs")
    return folder


@pytest.fixture
def broker(tmp_path: Path, keys: Path) -> Iterator[Mosquitto]:
    files = (f"cafile {keys}/ours.pem", f"certfile {keys}/broker.pem", f"keyfile {keys}/broker.key")
    with mosquitto(tmp_path / "broker", *files, "require_certificate true", "use_identity_as_username true") as one:
        yield one


def tls(keys: Path, ca: str = "ours", who: str = "cq-0147") -> Tls:
    return Tls(keys / f"{ca}.pem", keys / f"{who}.pem", keys / f"{who}.key")


@story
async def test_a_station_with_a_certificate_is_let_in(tmp_path: Path, keys: Path, broker: Mosquitto) -> None:
    async with station(tmp_path, access(broker.port, tls=tls(keys))) as one:
        await soon(lambda: one.told(Linked))
        await one.keep(*(fact(n) for n in range(100)))
        await soon(lambda: one.publisher.facts.delivery.mark == 100)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"ca": "theirs"}, "the broker's certificate is not accepted"),
        ({"who": "stranger"}, "the broker refuses our certificate"),
        ({"who": "nobody"}, "No such file"),
    ],
)
def test_a_refused_certificate_is_named_once(
    tmp_path: Path, keys: Path, broker: Mosquitto, caplog: pytest.LogCaptureFixture, given: dict[str, str], word: str
) -> None:
    @story
    async def told() -> None:
        async with station(tmp_path, access(broker.port, tls=tls(keys, **given))):
            await soon(lambda: any(word in record.message for record in caplog.records))

    caplog.set_level(logging.INFO)
    told()
    assert len([record for record in caplog.records if word in record.message]) == 1


# ── while the station's clock is not known ──────────────────────────────────


def shows(folder: Path, keys: Path, name: str) -> Mosquitto:
    return Mosquitto(folder / "broker", f"certfile {keys}/{name}.pem", f"keyfile {keys}/{name}.key")


@needs_faketime
@pytest.mark.parametrize("floor", [0.0, None])
def test_not_yet_valid_is_no_reason_while_the_clock_is_not_known(
    tmp_path: Path, keys: Path, caplog: pytest.LogCaptureFixture, floor: float | None
) -> None:
    @story
    async def told() -> None:
        async with station(tmp_path, access(shown.port, tls=Tls(keys / "ours.pem", None, None)), floor=floor) as one:
            if floor is None:
                await soon(lambda: "not yet valid" in caplog.text)
            else:
                await soon(lambda: one.told(Linked))

    caplog.set_level(logging.INFO)
    certificate(keys, "tomorrow", "ours", "IP:127.0.0.1", clock=fixed("+1d"))
    shown = shows(tmp_path, keys, "tomorrow")
    try:
        told()
    finally:
        shown.stop()


@pytest.mark.parametrize(
    ("name", "word"),
    [("expired", "certificate has expired"), ("stranger", "unable to get local issuer"), ("elsewhere", "mismatch")],
)
def test_everything_else_is_judged_as_ever(
    tmp_path: Path, keys: Path, caplog: pytest.LogCaptureFixture, name: str, word: str
) -> None:
    @story
    async def told() -> None:
        async with station(tmp_path, access(shown.port, tls=Tls(keys / "ours.pem", None, None)), floor=0.0) as one:
            await soon(lambda: word in caplog.text)
            assert not one.told(Linked)

    caplog.set_level(logging.INFO)
    certificate(keys, "expired", "ours", "IP:127.0.0.1", days=-1)
    certificate(keys, "elsewhere", "ours", "IP:127.0.0.9")
    shown = shows(tmp_path, keys, name)
    try:
        told()
    finally:
        shown.stop()
