"""Who may have a text translated, correct a translation and allow translations in the room of an introduction."""

from __future__ import annotations

from tests.permissions.rows.row import CLUSTER, NOBODY, OURS, SIGNED_IN, get, post

MESSAGE = "/it/translations/message/{room}-{message}"
READERS = OURS | {"partner"} | CLUSTER
TRANSLATION = (
    post("translation.translate", MESSAGE, READERS, CLUSTER | {"partner"}, refused=(404,)),
    get("translation.correct", f"{MESSAGE}/correct", READERS, CLUSTER | {"partner"}, refused=(404,)),
    post(
        "translation.correct",
        f"{MESSAGE}/correct",
        READERS,
        CLUSTER | {"partner"},
        data={"body": "Ciao", "version": "old"},
        refused=(404,),
    ),
    post("translation_api.guess", "/api/v1/language", SIGNED_IN),
    post("translation.allow", "/en/translations/rooms/{meeting}/consent", OURS, NOBODY, refused=(404,)),
)
