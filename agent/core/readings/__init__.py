"""What devices say over time: telemetry by change, totals held and confirmed, parameters guarded."""
