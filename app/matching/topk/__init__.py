"""Exact top-k search with upper bounds, of the MaxScore and WAND family."""
