"""What can be done to initiatives, one verb for each function."""
