"""Scenario files: read, checked, turned into rules, matched and replayed."""
