"""What people do about claims, listings and duplicates."""
