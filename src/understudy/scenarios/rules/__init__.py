"""Rules: compiled against the contracts, found by a call, counted."""
