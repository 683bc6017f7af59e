"""The parts that several tests stand on: a broker, a kiosk, a browser and one finger on it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from kiosks import Kiosk
from mosquitto import Mosquitto, mosquitto

if TYPE_CHECKING:
    from fingers import Finger


# A machine under load is no reason to fail.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


@pytest.fixture(autouse=True)
def same_signals() -> Iterator[None]:
    """What a command does to signals ends with it: an ignored SIGTERM would be inherited by every later child."""
    before = [signal.getsignal(number) for number in ENDING]
    yield
    assert [signal.getsignal(number) for number in ENDING] == before


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path / "broker") as one:
        yield one


@pytest.fixture
def kiosk() -> Iterator[Kiosk]:
    with Kiosk() as kiosk:
        yield kiosk


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from fingers import chromium  # playwright may not be there: then only its tests are skipped

    with chromium() as browser:
        yield browser


@pytest.fixture
def finger(browser: Any, kiosk: Kiosk) -> Iterator[Finger]:
    from fingers import Finger

    finger = Finger(browser, kiosk)
    yield finger
    finger.close()
