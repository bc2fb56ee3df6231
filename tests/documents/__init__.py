"""Documents of others, read and measured: one line of a table for each."""
