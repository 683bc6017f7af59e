"""The wires of a whole station: a register that is refused, an adapter that echoes, a port that is pulled out."""

from __future__ import annotations

import json
import os
import select
import signal
import struct
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import serial
from brokers import free_port, needs_mosquitto
from daemon import Daemon, Devices, HeadOffice
from mosquitto import Mosquitto, until
from pyModbusTCP.constants import EXP_DATA_ADDRESS
from pyModbusTCP.server import DataBank, DataHandler
from stations import write

from drivers.sim.server import answer, take_rtu

pytestmark = needs_mosquitto


class Picky(DataHandler):  # type: ignore[misc]
    """A device that refuses any block with one of its bad registers in it."""

    def __init__(self, bank: DataBank, bad: set[int]) -> None:
        super().__init__(bank)
        self.bad = bad

    def read_h_regs(self, address: int, count: int, srv_info: Any) -> Any:
        if self.bad & set(range(address, address + count)):
            return DataHandler.Return(exp_code=EXP_DATA_ADDRESS)
        return super().read_h_regs(address, count, srv_info)


class PickyDevices(Devices):
    """Both devices of the station refuse the pressure."""

    def __init__(self) -> None:
        self.bad = {2}
        super().__init__()

    def plug(self) -> None:
        super().plug()
        assert self.server
        self.server.data_hdl = Picky(self.bank, self.bad)


@contextmanager
def office_of(broker: Mosquitto) -> Iterator[HeadOffice]:
    office = HeadOffice(broker.port)
    try:
        yield office
    finally:
        office.close()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    broker = Mosquitto(tmp_path / "broker")
    yield broker
    broker.stop()


def on(device: str, what: str) -> Any:
    return lambda body: body.get("what") == what and body.get("device") == device


def test_a_bad_register_is_told_once_and_costs_nobody_else(tmp_path: Path, broker: Mosquitto) -> None:
    devices, kiosk = PickyDevices(), free_port()
    daemon = Daemon(write(tmp_path, mqtt=f"port = {broker.port}", kiosk=kiosk, modbus=devices.port), kiosk)
    try:
        with office_of(broker) as office:
            daemon.start()
            for name in ("dispenser-1", "meter-1"):
                told = office.wait("audit/_", on(name, "registers-quarantined"))
                assert told["points"] == {"pressure": "holding 0x0002"}
                sample = office.wait(f"tele/{name}")["samples"][-1]
                assert (sample["values"], sample["bad"]) == ({"mass_total": 1234.56}, {"pressure": "refused"})
            daemon.stop(signal.SIGKILL)
            daemon.start()  # and finds the same again: nothing new
            devices.show(1300.0, 21.5)
            office.wait("tele/meter-1", lambda body: body["samples"][-1]["values"].get("mass_total") == 1300)
            devices.unplug()
            office.wait("tele/meter-1", lambda body: body["samples"][-1].get("bad", {}).get("mass_total") == "link")
            devices.bad.clear()
            devices.plug()
            for name in ("dispenser-1", "meter-1"):
                office.wait("audit/_", on(name, "registers-recovered"))
                office.wait(f"tele/{name}", lambda body: body["samples"][-1]["values"].get("pressure") == 21.5)
            facts = [json.loads(payload)["data"] for payload in office.facts()]
            told = [body["device"] for body in facts if body.get("what") == "registers-quarantined"]
            assert sorted(told) == ["dispenser-1", "meter-1"]
    finally:
        daemon.stop(signal.SIGKILL)
        devices.unplug()


class Adapter:
    """A USB adapter with one device behind it, on a pty whose path is a link, as udev makes them."""

    def __init__(self, path: Path, *, echoes: bool) -> None:
        self.path, self.echoes = path, echoes
        self.registers = dict.fromkeys((("holding", at) for at in range(4)), 0)
        for at, word in enumerate(struct.unpack(">4H", struct.pack(">If", 123456, 20.0))):
            self.registers["holding", at] = word
        self.plug()

    def plug(self) -> None:
        self.ours, self.theirs = os.openpty()
        tty.setraw(self.theirs)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(self.theirs))
        self.plugged = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.plugged.set()
        self.thread.start()

    def pull(self) -> None:
        self.plugged.clear()
        self.thread.join()
        self.path.unlink()
        os.close(self.theirs)
        os.close(self.ours)

    def run(self) -> None:
        heard = bytearray()
        while self.plugged.is_set():
            if not select.select([self.ours], [], [], 0.05)[0]:
                continue
            asked = os.read(self.ours, 4096)
            if self.echoes:
                os.write(self.ours, asked)
            heard += asked
            if said := take_rtu(heard, self.serve, lambda unit, frame: frame):
                os.write(self.ours, said)

    def serve(self, unit: int, pdu: bytes) -> bytes | None:
        return answer(pdu, self.registers) if unit == 1 else None


def serial_station(folder: Path, broker: Mosquitto, kiosk: int, port: Path) -> Path:
    """The station with its devices on one serial line; the second one is not there."""
    path = write(folder, mqtt=f"port = {broker.port}", kiosk=kiosk)
    text = path.read_text("utf-8")
    line = f'link = "rtu"\nport = "{port}"\nserial = "19200 8N1"\n'
    path.write_text(text.replace('link = "tcp"\nhost = "127.0.0.1"\nport = 502\n', line), "utf-8")
    return path


def test_an_adapter_that_echoes_is_told_once_and_its_echo_is_never_a_value(tmp_path: Path, broker: Mosquitto) -> None:
    adapter, kiosk = Adapter(tmp_path / "tty", echoes=True), free_port()
    daemon = Daemon(serial_station(tmp_path, broker, kiosk, adapter.path), kiosk)
    try:
        with office_of(broker) as office:
            daemon.start()
            told = office.wait("audit/_", lambda body: body.get("what") == "line-echoes")
            assert told["bus"] == "lan"
            silent = office.wait("tele/meter-1")["samples"][-1]
            assert (silent["values"], set(silent["bad"].values())) == ({}, {"timeout"})
            for body in office.bodies("tele/dispenser-1"):
                assert [s["values"] for s in body["samples"]] == [{"mass_total": 1234.56, "pressure": 20.0}]
            assert sum(body.get("what") == "line-echoes" for body in office.bodies("audit/_")) == 1
    finally:
        daemon.stop(signal.SIGKILL)
        adapter.pull()


def test_an_adapter_that_is_pulled_out_is_let_go_at_once_and_found_again(tmp_path: Path, broker: Mosquitto) -> None:
    adapter, kiosk = Adapter(tmp_path / "tty", echoes=False), free_port()
    daemon = Daemon(serial_station(tmp_path, broker, kiosk, adapter.path), kiosk)

    def held() -> list[str]:
        """The terminals the daemon has open."""
        assert daemon.process
        folder = Path(f"/proc/{daemon.process.pid}/fd")
        return [target for fd in folder.iterdir() if (target := os.readlink(fd)).startswith("/dev/pts/")]

    try:
        with office_of(broker) as office:
            daemon.start()
            office.wait("tele/dispenser-1", lambda body: "pressure" in body["samples"][-1]["values"])
            (before,) = held()
            with pytest.raises(serial.SerialException, match=r"xclusive|Resource|busy"):  # it is the daemon's alone
                serial.Serial(before, exclusive=True)
            adapter.pull()
            office.wait("tele/dispenser-1", lambda body: body["samples"][-1].get("bad", {}).get("pressure") == "link")
            assert held() == []
            adapter.registers["holding", 1] += 100
            adapter.plug()
            office.wait("tele/dispenser-1", lambda body: body["samples"][-1]["values"].get("mass_total") == 1235.56)
            until(lambda: held() == [os.ttyname(adapter.theirs)])
    finally:
        daemon.stop(signal.SIGKILL)
        adapter.pull()
