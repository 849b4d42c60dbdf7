"""Loading the vocabulary: as often as one likes, and nothing that people hold disappears."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app.core.database import db
from app.core.transactions import write_transaction
from app.features.taxonomy.models import Concept, ConceptCode, ConceptKind, ConceptLabel
from app.features.taxonomy.services import load_taxonomy
from tests.support.app import both_databases


def _load(app: Flask) -> int:
    with app.app_context(), write_transaction():
        return load_taxonomy().changes


@both_databases
def test_loading_again_changes_nothing(app: Flask) -> None:
    assert _load(app) == 0


@both_databases
def test_loading_mends_what_was_changed_and_keeps_the_ids(app: Flask) -> None:
    with app.app_context(), write_transaction():
        catering = db.session.scalars(select(Concept).where(Concept.code == "skill:catering")).one()
        known = catering.id
        catering.dye, catering.hidden = "madder", True
        label = db.session.scalars(
            select(ConceptLabel).where(
                ConceptLabel.concept_id == known, ConceptLabel.lang == "en", ~ConceptLabel.synonym
            )
        ).one()
        label.text = "Something else"
        db.session.execute(ConceptCode.__table__.delete())
    assert _load(app) > 3
    with app.app_context():
        catering = db.session.scalars(select(Concept).where(Concept.code == "skill:catering")).one()
        labels = [label.text for label in catering.labels if label.lang == "en" and not label.synonym]
        assert (catering.id, catering.dye, catering.hidden, labels) == (known, None, False, ["Catering"])
        assert db.session.scalar(select(func.count(ConceptCode.id))) > 50
    assert _load(app) == 0


def test_a_concept_that_the_vocabulary_lost_is_hidden_not_deleted(app: Flask) -> None:
    with app.app_context(), write_transaction():
        db.session.add(Concept(code="skill:alchemy", kind=ConceptKind.SKILL))
    assert _load(app) == 1
    with app.app_context():
        assert db.session.scalars(select(Concept).where(Concept.code == "skill:alchemy")).one().hidden


def test_everything_has_a_name_in_english_and_italian(app: Flask) -> None:
    with app.app_context():
        for lang in ("en", "it"):
            named = select(ConceptLabel.concept_id).where(ConceptLabel.lang == lang, ~ConceptLabel.synonym)
            assert db.session.scalars(select(Concept.code).where(Concept.id.not_in(named))).all() == []


def test_loading_takes_a_constant_number_of_statements(app: Flask, count_queries: Callable[[], Any]) -> None:
    with count_queries() as statements:
        _load(app)
    assert len(statements) < 20
