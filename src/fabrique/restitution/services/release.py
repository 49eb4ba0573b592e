"""From stored figures to what may be released: the whole plan of tables goes through disclose() at once.

Fed by analysis figures (counts before disclosure control). Feeds PublishedFigure.released and the preview. With
tables.py, the only module here that reads a figure's result; an architecture test says so.

What is guarded is a count of persons. Counts of texts are shown only where the count of their writers is. A number
question gives its mean from the threshold up, its median from twice, its quartiles from four times the threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from fabrique.analysis.enums import Measure
from fabrique.analysis.models import Figure, Run, SetAside
from fabrique.analysis.services import Scope, scope_of_run
from fabrique.contributions.enums import SourceKind
from fabrique.contributions.models import Contribution, ModerationDecision, ModerationReason, Source
from fabrique.restitution.services.tables import (
    ANSWERED,
    ELSEWHERE,
    MISSING,
    NO,
    YES,
    CommonPlan,
    Plan,
    asked,
    channels_of,
    is_partition,
    key_of,
    put_to_some,
    trigger,
)
from fabrique.territories.models import Territory
from fabrique_core.estimate.disclosure import TOTAL, Suppressed, Table, disclose

Cells = dict[str, int | None]
Released = dict[str, Any]
Place = tuple[str, ...]
#: how many times the threshold must have answered for each summary of a number question
ENOUGH = {"mean": 1, "median": 2, "q1": 4, "q3": 4}
THEME_COUNTS = ("count", "participations")
WITHOUT_COPIES = ("count_without_copies", "participations_without_copies")


def release(figures: Iterable[Figure]) -> dict[int, Released]:
    """{figure primary key: values that may be shown}; a value that may not is None.

    Shapes: {"unit", "base", "missing", "rows": […]}, with "answered" for closed questions and "total" by department.
    """
    figures = list(figures)
    sources = {figure.source_id: figure.source for figure in figures}
    places = {
        pk: {row.code: row.name for row in Territory.objects.departments().within(source.perimeter)}
        for pk, source in sources.items()
    }
    reader = _Reader(Plan(figures, places))
    # what is released is stored and hashed: the same words whatever the language of who publishes
    with translation.override(settings.LANGUAGE_CODE):
        return {figure.pk: reader.released(figure) for figure in figures}


class _Reader:
    """The disclosed tables, and what each figure may show of itself."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        tables = plan.tables()
        disclosed = disclose(tables, threshold=settings.FABRIQUE_SMALL_CELL).tables if tables else ()
        self.cells: dict[str, Cells] = {
            table.key: {
                place[0]: None if isinstance(cell, Suppressed) else cell
                for place, cell in table.cells.items()
            }
            for table in disclosed
        }

    def released(self, figure: Figure) -> Released:
        readers = {
            Measure.PARTICIPATIONS: self._turnout,
            Measure.CONTRIBUTIONS: self._texts,
            Measure.CLOSED_ANSWER: self._closed,
            Measure.THEME: self._theme,
        }
        return {"unit": figure.result["unit"]} | readers[Measure(figure.measure)](figure)

    def _turnout(self, figure: Figure) -> Released:
        all_of = self.cells[f"tous:{figure.result['unit']}"]
        total = None if all_of[YES] is None else all_of[TOTAL]
        shown: Released = {"base": total, "missing": None if total is None else 0}
        if figure.expression["group"] is None:
            row = figure.result["rows"][0]
            return shown | {"rows": [{"key": row["key"], "label": row["label"], "count": total}]}
        cells = self.cells[key_of(figure)]
        if figure.expression["group"] == "channel":
            met = [(group["key"], group["label"]) for group in figure.result["groups"]]
            rows = [{"key": key, "label": label, "count": cells[key]} for key, label in met]
            return shown | {"rows": rows, "total": total}
        names = self.plan.places[figure.source_id]
        rows = [{"key": code, "label": name, "count": cells[code]} for code, name in sorted(names.items())]
        rows.append({"key": "", "label": _("Non renseigné ou hors de la région"), "count": cells[ELSEWHERE]})
        return shown | {"rows": rows, "total": total}

    def _hides_its_condition(self, figure: Figure) -> bool:
        """Whether a conditional question would tell a hidden answer to the question that brought it up, or the
        reverse: those who were shown it are those who gave these answers."""
        condition = trigger(figure.question)
        if condition is None:
            return put_to_some(figure) and self.cells[f"{key_of(figure)}:montree"][YES] is None
        parent = self.plan.by_question.get(condition[0])
        if parent is None or self._hides_its_condition(parent):
            return True
        counts = [
            self._count(parent, row["key"]) for row in parent.result["rows"] if row["key"] in condition[1]
        ]
        return None in counts or self.cells[f"{key_of(figure)}:montree"][YES] is None

    def _count(self, figure: Figure, choice: str) -> int | None:
        if is_partition(figure):
            return self.cells[key_of(figure)][choice]
        return self.cells[f"{key_of(figure)}:{choice}"][YES]

    def _texts_of(self, figure: Figure) -> int | None:
        """Texts received to a question: as many as people who wrote; both tables must let it through."""
        wrote = self.cells[key_of(figure)][YES]
        listed = self.cells[f"textes:{figure.result['unit']}"][asked(figure)]
        return None if listed is None or self._hides_its_condition(figure) else wrote

    def _texts(self, figure: Figure) -> Released:
        row, count = figure.result["rows"][0], self._texts_of(figure)
        values = {"key": row["key"], "label": row["label"], "count": count, "participations": count}
        return {"base": count, "missing": None if count is None else 0, "rows": [values]}

    def _all_texts(self, unit: str) -> tuple[int | None, int | None]:
        """(texts received, texts set aside): known only where no question's count is held back."""
        listed, read = self.cells.get(f"textes:{unit}"), self.cells.get(f"lus:{unit}")
        texts = [one for one in self.plan.figures if one.measure == Measure.CONTRIBUTIONS]
        if listed is None or read is None or any(self._texts_of(one) is None for one in texts):
            return None, None
        return listed[TOTAL], read[NO]

    def _theme(self, figure: Figure) -> Released:
        row, key = figure.result["rows"][0], key_of(figure)
        base, aside = self._all_texts(figure.result["unit"])
        persons = self.cells[key][YES]
        distinct = None if persons is None else self.cells[f"{key}:copies"]["distinctes"]
        values = {"key": row["key"], "label": row["label"]}
        values |= {name: None if persons is None else row[name] for name in THEME_COUNTS}
        values |= {name: None if distinct is None else row[name] for name in WITHOUT_COPIES}
        return {"base": base, "missing": aside, "rows": [values]}

    def _closed(self, figure: Figure) -> Released:
        key, hidden = key_of(figure), self._hides_its_condition(figure)
        status = self.cells[f"{key}:statut"]
        answered = None if hidden else status[ANSWERED]
        rows = []
        for row in figure.result["rows"]:
            if "mean" in row:
                rows.append(_number(row, answered))
                continue
            count = None if hidden else self._count(figure, row["key"])
            values = {"key": row["key"], "label": row["label"], "count": count}
            rows.append(values | {"share": _share(count, answered)})
        if rows and "first" in figure.result["rows"][0]:
            self._add_first_places(figure, rows, hidden)
        return {
            "base": None if hidden else status[TOTAL],
            "missing": None if hidden else status[MISSING],
            "answered": answered,
            "rows": rows,
        }

    def _add_first_places(self, figure: Figure, rows: list[dict[str, Any]], hidden: bool) -> None:
        """First places stand in two tables: where either holds one back, the whole column is held back."""
        key = key_of(figure)
        firsts = self.cells[f"{key}:premier"]
        whole = not hidden and None not in firsts.values()
        whole = whole and all(self.cells[f"{key}:{row['key']}:place"]["premier"] is not None for row in rows)
        for row in rows:
            row["first"] = firsts[row["key"]] if whole else None


def _number(row: Mapping[str, Any], answered: int | None) -> dict[str, Any]:
    least = settings.FABRIQUE_SMALL_CELL
    kept = {
        name: row[name] if answered is not None and answered >= times * least else None
        for name, times in ENOUGH.items()
    }
    return {"key": row["key"], "label": row["label"], "count": answered} | kept


def _share(count: int | None, base: int | None) -> float | None:
    return None if count is None or not base else count / base


def release_common(figures: Iterable[Figure], run: Run) -> dict[int, Released]:
    """{figure primary key: values that may be shown}, for the figures of a common publication over a run.

    Shape: {"unit", "base", "missing", "rows": [whole, then one a channel]}; a row: {"key" ("" for the whole),
    "label", "base", "missing", "count", "participations"…}. What is not to be shown is None.
    """
    figures = list(figures)
    plan = CommonPlan(figures)
    cells: dict[str, dict[Place, int | None]] = {}
    for tables in plan.plans():
        cells |= _cells(tables)
    reader = _CommonReader(cells, told_by_difference(scope_of_run(run), run), plan.tops())
    with translation.override(settings.LANGUAGE_CODE):
        return {figure.pk: reader.released(figure) for figure in figures}


@dataclass(frozen=True)
class Told:
    """{unit: channels, TOTAL among them for all} whose common counts would tell a few: of acts, writers, texts."""

    acts: Mapping[str, set[str]]
    writers: Mapping[str, set[str]]
    aside: Mapping[str, set[str]]


def told_by_difference(scope: Scope, run: Run) -> Told:
    """What a reader would know by taking a consultation's own publication away from the common one.

    A consultation publishes its counts by channel, of its texts and of those set aside: what is left (the other
    sources) and what it holds back itself both go through disclosure control.
    """
    origin = ("unit", "source", "channel")
    acts = {tuple(row[:3]): row[3] for row in _by(scope.participations(), origin)}
    texts = scope.contributions(run.corpus_upto)
    path = tuple(f"participation__{name}" for name in origin)
    wrote = {tuple(row[:3]): row[3] for row in _by(texts, path, "participation")}
    read = {tuple(row[:3]): row[3] for row in _by(texts, path)}
    put_aside = texts.filter(pk__in=SetAside.objects.filter(run=run).values("contribution"))
    aside = {tuple(row[:3]): row[3] for row in _by(put_aside, path)}
    kinds = Source.objects.filter(pk__in=scope.sources, kind=SourceKind.CONSULTATION)
    alone = set(kinds.values_list("pk", flat=True))
    groups = [{source} for source in sorted(alone)] + ([alone] if len(alone) > 1 else [])
    return Told(
        _told(groups, {(YES, *key): n for key, n in acts.items()}),
        _told(groups, _halves(wrote, acts)),
        _told(groups, _halves(aside, read)),
    )


def _by(rows: Any, fields: tuple[str, ...], counted: str = "pk") -> Any:
    return rows.order_by().values_list(*fields).annotate(n=Count(counted, distinct=True)).order_by()


def _halves(part: Mapping[Any, int], whole: Mapping[Any, int]) -> dict[Any, int]:
    found = {(YES, *key): part.get(key, 0) for key in whole}
    return found | {(NO, *key): n - part.get(key, 0) for key, n in whole.items()}


def _told(groups: Sequence[set[int]], counts: Mapping[Any, int]) -> dict[str, set[str]]:
    """{unit: channels that the group of sources, or all the others, would hold back}; counts by (answer, unit,
    source, channel)."""
    found: dict[str, set[str]] = {}
    for unit in sorted({key[1] for key in counts}):
        found[unit] = set()
        for group in groups:
            for wanted in (True, False):
                cells: dict[Place, int] = {}
                for (answer, of, source, channel), n in counts.items():
                    if of == unit and (source in group) is wanted:
                        cells[answer, channel] = cells.get((answer, channel), 0) + n
                found[unit] |= _hidden(cells)
    return found


def _hidden(cells: Mapping[Place, int]) -> set[str]:
    """Channels (and TOTAL) of which a table of these counts alone would hold something back."""
    if not cells:
        return set()
    table = Table("reste", ("reponse", "channel"), cells)
    shown = disclose([table], threshold=settings.FABRIQUE_SMALL_CELL).tables[0].cells
    return {place[1] for place, cell in shown.items() if isinstance(cell, Suppressed)}


class _CommonReader:
    """The disclosed tables of a common publication, and what each of its figures may show."""

    def __init__(
        self,
        cells: Mapping[str, Mapping[Place, int | None]],
        told: Told,
        tops: Iterable[Figure],
    ) -> None:
        self.cells = cells
        self.told = told
        #: (unit, channel) whose writers had to be held back to protect a theme: neither they, nor their texts, nor
        #: who took part there is shown
        self.unsaid = {
            (str(figure.result["unit"]), place[1])
            for figure in tops
            for place, count in cells.get(key_of(figure), {}).items()
            if place[0] == TOTAL and count is None
        }

    def released(self, figure: Figure) -> Released:
        unit = str(figure.result["unit"])
        rows = [self._row(figure, unit, TOTAL, figure.result | {"key": "", "label": _("Tous les canaux")})]
        rows += [self._row(figure, unit, channel, cell) for channel, cell in channels_of(figure)]
        return {"unit": unit, "base": rows[0]["base"], "missing": rows[0]["missing"], "rows": rows}

    def _row(self, figure: Figure, unit: str, channel: str, cell: Mapping[str, Any]) -> dict[str, Any]:
        row = {"key": cell["key"], "label": cell["label"]}
        if figure.measure == Measure.PARTICIPATIONS:
            count = self._cell(f"participations:{unit}", unit, channel, (channel,))
            # in a workshop everybody writes: who took part would say who wrote
            count = None if (unit, channel) in self.unsaid else count
            return row | {"base": count, "missing": None if count is None else 0, "count": count}
        wrote = self._cell(f"redacteurs:{unit}", unit, channel, (YES, channel))
        texts, aside = (self._cell(f"lus:{unit}", unit, channel, (one, channel)) for one in (TOTAL, NO))
        if self._is_told(self.told.writers, unit, channel) or (unit, channel) in self.unsaid:
            wrote = None
        if wrote is None or texts is None:
            texts = aside = None
        if self._is_told(self.told.aside, unit, channel):
            aside = None
        values = cell["rows"][0]
        if figure.measure == Measure.CONTRIBUTIONS:
            # without a theme, or once the corpus has moved, the run's texts are not those that are counted here
            texts = texts if texts == int(cell["base"]) else None
            return row | {"base": texts, "missing": aside, "count": texts, "participations": wrote}
        persons = self._cell(key_of(figure), unit, channel, (YES, channel))
        row |= {"base": texts, "missing": aside}
        row |= {name: None if persons is None else values[name] for name in THEME_COUNTS}
        if channel == TOTAL:
            distinct = None
            if persons is not None:
                distinct = self._cell(f"{key_of(figure)}:copies", unit, TOTAL, ("distinctes",))
            row |= {name: None if distinct is None else values[name] for name in WITHOUT_COPIES}
        return row

    def _cell(self, table: str, unit: str, channel: str, place: Place) -> int | None:
        """A cell that may be shown; 0 where the unit is empty, None where it is held back or told by difference."""
        if self._is_told(self.told.acts, unit, channel):
            return None
        return self.cells[table][place] if table in self.cells else 0

    @staticmethod
    def _is_told(told: Mapping[str, set[str]], unit: str, channel: str) -> bool:
        return TOTAL in told.get(unit, set()) or channel in told.get(unit, set())


def _cells(tables: Sequence[Table]) -> dict[str, dict[Place, int | None]]:
    """{table: {place: count, or None where it is held back}}, the whole plan disclosed at once."""
    disclosed = disclose(tables, threshold=settings.FABRIQUE_SMALL_CELL).tables
    return {
        table.key: {
            place: None if isinstance(cell, Suppressed) else cell for place, cell in table.cells.items()
        }
        for table in disclosed
    }


def release_common_moderated(scope: Scope) -> dict[str, int | None]:
    """As release_moderated, over several sources: None too where a consultation's own page, taken away, would leave
    a few (the other sources, or what another consultation holds back)."""
    kinds = dict(Source.objects.filter(pk__in=scope.sources).values_list("pk", "kind"))
    alone = [part for part in scope.parts if kinds[part[0]] == SourceKind.CONSULTATION]
    groups = [{part} for part in alone] + ([set(alone)] if len(alone) > 1 else [])
    rests = [tuple(part for part in scope.parts if part not in group) for group in groups]
    whole = _moderated(scope.received())
    left = [_moderated(Scope(parts).received()) for parts in rests if parts]
    return {
        name: None if any(rest[name] is None for rest in left) else count for name, count in whole.items()
    }


def release_moderated(source: Source) -> dict[str, int | None]:
    """Texts of a source that moderation hid: those still counted, those taken out; None for a few."""
    return _moderated(Contribution.objects.of_source(source))


def _moderated(texts: Any) -> dict[str, int | None]:
    hidden = texts.hidden_by_reason()
    uncounted = set(ModerationReason.objects.filter(counted=False).values_list("key", flat=True))
    sums = {
        "counted": sum(n for key, n in hidden.items() if key not in uncounted),
        "uncounted": sum(n for key, n in hidden.items() if key in uncounted),
    }
    return {name: _alone(f"moderation:{name}", count) for name, count in sums.items()}


def release_ledger(before: datetime) -> list[tuple[ModerationReason, int | None]]:
    """[(ground, texts hidden on it, by decisions older than `before`)]; None where a few texts would show."""
    last = ModerationDecision.objects.filter(contribution=OuterRef("pk")).order_by("-decided_at", "-pk")
    hidden = Contribution.objects.annotate(decided_at=Subquery(last.values("decided_at")[:1]))
    counts = hidden.filter(decided_at__lt=before).hidden_by_reason()
    return [
        (reason, _alone(f"registre:{reason.key}", counts.get(reason.key, 0)))
        for reason in ModerationReason.objects.all()
    ]


def _alone(key: str, count: int) -> int | None:
    """A count that stands in no other table, through disclosure control."""
    table = Table(key, (key,), {(YES,): count}, population=key)
    cell = disclose([table], threshold=settings.FABRIQUE_SMALL_CELL).tables[0].cells[(YES,)]
    return None if isinstance(cell, Suppressed) else cell
