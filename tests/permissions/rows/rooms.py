"""Who may read and write in a room."""

from __future__ import annotations

from tests.permissions.rows.row import ACTING, CLUSTER, NOBODY, OURS, SIGNED_IN, Said, get, post

SAID = "/en/rooms/{room}/messages/{message}"
WORDS = {"cid": "edit-{message}-once", "body": "Hello again", "lang": "en"}
HELLO = {"cid": "hello-to-{theme}", "body": "Hello", "lang": "en"}
OPEN = {"mode": "open-0", "cid": "open-to-all-{room}"}
ROOMS = (
    get("rooms.index", "/en/rooms", SIGNED_IN),
    get(
        "rooms.show", "/en/rooms/{room}", OURS | {"partner"} | CLUSTER, CLUSTER | {"partner"}, refused=(404,)
    ),
    post(
        "rooms.show", "/en/rooms/{room}", OURS | {"partner"} | CLUSTER, CLUSTER | {"partner"}, refused=(404,)
    ),
    get("rooms.show", "/en/rooms/{meeting}", OURS, NOBODY, refused=(404,)),
    get("rooms.show", "/en/rooms/{theme}", SIGNED_IN, refused=(404,)),
    post("rooms.show", "/en/rooms/{theme}", ACTING | CLUSTER, data=HELLO, refused=(403, 404)),
    get("rooms.new_theme", "/en/rooms/new-theme", CLUSTER),
    post("rooms.new_theme", "/en/rooms/new-theme", CLUSTER),
    get("rooms.edit_theme", "/en/rooms/{theme}/theme", CLUSTER, refused=(403, 404)),
    post("rooms.edit_theme", "/en/rooms/{theme}/theme", CLUSTER, refused=(403, 404)),
    post("rooms.close", "/en/rooms/{theme}/close", CLUSTER, data={"off": "1"}, refused=(403, 404)),
    get("rooms.about", "/en/rooms/{theme}/about", SIGNED_IN, refused=(404,)),
    post("rooms.mode", "/en/rooms/{room}/mode", CLUSTER, data=OPEN, refused=(403, 404)),
    post("rooms.mode", "/en/rooms/{theme}/mode", CLUSTER, data=OPEN, refused=(403, 404)),
    post(
        "rooms.mute",
        "/en/rooms/{room}/mute",
        CLUSTER,
        data={"person": "1", "days": "0"},
        refused=(403, 404),
    ),
    post(
        "rooms.follow",
        "/en/rooms/{room}/follow",
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
        data={"follow": "mentions"},
        refused=(404,),
    ),
    post(
        "rooms_api.send_file",
        "/api/v1/rooms/{room}/files?name=empty.txt&cid=empty-file-{room}",
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
        refused=(404,),
    ),
    get(
        "files.show",
        "/files/{file}/note.txt",
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
        refused=(404,),
    ),
    post(
        "rooms.read",
        "/en/rooms/{room}/read",
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
        data={"seq": "1"},
        refused=(404,),
    ),
    get(
        "rooms.mentions",
        "/en/rooms/{room}/mentions",
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
        refused=(404,),
    ),
    get(
        "rooms.side",
        "/en/rooms/{room}/list",
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
        refused=(404,),
    ),
    get(
        "rooms.print_view",
        "/en/rooms/{room}/print",
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
        refused=(404,),
    ),
    get("rooms.message", SAID, OURS | {"partner"} | CLUSTER, CLUSTER | {"partner"}, refused=(404,)),
    post(
        "rooms.react",
        f"{SAID}/react",
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
        data={"add": "thanks"},
        refused=(404,),
    ),
    post("rooms.pin", f"{SAID}/pin", OURS | CLUSTER, CLUSTER, refused=(403, 404)),
    get(
        "rooms.report", f"{SAID}/report", OURS | {"partner"} | CLUSTER, CLUSTER | {"partner"}, refused=(404,)
    ),
    post(
        "rooms.report",
        f"{SAID}/report",
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
        data={"why": "It is rude"},
        refused=(404,),
    ),
    get("reports.report_list", "/en/reports", CLUSTER),
    get("reports.show_report", "/en/reports/{report}", CLUSTER, CLUSTER, refused=(404,)),
    post("reports.settle", "/en/reports/{report}/settle", CLUSTER, CLUSTER, refused=(404,)),
    post("reports.reopen", "/en/reports/{report}/reopen", CLUSTER, CLUSTER, refused=(404,)),
    get("rooms.edit", f"{SAID}/edit", frozenset({"editor"}), NOBODY, refused=(403, 404)),
    post("rooms.edit", f"{SAID}/edit", frozenset({"editor"}), NOBODY, data=WORDS, refused=(403, 404)),
    get("rooms.remove", f"{SAID}/remove", {"editor"} | CLUSTER, CLUSTER, refused=(403, 404)),
    post(
        "rooms.remove",
        f"{SAID}/remove",
        {"editor"} | CLUSTER,
        CLUSTER,
        data={"cid": "remove-{message}-once"},
        refused=(403, 404),
    ),
    post("commands.run", "/api/v1/commands/room_read", SIGNED_IN),
    post(
        "presence.renew",
        "/api/v1/streams/{stream}/presence",
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
        refused=(404,),
    ),
    get(
        "streams.events",
        "/api/v1/streams/{stream}/events",
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
        refused=(404,),
    ),
)
ROOM_COMMANDS = {
    "room_post": Said(
        {"room": "{room}", "body": "Hello", "lang": "en"},
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
    ),
    "room_edit": Said(
        {"room": "{room}", "seq": "{message}", "body": "Hello again", "lang": "en"},
        frozenset({"editor"}),
        NOBODY,
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
    ),
    "room_remove": Said(
        {"room": "{room}", "seq": "{message}"},
        {"editor"} | CLUSTER,
        CLUSTER,
        OURS | {"partner"},
        frozenset({"partner"}),
        may_come_too_early=True,
    ),
    "room_react": Said(
        {"room": "{room}", "seq": "{message}", "word": "thanks", "on": True},
        OURS | {"partner"} | CLUSTER,
        CLUSTER | {"partner"},
    ),
    "room_pin": Said(
        {"room": "{room}", "seq": "{message}", "on": True},
        OURS | CLUSTER,
        CLUSTER,
        frozenset({"partner"}),
        frozenset({"partner"}),
    ),
    "room_read": Said({"room": "{room}", "seq": 0}, OURS | {"partner"} | CLUSTER, CLUSTER | {"partner"}),
}
