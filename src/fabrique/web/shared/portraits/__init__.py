"""A territorial portrait as it is read, on the web and in a PDF of a few pages: one content, one template.

Fed by restitution.services.territories. Feeds public/territoires and the command `fabrique observatory portraits`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fabrique.observatory.services.public import Source
from fabrique.restitution.services import portrait_plan as plan
from fabrique.restitution.services.territories import Line, Portrait
from fabrique.territories.enums import AgeBand, Level
from fabrique.web.shared.charts import Pyramid, Spine, pyramid, spine
from fabrique.web.shared.charts.maps import Choropleth, choropleth
from fabrique.web.shared.portraits import words
from fabrique.web.shared.printing import pdf
from fabrique.web.templatetags.francais import ABSENT, nombre, pourcent

__all__ = ["portrait_context", "portrait_pdf"]


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
    standardised: str = ""
    standardised_interval: str = ""
    standard: str = ""
    reading: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """A section: its title, what it says in words, its table. `aside` says what the table does not compare."""

    key: str
    title: str
    sentences: tuple[str, ...]
    rows: tuple[Row, ...]
    aside: tuple[str, ...]

    @property
    def has_region(self) -> bool:
        return any(row.region != ABSENT for row in self.rows)

    @property
    def has_country(self) -> bool:
        return any(row.country != ABSENT for row in self.rows)

    @property
    def has_median(self) -> bool:
        return any(row.median != ABSENT for row in self.rows)

    @property
    def has_spread(self) -> bool:
        return any(row.spread for row in self.rows)

    @property
    def standardised(self) -> bool:
        return any(row.standardised for row in self.rows)


def portrait_context(portrait: Portrait) -> dict[str, Any]:
    """What the templates show."""
    territory = portrait.territory
    numbers = {source: place for place, source in enumerate(portrait.sources, 1)}
    alike, every = words.kind_words(territory.level)
    return {
        "portrait": portrait,
        "territoire": territory,
        "lieu": words.in_words(territory),
        "de": words.of_words(territory),
        "chapo": opening(portrait),
        "saillants": [one.sentence for one in words.notables(portrait)],
        "blocs": [_block(portrait, section.key, section.lines, numbers) for section in portrait.sections],
        "pyramide": ages(portrait),
        "reperage": _where(portrait),
        "sources": list(portrait.sources),
        "semblables": [one.name for one, _distance in portrait.lookalikes.members],
        "methode_semblables": portrait.lookalikes.method,
        "nom_semblables": alike,
        "nom_ensemble": every,
        "departement": territory.level == Level.DEPARTMENT,
    }


def portrait_pdf(portrait: Portrait) -> bytes:
    """The same as a tagged PDF. Raises Refused('printing.libraries')."""
    return pdf("shared/portraits/document.html", portrait_context(portrait))


def opening(portrait: Portrait) -> str:
    """« En Lozère vivent 76 486 habitants (2023)… »: who lives here, before any table."""
    section = portrait.section(plan.PEOPLE)
    found = {line.own.code: line.own for line in section.lines} if section else {}
    people = found.get("population_totale") or found.get("population_totale_epci")
    place = words.in_words(portrait.territory)
    place = place[:1].upper() + place[1:]
    if people is None or people.value is None:
        said = [_("%(place)s : la population n’est pas connue de l’observatoire.") % {"place": place}]
    else:
        said = [
            _("%(place)s vivent %(people)s habitants (%(period)s).")
            % {"place": place, "people": nombre(people.value), "period": people.period}
        ]
    dense, old, rural = (found.get(code) for code in ("densite", "part_75_ans_et_plus", "part_pop_rurale"))
    if dense is not None and dense.value is not None:
        said.append(_("C’est %(density)s habitants au km².") % {"density": nombre(dense.value)})
    if old is not None and old.value is not None:
        said.append(_("%(share)s ont 75 ans ou plus.") % {"share": pourcent(old.value / 100, 1)})
    if rural is not None and rural.value is not None:
        said.append(
            _("%(share)s vivent dans une commune rurale.") % {"share": pourcent(rural.value / 100, 0)}
        )
    return " ".join(said)


def ages(portrait: Portrait) -> Pyramid | None:
    """The pyramid of ages, with what it says."""
    whole = sum(women + men for _band, women, men in portrait.ages)
    if not whole:
        return None
    young = sum(women + men for band, women, men in portrait.ages if band == AgeBand.UNDER_20)
    old = sum(women + men for band, women, men in portrait.ages if band in (AgeBand.FROM_60, AgeBand.FROM_75))
    sentence = _(
        "%(old)s des habitants ont 60 ans ou plus, %(young)s moins de 20 ans (INSEE, %(edition)s)."
    ) % {
        "old": pourcent(old / whole, 0),
        "young": pourcent(young / whole, 0),
        "edition": portrait.ages_edition,
    }
    title = _("Habitants par âge et par sexe, %(name)s, %(edition)s") % {
        "name": portrait.territory.name,
        "edition": portrait.ages_edition,
    }
    named = {AgeBand.FROM_75: "75 +"}
    return pyramid(
        [(named.get(AgeBand(band), band), women, men) for band, women, men in portrait.ages],
        title=title,
        sentence=sentence,
    )


def _where(portrait: Portrait) -> Choropleth | None:
    """A map that only says where the territory is."""
    return choropleth(
        [
            (code, name, 1.0 if code == portrait.territory.code else None, "")
            for code, name in portrait.neighbours
        ],
        level=portrait.territory.level,
        title=_("%(name)s dans sa région") % {"name": portrait.territory.name},
    )


def _titles() -> dict[str, str]:
    return {
        plan.PEOPLE: _("Qui vit ici"),
        plan.MONEY: _("Revenus et pauvreté"),
        plan.HEALTH: _("De quoi l’on meurt"),
        plan.DISEASES: _("Maladies et recours aux soins"),
        plan.CARE: _("L’offre de soins et son accès"),
        plan.DIAGNOSIS: _("Ce que dit le diagnostic du projet régional de santé"),
    }


def _block(portrait: Portrait, key: str, lines: tuple[Line, ...], numbers: dict[Source, int]) -> Block:
    level = portrait.territory.level
    said = sorted(
        (one for line in lines for one in [words.notable(line, level)] if one), key=lambda one: -one.distance
    )
    reasons = dict.fromkeys(line.unlike for line in lines if line.unlike)
    aside = [*reasons]
    if not any(line.region is not None for line in lines):
        aside.append(_("La source ne donne pas de valeur pour la région."))
    if not any(line.country is not None for line in lines):
        aside.append(_("La source ne donne pas de valeur pour la France qui se compare à celles-ci."))
    if any(line.region_computed for line in lines):
        aside.append(_("Le niveau de la région est calculé à partir des effectifs de tous ses départements."))
    return Block(
        key,
        _titles()[key],
        tuple(one.sentence for one in said[:3]) if key not in (plan.PEOPLE, plan.DIAGNOSIS) else (),
        tuple(_row(line, numbers) for line in lines),
        tuple(aside) if key != plan.DIAGNOSIS else (),
    )


def _row(line: Line, numbers: dict[Source, int]) -> Row:
    own = line.own
    decimals = own.definition.decimals
    low, high = (line.spread.low, line.spread.high) if line.spread else (None, None)
    drawn = None
    if low is not None and high is not None:
        drawn = spine(own.value, low.value or 0.0, high.value or 0.0, region=line.region, median=line.median)
    found, standard = line.standardised, line.standard
    rate = None if found is None else found.rate
    return Row(
        label=_label(line),
        period=own.period,
        own=own.words,
        region=nombre(line.region, decimals) + (" *" if line.region_computed else ""),
        country=nombre(line.country.value, decimals) if line.country else ABSENT,
        median=nombre(line.median, decimals),
        spread=(
            _("%(low)s (%(low_place)s) à %(high)s (%(high_place)s)")
            % {
                "low": nombre(low.value, decimals),
                "low_place": low.territory_name,
                "high": nombre(high.value, decimals),
                "high_place": high.territory_name,
            }
            if low is not None and high is not None
            else ""
        ),
        spine=drawn,
        notes=_notes(line),
        source=numbers[Source(own.producer, own.source, own.licence, own.source_url)],
        version=own.version,
        standardised=nombre(rate, decimals) if rate is not None else "",
        standardised_interval=(
            words.interval_words(found.low, found.high, decimals) if found is not None else ""
        ),
        standard=nombre(standard.rate, decimals)
        if standard is not None and standard.rate is not None
        else "",
        reading=words.gap_words(words.standardised_reading(line)) if rate is not None else "",
        known=own.value is not None,
    )


def _label(line: Line) -> str:
    """With the sex where the figure is of one sex."""
    sex = {"femme": _("femmes"), "homme": _("hommes")}.get(line.own.sex)
    return f"{line.own.label}, {sex}" if sex else line.own.label


def _notes(line: Line) -> tuple[str, ...]:
    """Reserves of the source, field of the figure, contradictions: all said, none mended."""
    notes = []
    if line.own.scope:
        notes.append(line.own.scope)
    if line.own.qualifier:
        notes.append(line.own.qualifier)
    if line.others:
        others = ", ".join(f"{one.words} ({one.period})" for one in line.others)
        notes.append(_("la source donne aussi : %(others)s") % {"others": others})
    return tuple(notes)
