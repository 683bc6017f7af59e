"""Values: from registers and figures to readings, and back again for the simulated devices. Pure."""
