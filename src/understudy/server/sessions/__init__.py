"""Sessions of one server, their snapshots, and edited scenario files."""
