"""Prepare a publication: compute every figure of the page from the corpus and the accepted themes.

Fed by analysis (figures) and contributions (questions). Feeds the preview, the validation and the publication.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.analysis.models import Figure, Run, Theme
from fabrique.analysis.services import (
    compute_together,
    corpus_fingerprint,
    figure_expression,
    validate_together,
)
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from fabrique.contributions.models import Source
from fabrique.restitution.enums import Block, PublicationState
from fabrique.restitution.models import Publication, PublishedFigure
from fabrique.restitution.services.release import release_moderated

CLOSED_KINDS = ("single", "multiple", "scale", "ranking", "number")
TEXT_KINDS = ("short_text", "long_text")


@dataclass(frozen=True)
class Planned:
    """A figure that the page will hold: where, what it measures, under which title."""

    block: Block
    title: str
    measure: str
    group: str | None = None
    question: str | None = None
    theme: Theme | None = None


def planned_figures(source: Source, run: Run | None) -> list[Planned]:
    """Every figure of the page, in its order."""
    questions = list(source.questions.order_by("position"))
    plan = [
        Planned(Block.TURNOUT, _("Personnes qui ont répondu"), "participations"),
        Planned(Block.DEPARTMENTS, _("Participation par département"), "participations", group="department"),
        Planned(Block.CHANNELS, _("Participation par canal"), "participations", group="channel"),
    ]
    plan += [
        Planned(Block.CONTRIBUTIONS, question.wording, "contributions", question=question.key)
        for question in questions
        if question.kind in TEXT_KINDS
    ]
    plan += [
        Planned(Block.CLOSED, question.wording, "closed_answer", question=question.key)
        for question in questions
        if question.kind in CLOSED_KINDS
    ]
    if run is not None:
        plan += [
            Planned(Block.THEMES, theme.label, "theme", theme=theme)
            for theme in Theme.objects.filter(run=run)
            .accepted()
            .select_related("parent")
            .order_by("position")
        ]
    return plan


def prepare_publication(actor: Actor, *, consultation: Consultation) -> Publication:
    """Compute the figures of a new publication in preparation, in place of the one that was.

    Raises Refused: the consultation is still open ('publication.open'), nobody answered ('publication.empty').
    """
    require(actor, "restitution.prepare", consultation.perimeter)
    if consultation.source is None or consultation.state in (State.DRAFT, State.OPEN):
        raise Refused(
            "publication.open",
            _("Les résultats se préparent une fois la consultation close. Fermez-la d’abord."),
        )
    source = consultation.source
    if not source.participations.exists():
        raise Refused("publication.empty", _("Personne n’a répondu : il n’y a rien à publier."))
    run = Run.objects.current_of(source)
    # from before the first count: a withdrawal or a decision met meanwhile asks for another preparation
    begun, fingerprint = now(), corpus_fingerprint(source)
    figures = _computed(actor, source, run)
    with transaction.atomic():
        # two preparations asked for together come one after the other
        Consultation.objects.select_for_update().get(pk=consultation.pk)
        Publication.objects.filter(consultation=consultation, state=PublicationState.DRAFT).delete()
        last = Publication.objects.filter(consultation=consultation).order_by("-number").first()
        publication = Publication.objects.create(
            consultation=consultation,
            number=last.number + 1 if last else 1,
            supersedes=last,
            run=run,
            corpus_fingerprint=fingerprint,
            prepared_by=actor.user if isinstance(actor, Agent) else None,
            prepared_at=begun,
            moderated=release_moderated(source),
        )
        _place(publication, figures)
        journal.record(actor, "restitution.prepare", publication)
    return publication


def _computed(actor: Actor, source: Source, run: Run | None) -> list[tuple[Planned, Figure]]:
    # titles are stored as the page will show them: never in the language of the agent's browser
    with translation.override(settings.LANGUAGE_CODE):
        plan = planned_figures(source, run)
    wanted = [(_expression(source, planned), planned.title) for planned in plan]
    return list(zip(plan, compute_together(actor, wanted=wanted), strict=True))


def _place(publication: Publication, figures: list[tuple[Planned, Figure]]) -> None:
    """Put the figures on the page, with the words that it will keep; a theme under the published one above it."""
    rows = PublishedFigure.objects.bulk_create(
        PublishedFigure(
            publication=publication,
            figure=figure,
            block=planned.block,
            position=position,
            title=planned.title,
            description=planned.theme.description if planned.theme else "",
        )
        for position, (planned, figure) in enumerate(figures)
    )
    placed = {
        planned.theme.pk: row for (planned, _f), row in zip(figures, rows, strict=True) if planned.theme
    }
    nested = []
    for (planned, _figure), row in zip(figures, rows, strict=True):
        above = planned.theme.parent if planned.theme else None
        if above is not None and above.pk in placed:
            row.parent = placed[above.pk]
            nested.append(row)
    PublishedFigure.objects.bulk_update(nested, ["parent"], batch_size=200)


def _expression(source: Source, planned: Planned) -> dict[str, object]:
    target: dict[str, Any] = {
        name: value
        for name, value in (
            ("question", planned.question),
            ("theme", planned.theme.public_id if planned.theme else None),
        )
        if value is not None
    }
    return figure_expression(source, planned.measure, group=planned.group, **target)


def discard_preparation(actor: Actor, *, publication: Publication) -> None:
    """Give up a publication in preparation; its figures stay, unpublished."""
    require(actor, "restitution.prepare", publication.consultation.perimeter)
    if publication.state != PublicationState.DRAFT:
        raise Refused(
            "publication.frozen", _("Une publication parue ne se retire pas : préparez-en une autre.")
        )
    with transaction.atomic():
        journal.record(actor, "restitution.discard", publication)
        publication.delete()


def validate_figures(actor: Actor, *, publication: Publication) -> int:
    """Put one's name under every figure of a preparation that has been read; returns how many were validated."""
    require(actor, "analysis.validate_figure", publication.consultation.perimeter)
    rows = publication.figures.select_related("figure__source__perimeter")
    waiting = [row.figure for row in rows if row.figure.validated_at is None]
    return len(validate_together(actor, figures=waiting)) if waiting else 0
