"""What somebody says of a document: its collections, their lifecycles, guards and effects."""
