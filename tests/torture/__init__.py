"""The fault tests with their counted results: `make torture`, and a small turn of each in the suite."""
