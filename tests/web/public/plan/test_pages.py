"""The plan as anybody reads it: promised, done, with which money; drafts nowhere, what is unknown said so.

Fed by factories/plan.py. Feeds nothing.
"""

from __future__ import annotations

import csv
import io
import json
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from frictionless import Package, Resource, Schema

from fabrique.accounts.actors import Respondent
from fabrique.common.clock import now, told_at
from fabrique.plan.enums import FunderKind, PlanState, Universalism, Weather
from fabrique.plan.models import Action, Objective, Plan, Programme
from fabrique.plan.services import budget, followers, indicators, milestones, nomenclature
from fabrique.restitution.services import plan_pages
from fabrique.restitution.services.plan_data import TABLES
from fabrique.subscriptions.models import Email, Subscription
from fabrique.subscriptions.services import confirm
from fabrique.territories.models import Territory
from fabrique.web.public.plan.views import OF_A_PLACE
from fabrique.web.public.plan.views_compare import Side
from fabrique.web.shared import open_data
from tests.factories import plan as plans
from tests.factories.territories import OPERATOR, department

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared_ground")]

SECRET = "Brouillon que personne ne doit lire"


@dataclass
class World:
    """A public plan with one action in the Lozère told in full, and drafts beside it."""

    plan: Plan
    objective: Objective
    action: Action
    programme: Programme

    def addresses(self) -> list[str]:
        """Every public page and file of the plan."""
        return [
            reverse("plan:liste"),
            reverse("plan:engagement", args=["e1"]),
            reverse("plan:defi", args=["e1-d1"]),
            reverse("plan:defi", args=["d-inconnu"]),
            reverse("plan:objectif", args=[self.objective.public_id]),
            reverse("plan:action", args=[self.action.public_id]),
            reverse("plan:territoire", args=["48"]),
            reverse("plan:territoire", args=["30"]),
            reverse("plan:public", args=["enfants"]),
            reverse("plan:marque", args=["montagne"]),
            reverse("plan:programme", args=[self.programme.public_id]),
            reverse("plan:abonnement", args=[self.objective.public_id]),
            reverse("plan:abonnement-envoye", args=[self.objective.public_id]),
            f"{reverse('plan:comparer')}?a=48&b=30",
            reverse("plan:versions"),
            reverse("plan:donnees"),
            reverse("plan:paquet"),
            *(reverse("plan:lignes", args=[table.name]) for table in TABLES),
            *(reverse("plan:table", args=[table.name]) for table in TABLES),
            *(reverse("plan:schema", args=[table.name]) for table in TABLES),
        ]


def a_told_action(plan: Plan, objective: Objective, **values: Any) -> Action:
    """With a weather, a milestone done and one late, money half known, an indicator and a small reach."""
    action = plans.an_action(plan, objective=objective, marks=["montagne"], **values)
    indicators.give_weather(
        OPERATOR, action=action, weather=Weather.NEEDS_SUPPORT, sentence="Un médecin manque."
    )
    done = milestones.add_milestone(OPERATOR, action=action, label="Local trouvé", due_on=date(2024, 1, 1))
    milestones.complete_milestone(OPERATOR, milestone=done, done_on=date(2024, 2, 1))
    milestones.add_milestone(OPERATOR, action=action, label="Ouverture", due_on=date(2024, 6, 1))
    for year, planned, spent in ((2024, Decimal(12500), None), (2025, None, None)):
        budget.set_budget_line(
            OPERATOR, action=action, year=year, funder=FunderKind.FIR,
            amounts={"planned": planned, "committed": None, "spent": spent},
        )  # fmt: skip
    budget.set_reach(OPERATOR, action=action, territory=department("48"), year=2025, people=7)
    one = indicators.create_indicator(
        OPERATOR, of=action, title="Consultations", kind="deploiement", unit="consultations",
        direction="rise", baseline=0, target=200,
    )  # fmt: skip
    indicators.record_value(OPERATOR, indicator=one, on=date(2025, 1, 1), value=50, source="Relevé fictif")
    return action


@pytest.fixture(scope="module")
def world_of_the_file(shared_ground: None) -> World:
    plan = plans.a_plan()
    objective = plans.an_objective(
        plan, publics=["enfants"], universalism=Universalism.PROPORTIONATE, graduation="Davantage en montagne"
    )
    action = a_told_action(plan, objective)
    programme = plans.a_programme(plan, title="Programme d’essai")
    plans.an_objective(plan, title=SECRET, published=False)
    plans.an_action(plan, objective=objective, title=SECRET, published=False, marks=["montagne"])
    plans.a_programme(plan, title=SECRET, published=False)
    return World(plan, objective, action, programme)


@pytest.fixture
def world(world_of_the_file: World, db: None) -> World:
    """Built once for the file: each test works on its own copies, and what it writes is rolled back."""
    return deepcopy(world_of_the_file)


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode("utf-8-sig")


def test_every_page_and_file_opens_and_none_shows_a_draft(client: Client, world: World) -> None:
    assert Objective.objects.filter(title=SECRET).exists()
    assert Action.objects.filter(title=SECRET).exists()
    for address in world.addresses():
        assert SECRET not in read(client, address), address


def test_an_action_says_what_is_promised_done_spent_measured_and_not_known(
    client: Client, world: World
) -> None:
    page = read(client, reverse("plan:action", args=[world.action.public_id]))
    for words in (
        "À soutenir", "Un médecin manque.", "fait le 1er\u00a0février\u00a02024", "en retard",
        "1 jalon fait sur 2", "12\u202f500\u00a0€", "connu pour 1 ligne sur 2",
        "25\u00a0%", "Relevé fictif", "non connu", "Aucune revue publiée",
    ):  # fmt: skip
        assert words in page, words
    assert "moins de 11" in page, "seven people could be recognised"


def test_the_money_of_a_territory_sums_what_is_known_and_says_over_what(client: Client, world: World) -> None:
    page = read(client, reverse("plan:territoire", args=["48"]))
    assert "12\u202f500\u00a0€" in page
    assert "connu pour 1 ligne sur 2" in page
    assert "non connu" in page, "nothing is known of what was spent: not zero"


def test_each_selection_says_with_which_money_what_is_measured_and_what_was_decided(
    client: Client, world: World
) -> None:
    plans.an_action(world.plan, objective=world.objective, marks=["montagne"])
    for name, key in (
        ("plan:engagement", "e1"),
        ("plan:defi", "e1-d1"),
        ("plan:territoire", "48"),
        ("plan:public", "enfants"),
        ("plan:marque", "montagne"),
    ):
        page = read(client, reverse(name, args=[key])).replace("&nbsp;", "\u00a0")
        for words in (
            "2 actions\u00a0: ", "1 jalon fait sur 2, 1 en retard", "12\u202f500\u00a0€",
            "Pour 1 action sur 2, aucune ligne de budget n’est connue.", "Fonds d’intervention régional",
            "1 indicateur\u00a0: 1 dont la tendance", "Taux de réalisation\u00a0: 25\u00a0%", "Aucune revue publiée",
        ):  # fmt: skip
            assert words in page, (name, words)


def test_the_counts_of_the_first_page_are_those_of_the_page_that_each_opens(
    client: Client, world: World
) -> None:
    # aims at nobody itself, but its objective aims at children
    plans.an_action(world.plan, objective=world.objective)
    tree = plan_pages.tree_of(world.plan)
    counted = {public.key: counts for public, *counts in plan_pages.publics_of(tree)}
    public = plans.public(world.plan)
    lines = plan_pages.aimed_at(tree, public)
    assert counted["enfants"] == [1, 2] == [len(lines), sum(len(line.actions) for line in lines)]
    page = read(client, reverse("plan:public", args=["enfants"]))
    assert page.count('class="plan-ligne__titre" href="/plan/actions/') == 2 + 1, "and one indicator"


def test_a_server_that_cannot_write_a_workbook_does_not_offer_it(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reverse("plan:classeur") in read(client, reverse("plan:donnees"))
    monkeypatch.setattr(open_data, "find_spec", lambda _name: None)
    assert reverse("plan:classeur") not in read(client, reverse("plan:donnees"))
    assert client.get(reverse("plan:classeur")).status_code == 404


def test_the_workbook_holds_every_table_with_typed_cells(client: Client, world: World) -> None:
    milestones.add_milestone(
        OPERATOR, action=world.action, label="Un retour\x0bcollé", due_on=date(2026, 1, 1)
    )
    answer = client.get(reverse("plan:classeur"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == [*(table.name for table in TABLES), "colonnes"]
    heads, *rows = book["budget"].iter_rows(values_only=True)
    told = [dict(zip(heads, row, strict=True)) for row in rows]
    assert [line["prevu"] for line in told] == [12500, None]
    heads, *rows = book["jalons"].iter_rows(values_only=True)
    assert {type(row[heads.index("prevu_le")]).__name__ for row in rows} == {"datetime"}


def test_a_department_and_a_sheet_give_their_own_rows_of_each_table(client: Client, world: World) -> None:
    plans.an_action(world.plan, objective=world.objective, territory=department("30"))
    page = read(client, reverse("plan:territoire", args=["48"]))
    for name in OF_A_PLACE:
        address = f"{reverse('plan:table', args=[name])}?territoire=departement%3A48"
        assert address in page, name
        rows = list(csv.DictReader(io.StringIO(read(client, address)), delimiter=";"))
        assert {row["territoire"] for row in rows} <= {"departement:48"}, name
    assert len(read(client, f"{reverse('plan:table', args=['actions'])}?territoire=rien").splitlines()) == 1
    own = f"{reverse('plan:table', args=['budget'])}?action={world.action.public_id}"
    assert own in read(client, reverse("plan:action", args=[world.action.public_id]))
    assert len(read(client, own).splitlines()) == 3


def test_a_small_number_of_persons_is_in_no_file(client: Client, world: World) -> None:
    (line,) = json.loads(read(client, reverse("plan:lignes", args=["personnes"])))
    assert (line["personnes"], line["masque"]) == (None, True)


def test_one_description_holds_every_table_for_a_program(client: Client, world: World) -> None:
    told = json.loads(read(client, reverse("plan:paquet")))
    assert not list(Package.metadata_validate(told))
    assert [one["name"] for one in told["resources"]] == [table.name for table in TABLES]
    assert all(one["path"].endswith(f"/donnees/{one['name']}.csv") for one in told["resources"])


def test_a_challenge_without_a_title_says_so_and_has_none_invented(client: Client, world: World) -> None:
    page = read(client, reverse("plan:defi", args=["d-inconnu"]))
    assert "n’en donnent pas le titre" in page
    inferred = read(client, reverse("plan:defi", args=["e2-d1"]))
    assert "déduit du texte du plan" in inferred


def test_a_programme_outside_the_plan_says_it_in_plain_words(client: Client, world: World) -> None:
    assert "hors du plan au sens strict" in read(
        client, reverse("plan:programme", args=[world.programme.public_id])
    )


def test_without_a_public_plan_the_first_page_says_what_will_come(client: Client) -> None:
    Plan.objects.update(published_at=None)
    hidden = plans.a_plan(published=False)
    assert "pas encore public" in read(client, reverse("plan:liste"))
    assert client.get(reverse("plan:engagement", args=["e1"])).status_code == 404
    objective = plans.an_objective(hidden)
    assert client.get(reverse("plan:objectif", args=[objective.public_id])).status_code == 404


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("plan:engagement", "rien"),
        ("plan:defi", "rien"),
        ("plan:territoire", "75"),
        ("plan:public", "rien"),
        ("plan:marque", "rien"),
        ("plan:table", "rien"),
        ("plan:schema", "rien"),
    ],
)
def test_what_is_not_of_the_plan_is_not_found(client: Client, world: World, name: str, argument: str) -> None:
    assert client.get(reverse(name, args=[argument])).status_code == 404


@pytest.mark.parametrize("name", ["plan:liste", "plan:action"])
def test_a_page_asks_as_many_questions_for_a_large_plan_as_for_a_small_one(
    client: Client, world: World, name: str, django_assert_max_num_queries: Any
) -> None:
    address = reverse(name, args=[world.action.public_id] if name == "plan:action" else [])
    with django_assert_max_num_queries(60) as small:
        client.get(address)
    for _ in range(3):
        objective = plans.an_objective(world.plan, challenge="e2-d1")
        a_told_action(world.plan, objective)
    milestones.add_milestone(OPERATOR, action=world.action, label="Encore une étape")
    with django_assert_max_num_queries(len(small)):
        client.get(address)


class TestComparison:
    def test_two_departments_stand_side_by_side(self, client: Client, world: World) -> None:
        page = read(client, f"{reverse('plan:comparer')}?a=48&b=30")
        assert "Lozère" in page
        assert "Gard" in page
        assert "connu pour 1 action sur 1" in page
        assert "par habitant</th>" not in page, "half of the lines are unknown: nothing to compare"

    def test_an_action_without_a_budget_forbids_euros_an_inhabitant(
        self, client: Client, world: World
    ) -> None:
        side = Side(department("48"), tuple(plan_pages.of_territory(department("48"), world.plan)))
        whole = replace(side.budget.planned, known=side.budget.planned.total)
        assert side.per_inhabitant(whole) is not None
        plans.an_action(world.plan, objective=world.objective)
        later = Side(department("48"), tuple(plan_pages.of_territory(department("48"), world.plan)))
        assert later.budget.without == 1
        assert later.per_inhabitant(whole) is None

    def test_the_comparison_is_downloaded_with_its_schema(self, client: Client, world: World) -> None:
        text = read(client, reverse("plan:comparaison-csv") + "?a=48&b=30")
        rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        schema = Schema.from_descriptor(json.loads(read(client, reverse("plan:comparaison-schema"))))
        assert Resource(data=rows, schema=schema).validate().valid
        held = {row["ligne"]: row for row in rows}
        line = held["48:argent-prevu"]
        assert (line["valeur"], line["connu"], line["sur"]) == ("12500", "1", "2")
        assert held["48:argent-depense"]["valeur"] == ""
        assert client.get(reverse("plan:comparaison-csv") + "?a=48&b=48").status_code == 404

    @pytest.mark.parametrize(
        ("a", "b", "said"),
        [
            ("48", "48", "un autre département"),
            ("48", "", "Choisissez un département"),
            ("48", "75", "pas dans la région"),
        ],
    )
    def test_a_wrong_choice_is_told(self, client: Client, world: World, a: str, b: str, said: str) -> None:
        page = read(client, f"{reverse('plan:comparer')}?a={a}&b={b}")
        assert said in page
        assert "Erreur" in page

    def test_one_department_given_by_a_link_is_not_an_error(self, client: Client, world: World) -> None:
        page = read(client, f"{reverse('plan:comparer')}?a=48")
        assert "Erreur" not in page
        assert "selected" in page


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_file_is_what_its_schema_says(client: Client, world: World, table: Any) -> None:
    plans.an_instrument(world.plan)
    text = read(client, reverse("plan:table", args=[table.name]))
    descriptor = json.loads(read(client, reverse("plan:schema", args=[table.name])))
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0] == [field["name"] for field in descriptor["fields"]]
    assert table.name in ("decisions", "partenaires") or len(rows) > 1
    assert all(field["description"] for field in descriptor["fields"])
    # the schema of the standard also holds against an independent reader
    data = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    if data:
        report = Resource(data=data, schema=Schema.from_descriptor(descriptor)).validate()
        assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])[:3]


class TestFollowing:
    EMAIL = "une.personne@exemple.test"

    def follow(self, world: World) -> Subscription:
        followers.follow(Respondent(), objective=world.objective, email=self.EMAIL)
        found: Subscription = Subscription.objects.get(purpose=followers.PURPOSE)
        return found

    def test_the_form_answers_the_same_page_to_everybody(self, client: Client, world: World) -> None:
        address = reverse("plan:abonnement", args=[world.objective.public_id])
        for _ in range(2):
            answer = client.post(address, {"email": self.EMAIL})
            assert answer.status_code == 303
        assert Subscription.objects.filter(purpose=followers.PURPOSE).count() == 1
        assert "Erreur" in client.post(address, {"email": "rien"}).content.decode()

    def test_a_letter_a_week_tells_what_became_public_and_only_to_who_confirmed(self, world: World) -> None:
        monday = date(2026, 3, 2)
        at = now().replace(year=2026, month=3, day=3)
        with told_at(at):
            subscription = self.follow(world)
            plans.an_action(world.plan, objective=world.objective, title="Un bus de prévention")
        letters = Email.objects.filter(purpose=followers.PURPOSE, key__isnull=False)
        with told_at(at.replace(day=10)):
            assert followers.write_weekly_news() == 0, "nobody confirmed"
        with told_at(at.replace(day=4)):
            confirm(Respondent(), subscription=subscription)
        with told_at(at.replace(day=10)):
            for _ in range(2):
                followers.write_weekly_news()
        (letter,) = letters
        assert "Un bus de prévention" in letter.text
        assert SECRET not in letter.text
        assert str(monday) in letter.key
        with told_at(at.replace(day=24)):
            followers.write_weekly_news()
        assert letters.count() == 1, "nothing new since"

    def test_a_step_noted_weeks_after_its_day_is_told_all_the_same(self, world: World) -> None:
        at = now().replace(year=2026, month=3, day=3)
        with told_at(at):
            confirm(Respondent(), subscription=self.follow(world))
            step = milestones.add_milestone(OPERATOR, action=world.action, label="Bus livré")
            milestones.complete_milestone(OPERATOR, milestone=step, done_on=date(2026, 1, 12))
        with told_at(at.replace(day=10)):
            followers.write_weekly_news()
        letter = Email.objects.get(purpose=followers.PURPOSE, key__isnull=False)
        assert "Bus livré" in letter.text
        assert "Local trouvé" not in letter.text, "noted long before"

    def test_an_objective_of_a_closed_plan_is_followed_no_more(self, world: World) -> None:
        Plan.objects.filter(pk=world.plan.pk).update(
            state=PlanState.CLOSED, adopted_on=date(2023, 10, 31), act="Arrêté fictif"
        )
        world.objective.refresh_from_db()
        assert not followers.can_follow(Objective.objects.get(pk=world.objective.pk))


def test_a_published_objective_reached_by_its_department(client: Client, world: World) -> None:
    place: Territory = department("48")
    own = plans.an_objective(world.plan, territory=place, title="Objectif de la Lozère")
    page = read(client, reverse("plan:territoire", args=["48"]))
    assert own.title in page
    assert world.objective.title in page
    assert own.title not in read(client, reverse("plan:territoire", args=["30"]))
    nomenclature.unpublish_node(OPERATOR, node=own)
    assert own.title not in read(client, reverse("plan:territoire", args=["48"]))
