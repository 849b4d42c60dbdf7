"""Breaks what Trama stands on, again and again under load, and looks whether a word was lost, doubled or out of order."""
