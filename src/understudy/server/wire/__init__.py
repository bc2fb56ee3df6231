"""Bytes and connections: HTTP as it comes and goes."""
