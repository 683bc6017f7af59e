"""How people write a gas mixture: `carbon-dioxide`, `n-butane`, `hydrogen-sulfide`."""

from __future__ import annotations

from agent.core.gas.constants import COMPONENTS

NAMES = {name.replace("_", "-").replace("sulphide", "sulfide"): name for name in COMPONENTS}  # as written → as reckoned
METHANE = {"methane": 1.0}
