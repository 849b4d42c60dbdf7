"""Mails to people whose language has no pages in this installation any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from config import Settings
from tests.features.accounts.conftest import Post
from tests.support.door import Door
from tests.support.factories import Make


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation in English alone."""
    return replace(settings, languages=("en",))


def test_reset_mail_links_to_a_page_that_exists(door: Callable[..., Door], make: Make, post: Post) -> None:
    make.person("Giulia", email="giulia@example.org", locale="it")
    assert door().fill("/en/forgot", email="giulia@example.org").status == 303
    assert post.link("/en/reset/").startswith("/en/reset/")
