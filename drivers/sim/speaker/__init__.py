"""The device side of the serial protocols, one file each: a question comes, and what the device says is told."""
