"""The observatory of the demonstration: the diagnosis's own figures, the census, and series that say they are invented.

Fed by content/observatory (facts of the sources), the population file of the territories, and numbers made here.
Feeds portraits, comparisons, inequalities and the plan's indicators. Run again, it changes nothing.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from fabrique.accounts.actors import Agent, Operator
from fabrique.accounts.enums import RoleCode
from fabrique.observatory import services
from fabrique.observatory.enums import BatchState
from fabrique.observatory.models import ImportBatch
from fabrique.observatory.services.official import geography
from fabrique.observatory.services.readers.departments import SCORE
from fabrique.observatory.services.schema import field_names
from fabrique.territories.models import Territory
from fabrique.territories.services.extract import DATA
from fabrique_core.files import csv_writer

CONTENT = Path(__file__).resolve().parent / "content" / "observatory"
POPULATION = DATA / "population_occitanie_2023.csv"
SERIES_FILE = "series_fictives_de_la_demonstration.csv"
YEARS = range(2019, 2026)
_SEED = 20_231
#: answers asked a quintile in the invented survey
_ASKED = 400
_FEW, _FEW_IN = 7, "48"


def load_observatory(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Callable[[str], None]
) -> None:
    """Facts of the sources, the census of the departments, then the invented series, sent by the analyst as a file."""
    known = geography()
    files = [*sorted(CONTENT.glob("*.csv")), POPULATION]
    read = [services.load_path(operator, path=path, known=known) for path in files]
    count = sum(one.added + one.unchanged for one in read)
    name = "definitions.yaml"
    services.load_definitions(operator, data=(CONTENT / name).read_bytes(), name=name)
    series = _series(perimeter).encode()
    batch = _sent(agents[RoleCode.ANALYST], series)
    if batch.state == BatchState.CHECKED:
        batch = services.confirm_file(agents[RoleCode.ANALYST], batch=batch)
    say(
        _("observatoire : %(facts)d chiffres des sources et du recensement, %(made)d valeurs fictives")
        % {"facts": count, "made": batch.added + batch.unchanged}
    )


def _sent(analyst: Agent, data: bytes) -> ImportBatch:
    return services.check_file(analyst, data=data, name=SERIES_FILE, token="demonstration")  # noqa: S106


def _series(perimeter: Territory) -> str:
    """The invented values as the file that an agency would send."""
    out = io.StringIO()
    writer = csv_writer(out)
    names = field_names()
    writer.writerow(names)
    departments = list(Territory.objects.departments().within(perimeter).order_by("code"))
    for row in _rows(perimeter, departments):
        writer.writerow([str(row.get(name, "")) for name in names])
    return out.getvalue()


def _rows(perimeter: Territory, departments: list[Territory]) -> Iterator[dict[str, object]]:
    draw = random.Random(_SEED)  # noqa: S311 (a story, not a secret)
    for place, department in enumerate(departments):
        score = round(draw.uniform(-1.5, 1.5), 2)
        yield _row(SCORE, department, 2024, value=score)
        slope = draw.uniform(-0.5, 0.7)
        start = 6 + 2 * score + draw.uniform(0, 3)
        for year in YEARS:
            days = max(1.0, round(start + slope * (year - YEARS[0]) + draw.uniform(-0.4, 0.4), 1))
            yield _row("demo_delai_generaliste", department, year, value=days)
        # one department follows fewer than eleven persons: the page shows what secrecy does, and to whom else
        people = _FEW if department.code == _FEW_IN else 40 + 17 * place
        yield _row("demo_equipe_mobile", department, 2024, value=people)
        refused = round(_ASKED * (0.2 + 0.04 * score + draw.uniform(0, 0.04)))
        yield _share(department, refused)
    for quintile in range(1, 6):
        yield _share(perimeter, round(_ASKED * (0.36 - 0.045 * quintile)), quintile)


def _share(territory: Territory, refused: int, quintile: int = 0) -> dict[str, object]:
    row = _row("demo_renoncement", territory, 2024, value=round(100 * refused / _ASKED, 1))
    return row | {"numerator": refused, "denominator": _ASKED, "deprivation": quintile or ""}


def _row(code: str, territory: Territory, year: int, *, value: float) -> dict[str, object]:
    return {
        "definition_code": code,
        "territory_level": territory.level,
        "territory_code": territory.code,
        "period": year,
        "value": value,
        "qualifier": "valeur fictive",
    }
