"""The line to the broker, both ways, and head office's end of it."""
