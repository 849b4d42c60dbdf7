"""What people do with their accounts, one verb per function."""
