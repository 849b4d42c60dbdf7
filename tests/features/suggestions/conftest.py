"""Whose browsers ask, answer and read, and the cluster that the list is made of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.features.organisations.models import Organisation, OrganisationState, Relation
from tests.features.suggestions.listing import give
from tests.support.door import Door
from tests.support.factories import Cast, Make


@pytest.fixture
def cluster(make: Make, cast: Cast) -> dict[str, Organisation]:
    """Six organisations around Giulia's, which gardens, offers gardening and seeks e-commerce."""
    give(make.app, cast.organisation, Relation.SECTOR, "sector:agriculture")
    give(make.app, cast.organisation, Relation.OFFERS, "skill:gardening")
    give(make.app, cast.organisation, Relation.SEEKS, "skill:e-commerce")
    give(make.app, cast.organisation, Relation.LANGUAGE, "language:en")
    return {
        "gardeners": make.organisation(
            "Zielone Ogrody",
            country="PL",
            sectors=["sector:agriculture"],
            seeks=["skill:gardening"],
            languages=["language:en"],
            story="Ogrody w czterech dzielnicach.",
            lang="pl",
        ),
        "shop": make.organisation("Boutique du Canal", country="FR", offers=["skill:e-commerce"]),
        "here": make.organisation("Orti di Torino", country="IT", sectors=["sector:agriculture"]),
        "pending": make.organisation(
            "Noch nicht da", country="DE", sectors=["sector:agriculture"], state=OrganisationState.PENDING
        ),
    }


@pytest.fixture
def reader(door: Callable[..., Door], cast: Cast, cluster: dict[str, Organisation]) -> Door:
    """Giulia, with the organisations of the list around hers."""
    return door(cast.member)
