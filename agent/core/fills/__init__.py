"""Fills: what each gun gave to whom it may concern, built from its registers or from flow and totals, and checked."""
