"""What people do in design sessions: each change of rows, with its checks and the event that tells of it."""
