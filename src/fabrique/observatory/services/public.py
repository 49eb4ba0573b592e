"""What leaves the observatory: values masked where statistical secrecy says so, with definition and source.

Fed by observations and their clearance. Feeds portraits, comparisons, inequalities, the plan's indicators: the only
door through which a value reaches a page, a file or an API. One query for all the indicators of a page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fabrique.observatory.enums import Clearance, Status, Unit
from fabrique.observatory.models import IndicatorDefinition, Observation
from fabrique.observatory.services.cells import age_bounds
from fabrique.observatory.services.readers.diagnostic import CONTRADICTION

NBSP = "\u00a0"
NARROW = "\u202f"
_WITHHELD = {
    Clearance.PENDING: gettext_lazy("en attente du contrôle du secret statistique"),
    Clearance.SMALL: gettext_lazy("masqué : moins de 11 personnes"),
    Clearance.COMPLEMENTARY: gettext_lazy("masqué pour protéger une autre valeur"),
    Clearance.WITHHELD: gettext_lazy("masqué par le secret statistique"),
}
#: units written after the number; the others follow « unit_words » or stand alone
_AFTER = {
    Unit.PERCENT: "%",
    Unit.PER_100: gettext_lazy("pour 100"),
    Unit.PER_1000: gettext_lazy("pour 1 000"),
    Unit.PER_10000: gettext_lazy("pour 10 000"),
    Unit.PER_100000: gettext_lazy("pour 100 000"),
    Unit.EURO: "€",
    Unit.MILLION_EURO: gettext_lazy("millions d’euros"),
    Unit.KM: "km",
    Unit.KM2: "km²",
    Unit.PER_KM2: gettext_lazy("hab./km²"),
}


@dataclass(frozen=True)
class DefinitionFacts:
    """An indicator, for titles and lists."""

    code: str
    label: str
    unit: str
    unit_words: str
    direction: str
    theme: str
    description: str
    decimals: int

    @property
    def scale(self) -> float | None:
        """Upper bound where the indicator has one: 100 for a percentage."""
        return 100.0 if self.unit in (Unit.PERCENT, Unit.PER_100) else None

    def words(self, value: float | None) -> str:
        """A value with its unit, as the French write it."""
        if value is None:
            return "—"
        if self.unit == Unit.YES:
            return _("oui") if value else _("non")
        step = Decimal(1).scaleb(-self.decimals)
        shown = Decimal(repr(value)).quantize(step, rounding=ROUND_HALF_UP) + Decimal(0)
        text = f"{shown:,f}".replace("-", "\u2212").replace(",", NARROW).replace(".", ",")
        after = str(
            self.unit_words
            if self.unit_words and self.unit != Unit.PERCENT
            else _AFTER.get(Unit(self.unit), "")
        )
        return f"{text}{NBSP}{after.replace(' 0', NARROW + '0')}" if after else text


@dataclass(frozen=True)
class PublicValue:
    """One value fit to be shown. `value` and its counts are None where it is missing or withheld."""

    definition: DefinitionFacts
    version: int
    source: str
    source_url: str
    producer: str
    licence: str
    method: str
    territory_id: int
    territory_code: str
    territory_name: str
    level: str
    period: str
    period_start: date
    period_end: date
    sex: str
    age: str
    deprivation: int
    scope: str
    rank: int
    value: float | None
    numerator: float | None
    denominator: float | None
    lower: float | None
    upper: float | None
    status: str
    qualifier: str
    withheld: str
    file_name: str
    loaded_at: datetime

    @property
    def code(self) -> str:
        return self.definition.code

    @property
    def label(self) -> str:
        return self.definition.label

    @property
    def theme(self) -> str:
        return self.definition.theme

    @property
    def unit(self) -> str:
        return self.definition.unit

    @property
    def unit_words(self) -> str:
        return self.definition.unit_words

    @property
    def decimals(self) -> int:
        return self.definition.decimals

    @property
    def direction(self) -> str:
        return self.definition.direction

    @property
    def place(self) -> str:
        """« Lot », or the scope that the source gives: « France métropolitaine »."""
        return self.scope or self.territory_name

    @property
    def age_words(self) -> str:
        """« 15 à 19 », « 75 et plus »; empty for all ages."""
        if not self.age:
            return ""
        if self.age.endswith("+"):
            return (_("%(age)s et plus") % {"age": self.age[:-1]}).replace(" ", NBSP)
        low, _dash, high = self.age.partition("-")
        return (_("%(low)s à %(high)s") % {"low": low, "high": high}).replace(" ", NBSP)

    @property
    def contested(self) -> bool:
        """Whether the source contradicts itself on this value."""
        return bool(self.rank) or CONTRADICTION in self.qualifier

    @property
    def estimated(self) -> bool:
        return self.status in (Status.ESTIMATED, Status.PROVISIONAL)

    @property
    def words(self) -> str:
        """« 17,1 % », or why there is no value."""
        if self.withheld:
            return str(_WITHHELD[Clearance(self.withheld)])
        if self.value is None:
            return str(Status(self.status).label)
        return self.definition.words(self.value)

    @property
    def cell(self) -> tuple[str, str, int]:
        """What part of the population: sex, age, quintile."""
        return self.sex, self.age, self.deprivation


@dataclass(frozen=True)
class Source:
    """A source, for the foot of a page."""

    producer: str
    name: str
    licence: str
    url: str


class Sheet:
    """The public values of some indicators in some territories, held in memory: reading them asks no query."""

    def __init__(self, values: Iterable[PublicValue]) -> None:
        self._values: dict[tuple[str, int], list[PublicValue]] = defaultdict(list)
        self.definitions: dict[str, DefinitionFacts] = {}
        for one in values:
            self._values[one.code, one.territory_id].append(one)
            self.definitions.setdefault(one.code, one.definition)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.definitions)

    def all(self) -> list[PublicValue]:
        """Every value, oldest first within an indicator and a territory."""
        return [one for values in self._values.values() for one in values]

    def latest(
        self, code: str, territory: Any, sex: str = "", age: str = "", deprivation: int = 0
    ) -> PublicValue | None:
        """The newest period of the newest version: the widest scope, the first of several values."""
        found = [
            one for one in self._values.get((code, territory.pk), ()) if one.cell == (sex, age, deprivation)
        ]
        return max(found, key=_newest, default=None)

    def contradictions(self, code: str, territory: Any) -> tuple[PublicValue, ...]:
        """All that the source gives for one thing where it contradicts itself; empty where it does not."""
        found = [one for one in self._values.get((code, territory.pk), ()) if one.contested]
        return tuple(found) if len(found) > 1 else ()

    def series(
        self, code: str, territory: Any, sex: str = "", age: str = "", deprivation: int = 0
    ) -> tuple[PublicValue, ...]:
        """One value a period and version, oldest first; a change of `version` is a break in the series."""
        kept: dict[tuple[str, int], PublicValue] = {}
        for one in self._values.get((code, territory.pk), ()):
            if one.cell == (sex, age, deprivation) and not one.rank:
                kept.setdefault((one.period, one.version), one)
        return tuple(sorted(kept.values(), key=lambda one: (one.period_end, one.version)))

    def breakdown(self, code: str, territory: Any, dimension: str) -> tuple[PublicValue, ...]:
        """The newest values by « age », « sex » or « deprivation », all else together."""
        places = {"sex": 0, "age": 1, "deprivation": 2}
        place = places[dimension]
        found = [
            one
            for one in self._values.get((code, territory.pk), ())
            if one.cell[place] and not any(one.cell[other] for other in places.values() if other != place)
        ]
        if not found:
            return ()
        newest = max((one.version, one.period_end) for one in found)
        kept = [one for one in found if (one.version, one.period_end) == newest and not one.rank]
        return tuple(sorted(kept, key=lambda one: (age_bounds(one.age), one.sex, one.deprivation)))

    def aged(self, code: str, territory: Any) -> tuple[PublicValue, ...]:
        """The values by age, of every period and version; one value of each thing."""
        found = self._values.get((code, territory.pk), ())
        return tuple(one for one in found if one.age and not one.rank)

    def sources(self, codes: Collection[str] | None = None) -> tuple[Source, ...]:
        """The distinct sources of these indicators (all of them by default)."""
        found = {
            Source(one.producer, one.source, one.licence, one.source_url): None
            for one in self.all()
            if codes is None or one.code in codes
        }
        return tuple(sorted(found, key=lambda one: (one.name, one.producer)))


def sheet(codes: Iterable[str], territories: Iterable[Any], *, latest_only: bool = False) -> Sheet:
    """The public values of these indicators in these territories, in one query.

    `latest_only` leaves out sexes, ages and quintiles: for pages that show whole territories.
    """
    found = Observation.objects.of_codes(list(codes)).in_territories(list(territories))
    if latest_only:
        found = found.whole()
    return Sheet(public_value(one) for one in found.described().in_order())


def public_value(one: Observation) -> PublicValue:
    """One observation as it may be shown: masked unless its clearance is open."""
    version, territory = one.version, one.territory
    value = PublicValue(
        definition=facts(version.definition),
        version=version.number,
        source=version.source_name,
        source_url=version.source_url,
        producer=version.producer,
        licence=version.licence,
        method=version.method,
        territory_id=territory.pk,
        territory_code=territory.code,
        territory_name=territory.name,
        level=territory.level,
        period=one.period,
        period_start=one.period_start,
        period_end=one.period_end,
        sex=one.sex,
        age=one.age,
        deprivation=one.deprivation,
        scope=one.scope,
        rank=one.rank,
        value=one.value,
        numerator=one.numerator,
        denominator=one.denominator,
        lower=one.lower,
        upper=one.upper,
        status=one.status,
        qualifier=one.qualifier,
        withheld="",
        file_name=one.batch.file_name,
        loaded_at=one.batch.loaded_at,
    )
    if one.clearance == Clearance.OPEN:
        return value
    hidden = dict.fromkeys(("value", "numerator", "denominator", "lower", "upper"))
    return replace(value, withheld=one.clearance, **hidden)  # type: ignore[arg-type]


def facts(definition: IndicatorDefinition) -> DefinitionFacts:
    return DefinitionFacts(
        code=definition.code,
        label=definition.label,
        unit=definition.unit,
        unit_words=definition.unit_words,
        direction=definition.direction,
        theme=definition.theme,
        description=definition.description,
        decimals=definition.decimals,
    )


def catalogue() -> list[DefinitionFacts]:
    """The indicators that have a value, by theme then label."""
    with_values = Observation.objects.values("version__definition")
    return [facts(one) for one in IndicatorDefinition.objects.filter(pk__in=with_values)]


def codes_of(theme: str) -> list[str]:
    """The codes of a theme that have a value."""
    return [one.code for one in catalogue() if one.theme == theme]


def _newest(one: PublicValue) -> tuple[Any, ...]:
    return one.version, one.period_end, one.scope == "", -one.rank
