"""A project's sandbox in one file: found, read, and made into settings."""
