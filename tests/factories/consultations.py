"""Consultations for the tests, written and opened by the real verbs.

Fed by consultations.services. Feeds tests of consultations, of the answering pages and of the journeys.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from fabrique.common.clock import now
from fabrique.consultations import services
from fabrique.consultations.models import Consultation, Question, QuestionnaireVersion
from fabrique.consultations.services.editing import NOTICE_FIELDS
from fabrique.territories.models import Territory
from tests.factories.territories import OPERATOR, region

PURPOSES = [
    {
        "key": "listen",
        "purpose": "Recueillir l’avis des habitants",
        "article_6": "6.1.e",
        "article_9": "9.2.a",
    },
    {"key": "protect", "purpose": "Repérer un danger", "article_6": "6.1.d", "article_9": "9.2.c"},
]
NOTICE = {name: f"Texte de la notice : {name}." for name in NOTICE_FIELDS}
SCALE = [
    {"key": "agree", "value": 2, "label": "D’accord", "label_falc": "Oui"},
    {"key": "disagree", "value": 1, "label": "Pas d’accord", "label_falc": "Non"},
    {"key": "no_opinion", "value": None, "label": "Sans avis"},
]


def content() -> dict[str, Any]:
    """A questionnaire with the eight kinds, a condition, easy-read wordings and the profile questions."""
    return {
        "minutes": 5,
        "intro": "Quelques questions sur votre santé.",
        "intro_falc": "Des questions sur la santé.",
        "sections": [
            {
                "key": "access",
                "title": "Votre accès aux soins",
                "title_falc": "Vos soins",
                "questions": [
                    {
                        "key": "easy",
                        "kind": "scale",
                        "required": True,
                        "title": "Je me soigne facilement.",
                        "title_falc": "Se soigner, c’est facile ?",
                        "choices": SCALE,
                    },
                    {
                        "key": "gave_up",
                        "kind": "single",
                        "required": True,
                        "title": "Avez-vous renoncé à des soins ?",
                        "choices": [{"key": "yes", "label": "Oui"}, {"key": "no", "label": "Non"}],
                    },
                    {
                        "key": "gave_up_which",
                        "kind": "short_text",
                        "max_length": 100,
                        "title": "À quels soins ?",
                        "show_if": {"question": "gave_up", "any_of": ["yes"]},
                    },
                    {
                        "key": "difficulties",
                        "kind": "multiple",
                        "max": 2,
                        "none": "none",
                        "required": True,
                        "title": "Quelles difficultés ?",
                        "help": "Deux au plus.",
                        "help_falc": "Une ou deux.",
                        "choices": [
                            {"key": "delay", "label": "Le délai"},
                            {"key": "cost", "label": "Le coût"},
                            {"key": "distance", "label": "La distance"},
                            {"key": "none", "label": "Aucune", "label_falc": "Rien"},
                        ],
                    },
                ],
            },
            {
                "key": "ideas",
                "title": "Vos idées",
                "questions": [
                    {
                        "key": "priorities",
                        "kind": "ranking",
                        "max": 2,
                        "title": "Vos priorités ?",
                        "choices": [
                            {"key": "gp", "label": "Médecins"},
                            {"key": "mental", "label": "Santé mentale"},
                            {"key": "age", "label": "Bien vieillir"},
                        ],
                    },
                    {
                        "key": "minutes",
                        "kind": "number",
                        "min": 0,
                        "max": 180,
                        "unit": "minutes",
                        "title": "Trajet ?",
                    },
                    {"key": "needs", "kind": "long_text", "max_length": 3000, "title": "Vos besoins ?"},
                ],
            },
            {
                "key": "profile",
                "title": "Vous",
                "questions": [
                    {
                        "key": "respondent_for",
                        "kind": "single",
                        "required": True,
                        "title": "Vous répondez…",
                        "choices": [
                            {"key": "self", "label": "Pour moi"},
                            {"key": "relative", "label": "Pour un proche"},
                            {"key": "helped", "label": "Avec de l’aide"},
                        ],
                    },
                    {
                        "key": "age_band",
                        "kind": "single",
                        "title": "Votre âge ?",
                        "choices": [
                            {"key": "15-19", "label": "15 à 19 ans"},
                            {"key": "20-39", "label": "20 à 39 ans"},
                            {"key": "75-plus", "label": "75 ans ou plus"},
                        ],
                    },
                    {
                        "key": "sex",
                        "kind": "single",
                        "title": "Vous êtes…",
                        "choices": [
                            {"key": "woman", "label": "Une femme"},
                            {"key": "man", "label": "Un homme"},
                        ],
                    },
                    {
                        "key": "commune",
                        "kind": "territory",
                        "required": True,
                        "title": "Votre commune ?",
                        "choices": [
                            {"key": "outside_region", "label": "Hors de la région"},
                            {"key": "no_fixed_address", "label": "Sans domicile fixe"},
                        ],
                    },
                    {
                        "key": "situation",
                        "kind": "multiple",
                        "max": 2,
                        "none": "none",
                        "title": "Votre situation ?",
                        "choices": [
                            {"key": "carer", "label": "J’aide un proche"},
                            {"key": "student", "label": "Études"},
                            {"key": "none", "label": "Aucune"},
                        ],
                    },
                ],
            },
        ],
    }


def draft(title: str = "Parlons santé", perimeter: Territory | None = None) -> Consultation:
    """A file just created: nothing in it but its title and perimeter."""
    return services.create_consultation(OPERATOR, title=title, perimeter=perimeter or region())


def complete(
    title: str = "Parlons santé",
    *,
    perimeter: Territory | None = None,
    questionnaire: dict[str, Any] | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    minimum_age: int = 15,
) -> Consultation:
    """A draft that misses nothing: only the opening remains."""
    consultation = draft(title, perimeter)
    opens_at = opens_at or now() - timedelta(days=1)
    closes_at = closes_at or now() + timedelta(days=30)
    consultation = services.update_consultation(
        OPERATOR,
        consultation=consultation,
        summary="Dites comment va votre santé.",
        arrangements="En ligne, sur ce site, jusqu’au dernier jour inclus.",
        opens_at=opens_at,
        closes_at=closes_at,
        restitution_promise="Nous publierons les résultats ici.",
        restitution_due=(closes_at + timedelta(days=90)).date(),
        minimum_age=minimum_age,
        impact_assessed_on=date(2020, 1, 15),
        impact_validator="Déléguée à la protection des données",
        easy_read={"summary": "Dites si ça va."},
    )
    services.add_document(OPERATOR, consultation=consultation, title="Pourquoi", body="Pour vous entendre.")
    services.update_notice(OPERATOR, consultation=consultation, purposes=PURPOSES, **NOTICE)
    services.load_questionnaire(OPERATOR, consultation=consultation, content=questionnaire or content())
    return consultation


def opened(title: str = "Parlons santé", **given: Any) -> Consultation:
    """An open consultation that people can answer now, with the eight kinds of question."""
    return services.open_consultation(OPERATOR, consultation=complete(title, **given))


#: the name announced to the other test files
open_consultation_factory = opened


def draft_version(consultation: Consultation) -> QuestionnaireVersion:
    version: QuestionnaireVersion = consultation.questionnaires.draft()
    return version


def question(consultation: Consultation, key: str) -> Question:
    """The question of that key, in the version that an agent sees first."""
    found: Question = consultation.questionnaires.latest_version().questions.get(key=key)
    return found
