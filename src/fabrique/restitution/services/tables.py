"""The plan of tables of persons that a publication would show, totals and nested groups included.

Fed by analysis figures (counts before disclosure control). Feeds release.py, which alone calls disclose().

Populations: a unit («personne») for whoever took part; «textes-…» for the texts received, question by question (one
text a person and a question); «corpus-…» for the writers of the texts that were analysed. A question put under a
condition is nested in those who were shown it, a theme in the theme above it, the part of campaigns in its theme.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fabrique.analysis.enums import Measure
from fabrique.analysis.models import Figure
from fabrique.contributions.models import SourceQuestion
from fabrique_core.estimate.disclosure import Table

YES, NO = "oui", "non"
ANSWERED, MISSING = "repondu", "sans-reponse"
ELSEWHERE = "ailleurs"
PARTITION_KINDS = ("single", "scale")
Where = tuple[tuple[str, str], ...]
Counts = dict[tuple[str, ...], int]


class Plan:
    """The figures of one publication and the tables that they would show."""

    def __init__(self, figures: Sequence[Figure], places: Mapping[int, Mapping[str, str]]) -> None:
        """`places` is {source: {code: name}} of the departments of its perimeter."""
        self.figures = figures
        self.places = places
        self.turnout = {
            self._population(one): int(one.result["base"])
            for one in figures
            if one.measure == Measure.PARTICIPATIONS
        }
        self.by_theme = {one.theme_id: one for one in figures if one.measure == Measure.THEME}
        self.by_question = {
            one.question.key: one for one in figures if one.question and one.measure == Measure.CLOSED_ANSWER
        }

    def tables(self) -> list[Table]:
        """Every table, figure after figure, then those of texts as a whole."""
        made = [
            Table(f"tous:{unit}", ("tous",), {(YES,): count}, population=unit)
            for unit, count in self.turnout.items()
        ]
        makers = {
            Measure.PARTICIPATIONS: self._turnout_by,
            Measure.CONTRIBUTIONS: self._texts,
            Measure.CLOSED_ANSWER: self._closed,
            Measure.THEME: self._theme,
        }
        for figure in self.figures:
            made += makers[Measure(figure.measure)](figure)
        return made + self._all_texts()

    @staticmethod
    def _population(figure: Figure) -> str:
        return str(figure.result["unit"])

    def _turnout_by(self, figure: Figure) -> list[Table]:
        """By channel, those met; by department, those of the perimeter, empty ones too, all others as one."""
        group = figure.expression["group"]
        if group is None:
            return []
        if group == "channel":
            met: Counts = {(row["key"],): int(row["rows"][0]["count"]) for row in figure.result["groups"]}
            return [Table(key_of(figure), (group,), met, population=self._population(figure))]
        inside = self.places[figure.source_id]
        cells: Counts = {(code,): 0 for code in inside}
        cells[(ELSEWHERE,)] = 0
        for group in figure.result["groups"]:
            place = (group["key"] if group["key"] in inside else ELSEWHERE,)
            cells[place] += int(group["rows"][0]["count"])
        return [Table(key_of(figure), ("department",), cells, population=self._population(figure))]

    def _texts(self, figure: Figure) -> list[Table]:
        """Who wrote and who did not, among those who were shown the question."""
        unit, name = self._population(figure), asked(figure)
        wrote = int(figure.result["rows"][0]["participations"])
        base = self._shown_to(figure, wrote)
        tables, where = self._shown(figure, base)
        cells: Counts = {(YES,): wrote, (NO,): max(base - wrote, 0)}
        return [*tables, Table(key_of(figure), (f"texte:{name}",), cells, population=unit, where=where)]

    def _shown_to(self, figure: Figure, at_least: int) -> int:
        """How many were shown an open question: everyone, or those whose answer brought it up."""
        if "shown" in figure.result:
            return max(at_least, int(figure.result["shown"]))
        everyone = self.turnout.get(self._population(figure), at_least)
        parent = trigger(figure.question)
        if parent is None or parent[0] not in self.by_question:
            return everyone
        rows = self.by_question[parent[0]].result["rows"]
        return max(at_least, sum(int(row["count"]) for row in rows if row["key"] in parent[1]))

    def _shown(self, figure: Figure, base: int) -> tuple[list[Table], Where]:
        """The table of who was shown a question not put to all, and the condition to nest its own tables in."""
        unit, name = self._population(figure), asked(figure)
        if not put_to_some(figure):
            return [], ()
        rest = max(self.turnout.get(unit, base) - base, 0)
        cells: Counts = {(YES,): base, (NO,): rest}
        table = Table(f"{key_of(figure)}:montree", (f"montree:{name}",), cells, population=unit)
        return [table], ((f"montree:{name}", YES),)

    def _closed(self, figure: Figure) -> list[Table]:
        """Who answered; then, among them, the choices: shared out, or each ticked or not."""
        unit, name, key, result = self._population(figure), asked(figure), key_of(figure), figure.result
        answered, base = int(result["answered"]), int(result["base"])
        tables, where = self._shown(figure, base)
        status: Counts = {(ANSWERED,): answered, (MISSING,): int(result["missing"])}
        tables.append(Table(f"{key}:statut", (f"statut:{name}",), status, population=unit, where=where))
        inside = (*where, (f"statut:{name}", ANSWERED))
        rows = [row for row in result["rows"] if "mean" not in row]
        if is_partition(figure):
            cells: Counts = {(row["key"],): int(row["count"]) for row in rows}
            return [*tables, Table(key, (f"choix:{name}",), cells, population=unit, where=inside)]
        for row in rows:
            tables += self._choice(figure, row, answered, inside)
        if rows and "first" in rows[0]:
            firsts: Counts = {(row["key"],): int(row["first"]) for row in rows}
            firsts[(ELSEWHERE,)] = max(answered - sum(firsts.values()), 0)
            tables.append(
                Table(f"{key}:premier", (f"premier:{name}",), firsts, population=unit, where=inside)
            )
        return tables

    def _choice(self, figure: Figure, row: Mapping[str, Any], answered: int, inside: Where) -> list[Table]:
        """One choice ticked or not; for a ranking, among those who ranked it, in first place or after."""
        unit, key = self._population(figure), f"{key_of(figure)}:{row['key']}"
        dimension, count = f"choix:{asked(figure)}:{row['key']}", int(row["count"])
        cells: Counts = {(YES,): count, (NO,): max(answered - count, 0)}
        tables = [Table(key, (dimension,), cells, population=unit, where=inside)]
        if "first" in row:
            places: Counts = {("premier",): int(row["first"]), ("ensuite",): count - int(row["first"])}
            where = (*inside, (dimension, YES))
            tables.append(
                Table(f"{key}:place", (f"place:{dimension}",), places, population=unit, where=where)
            )
        return tables

    def _theme(self, figure: Figure) -> list[Table]:
        """Who spoke of it, among those who spoke of the theme above; then what campaigns add to it."""
        row, population = figure.result["rows"][0], f"corpus-{self._population(figure)}"
        above = self.above(figure)
        base = above.result["rows"][0]["participations"] if above else figure.result["base_participations"]
        where = tuple((f"theme:{one.theme_id}", YES) for one in self._ancestors(figure))
        persons, distinct = int(row["participations"]), int(row["participations_without_copies"])
        name = f"theme:{figure.theme_id}"
        cells: Counts = {(YES,): persons, (NO,): max(int(base) - persons, 0)}
        copies: Counts = {("distinctes",): distinct, ("campagnes",): max(persons - distinct, 0)}
        inside = (*where, (name, YES))
        return [
            Table(key_of(figure), (name,), cells, population=population, where=where),
            Table(
                f"{key_of(figure)}:copies", (f"copies:{name}",), copies, population=population, where=inside
            ),
        ]

    def above(self, figure: Figure) -> Figure | None:
        """The figure of the nearest published theme above, or None."""
        parent = figure.theme.parent if figure.theme else None
        while parent is not None and parent.pk not in self.by_theme:
            parent = parent.parent
        return self.by_theme[parent.pk] if parent is not None else None

    def _ancestors(self, figure: Figure) -> list[Figure]:
        found: list[Figure] = []
        above = self.above(figure)
        while above is not None:
            found.append(above)
            above = self.above(above)
        return found

    def _all_texts(self) -> list[Table]:
        """Texts by question, and texts read or set aside: both add up to all the texts received."""
        by_unit: dict[str, Counts] = {}
        read: dict[str, Counts] = {}
        for figure in self.figures:
            unit = self._population(figure)
            if figure.measure == Measure.CONTRIBUTIONS:
                by_unit.setdefault(unit, {})[(asked(figure),)] = int(figure.result["base"])
            elif figure.measure == Measure.THEME:
                aside = int(figure.result["missing"])
                read[unit] = {(YES,): int(figure.result["base"]) - aside, (NO,): aside}
        tables = []
        for unit, cells in by_unit.items():
            tables.append(Table(f"textes:{unit}", ("question",), cells, population=f"textes-{unit}"))
            # a corpus read before or after those counts is another population: nothing is then subtracted
            if unit in read and sum(read[unit].values()) == sum(cells.values()):
                tables.append(Table(f"lus:{unit}", ("lecture",), read[unit], population=f"textes-{unit}"))
        return tables


def key_of(figure: Figure) -> str:
    """The name of a figure's main table."""
    return f"figure:{figure.pk}"


def asked(figure: Figure) -> str:
    """The key of the question that a figure is about, or ''."""
    return str(figure.question.key) if figure.question is not None else ""


def is_partition(figure: Figure) -> bool:
    """Whether each person who answered gave one choice and one only."""
    result = figure.result
    exact = sum(int(row["count"]) for row in result["rows"]) == int(result["answered"])
    return figure.question is not None and figure.question.kind in PARTITION_KINDS and exact


def put_to_some(figure: Figure) -> bool:
    """Whether the question was not put to everybody: a condition, or versions in which it does not stand."""
    return trigger(figure.question) is not None or bool(figure.result.get("restricted"))


def trigger(question: SourceQuestion | None) -> tuple[str, frozenset[str]] | None:
    """(question, answers) that bring a question up, or None where everyone sees it."""
    condition = question.show_if if question is not None else None
    if not condition:
        return None
    first = condition[0] if isinstance(condition, list) else condition
    return str(first["question"]), frozenset(first["any_of"])


class CommonPlan:
    """The figures of a common publication and the tables that they would show, unit by unit, channel by channel.

    Populations: a unit for whoever took part, «textes-…» for the texts of the run, «corpus-…» for the writers of
    those that were analysed. No table holds two units, and no two trees of themes stand in one plan: what they share
    is how many wrote through each channel, which is not published.
    """

    def __init__(self, figures: Sequence[Figure]) -> None:
        self.figures = figures
        self.by_theme = {(one.theme_id, _unit(one)): one for one in figures if one.measure == Measure.THEME}

    def plans(self) -> list[list[Table]]:
        """Tables to disclose together: those of a unit, its texts read or set aside, each tree of themes."""
        plans: dict[object, list[Table]] = {}
        for figure in self.figures:
            unit = _unit(figure)
            if figure.measure == Measure.PARTICIPATIONS:
                plans.setdefault(unit, []).append(self._turnout(figure))
            elif figure.measure == Measure.CONTRIBUTIONS:
                plans.setdefault(unit, []).append(self._writers(figure))
            else:
                top = [figure, *self._ancestors(figure)][-1]
                plans.setdefault((unit, top.pk), []).extend(self._theme(figure))
                plans.setdefault((unit, "lus"), [self._read(figure)])
        return [kept for plan in plans.values() if (kept := [table for table in plan if table.cells])]

    def tops(self) -> list[Figure]:
        """The figures of themes that stand under no other."""
        themes = [one for one in self.figures if one.measure == Measure.THEME]
        return [one for one in themes if self.above(one) is None]

    def _turnout(self, figure: Figure) -> Table:
        cells: Counts = {(channel,): int(cell["base"]) for channel, cell in channels_of(figure)}
        return Table(f"participations:{_unit(figure)}", ("channel",), cells, population=_unit(figure))

    def _writers(self, figure: Figure) -> Table:
        """Who wrote and who did not, among those who took part through each channel."""
        unit = _unit(figure)
        took_part = {
            channel: int(cell["base"])
            for one in self.figures
            if one.measure == Measure.PARTICIPATIONS and _unit(one) == unit
            for channel, cell in channels_of(one)
        }
        cells: Counts = {}
        for channel, cell in channels_of(figure):
            wrote = int(cell["rows"][0]["participations"])
            cells[(YES, channel)] = wrote
            cells[(NO, channel)] = max(took_part.get(channel, wrote) - wrote, 0)
        return Table(f"redacteurs:{unit}", ("ecrit", "channel"), cells, population=unit)

    def _read(self, figure: Figure) -> Table:
        """Texts analysed or set aside: the same whatever the theme."""
        cells: Counts = {}
        for channel, cell in channels_of(figure):
            cells[(YES, channel)] = int(cell["base"]) - int(cell["missing"])
            cells[(NO, channel)] = int(cell["missing"])
        unit = _unit(figure)
        return Table(f"lus:{unit}", ("lecture", "channel"), cells, population=f"textes-{unit}")

    def _theme(self, figure: Figure) -> list[Table]:
        """Who spoke of it by channel, among those who spoke of the theme above; then what campaigns add to it."""
        population, name = f"corpus-{_unit(figure)}", f"theme:{figure.theme_id}"
        above = self.above(figure)
        over = dict(channels_of(above)) if above is not None else {}
        cells: Counts = {}
        for channel, cell in channels_of(figure):
            spoke = int(cell["rows"][0]["participations"])
            inside = over[channel]["rows"][0]["participations"] if over else cell["base_participations"]
            cells[(YES, channel)] = spoke
            cells[(NO, channel)] = max(int(inside) - spoke, 0)
        where = tuple((f"theme:{one.theme_id}", YES) for one in self._ancestors(figure))
        row = figure.result["rows"][0]
        whole, distinct = int(row["participations"]), int(row["participations_without_copies"])
        copies: Counts = {("distinctes",): distinct, ("campagnes",): max(whole - distinct, 0)}
        key = key_of(figure)
        return [
            Table(key, (name, "channel"), cells, population=population, where=where),
            Table(
                f"{key}:copies",
                (f"copies:{name}",),
                copies if cells else {},
                population=population,
                where=(*where, (name, YES)),
            ),
        ]

    def above(self, figure: Figure) -> Figure | None:
        """The figure, for the same unit, of the nearest published theme above, or None."""
        parent = figure.theme.parent if figure.theme else None
        while parent is not None and (parent.pk, _unit(figure)) not in self.by_theme:
            parent = parent.parent
        return self.by_theme[parent.pk, _unit(figure)] if parent is not None else None

    def _ancestors(self, figure: Figure) -> list[Figure]:
        found: list[Figure] = []
        above = self.above(figure)
        while above is not None:
            found.append(above)
            above = self.above(above)
        return found


def _unit(figure: Figure) -> str:
    return str(figure.result["unit"])


def channels_of(figure: Figure) -> list[tuple[str, dict[str, Any]]]:
    """[(channel, its cell)] of a figure computed channel by channel."""
    return [(str(cell["key"]), cell) for cell in figure.result["groups"]]
