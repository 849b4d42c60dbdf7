"""What is read of design sessions: every SELECT of the feature stands in one of these modules."""
