"""What people do with introductions: ask, answer, recommend, and look after the facilitators' tasks."""
