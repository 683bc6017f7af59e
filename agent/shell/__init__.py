"""The edge: one library a file, thin and boring. Performs what the core decided."""
