"""What the `gas` command says of the published points, and of what it cannot take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.cli import USAGE, WELL, main

ISO_1 = """\
carbon-dioxide = 0.006
nitrogen = 0.003
methane = 0.965
ethane = 0.018
propane = 0.0045
isobutane = 0.001
n-butane = 0.001
isopentane = 0.0005
n-pentane = 0.0003
n-hexane = 0.0007
"""


def test_a_published_point_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "gas.toml"
    file.write_text(ISO_1, "utf-8")
    words = ["gas", "--composition", str(file), "--pressure", "12", "--temperature", "16.85", "--json"]
    assert main(words) == WELL
    told = json.loads(capsys.readouterr().out)
    assert told["Z"] == pytest.approx(0.79317, abs=1e-5) and set(told) == {"Z", "density"}


def test_methane_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gas", "--composition", "METHANE", "--pressure", "0.101325", "--temperature", "20"]) == WELL
    assert capsys.readouterr().out == "Z 0.998142, density 0.6682 kg/m3\n"


@pytest.mark.parametrize("text", ["methane = 0.5", "methan = 1", "methane = true", "methane ="])
def test_what_is_no_mixture(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "gas.toml"
    file.write_text(text, "utf-8")
    assert main(["gas", "--composition", str(file), "--pressure", "1", "--temperature", "20"]) == USAGE
    assert capsys.readouterr().err.startswith(f"{file}: ")
