"""Whole numbers from outside: one range for every entry point, the one that an INTEGER column of both databases holds."""

from __future__ import annotations

from typing import Annotated, Any, overload

from click import IntRange
from flask import request
from flask_babel import lazy_gettext as _l
from pydantic import BeforeValidator, Field
from werkzeug.routing import IntegerConverter, Map
from wtforms import IntegerField

from app.core.errors import BadRequest
from app.core.text import tidy

MAX_INTEGER = 2**31 - 1
MAX_DIGITS = len(str(MAX_INTEGER))

Integer = Annotated[int, Field(ge=-MAX_INTEGER, le=MAX_INTEGER)]
"""A number of a command, its finer bounds being the service's: a second `Field` would not narrow the first."""
Count = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
"""A number of a command that is never negative: an amount, or the number of an event in its stream, 0 before the first."""
RowId = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
"""A number of a command that can be the id of a row."""


def parse_integer(text: str, low: int = 0, high: int = MAX_INTEGER) -> int | None:
    """The number that `text` writes in ASCII digits; None where it writes none, or one outside `low` to `high`."""
    if not (text.isascii() and text.isdigit() and len(text) <= max(MAX_DIGITS, len(str(high)))):
        return None
    number = int(text)
    return number if low <= number <= high else None


def number_or_text(value: Any) -> Any:
    """The number that a JSON text writes, anything else as it is: keys of JSON objects are texts."""
    number = parse_integer(value) if isinstance(value, str) else None
    return value if number is None else number


TextInteger = Annotated[int, Field(ge=0, le=MAX_INTEGER), BeforeValidator(number_or_text)]
"""A Count that comes as text, such as the parameter of an address."""
KeyedRowId = Annotated[
    int, Field(ge=1, le=MAX_INTEGER), BeforeValidator(number_or_text, json_schema_input_type=RowId | str)
]
"""A RowId that may also come as the text of an object's key."""


@overload
def number_argument(name: str, *, low: int = 0, high: int = MAX_INTEGER) -> int | None: ...
@overload
def number_argument(name: str, default: int, *, low: int = 0, high: int = MAX_INTEGER) -> int: ...
def number_argument(
    name: str, default: int | None = None, *, low: int = 0, high: int = MAX_INTEGER
) -> int | None:
    """The number that the address gives as `name`, `default` where it is missing or empty.

    Raises BadRequest for anything that is not a number from `low` to `high`.
    """
    return default if not (text := request.args.get(name, "")) else _required(text, low, high)


def number_arguments(name: str, *, low: int = 0, high: int = MAX_INTEGER) -> list[int]:
    """All numbers that the address gives as `name`. Raises BadRequest as `number_argument` does."""
    return [_required(text, low, high) for text in request.args.getlist(name)]


def number_sent(name: str, *, low: int = 0, high: int = MAX_INTEGER) -> int:
    """The number that a button's form sends as `name`. Raises BadRequest where it is missing or not such a number."""
    return _required(request.form.get(name, ""), low, high)


def _required(text: str, low: int, high: int) -> int:
    number = parse_integer(text, low, high)
    if number is None:
        raise BadRequest
    return number


class NumberField(IntegerField):
    """A form's field for a number from `low` to `high`; anything else gets `sentence`, or the usual one.

    Left empty it is None, which is refused where the number is `needed`.
    """

    def __init__(
        self,
        label: Any = None,
        *,
        low: int = 0,
        high: int = MAX_INTEGER,
        needed: bool = False,
        sentence: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(label, **options)
        self.low, self.high, self.needed = low, high, needed
        self.sentence = sentence or _l("Write a number from %(low)s to %(high)s.", low=low, high=high)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read ASCII digits, never more than a database takes."""
        self.data = None
        text = tidy(valuelist[0]) if valuelist else ""
        self.data = parse_integer(text, self.low, self.high)
        if self.data is None and (text or self.needed):
            raise ValueError(str(self.sentence))


class NumberConverter(IntegerConverter):
    """A number in an address: one that a column can hold, or no such page."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **{"max": MAX_INTEGER, **options})


def number_option(low: int = 0, high: int = MAX_INTEGER) -> IntRange:
    """The type of a number at the command line."""
    return IntRange(low, high)
