"""From text to values: the grammar, where each part stands, and matching."""
