"""What evaluations found and recommended, what became of it, what users found: tables to take away with their schema.

Fed by plan, in the form of restitution.services.open_tables. Feeds spreadsheets, journalists and researchers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fabrique.common.clock import today
from fabrique.plan.models import Evaluation, EvaluationFinding, Recommendation, UsersFinding
from fabrique.plan.querysets.reviews import OPEN
from fabrique.plan.services.findings import is_as_handed_in
from fabrique.plan.services.recommendations import answers_given
from fabrique.restitution.services.open_tables import Column, DataTable
from fabrique.web.shared.open_data import csv_answer, schema_answer


def _day(read: Callable[[Any], date | None]) -> Callable[[Any], str | None]:
    def written(row: Any) -> str | None:
        day = read(row)
        return None if day is None else day.isoformat()[:10]

    return written


def _late(row: Recommendation) -> int:
    followed = row.answer not in ("refusee", "en-attente") and row.follow_up in OPEN
    return int(followed and row.due_on is not None and row.due_on < today())


def _given(row: Recommendation) -> str | None:
    """The day of the answer in force."""
    given = answers_given(row)
    return timezone.localdate(given[-1].given_at).isoformat() if given else None


def _earlier(row: Recommendation) -> str:
    """The answers that it replaced, one a line: day, kind, words."""
    lines = (
        (timezone.localdate(one.given_at).isoformat(), one.answer, " ".join(one.text.split()))
        for one in answers_given(row)[:-1]
    )
    return "\n".join(" ".join(filter(None, line)) for line in lines)


RECOMMENDATIONS = DataTable(
    "recommandations",
    _("Les recommandations et leurs suites"),
    (
        Column("identifiant", "string", _("Identifiant stable de la ligne"), lambda row: row.public_id),
        Column(
            "evaluation", "string", _("Identifiant de l’évaluation"), lambda row: row.evaluation.public_id
        ),
        Column("numero", "integer", _("Numéro dans l’évaluation"), lambda row: row.number),
        Column("texte", "string", _("La recommandation"), lambda row: row.text),
        Column("reponse", "string", _("en-attente, acceptee, en-partie ou refusee"), lambda row: row.answer),
        Column("texte_de_la_reponse", "string", _("Réponse de l’agence"), lambda row: row.answer_text),
        Column("repondu_le", "date", _("Jour de cette réponse"), _given),
        Column(
            "reponses_precedentes",
            "string",
            _("Réponses publiées avant celle-ci : une par ligne, jour, nature et texte ; vide : aucune"),
            _earlier,
        ),
        Column("qui", "string", _("Qui s’en charge"), lambda row: row.owner),
        Column("pour_le", "date", _("Échéance"), _day(lambda row: row.due_on)),
        Column("suite", "string", _("a-faire, en-cours, fait ou abandonne"), lambda row: row.follow_up),
        Column(
            "precision", "string", _("Ce qu’est devenue la recommandation"), lambda row: row.follow_up_note
        ),
        Column("notee_le", "date", _("Jour où la suite a été notée"), _day(lambda row: row.follow_up_at)),
        Column("en_retard", "boolean", _("1 si l’échéance est passée sans que ce soit fait"), _late),
    ),
    lambda _source: (
        Recommendation.objects.public()
        .select_related("evaluation")
        .prefetch_related("answers")
        .order_by("evaluation__plan", "evaluation", "number")
    ),
)


def _found(_source: Any) -> Any:
    rows = EvaluationFinding.objects.filter(question__evaluation__in=Evaluation.objects.public())
    return (
        rows.select_related("question__evaluation")
        .prefetch_related("evidence")
        .order_by("question__evaluation", "question__number", "number")
    )


def _evidence(row: EvaluationFinding) -> str:
    """One a line: its kind, what it shows, its reference."""
    return "\n".join(
        " ".join(
            filter(
                None, (f"{one.kind} :", " ".join(one.text.split()), one.reference and f"({one.reference})")
            )
        )
        for one in row.evidence.all()
    )


EVALUATED = DataTable(
    "constats-des-evaluations",
    _("Ce que les évaluations constatent, et sur quelles preuves"),
    (
        Column("identifiant", "string", _("Identifiant stable de la ligne"), lambda row: row.public_id),
        Column(
            "evaluation",
            "string",
            _("Identifiant de l’évaluation"),
            lambda row: row.question.evaluation.public_id,
        ),
        Column("question", "integer", _("Numéro de la question"), lambda row: row.question.number),
        Column("texte_de_la_question", "string", _("La question"), lambda row: row.question.text),
        Column("critere", "string", _("Critère de la question"), lambda row: row.question.criterion),
        Column("niveau", "string", _("Ce que la question juge"), lambda row: row.question.level),
        Column("numero", "integer", _("Numéro du constat dans la question"), lambda row: row.number),
        Column("constat", "string", _("Le constat"), lambda row: row.text),
        Column(
            "limites",
            "string",
            _("Ce que le constat ne dit pas ; vide : rien n’est noté"),
            lambda row: row.limits,
        ),
        Column(
            "preuves",
            "string",
            _("Les preuves, une par ligne : nature, ce qu’elle montre, référence"),
            _evidence,
        ),
    ),
    _found,
)


def _by_users(_source: Any) -> list[UsersFinding]:
    rows = UsersFinding.objects.public().select_related("action__territory", "organisation")
    return [one for one in rows.order_by("published_at", "pk") if is_as_handed_in(one)]


BY_USERS = DataTable(
    "constats",
    _("Ce que constatent les associations d’usagers"),
    (
        Column("identifiant", "string", _("Identifiant stable de la ligne"), lambda row: row.public_id),
        Column("action", "string", _("Identifiant de l’action"), lambda row: row.action.public_id),
        Column(
            "territoire",
            "string",
            _("Territoire : niveau et code officiel"),
            lambda row: f"{row.action.territory.level}:{row.action.territory.code}",
        ),
        Column(
            "association", "string", _("Association qui a fait le constat"), lambda row: row.organisation.name
        ),
        Column("sens", "string", _("Ce que le constat conclut"), lambda row: row.tone),
        Column("texte", "string", _("Le constat, tel que l’association l’a remis"), lambda row: row.text),
        Column("methode", "string", _("Comment le constat a été fait"), lambda row: row.method),
        Column(
            "point_de_vue_de_l_agence",
            "string",
            _("Point de vue de l’agence ; vide : pas encore donné"),
            lambda row: row.agency_view,
        ),
        Column("remis_le", "date", _("Jour où l’association l’a remis"), _day(lambda row: row.handed_in_at)),
        Column("publie_le", "date", _("Jour de la publication"), _day(lambda row: row.published_at)),
    ),
    _by_users,
)

TABLES = {table.name: table for table in (RECOMMENDATIONS, EVALUATED, BY_USERS)}


@require_safe
def table(request: HttpRequest, name: str) -> HttpResponse:
    """In UTF-8 with a mark that spreadsheets know, and semicolons as in France."""
    return csv_answer(TABLES[name], None, name)


@require_safe
def schema(request: HttpRequest, name: str) -> HttpResponse:
    """The Table Schema of the table."""
    return schema_answer(TABLES[name])
