"""What the page of results shows, from released values only: never from a figure's own counts.

Fed by restitution (PublishedFigure.released) and by approved quotes. Feeds the templates of results.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from fabrique.analysis.enums import Measure
from fabrique.analysis.models import Quote
from fabrique.analysis.services import quote_text, speaker_labels

from fabrique.restitution.enums import Block
from fabrique.restitution.models import Publication, PublishedFigure
from fabrique.web.shared.results.words import share_in_words

#: length of a full bar, in the units of its drawing
BAR = 600
RANKING, NUMBER = "ranking", "number"


@dataclass(frozen=True)
class Bar:
    """One line of a chart and of its table. `count` is None where it is held back."""

    label: str
    count: int | None
    share: float | None
    length: int
    first: int | None = None
    without_copies: int | None = None


@dataclass(frozen=True)
class Shown:
    """One figure of the page: its sentence, its bars, its base and what is missing."""

    published: PublishedFigure
    title: str
    sentence: str = ""
    bars: list[Bar] = field(default_factory=list)
    base: int | None = None
    missing: int | None = None
    kind: str = ""
    value: Mapping[str, Any] | None = None
    quotes: list[dict[str, Any]] = field(default_factory=list)


def blocks_of(publication: Publication) -> dict[str, list[PublishedFigure]]:
    """{block: figures in order} in one query."""
    found: dict[str, list[PublishedFigure]] = {str(block): [] for block in Block}
    rows = publication.figures.select_related("figure__question", "figure__theme", "figure__validated_by")
    for row in rows.order_by("position"):
        found[row.block].append(row)
    return found


def closed(row: PublishedFigure) -> Shown:
    """A closed question: bars by choice, or a mean and a median for a number."""
    values = row.released
    question = row.figure.question
    kind = question.kind if question is not None else ""
    if kind == NUMBER:
        return Shown(row, row.figure.title, base=values["answered"], missing=values["missing"], kind=kind,
                     value=values["rows"][0])
    rows = list(values["rows"])
    if kind != "scale":
        rows.sort(key=lambda item: -(item["count"] or 0))
    bars = [
        Bar(item["label"], item["count"], item["share"], _length(item["share"]), first=item.get("first"))
        for item in rows
    ]
    return Shown(row, row.figure.title, _sentence(kind, bars), bars, values["answered"], values["missing"], kind)


def _length(share: float | None) -> int:
    return round((share or 0) * BAR)


def _sentence(kind: str, bars: list[Bar]) -> str:
    known = [bar for bar in bars if bar.share is not None]
    if not known:
        return _("Trop peu de réponses pour les détailler sans risquer de reconnaître quelqu’un.")
    top = max(known, key=lambda bar: bar.share or 0)
    verb = {
        RANKING: _("%(who)s placent « %(what)s » parmi leurs priorités."),
        "multiple": _("%(who)s citent « %(what)s »."),
    }.get(kind, _("%(who)s répondent « %(what)s »."))
    if not _plural(top.share or 0):
        verb = {
            RANKING: _("%(who)s place « %(what)s » parmi ses priorités."),
            "multiple": _("%(who)s cite « %(what)s »."),
        }.get(kind, _("%(who)s répond « %(what)s »."))
    who = share_in_words(top.share or 0)
    return verb % {"who": who[0].upper() + who[1:], "what": top.label}


def _plural(share: float) -> bool:
    """Whether the words of the share are a plural subject (« deux répondants sur trois »)."""
    words = share_in_words(share)
    return not any(start in words for start in ("un répondant sur", "d’un répondant"))


def themes(rows: Iterable[PublishedFigure]) -> list[Shown]:
    """Accepted themes, largest first, each with its approved quotes."""
    rows = list(rows)
    values = {row.pk: row.released["rows"][0] for row in rows}
    largest = max((value["count"] or 0 for value in values.values()), default=0)
    quotes = quotes_of(rows)
    shown = [
        Shown(
            row,
            row.figure.title,
            bars=[
                Bar(
                    row.figure.title,
                    values[row.pk]["count"],
                    None,
                    round(BAR * (values[row.pk]["count"] or 0) / largest) if largest else 0,
                    without_copies=values[row.pk]["count_without_copies"],
                )
            ],
            value=values[row.pk],
            quotes=quotes.get(row.figure.theme_id or 0, []),
        )
        for row in rows
    ]
    return sorted(shown, key=lambda item: -(item.bars[0].count or 0))


def quotes_of(rows: Iterable[PublishedFigure]) -> dict[int, list[dict[str, Any]]]:
    """{theme primary key: [{text, label, language}]} approved quotes of the themes of these figures."""
    themes_shown = {row.figure.theme_id: row.figure.theme for row in rows if row.figure.measure == Measure.THEME}
    found: dict[int, list[Quote]] = {}
    for key, theme in themes_shown.items():
        if theme is not None and key is not None:
            found[key] = list(
                Quote.objects.publishable().of_theme(theme).select_related("contribution__participation")
            )
    participations = {quote.contribution.participation for quotes in found.values() for quote in quotes}
    labels = speaker_labels(participations)
    return {
        key: [
            {
                "text": quote_text(quote),
                "label": labels[quote.contribution.participation_id],
                "language": quote.contribution.language,
            }
            for quote in quotes
        ]
        for key, quotes in found.items()
    }
