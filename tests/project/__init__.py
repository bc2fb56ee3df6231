"""The project file: found, read, served."""
