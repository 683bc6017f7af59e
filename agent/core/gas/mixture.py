"""A gas mixture as AGA8 DETAIL sees it: everything that depends on the composition alone, computed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

from agent.core.gas.constants import COMPONENTS, PAIRS, TERMS, Component, Pair, Term

Shares = Mapping[str, float]
ALIKE = Pair()
VIRIAL, HIGHER = TERMS[:18], TERMS[12:]


@dataclass(frozen=True, slots=True)
class Mixture:
    """`mass`: molar mass in g/mol; `size`: K³ in l/mol; `virial`: (c, u), so that B = Σ c·T⁻ᵘ in l/mol; `higher`:
    (c, b, k, u) of the terms 13 … 58, so that C = c·T⁻ᵘ."""

    mass: float
    size: float
    virial: tuple[tuple[float, float], ...]
    higher: tuple[tuple[float, int, int, float], ...]


def mixture(shares: Shares) -> Mixture:
    """The mixture of mole fractions by name of the gas; they are divided by their sum.

    Raises ValueError: an unknown gas, a share outside 0 … 1, a sum that is not 1 within 0.0001.
    """
    for name, share in shares.items():
        if name not in COMPONENTS:
            raise ValueError(f"unknown gas {name!r}; known: {', '.join(COMPONENTS)}")
        if not 0 <= share <= 1:
            raise ValueError(f"{name}: a mole fraction is 0 … 1, not {share}")
    total = sum(shares.values())
    if not abs(total - 1) <= 1e-4:
        raise ValueError(f"the mole fractions add up to {total:.5f}, not to 1")
    x = {name: share / total for name, share in shares.items() if share}
    return Mixture(
        sum(share * COMPONENTS[name].mass for name, share in x.items()),
        conformal(x, lambda gas: gas.size, lambda pair: pair.size) ** 3,
        tuple((term.a * sum(second(x, term)), term.u) for term in VIRIAL),
        tuple(higher(x)),
    )


def pairs(x: Shares) -> Iterator[tuple[float, Component, Component, Pair]]:
    """(2·xᵢ·xⱼ, i, j, their difference) of every two different gases."""
    for one, other in combinations(x, 2):
        pair = PAIRS.get((one, other)) or PAIRS.get((other, one), ALIKE)
        yield 2 * x[one] * x[other], COMPONENTS[one], COMPONENTS[other], pair


def conformal(x: Shares, of: Callable[[Component], float], differ: Callable[[Pair], float]) -> float:
    """A mixture's size or energy: the fifth root of (Σ xᵢ·Vᵢ^2.5)² + Σ 2·xᵢ·xⱼ·(Vᵢⱼ⁵ − 1)·(Vᵢ·Vⱼ)^2.5."""
    pure = sum(share * of(COMPONENTS[name]) ** 2.5 for name, share in x.items()) ** 2
    mixed = sum(share * (differ(pair) ** 5 - 1) * (of(i) * of(j)) ** 2.5 for share, i, j, pair in pairs(x))
    return float((pure + mixed) ** 0.2)


def second(x: Shares, term: Term) -> Iterator[float]:
    """What each two gases add to a term of the second virial coefficient."""
    for name, share in x.items():
        gas = COMPONENTS[name]
        yield share * share * gas.energy**term.u * gas.size**3 * weight(term, gas, gas, ALIKE)
    for share, i, j, pair in pairs(x):
        energy = pair.energy * sqrt(i.energy * j.energy)
        yield share * energy**term.u * (i.size * j.size) ** 1.5 * weight(term, i, j, pair)


def weight(term: Term, i: Component, j: Component, pair: Pair) -> float:
    """How much two gases have of what a virial term depends on: 1 where it depends on nothing."""
    found = {
        "g": pair.g * (i.g + j.g) / 2,
        "q": i.q * j.q,
        "f": sqrt(i.f * j.f),
        "s": i.s * j.s,
        "w": i.w * j.w,
    }
    weight = 1.0
    for letter in term.on:
        weight *= found[letter]
    return weight


def higher(x: Shares) -> Iterator[tuple[float, int, int, float]]:
    """The terms 13 … 58 of the mixture, without their power of the temperature."""
    energy = conformal(x, lambda gas: gas.energy, lambda pair: pair.conformal)
    found = {
        "g": sum(share * COMPONENTS[name].g for name, share in x.items())
        + sum(share * (pair.g - 1) * (i.g + j.g) / 2 for share, i, j, pair in pairs(x)),
        "q": sum(share * COMPONENTS[name].q for name, share in x.items()) ** 2,
        "f": sum(share * share * COMPONENTS[name].f for name, share in x.items()),
    }
    for term in HIGHER:
        c = term.a * energy**term.u
        for letter in term.on:
            c *= found[letter]
        if c:
            yield c, term.b, term.k, term.u
