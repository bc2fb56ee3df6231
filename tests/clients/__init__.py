"""Clients that know nothing of us, against a sandbox that is really served."""
