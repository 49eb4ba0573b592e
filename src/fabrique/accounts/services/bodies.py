"""Verbs on the bodies of health democracy: create, edit, end, load them from a file of data.

Fed by agents' screens and the plan's own file. Feeds mandates, councils, meetings and plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fabrique.accounts.actors import Actor
from fabrique.accounts.enums import BodyKind
from fabrique.accounts.models import Body
from fabrique.accounts.rights import require
from fabrique.accounts.services.colleges import load_colleges
from fabrique.accounts.services.shared import changed, locked_body, one_line
from fabrique.common import journal
from fabrique.common.clock import today
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Refused
from fabrique.common.folding import fold
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory

#: what may be said of a body, and corrected later
EDITABLE = (
    "name",
    "acronym",
    "composition_note",
    "composition_known",
    "members_complete",
    "answer_days",
    "aipd_validated_on",
    "aipd_validated_by",
    "legal_basis_6",
    "legal_basis_9",
    "door_open",
)
#: what is kept on one line
ONE_LINE = ("name", "acronym", "aipd_validated_by", "legal_basis_6", "legal_basis_9")
#: what a door that receives health data needs before it opens, as a consultation does
BEFORE_THE_DOOR = {
    "aipd_validated_on": gettext_lazy("la date de l’analyse d’impact validée"),
    "aipd_validated_by": gettext_lazy("le nom de qui l’a validée"),
    "legal_basis_6": gettext_lazy("la base légale de l’article 6"),
    "legal_basis_9": gettext_lazy("la base légale de l’article 9.2"),
}
#: the longest delay that an instance may promise to an inhabitant, in days
LONGEST_DELAY = 365
#: words that the public pages hold in the place of a body's address
RESERVED = frozenset({"recu", "questions"})


@dataclass(frozen=True)
class LoadedBodies:
    """What a loading did: bodies `added`, `known` already (corrected where they differ), (name, reason) set aside."""

    added: list[Body] = field(default_factory=list)
    known: list[Body] = field(default_factory=list)
    set_aside: list[tuple[str, str]] = field(default_factory=list)


def body_said(body: Body) -> dict[str, Any]:
    """What the form of a body holds: the fields of EDITABLE."""
    return {name: getattr(body, name) for name in EDITABLE}


def create_body(actor: Actor, *, kind: str, name: str, territory: Territory, **said: Any) -> Body:
    """Make a body known, with its address; `said`: the other fields of EDITABLE, where known.

    Raises Refused: body.kind, body.name, body.delay, body.exists, body.door, body.assessment_date; TypeError on
    another field.
    """
    require(actor, "accounts.create_body", territory)
    if unknown := set(said) - set(EDITABLE):
        raise TypeError(f"not editable: {sorted(unknown)}")
    if kind not in BodyKind.values:
        raise Refused("body.kind", _("Choisissez la nature de l’instance dans la liste."))
    body = Body(kind=kind, name=name, territory=territory, **said)
    _tidy(body)
    _check(body)
    with transaction.atomic():
        body.slug = _free_slug(body)
        try:
            with transaction.atomic():
                body.save()
        except IntegrityError as twice:
            raise Refused("body.exists", _("Cette instance existe déjà dans ce territoire.")) from twice
        journal.record(actor, "accounts.create_body", body)
    return body


def edit_body(actor: Actor, *, body: Body, expected: str = "", **values: Any) -> Body:
    """Correct what is said of a body, its delay, its door (EDITABLE). Its address never changes.

    A door opens once its impact assessment and its legal bases are recorded (BEFORE_THE_DOOR). `expected`: the
    token of the body_said() that the form showed. Raises Refused: body.ended, edit.conflict, body.name,
    body.delay, body.exists, body.door, body.assessment_date; TypeError on another field.
    """
    require(actor, "accounts.edit_body", body.territory)
    if unknown := set(values) - set(EDITABLE):
        raise TypeError(f"not editable: {sorted(unknown)}")
    with transaction.atomic():
        body = locked_body(body)
        present = body_said(body)
        for name, value in values.items():
            setattr(body, name, value)
        _tidy(body)
        check_unchanged(expected, present, body_said(body))
        _check(body)
        try:
            with transaction.atomic():
                body.save(update_fields=list(values))
        except IntegrityError as twice:
            raise Refused("body.exists", _("Cette instance existe déjà dans ce territoire.")) from twice
        journal.record(actor, "accounts.edit_body", body, reason=changed(present, body_said(body)))
    return body


def end_body(actor: Actor, *, body: Body) -> Body:
    """Say that a body no longer exists: its door closes, what it wrote stays. Raises Refused('body.ended')."""
    require(actor, "accounts.end_body", body.territory)
    with transaction.atomic():
        body = locked_body(body)
        body.ended_on, body.door_open = today(), False
        body.save(update_fields=["ended_on", "door_open"])
        journal.record(actor, "accounts.end_body", body)
    return body


def load_bodies(actor: Actor, *, rows: Iterable[Mapping[str, Any]]) -> LoadedBodies:
    """Make the bodies of a file of data known; loaded again, the same file changes nothing.

    A row: kind (BodyKind), name, territory (a Territory, or « departement:48 »), and where known acronym,
    composition_note, composition_known, answer_days, the four of BEFORE_THE_DOOR (the date as AAAA-MM-JJ),
    door_open, members_complete, colleges ([{number, label, seats, categories: [{label, seats}]}]).
    A row that cannot be is set aside with its reason; the others are loaded, one transaction each.
    """
    loaded = LoadedBodies()
    for row in rows:
        name = one_line(str(row.get("name", "")))
        try:
            territory = _territory(row.get("territory"))
            known = Body.objects.filter(kind=row.get("kind"), territory=territory, name=name).first()
            body = known or create_body(
                actor, kind=str(row.get("kind", "")), name=name, territory=territory, **_said(row)
            )
            if known is not None and (changed := _changes(known, row)):
                body = edit_body(actor, body=known, **changed)
            load_colleges(actor, body=body, rows=row.get("colleges") or ())
        except Refused as refusal:
            loaded.set_aside.append((name, str(refusal)))
            continue
        (loaded.added if known is None else loaded.known).append(body)
    return loaded


def rows_of_steering(declared: Sequence[Mapping[str, Any]], perimeter: Territory) -> list[dict[str, Any]]:
    """The rows of load_bodies that a plan's `steering.bodies` stands for, in the perimeter of the instance.

    « level: department » gives one body a department (« Conseil territorial de santé du Lot »), anything else
    one for the region. « composition: to be defined » is kept as a composition still to be settled; a
    composition that the file does not give stays empty: colleges are never invented.
    """
    rows: list[dict[str, Any]] = []
    for one in declared:
        label = one_line(str(one.get("label", "")).replace("'", "’"))
        label = label[:1].upper() + label[1:]
        settled = "composition" not in one
        every = one.get("level") == Level.DEPARTMENT.name.lower()
        places = Territory.objects.within(perimeter).departments().order_by("code") if every else [perimeter]
        for place in places:
            rows.append(
                {
                    "kind": _kind_of(one),
                    "name": " ".join([label, place.of_form or _of(place.name)]),
                    "acronym": str(one.get("code", "")),
                    "territory": place,
                    "composition_known": settled,
                }
            )
    return rows


def _kind_of(one: Mapping[str, Any]) -> str:
    code = str(one.get("code", "")).lower()
    if code in BodyKind.values:
        return code
    return (
        BodyKind.FOLLOW_UP
        if fold(str(one.get("label", ""))).startswith("instance de suivi")
        else BodyKind.OTHER
    )


def _of(name: str) -> str:
    """« d’Occitanie », « de Bretagne »: regions have no complement in the official extract."""
    return (_("d’%(name)s") if fold(name)[:1] in "aeiouyh" else _("de %(name)s")) % {"name": name}


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a row gives. Raises Refused('body.assessment_date') on a date that cannot be read."""
    said = {name: row[name] for name in EDITABLE if name != "name" and row.get(name) not in (None, "")}
    written = said.get("aipd_validated_on")
    if isinstance(written, str):
        try:
            said["aipd_validated_on"] = date.fromisoformat(written.strip())
        except ValueError as unread:
            raise Refused(
                "body.assessment_date",
                _("Écrivez la date de l’analyse d’impact ainsi : 2027-01-31."),
            ) from unread
    return said


def _changes(body: Body, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in _said(row).items() if getattr(body, name) != value}


def _territory(given: Any) -> Territory:
    """A territory, or « niveau:code ». Raises Refused('body.territory')."""
    if isinstance(given, Territory):
        return given
    level, _colon, code = str(given or "").partition(":")
    found = Territory.objects.filter(level=level, code=code).first()
    if found is None:
        raise Refused(
            "body.territory",
            _("Le territoire « %(given)s » n’existe pas. Écrivez par exemple « departement:48 ».")
            % {"given": given},
        )
    return found


def _tidy(body: Body) -> None:
    for name in ONE_LINE:
        setattr(body, name, one_line(str(getattr(body, name))))
    body.acronym, body.composition_note = body.acronym[:20], body.composition_note.strip()


def _check_door(body: Body) -> None:
    """Raises Refused: body.assessment_date, body.door (params: missing)."""
    if body.aipd_validated_on is not None and body.aipd_validated_on > today():
        raise Refused("body.assessment_date", _("La date de l’analyse d’impact est à venir. Corrigez-la."))
    missing = [name for name in BEFORE_THE_DOOR if not getattr(body, name)]
    if body.door_open and missing:
        raise Refused(
            "body.door",
            _("Cette porte reçoit des données de santé. Avant de l’ouvrir, écrivez : %(missing)s.")
            % {"missing": ", ".join(str(BEFORE_THE_DOOR[name]) for name in missing)},
            missing=missing,
        )


def _check(body: Body) -> None:
    _check_door(body)
    if not body.name or len(body.name) > 200:
        raise Refused("body.name", _("Donnez un nom à l’instance, de 200 signes au plus."))
    if not 1 <= int(body.answer_days) <= LONGEST_DELAY:
        raise Refused(
            "body.delay",
            _("Le délai de réponse va de 1 à %(most)s jours.") % {"most": LONGEST_DELAY},
        )


def _free_slug(body: Body) -> str:
    where = "" if body.territory.level == Level.COUNTRY else f" {body.territory.name}"
    short = body.acronym or body.kind
    base = slugify(f"{short}{where}")[:70].strip("-") or "instance"
    slug, number = base, 1
    while slug in RESERVED or Body.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
