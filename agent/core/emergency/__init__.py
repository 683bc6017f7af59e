"""Emergencies: the plan as data, the record of what was done, and the dispenser a leak keeps blocked."""
