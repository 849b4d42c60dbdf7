"""The tables of design sessions: `sessions` with their phases and people, their `board`, their `outcomes`."""
