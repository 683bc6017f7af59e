"""The commands: thin, each a SUMMARY, its arguments, and what it does. Nothing else speaks to the terminal."""
