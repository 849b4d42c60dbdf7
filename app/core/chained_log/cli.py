"""What an operator does with the ledger at the command line."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.core.chained_log.canonical import BadEntry
from app.core.chained_log.log import find_head, public_key, sign_head, verify_log

ledger = AppGroup("ledger", help="The log of decisions, in which nothing can be changed without notice.")


@ledger.command("verify")
def verify() -> None:
    """Walk through the whole ledger; exit with 1 and name the entry where one does not fit."""
    try:
        head = verify_log()
    except BadEntry as error:
        raise click.ClickException(f"The ledger does not hold: {error}.") from error
    click.echo(f"The ledger holds: {head.size} entries, head {head.hash}.")


@ledger.command("checkpoint")
def checkpoint() -> None:
    """Print the signed head, for a witness to keep, and the key that verifies it."""
    click.echo(sign_head(find_head()))
    click.echo(public_key())
