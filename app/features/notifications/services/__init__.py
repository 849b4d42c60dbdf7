"""Keeping notices, the choices of how they reach somebody, and their mails."""
