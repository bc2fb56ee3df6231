"""Understudy: a sandbox that stands in for real vendors' workflow APIs."""

__version__ = "0.1.0"
