"""The kiosk: screens, forms and words for the people at the station. Knows no wires; imports nothing of ours."""
