"""The templates of the application, without a database: the look needs none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app import create_app
from config import Settings

Render = Callable[..., str]


@pytest.fixture
def templates(tmp_path: Path) -> Flask:
    """The application, for its templates; nothing here opens its database."""
    url = f"sqlite:///{tmp_path / 'unused.db'}"
    return create_app(
        Settings(secret_key="only-for-the-look" * 3, database_url=url, instance=tmp_path, testing=True)
    )


@pytest.fixture
def render(templates: Flask) -> Render:
    """Render a piece of a template as a page of a visitor would: `render("{{ … }}", name=value)`."""

    def draw(source: str, **context: Any) -> str:
        with templates.test_request_context("/en/"):
            templates.jinja_env.filters["label"] = lambda concept: concept.label
            templates.update_template_context(context)
            return templates.jinja_env.from_string(source).render(context)

    return draw


@pytest.fixture
def concept() -> Callable[[str, str], SimpleNamespace]:
    """A concept as macros see it: `concept("food", "Local food")`."""
    return lambda code, label: SimpleNamespace(code=code, label=label)
