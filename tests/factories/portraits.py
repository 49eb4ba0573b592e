"""An observatory large enough for portraits: incomes, doctors, deaths, people cared for, over thirteen departments.

Fed by tests.factories.observatory (the real verbs). Feeds the tests of portraits, comparisons and inequalities.
"""

from __future__ import annotations

from typing import Any

from fabrique.territories.models import Territory
from tests.factories import observatory as make

#: in one department, so few people that no page, no file and no PDF may show a trace of them
SECRET_PLACE, SECRET_PEOPLE, SECRET_SHARE = "48", 7, 1.7361
AGES = ("0-19", "20-39", "40-59", "60-74", "75+")


def departments() -> list[Territory]:
    return list(Territory.objects.departments().order_by("code"))


def an_observatory() -> None:
    """Values of 2023 for the thirteen departments, and one of another year for the Gard."""
    make.define("niveau_vie_median", label="Niveau de vie médian", unit="euro", decimals=0, theme="Revenus",
                counts_persons=False)  # fmt: skip
    make.define(
        "taux_pauvrete", label="Taux de pauvreté", direction="fall", theme="Revenus", counts_persons=False
    )
    make.define("population_totale", label="Population", unit="persons", decimals=0, direction="none",
                theme="Population", counts_persons=False)  # fmt: skip
    make.define("generalistes_pour_100000", label="Médecins généralistes pour 100 000 habitants",
                unit="per_100000", decimals=0, theme="Offre", counts_persons=False)  # fmt: skip
    make.define("mortalite_02_tumeurs", label="Mortalité : tumeurs", unit="per_100000", direction="fall",
                theme="Mortalité", counts_persons=False)  # fmt: skip
    make.define("prevalence_rare", label="Personnes prises en charge : maladie rare", decimals=2, theme="Maladies",
                direction="fall")  # fmt: skip
    rows: list[dict[str, Any]] = []
    for place, one in enumerate(departments()):
        rows += [
            _row(one, "niveau_vie_median", 17_000 + 400 * place),
            _row(
                one,
                "taux_pauvrete",
                round(22 - 0.7 * place, 1),
                period="2019" if one.code == "30" else "2023",
            ),
            _row(one, "population_totale", one.population),
            _row(one, "generalistes_pour_100000", 130 + 5 * place, 260 + 10 * place, 200_000),
            _row(one, "mortalite_02_tumeurs", round(290.0 - 4 * place, 1)),
            _row(one, "prevalence_rare", round(100 * (60 + place) / 4_000, 4), 60 + place, 4_000),
        ]
    secret = next(
        row for row in rows if (row["dep"], row["definition_code"]) == (SECRET_PLACE, "prevalence_rare")
    )
    secret |= {"value": SECRET_SHARE, "numerator": SECRET_PEOPLE, "denominator": 403.2}
    make.load(rows)


def _row(
    place: Territory, code: str, value: float, numerator: float | str = "", denominator: float | str = "",
    period: str = "2023",
) -> dict[str, Any]:  # fmt: skip
    return {"dep": place.code, "definition_code": code, "period": period, "value": value, "numerator": numerator,
            "denominator": denominator}  # fmt: skip


def traces() -> tuple[str, ...]:
    """What would betray the secret value, as pages and files write numbers."""
    return ("1,7361", "1.7361", "1,74", "1.74", "403,2", "403.2")
