"""Verbs on mandates: give a person a seat in a body, with the role that lets them read it; correct it; end it.

Fed by agents' screens and the demonstration. Feeds councils: a member reads what concerns their bodies only.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.enums import MandateSeat, RoleCode
from fabrique.accounts.models import Body, College, Mandate, Organisation, Role, SeatCategory, User
from fabrique.accounts.rights import require
from fabrique.accounts.services.shared import changed, locked_body
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Refused


def mandate_said(mandate: Mandate) -> dict[str, Any]:
    """What the form of a mandate holds; the college and the category by their keys, the organisation by its name."""
    return {
        "college": mandate.college_id,
        "category": mandate.category_id,
        "organisation": mandate.organisation.name if mandate.organisation else "",
        "seat": mandate.seat,
        "starts_on": mandate.starts_on,
        "ends_on": mandate.ends_on,
        "name_public": mandate.name_public,
    }


def grant_mandate(
    actor: Actor,
    *,
    body: Body,
    user: User,
    college: College | None = None,
    category: SeatCategory | None = None,
    organisation: Organisation | None = None,
    seat: str = MandateSeat.FULL,
    starts_on: date | None = None,
    ends_on: date | None = None,
    name_public: bool = False,
) -> Mandate:
    """Seat a person in a body, from today unless said otherwise, and give the role of member in its territory.

    `category` alone gives its college. Raises Refused: body.ended, mandate.self, mandate.closed,
    mandate.college, mandate.category, mandate.seat, mandate.dates, mandate.already, mandate.president,
    mandate.full.
    """
    require(actor, "accounts.grant_mandate", body.territory)
    _check_person(actor, user)
    with transaction.atomic():
        mandate = Mandate(
            body=locked_body(body),
            user=user,
            college=college or (category.college if category else None),
            category=category,
            organisation=organisation,
            seat=seat,
            starts_on=starts_on or today(),
            ends_on=ends_on,
            name_public=name_public,
        )
        _check(mandate)
        mandate.save()
        journal.record(actor, "accounts.grant_mandate", mandate, reason=seat)
        _follow_role(actor, mandate)
    return mandate


def edit_mandate(
    actor: Actor,
    *,
    mandate: Mandate,
    college: College | None,
    category: SeatCategory | None = None,
    organisation: Organisation | None = None,
    seat: str,
    starts_on: date,
    ends_on: date | None,
    name_public: bool = False,
    expected: str = "",
) -> Mandate:
    """Correct a mandate, even over: a wrong end is taken back so, and the reading comes back with it.

    `expected`: the token of the mandate_said() that the form showed. Raises Refused: body.ended, edit.conflict,
    mandate.presidency (begun, it ends and another mandate follows), and those of grant_mandate.
    """
    require(actor, "accounts.grant_mandate", mandate.body.territory)
    _check_another(actor, mandate.user)
    with transaction.atomic():
        body = locked_body(mandate.body)
        held = Mandate.objects.select_related("user", "organisation").get(pk=mandate.pk)
        held.body, present = body, mandate_said(held)
        held.college, held.category = college or (category.college if category else None), category
        held.organisation, held.seat, held.name_public = organisation, seat, name_public
        held.starts_on, held.ends_on = starts_on, ends_on
        wanted = mandate_said(held)
        check_unchanged(expected, present, wanted)
        _check_presidency(present, wanted)
        _check(held)
        held.save()
        if names := changed(present, wanted):
            journal.record(actor, "accounts.edit_mandate", held, reason=names)
        _follow_role(actor, held)
    return held


def end_mandate(actor: Actor, *, mandate: Mandate, ends_on: date | None = None) -> Mandate:
    """End a mandate, today unless said otherwise; without another seat there, the role of member goes at once.

    A date to come leaves the role: the mandate's own end closes the reading on that day.
    Raises Refused: mandate.ended, mandate.dates.
    """
    require(actor, "accounts.end_mandate", mandate.body.territory)
    with transaction.atomic():
        # the lock of every verb on mandates: that of the body, even one that no longer exists
        Body.objects.select_for_update(of=("self",)).get(pk=mandate.body_id)
        held = Mandate.objects.select_related("body__territory", "user").get(pk=mandate.pk)
        if held.ends_on is not None and held.ends_on <= today():
            raise Refused("mandate.ended", _("Ce mandat a déjà pris fin."))
        held.ends_on = ends_on or today()
        _check_dates(held)
        held.save(update_fields=["ends_on"])
        journal.record(actor, "accounts.end_mandate", held)
        if held.ends_on <= today():
            _follow_role(actor, held)
    return held


def _check_person(actor: Actor, user: User) -> None:
    """Who may be seated: an open account, by somebody else."""
    _check_another(actor, user)
    if not user.is_active:
        raise Refused("mandate.closed", _("Ce compte est fermé. Rouvrez-le avant de lui donner un mandat."))


def _check_another(actor: Actor, user: User) -> None:
    """A secretary never seats themself: a member votes, a president answers and speaks for the body."""
    if isinstance(actor, Agent) and actor.user.pk == user.pk:
        raise Refused(
            "mandate.self", _("Votre propre mandat s’enregistre par une autre personne du secrétariat.")
        )


def _check_presidency(present: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Who presided on a day stays true: the opinions given by a president rest on it."""
    if present["seat"] == wanted["seat"] or present["starts_on"] > today():
        return
    if MandateSeat.PRESIDENT in (present["seat"], wanted["seat"]):
        raise Refused(
            "mandate.presidency",
            _(
                "Une présidence commence et finit à sa date. Mettez fin à ce mandat, puis donnez-en un autre "
                "à partir du lendemain."
            ),
        )


def _follow_role(actor: Actor, mandate: Mandate) -> None:
    """The role of member in the territory, while a mandate there, begun or to come, needs it; else its end."""
    there = Mandate.objects.of(mandate.user).filter(body__territory=mandate.body.territory)
    needed = there.lasting_beyond(today()).exists()
    held = Role.objects.current().filter(
        user=mandate.user, code=RoleCode.BODY_MEMBER, territory=mandate.body.territory
    )
    if not needed:
        if held.update(ended_at=now()):
            journal.record(actor, "accounts.end_role", mandate.user, reason=RoleCode.BODY_MEMBER)
        return
    # the right was checked: who seats a member need not hold that of giving any role
    _role, created = Role.objects.get_or_create(
        user=mandate.user,
        code=RoleCode.BODY_MEMBER,
        territory=mandate.body.territory,
        ended_at=None,
        defaults={"granted_at": now(), "organisation": mandate.organisation},
    )
    if created:
        journal.record(actor, "accounts.grant_role", mandate.user, reason=RoleCode.BODY_MEMBER)


def _check(mandate: Mandate) -> None:
    """What is wrong in the mandate itself, then beside the others of the body (locked by the caller)."""
    college, category = mandate.college, mandate.category
    if college is not None and college.body_id != mandate.body_id:
        raise Refused("mandate.college", _("Ce collège est celui d’une autre instance."))
    if category is not None and (college is None or category.college_id != college.pk):
        raise Refused("mandate.category", _("Cette catégorie est celle d’un autre collège."))
    if mandate.seat not in MandateSeat.values:
        raise Refused("mandate.seat", _("Choisissez la qualité de la personne dans la liste."))
    _check_dates(mandate)
    others = Mandate.objects.filter(body=mandate.body_id).exclude(pk=mandate.pk)
    beside = list(others.overlapping(mandate.starts_on, mandate.ends_on))
    if any(one.user_id == mandate.user_id for one in beside):
        raise Refused(
            "mandate.already",
            _(
                "Cette personne a déjà un mandat dans cette instance à ces dates. "
                "Mettez-y fin d’abord, ou changez les dates de celui-ci."
            ),
        )
    if mandate.seat == MandateSeat.PRESIDENT and any(one.seat == MandateSeat.PRESIDENT for one in beside):
        raise Refused(
            "mandate.president",
            _("Une autre personne préside cette instance à ces dates. Mettez fin à sa présidence d’abord."),
        )
    if mandate.seat != MandateSeat.SUBSTITUTE:
        _check_room(mandate, [one for one in beside if one.seat != MandateSeat.SUBSTITUTE])


def _check_dates(mandate: Mandate) -> None:
    if mandate.ends_on is not None and mandate.ends_on < mandate.starts_on:
        raise Refused("mandate.dates", _("Un mandat finit après avoir commencé. Corrigez la date."))


def _check_room(mandate: Mandate, beside: list[Mandate]) -> None:
    """Never more full members than seats, on any day of the mandate. Raises Refused('mandate.full')."""
    places = [("college_id", mandate.college), ("category_id", mandate.category)]
    for name, place in places:
        if place is None or place.seats is None:
            continue
        there = [one for one in beside if getattr(one, name) == place.pk]
        # the number of those who sit only grows on a first day: the mandate's own, or another's
        days = [mandate.starts_on, *(one.starts_on for one in there if one.starts_on > mandate.starts_on)]
        most = max(sum(_sits(one, day) for one in there) for day in days)
        if most >= place.seats:
            raise Refused(
                "mandate.full",
                _(
                    "« %(label)s » : les %(seats)d sièges sont pourvus à ces dates. Mettez fin à un mandat, "
                    "inscrivez cette personne comme suppléante, ou corrigez le nombre de sièges."
                )
                % {"label": place.label, "seats": place.seats},
            )


def _sits(mandate: Mandate, day: date) -> bool:
    return mandate.starts_on <= day and (mandate.ends_on is None or mandate.ends_on >= day)
