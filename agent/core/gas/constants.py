"""AGA8-DC92 (ISO 12213-2, GB/T 17747.2): the constants of the equation of state, as the standard tabulates them.

Units: molar mass in g/mol; energies in K; sizes in (m³/kmol)^(1/3); the rest has none.
"""

from __future__ import annotations

from typing import NamedTuple


class Term(NamedTuple):
    """One term of the equation: coefficient; powers of density, of density in the exponential, of temperature; and
    which of orientation g, quadrupole q, high temperature f, dipole s and association w it depends on."""

    a: float
    b: int
    k: int
    u: float
    on: str


class Component(NamedTuple):
    """One gas: molar mass, and its energy, size, orientation, quadrupole, high-temperature, dipole, association."""

    mass: float
    energy: float
    size: float
    g: float = 0.0
    q: float = 0.0
    f: float = 0.0
    s: float = 0.0
    w: float = 0.0


class Pair(NamedTuple):
    """How two gases differ from the mean of themselves: in energy, conformal energy, size, orientation."""

    energy: float = 1.0
    conformal: float = 1.0
    size: float = 1.0
    g: float = 1.0


# fmt: off
TERMS: tuple[Term, ...] = (
    Term(0.1538326, 1, 0, 0.0, ""),
    Term(1.341953, 1, 0, 0.5, ""),
    Term(-2.998583, 1, 0, 1.0, ""),
    Term(-0.04831228, 1, 0, 3.5, ""),
    Term(0.3757965, 1, 0, -0.5, "g"),
    Term(-1.589575, 1, 0, 4.5, "g"),
    Term(-0.05358847, 1, 0, 0.5, "q"),
    Term(0.88659463, 1, 0, 7.5, "s"),
    Term(-0.71023704, 1, 0, 9.5, "s"),
    Term(-1.471722, 1, 0, 6.0, "w"),
    Term(1.32185035, 1, 0, 12.0, "w"),
    Term(-0.78665925, 1, 0, 12.5, "w"),
    Term(2.29129e-09, 1, 3, -6.0, "f"),
    Term(0.1576724, 1, 2, 2.0, ""),
    Term(-0.4363864, 1, 2, 3.0, ""),
    Term(-0.04408159, 1, 2, 2.0, "q"),
    Term(-0.003433888, 1, 4, 2.0, ""),
    Term(0.03205905, 1, 4, 11.0, ""),
    Term(0.02487355, 2, 0, -0.5, ""),
    Term(0.07332279, 2, 0, 0.5, ""),
    Term(-0.001600573, 2, 2, 0.0, ""),
    Term(0.6424706, 2, 2, 4.0, ""),
    Term(-0.4162601, 2, 2, 6.0, ""),
    Term(-0.06689957, 2, 4, 21.0, ""),
    Term(0.2791795, 2, 4, 23.0, "g"),
    Term(-0.6966051, 2, 4, 22.0, "q"),
    Term(-0.002860589, 2, 4, -1.0, "f"),
    Term(-0.008098836, 3, 0, -0.5, "q"),
    Term(3.150547, 3, 1, 7.0, "g"),
    Term(0.007224479, 3, 1, -1.0, "f"),
    Term(-0.7057529, 3, 2, 6.0, ""),
    Term(0.5349792, 3, 2, 4.0, "g"),
    Term(-0.07931491, 3, 3, 1.0, "g"),
    Term(-1.418465, 3, 3, 9.0, "g"),
    Term(-5.99905e-17, 3, 4, -13.0, "f"),
    Term(0.1058402, 3, 4, 21.0, ""),
    Term(0.03431729, 3, 4, 8.0, "q"),
    Term(-0.007022847, 4, 0, -0.5, ""),
    Term(0.02495587, 4, 0, 0.0, ""),
    Term(0.04296818, 4, 2, 2.0, ""),
    Term(0.7465453, 4, 2, 7.0, ""),
    Term(-0.2919613, 4, 2, 9.0, "q"),
    Term(7.294616, 4, 4, 22.0, ""),
    Term(-9.936757, 4, 4, 23.0, ""),
    Term(-0.005399808, 5, 0, 1.0, ""),
    Term(-0.2432567, 5, 2, 9.0, ""),
    Term(0.04987016, 5, 2, 3.0, "q"),
    Term(0.003733797, 5, 4, 8.0, ""),
    Term(1.874951, 5, 4, 23.0, "q"),
    Term(0.002168144, 6, 0, 1.5, ""),
    Term(-0.6587164, 6, 2, 5.0, "g"),
    Term(0.000205518, 7, 0, -0.5, "q"),
    Term(0.009776195, 7, 2, 4.0, ""),
    Term(-0.02048708, 8, 1, 7.0, "g"),
    Term(0.01557322, 8, 2, 3.0, ""),
    Term(0.006862415, 8, 2, 0.0, "g"),
    Term(-0.001226752, 9, 2, 1.0, ""),
    Term(0.002850908, 9, 2, 0.0, "q"),
)

COMPONENTS: dict[str, Component] = {
    "methane": Component(16.043, 151.3183, 0.4619255),
    "nitrogen": Component(28.0135, 99.73778, 0.4479153, g=0.027815),
    "carbon_dioxide": Component(44.01, 241.9606, 0.4557489, g=0.189065, q=0.69),
    "ethane": Component(30.07, 244.1667, 0.5279209, g=0.0793),
    "propane": Component(44.097, 298.1183, 0.583749, g=0.141239),
    "isobutane": Component(58.123, 324.0689, 0.6406937, g=0.256692),
    "n_butane": Component(58.123, 337.6389, 0.6341423, g=0.281835),
    "isopentane": Component(72.15, 365.5999, 0.6738577, g=0.332267),
    "n_pentane": Component(72.15, 370.6823, 0.6798307, g=0.366911),
    "n_hexane": Component(86.177, 402.636293, 0.7175118, g=0.289731),
    "n_heptane": Component(100.204, 427.72263, 0.7525189, g=0.337542),
    "n_octane": Component(114.231, 450.325022, 0.784955, g=0.383381),
    "n_nonane": Component(128.258, 470.840891, 0.8152731, g=0.427354),
    "n_decane": Component(142.285, 489.558373, 0.8437826, g=0.469659),
    "hydrogen": Component(2.0159, 26.95794, 0.3514916, g=0.034369, f=1.0),
    "oxygen": Component(31.9988, 122.7667, 0.4186954, g=0.021),
    "carbon_monoxide": Component(28.01, 105.5348, 0.4533894, g=0.038953),
    "water": Component(18.0153, 514.0156, 0.3825868, g=0.3325, q=1.06775, s=1.5822, w=1.0),
    "hydrogen_sulphide": Component(34.082, 296.355, 0.4618263, g=0.0885, q=0.633276, s=0.39),
    "helium": Component(4.0026, 2.610111, 0.3589888),
    "argon": Component(39.948, 119.6299, 0.4216551),
}

PAIRS: dict[tuple[str, str], Pair] = {
    ("methane", "nitrogen"): Pair(energy=0.97164, conformal=0.886106, size=1.00363),
    ("methane", "carbon_dioxide"): Pair(energy=0.960644, conformal=0.963827, size=0.995933, g=0.807653),
    ("methane", "propane"): Pair(energy=0.994635, conformal=0.990877, size=1.007619),
    ("methane", "isobutane"): Pair(energy=1.01953),
    ("methane", "n_butane"): Pair(energy=0.989844, conformal=0.992291, size=0.997596),
    ("methane", "isopentane"): Pair(energy=1.00235),
    ("methane", "n_pentane"): Pair(energy=0.999268, conformal=1.00367, size=1.002529),
    ("methane", "n_hexane"): Pair(energy=1.107274, conformal=1.302576, size=0.982962),
    ("methane", "n_heptane"): Pair(energy=0.88088, conformal=1.191904, size=0.983565),
    ("methane", "n_octane"): Pair(energy=0.880973, conformal=1.205769, size=0.982707),
    ("methane", "n_nonane"): Pair(energy=0.881067, conformal=1.219634, size=0.981849),
    ("methane", "n_decane"): Pair(energy=0.881161, conformal=1.233498, size=0.980991),
    ("methane", "hydrogen"): Pair(energy=1.17052, conformal=1.15639, size=1.02326, g=1.95731),
    ("methane", "carbon_monoxide"): Pair(energy=0.990126),
    ("methane", "water"): Pair(energy=0.708218),
    ("methane", "hydrogen_sulphide"): Pair(energy=0.931484, conformal=0.736833, size=1.00008),
    ("nitrogen", "carbon_dioxide"): Pair(energy=1.02274, conformal=0.835058, size=0.982361, g=0.982746),
    ("nitrogen", "ethane"): Pair(energy=0.97012, conformal=0.816431, size=1.00796),
    ("nitrogen", "propane"): Pair(energy=0.945939, conformal=0.915502),
    ("nitrogen", "isobutane"): Pair(energy=0.946914),
    ("nitrogen", "n_butane"): Pair(energy=0.973384, conformal=0.993556),
    ("nitrogen", "isopentane"): Pair(energy=0.95934),
    ("nitrogen", "n_pentane"): Pair(energy=0.94552),
    ("nitrogen", "hydrogen"): Pair(energy=1.08632, conformal=0.408838, size=1.03227),
    ("nitrogen", "oxygen"): Pair(energy=1.021),
    ("nitrogen", "carbon_monoxide"): Pair(energy=1.00571),
    ("nitrogen", "water"): Pair(energy=0.746954),
    ("nitrogen", "hydrogen_sulphide"): Pair(energy=0.902271, conformal=0.993476, size=0.942596),
    ("carbon_dioxide", "ethane"): Pair(energy=0.925053, conformal=0.96987, size=1.00851, g=0.370296),
    ("carbon_dioxide", "propane"): Pair(energy=0.960237),
    ("carbon_dioxide", "isobutane"): Pair(energy=0.906849),
    ("carbon_dioxide", "n_butane"): Pair(energy=0.897362),
    ("carbon_dioxide", "isopentane"): Pair(energy=0.726255),
    ("carbon_dioxide", "n_pentane"): Pair(energy=0.859764),
    ("carbon_dioxide", "n_hexane"): Pair(energy=0.855134, conformal=1.066638, size=0.910183),
    ("carbon_dioxide", "n_heptane"): Pair(energy=0.831229, conformal=1.077634, size=0.895362),
    ("carbon_dioxide", "n_octane"): Pair(energy=0.80831, conformal=1.088178, size=0.881152),
    ("carbon_dioxide", "n_nonane"): Pair(energy=0.786323, conformal=1.098291, size=0.86752),
    ("carbon_dioxide", "n_decane"): Pair(energy=0.765171, conformal=1.108021, size=0.854406),
    ("carbon_dioxide", "hydrogen"): Pair(energy=1.28179),
    ("carbon_dioxide", "carbon_monoxide"): Pair(energy=1.5, conformal=0.9),
    ("carbon_dioxide", "water"): Pair(energy=0.849408, g=1.67309),
    ("carbon_dioxide", "hydrogen_sulphide"): Pair(energy=0.955052, conformal=1.04529, size=1.00779),
    ("ethane", "propane"): Pair(energy=1.02256, conformal=1.065173, size=0.986893),
    ("ethane", "isobutane"): Pair(conformal=1.25),
    ("ethane", "n_butane"): Pair(energy=1.01306, conformal=1.25),
    ("ethane", "isopentane"): Pair(conformal=1.25),
    ("ethane", "n_pentane"): Pair(energy=1.00532, conformal=1.25),
    ("ethane", "hydrogen"): Pair(energy=1.16446, conformal=1.61666, size=1.02034),
    ("ethane", "water"): Pair(energy=0.693168),
    ("ethane", "hydrogen_sulphide"): Pair(energy=0.946871, conformal=0.971926, size=0.999969),
    ("propane", "n_butane"): Pair(energy=1.0049),
    ("propane", "hydrogen"): Pair(energy=1.034787),
    ("isobutane", "hydrogen"): Pair(energy=1.3),
    ("n_butane", "hydrogen"): Pair(energy=1.3),
    ("n_hexane", "hydrogen_sulphide"): Pair(energy=1.008692, conformal=1.028973, size=0.96813),
    ("n_heptane", "hydrogen_sulphide"): Pair(energy=1.010126, conformal=1.033754, size=0.96287),
    ("n_octane", "hydrogen_sulphide"): Pair(energy=1.011501, conformal=1.038338, size=0.957828),
    ("n_nonane", "hydrogen_sulphide"): Pair(energy=1.012821, conformal=1.042735, size=0.952441),
    ("n_decane", "hydrogen_sulphide"): Pair(energy=1.014089, conformal=1.046966, size=0.948338),
    ("hydrogen", "carbon_monoxide"): Pair(energy=1.1),
}
# fmt: on
