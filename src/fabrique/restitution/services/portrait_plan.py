"""The plan of a territorial portrait: which indicators stand in which section, in what order.

Fed by the codes that the observatory's readers give. Feeds territories.py; a code nobody loaded is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fabrique.territories.enums import Level

PEOPLE, MONEY, HEALTH, DISEASES, CARE, OTHERS, DIAGNOSIS = (
    "population",
    "revenus",
    "mortalite",
    "maladies",
    "offre",
    "autres",
    "diagnostic",
)
BY_SEX = ("", "femme", "homme")
TOGETHER = ("",)
#: the start of the codes that a portrait shows by sex
SEXED = "mortalite_toutes_causes"


@dataclass(frozen=True, slots=True)
class Ask:
    """An indicator by its code, or all those whose code starts so (``start``)."""

    code: str
    start: bool = False
    sexes: tuple[str, ...] = TOGETHER
    standardise: bool = False
    levels: tuple[str, ...] = (Level.DEPARTMENT, Level.EPCI)

    def matching(self, codes: Sequence[str]) -> tuple[str, ...]:
        """Among the codes known, in their order."""
        if not self.start:
            return (self.code,) if self.code in codes else ()
        return tuple(code for code in codes if code.startswith(self.code))


@dataclass(frozen=True, slots=True)
class SectionPlan:
    key: str
    asks: tuple[Ask, ...]


_FINESS = ("603", "124", "620", "355", "500", "354", "156", "182", "197")
#: the large chapters of causes of death; the others stand on the pages of indicators
_CAUSES = ("02", "07", "08", "05", "17")
_DEPARTMENT = (Level.DEPARTMENT,)

SECTIONS = (
    SectionPlan(
        PEOPLE,
        (
            Ask("population_totale", levels=_DEPARTMENT),
            Ask("population_totale_epci", levels=(Level.EPCI,)),
            Ask("part_75_ans_et_plus"),
            Ask("part_pop_rurale"),
        ),
    ),
    SectionPlan(
        MONEY,
        (
            Ask("taux_pauvrete"),
            Ask("niveau_vie_median"),
            Ask("rapport_interdecile"),
            Ask("taux_pauvrete_locataires"),
            Ask("taux_chomage_villes"),
        ),
    ),
    SectionPlan(
        HEALTH,
        (
            Ask(SEXED, sexes=BY_SEX),
            *(Ask(f"mortalite_{number}_", start=True) for number in _CAUSES),
        ),
    ),
    SectionPlan(DISEASES, (Ask("prevalence_", start=True, standardise=True),)),
    SectionPlan(
        CARE,
        (
            Ask("generalistes_pour_100000"),
            Ask("distance_urgences_km"),
            *(Ask(f"finess_{category}_pour_10000", levels=_DEPARTMENT) for category in _FINESS),
            # in a small place one site more or less doubles a rate: sites are counted, not divided
            *(Ask(f"finess_{category}", levels=(Level.EPCI,)) for category in _FINESS),
        ),
    ),
    SectionPlan(DIAGNOSIS, (Ask("diag_", start=True),)),
)


def expanded(known: Iterable[str], level: str) -> tuple[str, ...]:
    """The codes among those known that a portrait of this level shows, in its order, each once."""
    codes = tuple(known)
    found = [
        code
        for section in sections_for(codes, level)
        for ask in section.asks
        if level in ask.levels
        for code in ask.matching(codes)
    ]
    return tuple(dict.fromkeys(found))


#: the families whose main figures stand above, or that are of the whole country: the rest is on the indicators' pages
FAMILIES = (
    "population_", "part_", "niveau_vie_", "taux_", "rapport_", "score_", "mortalite_", "prevalence_",
    "medecins_", "generalistes_", "distance_", "finess_", "diag_", "metier_", "depenses_",
)  # fmt: skip
MOST_OTHERS = 12


def sections_for(known: Iterable[str], level: str) -> tuple[SectionPlan, ...]:
    """The plan with, before the diagnosis, the indicators that an agency loaded of its own."""
    own = [code for code in known if not code.startswith(FAMILIES)][:MOST_OTHERS]
    added = SectionPlan(OTHERS, tuple(Ask(code, levels=(level,)) for code in own))
    return (*SECTIONS[:-1], added, SECTIONS[-1])
