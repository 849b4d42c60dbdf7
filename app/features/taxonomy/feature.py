"""The manifest of the taxonomy feature."""

from __future__ import annotations

from flask import Flask

from app.core.feature import Feature
from app.core.hints import listen_to_hints
from app.features.taxonomy import models  # noqa: F401
from app.features.taxonomy.cli import taxonomy
from app.features.taxonomy.queries import forget_labels, label_of, term_of
from app.features.taxonomy.views import blueprint


def prepare(app: Flask) -> None:
    """Forget what the concepts were called when the vocabulary is loaded again."""
    listen_to_hints(app, forget_labels)


FEATURE = Feature(
    name="taxonomy",
    blueprints=(blueprint,),
    filters={"label": label_of, "term": term_of},
    cli=(taxonomy,),
    prepare=prepare,
)
