"""A station end to end: real Modbus in, a real broker out, a real daemon between them that is killed and cut off."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import Request

import pytest
from brokers import free_port, needs_mosquitto
from daemon import Daemon, Devices, HeadOffice
from mosquitto import Mosquitto, until
from stations import write

from agent.shell.store import pinfile

pytestmark = needs_mosquitto


@dataclass
class Site:
    """Everything a story needs."""

    broker: Mosquitto
    office: HeadOffice
    devices: Devices
    daemon: Daemon


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    broker = Mosquitto(tmp_path / "broker", "persistence true", "autosave_interval 1", "autosave_on_changes true")
    devices, kiosk = Devices(), free_port()
    path = write(tmp_path, mqtt=f"port = {broker.port}", kiosk=kiosk, modbus=devices.port)
    pinfile.write(tmp_path / "li.scrypt", "135790")
    office = HeadOffice(broker.port)
    daemon = Daemon(path, kiosk)
    daemon.start()
    try:
        yield Site(broker, office, devices, daemon)
    finally:
        daemon.stop(signal.SIGKILL)
        devices.unplug()
        broker.stop()
        office.close()


def test_a_reading_travels_from_the_wire_to_head_office(site: Site) -> None:
    birth = site.office.wait("birth")
    assert birth["devices"][0]["points"][0] == {"name": "mass_total", "unit": "kg", "role": "total"}
    sample = site.office.wait("tele/dispenser-1")["samples"][0]
    assert sample["values"] == {"mass_total": 1234.56, "pressure": 20.0}
    site.devices.show(1234.57, 20.0)
    site.office.wait("tele/dispenser-1", lambda b: b["samples"][0]["values"]["mass_total"] == 1234.57)
    assert site.office.wait("total/1A")["reason"] == "power-up"
    assert site.office.wait("status") == {"state": "online", "since": site.office.bodies("status")[0]["since"]}


def test_a_fill_under_way_when_the_agent_is_killed_is_told_once_and_whole(site: Site) -> None:
    for total in (1234.56, 1235.56, 1236.56):
        site.devices.show(total, 15.0)
        site.office.wait("tele/dispenser-1", partial(shows, total))
    site.daemon.stop(signal.SIGKILL)
    site.devices.show(1237.56, 15.0)
    site.daemon.start()
    site.office.wait("tele/dispenser-1", lambda b: b["samples"][0]["values"].get("mass_total") == 1237.56)
    site.devices.show(1237.56, 0.1)  # the hose is vented
    told = site.office.wait("fill/1A")
    assert (told["total_before"], told["total_after"], told["mass_by"]) == (1234.56, 1237.56, "total")
    assert (told["ending"], told["marks"]) == ("power-cut", ["began-unseen", "restart"])
    assert len(site.office.bodies("fill/1A")) == 1


def test_a_rating_is_durable_before_the_thanks_and_arrives_with_its_receipt(site: Site) -> None:
    status, said = site.daemon.post("/api/feedback", {"rating": 2, "reasons": ["attitude"], "text": "排队太久"})
    assert status == 201
    feedback = site.office.wait("feedback/kiosk-1", lambda b: b["receipt"] == said["receipt"])
    assert (feedback["rating"], feedback["reasons"], feedback["text"]) == (2, ["attitude"], "排队太久")


def test_without_a_broker_everything_goes_on_and_arrives_later_in_order(site: Site) -> None:
    site.office.wait("status")
    site.broker.kill()
    receipts = [site.daemon.post("/api/feedback", {"rating": n})[1]["receipt"] for n in (1, 2, 3, 4, 5)]
    until(lambda: site.daemon.get("/healthz")[1]["delivery"]["online"] is False)
    site.broker.start()
    site.office.wait("feedback", lambda b: b["receipt"] == receipts[-1])
    facts = [json.loads(f)["data"] for f in site.office.facts()]
    assert [b["receipt"] for b in facts if "rating" in b] == receipts


def test_a_complaint_is_a_case_with_its_number_and_its_telephone_travels_sealed(site: Site) -> None:
    form = {"kind": "complaint", "topic": "metering", "text": "少加了", "phone": "13812341234"}
    status, said = site.daemon.post("/api/case", form)
    assert status == 201
    assert site.office.wait(f"case/{said['receipt']}", lambda b: b["event"] == "received")["text"] == "少加了"
    assert "sealed" in site.office.wait(f"pii/{said['receipt']}")
    assert not any(b"13812341234" in heard.payload for heard in site.office.heard)


def test_an_unplugged_device_is_an_alarm_that_stays_until_somebody_has_seen_it(site: Site) -> None:
    site.office.wait("tele/dispenser-1")
    site.devices.unplug()
    site.office.wait("tele/dispenser-1", lambda b: set(b["samples"][0].get("bad", {}).values()) & {"timeout", "link"})
    site.office.wait("alarm/silent.dispenser-1", lambda b: b["event"] == "raised")
    site.devices.plug()
    site.office.wait("alarm/silent.dispenser-1", lambda b: b["state"] == "returned-unacknowledged")
    late = HeadOffice(site.broker.port)  # whoever comes later finds the alarm retained
    late.wait("alarm/silent.dispenser-1")
    late.close()
    assert site.daemon.post("/api/staff/unlock", {"person": "li", "pin": "135790"})[0] == 200
    cookie = site.daemon.cookie
    assert site.daemon.post("/api/staff/acknowledge", {"alarm": "silent.dispenser-1"}, cookie)[0] == 201
    site.office.wait("alarm/silent.dispenser-1", lambda b: b["state"] == "normal" and b["by"] == "li")
    until(lambda: [h for h in site.office.heard if h.topic.endswith("alarm/silent.dispenser-1") and not h.payload])


def test_an_attendant_types_the_display_before_seeing_the_agents_figure(site: Site) -> None:
    site.office.wait("total/1A")
    assert site.daemon.post("/api/staff/reading", {"step": "reading", "nozzle": "1A", "typed": "3456"})[0] == 401
    site.daemon.post("/api/staff/unlock", {"person": "li", "pin": "135790"})
    form = {"step": "reading", "nozzle": "1A", "typed": "3456"}
    status, said = site.daemon.post("/api/staff/reading", form, site.daemon.cookie)
    assert status == 201 and said["facts"]["agree"] == "yes"
    shift = site.office.wait("shift", lambda b: b.get("nozzle") == "1A")
    assert (shift["state"], shift["typed"], shift["total"], shift["by"]) == ("confirmed", "3456", 1234.56, "li")


def test_a_power_cut_in_the_middle_of_a_handover_loses_no_step_of_it(site: Site) -> None:
    site.office.wait("total/1A")
    site.daemon.post("/api/staff/unlock", {"person": "li", "pin": "135790"})
    cookie = site.daemon.cookie
    sign = {"step": "sign", "typed": ""}
    assert site.daemon.post("/api/staff/reading", sign, cookie)[0] == 400  # not confirmed yet
    assert site.daemon.post("/api/staff/reading", {"nozzle": "1A", "typed": "3456"}, cookie)[0] == 201
    site.daemon.stop(signal.SIGKILL)
    site.daemon.start()
    site.daemon.post("/api/staff/unlock", {"person": "li", "pin": "135790"})
    assert site.daemon.post("/api/staff/reading", sign, site.daemon.cookie)[0] == 201
    site.office.wait("shift", lambda b: b.get("step") == "sign")
    told = [json.loads(fact)["data"] for fact in site.office.facts()]
    assert [b.get("step", b["state"]) for b in told if "shift" in b] == ["opened", "reading", "sign"]


def test_kill_9_at_any_moment_loses_no_receipt_and_breaks_no_chain(site: Site) -> None:
    receipts = []
    for round in range(4):
        for rating in range(1, 6):
            receipts.append(site.daemon.post("/api/feedback", {"rating": rating, "text": f"{round}"})[1]["receipt"])
        site.daemon.stop(signal.SIGKILL)
        site.daemon.start()
    last = site.daemon.post("/api/feedback", {"rating": 5})[1]["receipt"]
    site.office.wait("feedback", lambda b: b["receipt"] == last)
    facts = [json.loads(f)["data"] for f in site.office.facts()]
    assert [b["receipt"] for b in facts if "rating" in b] == [*receipts, last]


def test_what_needs_a_person_survives_a_restart(site: Site) -> None:
    site.office.wait("tele/dispenser-1")
    site.devices.unplug()
    site.office.wait("alarm/silent.dispenser-1", lambda b: b["event"] == "raised")
    number = site.daemon.post("/api/case", {"kind": "question", "topic": "price"})[1]["receipt"]
    site.daemon.stop(signal.SIGKILL)
    site.daemon.start()
    status, page = site.daemon.get("/healthz")
    assert status == 200 and page["reasons"]["keeping"]
    again = site.daemon.post("/api/case", {"kind": "question", "topic": "price"})[1]["receipt"]
    assert int(again.rpartition("-")[2]) == int(number.rpartition("-")[2]) + 1
    assert site.daemon.post("/api/staff/unlock", {"person": "li", "pin": "135790"})[0] == 200
    site.daemon.post("/api/staff/acknowledge", {"alarm": "silent.dispenser-1"}, site.daemon.cookie)
    site.office.wait("alarm/silent.dispenser-1", lambda b: b["event"] == "acknowledged")


def test_told_to_stop_it_says_good_bye_and_nothing_is_left(site: Site) -> None:
    site.office.wait("status")
    assert site.daemon.stop() == 0
    assert site.office.wait("status", lambda b: b["state"] == "offline")


def test_killed_the_broker_says_it_for_the_station(site: Site) -> None:
    site.office.wait("status")
    site.daemon.stop(signal.SIGKILL)
    assert site.office.wait("status", lambda b: b["state"] == "offline")


def shows(total: float, body: Any) -> bool:
    return bool(body["samples"][0]["values"].get("mass_total") == total)


def test_telemetry_touches_no_disk_while_the_broker_acknowledges(site: Site) -> None:
    site.office.wait("total/1A")
    until(lambda: site.daemon.get("/healthz")[1]["delivery"]["waiting"] == 0)
    data = site.daemon.path.parent / "data"

    def sizes() -> dict[str, tuple[int, int]]:
        return {f.name: (f.stat().st_size, f.stat().st_mtime_ns) for f in data.glob("*.db*")}

    before, heard = sizes(), len(site.office.bodies("tele"))
    for step in range(1, 11):
        site.devices.show(1234.56 + step, 20.0)
        total = round(1234.56 + step, 2)
        site.office.wait("tele/meter-1", partial(shows, total))
    assert len(site.office.bodies("tele")) >= heard + 20
    assert sizes() == before


def test_a_command_of_head_office_is_answered(site: Site) -> None:
    site.office.wait("status")
    site.office.say("gse/1/dn/cq-0147/cmd/ping", {"id": "c1", "by": "ho", "args": {}})
    assert site.office.wait("reply/c1") == {"cmd": "ping", "ok": True, "reason": ""}


def test_a_wrong_configuration_is_refused_with_its_line_and_exit_78(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_text(path.read_text("utf-8").replace("every = 0.2", "evry = 0.2", 1), "utf-8")
    command = [sys.executable, "-m", "agent.cli", "run", "-c", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 78
    line = path.read_text("utf-8").splitlines().index("evry = 0.2") + 1
    assert f"{path}:{line}: device[1].evry: unknown key" in done.stderr


def test_an_emergency_a_shelved_alarm_and_a_permit_outlive_a_kill(site: Site) -> None:
    daemon, office = site.daemon, site.office
    status, receipt = daemon.post("/api/emergency", {"what": "leak", "device": "1A"})
    assert status == 201 and receipt["receipt"].startswith("E")
    assert office.wait("alarm/emergency", lambda b: b["state"] == "unacknowledged")["incident"] == receipt["receipt"]
    daemon.post("/api/staff/unlock", {"person": "li", "pin": "135790"})
    cookie = daemon.cookie
    silent = "silent.dispenser-1"
    wish = {"kind": "shelve", "alarm": silent, "why": "cable is being replaced", "minutes": 60}
    assert daemon.post("/api/staff/alarm", wish, cookie)[0] == 201
    assert office.wait(f"alarm/{silent}", lambda b: b["state"] == "shelved")["why"] == "cable is being replaced"
    daemon.stop(signal.SIGKILL)
    daemon.start()
    daemon.post("/api/staff/unlock", {"person": "li", "pin": "135790"})
    cookie = daemon.cookie
    status, page = daemon.ask(Request(daemon.url + "/staff/alarms", headers={"Cookie": cookie}))
    assert status == 200 and "shelved" in page and "unacknowledged" in page
    assert receipt["receipt"] in daemon.get("/emergency")[1]
    assert daemon.post("/api/staff/incident", {"incident": receipt["receipt"], "event": "cleared"}, cookie)[0] == 201
    told = office.wait(f"report/{receipt['receipt']}", lambda b: b["event"] == "cleared")
    assert told["state"] == "declared" and told["deeds"][-1]["by"] == "attendant:li"
    permit = {"event": "issued", "said": {"kind": "height", "work": "换灯", "permitter": "li", "leader": "c-9"}}
    status, refused = daemon.post("/api/staff/permit", permit, cookie)
    assert status == 400 and "guardian" in str(refused)
    office.facts()
