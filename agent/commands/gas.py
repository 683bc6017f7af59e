"""How dense a gas is: compressibility and density of a mixture by AGA8 DETAIL (ISO 12213-2)."""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from pathlib import Path

from agent.cli import FAILED, USAGE, WELL
from agent.core.gas.detail import Unsolved, compressibility, mass_density
from agent.core.gas.mixture import Mixture, mixture
from agent.core.gas.names import METHANE, NAMES

SUMMARY = "compressibility and density of natural gas at a pressure and a temperature"
KELVIN, KPA = 273.15, 1000.0
KNOWN = "mole fractions by name, of " + " ".join(NAMES)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--composition", required=True, metavar="FILE|METHANE", help=f"TOML: {KNOWN}; or the word METHANE"
    )
    parser.add_argument("--pressure", required=True, type=float, metavar="MPa", help="absolute")
    parser.add_argument("--temperature", required=True, type=float, metavar="degC")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    try:
        gas = read(args.composition)
    except (OSError, ValueError) as error:
        print(f"{args.composition}: {error}; {KNOWN}", file=sys.stderr)
        return USAGE
    kpa, kelvin = args.pressure * KPA, args.temperature + KELVIN
    if not (0 < kpa < 1e6 and 90 < kelvin < 700):
        print("--pressure 0 to 1000 MPa absolute, --temperature -183 to 426 degC", file=sys.stderr)
        return USAGE
    try:
        told = {"Z": compressibility(gas, kpa, kelvin), "density": mass_density(gas, kpa, kelvin)}
    except Unsolved as error:
        print(f"{args.pressure} MPa, {args.temperature} degC: {error}", file=sys.stderr)
        return FAILED
    print(json.dumps(told) if args.json else f"Z {told['Z']:.6f}, density {told['density']:.4f} kg/m3")
    return WELL


def read(word: str) -> Mixture:
    """The mixture of a file, or methane. Raises OSError, ValueError."""
    if word.upper() == "METHANE":
        return mixture(METHANE)
    shares = tomllib.loads(Path(word).read_text("utf-8"))
    for name, share in shares.items():
        if name not in NAMES:
            raise ValueError(f"{name!r} is no gas")
        if isinstance(share, bool) or not isinstance(share, int | float):
            raise ValueError(f"{name}: {share!r} is no mole fraction")
    return mixture({NAMES[name]: float(share) for name, share in shares.items()})
