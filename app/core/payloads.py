"""The types of what Trama sends: `TypedDict`s from which the schemas of the API, the sockets and the client are made.

Presenters return plain dictionaries; nothing is validated while people wait. The tests validate every answer, event and
acknowledgement against its type.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NotRequired, get_args, get_origin

from pydantic import ConfigDict, GetCoreSchemaHandler, TypeAdapter, with_config
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import CoreSchema
from typing_extensions import TypedDict, get_type_hints, is_typeddict

STRICT = ConfigDict(strict=True, extra="forbid")


@with_config(STRICT)
class Payload(TypedDict):
    """The base of all payloads: values of exactly the types that are declared, and no other keys."""


class Refusal(Payload):
    """The acknowledgement of a command that was refused: a code for programs, sentences for people.

    `now` and `before` are the organisations for which the sender acts now and for which the command was made
    (`actor_changed`). `retry_after` is in how many seconds it may be sent again (`too_many`), `muted_until` until when the
    sender is muted (`forbidden`).
    """

    ok: bool
    code: str
    message: str
    fields: dict[str, list[str]]
    now: NotRequired[ActingFor | None]
    before: NotRequired[ActingFor | None]
    retry_after: NotRequired[int]
    muted_until: NotRequired[str]


class ActingFor(Payload):
    """An organisation for which somebody acts."""

    key: str
    name: str | None
    slug: str | None


class Problem(Payload):
    """A refusal of the API (RFC 9457): `code` for programs, `title` and the sentences at each field for people.

    `now` and `before` are as in `Refusal`.
    """

    status: int
    code: str
    title: str
    fields: dict[str, list[str]]
    now: NotRequired[ActingFor | None]
    before: NotRequired[ActingFor | None]


class MergePatch:
    """Marks the value of a key as a JSON merge patch (RFC 7396) of another type: `Annotated[dict, MergePatch(State)]`."""

    def __init__(self, target: Any) -> None:
        self._target = target

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The schema of the patch, in place of that of a plain dictionary."""
        return handler.generate_schema(_patch_of(self._target))


@cache
def _patch_of(target: Any) -> Any:
    """The type of patches of a type: of an object any of its keys, each patched or null; of other values the value."""
    if is_typeddict(target):
        hints = get_type_hints(target, include_extras=True)
        patched = {name: NotRequired[_patch_of(_bare(hint)) | None] for name, hint in hints.items()}
        made = TypedDict(f"{target.__name__}Patch", patched)  # type: ignore[misc]
        return with_config(STRICT)(made)
    if get_origin(target) is dict:
        key, value = get_args(target)
        return dict.__class_getitem__((key, _patch_of(value) | None))
    return target


def _bare(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is NotRequired else hint


class _PlainSchema(GenerateJsonSchema):
    """JSON schemas without a title at each key, which would repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schemas_of(
    types: Iterable[Any], ref_template: str = "#/components/schemas/{model}"
) -> tuple[dict[Any, JsonSchemaValue], dict[str, JsonSchemaValue]]:
    """The JSON schemas of types.

    Returns the schema of each type (a reference where it has a name) and the schemas of all names that these use.
    """
    asked = [(kind, "serialization", _adapter(kind)) for kind in dict.fromkeys(types)]
    found, definitions = TypeAdapter.json_schemas(
        asked,  # type: ignore[arg-type]
        ref_template=ref_template,
        schema_generator=_PlainSchema,
    )
    schemas = {kind: schema for (kind, _mode), schema in found.items()}
    return schemas, dict(definitions.get("$defs", {}))


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def check(kind: Any, text: str | bytes) -> None:
    """Compare JSON with its type. Raises pydantic.ValidationError where they differ; for tests only."""
    _adapter(kind).validate_json(text)
