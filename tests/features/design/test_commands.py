"""Commands and their services: what a command asks is what its service takes."""

from __future__ import annotations

from inspect import signature

import pytest
from pydantic import BaseModel

from app.core.live.commands import SocketCommand
from app.features.design.sockets import COMMANDS


def blank(form: type[BaseModel]) -> BaseModel:
    """A command with its defaults, and None for what it must be given."""
    fields = form.model_fields.items()
    return form.model_construct(
        **{name: None if field.is_required() else field.default for name, field in fields}
    )


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.event)
def test_the_fields_of_a_command_are_the_arguments_of_its_service(command: SocketCommand) -> None:
    service = command.handle.args[0]  # type: ignore[attr-defined]
    asked = blank(command.form).arguments()  # type: ignore[attr-defined]
    signature(service).bind(None, 1, **asked)


def test_an_argument_that_the_service_does_not_take_is_seen() -> None:
    (vote,) = [command for command in COMMANDS if command.event == "design_vote"]
    service = vote.handle.args[0]  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        signature(service).bind(None, 1, cid="a", target="b", weight=1)
