"""Rows as plain data: the public state that events are differences of, and what is one person's own."""
