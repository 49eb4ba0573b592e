"""The money of public actions against need, by fifths: what is placed, what stands apart, words and files.

Fed by tests.factories.portraits and .actions. Feeds nothing.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from frictionless import Dialect, Schema
from frictionless.resources import TableResource

from fabrique.plan.enums import FunderKind
from fabrique.plan.models import Action, Plan
from fabrique.plan.services.actions import edit_action
from fabrique.plan.services.budget import set_budget_line
from fabrique.restitution.services.comparing import Gap
from fabrique.restitution.services.doses import need_of
from fabrique.restitution.services.money_doses import MoneyDoses, money_doses
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.public.territoires.money_words import sentences
from fabrique_core.equity import Lean
from tests.factories import actions, observatory
from tests.factories import portraits as make
from tests.factories.territories import OPERATOR, department, region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


@pytest.fixture
def plan() -> Plan:
    """A public plan, incomes, and a need counted in each department, larger where people are poorer."""
    observatory.define("niveau_vie_median", label="Niveau de vie médian", unit="euro", counts_persons=False)
    observatory.define("renoncement", label="Renoncement aux soins", direction="fall")
    observatory.load(
        row
        for place, one in enumerate(make.departments())
        for row in (
            {"dep": one.code, "definition_code": "niveau_vie_median", "value": 17_000 + 400 * place},
            {"dep": one.code, "definition_code": "renoncement", "value": (100 - 3 * place) / 40,
             "numerator": 100 - 3 * place, "denominator": 4_000},
        )
    )  # fmt: skip
    return actions.a_plan()


def paid(plan: Plan, where: Territory, *amounts: int | None, public: bool = True, title: str = "") -> Action:
    """An action of 2025 with its money: planned, committed, spent; no line at all without amounts."""
    action = actions.an_action(plan, where, title or f"Action {where.name}")
    if amounts:
        told = dict(zip(("planned", "committed", "spent"), map(_money, amounts), strict=False))
        set_budget_line(OPERATOR, action=action, year=2025, funder=FunderKind.FIR, amounts=told)
    if public:
        Action.objects.filter(pk=action.pk).update(published_at=timezone.now())
    return action


def _money(amount: int | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)


def found(year: int = 2025, code: str = "renoncement") -> MoneyDoses:
    need = need_of(code, region())
    assert need is not None
    told = money_doses(need, region(), year=year)
    assert told is not None
    return told


def test_money_of_each_fifth_is_its_departments_euros_for_each_of_their_inhabitants(plan: Plan) -> None:
    places = make.departments()
    for one in places:
        paid(plan, one, one.population * 2, one.population)
    told = found()
    assert [row.euros["planned"] for row in told.rows] == [pytest.approx(2.0)] * len(told.rows)
    assert [row.euros["committed"] for row in told.rows] == [pytest.approx(1.0)] * len(told.rows)
    assert [row.euros["spent"] for row in told.rows] == [None] * len(told.rows)  # empty is not zero
    assert (told.actions, told.against["spent"]) == (13, None)
    flat = told.against["planned"]
    assert flat is not None
    # as much for each: nothing is concentrated, and the gap is that of the need, the other way round
    assert flat.delivery.value == pytest.approx(0, abs=1e-9)
    assert flat.gap.value == pytest.approx(-(flat.need.value or 0))
    assert flat.lean is Lean.ADVANTAGED  # equal means where need is larger among the poor
    assert any("il va vers les départements favorisés plus que" in one for one in sentences(told))
    assert any("aucune de ces actions ne le dit" in one for one in sentences(told))


def test_what_is_missing_forbids_a_judgement_and_is_counted(plan: Plan) -> None:
    places = make.departments()
    for one in places[:-1]:
        paid(plan, one, 1_000)
    unsaid = paid(plan, places[-1], None, 500)
    told = found()
    against = told.against["planned"]
    assert told.missing["planned"] == 1
    assert against is None or (against.lean is Lean.NOT_KNOWN and against.gap.interval is None)
    set_budget_line(
        OPERATOR, action=unsaid, year=2025, funder=FunderKind.STATE, amounts={"planned": Decimal(9)}
    )
    assert found().missing["planned"] == 1  # known on one line of two
    said = " ".join(sentences(found()))
    assert "Le montant de 1 action manque, ou manque en partie" in said


def test_a_fifth_without_public_action_is_said_and_never_judged(plan: Plan) -> None:
    paid(plan, department("48"), 10_000)
    paid(plan, department("30"), 90_000, public=False)
    told = found()
    assert told.actions == 1  # the draft of the Gard is nobody's business
    assert len(told.empty) == len(told.rows) - 1
    against = told.against["planned"]
    assert against is not None
    assert against.lean is Lean.NOT_KNOWN
    assert "sans être encore publiques" in " ".join(sentences(told))


def test_regional_money_stands_apart_and_several_places_share_by_inhabitants(plan: Plan) -> None:
    paid(plan, region(), 700_000, title="Partout")
    every = paid(plan, region(), 50_000, title="Chaque département")
    edit_action(OPERATOR, action=every, places=make.departments())
    one, other = department("09"), department("82")
    both = paid(plan, region(), 100_000, title="Deux départements")
    edit_action(OPERATOR, action=both, places=[one, other])
    told = found()
    assert (told.regional.actions, told.regional.euros["planned"]) == (2, 750_000)
    assert (told.actions, told.shared) == (1, 1)
    placed = {
        name: (row.euros["planned"] or 0) * row.population for row in told.rows for name in row.territories
    }
    people = one.population + other.population
    assert placed[one.name] == pytest.approx(100_000 * one.population / people)
    assert placed[other.name] == pytest.approx(100_000 * other.population / people)
    said = " ".join(sentences(told))
    assert "2 actions de la région entière" in said
    assert "C’est une convention" in said


def test_an_epci_counts_in_its_department_and_an_action_without_money_is_not_worth_zero(plan: Plan) -> None:
    inside = Territory.objects.filter(level=Level.EPCI).within(region()).order_by("code")[0]
    paid(plan, inside, 1_000)
    silent = paid(plan, department("46"))
    edit_action(OPERATOR, action=silent, starts_on=date(2024, 3, 1), ends_on=date(2026, 3, 1))
    told = found()
    assert (told.actions, told.regional.actions) == (2, 0)
    assert told.missing["planned"] == 1
    assert sum((row.euros["planned"] or 0) * row.population for row in told.rows) == pytest.approx(1_000)


def test_the_page_opens_on_a_first_need_and_its_file_says_the_same(client: Client, plan: Plan) -> None:
    for one in make.departments():
        paid(plan, one, one.population * 2)
    page = client.get(reverse("territoires:moyens")).content.decode()
    assert "L’argent des budgets" in page
    assert "Aucune action publique ne dit qui elle a touché avec ces choix." in page
    answer = client.get(reverse("territoires:moyens_csv"), {"indicateur": "renoncement", "annee": "2025"})
    assert answer.status_code == 200
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["prevu_par_habitant"] for row in rows] == ["2"] * len(rows)
    assert {row["touchees_pour_1000"] for row in rows} == {""}
    _valid(client, "moyens", text)
    assert client.get(reverse("territoires:moyens_csv"), {"indicateur": "rien"}).status_code == 404


def test_inequalities_and_comparison_have_their_files_too(client: Client, plan: Plan) -> None:
    observatory.define("prevalence_rare", label="Maladie rare", direction="fall")
    observatory.load(
        {"dep": one.code, "definition_code": "prevalence_rare", "value": 100 * n / 4_000, "numerator": n,
         "denominator": 4_000}
        for one, n in ((department("48"), 7), (department("30"), 80), (department("34"), 90))
    )  # fmt: skip
    answer = client.get(reverse("territoires:inegalites_csv"), {"indicateur": "renoncement"})
    _valid(client, "inegalites", answer.content.decode("utf-8-sig"))
    pair = {"a": "departement-48", "b": "departement-30"}
    answer = client.get(reverse("territoires:comparer_csv"), pair)
    text = answer.content.decode("utf-8-sig")
    _valid(client, "comparaison", text)
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    secret = [row for row in rows if (row["code"], row["indicateur"]) == ("48", "prevalence_rare")]
    assert [(row["valeur"], row["secret"]) for row in secret] == [("", "1")]
    told = {row["ecart"] for row in rows}
    assert {"plus-haut", "non-comparable"} <= told
    assert not told & set(Gap), "its words are French, as in the other files"
    for name in ("inegalites_csv", "comparer_csv"):
        assert client.get(reverse(f"territoires:{name}")).status_code == 404
    assert client.get(reverse("territoires:schema", args=["inconnu"])).status_code == 404


def _valid(client: Client, table: str, text: str) -> None:
    """The file against the schema that the site publishes."""
    described: Any = json.loads(client.get(reverse("territoires:schema", args=[table])).content)
    resource = TableResource(
        data=text.encode(),
        format="csv",
        schema=Schema.from_descriptor({"fields": described["fields"]}),
        dialect=Dialect.from_descriptor({"csv": {"delimiter": ";"}}),
    )
    report = resource.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])[:5]
