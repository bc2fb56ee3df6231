"""A folder of documents, driven through the engine: what of them is understood, and whether it
holds. `python -m tests.documents FOLDER` prints the table."""
