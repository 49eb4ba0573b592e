"""Figures: the one interpreter of their expressions, and the verbs that store and validate them.

Fed by participations, contributions, closed answers and accepted themes. Feeds restitution, which alone
discloses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.analysis.enums import Measure, RunState, ThemeState
from fabrique.analysis.models import Figure, Theme
from fabrique.analysis.services.closed import Asked, closed_cell, shown_to
from fabrique.analysis.services.corpus import Scope, chunks, is_common, scope_of, scope_of_run
from fabrique.analysis.services.decisions import named_person
from fabrique.analysis.services.expressions import check, labels_of
from fabrique.analysis.services.reading import Reading
from fabrique.analysis.services.sizes import measured
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.contributions.models import Contribution, Source, SourceQuestion

_FIELDS = {"department": "department__code", "age_band": "age_band", "sex": "sex", "channel": "channel"}
Cell = dict[str, Any]
#: figures written in one short transaction
STORED_AT_ONCE = 100


@dataclass(frozen=True)
class FigureResult:
    """What an expression gives today: base and missing as integers, the whole result as plain JSON."""

    base: int
    missing: int
    result: dict[str, Any]


def evaluate(expression: Mapping[str, Any], *, reading: Reading | None = None) -> FigureResult:
    """Compute an expression. Reads only; counts are exact and come before any disclosure control.

    `reading` holds what figures computed together have in common; without one, all is read anew.

    Raises Refused figure.version, figure.expression, figure.source, figure.question, figure.theme.
    """
    check(expression)
    # labels are stored and compared: the same words whatever the language of who asks
    with translation.override(settings.LANGUAGE_CODE):
        query = _Query(expression, reading or Reading())
        cell = query.measure(expression["measure"])
        whole = cell(None)
        groups = [cell(group) | {"key": group.key, "label": group.label} for group in query.groups()]
    result = {"unit": expression["population"]["unit"], **whole, "groups": groups}
    return FigureResult(whole["base"], whole["missing"], result)


@dataclass(frozen=True)
class _Group:
    key: str
    label: str


class _Query:
    """One expression being computed: its population once, then one cell a group."""

    def __init__(self, expression: Mapping[str, Any], reading: Reading) -> None:
        self.reading = reading
        population = expression["population"]
        self.source = _source_of(expression, reading)
        source = self.source
        self.filters: Mapping[str, list[str]] = expression["filters"]
        self.group: str | None = expression["group"]
        if is_common(source) and ("question" in self.filters or self.group == "question"):
            # the same key may stand for two questions in two sources
            raise Refused("figure.question", _("Un corpus commun ne se compte pas question par question."))
        self.scope = self._scope(expression["measure"])
        field = _FIELDS.get(self.group or "", "channel")
        acts = self._filtered(self.scope.participations().filter(unit=population["unit"]))
        #: what tells this population from another over the same sources
        self.population = (self.scope, population["unit"], repr(sorted(self.filters.items())), field)
        #: {participation: value of the grouping field}
        self.value_of: dict[int, str] = reading.once(
            ("acts", *self.population),
            lambda: {pk: value or "" for pk, value in acts.values_list("pk", field)},
        )

    def _scope(self, measure: Mapping[str, str]) -> Scope:
        """What is counted: the sources as they are, or as the run of a theme read them."""
        if measure["kind"] == Measure.THEME and is_common(self.source):
            return _scope_of_theme(self._accepted(measure["theme"]), self.reading)
        return _scope_today(self.source, self.reading)

    def _accepted(self, public_id: str) -> Theme:
        return _theme_of(public_id, self.source, self.reading)

    def _filtered(self, rows: Any) -> Any:
        for name, field in _FIELDS.items():
            if name in self.filters:
                values = self.filters[name]
                lookup = rows.filter(**{f"{field}__in": [value for value in values if value]})
                if "" in values:
                    empty = {"department": None} if name == "department" else {field: ""}
                    lookup = lookup | rows.filter(**empty)
                rows = lookup
        return rows

    def groups(self) -> list[_Group]:
        """The values met in the population, « not given » last."""
        if self.group is None:
            return []
        labels = labels_of(self.source, self.group)
        met = self.keys_of_texts() if self.group == "question" else set(self.value_of.values())
        ranked = self._order(met, labels)
        return [_Group(key, labels.get(key, key) if key else _("non renseigné")) for key in ranked]

    def _order(self, met: set[str], labels: Mapping[str, str]) -> list[str]:
        known = [key for key in labels if key in met] if self.group in ("question", "channel") else []
        return known + sorted(key for key in met - set(known) if key) + [key for key in met if not key]

    def keys_of_texts(self) -> set[str]:
        return set(
            Contribution.objects.filter(participation__source=self.source).values_list(
                "question__key", flat=True
            )
        )

    def holds(self, group: _Group | None, participation: int, question: str = "") -> bool:
        """Whether an act (or one of its texts) is in the population and in the group."""
        if participation not in self.value_of:
            return False
        if "question" in self.filters and question not in self.filters["question"]:
            return False
        if group is None:
            return True
        return group.key == (question if self.group == "question" else self.value_of[participation])

    def measure(self, measure: Mapping[str, str]) -> Callable[[_Group | None], Cell]:
        kind = Measure(measure["kind"])
        if kind == Measure.PARTICIPATIONS:
            return self._participations
        if kind == Measure.CONTRIBUTIONS:
            return self._contributions(measure.get("question"))
        if kind == Measure.CLOSED_ANSWER:
            return self._closed(measure["question"])
        return self._theme(measure["theme"])

    def _members(self, group: _Group | None) -> set[int]:
        return {pk for pk in self.value_of if self.holds(group, pk)}

    def _participations(self, group: _Group | None) -> Cell:
        count = sum(1 for pk in self.value_of if group is None or self.value_of[pk] == group.key)
        return _cell(count, count, [{"key": "participations", "label": _("Participations"), "count": count}])

    def _question(self, key: str) -> SourceQuestion:
        question = SourceQuestion.objects.filter(source=self.source, key=key).first()
        if question is None:
            raise Refused("figure.question", _("La question de cette requête n’existe pas."))
        return question

    def _contributions(self, key: str | None) -> Callable[[_Group | None], Cell]:
        restricted, shown = shown_to(self._question(key)) if key is not None else (False, None)
        rows = self.reading.texts(self.scope)

        def cell(group: _Group | None) -> Cell:
            inside = [p for _pk, p, q in rows if (key is None or q == key) and self.holds(group, p, q)]
            row = {"key": "contributions", "label": _("Contributions"), "count": len(inside)}
            made = _cell(len(inside), len(inside), [row | {"participations": len(set(inside))}])
            if restricted and shown is not None:
                made |= {"restricted": True, "shown": len({*inside, *(self._members(group) & shown)})}
            return made

        return cell

    def _closed(self, key: str) -> Callable[[_Group | None], Cell]:
        asked = Asked(self._question(key))

        def cell(group: _Group | None) -> Cell:
            base, answered, rows = closed_cell(asked, self._members(group))
            return _cell(base, answered, rows) | ({"restricted": True} if asked.restricted else {})

        return cell

    def _theme(self, public_id: str) -> Callable[[_Group | None], Cell]:
        theme = self._accepted(public_id)
        run = theme.run
        texts = self.reading.texts(self.scope, run.corpus_upto)
        counted = self.reading.once(
            ("counted", self.scope, run.corpus_upto), lambda: {pk for pk, _p, _q in texts}
        )
        found = [(row, q) for row, q in self.reading.assignments(theme) if row[2] in counted]

        def read(group: _Group | None) -> tuple[int, int, int]:
            """(texts received, texts analysed, writers of those): the same whatever the theme."""
            analysed = self.reading.analysed(run)
            inside = [(pk, p) for pk, p, q in texts if self.holds(group, p, q)]
            kept = [p for pk, p in inside if pk in analysed]
            return len(inside), len(kept), len(set(kept))

        def cell(group: _Group | None) -> Cell:
            place = (self.group, None if group is None else group.key)
            base, answered, writers = self.reading.once(
                ("read", run.pk, *self.population, *place), lambda: read(group)
            )
            sizes = measured(row for row, q in found if self.holds(group, row[3], q))
            row = {
                "key": theme.public_id,
                "label": theme.label,
                "count": sizes.contributions,
                "participations": sizes.participations,
                "count_without_copies": sizes.contributions_without_copies,
                "participations_without_copies": sizes.participations_without_copies,
            }
            return _cell(base, answered, [row]) | {"base_participations": writers}

        return cell


def _cell(base: int, answered: int, rows: list[dict[str, Any]]) -> Cell:
    return {"base": base, "answered": answered, "missing": base - answered, "rows": rows}


def accepted_theme(public_id: str, source: Source) -> Theme:
    """The theme of that identifier, accepted, in a finished run of the source. Raises
    Refused('figure.theme')."""
    theme = (
        Theme.objects.accepted()
        .filter(public_id=public_id, run__source=source, run__state=RunState.DONE)
        .select_related("run__source")
        .first()
    )
    if theme is None or theme.state != ThemeState.ACCEPTED:
        raise Refused(
            "figure.theme", _("Ce thème n’est pas accepté : il ne peut pas être compté dans un chiffre.")
        )
    return theme


def _source_of(expression: Mapping[str, Any], reading: Reading) -> Source:
    public_id = expression["population"]["source"]
    source = reading.once(
        ("source", public_id),
        lambda: Source.objects.select_related("perimeter").filter(public_id=public_id).first(),
    )
    if source is None:
        raise Refused("figure.source", _("La consultation de cette requête n’existe pas."))
    return source


def _theme_of(public_id: str, source: Source, reading: Reading) -> Theme:
    return reading.once(("theme", public_id, source.pk), lambda: accepted_theme(public_id, source))


def _scope_today(source: Source, reading: Reading) -> Scope:
    return reading.once(("scope", source.pk), lambda: scope_of(source))


def _scope_of_theme(theme: Theme, reading: Reading) -> Scope:
    return reading.once(("scope of run", theme.run_id), lambda: scope_of_run(theme.run))


def compute_figure(actor: Actor, *, expression: Mapping[str, Any], title: str) -> Figure:
    """Compute and store a figure. A validated figure that still holds is given back; else a new row, to
    validate."""
    return compute_together(actor, wanted=[(expression, title)])[0]


def compute_together(actor: Actor, *, wanted: Sequence[tuple[Mapping[str, Any], str]]) -> list[Figure]:
    """As compute_figure, for many (expression, title) at once, in order: what they share is read once."""
    reading = Reading()
    # computed before any transaction: on SQLite it would keep every inhabitant's answer waiting
    computed = [_computed(actor, expression, title, reading) for expression, title in wanted]
    figures = []
    for chunk in chunks(computed, STORED_AT_ONCE):
        with transaction.atomic():
            figures += [_stored(actor, named, values) for named, values in chunk]
    return figures


def _computed(
    actor: Actor, expression: Mapping[str, Any], title: str, reading: Reading
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what names a figure, what it is found to be)."""
    found = evaluate(expression, reading=reading)
    source = _source_of(expression, reading)
    reading.once(("right", source.pk), lambda: require(actor, "analysis.compute_figure", source.perimeter))
    measure = expression["measure"]
    theme = _theme_of(measure["theme"], source, reading) if measure["kind"] == Measure.THEME else None
    question = (
        SourceQuestion.objects.get(source=source, key=measure["question"]) if "question" in measure else None
    )
    scope = _scope_of_theme(theme, reading) if theme else _scope_today(source, reading)
    values: dict[str, Any] = {
        "title": title,
        "result": found.result,
        "base": found.base,
        "missing": found.missing,
        "corpus_fingerprint": reading.fingerprint(scope, theme.run.corpus_upto if theme else None),
    }
    named = {
        "source": source,
        "measure": measure["kind"],
        "expression": dict(expression),
        "theme": theme,
        "run": theme.run if theme else None,
        "question": question,
    }
    return named, values


def _stored(actor: Actor, named: Mapping[str, Any], values: Mapping[str, Any]) -> Figure:
    targets = {name: named[name] for name in ("source", "measure", "theme", "question")}
    known = Figure.objects.filter(**targets).order_by("-pk")
    same: list[Figure] = [figure for figure in known if figure.expression == named["expression"]]
    for figure in same:
        if figure.validated_at and all(getattr(figure, name) == value for name, value in values.items()):
            return figure
    draft = next((figure for figure in same if not figure.validated_at), None)
    figure = draft or Figure(**named)
    for name, value in values.items():
        setattr(figure, name, value)
    figure.computed_at = now()
    figure.save()
    journal.record(actor, "analysis.compute_figure", figure)
    return figure


def validate_figure(actor: Actor, *, figure: Figure) -> Figure:
    """A named person answers for a figure, which is computed again first. Raises Refused('figure.stale')."""
    return validate_together(actor, figures=[figure])[0]


def validate_together(actor: Actor, *, figures: Sequence[Figure]) -> list[Figure]:
    """As validate_figure, for many at once; none is validated where one has changed since it was computed."""
    person, reading = named_person(actor), Reading()
    for perimeter in {figure.source.perimeter for figure in figures}:
        require(actor, "analysis.validate_figure", perimeter)
    # computed before any transaction: on SQLite it would keep every inhabitant's answer waiting
    present = {
        figure.pk: evaluate(figure.expression, reading=reading).result
        for figure in figures
        if figure.validated_at is None
    }
    if any(figure.pk in present and present[figure.pk] != figure.result for figure in figures):
        raise _stale()
    validated: list[Figure] = []
    for chunk in chunks(figures, STORED_AT_ONCE):
        with transaction.atomic():
            locked = Figure.objects.select_for_update().in_bulk([figure.pk for figure in chunk])
            for figure in (locked[one.pk] for one in chunk):
                if figure.validated_at is None:
                    if present.get(figure.pk) != figure.result:
                        raise _stale()
                    figure.validated_by, figure.validated_at = person, now()
                    figure.save(update_fields=["validated_by", "validated_at"])
                    journal.record(actor, "analysis.validate_figure", figure)
                validated.append(figure)
    return validated


def _stale() -> Refused:
    return Refused(
        "figure.stale", _("Ce chiffre a changé depuis son calcul. Recalculez-le avant de le valider.")
    )
