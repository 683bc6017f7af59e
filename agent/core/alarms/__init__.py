"""Alarms after ISA-18.2: the states of one as a table, and the panel of all."""
