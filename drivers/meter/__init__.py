"""Device maps of gas meters and flow computers: data only."""
