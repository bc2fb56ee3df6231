"""Contracts: text in, values out. No server, no state."""
