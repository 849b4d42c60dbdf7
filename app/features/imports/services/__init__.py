"""What one may do with imports."""
