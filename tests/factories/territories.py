"""A small Occitanie for the tests: its thirteen departments and thirty communes, loaded by the real verb.

Fed by the committed extract. Feeds the fixtures of conftest.py and every factory that needs a territory.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from fabrique.common.actors import Operator
from fabrique.territories.models import Territory
from fabrique.territories.services import Geography, load_territories, read_geography

OPERATOR = Operator("tests")
COMMUNES = {
    "09122": "Foix", "09261": "Saint-Girons",
    "11069": "Carcassonne", "11262": "Narbonne",
    "12202": "Rodez", "12145": "Millau", "12300": "Villefranche-de-Rouergue",
    "30189": "Nîmes", "30007": "Alès",
    "31555": "Toulouse", "31149": "Colomiers", "31239": "L’Isle-en-Dodon",
    "31480": "Sainte-Foy-d’Aigrefeuille",
    "32013": "Auch", "32160": "L’Isle-Jourdain",
    "34172": "Montpellier", "34032": "Béziers", "34301": "Sète",
    "46042": "Cahors", "46102": "Figeac", "46063": "Castelnau-Montratier",
    "48095": "Mende",
    "65440": "Tarbes", "65286": "Lourdes",
    "66136": "Perpignan", "66049": "Céret",
    "81004": "Albi", "81065": "Castres",
    "82121": "Montauban", "82112": "Moissac",
}  # fmt: skip
ELSEWHERE = {"75056": "Paris", "69123": "Lyon", "13055": "Marseille"}


@cache
def all_france() -> Geography:
    """The whole extract, read once a session."""
    return read_geography()


@cache
def small_geography(elsewhere: bool = False) -> Geography:
    """Thirty communes of Occitanie, with their EPCI and departments; the three big cities too if asked."""
    return all_france().with_communes(COMMUNES | (ELSEWHERE if elsewhere else {}))


def load_small(elsewhere: bool = False) -> Territory:
    """Store the small geography and return the region."""
    load_territories(OPERATOR, geography=small_geography(elsewhere))
    return region()


def region(code: str = "76") -> Territory:
    return Territory.objects.official("region", code)


def department(code: str) -> Territory:
    return Territory.objects.official("departement", code)


def commune(name_or_code: str, **filters: Any) -> Territory:
    """A commune of the small geography, by its name or its code."""
    wanted = {"code": name_or_code} if name_or_code[:2].isdigit() else {"name": name_or_code}
    return Territory.objects.communes().get(**wanted, **filters)
