"""What can be done to organisations, one verb for each function."""
