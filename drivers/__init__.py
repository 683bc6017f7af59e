"""Drivers: from the wire to a Sample. Knows devices and bytes, never a station; imports nothing of ours."""
