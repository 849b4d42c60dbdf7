"""A log in which every entry holds the hash of the one before, so that no entry can be changed without notice."""
