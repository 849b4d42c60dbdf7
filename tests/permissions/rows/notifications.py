"""Who may read notifications: everybody her own."""

from __future__ import annotations

from tests.permissions.rows.row import EVERYONE, NOBODY, SIGNED_IN, get, post

DEVICE = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/x",
    "p256dh": "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
    "auth": "c2l4dGVlbiBsZXR0ZXJzLg",
}

NOTIFICATIONS = (
    get("notifications.index", "/en/notifications", SIGNED_IN),
    get("notifications.badges", "/en/notifications/badges", SIGNED_IN),
    get("notifications.latest", "/en/notifications/latest", SIGNED_IN),
    post("notifications.read_all", "/en/notifications/read", SIGNED_IN),
    get("mail_choices.choose", "/en/account/notifications", SIGNED_IN),
    post("mail_choices.choose", "/en/account/notifications", SIGNED_IN),
    post("devices.key", "/en/account/notifications/device/key", SIGNED_IN),
    post("devices.tell", "/en/account/notifications/device", SIGNED_IN, data=DEVICE),
    post("devices.silence", "/en/account/notifications/device/off", SIGNED_IN),
    post("mail_choices.again", "/en/account/notifications/again", SIGNED_IN),
    get("unsubscribing.stop", "/unsubscribe/{unsubscribing}", EVERYONE),
    post("unsubscribing.stop", "/unsubscribe/{unsubscribing}", EVERYONE),
    post(
        "notifications.follow",
        "/en/notifications/{notification}/open",
        frozenset({"editor"}),
        NOBODY,
        refused=(404,),
    ),
)
