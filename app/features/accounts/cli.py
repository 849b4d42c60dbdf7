"""What an operator does with accounts at the command line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup

from app.core.errors import NotFound
from app.core.transactions import write_transaction
from app.features.accounts.models import ClusterRole
from app.features.accounts.services import account_status

UNTIL_SOCKETS_NOTICE = 2.0
"""Seconds: the marks that close a person's open sockets are deleted with her, so they must have been seen by then."""

accounts = AppGroup("accounts", help="People and their roles in the cluster.")


@accounts.command("make-manager")
@click.argument("address")
def make_manager(address: str) -> None:
    """Make the person with this mail ADDRESS a manager of the cluster."""
    _appoint(address, ClusterRole.MANAGER)


@accounts.command("make-facilitator")
@click.argument("address")
def make_facilitator(address: str) -> None:
    """Make the person with this mail ADDRESS a facilitator of the cluster."""
    _appoint(address, ClusterRole.FACILITATOR)


@accounts.command("forget")
@click.argument("address")
@click.confirmation_option(
    prompt="This cannot be undone. Delete the account and all that is kept of the person?"
)
def forget(address: str) -> None:
    """Delete the account with this mail ADDRESS and all that is kept of the person."""
    with _known(address), write_transaction():
        account_status.shut_out(address)
    time.sleep(UNTIL_SOCKETS_NOTICE)
    with _known(address), write_transaction():
        account_status.forget(address)
    click.echo(f"Nothing is kept of {address} any more.")


def _appoint(address: str, role: ClusterRole) -> None:
    with _known(address), write_transaction():
        name = account_status.appoint(address, role).name
    click.echo(f"{name} is a {role.value} now.")


@contextmanager
def _known(address: str) -> Iterator[None]:
    """Say so where nobody has this address."""
    try:
        yield
    except NotFound as error:
        raise click.ClickException(f"Nobody has an account with the address {address}.") from error
