"""The one place that commits: a write transaction begins, ends and publishes its hints here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.core.database import db
from app.core.errors import Conflict
from app.core.fair_scheduler import uninterrupted
from app.core.hints import drop_hints, release_hints


@contextmanager
def write_transaction() -> Iterator[None]:
    """A transaction that writes: committed at the end, rolled back on any error.

    What was read before is read again. Nothing inside may yield to other greenlets or burn time, and no checkpoint of
    the scheduler does. Raises Conflict where the database refuses because of a constraint.
    """
    db.session.rollback()
    drop_hints()
    try:
        with uninterrupted():
            db.session.connection(execution_options={"writer": True})
            yield
            db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        drop_hints()
        raise Conflict(_l("Somebody was faster: look at it as it is now and try again.")) from error
    except BaseException:
        db.session.rollback()
        drop_hints()
        raise
    release_hints()


def end_read_transaction() -> None:
    """Give the connection back before something slow (a mail, a password's hash) happens."""
    db.session.rollback()
