"""Understudy: a sandbox that stands in for real APIs."""

__all__ = ["__version__"]

__version__ = "0.1.0"
