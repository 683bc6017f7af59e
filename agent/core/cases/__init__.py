"""Feedback and cases: what drivers say, and the promises that follow."""
