"""State and time: records, lifecycles, due events and the clock. No HTTP, no OpenAPI."""
