"""Attempts are counted by all processes together, and by each alone while Redis fails."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app import create_app
from app.core import limits
from app.core.limits import count_attempt, forget_attempts, require_attempt_left, try_attempt
from tests.support.app import free_port


def test_an_attempt_above_the_rate_is_refused_until_it_is_forgiven(app: Flask) -> None:
    with app.app_context():
        assert [try_attempt("door", "2 per minute", "anna") for _ in range(3)] == [True, True, False]
        assert try_attempt("door", "2 per minute", "bert")
        with pytest.raises(limits.TooMany):
            require_attempt_left("door", "2 per minute", "anna")
        with pytest.raises(limits.TooMany):
            count_attempt("door", "2 per minute", "anna")
        forget_attempts("door", "2 per minute", "anna")
        count_attempt("door", "2 per minute", "anna")


def test_while_redis_cannot_be_reached_each_process_counts_alone(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = replace(app.extensions["trama.settings"], redis_url=f"redis://127.0.0.1:{free_port()}/0")
    asked = []
    alone = create_app(nowhere)
    counter = alone.extensions["trama.limits"]
    shared = counter._shared.hit
    monkeypatch.setattr(counter._shared, "hit", lambda *key: asked.append(key) or shared(*key))
    with alone.app_context():
        assert [try_attempt("door", "2 per minute", "anna") for _ in range(3)] == [True, True, False]
        assert len(asked) == 1
        monkeypatch.setattr(limits, "RETRY_SECONDS", 0.0)
        assert not try_attempt("door", "2 per minute", "anna")
        assert len(asked) == 2
