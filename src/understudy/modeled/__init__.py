"""A Vendor value made of a document and of what is known, or guessed, of its behaviour."""
