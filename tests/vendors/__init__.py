"""Tests of the vendors, each by itself."""
