"""Verbs on mandates: give a person a seat in a body, with the role that lets them read it; end it.

Fed by agents' screens and the demonstration. Feeds councils: a member reads what concerns their bodies only.
"""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.enums import MandateSeat, RoleCode
from fabrique.accounts.models import Body, College, Mandate, Organisation, Role, User
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.errors import Refused


def grant_mandate(
    actor: Actor,
    *,
    body: Body,
    user: User,
    college: College | None = None,
    organisation: Organisation | None = None,
    seat: str = MandateSeat.FULL,
    starts_on: date | None = None,
) -> Mandate:
    """Seat a person in a body, from today unless said otherwise, and give the role of member in its territory.

    Raises Refused: mandate.ended_body, mandate.closed, mandate.college, mandate.seat, mandate.already.
    """
    require(actor, "accounts.grant_mandate", body.territory)
    _check(body, user, college, seat)
    mandate = Mandate(
        body=body,
        user=user,
        college=college,
        organisation=organisation,
        seat=seat,
        starts_on=starts_on or today(),
    )
    with transaction.atomic():
        _save(mandate)
        # the right was checked: who seats a member need not hold that of giving any role
        _role, created = Role.objects.get_or_create(
            user=user,
            code=RoleCode.BODY_MEMBER,
            territory=body.territory,
            ended_at=None,
            defaults={"granted_at": now(), "organisation": organisation},
        )
        journal.record(actor, "accounts.grant_mandate", mandate, reason=seat)
        if created:
            journal.record(actor, "accounts.grant_role", user, reason=RoleCode.BODY_MEMBER)
    return mandate


def end_mandate(actor: Actor, *, mandate: Mandate, ends_on: date | None = None) -> Mandate:
    """End a mandate, today unless said otherwise; without another seat there, the role of member goes at once.

    A date to come leaves the role: the mandate's own end closes the reading on that day.
    Raises Refused: mandate.ended, mandate.dates.
    """
    require(actor, "accounts.end_mandate", mandate.body.territory)
    with transaction.atomic():
        held = (
            Mandate.objects.select_for_update(of=("self",))
            .select_related("body__territory", "user")
            .get(pk=mandate.pk)
        )
        if held.ends_on is not None and held.ends_on <= today():
            raise Refused("mandate.ended", _("Ce mandat a déjà pris fin."))
        held.ends_on = ends_on or today()
        if held.ends_on < held.starts_on:
            raise Refused("mandate.dates", _("Un mandat finit après avoir commencé. Corrigez la date."))
        held.save(update_fields=["ends_on"])
        journal.record(actor, "accounts.end_mandate", held)
        if held.ends_on <= today():
            _end_role(actor, held)
    return held


def _save(mandate: Mandate) -> None:
    try:
        with transaction.atomic():
            mandate.save()
    except IntegrityError as twice:
        raise Refused(
            "mandate.already",
            _("Cette personne siège déjà dans cette instance. Mettez fin à son mandat d’abord."),
        ) from twice


def _end_role(actor: Actor, mandate: Mandate) -> None:
    """The role of member in the territory, unless another mandate there, begun or to come, still needs it."""
    there = Mandate.objects.of(mandate.user).filter(body__territory=mandate.body.territory)
    if there.lasting_beyond(today()).exists():
        return
    held = Role.objects.current().filter(
        user=mandate.user, code=RoleCode.BODY_MEMBER, territory=mandate.body.territory
    )
    if held.update(ended_at=now()):
        journal.record(actor, "accounts.end_role", mandate.user, reason=RoleCode.BODY_MEMBER)


def _check(body: Body, user: User, college: College | None, seat: str) -> None:
    if body.ended_on is not None:
        raise Refused("mandate.ended_body", _("Cette instance a été supprimée : personne n’y siège plus."))
    if not user.is_active:
        raise Refused("mandate.closed", _("Ce compte est fermé. Rouvrez-le avant de lui donner un mandat."))
    if college is not None and college.body_id != body.pk:
        raise Refused("mandate.college", _("Ce collège est celui d’une autre instance."))
    if seat not in MandateSeat.values:
        raise Refused("mandate.seat", _("Choisissez la qualité de la personne dans la liste."))
