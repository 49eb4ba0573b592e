"""A formal consultation as it is read: who was asked and where each stands, the count, the differences.

Fed by plan.services. Feeds the agents' room of opinions, the public pages and the PDF of the differences.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from fabrique.plan.enums import ConsulteeBasis, ConsulteeStanding
from fabrique.plan.models import Consultee, FormalConsultation, Opinion, OpinionPoint, WordingChange
from fabrique.plan.services.consultees import words_of_silence
from fabrique.plan.services.opinions import TAKEN, Tally, own_last_day, standing, tally
from fabrique.plan.services.texts import Compared, Part, field_name, kind_of, parts_of, text_lines
from fabrique.plan.services.wording import compared_texts
from fabrique.web.shared.printing import pdf
from fabrique_core.text.wording import Segment, word_changes

__all__ = [
    "Block",
    "Count",
    "Group",
    "Line",
    "Row",
    "Section",
    "blocks",
    "count_of",
    "differences",
    "differences_pdf",
    "groups",
    "parts",
]

_BADGES = {
    ConsulteeStanding.EXPECTED: "new",
    ConsulteeStanding.RECEIVED: "success",
    ConsulteeStanding.LATE: "warning",
    ConsulteeStanding.NOT_YET: "new",
}


@dataclass(frozen=True)
class Row:
    """A consultee on a day. `days_left`: whole days after this one until its last, None where none runs."""

    consultee: Consultee
    standing: ConsulteeStanding
    last_day: date | None
    days_left: int | None
    opinion: Opinion | None

    @property
    def badge(self) -> str:
        return _BADGES.get(self.standing, "")

    @property
    def label(self) -> str:
        """What the opinion says where one was received in time; else where the consultee stands."""
        if self.opinion is not None and self.standing == ConsulteeStanding.RECEIVED:
            return str(self.opinion.get_tone_display())
        return str(self.standing.label)

    @property
    def points(self) -> list[OpinionPoint]:
        return list(self.opinion.points.all()) if self.opinion is not None else []


@dataclass(frozen=True)
class Group:
    """Consultees of one category, on one basis."""

    basis: ConsulteeBasis
    category: str
    rows: list[Row]

    @property
    def title(self) -> str:
        return basis_title(self.basis)

    @property
    def answered(self) -> list[Row]:
        return [row for row in self.rows if row.opinion is not None]


def groups(consultation: FormalConsultation, on: date) -> list[Group]:
    """Every consultee by basis (law, choice, apart) then category, in the order in which they were written."""
    found: dict[tuple[ConsulteeBasis, str], list[Row]] = {}
    for one in Consultee.objects.filter(consultation=consultation).in_order():
        where = standing(one, on)
        last = own_last_day(one)
        waits = where == ConsulteeStanding.EXPECTED and last is not None
        opinion = one.opinion if where in (ConsulteeStanding.RECEIVED, ConsulteeStanding.LATE) else None
        row = Row(one, where, last, (last - on).days if waits and last else None, opinion)
        found.setdefault((ConsulteeBasis(one.basis), one.category), []).append(row)
    return [Group(basis, category, rows) for (basis, category), rows in found.items()]


def tallies(made: Iterable[Group], on: date) -> list[Tally]:
    """The count of each basis; collective lines are in none."""
    return tally([row.consultee for group in made for row in group.rows], on)


def basis_title(basis: ConsulteeBasis) -> str:
    """The basis of several opinions, as a title."""
    return {
        ConsulteeBasis.STATUTORY: _("Avis prévus par la loi"),
        ConsulteeBasis.VOLUNTARY: _("Avis demandés par choix"),
        ConsulteeBasis.APART: _("Avis à part, avant l’adoption"),
    }[basis]


@dataclass(frozen=True)
class Count:
    """The count as it is shown: what was answered (label, one number a basis), the name of each basis, and in words
    what silence is taken for on each."""

    bases: list[str]
    rows: list[tuple[str, list[int]]]
    silences: list[str]


def count_of(made: Iterable[Group], on: date) -> Count:
    """The tallies, one line an answer: silence and late opinions stand apart from every tone."""
    made = list(made)
    found = tallies(made, on)
    kinds = (
        ("favourable", _("Favorables")),
        ("reserves", _("Favorables avec réserves")),
        ("unfavourable", _("Défavorables")),
        ("no_tone", _("Rendus sans qualification")),
        ("deemed", _("Réputés rendus (aucune réponse)")),
        ("silent", _("Sans réponse, aucun avis rendu")),
        ("late", _("Reçus après le délai")),
        ("expected", _("Encore attendus")),
    )
    rows = [(name, label, [getattr(one, name) for one in found]) for name, label in kinds]
    # an agency that takes every silence for an opinion has no such line
    told = [(label, numbers) for name, label, numbers in rows if name != "silent" or any(numbers)]
    silences = (
        words_of_silence(made[0].rows[0].consultee.consultation, {one.basis for one in found}) if made else []
    )
    return Count([basis_title(one.basis) for one in found], told, silences)


def parts(consultation: FormalConsultation) -> list[Part]:
    """The parts of the text sent that a point may be about."""
    return parts_of(text_lines(consultation.draft)) if consultation.draft is not None else []


@dataclass(frozen=True)
class Line:
    """One line of the two texts. `segments` and `change` for those that changed alone."""

    name: str
    compared: Compared
    segments: list[Segment] = field(default_factory=list)
    change: WordingChange | None = None


@dataclass(frozen=True)
class Section:
    """A part of the text with its lines: « Objectif opérationnel », its title as adopted or, gone, as sent."""

    about: str
    kind: str
    title: str
    lines: list[Line]

    @property
    def changed(self) -> list[Line]:
        return [line for line in self.lines if line.compared.changed]


def differences(consultation: FormalConsultation) -> list[Section]:
    """Both texts part by part, in the order of the adopted one; what went stands where it stood."""
    rows = consultation.changes.prefetch_related("points__opinion__consultee")
    changes = {(row.about, row.field): row for row in rows}
    made = []
    for about, lines in groupby(compared_texts(consultation), key=lambda line: line.about):
        held = list(lines)
        title = next(
            (one.after or one.before for one in held if one.field == "title"), about.partition(":")[2]
        )
        made.append(Section(about, kind_of(about), title, [_line(one, changes) for one in held]))
    return made


def _line(one: Compared, changes: dict[tuple[str, str], WordingChange]) -> Line:
    name = field_name(one.about, one.field)
    if not one.changed:
        return Line(name, one)
    return Line(name, one, word_changes(one.before, one.after), changes.get((one.about, one.field)))


@dataclass(frozen=True)
class Block:
    """Neighbouring parts: one that changed, or several that did not, to be folded together."""

    changed: bool
    sections: list[Section]


def blocks(sections: Iterable[Section]) -> list[Block]:
    """The parts in their order, those without a change folded with their neighbours."""
    made: list[Block] = []
    for one in sections:
        if one.changed or not made or made[-1].changed:
            made.append(Block(bool(one.changed), [one]))
        else:
            made[-1].sections.append(one)
    return made


def points_without_change(consultation: FormalConsultation) -> tuple[list[OpinionPoint], list[OpinionPoint]]:
    """Points that moved no line: (those the agency took all the same, those it did not)."""
    rows = OpinionPoint.objects.filter(opinion__consultee__consultation=consultation, changes__isnull=True)
    found = list(
        rows.select_related("opinion__consultee").order_by("opinion__received_on", "opinion", "number")
    )
    return (
        [one for one in found if one.reply_kind in TAKEN],
        [one for one in found if one.reply_kind not in TAKEN],
    )


def differences_pdf(consultation: FormalConsultation) -> bytes:
    """The differences as a tagged PDF: changed lines alone, then the points that moved none.

    Of a consultation whose differences are published: what anybody may ask for is drawn once.
    """
    taken, refused = points_without_change(consultation)
    context = {
        "consultation": consultation,
        "sections": [one for one in differences(consultation) if one.changed],
        "titre": _("Ce que les avis ont changé"),
        "retenus": taken,
        "autres": refused,
    }
    return pdf("shared/formal/differences.html", context, public=True)
