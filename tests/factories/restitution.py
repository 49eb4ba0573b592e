"""A closed consultation with answers of known sizes, its themes, and its publications, built by the real verbs.

Fed by factories of consultations and analysis. Feeds tests of publication, of the public pages and of the follow-up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services as analysis
from fabrique.analysis.models import Assignment, Idea, Quote, Run, Theme
from fabrique.analysis.services.corpus import contributions_of
from fabrique.common.clock import now
from fabrique.consultations.models import Consultation
from fabrique.consultations.services import close_consultation
from fabrique.contributions.models import Participation
from fabrique.contributions.services import GivenAnswer, find_by_receipt
from fabrique.restitution import services
from fabrique.restitution.models import Publication, PublishedFigure
from tests.factories import analysis as corpus
from tests.factories import consultations
from tests.factories.territories import OPERATOR

THEMES = ("Attendre", "Trouver un médecin", "Aller mieux")


@dataclass
class World:
    """What a test needs: who acts, on what."""

    people: Mapping[str, Any]
    consultation: Consultation
    participations: list[Participation]
    codes: list[str]
    run: Run
    themes: list[Theme]

    @property
    def analyst(self) -> Any:
        return self.people[RoleCode.ANALYST]

    @property
    def approver(self) -> Any:
        return self.people[RoleCode.APPROVER]


def answers(rank: int, *, small: int = 3) -> list[GivenAnswer]:
    """Closed answers of the person of that rank: the first `small` gave up care, two in three find it easy."""
    given = [
        GivenAnswer("gave_up", "yes" if rank < small else "no"),
        GivenAnswer("easy", "agree" if rank % 3 else "disagree"),
        GivenAnswer("difficulties", "delay" if rank % 2 else "cost"),
        GivenAnswer("priorities", ("gp", "mental")[rank % 2], rank=1),
        GivenAnswer("minutes", value=10 + rank % 30),
    ]
    return given


def world(
    people: Mapping[str, Any],
    size: int = 60,
    *,
    small: int = 3,
    places: Sequence[str | None] = ("31", "31", "30"),
    lonely: str | None = "46",
    close: bool = True,
    texts: bool = True,
) -> World:
    """`size` people: `small` of them gave up care, one alone lives in `lonely`; each wrote one text (or none)."""
    consultation = consultations.opened()
    made = []
    for rank in range(size):
        place = lonely if lonely and rank == 0 else places[rank % len(places)]
        wording = {"needs": f"Phrase {rank} : il faut attendre un rendez-vous."} if texts else {}
        if rank < small:
            wording["gave_up_which"] = f"Des lunettes, fois {rank}."
        made.append(corpus.submission(wording, answers(rank, small=small), place=place))
    found = corpus.participations(consultation.source, made)
    if close:
        consultation = close_consultation(OPERATOR, consultation=consultation, reason="test")
    run, themes = a_run(people, consultation)
    return World(people, consultation, found, [one.receipt for one in made], run, themes)


def a_run(people: Mapping[str, Any], consultation: Consultation) -> tuple[Run, list[Theme]]:
    """A finished run whose ideas are the texts themselves, shared out by hand among three proposed themes.

    First theme: all texts to « needs » but the last twelve; second, inside the first: twelve of them; third: two.
    """
    source = consultation.source
    texts = list(contributions_of(source).filter(question__key="needs"))
    last = contributions_of(source).last()
    run = Run.objects.create(
        source=source,
        state="terminee",
        is_current=True,
        asked_at=now(),
        finished_at=now(),
        corpus_read_at=now(),
        corpus_fingerprint=analysis.corpus_fingerprint(source),
        corpus_contributions=len(texts),
        corpus_upto=last.pk if last else 0,
        engine_version="essai 1",
    )
    ideas = [Idea.objects.create(run=run, contribution=c, start=0, end=len(c.raw_text)) for c in texts]
    members = [ideas[:-12] or ideas, ideas[:24], ideas[:2]]
    themes: list[Theme] = []
    for position, (label, held) in enumerate(zip(THEMES, members, strict=True)):
        theme = Theme.objects.create(
            run=run,
            position=position,
            proposed_label=label,
            label=label,
            parent=themes[0] if position == 1 else None,
        )
        Assignment.objects.bulk_create(Assignment(idea=idea, theme=theme, score=0.9) for idea in held)
        themes.append(theme)
    return run, themes


def accept(to: World, *ranks: int) -> None:
    """Accept the themes of these ranks, all three by default."""
    for rank in ranks or range(len(to.themes)):
        to.themes[rank] = analysis.accept_theme(to.analyst, theme=to.themes[rank], keep_label=True)


def quote(to: World, rank: int = 0, text: int = 0) -> Quote:
    """Approve one whole text under a theme."""
    idea = Idea.objects.filter(run=to.run).order_by("pk")[text]
    return analysis.approve_quote(
        to.analyst, theme=to.themes[rank], contribution=idea.contribution, start=idea.start, end=idea.end
    )


def prepared(to: World, *, validated: bool = True) -> Publication:
    publication = services.prepare_publication(to.analyst, consultation=to.consultation)
    if validated:
        services.validate_figures(to.analyst, publication=publication)
    return publication


def published(to: World) -> Publication:
    """Prepared and validated by the analyst, published by the director."""
    return services.publish(to.approver, publication=prepared(to))


def a_published_world(people: Mapping[str, Any], size: int = 60, **given: Any) -> tuple[World, Publication]:
    """All themes accepted, one quote approved, published."""
    made = world(people, size, **given)
    accept(made)
    quote(made)
    return made, published(made)


def figure_of(publication: Publication, block: str, question: str = "", title: str = "") -> PublishedFigure:
    """The published figure of a block, about that question or under that title."""
    rows = publication.figures.filter(block=block).select_related("figure__question")
    return next(
        row
        for row in rows
        if (not question or row.figure.question.key == question) and (not title or row.title == title)
    )


def participation_of(to: World, rank: int) -> Participation:
    found = find_by_receipt(to.codes[rank])
    assert found is not None
    return found
