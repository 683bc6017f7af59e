"""Reports on a real station: made of its journal beside everything else it does."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

from brokers import free_port, needs_mosquitto
from daemon import Daemon, HeadOffice
from mosquitto import Mosquitto
from stations import write

from agent.cli import main
from agent.core.model import Fact
from agent.shell.store.journal import Journal
from drivers.model import Instant

pytestmark = needs_mosquitto


def test_a_report_that_head_office_asks_for_is_made_of_the_journal_and_comes_as_a_fact(tmp_path: Path) -> None:
    month_ago = datetime.now(UTC).replace(day=15) - timedelta(days=31)
    journal = Journal(tmp_path / "data" / "journal.db", "cq-0147", "b001")
    rated = {"receipt": "R1", "rating": 4, "reasons": [], "text": ""}
    journal.append([Fact("feedback", "kiosk-1", rated, "kiosk-1", Instant(1.0, month_ago.timestamp(), "synced"))])
    journal.close()
    broker, kiosk = Mosquitto(tmp_path / "broker"), free_port()
    office = HeadOffice(broker.port)
    daemon = Daemon(write(tmp_path, mqtt=f"port = {broker.port}", kiosk=kiosk), kiosk)
    try:
        daemon.start()
        office.wait("audit/_", lambda b: b["what"] == "started")
        whom = ["--station", "cq-0147", "--broker", f"mqtt://127.0.0.1:{broker.port}", "--timeout", "120"]
        assert main(["command", "report.compile", "kind=briefing", f"period={month_ago:%Y-%m}", *whom]) == 0
        body = office.wait("report/briefing")
        assert body["report"] == f"briefing-{month_ago:%Y-%m}" and body["by"] == "head-office"
        assert {one["figure"]: one.get("value") for one in body["figures"]}["rating-mean"] == 4.0
        assert main(["report", "--check", "-c", str(daemon.path)]) == 0
    finally:
        daemon.stop(signal.SIGKILL)
        broker.stop()
        office.close()
