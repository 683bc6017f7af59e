"""Signed checkpoints: where they stand, what they prove, and the key that makes them."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nacl.signing import VerifyKey

from agent.core import seal
from agent.core.lanes import checkpoint
from agent.core.lanes.verify import verify
from agent.core.messages.envelope import standing
from agent.core.model import Fact, Message, Standing
from agent.shell.store.journal import Journal
from agent.shell.store.keyfile import station_key
from drivers.model import Instant

KEY = b"a station's key in tests, 32 B.."
PUBLIC = b64encode(seal.public_of(KEY)).decode()
AT = Instant(1.0, 1795335330.0, "synced")


def journal(folder: Path) -> Journal:
    return Journal(folder / "journal.db", "cq-0147", "boot1", key=KEY)


def facts(count: int, mono: float = 1.0) -> list[Fact]:
    return [Fact("fill", "1A", {"n": n}, "dispenser-1", replace(AT, mono=mono)) for n in range(count)]


def checkpoints(messages: list[Message]) -> list[Any]:
    return [json.loads(m.payload) for m in messages if m.topic == "checkpoint/_"]


def test_a_start_a_thousand_facts_and_an_hour_are_each_signed(tmp_path: Path) -> None:
    one = journal(tmp_path)
    kept = one.append(facts(2)) + one.append(facts(1500)) + one.append(facts(1, 3000.0)) + one.append(facts(1, 3700.0))
    assert [m["data"]["seq"] for m in checkpoints(kept)] == [1, 1001, 1506]
    one.close()
    assert [m["data"]["seq"] for m in checkpoints(journal(tmp_path).append(facts(1)))] == [1508]


def test_a_checkpoint_signs_the_fact_before_it_and_anybody_can_check_that(tmp_path: Path) -> None:
    one = journal(tmp_path)
    said = checkpoints(one.append(facts(1)))[0]
    body = said["data"]
    assert (body["seq"], body["hash"]) == (said["seq"] - 1, said["prev"])
    claim = f"cq-0147/{said['epoch']}/{body['seq']}/{body['hash']}".encode()
    VerifyKey(seal.public_of(KEY)).verify(claim, b64decode(body["sig"]))
    assert checkpoint.genuine("cq-0147", "1", body, seal.public_of(KEY))
    for lie in ({"seq": 7}, {"hash": "0" * 64}, {"sig": "AAAA"}, {"sig": "é"}, {"sig": None}):
        assert not checkpoint.genuine("cq-0147", "1", body | lie, seal.public_of(KEY))
    assert not checkpoint.genuine("cq-0148", "1", body, seal.public_of(KEY))


def test_a_new_epoch_is_signed_anew_and_does_not_repeat_the_old_ones_checkpoints(tmp_path: Path) -> None:
    one = journal(tmp_path)
    one.append(facts(3))
    one.renew([(1, one.head().seq)], 2, "head office holds more", AT)
    assert not checkpoints(one.read(0, 100))
    assert [m["epoch"] for m in checkpoints(one.append(facts(1)))] == ["2"]


def test_verify_finds_a_checkpoint_that_the_stations_key_did_not_sign(tmp_path: Path) -> None:
    told = {"station": "cq-0147", "keys": {"station": PUBLIC}}
    birth = standing(Standing("birth", "_", told, AT), 1, "cq-0147", "b1")
    kept = journal(tmp_path).append(facts(1200))

    def faults(said: str, lie: str, birth: bytes = birth.payload) -> list[str]:
        lines = [f"gse/1/up/cq-0147/{m.topic} {m.payload.decode()}" for m in kept]
        lines[1] = lines[1].replace(said, lie)
        return [finding.fault for finding in verify([f"gse/1/up/cq-0147/birth/_ {birth.decode()}", *lines]).findings]

    assert faults("", "") == []
    assert faults('"sig":"', '"sig":"A') == ["chain", "signature"]
    assert faults('"seq":1,"hash"', '"seq":[],"hash"') == ["chain", "signature"]
    assert faults('"data":{"seq":1,"hash":"', '"data":{"seq":1,"hash":"0') == ["chain", "chain", "signature"]
    assert faults("", "", birth.payload.replace(PUBLIC[:4].encode(), b"AAAA")) == ["signature"] * 2
    assert faults("", "", birth.payload.replace(PUBLIC.encode(), b"!")) == ["signature"] * 2


def test_a_station_key_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "station.ed25519"
    key = station_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert station_key(path) == key == b64decode(path.read_text())
    path.write_text(b64encode(b"short").decode())
    with pytest.raises(OSError, match=r"32 bytes as base64.*station\.ed25519"):
        station_key(path)
