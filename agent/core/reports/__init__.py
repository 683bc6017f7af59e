"""What the station's facts add up to: figures with their definitions, reports with a period, duties with a deadline."""
