"""Device maps of dispensers, and of the mass meters inside them: data only."""
