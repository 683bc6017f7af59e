"""A rule that could do no good is refused with its line: nothing to see, never to clear, in fight with another."""

from __future__ import annotations

from pathlib import Path

import pytest
from stations import write

from agent.config.read import read
from agent.config.show import show

WORDS = 'text = "t"\nconsequence = "c"\nresponse = "r"\nrespond_within = 60\n'
ON = 'device = "dispenser-1"\npoint = "pressure"\nunit = "MPa"\n'
GAUGE = "valid = [0, 40]\n"

BAD = {
    "a hysteresis that never clears": ('kind = "above"\nlimit = 20\nhysteresis = 21\n' + ON, "hysteresis: 21: -1 MPa"),
    "above all that can be read": ('kind = "below"\nlimit = 35\nhysteresis = 6\n' + ON, "41 MPa is above all that"),
    "a band with nothing in it": ('kind = "outside"\nlow = 5\nhigh = 9\nhysteresis = 3\n' + ON, "nothing is between 8"),
    "limits the wrong way round": ('kind = "outside"\nlow = 9\nhigh = 5\n' + ON, "low: 9 is not below high = 5"),
    "a delay of a year": ('kind = "above"\nlimit = 20\non_delay = 31536000\n' + ON, "31536000 is out of bounds"),
    "a rate without its time": ('kind = "rate"\nlimit = 2\n' + ON, "unit: 'MPa' is no rate; a unit a"),
    "a word that never comes": (
        'kind = "input"\ninput = "gas-panel-1"\nwords = ["burning"]\n',
        "words: gas-panel-1 is never burning; of normal, alarm, fault",
    ),
    "an input that is not there": ('kind = "input"\ninput = "door-9"\nwords = ["open"]\n', "'door-9' fits no input"),
    "compared with nothing": ('kind = "deviation"\nlimit = 2\nagainst = "dispenser-1/heat"\n' + ON, "against: 'disp"),
    "enabled by nothing": (
        'kind = "above"\nlimit = 20\nwhile = { point = "heat", words = ["on"] }\n' + ON,
        "while: 'heat' is no point of dispenser-1",
    ),
    "a limit of a silent rule": ('kind = "silent"\nlimit = 3\ndevice = "*"\n', "limit: unknown key"),
    "shelved for more than a day": ('kind = "above"\nlimit = 20\nshelve = 90000\n' + ON, "90000 is out of bounds"),
}  # fmt: skip
PANEL = '[[input]]\nname = "gas-panel-1"\npins = { alarm = "GPIO5", fault = "GPIO6" }\n'


def problems(folder: Path, extra: str) -> list[str]:
    path = write(folder)
    (folder / "test-device.toml").write_text(
        (folder / "test-device.toml").read_text("utf-8").replace('role = "pressure"\n', f'role = "pressure"\n{GAUGE}'),
        "utf-8",
    )
    path.write_text(path.read_text("utf-8") + "\n" + extra, "utf-8")
    return [str(problem) for problem in read(path)[1]]


@pytest.mark.parametrize(("rule", "said"), BAD.values(), ids=BAD)
def test_a_rule_that_can_do_no_good_is_refused_with_its_line(tmp_path: Path, rule: str, said: str) -> None:
    told = problems(tmp_path, f'{PANEL}[[rule]]\nname = "odd"\n{rule}{WORDS}')
    assert any(said in problem and "rule[1]" in problem for problem in told), told


def rule(name: str, kind: str, limit: float, more: str = "") -> str:
    return f'[[rule]]\nname = "{name}"\nkind = "{kind}"\nlimit = {limit}\n{ON}{more}{WORDS}'


def test_two_rules_that_leave_no_value_in_peace_are_refused(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, rule("low", "below", 12) + rule("high", "above", 10))
    assert "rule[2].name: high fights low on dispenser-1 pressure: at every value one of them stands" in told


def test_two_rules_that_say_the_same_are_refused(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, rule("shipped-again", "above", 25))
    assert "fights pressure-high" in told and "both say the same" in told


def test_two_rules_that_never_count_together_do_not_fight(tmp_path: Path) -> None:
    enabled = 'while = { point = "mass_total", above = 1, unit = "kg" }\n'
    assert not problems(tmp_path, rule("low", "below", 12, enabled) + rule("high", "above", 10))


def test_one_name_is_used_once(tmp_path: Path) -> None:
    told = problems(tmp_path, rule("high", "above", 10) + rule("high", "above", 11))
    assert any("rule[2].name: the name is used twice" in problem for problem in told)


def test_one_pin_is_used_once(tmp_path: Path) -> None:
    assert any("two use one pin: 'GPIO27'" in p for p in problems(tmp_path, '[[input]]\nname = "x"\npin = "GPIO27"\n'))


def test_contacts_that_must_agree_are_a_gas_panels(tmp_path: Path) -> None:
    told = problems(tmp_path, '[[input]]\nname = "door-1"\npins = { alarm = "GPIO5", fault = "GPIO6" }\n')
    assert any("input[1].pins: is for a gas panel" in problem for problem in told)


def test_phones_and_kinds_of_permits_are_shown_as_they_are_read(tmp_path: Path) -> None:
    extra = (
        '[[phone]]\nname = ["值班领导", "Duty manager"]\nnumber = "023-6000 0000"\n'
        '[permits]\nschemes = ["GB"]\n[[permits.type]]\nid = "hot-work-2"\nscheme = "GB"\nname = "动火"\nhours = 4\n'
        'measures = ["tested"]\n'
    )
    path = write(tmp_path)
    path.write_text(path.read_text("utf-8") + extra, "utf-8")
    config, problems, _ = read(path)
    assert config and not problems
    assert (config.plan.phones[0].number, config.kinds.kinds["hot-work-2"].hours) == ("023-6000 0000", 4)
    assert "pp-hot-work-1" not in config.kinds.kinds
    (tmp_path / "again.toml").write_text(show(config), "utf-8")
    again, problems, _ = read(tmp_path / "again.toml")
    assert again and not problems
    assert (again.plan, again.kinds) == (config.plan, config.kinds)


def test_an_unknown_scheme_or_measure_is_refused_with_its_line(tmp_path: Path) -> None:
    kind = '[[permits.type]]\nid = "x"\nname = "x"\nhours = 4\nmeasures = ["luck"]\n'
    told = problems(tmp_path, f'[permits]\nschemes = ["XY"]\n{kind}')
    assert any("permits.schemes: ['XY'] is unknown" in problem for problem in told)
    assert any("permits.type[1].measures: ['luck'] is unknown" in problem for problem in told)
