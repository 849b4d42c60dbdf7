"""Suggestions as pages show them."""
