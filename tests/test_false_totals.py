"""Through a whole station: a false total is never booked, not of a meter and not as the first after a new start."""

from __future__ import annotations

import json
import signal
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from brokers import free_port, needs_mosquitto
from daemon import Daemon, Devices, HeadOffice
from mosquitto import Mosquitto
from pyModbusTCP.server import DataHandler
from stations import MAP, write

pytestmark = needs_mosquitto

TORN = 1234.56 + 655.36  # kg or m3: the high word of the next total with the low word of this one


class Liar(DataHandler):  # type: ignore[misc]
    """A device that tells a few totals of its own before it comes back to the truth."""

    def __init__(self, devices: LyingDevices) -> None:
        super().__init__(devices.bank)
        self.devices = devices

    def read_h_regs(self, address: int, count: int, srv_info: Any) -> Any:
        lies = self.devices.lies.get(srv_info.recv_frame.mbap.unit_id)
        if not lies:
            return super().read_h_regs(address, count, srv_info)
        words = struct.unpack(">4H", struct.pack(">If", round(lies.pop(0) * 100), 20.0))
        return DataHandler.Return(exp_code=0, data=list(words[address : address + count]))


class LyingDevices(Devices):
    def __init__(self) -> None:
        self.lies: dict[int, list[float]] = {}
        super().__init__()

    def plug(self) -> None:
        super().plug()
        assert self.server
        self.server.data_hdl = Liar(self)


@dataclass
class Site:
    office: HeadOffice
    devices: LyingDevices
    daemon: Daemon

    def known(self, device: str, total: float) -> None:
        """Wait until head office has read this total of a device."""
        self.office.wait(f"tele/{device}", lambda body: body["samples"][0]["values"].get("mass_total") == total)

    def doubted(self, device: str) -> set[float]:
        """The totals of a device that travelled as not confirmed."""
        samples = [sample for body in self.office.bodies(f"tele/{device}") for sample in body["samples"]]
        return {s["values"]["mass_total"] for s in samples if s.get("uncertain", {}).get("mass_total") == "unconfirmed"}

    def good(self, device: str) -> set[float]:
        samples = [sample for body in self.office.bodies(f"tele/{device}") for sample in body["samples"]]
        return {s["values"]["mass_total"] for s in samples if "mass_total" not in s.get("uncertain", {})}

    def facts(self) -> list[Any]:
        """The bodies of all facts, each once."""
        return [json.loads(payload)["data"] for payload in self.office.facts()]

    def booked(self, device: str) -> list[Any]:
        return [body for body in self.facts() if "total" in body and body["device"] == device]

    def found(self) -> list[tuple[str, str]]:
        """(device, kind) of every finding among the facts."""
        told = [one for body in self.facts() for one in (body, *body.get("findings", [])) if "before" in one]
        return [(finding["device"], finding["kind"]) for finding in told if "point" in finding]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """One dispenser and one gas meter."""
    broker, devices, kiosk = Mosquitto(tmp_path / "broker"), LyingDevices(), free_port()
    path = write(tmp_path, mqtt=f"port = {broker.port}", kiosk=kiosk, modbus=devices.port)
    meter = MAP.replace('kind = "dispenser"', 'kind = "meter"').replace('unit = "kg"', 'unit = "m3"')
    (tmp_path / "meter.toml").write_text(meter.replace("test-device", "test-meter"), "utf-8")
    before, device, after = path.read_text("utf-8").rpartition('model = "test-device.toml"')
    path.write_text(before + device.replace("test-device", "meter") + after, "utf-8")
    office, daemon = HeadOffice(broker.port), Daemon(path, kiosk)
    daemon.start()
    try:
        yield Site(office, devices, daemon)
    finally:
        daemon.stop(signal.SIGKILL)
        devices.unplug()
        broker.stop()
        office.close()


def test_a_torn_total_of_a_meter_is_held_and_then_told_as_a_glitch(site: Site) -> None:
    site.known("meter-1", 1234.56)
    site.devices.lies[2] = [TORN]
    site.office.wait("audit/_", lambda body: body.get("kind") == "total-glitch" and body["device"] == "meter-1")
    assert site.found() == [("meter-1", "total-glitch")]
    assert (site.doubted("meter-1"), site.good("meter-1")) == ({TORN}, {1234.56})


@pytest.mark.parametrize(("device", "unit", "name"), [("dispenser-1", 1, "1A"), ("meter-1", 2, "meter-1")])
def test_a_false_first_total_after_a_new_start_is_not_booked(site: Site, device: str, unit: int, name: str) -> None:
    site.known(device, 1234.56)
    site.office.wait(f"total/{name}")
    site.daemon.stop(signal.SIGKILL)
    site.devices.lies[unit] = [TORN]
    site.daemon.start()
    site.office.wait("audit/_", lambda body: body.get("kind") == "total-glitch" and body["device"] == device)
    assert [(body["reason"], body["total"]) for body in site.booked(device)] == [("power-up", 1234.56)] * 2
    assert site.found() == [(device, "total-glitch")]
    assert (site.doubted(device), site.good(device)) == ({TORN}, {1234.56})
