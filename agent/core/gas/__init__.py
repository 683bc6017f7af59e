"""The gas itself: how dense it is at a pressure and a temperature, in a pipe, in storage, as liquid in a tank."""
