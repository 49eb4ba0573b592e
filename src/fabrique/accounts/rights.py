"""Rights = role × territory × verb: one table, declared by each app's perms.py, asked by every verb.

Fed by the perms.py files and by Role rows. Feeds services (require) and templates (holds).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent, Operator, System
from fabrique.accounts.models import Role
from fabrique.common.errors import Forbidden
from fabrique.common.registry import rights
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory


def declare_rights(table: Mapping[str, Iterable[str]]) -> None:
    """Add an app's verbs to the instance's table. Raises ValueError on a verb declared twice differently."""
    for verb, roles in table.items():
        rights.register(verb, frozenset(str(role) for role in roles))


def holds(actor: Actor, verb: str, territory: Territory | None = None) -> bool:
    """Whether the actor may do the verb in the territory (or, without one, anywhere at all).

    Operators and jobs may do every declared verb; respondents none: their verbs say what they may do.
    Raises KeyError on a verb that no perms.py declares.
    """
    roles = rights.get(verb)
    if isinstance(actor, Operator | System):
        return True
    if not isinstance(actor, Agent):
        return False
    held = Role.objects.current() if territory is None else Role.objects.reaching(territory)
    return held.filter(user=actor.user, user__is_active=True, code__in=roles).exists()


def require(actor: Actor, verb: str, territory: Territory | None = None) -> None:
    """Raise Forbidden unless the actor holds the right."""
    if not holds(actor, verb, territory):
        raise Forbidden(
            "forbidden",
            _(
                "Votre rôle ne permet pas cette action ici. "
                "Demandez ce droit à l’administrateur de la plateforme."
            ),
            verb=verb,
        )


def reach(actor: Actor, verb: str, path: str) -> Q:
    """The rows whose territory (at `path`) the actor reaches with the right `verb`."""
    # every row, said so: an empty Q() would vanish beside another in « reach(…) | Q(…) », and show nothing
    everywhere = Q(pk__isnull=False)
    if not isinstance(actor, Agent):
        return everywhere if holds(actor, verb) else Q(pk__in=[])
    reached = Q(pk__in=[])
    held = Role.objects.of(actor.user).filter(code__in=rights.get(verb))
    for role in held if actor.user.is_active else []:
        if role.territory.level == Level.COUNTRY:
            return everywhere
        for inside in ("", "__region", "__department", "__epci"):
            reached |= Q(**{f"{path}{inside}": role.territory})
    return reached
