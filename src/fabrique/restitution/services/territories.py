"""What a territorial portrait holds: its figures by section, each with what it may be compared with, and links.

Fed by the public reads of the observatory (secrecy already applied), the census margins, the meetings and the
published consultations. Feeds web/shared/portraits (page and PDF) and web/public/territoires.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from fabrique.common.clock import today
from fabrique.meetings.models import Meeting
from fabrique.observatory.enums import FACTORS
from fabrique.observatory.services.comparison import Comparison, compared
from fabrique.observatory.services.lookalikes import Lookalikes, lookalikes
from fabrique.observatory.services.public import PublicValue, Sheet, Source, catalogue, sheet
from fabrique.observatory.services.standardised import Standardised, standardisable, standardised
from fabrique.restitution.enums import Block, PublicationState
from fabrique.restitution.models import PublishedFigure
from fabrique.restitution.services.portrait_plan import SEXED, Ask, SectionPlan, expanded, sections_for
from fabrique.territories.enums import AgeBand, Level, Sex
from fabrique.territories.models import PopulationMargin, Territory

#: of the 96 departments of metropolitan France, those without which nothing is said of France
NEARLY_ALL = 94


@dataclass(frozen=True, slots=True)
class Spread:
    """The lowest and the highest values among the territories of the region, measured alike; how many there are."""

    low: PublicValue
    high: PublicValue
    known: int


@dataclass(frozen=True, slots=True)
class National:
    """All the departments of metropolitan France: a rate from their counts, or the median of their values."""

    value: float
    computed: bool
    known: int


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: the territory's value and what it is put beside. Nothing here is masked: masking is done before."""

    own: PublicValue
    region: float | None
    region_computed: bool
    country: PublicValue | None
    national: National | None
    median: float | None
    #: the look-alikes whose values make the median, where the source has data
    median_of: tuple[str, ...]
    unlike: str
    spread: Spread | None
    standardised: Standardised | None = None
    standard: Standardised | None = None
    #: masked ages forbid a rate at equal ages of everybody
    ages_masked: bool = False
    others: tuple[PublicValue, ...] = ()

    @property
    def contradicted(self) -> bool:
        """The source gives several values for the same thing."""
        return bool(self.others)


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Participation:
    """How many answered a published consultation from this department; None where the number is held back."""

    slug: str
    title: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Portrait:
    """All that the page and the PDF of a territory show of figures."""

    territory: Territory
    region: Territory
    sections: tuple[Section, ...]
    ages: tuple[tuple[str, int, int], ...]
    ages_edition: str
    lookalikes: Lookalikes
    sources: tuple[Source, ...]
    #: the outlines of the region's territories at the same level, the whole list: (code, name)
    neighbours: tuple[tuple[str, str], ...]

    def section(self, key: str) -> Section | None:
        return next((one for one in self.sections if one.key == key), None)

    @property
    def empty(self) -> bool:
        """The observatory has nothing on this territory."""
        return not any(section.lines for section in self.sections)


@dataclass
class Atlas:
    """The values of all the territories of one level in a region, read at once: thirteen portraits cost one read."""

    region: Territory
    level: str
    territories: tuple[Territory, ...]
    country: Territory | None
    codes: tuple[str, ...]
    values: Sheet
    by_sex: Sheet
    standard: Mapping[str, Mapping[int, Standardised]]
    everywhere: tuple[Territory, ...]
    margins: Mapping[int, Mapping[tuple[str, str], int]]
    edition: str
    _nations: dict[tuple[str, str], National | None] = field(default_factory=dict)
    _spreads: dict[tuple[str, str], Spread | None] = field(default_factory=dict)

    @classmethod
    def of(cls, region: Territory, level: str = Level.DEPARTMENT, only: Sequence[Territory] = ()) -> Atlas:
        """Everything that portraits of this level need; ``only``: rates at equal ages are made for those."""
        places = tuple(territories_of(region, level))
        country = Territory.objects.filter(level=Level.COUNTRY).first()
        known = tuple(one.code for one in catalogue())
        codes = expanded(known, level)
        around = [region, *([country] if country else [])]
        standard = {
            code: standardised(code, [*(only or places), region], region)
            for code in standardisable()
            if code in codes and level == Level.DEPARTMENT
        }
        everywhere = tuple(Territory.objects.departments())
        together = {one.pk: one for one in [*places, *around, *everywhere]}.values()
        sexed = [code for code in codes if code.startswith(SEXED)]
        margins, edition = _margins(region) if level == Level.DEPARTMENT else ({}, "")
        return cls(
            region=region,
            level=level,
            territories=places,
            country=country,
            codes=codes,
            values=sheet(codes, together, latest_only=True),
            by_sex=sheet(sexed, places),
            standard=standard,
            everywhere=everywhere,
            margins=margins,
            edition=edition,
        )

    @property
    def sections(self) -> tuple[SectionPlan, ...]:
        """What stands where, an agency's own indicators included."""
        return sections_for(self.codes, self.level)

    def portrait(self, territory: Territory) -> Portrait:
        """The portrait of one of the territories of this atlas."""
        near = lookalikes(territory)
        beside = self.beside(territory, near)
        sections = tuple(self._section(one, territory, beside) for one in self.sections)
        counts = self.margins.get(territory.pk, {})
        return Portrait(
            territory=territory,
            region=self.region,
            sections=tuple(one for one in sections if one.lines),
            ages=tuple(
                (str(band), counts[Sex.FEMALE, band], counts[Sex.MALE, band])
                for band in AgeBand.values
                if (Sex.FEMALE, band) in counts and (Sex.MALE, band) in counts
            ),
            ages_edition=self.edition,
            lookalikes=near,
            sources=sources_of(line.own for section in sections for line in section.lines),
            neighbours=tuple((one.code, one.name) for one in self.territories),
        )

    def beside(self, territory: Territory, near: Lookalikes) -> dict[str, Comparison]:
        """What each indicator may be put beside, from the values already read."""
        region = territory.region
        parts = [one for one in self.everywhere if region is not None and one.region_id == region.pk]
        country = [self.country] if self.country else []
        among = [one for one, _distance in near.ranked]
        return {
            code: compared(self.values, code, territory, region, parts, country, among, near.count)
            for code in self.codes
        }

    def _latest(self, code: str, place: Territory, sex: str) -> PublicValue | None:
        return (self.by_sex if sex else self.values).latest(code, place, sex=sex)

    def _section(self, plan: SectionPlan, territory: Territory, beside: Mapping[str, Comparison]) -> Section:
        lines = []
        for ask in plan.asks:
            for code in ask.matching(self.codes):
                for sex in ask.sexes:
                    line = self._line(ask, code, sex, territory, beside.get(code))
                    if line is not None:
                        lines.append(line)
        return Section(plan.key, tuple(lines))

    def _line(
        self, ask: Ask, code: str, sex: str, territory: Territory, beside: Comparison | None
    ) -> Line | None:
        own = self._latest(code, territory, sex)
        if own is None:
            return None
        ratios = self.standard.get(code, {}) if ask.standardise and not sex else {}
        equal = ratios.get(territory.pk)
        # a rate without some ages is not that of everybody: it never stands beside crude rates
        whole = equal is not None and not equal.left_out
        compared = beside if not sex else None  # comparisons are made on both sexes together
        return Line(
            own=own,
            region=compared.region.value if compared and compared.region else None,
            region_computed=bool(compared and compared.region_computed),
            country=compared.country if compared else None,
            national=self.national(own),
            median=compared.median if compared else None,
            median_of=tuple(
                sorted(one.territory_name for one in compared.others if one.value is not None)
                if compared
                else ()
            ),
            unlike=compared.unlike if compared else "",
            spread=self.spread(own),
            standardised=equal if whole else None,
            standard=ratios.get(self.region.pk) if whole else None,
            ages_masked=bool(ratios) and not whole,
            others=tuple(
                other
                for other in self.values.contradictions(code, territory)
                if (other.rank, other.period) != (own.rank, own.period)
            ),
        )

    def spread(self, own: PublicValue) -> Spread | None:
        """Among the territories of the region, for values measured alike; None where most of them have none."""
        key = _same(own)
        if key not in self._spreads:
            alike = self._alike(own, self.territories)
            enough = len(alike) > 2 and 2 * len(alike) > len(self.territories)
            self._spreads[key] = Spread(alike[0], alike[-1], len(alike)) if enough else None
        return self._spreads[key]

    def national(self, own: PublicValue) -> National | None:
        """Among all the departments of metropolitan France; None where the source does not have nearly all."""
        key = _same(own)
        if key not in self._nations:
            mainland = [
                one for one in self.everywhere if len(one.code) == 2
            ]  # overseas codes have three letters
            alike = self._alike(own, mainland) if self.level == Level.DEPARTMENT else []
            self._nations[key] = _national(alike) if len(alike) >= NEARLY_ALL else None
        return self._nations[key]

    def _alike(self, own: PublicValue, among: Sequence[Territory]) -> list[PublicValue]:
        found = [
            value
            for one in among
            for value in [self._latest(own.code, one, own.sex)]
            if value is not None
            and value.value is not None
            and (value.version, value.period, value.scope) == (own.version, own.period, own.scope)
        ]
        return sorted(found, key=lambda value: value.value or 0.0)


def _same(own: PublicValue) -> tuple[str, str]:
    """What values measured alike share."""
    return f"{own.code}:{own.version}:{own.period}:{own.scope}", own.sex


def _national(alike: Sequence[PublicValue]) -> National:
    values = [value.value for value in alike if value.value is not None]
    factor = FACTORS.get(alike[0].unit)
    if factor is None or any(value.numerator is None or not value.denominator for value in alike):
        return National(median(values), False, len(values))
    events = sum(value.numerator or 0.0 for value in alike)
    return National(factor * events / sum(value.denominator or 0.0 for value in alike), True, len(values))


def territories_of(region: Territory, level: str) -> Sequence[Territory]:
    """The departments of a region by code, or its intercommunalities by name: those with a commune in it."""
    if level == Level.DEPARTMENT:
        return list(Territory.objects.departments().within(region).order_by("code"))
    inside = Territory.objects.communes().within(region).exclude(epci=None).values("epci")
    return list(Territory.objects.filter(level=Level.EPCI, pk__in=inside).order_by("name"))


def _margins(region: Territory) -> tuple[dict[int, dict[tuple[str, str], int]], str]:
    """{department: {(sex, band): inhabitants}} of the latest edition, and that edition."""
    found: dict[int, dict[tuple[str, str], int]] = {}
    edition = ""
    for row in PopulationMargin.objects.latest_of(region):
        found.setdefault(row.department_id, {})[row.sex, row.age_band] = row.population
        edition = row.edition
    return found, edition


def source_key(own: PublicValue) -> tuple[str, str, str]:
    """What makes two figures come from one source, whatever address each definition gives."""
    return own.producer, own.source, own.licence


def sources_of(values: Iterable[PublicValue]) -> tuple[Source, ...]:
    """The sources of these figures, each once, in their order."""
    found: dict[tuple[str, str, str], str] = {}
    for own in values:
        found[source_key(own)] = found.get(source_key(own)) or own.source_url
    return tuple(Source(producer, name, licence, url) for (producer, name, licence), url in found.items())


def portrait(territory: Territory) -> Portrait:
    """The portrait of one department or EPCI. For many, keep an ``Atlas``."""
    return Atlas.of(region_of(territory), territory.level, [territory]).portrait(territory)


def region_of(territory: Territory) -> Territory:
    """The region of a territory; that of the instance for an EPCI over several regions."""
    region: Territory = territory.region or Territory.objects.perimeter()
    return region


def meetings_of(department: Territory) -> tuple[list[Meeting], list[Meeting]]:
    """Public meetings held in a department: those ahead, then the latest five behind."""
    rows = Meeting.objects.public().filter(department=department).for_page()
    day = today()
    return list(rows.ahead(day).by_date()), list(rows.behind(day).order_by("-starts_at")[:5])


def participation_of(department: Territory) -> tuple[Participation, ...]:
    """What published results already say of this department, consultation by consultation: released counts only."""
    rows = (
        PublishedFigure.objects.public()
        .filter(block=Block.DEPARTMENTS, publication__state=PublicationState.PUBLISHED)
        .select_related("publication__consultation")
        .order_by("-publication__published_at")
    )
    found = []
    for row in rows:
        consultation = row.publication.consultation
        for cell in row.released["rows"]:
            if cell["key"] == department.code:
                found.append(Participation(consultation.slug, consultation.title, cell["count"]))
    return tuple(found)
