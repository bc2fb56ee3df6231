"""One request, from its address to its answer."""
