"""The units hold what they promise: hardened, watched, and the browser never let loose."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from agent.config.read import read

UNITS = Path(__file__).parent.parent / "systemd"
EXPOSURE = 20  # tenths: `systemd-analyze security` calls this OK


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_the_daemon_is_hardened() -> None:
    unit = UNITS / "station-edge.service"
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-200:] + done.stderr


def test_a_wrong_configuration_is_not_tried_again_and_the_watchdog_is_on() -> None:
    unit = (UNITS / "station-edge.service").read_text()
    for line in ("Type=notify", "WatchdogSec=30", "RestartPreventExitStatus=78", "Restart=always"):
        assert line in unit.splitlines()


def test_the_browser_keeps_its_sandbox_and_shows_one_page() -> None:
    unit = "\n".join(
        row for row in (UNITS / "station-edge-kiosk.service").read_text().splitlines() if not row.startswith("#")
    )
    for never in ("--no-sandbox", "--disable-web-security", "--remote-debugging-port"):
        assert never not in unit
    policy = json.loads((UNITS / "chromium-policy.json").read_text())
    assert policy["URLBlocklist"] == ["*", "chrome://*"]
    assert policy["URLAllowlist"] == ["http://127.0.0.1:8080"]


def test_the_example_station_lacks_only_its_secret(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text((UNITS / "station.toml").read_text())
    _, problems, _ = read(path)
    assert [(problem.key) for problem in problems] == ["mqtt.password_file"]


def test_a_secret_is_found_where_systemd_hands_it_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "station.toml"
    path.write_text((UNITS / "station.toml").read_text())
    handed = tmp_path / "credentials" / "secrets_mqtt.password"
    handed.parent.mkdir()
    handed.write_text("secret\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed.parent))
    config, problems, _ = read(path)
    assert problems == []
    assert config and config.mqtt.password_file == handed
