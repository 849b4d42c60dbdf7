"""Decisions of organisations: proposals, answers, results that anybody can count again."""
