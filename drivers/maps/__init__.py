"""Device maps: one TOML file a model, read strictly, held to its laws, proved by captured registers or frames."""
