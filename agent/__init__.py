"""The agent: decides. It knows both leaves, drivers and kiosk, and translates between them and head office."""

__version__ = "0.1.0"
