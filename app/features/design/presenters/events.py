"""Events as readers get them: what changed, and, where it was not sealed, who did it and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.core.streams.models import Event
from app.features.design.presenters.values import moment


def present(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The events as `{seq, kind, at, actor, patch}`; of a sealed one nobody learns when and by whom."""
    return [
        {
            "seq": event.seq,
            "kind": event.kind,
            "at": None if event.payload.get("sealed") else moment(event.created_at),
            "actor": None if event.payload.get("sealed") else event.actor_id,
            "patch": event.payload.get("patch", {}),
        }
        for event in events
    ]
