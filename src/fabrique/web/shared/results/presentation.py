"""What the page of results shows, from released values only: never from a figure's own counts.

Fed by restitution (PublishedFigure.released) and by approved quotes. Feeds the templates of results.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from fabrique.analysis.models import Quote
from fabrique.analysis.services import quote_text, speaker_labels
from fabrique.common.clock import now
from fabrique.restitution.enums import Block
from fabrique.restitution.models import CommonFigure, Publication, PublishedFigure
from fabrique.web.shared.results.words import share_in_words

#: length of a full bar, in the units of its drawing
BAR = 600
RANKING, NUMBER, MULTIPLE = "ranking", "number", "multiple"
QUOTES_A_THEME = 2


@dataclass(frozen=True)
class Bar:
    """One line of a chart and of its table. `count` is None where it is held back."""

    label: str
    count: int | None
    share: float | None
    length: int
    first: int | None = None


@dataclass(frozen=True)
class Closed:
    """A closed question: its sentence, its bars, its base and what is missing (None where held back)."""

    published: PublishedFigure
    title: str
    kind: str
    base: int | None
    missing: int | None
    sentence: str = ""
    bars: list[Bar] = field(default_factory=list)
    number: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ThemeShown:
    """A theme with its bar, some approved quotes, and the published themes that are part of it."""

    published: PublishedFigure
    title: str
    values: Mapping[str, Any]
    length: int
    quotes: list[dict[str, Any]]
    more_quotes: int = 0
    children: list[ThemeShown] = field(default_factory=list)

    @property
    def count(self) -> int | None:
        """Texts, or None where held back."""
        found: int | None = self.values["count"]
        return found


def blocks_of(publication: Publication) -> dict[str, list[PublishedFigure]]:
    """{block: figures in order} in one query."""
    found: dict[str, list[PublishedFigure]] = {str(block): [] for block in Block}
    for row in publication.figures.in_page_order():
        found[row.block].append(row)
    return found


def closed(row: PublishedFigure) -> Closed:
    """A closed question: bars by choice, or a mean, a median and quartiles for a number."""
    values, question = row.released, row.figure.question
    kind = question.kind if question is not None else ""
    whole = {"base": values["answered"], "missing": values["missing"]}
    if kind == NUMBER:
        return Closed(row, row.title, kind, **whole, number=values["rows"][0])
    rows = list(values["rows"])
    if kind in (MULTIPLE, RANKING):
        # other choices are often in an order of their own (« très bien », « bien »…), which is kept;
        # those held back come last in the order of the questionnaire: no rank betrays them
        rows.sort(key=lambda item: -(item["count"] or 0))
    bars = [
        Bar(item["label"], item["count"], item["share"], round((item["share"] or 0) * BAR), item.get("first"))
        for item in rows
    ]
    return Closed(
        row, row.title, kind, **whole, sentence=_sentence(kind, bars, values["answered"]), bars=bars
    )


def _sentence(kind: str, bars: list[Bar], answered: int | None) -> str:
    if answered == 0:
        return _("Personne n’a répondu à cette question.")
    shares = [bar.share for bar in bars if bar.share is not None]
    if not shares:
        return _("Trop peu de réponses pour les détailler sans risquer de reconnaître quelqu’un.")
    if len(shares) < len(bars):
        return _("Certaines réponses ne sont pas détaillées : trop peu de personnes les ont données.")
    top = max(bars, key=lambda bar: bar.share or 0)
    who, plural = share_in_words(top.share or 0)
    verbs = {
        RANKING: (
            _("classe « %(what)s » parmi ses priorités"),
            _("classent « %(what)s » parmi leurs priorités"),
        ),
        MULTIPLE: (_("cite « %(what)s »"), _("citent « %(what)s »")),
    }
    verb = verbs.get(kind, (_("répond « %(what)s »"), _("répondent « %(what)s »")))[plural]
    return f"{who[0].upper()}{who[1:]} {verb % {'what': top.label}}."


def themes(rows: Iterable[PublishedFigure]) -> list[ThemeShown]:
    """Published themes as a tree, largest first at each level; those held back last, by name."""
    rows = list(rows)
    largest = max((row.released["rows"][0]["count"] or 0 for row in rows), default=0)
    quotes = quotes_of(rows)
    under: dict[int | None, list[PublishedFigure]] = {}
    for row in rows:
        under.setdefault(row.parent_id, []).append(row)

    def shown(row: PublishedFigure) -> ThemeShown:
        values = row.released["rows"][0]
        found = quotes.get(row.figure.theme_id or 0, [])
        return ThemeShown(
            row,
            row.title,
            values,
            round(BAR * (values["count"] or 0) / largest) if largest else 0,
            found[:QUOTES_A_THEME],
            max(len(found) - QUOTES_A_THEME, 0),
            _largest_first(map(shown, under.get(row.pk, []))),
        )

    return _largest_first(map(shown, under.get(None, [])))


def _largest_first(found: Iterable[ThemeShown]) -> list[ThemeShown]:
    return sorted(found, key=lambda theme: (theme.count is None, -(theme.count or 0), theme.title))


def quotes_of(rows: Iterable[PublishedFigure | CommonFigure]) -> dict[int, list[dict[str, Any]]]:
    """{theme primary key: [{text, label, language}]}: the quotes that may be shown now, of the themes of these
    figures. A text hidden, erased or no longer approved leaves at once; one approved after the publication came out
    waits for the next, which the director signs. Three queries and the labels' own."""
    rows = list(rows)
    wanted = {row.figure.theme_id for row in rows if row.figure.theme_id is not None}
    if not wanted:
        return {}
    quotes = list(
        Quote.objects.publishable()
        .filter(Q(theme__in=wanted) | Q(theme__merged_into__in=wanted))
        .filter(approved_at__lte=rows[0].publication.published_at or now())
        .select_related("theme", "contribution__participation")
        .order_by("approved_at", "pk")
    )
    labels = speaker_labels({quote.contribution.participation for quote in quotes})
    found: dict[int, list[dict[str, Any]]] = {}
    for quote in quotes:
        theme = quote.theme_id if quote.theme_id in wanted else quote.theme.merged_into_id
        found.setdefault(theme or 0, []).append(
            {
                "text": quote_text(quote),
                "label": labels[quote.contribution.participation_id],
                "language": quote.contribution.language,
            }
        )
    return found
