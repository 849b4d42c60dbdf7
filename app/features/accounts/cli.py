"""What an operator does with accounts at the command line."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.core.doors.transaction import writing
from app.core.errors import NotFound
from app.features.accounts import services
from app.features.accounts.models import ClusterRole

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


def _appoint(address: str, role: ClusterRole) -> None:
    try:
        with writing():
            name = services.appoint(address, role).name
    except NotFound as error:
        raise click.ClickException(f"Nobody has an account with the address {address}.") from error
    click.echo(f"{name} is a {role.value} now.")
