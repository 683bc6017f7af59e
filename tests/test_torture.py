"""A small turn of each fault test; `make torture` has them at length."""

from __future__ import annotations

from pathlib import Path

import pytest
from brokers import needs_mosquitto
from torture import adversary, kills, tamper, torn

SEED = 147


@needs_mosquitto
def test_nothing_is_lost_when_agent_broker_and_head_office_are_killed_in_any_order(tmp_path: Path) -> None:
    assert "0 lost, 0 doubled" in kills.everybody(tmp_path, 6, SEED)


@needs_mosquitto
def test_nothing_is_lost_with_a_forgetful_broker(tmp_path: Path) -> None:
    assert "0 lost, 0 doubled" in kills.others(tmp_path, 3, SEED)


@needs_mosquitto
def test_an_old_card_image_drops_no_new_fact(tmp_path: Path) -> None:
    assert "50 of 50 new facts arrived" in tamper.old_image(tmp_path, 200, 100, 50)


def test_a_harmed_file_is_survived_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")
    assert "20 files" in torn.torn(tmp_path, 20, SEED)


def test_a_tampered_capture_is_found(tmp_path: Path) -> None:
    assert "25 of 25 found" in tamper.tampered(tmp_path, 5, SEED)


def test_an_adversarial_device_gives_no_wrong_value(tmp_path: Path) -> None:
    assert "0 wrong values" in adversary.adversary(tmp_path, 1200, SEED)
