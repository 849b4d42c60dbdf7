"""Who may what: each feature's policy is a table, and this is how it is read.

A policy maps a permission's name to a Rule. A rule's columns are the roles of the help page's table;
in each column stands the condition under which a person in that role may do it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.actors import Actor
from app.core.errors import Forbidden, SignInNeeded
from app.core.source_names import PermissionName

PUBLIC = "public"
SIGNED_IN = "signed_in"
ROLES = ("visitor", "person", "representative", "editor", "partner", "facilitator", "manager")

ROLE_NAMES: Mapping[str, LazyString] = {
    "visitor": _l("Visitor"),
    "person": _l("Person without organisation"),
    "representative": _l("Representative"),
    "editor": _l("Editor"),
    "partner": _l("Partner of the initiative"),
    "facilitator": _l("Facilitator"),
    "manager": _l("Manager"),
}


@dataclass(frozen=True)
class Condition:
    """When a role may: `holds(actor, subject)`, and the word that says so in the table ("own", "if lead")."""

    holds: Callable[[Actor, Any], bool]
    word: LazyString | str


ALWAYS = Condition(lambda actor, subject: True, "●")


@dataclass(frozen=True)
class Rule:
    """One row of the policy: what is allowed, and to each role under which condition."""

    says: LazyString
    visitor: Condition | None = None
    person: Condition | None = None
    representative: Condition | None = None
    editor: Condition | None = None
    partner: Condition | None = None
    facilitator: Condition | None = None
    manager: Condition | None = None

    def column(self, role: str) -> Condition | None:
        """The condition in a role's column, or None where the role may not."""
        found: Condition | None = getattr(self, role)
        return found

    def allows(self, actor: Actor, subject: Any) -> bool:
        """Whether one of the actor's roles may do this to the subject."""
        columns = (self.column(role) for role in roles_of(actor))
        return any(condition.holds(actor, subject) for condition in columns if condition)


Policy = Mapping[str, Rule]
_rules: dict[str, Rule] = {}


def declare(policy: Policy) -> None:
    """Add a feature's policy to the table; the same name twice with another rule is a mistake."""
    for name, rule in policy.items():
        if _rules.setdefault(name, rule) is not rule:
            raise ValueError(f"permission {name} is declared twice")


def rules() -> Mapping[str, Rule]:
    """The whole table, in the order of its declaration."""
    return dict(_rules)


def roles_of(actor: Actor) -> tuple[str, ...]:
    """The columns that an actor stands in; "partner" is one's organisation's and is decided by its condition."""
    if actor.person is None:
        return ("visitor",)
    roles = ["person"]
    if actor.organisation is not None:
        roles = [str(actor.membership_role), "partner"]
    if actor.cluster_role in ("facilitator", "manager"):
        roles.append(actor.cluster_role)
    return tuple(roles)


def can(actor: Actor, permission: PermissionName, subject: Any = None) -> bool:
    """Whether the actor may do this to the subject; for templates, which show only what works."""
    if permission == PUBLIC:
        return True
    if permission == SIGNED_IN:
        return actor.person is not None
    if permission not in _rules:
        raise LookupError(f"No policy declares the permission {permission!r}.")
    return _rules[permission].allows(actor, subject)


def authorize(actor: Actor, permission: PermissionName, subject: Any = None) -> None:
    """Raise SignInNeeded for a visitor and Forbidden for anybody else who may not do this to the subject."""
    if can(actor, permission, subject):
        return
    if actor.person is None:
        raise SignInNeeded
    raise Forbidden
