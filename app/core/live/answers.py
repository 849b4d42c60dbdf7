"""What a socket's commands are answered: forms read strictly, refusals in the reader's language, never a traceback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.core.errors import AppError, Invalid, Text
from app.core.live.wire import dumps

Form = TypeVar("Form", bound=BaseModel)


class Outdated(AppError):
    """The page speaks a version of the protocol that this server no longer does, or not yet."""

    status = 426
    code = "outdated"
    default = _l("This page is from another version of Trama. Load it anew; what you wrote is kept.")


def read(form: type[Form], payload: Mapping[str, Any]) -> Form:
    """What was sent, checked by its form. Raises Invalid with a sentence at each field, or Outdated."""
    try:
        return form.model_validate_json(dumps(payload).encode())
    except UnicodeEncodeError as error:
        raise Invalid(_l("There is a broken character in this text. Write it anew.")) from error
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        if any(detail["loc"] == ("v",) for detail in details):
            raise Outdated from error
        raise Invalid(fields=_sentences(details)) from error


def refused(error: AppError) -> dict[str, Any]:
    """A refusal as the answer of an acknowledgement, in the language of this moment."""
    return {
        "ok": False,
        "code": error.code,
        "message": str(error.message),
        "fields": {name: [str(sentence) for sentence in texts] for name, texts in error.fields.items()},
    }


def _sentences(details: list[ErrorDetails]) -> dict[str, list[Text]]:
    """One sentence for each mistake, at the field it is in; Pydantic's own words are English and stay here."""
    fields: dict[str, list[Text]] = {}
    for detail in details:
        name = ".".join(str(part) for part in detail["loc"]) or "form"
        fields.setdefault(name, []).append(_sentence(detail))
    return fields


def _sentence(detail: ErrorDetails) -> Text:
    limits = detail.get("ctx", {})
    if detail["type"] == "missing":
        return _l("This is missing.")
    if detail["type"] == "string_too_short":
        return _l("Write something here.")
    if detail["type"] == "string_too_long":
        return _l("At most %(max)d characters.", max=int(limits["max_length"]))
    if detail["type"] == "extra_forbidden":
        return _l("This does not belong here.")
    return _l("We do not understand this.")
