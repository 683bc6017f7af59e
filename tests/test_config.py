"""A station file is read whole or refused whole, and each problem is a line a person can mend."""

from __future__ import annotations

from pathlib import Path

import pytest
from mapfiles import GOOD as ACME

from agent.cli import main
from agent.config.read import read
from agent.config.show import show

GOOD = """\
[station]
id = "cq-0147"
name = "江北加气站"
data = "data"

[mqtt]
host = "127.0.0.1"

[[bus]]
name = "lan"
link = "tcp"
host = "127.0.0.1"

[[device]]
name = "dispenser-1"
model = "plain-dispenser"
bus = "lan"
address = 1

[[nozzle]]
name = "1A"
device = "dispenser-1"
fuel = "cng"
"""

BAD = {
    "a misspelt key": ('host = "127.0.0.1"\n\n[[bus]]', 'hots = "x"\n\n[[bus]]', "6: mqtt.host: is missing"),
    "an unknown table": ("[mqtt]", "[wifi]\n[mqtt]", "6: wifi: unknown key; one of balance, bus, device"),
    "a bad id": ('"cq-0147"', '"CQ 0147"', "2: station.id: 'CQ 0147' is not allowed; 2 to 32 of a-z, 0-9 and -"),
    "a model nobody knows": ('"plain-dispenser"', '"acme"', "16: device[1].model: 'acme' is unknown; a path to a map"),
    "a bus nobody named": ('bus = "lan"', 'bus = "wan"', "17: device[1].bus: 'wan' is unknown; one of lan"),
    "a nozzle of no device": ('device = "dispenser-1"', 'device = "dispenser-2"', "22: nozzle[1].device: 'dispens"),
    "plain MQTT beyond this machine": (
        'host = "127.0.0.1"\n\n[[bus]]', 'host = "mqtt.example.com"\n\n[[bus]]',
        "7: mqtt.host: mqtt.example.com would be reached without encryption; tls = { ca = … }, or plain",
    ),
    "a rate of history that would never end": (
        'host = "127.0.0.1"\n\n[[bus]]', 'host = "127.0.0.1"\nhistory = 0\n\n[[bus]]',
        "8: mqtt.history: 0 is out of bounds; a whole number from 1 to 100000",
    ),
    "two devices on one address": (
        "[[nozzle]]", '[[device]]\nname = "d2"\nmodel = "plain-dispenser"\nbus = "lan"\n[[nozzle]]',
        "20: device[2]: two devices on one bus address: ('lan', 1); each one once",
    ),
    "a rule on a point that is not there": (
        "[[nozzle]]",
        '[[rule]]\nname = "hot"\nkind = "above"\npoint = "heat"\nlimit = 1\nunit = "Cel"\ntext = "t"\n'
        'consequence = "c"\n'
        'response = "r"\nrespond_within = 60\n[[nozzle]]',
        "23: rule[1].point: 'heat' is on none of these devices; one of",
    ),
    "not TOML at all": ("[station]", "[station", "1: file: not TOML"),
    "a time zone nobody lives in": ('data = "data"', 'timezone = "Asia/Chongqin"', "4: station.timezone: 'Asia/Cho"),
    "a port that is no number": ("[[bus]]", '[kiosk]\nlisten = "127.0.0.1:99999"\n[[bus]]', "10: kiosk.listen: '127"),
    "a head-office key that is none": (
        "[[bus]]", '[keys]\nhead_office = "ho.pub"\n[[bus]]', "10: keys.head_office: not 32 bytes as base64",
    ),
}  # fmt: skip


def station(tmp_path: Path, text: str) -> Path:
    (tmp_path / "ho.pub").write_text("nonsense")
    path = tmp_path / "station.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_station_is_read_and_shown_resolved(tmp_path: Path) -> None:
    config, problems, _ = read(station(tmp_path, GOOD))
    assert config is not None and not problems
    shown = show(config)
    assert 'timezone = "Asia/Shanghai"' in shown and "retention_days = 730" in shown
    assert config.station.data == tmp_path / "data"


@pytest.mark.parametrize(("old", "new", "said"), BAD.values(), ids=BAD)
def test_a_problem_names_its_line_and_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert GOOD.count(old) >= 1
    path = station(tmp_path, GOOD.replace(old, new, 1) if old != 'device = "dispenser-1"' else GOOD.replace(old, new))
    config, problems, _ = read(path)
    assert config is None
    assert any(f"{path}:{said}" in str(problem) for problem in problems), "\n".join(map(str, problems))


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('"cq-0147"', '"X"').replace('bus = "lan"', 'bus = "wan"').replace("address = 1", "adress = 1")
    _, problems, _ = read(station(tmp_path, text))
    assert {p.key for p in problems} >= {"station.id", "device[1].bus", "device[1].adress"}


def test_secrets_are_masked(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2")
    config, problems, _ = read(station(tmp_path, GOOD.replace("[[bus]]", 'password_file = "secret"\n\n[[bus]]', 1)))
    assert config, problems
    assert "hunter2" not in show(config) and "# password: ********" in show(config)


@pytest.mark.parametrize("line", ["", "history = 500\n"])
def test_what_is_shown_says_the_same_when_it_is_read_again(tmp_path: Path, line: str) -> None:
    config, _, _ = read(station(tmp_path, GOOD.replace("\n[[bus]]", f"{line}\n[[bus]]", 1)))
    assert config and config.mqtt.history == (500 if line else None)
    (tmp_path / "again.toml").write_text(show(config), "utf-8")
    again, problems, _ = read(tmp_path / "again.toml")
    assert again and not problems
    assert show(again) == show(config).replace(config.digests["station"], again.digests["station"])


def test_a_line_too_slow_for_its_polls_is_refused_and_a_tight_one_warned_of(tmp_path: Path) -> None:
    rtu = GOOD.replace('link = "tcp"\nhost = "127.0.0.1"', 'link = "rtu"\nport = "/dev/ttyS0"\nserial = "1200 8N1"')
    _, problems, _ = read(station(tmp_path, rtu.replace("address = 1", "address = 1\nevery = 0.2")))
    assert any("of the line's time at 1200 baud" in p.wrong for p in problems)


def test_a_station_without_buses_is_valid_with_a_warning(tmp_path: Path) -> None:
    config, problems, warnings = read(station(tmp_path, GOOD[: GOOD.index("[[bus]]")]))
    assert config and not problems
    assert any("no bus" in w.wrong for w in warnings)


RULE = """
[[rule]]
name = "odd"
kind = "above"
point = "{point}"
limit = 1
unit = "{unit}"
text = "t"
consequence = "c"
response = "r"
respond_within = 60
"""


@pytest.mark.parametrize(
    ("model", "point", "unit", "said"),
    [
        (
            "plain-dispenser",
            "pressure",
            "kg",
            "30: rule[1].unit: 'kg' cannot be compared with what pressure is read in",
        ),
        ("emerson-2700", "flow", "MPa", "rule[1].unit: 'MPa' cannot be compared with what flow is read in; "),
        ("emerson-2700", "flow", "kg/min", ""),
    ],
)
def test_a_rule_that_could_never_judge_is_refused(tmp_path: Path, model: str, point: str, unit: str, said: str) -> None:
    text = GOOD.replace("plain-dispenser", model) + RULE.format(point=point, unit=unit)
    problems = read(station(tmp_path, text))[1]
    assert said in "\n".join(map(str, problems)) and bool(problems) == bool(said)


def blind(tmp_path: Path, text: str) -> list[str]:
    """The warnings of rules that cannot judge."""
    config, _, warnings = read(station(tmp_path, text))
    assert config
    return [str(warning).partition("toml:")[2] for warning in warnings if "cannot judge" in str(warning)]


def test_a_shipped_rule_that_cannot_judge_a_device_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text(ACME.replace('unit = "kg"', 'unit = "%"').replace(" kg ", " % ").replace(
        'role = "total"', 'role = "pressure"'
    ))  # fmt: skip
    assert blind(tmp_path, GOOD) == []
    assert blind(tmp_path, GOOD.replace("plain-dispenser", "odd.toml")) == [
        "14: device[1]: pressure-high.dispenser-1 cannot judge mass_total while it is read in %; "
        "MPa and what can be turned into it"
    ]


def test_a_rule_that_a_setting_of_the_device_can_blind_is_warned_of(tmp_path: Path) -> None:
    text = GOOD.replace("plain-dispenser", "emerson-2700") + RULE.format(point="density", unit="kg/m3")
    (told,) = blind(tmp_path, text)
    assert "rule[1].unit: odd.dispenser-1 cannot judge density while it is read in 1; " in told


def test_a_machine_without_pins_is_told_by_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pins = GOOD + '\n[[output]]\nname = "beacon"\npin = "GPIO17"\n'
    for text, warned in ((GOOD, False), (pins, not any(Path("/dev").glob("gpiochip*")))):
        assert main(["check", "-c", str(station(tmp_path, text))]) == 0
        assert ("no GPIO on this machine" in capsys.readouterr().err) is warned
