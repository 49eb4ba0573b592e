"""Open data of a formal consultation: opinions, points and replies, changed lines, and the meaning of each column.

Fed by plan's consultations. Feeds spreadsheets; replies leave when the consultation is ended, changes once published.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fabrique.common.clock import today
from fabrique.plan.enums import ConsultationState
from fabrique.plan.models import FormalConsultation
from fabrique.web.public.avis.views import reach, reach_published
from fabrique.web.shared.formal import groups
from fabrique_core.files import csv_writer

OPINIONS = ("identifiant", "consulte", "categorie", "fondement", "ligne_collective", "territoire", "saisi_le",
            "dernier_jour", "situation", "sens", "recu_le", "texte")  # fmt: skip
POINTS = ("identifiant", "consulte", "numero", "partie_du_plan", "point", "reponse", "texte_reponse")
CHANGES = ("identifiant", "partie_du_plan", "champ", "texte_soumis", "texte_adopte", "points", "autre_raison")


@require_safe
def opinions(request: HttpRequest, slug: str) -> HttpResponse:
    """One line a consultee, silence included."""
    consultation = reach(slug)
    return _answer(f"{slug}-avis.csv", [OPINIONS, *_opinions(consultation)])


def _opinions(consultation: FormalConsultation) -> Iterator[tuple[object, ...]]:
    for group in groups(consultation, today()):
        for row in group.rows:
            one, opinion = row.consultee, row.opinion
            yield (
                one.public_id,
                one.name,
                one.category,
                one.basis,
                "1" if one.collective else "0",
                f"{one.territory.level}:{one.territory.code}" if one.territory else "",
                one.sent_on or "",
                row.last_day or "",
                row.standing.value,
                opinion.tone if opinion else "",
                opinion.received_on if opinion else "",
                opinion.text if opinion else "",
            )


@require_safe
def points(request: HttpRequest, slug: str) -> HttpResponse:
    """One line a point; the reply stays empty until the consultation is ended."""
    consultation = reach(slug)
    ended = consultation.state == ConsultationState.ENDED
    rows = (
        (
            point.public_id,
            row.consultee.name,
            point.number,
            point.about,
            point.text,
            point.reply_kind if ended else "",
            point.reply if ended else "",
        )
        for group in groups(consultation, today())
        for row in group.rows
        for point in row.points
    )
    return _answer(f"{slug}-points.csv", [POINTS, *rows])


@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """One line a changed line of the text."""
    consultation = reach_published(slug)
    rows = (
        (
            change.public_id,
            change.about,
            change.field,
            change.before,
            change.after,
            " ".join(point.public_id for point in change.points.all()),
            change.reason,
        )
        for change in consultation.changes.prefetch_related("points")
    )
    return _answer(f"{slug}-changements.csv", [CHANGES, *rows])


@require_safe
def columns(request: HttpRequest, slug: str) -> HttpResponse:
    """What each column of the three files means."""
    reach(slug)
    with translation.override(settings.LANGUAGE_CODE):
        lines = [
            (name, column, said)
            for name, described in (
                ("avis", _opinion_columns()),
                ("points", _point_columns()),
                ("changements", _change_columns()),
            )
            for column, said in described.items()
        ]
    return _answer(f"{slug}-colonnes.csv", [("fichier", "colonne", "description"), *lines])


def _opinion_columns() -> dict[str, str]:
    return {
        "identifiant": _("Identifiant de la ligne"),
        "consulte": _("Autorité ou instance consultée"),
        "categorie": _("Catégorie"),
        "fondement": _("obligatoire (prévu par la loi), volontaire (par choix), a-part (avant l’adoption)"),
        "ligne_collective": _("1 : la ligne en regroupe plusieurs et n’est pas comptée"),
        "territoire": _("Niveau et code officiel du territoire"),
        "saisi_le": _("Date de la demande d’avis"),
        "dernier_jour": _("Dernier jour pour répondre, inclus ; vide : sans délai"),
        "situation": _(
            "attendu, recu, recu-tard (après le délai), repute-rendu (silence après le délai), sans-reponse "
            "(silence que l’agence ne tient pas pour un avis), a-recueillir, "
            "ligne-collective"
        ),
        "sens": _("favorable, reserves, defavorable, sans-qualification ; vide : rien n’est reçu"),
        "recu_le": _("Date de réception"),
        "texte": _("Texte de l’avis"),
    }


def _point_columns() -> dict[str, str]:
    return {
        "identifiant": _("Identifiant du point"),
        "consulte": _("Autorité ou instance qui soulève le point"),
        "numero": _("Numéro du point dans l’avis"),
        "partie_du_plan": _("Nature et clé de la partie du plan ; vide : le plan entier"),
        "point": _("Texte du point"),
        "reponse": _(
            "retenu, en-partie, deja, autre-competence, non-retenu ; vide tant que la consultation n’est pas terminée"
        ),
        "texte_reponse": _("Réponse de l’agence"),
    }


def _change_columns() -> dict[str, str]:
    return {
        "identifiant": _("Identifiant du changement"),
        "partie_du_plan": _("Nature et clé de la partie du plan"),
        "champ": _("Champ changé : title (intitulé), description, graduation"),
        "texte_soumis": _("Texte soumis pour avis ; vide : la ligne n’y était pas"),
        "texte_adopte": _("Texte adopté ; vide : la ligne n’y est plus"),
        "points": _("Identifiants des points qui ont changé la ligne, séparés par une espace"),
        "autre_raison": _("Raison, quand aucun avis n’en est la cause"),
    }


def _answer(filename: str, lines: Iterable[Iterable[object]]) -> HttpResponse:
    """Semicolons and a byte-order mark: what a French spreadsheet opens without asking."""
    buffer = io.StringIO()
    csv_writer(buffer).writerows(lines)
    response = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
