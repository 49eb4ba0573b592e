"""A small corpus on four subjects, its runs and its themes, built by the real verbs.

Fed by contributions.services and analysis.services. Feeds tests of the analysis, of its screens and of
publication.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import count, product
from random import Random
from typing import Any

from fabrique.accounts.actors import Actor
from fabrique.analysis import services
from fabrique.analysis.models import Assignment, Idea, Run, Theme
from fabrique.contributions.enums import Channel, SourceKind, Unit
from fabrique.contributions.models import Contribution, Participation, Source
from fabrique.contributions.services import (
    GivenAnswer,
    Profile,
    Submission,
    record_participations,
    register_questions,
    register_source,
)
from fabrique_core.privacy.receipts import new_receipt
from tests.factories.territories import OPERATOR, department, region

_numbers = count(1)

QUESTIONS: list[dict[str, Any]] = [
    {"key": "needs", "kind": "long_text", "wording": "Quels sont vos besoins ?"},
    {"key": "worries", "kind": "long_text", "wording": "Qu’est-ce qui vous inquiète ?"},
    {
        "key": "gave_up",
        "kind": "single",
        "wording": "Avez-vous renoncé à des soins ?",
        "choices": [{"key": "yes", "label": "Oui"}, {"key": "no", "label": "Non"}],
    },
    {
        "key": "which",
        "kind": "multiple",
        "wording": "Auxquels ?",
        "choices": [{"key": "teeth", "label": "Dents"}, {"key": "eyes", "label": "Yeux"}],
        "show_if": {"question": "gave_up", "any_of": ["yes"]},
    },
    {
        "key": "priorities",
        "kind": "ranking",
        "wording": "Vos priorités ?",
        "choices": [
            {"key": "gp", "label": "Médecins"},
            {"key": "age", "label": "Bien vieillir"},
            {"key": "mental", "label": "Santé mentale"},
        ],
    },
    {"key": "minutes", "kind": "number", "wording": "Combien de minutes de trajet ?"},
]

#: (openings, subjects, ends): every combination is a sentence of the subject
SUBJECTS: dict[str, tuple[Sequence[str], Sequence[str], Sequence[str]]] = {
    "waiting": (
        ("Il faut attendre", "On patiente", "Le délai est de", "Le rendez-vous demande"),
        ("six mois", "un an", "trois mois", "huit semaines", "dix mois"),
        ("pour voir un ophtalmologue", "chez le dermatologue", "chez le cardiologue pour un rendez-vous"),
    ),
    "gp": (
        ("Je ne trouve pas de", "Nous cherchons un", "Il manque un", "Impossible de trouver un"),
        ("médecin traitant", "médecin généraliste", "docteur de famille", "médecin de campagne"),
        ("dans ma commune", "depuis le départ en retraite du dernier", "qui prend de nouveaux patients"),
    ),
    "mental": (
        ("La santé mentale", "La psychiatrie", "Le suivi psychologique", "L’aide aux jeunes en dépression"),
        ("est abandonnée", "manque de psychologues", "manque de lits", "n’est pas remboursée"),
        ("au lycée", "à l’université", "pour les adolescents en souffrance"),
    ),
    "transport": (
        ("Sans voiture", "Sans bus", "À la campagne", "Le soir"),
        ("aucun transport ne mène", "je ne peux pas me rendre", "un taxi est nécessaire pour aller"),
        ("à l’hôpital de la ville", "à la maternité", "aux urgences éloignées", "à la clinique"),
    ),
}
CAMPAIGN = "Nous demandons le maintien de la maternité de notre ville, ouverte jour et nuit, pour tous."
WITH_A_NAME = "Le docteur Martin Lefort ne prend plus de patients, appelez le 06 12 34 56 78 pour le croire."


def sentences(per_subject: int = 30, seed: int = 7) -> Iterator[tuple[str, str]]:
    """(subject, sentence), subjects mixed; the same each time."""
    made = []
    for name, parts in SUBJECTS.items():
        every = [f"{a} {b} {c}." for a, b, c in product(*parts)]
        Random(seed).shuffle(every)
        made.extend((name, sentence) for sentence in every[:per_subject])
    Random(seed).shuffle(made)
    return iter(made)


def source(label: str = "Consultation d’essai") -> Source:
    """A source of its own, with four kinds of closed question and two open ones."""
    number = next(_numbers)
    made = register_source(
        OPERATOR, kind=SourceKind.IMPORT, reference=f"essai-{number}", label=label, perimeter=region()
    )
    register_questions(OPERATOR, source=made, questions=QUESTIONS)
    return made


def submission(
    texts: Mapping[str, str] | None = None,
    closed: Sequence[GivenAnswer] = (),
    *,
    place: str | None = "46",
    channel: Channel = Channel.WEB,
    unit: Unit = Unit.PERSON,
    age_band: str = "40-59",
    sex: str = "femme",
) -> Submission:
    number = next(_numbers)
    return Submission(
        channel=channel,
        receipt=new_receipt(sha256(str(number).encode()).digest()),
        idempotency_key=f"essai-{number}",
        texts=texts or {},
        closed=closed,
        unit=unit,
        profile=Profile(territory=department(place) if place else None, age_band=age_band, sex=sex),
    )


def participations(to: Source, submissions: Sequence[Submission]) -> list[Participation]:
    return record_participations(OPERATOR, source=to, submissions=submissions)


def corpus(per_subject: int = 30, *, extra: Sequence[str] = ()) -> Source:
    """A source where people of three departments wrote on four subjects, with a campaign, blanks and a
    name."""
    made = source()
    places = ("46", "46", "30", "31")
    written = [text for _subject, text in sentences(per_subject)]
    written += [CAMPAIGN] * 4 + ["RAS", "néant", "???", WITH_A_NAME, *extra]
    participations(
        made, [submission({"needs": text}, place=places[i % len(places)]) for i, text in enumerate(written)]
    )
    return made


def finished_run(to: Source | None = None, actor: Actor = OPERATOR) -> Run:
    """A run carried out to its end on words alone, which takes a second or two."""
    run = services.ask_run(actor, source=to or corpus(), encoder="lexical", names="rules")
    assert services.execute_run(run.pk) == "done"
    run.refresh_from_db()
    return run


def some_theme(run: Run, rank: int = 0) -> Theme:
    """A theme that holds ideas of its own (a leaf), the first by default."""
    leaves = Theme.objects.filter(run=run, assignments__isnull=False).distinct().order_by("position")
    found: Theme = leaves[rank]
    return found


def idea_of(theme: Theme, containing: str = "") -> Idea:
    """An idea assigned to a theme."""
    given = Assignment.objects.filter(theme=theme).select_related("idea__contribution")
    ideas = [one.idea for one in given.order_by("-score", "pk")]
    return next(idea for idea in ideas if containing in idea.contribution.raw_text)


def contribution_containing(to: Source, text: str) -> Contribution:
    return next(c for c in Contribution.objects.of_source(to).order_by("pk") if text in c.raw_text)


def accepted(actor: Actor, theme: Theme, label: str = "Attendre un rendez-vous") -> Theme:
    return services.accept_theme(actor, theme=theme, label=label)


def summary_of(run: Run) -> dict[str, Any]:
    """All that a run found, without primary keys: what two runs of the same corpus must have in common."""
    texts = Contribution.objects.of_source(run.source).order_by("pk").values_list("pk", flat=True)
    rank = {pk: position for position, pk in enumerate(texts)}
    place = {
        idea.pk: (rank[idea.contribution_id], idea.start, idea.end) for idea in Idea.objects.filter(run=run)
    }
    return {
        "ideas": sorted((*place[i.pk], i.language, bool(i.family)) for i in Idea.objects.filter(run=run)),
        "aside": sorted((rank[row.contribution_id], row.reason) for row in run.set_aside.all()),
        "themes": [
            (t.position, t.proposed_label, t.terms, t.stability, t.parent.position if t.parent else None,
             [place[pk] for pk in t.central_ideas])
            for t in Theme.objects.filter(run=run).select_related("parent").order_by("position")
        ],
        "assignments": sorted(
            (*place[a.idea_id], a.theme.position, a.score)
            for a in Assignment.objects.filter(idea__run=run).select_related("theme")
        ),
    }  # fmt: skip
