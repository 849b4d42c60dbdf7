"""The manifest of the design feature."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.database import db
from app.core.feature import Feature, NavigationItem
from app.core.permissions import SIGNED_IN
from app.core.streams.kinds import StreamKind
from app.core.transactions import write_transaction
from app.features.design import api, views
from app.features.design.breakout_proposals import effect_of
from app.features.design.models.sessions import DesignSession
from app.features.design.notices import NOTICES
from app.features.design.policy import POLICY
from app.features.design.presenters.pages import whole_moment
from app.features.design.presenters.payloads import EVENTS
from app.features.design.presenters.report_page import day_of
from app.features.design.projections.public_state import present_events
from app.features.design.queries.sessions import is_visible
from app.features.design.services import breakouts, drafts, facilitator_controls, phase_navigation
from app.features.design.session_context import passes_signal
from app.features.design.sockets import COMMANDS


def close_writing(phase_id: int, run: int) -> None:
    """The job that closes a phase whose hard timer ran out."""
    with write_transaction():
        phase_navigation.close_writing(phase_id, run)


def check_heartbeat(design_id: int) -> None:
    """The job that notices when nobody is at the desk any more."""
    with write_transaction():
        facilitator_controls.check_heartbeat(design_id)


def compute_effect(design_id: int) -> None:
    """The job that computes, outside any transaction, what breakouts did to the network, and then publishes it."""
    design_session = db.session.get(DesignSession, design_id)
    if design_session is not None:
        effect = effect_of(design_session)
        with write_transaction():
            breakouts.note_effect(design_id, effect)


FEATURE = Feature(
    name="design",
    blueprints=(api.blueprint, views.blueprint),
    policy=POLICY,
    streams=(StreamKind(drafts.STREAM, is_visible, present_events, EVENTS, passes_signal),),
    commands=COMMANDS,
    jobs={
        phase_navigation.TIME_UP_JOB: close_writing,
        facilitator_controls.HEARTBEAT_JOB: check_heartbeat,
        breakouts.EFFECT_JOB: compute_effect,
    },
    navigation=(
        NavigationItem(
            _l("Design sessions"),
            "design.index",
            SIGNED_IN,
            group="work",
            icon="design",
            order=13,
            says=_l("Meetings with a facilitator, and what came of them."),
        ),
    ),
    notices=NOTICES,
    fragments={"initiative.page": views.on_initiative_page},
    filters={"moment": whole_moment, "day_of": day_of},
)
