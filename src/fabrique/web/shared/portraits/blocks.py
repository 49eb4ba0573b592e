"""The tables of a portrait, section by section, every cell in words, and what they cannot compare.

Fed by restitution.services.territories and words.py. Feeds the templates of a portrait, for the page and the PDF.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.observatory.enums import Unit
from fabrique.restitution.services import portrait_plan as plan
from fabrique.restitution.services.territories import Line, Portrait, Section, source_key
from fabrique.web.shared.charts import DotPlot, DotRow, Spine, dot_plot, spine
from fabrique.web.shared.portraits import words
from fabrique.web.templatetags.francais import ABSENT, liste, nombre

#: totals: the median of the look-alikes says nothing of them
TOTALS = (Unit.PERSONS, Unit.COUNT)
#: a reserve that so many lines of a table share is said once under it
SHARED = 3
#: the number of each source in the list at the foot, by producer, name and licence
Numbers = dict[tuple[str, str, str], int]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table, every cell already in words."""

    label: str
    period: str
    own: str
    region: str
    country: str
    median: str
    spread: str
    spine: Spine | None
    notes: tuple[str, ...]
    source: int
    version: int
    sites: str = ""
    equal: str = ""
    equal_interval: str = ""
    standard: str = ""
    reading: str = ""
    #: no number: why it is masked or missing, in words that may break
    in_words: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A section: its title, what it says in words, its table. `aside` says what the table does not compare."""

    key: str
    title: str
    sentences: tuple[str, ...]
    rows: tuple[Row, ...]
    aside: tuple[str, ...]
    points: DotPlot | None = None

    @property
    def equal_ages(self) -> bool:
        """The table sets the territory beside its region at equal ages: crude columns would mislead."""
        return any(row.equal for row in self.rows)

    @property
    def has_region(self) -> bool:
        return not self.equal_ages and any(row.region != ABSENT for row in self.rows)

    @property
    def has_country(self) -> bool:
        return any(row.country != ABSENT for row in self.rows)

    @property
    def has_median(self) -> bool:
        return not self.equal_ages and any(row.median != ABSENT for row in self.rows)

    @property
    def has_spread(self) -> bool:
        return any(row.spread for row in self.rows)


def blocks(portrait: Portrait) -> list[Block]:
    """One a section that has something to say."""
    numbers = {(one.producer, one.name, one.licence): n for n, one in enumerate(portrait.sources, 1)}
    said = {one.code for one in words.notables(portrait)}  # already under « À retenir »
    return [_block(portrait, section, numbers, said) for section in portrait.sections]


def section_titles() -> dict[str, str]:
    """{section: its title}."""
    return {
        plan.PEOPLE: _("Qui vit ici"),
        plan.MONEY: _("Revenus et pauvreté"),
        plan.HEALTH: _("De quoi l’on meurt : décès pour 100 000 habitants, à âge égal"),
        plan.DISEASES: _("Maladies et soins : part des personnes prises en charge"),
        plan.CARE: _("L’offre de soins et son accès"),
        plan.OTHERS: _("Autres indicateurs"),
        plan.DIAGNOSIS: _("Ce que dit le diagnostic du projet régional de santé"),
    }


def _block(portrait: Portrait, section: Section, numbers: Numbers, told: set[str]) -> Block:
    said = [one for line in section.lines for one in [words.notable(line, portrait.territory)] if one]
    said.sort(key=lambda one: -one.distance)
    rows, shared = without_repeats([_row(line, numbers) for line in section.lines])
    quiet = section.key in (plan.PEOPLE, plan.DIAGNOSIS)
    return Block(
        section.key,
        section_titles()[section.key],
        () if quiet else tuple(one.sentence for one in said if one.code not in told)[:3],
        tuple(rows),
        (*shared, *_aside(section), *_alike(portrait, section, numbers)),
        _points(portrait, section) if section.key == plan.MONEY else None,
    )


def _points(portrait: Portrait, section: Section) -> DotPlot | None:
    """The percentages of a section on one scale: the territory, its region, France, its look-alikes."""
    rows = [
        DotRow(
            words.label_words(line.own),
            line.own.value,
            line.own.lower,
            line.own.upper,
            line.region,
            _country(line),
            line.median,
        )
        for line in section.lines
        if line.own.unit == Unit.PERCENT
    ]
    title = _("%(section)s, %(name)s") % {
        "section": section_titles()[section.key],
        "name": portrait.territory.name,
    }
    return dot_plot(rows, title=title, own_name=portrait.territory.name, unit=_("en %"))


def _country(line: Line) -> float | None:
    """France as the source gives it, else from its departments."""
    if line.country is not None:
        return line.country.value
    return line.national.value if line.national is not None else None


def without_repeats(rows: list[Row]) -> tuple[list[Row], list[str]]:
    """The rows without the reserves that all those of a source share, and these, once, with the source's number."""
    counts = Counter((row.source, note) for row in rows for note in row.notes)
    of_source = Counter(row.source for row in rows)
    shared = {pair for pair, count in counts.items() if count >= SHARED and count == of_source[pair[0]]}
    kept = [
        replace(row, notes=tuple(note for note in row.notes if (row.source, note) not in shared))
        for row in rows
    ]
    said = [_("Source %(n)s : %(note)s.") % {"n": source, "note": note} for source, note in sorted(shared)]
    return kept, said


def _aside(section: Section) -> list[str]:
    """What cannot be compared, and why; what was computed here and not by the source."""
    lines = section.lines
    found = [*dict.fromkeys(line.unlike for line in lines if line.unlike)]
    if section.key == plan.DIAGNOSIS:
        return found
    if not any(line.region is not None for line in lines):
        found.append(_("La source ne donne pas la région."))
    if not any(line.country is not None or line.national is not None for line in lines):
        found.append(_("La source ne donne pas la France."))
    if any(line.national is not None and not line.national.computed for line in lines):
        found.append(_("France : médiane des départements de métropole, faute de valeur nationale."))
    if any(line.national is not None and line.national.computed for line in lines):
        found.append(_("France : métropole, calculée à partir des effectifs de ses départements."))
    if any(line.region_computed and line.own.unit != Unit.COUNT for line in lines):
        found.append(_("* Région calculée à partir des effectifs de tous ses départements."))
    if section.key == plan.DISEASES and any(line.standardised is None for line in lines):
        found.append(
            _("Sans taux à âge égal, une part plus élevée qu’ailleurs peut ne dire que l’âge des habitants.")
        )
    if section.key == plan.HEALTH:
        found.append(
            _(
                "Taux arrondis à l’unité. La source ne donne ni le nombre de décès, ni d’intervalle : là où "
                "les décès sont peu nombreux, leur taux varie par hasard d’une année à l’autre. "
                "Aucun écart n’est donc relevé ici. La mortalité prématurée n’est pas dans ce fichier."
            )
        )
    if section.key == plan.CARE and any(line.own.code.startswith("finess_") for line in lines):
        found.append(_("Un nombre de sites ne dit ni leur taille, ni leurs places, ni leurs délais."))
    return found


def _alike(portrait: Portrait, section: Section, numbers: Numbers) -> list[str]:
    """The look-alikes of a source that does not cover all those named at the foot of the portrait."""
    usual = {one.name for one, _distance in portrait.lookalikes.members}
    found: dict[tuple[str, ...], set[int]] = {}
    for line in section.lines:
        if line.median is not None and line.own.unit not in TOTALS and set(line.median_of) != usual:
            found.setdefault(line.median_of, set()).add(numbers[source_key(line.own)])
    return [
        ngettext(
            "Semblables, source %(n)s : %(names)s.", "Semblables, sources %(n)s : %(names)s.", len(sources)
        )
        % {"n": liste(sorted(sources)), "names": liste(names)}
        for names, sources in found.items()
    ]


def _row(line: Line, numbers: Numbers) -> Row:
    own, found, standard = line.own, line.standardised, line.standard
    decimals = words.decimals_of(own)
    return Row(
        label=words.label_words(own),
        period=own.period,
        own=words.short_words(own, own.value),
        region=_region(line),
        country=nombre(_country(line), decimals),
        median=ABSENT if own.unit in TOTALS else nombre(line.median, decimals),
        spread=_spread(line),
        spine=_spine(line),
        notes=_notes(line),
        source=numbers[source_key(own)],
        version=own.version,
        sites=words.sites_words(own),
        equal=words.short_words(own, found.rate) if found else "",
        equal_interval=words.interval_words(found.low, found.high, decimals) if found else "",
        standard=words.short_words(own, standard.rate) if found and standard else "",
        reading=words.gap_words(words.standardised_reading(line)) if found else "",
        in_words=own.value is None,
    )


def _region(line: Line) -> str:
    """With a star where it was computed; a count of sites of the whole region says nothing of a part."""
    if line.region is None or line.own.unit == Unit.COUNT:
        return ABSENT
    return nombre(line.region, words.decimals_of(line.own)) + ("*" if line.region_computed else "")


def _spine(line: Line) -> Spine | None:
    if line.spread is None or line.own.unit == Unit.COUNT:
        return None
    low, high = line.spread.low.value or 0.0, line.spread.high.value or 0.0
    crude = line.standardised is None
    return spine(
        line.own.value,
        low,
        high,
        region=line.region if crude else None,
        median=line.median if crude and line.own.unit not in TOTALS else None,
    )


def _spread(line: Line) -> str:
    """« 12,4 (Haute-Garonne) à 21,4 (Aude) »."""
    if line.spread is None or line.own.unit == Unit.COUNT:
        return ""
    low, high, decimals = line.spread.low, line.spread.high, words.decimals_of(line.own)
    return _("%(low)s (%(low_place)s) à %(high)s (%(high_place)s)") % {
        "low": nombre(low.value, decimals),
        "low_place": low.territory_name,
        "high": nombre(high.value, decimals),
        "high_place": high.territory_name,
    }


def _notes(line: Line) -> tuple[str, ...]:
    """Reserves of the source, field of the figure, contradictions: all said, none mended."""
    own = line.own
    notes = [note for note in (own.qualifier, own.scope) if note and note not in own.label]
    if own.definition.unit_words and own.unit == Unit.EURO:
        notes.append(own.definition.unit_words)
    if line.others:
        others = ", ".join(f"{one.words} ({one.period})" for one in line.others)
        notes.append(_("la source donne aussi : %(others)s") % {"others": others})
    if line.ages_masked:
        notes.append(_("pas de taux à âge égal : des effectifs sont masqués à certains âges"))
    return tuple(notes)
