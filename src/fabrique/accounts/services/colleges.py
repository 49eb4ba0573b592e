"""Verbs on the colleges of a body and on the categories of their seats: add, correct, take away.

Fed by agents' screens and by a file of data. Feeds mandates and the public page of the composition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.models import Body, College, Mandate, SeatCategory
from fabrique.accounts.rights import require
from fabrique.accounts.services.shared import changed, locked_body, one_line
from fabrique.common import journal
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Refused

#: the last letter of the alphabet: categories are lettered
LAST_RANK = 26


def college_said(college: College) -> dict[str, Any]:
    """What the form of a college holds."""
    return {"number": college.number, "label": college.label, "seats": college.seats}


def category_said(category: SeatCategory) -> dict[str, Any]:
    """What the form of a category holds."""
    return {"rank": category.rank, "label": category.label, "seats": category.seats}


def add_college(actor: Actor, *, body: Body, number: int, label: str, seats: int | None = None) -> College:
    """Add a college. `seats` stays empty where it is not known.

    Raises Refused: body.ended, college.label, college.exists (that number is taken).
    """
    require(actor, "accounts.edit_body", body.territory)
    with transaction.atomic():
        body = locked_body(body)
        college = College(body=body, number=number, label=one_line(label), seats=seats)
        _check_college(college)
        _save(college, "college.exists", _("Un collège porte déjà ce numéro. Choisissez-en un autre."))
        journal.record(actor, "accounts.add_college", college)
    return college


def edit_college(
    actor: Actor, *, college: College, number: int, label: str, seats: int | None, expected: str = ""
) -> College:
    """Correct a college; `expected`: the token of the college_said() that the form showed.

    Raises Refused: body.ended, edit.conflict, college.label, college.exists, college.seats.
    """
    require(actor, "accounts.edit_body", college.body.territory)
    with transaction.atomic():
        body = locked_body(college.body)
        college = _still_there(College, college.pk)
        college.body = body
        present = college_said(college)
        wanted: dict[str, Any] = {"number": number, "label": one_line(label), "seats": seats}
        check_unchanged(expected, present, wanted)
        college.number, college.label, college.seats = number, wanted["label"], seats
        _check_college(college)
        _check_seats(college)
        _save(college, "college.exists", _("Un collège porte déjà ce numéro. Choisissez-en un autre."))
        if names := changed(present, wanted):
            journal.record(actor, "accounts.edit_college", college, reason=names)
    return college


def remove_college(actor: Actor, *, college: College) -> None:
    """Take a college away, with its categories. Raises Refused: body.ended, college.used by a mandate, even over."""
    require(actor, "accounts.edit_body", college.body.territory)
    with transaction.atomic():
        locked_body(college.body)
        if Mandate.objects.filter(college=college).exists():
            raise Refused(
                "college.used",
                _(
                    "Des mandats, en cours ou finis, se rattachent à ce collège : il reste. "
                    "Corrigez son intitulé, ou changez d’abord le collège de ces mandats."
                ),
            )
        journal.record(actor, "accounts.remove_college", college)
        college.delete()


def add_category(
    actor: Actor, *, college: College, label: str, seats: int | None = None, rank: int | None = None
) -> SeatCategory:
    """Add a category of seats to a college, after the last one unless its rank (1 for « a ») is given.

    Raises Refused: body.ended, category.label, category.exists, category.letters, college.seats.
    """
    require(actor, "accounts.edit_body", college.body.territory)
    with transaction.atomic():
        locked_body(college.body)
        college = _still_there(College, college.pk)
        category = SeatCategory(
            college=college, rank=rank or next_rank(college), label=one_line(label), seats=seats
        )
        _check_category(category)
        _save(category, "category.exists", _("Une catégorie porte déjà cette lettre dans ce collège."))
        _check_seats(college)
        journal.record(actor, "accounts.add_category", category)
    return category


def edit_category(
    actor: Actor, *, category: SeatCategory, rank: int, label: str, seats: int | None, expected: str = ""
) -> SeatCategory:
    """Correct a category; `expected`: the token of the category_said() that the form showed.

    Raises Refused: body.ended, edit.conflict, category.label, category.exists, category.letters, college.seats.
    """
    require(actor, "accounts.edit_body", category.college.body.territory)
    with transaction.atomic():
        locked_body(category.college.body)
        category = _still_there(SeatCategory, category.pk)
        present = category_said(category)
        wanted: dict[str, Any] = {"rank": rank, "label": one_line(label), "seats": seats}
        check_unchanged(expected, present, wanted)
        category.rank, category.label, category.seats = rank, wanted["label"], seats
        _check_category(category)
        _save(category, "category.exists", _("Une catégorie porte déjà cette lettre dans ce collège."))
        _check_seats(category.college)
        if names := changed(present, wanted):
            journal.record(actor, "accounts.edit_category", category, reason=names)
    return category


def remove_category(actor: Actor, *, category: SeatCategory) -> None:
    """Take a category away. Raises Refused: body.ended, category.used by a mandate, even over."""
    require(actor, "accounts.edit_body", category.college.body.territory)
    with transaction.atomic():
        locked_body(category.college.body)
        if Mandate.objects.filter(category=category).exists():
            raise Refused(
                "category.used",
                _(
                    "Des mandats, en cours ou finis, se rattachent à cette catégorie : elle reste. "
                    "Corrigez son intitulé, ou changez d’abord la catégorie de ces mandats."
                ),
            )
        journal.record(actor, "accounts.remove_category", category)
        category.delete()


def load_colleges(actor: Actor, *, body: Body, rows: Iterable[Mapping[str, Any]]) -> None:
    """The colleges of a row of load_bodies, their categories in the order given; loaded again, nothing changes."""
    for row in rows:
        said = {**_row(row), "number": int(row["number"])}
        college = College.objects.filter(body=body, number=said["number"]).first()
        if college is None:
            college = add_college(actor, body=body, **said)
        elif college_said(college) != said:
            college = edit_college(actor, college=college, **said)
        for rank, given in enumerate(row.get("categories") or (), start=1):
            said = {**_row(given), "rank": rank}
            category = SeatCategory.objects.filter(college=college, rank=rank).first()
            if category is None:
                add_category(actor, college=college, **said)
            elif category_said(category) != said:
                edit_category(actor, category=category, **said)


def next_rank(college: College) -> int:
    """After the last category of the college."""
    last = college.categories.order_by("-rank").values_list("rank", flat=True).first()
    return (last or 0) + 1


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    seats = row.get("seats")
    return {"label": one_line(str(row["label"])), "seats": None if seats in (None, "") else int(seats)}


def _check_college(college: College) -> None:
    if not college.label or len(college.label) > 200 or college.number < 1:
        raise Refused(
            "college.label", _("Donnez au collège son numéro et son intitulé, de 200 signes au plus.")
        )


def _check_category(category: SeatCategory) -> None:
    if not category.label or len(category.label) > 300:
        raise Refused("category.label", _("Donnez à la catégorie un intitulé, de 300 signes au plus."))
    if not 1 <= category.rank <= LAST_RANK:
        raise Refused("category.letters", _("Un collège a vingt-six catégories au plus, de « a » à « z »."))


def _check_seats(college: College) -> None:
    """The categories of a college never hold more seats than the college itself."""
    if college.seats is None:
        return
    within = college.categories.aggregate(total=Sum("seats"))["total"] or 0
    if within > college.seats:
        raise Refused(
            "college.seats",
            _(
                "Les catégories de ce collège comptent %(within)d sièges en tout, pour %(seats)d sièges au collège. "
                "Corrigez l’un ou l’autre."
            )
            % {"within": within, "seats": college.seats},
        )


def _still_there(model: Any, pk: int) -> Any:
    """The row, or Refused('edit.gone') where somebody took it away meanwhile."""
    found = model.objects.filter(pk=pk).first()
    if found is None:
        raise Refused("edit.gone", _("Une autre personne l’a retiré entre-temps. Revenez à la composition."))
    return found


def _save(one: Any, code: str, sentence: str) -> None:
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError as twice:
        raise Refused(code, sentence) from twice
