"""Whole consortia for a call: who takes which seat, what a programme's rules ask and what is missing."""
