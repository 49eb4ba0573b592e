"""Open data of a formal consultation: opinions, points and replies, changed lines, each with its Table Schema.

Fed by plan's consultations. Feeds spreadsheets; replies leave when the consultation is ended, changes once published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fabrique.common.clock import today
from fabrique.plan.enums import ConsultationState
from fabrique.plan.models import FormalConsultation, OpinionPoint, WordingChange
from fabrique.restitution.services.open_tables import Column, DataTable, day_of
from fabrique.web.public.avis.views import reach, reach_published
from fabrique.web.shared.formal import Row, groups
from fabrique.web.shared.open_data import csv_answer, schema_answer

FAMILY = "avis"


def _rows(consultation: FormalConsultation) -> list[Row]:
    """Every consultee, silence included."""
    return [row for group in groups(consultation, today()) for row in group.rows]


def _place(row: Row) -> str | None:
    place = row.consultee.territory
    return f"{place.level}:{place.code}" if place else None


OPINIONS = DataTable(
    "avis",
    _("Les avis demandés et reçus"),
    (
        Column("identifiant", "string", _("Identifiant de la ligne"), lambda row: row.consultee.public_id),
        Column("consulte", "string", _("Autorité ou instance consultée"), lambda row: row.consultee.name),
        Column("categorie", "string", _("Catégorie"), lambda row: row.consultee.category),
        Column(
            "fondement",
            "string",
            _("obligatoire (prévu par la loi), volontaire (par choix), a-part (avant l’adoption)"),
            lambda row: row.consultee.basis,
        ),
        Column(
            "ligne_collective",
            "boolean",
            _("1 : la ligne en regroupe plusieurs et n’est pas comptée"),
            lambda row: int(row.consultee.collective),
        ),
        Column("territoire", "string", _("Niveau et code officiel du territoire"), _place),
        Column("saisi_le", "date", _("Date de la demande d’avis"), lambda row: day_of(row.consultee.sent_on)),
        Column(
            "dernier_jour",
            "date",
            _("Dernier jour pour répondre, inclus ; vide : sans délai"),
            lambda row: day_of(row.last_day),
        ),
        Column(
            "situation",
            "string",
            _(
                "attendu, recu, recu-tard (après le délai), repute-rendu (silence après le délai), sans-reponse "
                "(silence que l’agence ne tient pas pour un avis), a-recueillir, "
                "ligne-collective"
            ),
            lambda row: row.standing.value,
        ),
        Column(
            "sens",
            "string",
            _("favorable, reserves, defavorable, sans-qualification ; vide : rien n’est reçu"),
            lambda row: row.opinion.tone if row.opinion else None,
        ),
        Column(
            "recu_le",
            "date",
            _("Date de réception"),
            lambda row: day_of(row.opinion.received_on) if row.opinion else None,
        ),
        Column(
            "texte", "string", _("Texte de l’avis"), lambda row: row.opinion.text if row.opinion else None
        ),
    ),
    _rows,
    FAMILY,
)


def _points(consultation: FormalConsultation) -> Iterator[tuple[Row, OpinionPoint, bool]]:
    """Each point with who raised it, and whether its reply may be read."""
    ended = consultation.state == ConsultationState.ENDED
    return ((row, point, ended) for row in _rows(consultation) for point in row.points)


def _reply(name: str) -> Any:
    return lambda row: getattr(row[1], name) if row[2] else None


POINTS = DataTable(
    "points",
    _("Les points soulevés, et les réponses de l’agence"),
    (
        Column("identifiant", "string", _("Identifiant du point"), lambda row: row[1].public_id),
        Column(
            "consulte",
            "string",
            _("Autorité ou instance qui soulève le point"),
            lambda row: row[0].consultee.name,
        ),
        Column("numero", "integer", _("Numéro du point dans l’avis"), lambda row: row[1].number),
        Column(
            "partie_du_plan",
            "string",
            _("Nature et clé de la partie du plan ; vide : le plan entier"),
            lambda row: row[1].about,
        ),
        Column("point", "string", _("Texte du point"), lambda row: row[1].text),
        Column(
            "reponse",
            "string",
            _(
                "retenu, en-partie, deja, autre-competence, non-retenu ; vide tant que la consultation n’est pas "
                "terminée"
            ),
            _reply("reply_kind"),
        ),
        Column("texte_reponse", "string", _("Réponse de l’agence"), _reply("reply")),
    ),
    _points,
    FAMILY,
)


def _changes(consultation: FormalConsultation) -> Iterable[WordingChange]:
    return consultation.changes.prefetch_related("points")


CHANGES = DataTable(
    "changements",
    _("Les lignes du plan que les avis ont changées"),
    (
        Column("identifiant", "string", _("Identifiant du changement"), lambda row: row.public_id),
        Column("partie_du_plan", "string", _("Nature et clé de la partie du plan"), lambda row: row.about),
        Column(
            "champ",
            "string",
            _("Champ changé : title (intitulé), description, graduation"),
            lambda row: row.field,
        ),
        Column(
            "texte_soumis",
            "string",
            _("Texte soumis pour avis ; vide : la ligne n’y était pas"),
            lambda row: row.before,
        ),
        Column(
            "texte_adopte", "string", _("Texte adopté ; vide : la ligne n’y est plus"), lambda row: row.after
        ),
        Column(
            "points",
            "string",
            _("Identifiants des points qui ont changé la ligne, séparés par une espace"),
            lambda row: " ".join(point.public_id for point in row.points.all()),
        ),
        Column(
            "autre_raison",
            "string",
            _("Raison, quand aucun avis n’en est la cause"),
            lambda row: row.reason,
        ),
    ),
    _changes,
    FAMILY,
)
TABLES = {table.name: table for table in (OPINIONS, POINTS, CHANGES)}


@require_safe
def opinions(request: HttpRequest, slug: str) -> HttpResponse:
    """One line a consultee, silence included."""
    return csv_answer(OPINIONS, reach(slug), f"{slug}-avis")


@require_safe
def points(request: HttpRequest, slug: str) -> HttpResponse:
    """One line a point; the reply stays empty until the consultation is ended."""
    return csv_answer(POINTS, reach(slug), f"{slug}-points")


@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """One line a changed line of the text."""
    return csv_answer(CHANGES, reach_published(slug), f"{slug}-changements")


@require_safe
def schema(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """The Table Schema of one of the three tables."""
    reach(slug)
    if name not in TABLES:
        raise Http404
    return schema_answer(TABLES[name])
