"""Is the server true to its contracts, and what did a client exercise of them?"""
