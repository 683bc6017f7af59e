"""Configuration: one strict TOML file becomes one frozen Config, or a list of problems with their lines."""
