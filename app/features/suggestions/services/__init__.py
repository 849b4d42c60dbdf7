"""What organisations say of suggestions, and how often each is shown."""
