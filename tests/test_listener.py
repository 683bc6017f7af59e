"""Head office's ear, at a real broker: it hears, it comes back, and it says what a person has to mend."""

from __future__ import annotations

import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest
from brokers import needs_mosquitto
from mosquitto import mosquitto
from paho.mqtt.publish import single

from agent.shell.mqtt.listener import Broker, BrokerError, Heard, address, listen

pytestmark = needs_mosquitto


def speak(port: int, text: str, *, retain: bool = False) -> None:
    single("gse/1/up/x/diag/a", text, qos=1, retain=retain, hostname="127.0.0.1", port=port)


def hearing(port: int, told: list[str], user: str = "", password: str = "") -> Generator[Heard, None, None]:
    return listen(Broker("127.0.0.1", port, user, password), ["gse/1/up/#"], told.append)


def test_what_was_retained_is_heard_and_known_as_such(tmp_path: Path) -> None:
    told: list[str] = []
    with mosquitto(tmp_path) as broker:
        port = broker.port
        speak(port, "kept", retain=True)
        ear = hearing(port, told)
        assert next(ear) == Heard("gse/1/up/x/diag/a", b"kept", True)
        speak(port, "live")
        assert next(ear) == Heard("gse/1/up/x/diag/a", b"live", False)
        ear.close()
    assert told == [f"listening at 127.0.0.1:{port}"]


def test_a_broker_that_comes_back_is_heard_again(tmp_path: Path) -> None:
    told: list[str] = []
    with mosquitto(tmp_path) as broker:
        ear = hearing(broker.port, told)
        for text in ("first", "second"):
            speak(broker.port, text, retain=True)
            assert next(ear).payload == text.encode()
            broker.kill()
            broker.start()
        ear.close()
    assert told.count(f"listening at 127.0.0.1:{broker.port}") == 2
    assert any("trying again" in text for text in told)


def test_a_refused_password_is_for_a_person_to_mend(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(passwords), "ho", "right"], check=True, capture_output=True)
    with mosquitto(tmp_path, f"password_file {passwords}", anonymous=False) as broker:
        port = broker.port
        with pytest.raises(BrokerError, match="check user name and password"):
            next(hearing(port, [], "ho", "wrong"))
        ear = hearing(port, [], "ho", "right")
        auth = {"username": "ho", "password": "right"}
        single("gse/1/up/x/diag/a", "in", 1, True, "127.0.0.1", port, auth=auth)  # type: ignore[arg-type]
        assert next(ear).payload == b"in"
        ear.close()


@pytest.mark.parametrize("url", ["http://a", "mqtt://", "mqtt://a:b:c", "mqtt://a/topic", "broker.example"])
def test_an_address_that_is_none_is_named_with_what_is_allowed(url: str) -> None:
    with pytest.raises(ValueError, match=r"mqtt://\[USER:PASSWORD@\]HOST"):
        address(url)


def test_an_address_carries_its_password_and_its_port() -> None:
    assert address("mqtt://ho:p%40ss@10.0.0.1") == Broker("10.0.0.1", 1883, "ho", "p@ss")
    assert address("mqtts://broker.example") == Broker("broker.example", 8883, tls=True)
