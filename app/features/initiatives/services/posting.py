"""Posting an initiative and editing what it says and whom it wants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Unpack

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.core.actors import Actor
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.limits import count_attempt
from app.core.permissions import authorize
from app.core.text import fold, slugify
from app.core.validation import FieldErrors, unused_slug
from app.features.initiatives.models import (
    LONGEST_TITLE,
    Initiative,
    InitiativeConcept,
    InitiativeState,
    InitiativeText,
    Partner,
    WantedRole,
    WantedRoleWant,
)
from app.features.initiatives.queries import get_initiative, roles_with_applications, slugs_like
from app.features.initiatives.services.checks import (
    CheckedInitiative,
    CheckedRole,
    InitiativeFields,
    check,
)
from app.features.initiatives.states import require_unclosed
from app.features.taxonomy.models import Concept

NOT_SLUGS = frozenset({"new"})
INITIATIVES = "20 per hour"


def post(actor: Actor, **fields: Unpack[InitiativeFields]) -> Initiative:
    """Post an initiative as a draft; the actor's organisation leads it.

    Rows of roles in which nothing is written are left out. Returns the draft; raises Invalid with a sentence for each
    field that cannot be taken.
    """
    authorize(actor, "initiative.post")
    assert actor.organisation_id is not None
    checked = check(fields)
    count_attempt("initiative", INITIATIVES, str(actor.person_id))
    title = checked.texts[checked.lang].title
    taken = slugs_like(slugify(title, "initiative")) | NOT_SLUGS
    initiative = Initiative(
        slug=unused_slug(title, "initiative", taken),
        lead_id=actor.organisation_id,
        state=InitiativeState.DRAFT,
        texts=[],
        concepts=[],
        roles=[],
        partners=[Partner(organisation_id=actor.organisation_id)],
    )
    _write(initiative, checked)
    db.session.add(initiative)
    db.session.flush()
    record(actor, "initiative.post", f"initiative:{initiative.id}", after=_said(initiative))
    return initiative


def edit(actor: Actor, slug: str, **fields: Unpack[InitiativeFields]) -> Initiative:
    """Replace all that an initiative says, roles that are there already with their `id`.

    Raises Invalid with a sentence for each field that cannot be taken, among them seats fewer than are taken and
    roles that cannot go because somebody holds or wants a seat; Conflict where the initiative is closed.
    """
    initiative = get_initiative(actor, slug, lock=True)
    authorize(actor, "initiative.edit", initiative)
    require_unclosed(initiative.state)
    checked = check(fields)
    _check_roles(initiative, checked.roles)
    before = _said(initiative)
    _write(initiative, checked)
    initiative.updated_at = now()
    db.session.flush()
    after = _said(initiative)
    changed = [name for name in after if before[name] != after[name]]
    record(
        actor,
        "initiative.edit",
        f"initiative:{initiative.id}",
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return initiative


def _write(initiative: Initiative, checked: CheckedInitiative) -> None:
    """Have the initiative say what was checked, and nothing else."""
    initiative.lang = checked.lang
    initiative.starts, initiative.ends = checked.starts, checked.ends
    for stale in [text for text in initiative.texts if text.lang not in checked.texts]:
        initiative.texts.remove(stale)
    by_lang = {text.lang: text for text in initiative.texts}
    for lang, words in checked.texts.items():
        text = by_lang.get(lang) or InitiativeText(lang=lang)
        if lang not in by_lang:
            initiative.texts.append(text)
        text.title, text.folded_title = words.title, fold(words.title)[: 2 * LONGEST_TITLE]
        text.summary, text.challenge = words.summary, words.challenge
    _hold(initiative, checked.concepts)
    kept = {role.id: role for role in initiative.roles}
    wanted = [_role(kept.get(each.id) if each.id else None, each) for each in checked.roles]
    for role in [role for role in initiative.roles if role not in wanted]:
        initiative.roles.remove(role)
    for role in wanted:
        if role not in initiative.roles:
            initiative.roles.append(role)


def _hold(initiative: Initiative, concepts: Sequence[Concept]) -> None:
    """Have it hold these concepts; those that the vocabulary hides by now stay, because nobody could choose them again."""
    ids = {concept.id for concept in concepts}
    held = list(initiative.concepts)
    for link in held:
        if link.concept_id not in ids and not link.concept.hidden:
            initiative.concepts.remove(link)
    known = {link.concept_id for link in held}
    for concept in concepts:
        if concept.id not in known:
            initiative.concepts.append(InitiativeConcept(concept=concept, concept_id=concept.id))


def _role(kept: WantedRole | None, checked: CheckedRole) -> WantedRole:
    """The role that was there, or a new one, as it is wanted now."""
    role = kept or WantedRole(wants=[])
    role.title, role.seats = checked.title, checked.seats
    for want in [want for want in role.wants if (want.kind, want.value) not in checked.wants]:
        role.wants.remove(want)
    known = {(want.kind, want.value) for want in role.wants}
    for kind, value in sorted(checked.wants - known):
        role.wants.append(WantedRoleWant(kind=kind, value=value))
    return role


def _check_roles(initiative: Initiative, wanted: Iterable[CheckedRole]) -> None:
    """Refuse to forget a seat that somebody holds or wants; the initiative's row is locked, so nobody takes one now."""
    mistakes = FieldErrors()
    kept = {role.id: role for role in initiative.roles}
    for each in wanted:
        at = f"roles-{each.place}-"
        if each.id is None:
            continue
        role = kept.pop(each.id, None)
        if role is None:
            mistakes.add(
                f"{at}title", _l("This role is not there any more. Remove this row and add it again.")
            )
        elif each.seats < role.filled:
            sentence = ngettext(
                "%(num)d seat is taken: there cannot be fewer.",
                "%(num)d seats are taken: there cannot be fewer.",
                role.filled,
            )
            mistakes.add(f"{at}seats", sentence)
    waiting = roles_with_applications(kept)
    for role in kept.values():
        if role.filled or role.id in waiting:
            refusal = _l(
                "“%(role)s” cannot go: somebody holds a seat of it or has applied. Answer them first.",
                role=role.title,
            )
            mistakes.add("roles", refusal)
    mistakes.raise_any()


def _said(initiative: Initiative) -> dict[str, Any]:
    """What an initiative says, as plain data for the audit; the long texts by their languages only."""
    return {
        "lang": initiative.lang,
        "titles": {text.lang: text.title for text in initiative.texts},
        "concepts": sorted(link.concept.code for link in initiative.concepts),
        "starts": initiative.starts.isoformat() if initiative.starts else None,
        "ends": initiative.ends.isoformat() if initiative.ends else None,
        "roles": [
            {
                "title": role.title,
                "seats": role.seats,
                "wants": sorted(f"{want.kind}:{want.value}" for want in role.wants),
            }
            for role in initiative.roles
        ],
    }
