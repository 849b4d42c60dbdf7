"""The pages of the taxonomy."""
