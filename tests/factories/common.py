"""Several sources that one analysis reads: a closed consultation, two workshops, written contributions.

Fed by factories of analysis and restitution. Feeds tests of common corpora, of their publication and pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services as analysis
from fabrique.analysis.models import Assignment, Idea, Run, Theme
from fabrique.analysis.services.corpus import manifest_lines
from fabrique.common.clock import now
from fabrique.contributions.enums import Channel, SourceKind, Unit
from fabrique.contributions.models import Source
from fabrique.contributions.services import register_questions, register_source
from fabrique.restitution import services
from fabrique.restitution.models import CommonPublication
from fabrique.territories.models import Territory
from tests.factories import analysis as corpus
from tests.factories import restitution as make
from tests.factories.territories import OPERATOR, department, region

_numbers = count(1)


@dataclass
class Gathered:
    """What a test needs: who acts, the sources, what gathers them, its run and themes."""

    people: Mapping[str, Any]
    sources: list[Source]
    common: Source
    codes: list[str] = field(default_factory=list)
    run: Run | None = None
    themes: list[Theme] = field(default_factory=list)

    @property
    def analyst(self) -> Any:
        return self.people[RoleCode.ANALYST]

    @property
    def approver(self) -> Any:
        return self.people[RoleCode.APPROVER]


def heard(
    label: str,
    *,
    kind: SourceKind = SourceKind.MEETING,
    place: Territory | None = None,
    texts: Sequence[str] = (),
    unit: Unit = Unit.GROUP,
    channel: Channel = Channel.WORKSHOP,
    codes: list[str] | None = None,
) -> Source:
    """A source with one open question, under a key of its own channel, and one text an act."""
    source = register_source(
        OPERATOR,
        kind=kind,
        reference=f"reunie-{next(_numbers)}",
        label=label,
        perimeter=place or department("46"),
    )
    questions = [
        {"key": "said", "kind": "long_text", "wording": f"Ce qui s’est dit : {label}"},
        {"key": "else", "kind": "long_text", "wording": "Autre chose"},
    ]
    register_questions(OPERATOR, source=source, questions=questions)
    acts = [replace(corpus.submission({"said": text}), unit=unit, channel=channel) for text in texts]
    corpus.participations(source, acts)
    if codes is not None:
        codes += [act.receipt for act in acts]
    return source


def gathered(
    people: Mapping[str, Any], *, web: int = 24, groups: int = 14, organisations: int = 12
) -> Gathered:
    """A closed consultation (`web` persons), two workshops (`groups` statements, shared), a call for writings."""
    world = make.world(people, web)
    codes: list[str] = []
    half = groups // 2
    said = [f"Propos {n} : il faut attendre un rendez-vous." for n in range(groups)]
    sources = [
        world.consultation.source,
        heard("Atelier de Cahors", texts=said[:half], codes=codes),
        heard("Atelier de Figeac", texts=said[half:], codes=codes),
        heard(
            "Appel aux organismes",
            kind=SourceKind.WRITTEN,
            texts=[f"Demande {n} : des rendez-vous plus proches." for n in range(organisations)],
            unit=Unit.ORGANISATION,
            channel=Channel.WRITTEN,
            codes=codes,
        ),
    ]
    parts = [analysis.Part(sources[0], ("needs",)), *(analysis.Part(source) for source in sources[1:])]
    common = analysis.gather(people[RoleCode.ANALYST], label="Toutes les voix", parts=parts)
    return Gathered(people, sources, common, codes)


def over(people: Mapping[str, Any], source: Source) -> Gathered:
    """A source of the region gathered with a workshop of the region, read, its themes accepted."""
    workshop = heard("Atelier régional", place=region(), texts=["Un bus le soir.", "Un car le matin."])
    parts = [analysis.Part(source, ("needs",)), analysis.Part(workshop)]
    common = analysis.gather(people[RoleCode.ANALYST], label="La région ensemble", parts=parts)
    return read(Gathered(people, [source, workshop], common))


def read(to: Gathered) -> Gathered:
    """A finished run whose ideas are the texts themselves; first theme: all of them; second, inside it: one in two."""
    last = analysis.contributions_of(to.common).last()
    run = Run.objects.create(
        source=to.common,
        state="terminee",
        is_current=True,
        asked_at=now(),
        finished_at=now(),
        corpus_read_at=now(),
        corpus_fingerprint=analysis.corpus_fingerprint(to.common),
        corpus_contributions=analysis.contributions_of(to.common).count(),
        corpus_upto=last.pk,
        engine_version="essai 1",
    )
    for line in manifest_lines(run):
        line.save()
    ideas = [
        Idea.objects.create(run=run, contribution=text, start=0, end=len(text.raw_text))
        for text in analysis.texts_read(run)
    ]
    to.themes = []
    for position, (label, held) in enumerate((("Attendre", ideas), ("Attendre loin", ideas[::2]))):
        theme = Theme.objects.create(
            run=run,
            position=position,
            proposed_label=label,
            label=label,
            parent=to.themes[0] if position else None,
        )
        Assignment.objects.bulk_create(Assignment(idea=idea, theme=theme, score=0.9) for idea in held)
        to.themes.append(analysis.accept_theme(to.analyst, theme=theme, keep_label=True))
    to.run = run
    return to


def prepared(to: Gathered, *, validated: bool = True) -> CommonPublication:
    publication = services.prepare_common(to.analyst, common=to.common)
    if validated:
        services.validate_common(to.analyst, publication=publication)
    return publication


def published(to: Gathered) -> CommonPublication:
    """Prepared and validated by the analyst, published by the director."""
    return services.publish_common(to.approver, publication=prepared(to))


def a_published_common(people: Mapping[str, Any], **sizes: int) -> tuple[Gathered, CommonPublication]:
    made = read(gathered(people, **sizes))
    return made, published(made)


def lines(
    publication: CommonPublication, block: str, unit: str, title: str = ""
) -> dict[str, dict[str, Any]]:
    """{channel ("" for all): released row} of one figure of a common publication."""
    rows = publication.figures.filter(block=block)
    row = next(one for one in rows if one.released["unit"] == unit and (not title or one.title == title))
    return {line["key"]: line for line in row.released["rows"]}
