"""What the verbs of meetings share: locking against lost updates, addresses, the state a verb wants.

Fed by the other modules of this package. Feeds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.enums import OrganisationKind
from fabrique.accounts.models import Organisation
from fabrique.accounts.services import create_organisation
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.meetings.enums import MeetingState
from fabrique.meetings.models import Meeting, Programme
from fabrique.territories.models import Territory

#: words that other pages of the room hold in the place of a meeting's address
RESERVED = frozenset(
    {
        "programmes",
        "initiatives",
        "calendrier",
        "abonnements",
        "inscriptions",
        "codes",
        "agenda",
        "themes",
        "departements",
        "comptes-rendus",
    }
)


def locked(meeting: Meeting, revision: int | None = None) -> Meeting:
    """The meeting, locked until the end of the transaction. Refused('edit.conflict') on another revision."""
    fresh: Meeting = (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("territory", "department", "programme")
        .get(pk=meeting.pk)
    )
    check_revision(revision, fresh.revision)
    return fresh


def locked_programme(programme: Programme, revision: int | None = None) -> Programme:
    """The same for a programme."""
    fresh: Programme = (
        Programme.objects.select_for_update(of=("self",)).select_related("territory").get(pk=programme.pk)
    )
    check_revision(revision, fresh.revision)
    return fresh


def check_revision(expected: int | None, present: int) -> None:
    """Raise Refused('edit.conflict') where what is stored is not what the form showed (None: unchecked)."""
    if expected is not None and expected != present:
        raise Refused(
            "edit.conflict",
            _(
                "Une autre personne a enregistré une modification pendant que vous écriviez. "
                "Rien n’est perdu : comparez avec ce qui est enregistré, gardez ce qui convient, "
                "puis enregistrez de nouveau."
            ),
        )


def touch(thing: Meeting | Programme, *, announced: bool = False) -> None:
    """One revision more, now; `announced` raises the number that calendar clients compare."""
    thing.revision += 1
    thing.updated_at = now()
    if announced and isinstance(thing, Meeting):
        thing.sequence += 1


def require_state(meeting: Meeting, wanted: Iterable[str], sentence: str) -> None:
    """Raise Refused('meeting.state') unless the meeting is in one of the states."""
    if meeting.state not in set(wanted):
        raise Refused("meeting.state", sentence, state=MeetingState(meeting.state).value)


def free_slug(wanted: str, taken: Callable[[str], bool], length: int) -> str:
    """An address made from the words, not taken and not reserved: -2, -3… is added where needed."""
    base = slugify(wanted.replace("’", "-").replace("'", "-"))[: length - 5].strip("-") or "rencontre"
    slug, number = base, 2
    while slug in RESERVED or taken(slug):
        slug, number = f"{base}-{number}", number + 1
    return slug


def only_known(given: Iterable[str], known: frozenset[str]) -> None:
    """Raise TypeError on a field that the verb does not write."""
    if unknown := set(given) - known:
        raise TypeError(f"unknown fields: {sorted(unknown)}")


def changed(thing: Any, values: dict[str, Any]) -> list[str]:
    """Put the values on the object; the names of those that differ from what it held."""
    found = []
    for name, value in values.items():
        if getattr(thing, name) != value:
            setattr(thing, name, value)
            found.append(name)
    return found


def organisations(
    actor: Actor, *, given: Iterable[Organisation | str], territory: Territory
) -> list[Organisation]:
    """The organisations given, those named by a text made known in the territory. Call after your own check."""
    return [
        create_organisation(actor, name=one, kind=OrganisationKind.INSTITUTION, territory=territory)
        if isinstance(one, str)
        else one
        for one in given
    ]
