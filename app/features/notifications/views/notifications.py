"""The list of notifications, what opens them, and what waits as the navigation shows it."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.http.pages import page, return_url, run_action
from app.core.http.request_actor import actor_transaction, load_actor
from app.core.permissions import SIGNED_IN
from app.features.notifications.presenters import latest_of, notification_page, present
from app.features.notifications.queries import count_unread, get_notification
from app.features.notifications.services.keeping import mark_all_read, open_notification

blueprint = Blueprint("notifications", __name__, url_prefix="/<lang:lang>/notifications")


@page(blueprint, "", permission=SIGNED_IN)
def index() -> ResponseReturnValue:
    """What concerns the reader, the latest first."""
    days, following = notification_page(g.actor, request.args.get("after"))
    return render_template(
        "notifications/index.html", days=days, next=following, unread=count_unread(g.actor)
    )


@page(blueprint, "/latest", permission=SIGNED_IN)
def latest() -> ResponseReturnValue:
    """What the bell opens on a page that has a script."""
    asking, news = latest_of(g.actor)
    return render_template(
        "notifications/_latest.html", asking=asking, news=news, unread=count_unread(g.actor)
    )


@page(blueprint, "/<int:notification_id>/open", permission=SIGNED_IN, methods=("POST",))
def follow(notification_id: int) -> ResponseReturnValue:
    """Go to what a notification is about, for the organisation that it concerns; it counts as read from then on."""
    with actor_transaction() as actor:
        open_notification(actor, notification_id)
    actor = load_actor(g.get("token"))
    shown = present(actor, [get_notification(actor, notification_id)])
    if not shown:
        flash(_("It is not there any more."))
        return redirect(url_for("notifications.index"), 303)
    return redirect(shown[0].text.url, 303)


@page(blueprint, "/read", permission=SIGNED_IN, methods=("POST",))
def read_all() -> ResponseReturnValue:
    """Mark all as read."""
    return run_action(mark_all_read, return_url("notifications.index"))


@page(blueprint, "/badges", permission=SIGNED_IN)
def badges() -> ResponseReturnValue:
    """What waits at the bell and in the places of the navigation, for pages that stay open."""
    return render_template("notifications/_badges.html", unread=count_unread(g.actor))
