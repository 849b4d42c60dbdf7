"""The demonstration: an invented cluster with a past, made by the same services that people use."""

from __future__ import annotations

from app.features.demo.services.seeding import Seeded, seed

__all__ = ["Seeded", "seed"]
