"""A small turn of the fault tests of the line to head office: bad lines, and brokers that are not the right one."""

from __future__ import annotations

from pathlib import Path

from brokers import needs_mosquitto
from certificates import needs_openssl
from torture import net

SEED = 147


@needs_mosquitto
def test_nothing_is_lost_on_a_bad_line(tmp_path: Path) -> None:
    assert "0 lost, 0 doubled" in net.troubled(tmp_path, 1, SEED, net.QUICK)


@needs_mosquitto
@needs_openssl
def test_no_fact_goes_to_a_broker_that_cannot_prove_who_it_is(tmp_path: Path) -> None:
    assert "only the right one is believed" in net.disguised(tmp_path, 1, SEED)
