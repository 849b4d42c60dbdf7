"""What is read of design sessions: every SELECT of the feature is in one of these modules."""
