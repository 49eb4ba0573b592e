"""Verbs on programmes of meetings: open, change, name the themes, make public.

Fed by the organisers' screens and the calendar import. Feeds meetings, the calendar and press documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.models import Organisation
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.meetings.models import MeetingTheme, Programme
from fabrique.meetings.services.shared import (
    changed,
    free_slug,
    locked_programme,
    only_known,
    organisations,
    touch,
)
from fabrique.territories.models import Territory

#: what a person writes of a programme, beside its territory, organisers and themes
PROGRAMME_FIELDS = frozenset(
    {
        "title",
        "frame",
        "aim",
        "participants",
        "announced_steps",
        "starts_on",
        "ends_on",
        "period_note",
        "recipient",
        "transmission_deadline",
        "contact",
        "provenance",
    }
)
THEME_KEY_LENGTH = 60


def create_programme(
    actor: Actor,
    *,
    title: str,
    territory: Territory,
    organisers: Iterable[Organisation | str] = (),
    fictitious: bool = False,
    **values: Any,
) -> Programme:
    """Open a programme in a territory; it is public only once published.

    Raises Refused('programme.title'), Refused('programme.taken') and Refused('programme.dates').
    """
    require(actor, "meetings.edit", territory)
    only_known(values, PROGRAMME_FIELDS)
    programme = Programme(territory=territory, fictitious=fictitious, updated_at=now())
    changed(programme, {"title": title, **values})
    with transaction.atomic():
        _check(programme)
        programme.slug = free_slug(
            programme.title, lambda slug: Programme.objects.filter(slug=slug).exists(), 80
        )
        programme.save()
        programme.organisers.set(organisations(actor, given=organisers, territory=programme.territory))
        journal.record(actor, "meetings.create_programme", programme)
    return programme


def change_programme(
    actor: Actor,
    *,
    programme: Programme,
    revision: int | None = None,
    organisers: Iterable[Organisation | str] | None = None,
    **values: Any,
) -> Programme:
    """Write what a person typed. Raises Refused('edit.conflict') where somebody wrote meanwhile.

    Its address and its territory stay: they are printed and subscribed to.
    """
    require(actor, "meetings.edit", programme.territory)
    only_known(values, PROGRAMME_FIELDS)
    with transaction.atomic():
        programme = locked_programme(programme, revision)
        changed(programme, values)
        _check(programme)
        touch(programme)
        programme.save()
        if organisers is not None:
            programme.organisers.set(organisations(actor, given=organisers, territory=programme.territory))
        journal.record(actor, "meetings.change_programme", programme)
    return programme


def _check(programme: Programme) -> None:
    programme.title = " ".join(programme.title.split())
    if not programme.title:
        raise Refused("programme.title", _("Donnez un titre au programme."))
    twins = Programme.objects.filter(title=programme.title, territory=programme.territory)
    if twins.exclude(pk=programme.pk).exists():
        raise Refused("programme.taken", _("Un programme porte déjà ce titre dans ce territoire."))
    if programme.starts_on and programme.ends_on and programme.ends_on < programme.starts_on:
        raise Refused("programme.dates", _("La fin du programme vient avant son début."))


def set_themes(
    actor: Actor,
    *,
    programme: Programme,
    themes: Sequence[Mapping[str, str]],
    revision: int | None = None,
) -> list[MeetingTheme]:
    """Put the themes in this order: {title, question?, key?}. A known key is renamed, a missing one goes.

    Keys stay, since addresses and calendar feeds hold them. Raises Refused('theme.used') where a theme that
    would go is put to discussion in a meeting, and Refused('theme.twice').
    """
    require(actor, "meetings.edit", programme.territory)
    with transaction.atomic():
        programme = locked_programme(programme, revision)
        known = {theme.key: theme for theme in programme.themes.all()}
        by_title = {theme.title.casefold(): theme for theme in known.values()}
        kept: list[MeetingTheme] = []
        for position, given in enumerate(themes):
            title = " ".join(given["title"].split())
            theme = known.get(given.get("key") or "") or by_title.get(title.casefold())
            theme = theme or MeetingTheme(programme=programme, key=_key(given, title, known))
            if theme in kept:
                raise Refused(
                    "theme.twice", _("Le thème « %(title)s » est écrit deux fois.") % {"title": title}
                )
            theme.title, theme.question, theme.position = title, given.get("question", "").strip(), position
            theme.save()
            known[theme.key] = theme
            kept.append(theme)
        _drop([theme for theme in known.values() if theme not in kept])
        touch(programme)
        programme.save(update_fields=["revision", "updated_at"])
        journal.record(actor, "meetings.set_themes", programme)
    return kept


def _key(given: Mapping[str, str], title: str, taken: Mapping[str, MeetingTheme]) -> str:
    wanted = given.get("key") or title
    base = slugify(wanted.replace("’", "-").replace("'", "-"))[: THEME_KEY_LENGTH - 4].strip("-") or "theme"
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    return key


def _drop(themes: Iterable[MeetingTheme]) -> None:
    for theme in themes:
        if theme.meetings.exists():
            raise Refused(
                "theme.used",
                _(
                    "Le thème « %(title)s » est mis en discussion dans une rencontre : retirez-le d’abord d’elle."
                )
                % {"title": theme.title},
            )
        theme.delete()


def publish_programme(actor: Actor, *, programme: Programme) -> Programme:
    """Make the programme and its meetings public. Again changes nothing.

    Raises Refused('programme.frame') while nothing says what it is for.
    """
    require(actor, "meetings.publish", programme.territory)
    with transaction.atomic():
        programme = locked_programme(programme)
        if programme.published_at is not None:
            return programme
        if not (programme.frame.strip() or programme.aim.strip() or programme.themes.exists()):
            raise Refused(
                "programme.frame",
                _("Écrivez le cadre du programme ou ses thèmes : les gens doivent savoir à quoi il sert."),
            )
        programme.published_at = now()
        touch(programme)
        programme.save(update_fields=["published_at", "revision", "updated_at"])
        journal.record(actor, "meetings.publish_programme", programme)
    return programme


def withdraw_programme(actor: Actor, *, programme: Programme) -> Programme:
    """Take the programme and its meetings off the public site; refused once somebody registered."""
    require(actor, "meetings.publish", programme.territory)
    with transaction.atomic():
        programme = locked_programme(programme)
        if programme.meetings.filter(
            registrations__erased_at__isnull=True, registrations__isnull=False
        ).exists():
            raise Refused(
                "programme.registered",
                _("Des personnes sont inscrites à une rencontre de ce programme : il reste public."),
            )
        programme.published_at = None
        touch(programme)
        programme.save(update_fields=["published_at", "revision", "updated_at"])
        journal.record(actor, "meetings.withdraw_programme", programme)
    return programme
