"""The manifest of the design feature."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.database import db
from app.core.feature import Feature, NavigationItem
from app.core.permissions import SIGNED_IN
from app.core.streams.kinds import StreamKind
from app.core.transactions import write_transaction
from app.features.design import api, services
from app.features.design.breakout_proposals import effect_of
from app.features.design.fragments import on_initiative_page
from app.features.design.models.sessions import DesignSession
from app.features.design.policy import POLICY
from app.features.design.presenters.events import present
from app.features.design.presenters.moments import moment_in, whole_moment
from app.features.design.presenters.payloads import EVENTS
from app.features.design.presenters.report_page import day_of
from app.features.design.queries import is_visible
from app.features.design.signals import passes
from app.features.design.sockets import COMMANDS
from app.features.design.views import blueprint


def time_up(phase_id: int, run: int) -> None:
    """The job that closes a phase whose hard timer ran out."""
    with write_transaction():
        services.time_up(phase_id, run)


def check_heartbeat(design_id: int) -> None:
    """The job that notices when nobody is at the desk any more."""
    with write_transaction():
        services.check_heartbeat(design_id)


def weigh_effect(design_id: int) -> None:
    """The job that works out, outside any transaction, what breakouts did to the network, and then tells it."""
    design_session = db.session.get(DesignSession, design_id)
    if design_session is not None:
        effect = effect_of(design_session)
        with write_transaction():
            services.note_effect(design_id, effect)


FEATURE = Feature(
    name="design",
    blueprints=(api.blueprint, blueprint),
    policy=POLICY,
    streams=(StreamKind(services.STREAM, is_visible, present, EVENTS, passes),),
    commands=COMMANDS,
    jobs={
        services.TIME_UP: time_up,
        services.HEARTBEAT_JOB: check_heartbeat,
        services.EFFECT_JOB: weigh_effect,
    },
    navigation=(NavigationItem(_l("Design sessions"), "design.index", SIGNED_IN, icon="design", order=13),),
    fragments={"initiative.page": on_initiative_page},
    filters={"moment": whole_moment, "moment_in": moment_in, "day_of": day_of},
)
