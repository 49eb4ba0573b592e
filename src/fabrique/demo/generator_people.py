"""Draws the invented people who answer: where they live, their age, their situation, when they answer.

Fed by the communes of the perimeter and a random source; every rate below is INVENTED for the demonstration.
Feeds the generator of answers; participation is uneven on purpose, so that weighting matters.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

# Invented: how much more or less the people of a department take part than its population would say.
PARTICIPATION = {
    "09": 1.5, "11": 0.8, "12": 1.35, "30": 0.75, "31": 1.15, "32": 1.3, "34": 0.95,
    "46": 1.45, "48": 1.6, "65": 1.2, "66": 0.6, "81": 1.1, "82": 0.85,
}  # fmt: skip
# Invented: how much harder access to care is felt (0 = the mean of the region).
DIFFICULTY = {
    "09": 0.35, "11": 0.3, "12": 0.3, "30": 0.05, "31": -0.45, "32": 0.4, "34": -0.35,
    "46": 0.4, "48": 0.55, "65": 0.15, "66": 0.1, "81": 0.1, "82": 0.35,
}  # fmt: skip
IN_DEPARTMENT = {
    "09": "en Ariège", "11": "dans l'Aude", "12": "en Aveyron", "30": "dans le Gard",
    "31": "en Haute-Garonne", "32": "dans le Gers", "34": "dans l'Hérault", "46": "dans le Lot",
    "48": "en Lozère", "65": "dans les Hautes-Pyrénées", "66": "dans les Pyrénées-Orientales",
    "81": "dans le Tarn", "82": "dans le Tarn-et-Garonne",
}  # fmt: skip
MOUNTAIN = frozenset({"09", "12", "48", "65", "66"})
RURAL_BELOW, URBAN_FROM = 6_000, 20_000

AGE_SHARES = {"15-19": 2.0, "20-39": 19.0, "40-59": 36.0, "60-74": 33.0, "75-plus": 8.5, "no_answer": 1.5}
AGE_YEARS = {"15-19": (15, 19), "20-39": (20, 39), "40-59": (40, 59), "60-74": (60, 74), "75-plus": (75, 93)}
WOMEN_BY_AGE = {"15-19": 0.70, "20-39": 0.72, "40-59": 0.68, "60-74": 0.60, "75-plus": 0.52, "no_answer": 0.6}
AGES_OF_LIFE = {"young": (15, 27), "childbearing": (18, 44), "old": (60, 120), "very_old": (75, 120)}
PLACES = {
    "commune": 95.0, "outside_region": 1.2, "seasonal": 0.9, "cross_border": 0.2,
    "no_fixed_address": 0.3, "institution": 0.8, "no_answer": 1.6,
}  # fmt: skip
HOURS = {
    6: 1, 7: 3, 8: 6, 9: 9, 10: 10, 11: 9, 12: 8, 13: 8, 14: 8, 15: 7, 16: 7, 17: 8, 18: 8, 19: 7,
    20: 9, 21: 9, 22: 5, 23: 2,
}  # fmt: skip


@dataclass(frozen=True)
class CommuneRef:
    """A commune as the generator needs it: official code, name, department code, inhabitants."""

    code: str
    name: str
    department: str
    population: int


@dataclass(frozen=True)
class Person:
    """One invented respondent.

    `place` is "commune" or a special choice of the territory question (`department` is then None).
    `tags` are what the texts and answers depend on (rural, old, parent…). `years` is None for a refused age.
    """

    age_band: str
    years: int | None
    sex: str
    respondent_for: str
    place: str
    commune: CommuneRef | None
    situation: tuple[str, ...] | None
    tags: frozenset[str] = field(repr=False)
    difficulty: float = field(repr=False)

    @property
    def department(self) -> str | None:
        return self.commune.department if self.commune else None


class Atlas:
    """The communes, indexed to draw one by population and to name towns of a department."""

    def __init__(self, communes: Sequence[CommuneRef]) -> None:
        inhabited = [commune for commune in communes if commune.population > 0]
        if not inhabited:
            raise ValueError("the generator needs at least one commune with inhabitants")
        self._communes: dict[str, list[CommuneRef]] = {}
        for commune in sorted(inhabited, key=lambda c: c.code):
            self._communes.setdefault(commune.department, []).append(commune)
        self.departments = sorted(self._communes)
        totals = {d: sum(c.population for c in self._communes[d]) for d in self.departments}
        self._shares = [totals[d] * PARTICIPATION.get(d, 1.0) for d in self.departments]
        self._cumulated = {d: list(accumulate(c.population for c in self._communes[d])) for d in totals}
        self._towns = {d: self._largest(self._communes[d], 5) for d in self.departments}
        self._cities = self._largest(inhabited, 8)

    @staticmethod
    def _largest(communes: Sequence[CommuneRef], count: int) -> list[str]:
        """The largest communes whose name takes no article, so that « à {ville} » is always right."""
        ranked = sorted(communes, key=lambda c: (-c.population, c.code))
        plain = [c.name for c in ranked if not c.name.startswith(("Le ", "Les "))]
        return (plain or [ranked[0].name])[:count]

    def draw(self, rng: Random) -> CommuneRef:
        department = rng.choices(self.departments, self._shares)[0]
        cumulated = self._cumulated[department]
        return self._communes[department][bisect(cumulated, rng.randrange(cumulated[-1]))]

    def town(self, rng: Random, department: str | None) -> str:
        return rng.choice(self._towns.get(department or "", self._cities))


def draw_person(rng: Random, atlas: Atlas) -> Person:
    """One respondent: place, age, sex, for whom, situation, and how hard access to care is felt."""
    place = _pick(rng, PLACES)
    commune = atlas.draw(rng) if place == "commune" else None
    age_band = _pick(rng, _age_shares(commune))
    years = rng.randint(*AGE_YEARS[age_band]) if age_band in AGE_YEARS else None
    sex = _draw_sex(rng, age_band)
    respondent_for = _draw_respondent_for(rng, age_band)
    life = _draw_life(rng, years)
    answered = rng.random() < 0.82
    tags = _tags(years, sex, respondent_for, commune, life)
    return Person(
        age_band=age_band,
        years=years,
        sex=sex,
        respondent_for=respondent_for,
        place=place,
        commune=commune,
        situation=(life[:3] or ("none",)) if answered else None,
        tags=tags,
        difficulty=_difficulty(rng, commune, tags),
    )


def _pick(rng: Random, weights: dict[str, float]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _age_shares(commune: CommuneRef | None) -> dict[str, float]:
    shares = dict(AGE_SHARES)
    if commune and commune.population >= URBAN_FROM:
        shares |= {"20-39": 27.0, "60-74": 26.0}
    elif commune and commune.population < RURAL_BELOW:
        shares |= {"20-39": 15.0, "60-74": 37.0, "75-plus": 10.0}
    return shares


def _draw_sex(rng: Random, age_band: str) -> str:
    chance = rng.random()
    if chance < 0.018:
        return "no_answer"
    if chance < 0.024:
        return "other"
    return "woman" if rng.random() < WOMEN_BY_AGE[age_band] else "man"


def _draw_respondent_for(rng: Random, age_band: str) -> str:
    helped = {"75-plus": 0.18, "60-74": 0.05, "15-19": 0.04}.get(age_band, 0.025)
    relative = {"40-59": 0.12, "60-74": 0.09, "15-19": 0.02}.get(age_band, 0.06)
    chance = rng.random()
    if chance < helped:
        return "helped"
    return "relative" if chance < helped + relative else "self"


def _draw_life(rng: Random, years: int | None) -> tuple[str, ...]:
    """The situations that are true of the person, in the order of the questionnaire."""
    age = years if years is not None else 50
    chances = {
        "long_illness": 0.08 + max(0, age - 35) * 0.007,
        "disability": 0.07,
        "carer": 0.05 if age < 35 else 0.2,
        "parent": 0.55 if 26 <= age <= 52 else 0.0,
        "student": 0.95 if age <= 19 else (0.55 if age <= 24 else 0.0),
        "health_worker": 0.13 if 22 <= age <= 62 else 0.0,
    }
    return tuple(key for key, chance in chances.items() if rng.random() < chance)


def _tags(
    years: int | None, sex: str, respondent_for: str, commune: CommuneRef | None, life: tuple[str, ...]
) -> frozenset[str]:
    tags = {sex, respondent_for, *life}
    tags |= {"worker"} if "health_worker" in life else set()
    tags |= {"disabled"} if "disability" in life else set()
    if years is not None:
        tags.add("teen" if years < 20 else "adult")
        tags |= {tag for tag, (low, high) in AGES_OF_LIFE.items() if low <= years <= high}
    else:
        tags.add("adult")
    if commune:
        if commune.population < RURAL_BELOW:
            tags |= {"rural", "mountain"} if commune.department in MOUNTAIN else {"rural"}
        elif commune.population >= URBAN_FROM:
            tags.add("urban")
    return frozenset(tags)


def _difficulty(rng: Random, commune: CommuneRef | None, tags: frozenset[str]) -> float:
    mean = DIFFICULTY.get(commune.department, 0.0) if commune else 0.0
    mean += 0.3 * ("rural" in tags) - 0.2 * ("urban" in tags)
    mean += 0.25 * ("long_illness" in tags) + 0.3 * ("disability" in tags) - 0.1 * ("old" in tags)
    return rng.gauss(mean, 1.0)


def draw_minute(rng: Random, start: date, end: date) -> datetime:
    """The minute of submission, naive local time: a rush at the opening, at mid-term and at the end."""
    days = (end - start).days + 1
    weights = []
    for number in range(days):
        day = start + timedelta(days=number)
        weight = 1.0 + 5.0 * 0.82**number + 2.0 * (abs(number - days // 2) <= 1) + 2.5 * (number >= days - 3)
        weights.append(weight * (0.7 if day.weekday() >= 5 else 1.0))
    day = start + timedelta(days=rng.choices(range(days), weights)[0])
    hour = rng.choices(list(HOURS), list(HOURS.values()))[0]
    return datetime.combine(day, time(hour, rng.randrange(60)))
