"""The cluster as arrays: columnar input, CSR rows with an overlay for edits, the index built from them, and its files."""
