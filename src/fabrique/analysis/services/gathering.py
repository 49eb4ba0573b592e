"""Verbs on common corpora: gather several sources that one analysis reads together, change what is gathered.

Fed by the analysts. Feeds ask_run, whose manifest then freezes each source with its count and hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds, require
from fabrique.analysis.models import GatheredSource, Run
from fabrique.analysis.services.corpus import is_common
from fabrique.common import journal
from fabrique.common.errors import Refused
from fabrique.common.identifiers import new_public_id
from fabrique.contributions.enums import SourceKind
from fabrique.contributions.models import Source, SourceQuestion
from fabrique.contributions.services import register_source
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory

MOST_LABEL = 200
#: kinds of question that are answered in words
OPEN_KINDS = ("short_text", "long_text")


@dataclass(frozen=True)
class Part:
    """A source to gather, and the keys of its open questions to keep; none: all of them, later ones too."""

    source: Source
    questions: tuple[str, ...] = ()


def gather(actor: Actor, *, label: str, parts: Sequence[Part]) -> Source:
    """Make a common corpus of at least two sources, in this order; the same one again gives back the first.

    Raises Refused common.label, common.label_taken, common.few, common.nested, common.question; Forbidden where
    the right to analyse is not held on each source and on the territory that covers them all.
    """
    label, parts = _checked(actor, label, parts)
    perimeter = covering([part.source.perimeter for part in parts])
    require(actor, "analysis.run", perimeter)
    with transaction.atomic():
        for twin in Source.objects.common().filter(perimeter=perimeter, label=label):
            if _stored(twin) == [(part.source.pk, part.questions) for part in parts]:
                return twin
            raise _taken()
        common = register_source(
            actor,
            kind=SourceKind.COMMON,
            reference=new_public_id(),
            label=label,
            perimeter=perimeter,
        )
        _store(common, parts)
        journal.record(actor, "analysis.gather", common)
    return common


def change_gathering(actor: Actor, *, common: Source, label: str, parts: Sequence[Part]) -> Source:
    """Put other sources, questions or words in a common corpus; runs that have read keep their manifest, and its
    territory never becomes smaller than what they have read.

    Raises what gather() raises, and Refused('common.alive') while an analysis of it is under way.
    """
    require(actor, "analysis.run", common.perimeter)
    label, parts = _checked(actor, label, parts)
    # its runs are read by the rights of its territory: it still covers all that they have read
    read = Source.objects.filter(read_by__run__source=common).select_related("perimeter").distinct()
    perimeter = covering([source.perimeter for source in (*(part.source for part in parts), *read)])
    require(actor, "analysis.run", perimeter)
    with transaction.atomic():
        common = Source.objects.select_for_update().get(pk=common.pk)
        if Run.objects.living().filter(source=common).exists():
            raise Refused(
                "common.alive",
                _("Une analyse de ce corpus commun est en cours. Attendez sa fin, ou abandonnez-la."),
            )
        if Source.objects.common().filter(perimeter=perimeter, label=label).exclude(pk=common.pk).exists():
            raise _taken()
        common.label, common.perimeter = label, perimeter
        common.save(update_fields=["label", "perimeter"])
        GatheredSource.objects.filter(common=common).delete()
        _store(common, parts)
        journal.record(actor, "analysis.change_gathering", common)
    return common


def parts_of(common: Source) -> list[Part]:
    """What a common corpus gathers, in order."""
    return [Part(row.source, tuple(row.questions)) for row in GatheredSource.objects.of_common(common)]


def open_questions(sources: Iterable[Source]) -> dict[int, list[SourceQuestion]]:
    """{source: its questions answered in words, in the order of the questionnaire}."""
    found: dict[int, list[SourceQuestion]] = {source.pk: [] for source in sources}
    rows = SourceQuestion.objects.filter(source__in=found, kind__in=OPEN_KINDS).order_by("source", "position")
    for question in rows:
        found[question.source_id].append(question)
    return found


def gatherable(actor: Actor) -> list[Source]:
    """The sources that the actor may gather: those on whose territory analyses may be asked for, by name."""
    sources = Source.objects.heard().select_related("perimeter").order_by("kind", "label", "pk")
    return [source for source in sources if holds(actor, "analysis.run", source.perimeter)]


def covering(perimeters: Sequence[Territory]) -> Territory:
    """The smallest territory known here that contains them all: one of them, a department, a region, the country."""
    first = perimeters[0]
    above = [place for one in perimeters for place in (one, one.epci, one.department, one.region) if place]
    whole = {place.pk: place for place in above if all(place.contains(one) for one in perimeters)}
    if whole:
        # the smallest is the one that the others contain
        return min(whole.values(), key=lambda place: sum(place.contains(other) for other in whole.values()))
    country = Territory.objects.filter(level=Level.COUNTRY).first()
    if country is None:
        raise Refused(
            "common.territory",
            _("Ces sources n’ont aucun territoire en commun. Réunissez celles d’une même région."),
            first=first.code,
        )
    return country


def _checked(actor: Actor, label: str, parts: Sequence[Part]) -> tuple[str, list[Part]]:
    """The label without stray spaces, the parts with sorted questions; each source within the actor's reach."""
    label = " ".join(label.split())
    if not label or len(label) > MOST_LABEL:
        raise Refused("common.label", _("Donnez un nom à ce corpus commun, de 200 signes au plus."))
    if len({part.source.pk for part in parts}) < 2 or len({part.source.pk for part in parts}) != len(parts):
        raise Refused("common.few", _("Choisissez au moins deux sources, chacune une seule fois."))
    known = open_questions(part.source for part in parts)
    made = []
    for part in parts:
        if is_common(part.source):
            raise Refused("common.nested", _("Un corpus commun ne peut pas en réunir un autre."))
        require(actor, "analysis.run", part.source.perimeter)
        if not set(part.questions) <= {question.key for question in known[part.source.pk]}:
            raise Refused(
                "common.question",
                _(
                    "Une question choisie n’est pas une question ouverte de « %(label)s ». Choisissez-la dans la liste."
                )
                % {"label": part.source.label},
            )
        made.append(Part(part.source, tuple(sorted(set(part.questions)))))
    return label, made


def _taken() -> Refused:
    return Refused(
        "common.label_taken", _("Un autre corpus commun porte déjà ce nom. Choisissez-en un autre.")
    )


def _stored(common: Source) -> list[tuple[int, tuple[str, ...]]]:
    return [(part.source.pk, part.questions) for part in parts_of(common)]


def _store(common: Source, parts: Sequence[Part]) -> None:
    GatheredSource.objects.bulk_create(
        [
            GatheredSource(common=common, source=part.source, position=rank, questions=list(part.questions))
            for rank, part in enumerate(parts)
        ],
        batch_size=500,
    )
