"""What the station has to do by the calendar: patrols, tests, inspections, verifications; done, due or missed."""
