"""The shift: handover between two people, with the readings of both."""
