"""What facilitators do with the tasks that wait for them."""

from __future__ import annotations

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.permissions import authorize
from app.features.suggestions import queries
from app.features.suggestions.models import FacilitatorTask


def finish(actor: Actor, task_id: int) -> FacilitatorTask:
    """Mark a task as done; one that is done already stays so. Raises NotFound, Forbidden."""
    authorize(actor, "task.finish")
    task = queries.get_task(task_id)
    if task.done_at is None:
        task.done_at = now()
        record(actor, "task.finish", f"task:{task.id}")
    return task


def reopen(actor: Actor, task_id: int) -> FacilitatorTask:
    """Put a task that was marked as done back among those that wait. Raises NotFound, Forbidden."""
    authorize(actor, "task.finish")
    task = queries.get_task(task_id)
    if task.done_at is not None:
        task.done_at = None
        record(actor, "task.reopen", f"task:{task.id}")
    return task
