"""The public room of territories: portraits, comparison of two, indicators and their files, inequalities, means.

Fed by tests.factories.portraits. Feeds nothing.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from fabrique.plan.enums import PlanState
from fabrique.plan.services.budget import set_reach
from fabrique.restitution.services.doses import doses, need_of, years_known
from fabrique.restitution.services.inequalities import gradient
from fabrique.restitution.services.pairs import pairs
from fabrique.restitution.services.territories import National, portrait
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.public.territoires.inequality_words import dose_sentences
from fabrique.web.public.territoires.views_comparison import row_of, sentences
from tests.factories import actions, observatory
from tests.factories import observatory as observatory_make
from tests.factories import plan as plan_make
from tests.factories import portraits as make
from tests.factories.territories import OPERATOR, department, region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


def read(client: Client, name: str, *args: str, **query: str) -> str:
    answer = client.get(reverse(f"territoires:{name}", args=args), query)
    assert answer.status_code == 200
    return re.sub(r"[ \n\t]+", " ", answer.content.decode())


@pytest.fixture(name="observatory")
def an_observatory(occitanie: Any) -> None:
    make.an_observatory()


@pytest.mark.parametrize("side", ["a", "b"])
def test_the_link_of_a_portrait_opens_the_comparison_with_it_chosen_and_without_an_error(
    client: Client, side: str
) -> None:
    page = read(client, "comparer", **{side: "departement-48"})
    assert "Erreur" not in page
    assert "fr-error-text" not in page
    assert re.search(r'value="departement-48" selected', page)
    assert "Choisissez deux départements ou deux intercommunalités" in page


@pytest.mark.parametrize("level", ["departement", "epci"])
def test_a_portrait_without_figures_explains_no_column_and_announces_no_source(
    client: Client, level: str
) -> None:
    epci = Territory.objects.filter(department=department("48"), epci__isnull=False).first().epci  # type: ignore[union-attr]
    page = read(client, level, {"departement": "48", "epci": epci.code}[level])  # type: ignore[union-attr]
    assert "Pas encore de chiffres" in page
    assert "Lire ce portrait" not in page
    assert "titre-sources" not in page
    assert ("Sommaire de la page" in page) == (level == "departement")
    assert "Aller plus loin" in page


def test_without_any_figure_every_page_says_what_is_missing_and_when_it_will_come(client: Client) -> None:
    assert "Lozère" in read(client, "liste")
    assert "Pas encore de chiffres" in read(client, "departement", "48")
    assert "Pas encore d’indicateur" in read(client, "indicateurs")
    assert "Aucune action publique" in read(client, "moyens")
    read(client, "inegalites")
    assert client.get("/territoires/indicateurs/inconnu/").status_code == 404
    assert client.get("/territoires/departements/75/").status_code == 404  # another region


def test_a_pointer_reaches_a_department_on_the_map_and_a_keyboard_in_the_list(client: Client) -> None:
    page = read(client, "liste")
    assert page.count('href="/territoires/departements/48/"') == 2
    assert '<a href="/territoires/departements/48/" tabindex="-1"><path' in page
    assert "Contours seuls" in page


def test_on_a_demonstration_what_is_true_is_told_from_what_is_invented(client: Client, settings: Any) -> None:
    settings.FABRIQUE_DEMONSTRATION = True
    assert "Les statistiques publiques sont vraies" in read(client, "liste")
    settings.FABRIQUE_DEMONSTRATION = False
    assert "Démonstration" not in read(client, "liste")


@pytest.mark.usefixtures("observatory")
def test_a_portrait_says_in_words_who_lives_here_and_each_figure_has_its_year_and_source(
    client: Client,
) -> None:
    page = read(client, "departement", "48")
    assert "En Lozère vivent" in page
    assert "Enquête inventée" in page
    assert "2023, source 1" in page
    # 2019 against 2023: the Gard's own year is shown, and no look-alike of another year beside it
    line = next(
        line
        for line in portrait(department("30")).section("revenus").lines
        if line.own.code == "taux_pauvrete"  # type: ignore[union-attr]
    )
    assert (line.own.period, line.median, line.spread) == ("2019", None, None)


@pytest.mark.usefixtures("observatory")
def test_a_cell_of_seven_persons_leaves_no_trace_on_a_page_in_a_pdf_or_in_a_file(client: Client) -> None:
    pages = [
        read(client, "departement", make.SECRET_PLACE),
        read(client, "comparer", a=f"departement-{make.SECRET_PLACE}", b="departement-31"),
        read(client, "indicateur", "prevalence_rare"),
        read(client, "inegalites", indicateur="prevalence_rare"),
        client.get(reverse("territoires:indicateur_csv", args=["prevalence_rare"])).content.decode(),
    ]
    pdf = client.get(reverse("territoires:departement_pdf", args=[make.SECRET_PLACE]))
    assert pdf["Content-Type"] == "application/pdf"
    with pypdfium2.PdfDocument(pdf.content) as document:
        pages.append(" ".join(page.get_textpage().get_text_range() for page in document))
    for page in pages:
        assert not [trace for trace in make.traces() if trace in page]
    assert "masqué" in pages[0]
    assert "masqué" in pages[2]
    assert "masqué" in pages[5]
    # and the sums do not give it away: the region is not made without one of its departments
    lines = portrait(department("31")).section("maladies")
    assert lines is not None
    assert [line.region for line in lines.lines] == [None]


@pytest.mark.usefixtures("observatory")
def test_two_territories_side_by_side_with_what_compares_and_what_does_not(client: Client) -> None:
    page = read(client, "comparer", a="departement-48", b="departement-30")
    assert "Lozère et Gard" in page
    assert "Non comparable" in page  # the poverty of 2019 and that of 2023
    assert "pas la même année" in page
    assert "les âges diffèrent" in page or "Valeur absente ou masquée" in page
    assert "Semblables (Lozère)" in page
    assert "nombre de décès n’est pas connu" in page
    # the population only describes: neither counted nor judged, and no verdict
    assert "(5)" in page.split("Sur les indicateurs")[1].split(",")[0]
    row = page.split("Population <span")[1].split("</tr>")[0]
    assert "Plus bas" not in row


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"a": "departement-48", "b": "departement-48"}, "différent du premier"),
        ({"a": "departement-75", "b": "departement-48"}, "pas dans la région"),
        ({"a": "departement-48", "b": ""}, "Choisissez un territoire dans la liste"),
    ],
)
def test_a_wrong_choice_comes_back_with_its_reason(client: Client, query: dict[str, str], said: str) -> None:
    page = read(client, "comparer", **query)
    assert said in page
    assert "<title>Erreur" in page.replace(" <", "<").replace("> ", ">")


@pytest.mark.usefixtures("observatory")
def test_the_file_of_an_indicator_holds_to_its_schema(client: Client) -> None:
    from frictionless import Dialect, Schema
    from frictionless.resources import TableResource

    schema = json.loads(client.get(reverse("territoires:indicateur_schema")).content)
    answer = client.get(reverse("territoires:indicateur_csv", args=["prevalence_rare"]))
    assert reverse("territoires:indicateur_schema") in answer["Link"]
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 13
    assert list(rows[0]) == [field["name"] for field in schema["fields"]]
    secret = next(row for row in rows if row["code"] == make.SECRET_PLACE)
    assert (secret["valeur"], secret["secret"]) == ("", "1")
    resource = TableResource(
        data=text.encode(), format="csv", schema=Schema.from_descriptor({"fields": schema["fields"]}),
        dialect=Dialect.from_descriptor({"csv": {"delimiter": ";"}}),
    )  # fmt: skip
    report = resource.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])


@pytest.mark.usefixtures("observatory")
def test_a_series_is_drawn_in_small_multiples_and_cut_where_its_definition_changes(client: Client) -> None:
    observatory.define()
    rows = [{"dep": code, "period": str(year), "value": 10 + place}
            for code in ("46", "48") for place, year in enumerate((2019, 2020))]  # fmt: skip
    observatory.load(rows)
    observatory.define(method="Une autre façon de compter.")
    observatory.load(
        [{**row, "period": str(int(row["period"]) + 2), "value": 20} for row in rows], "suite.csv"
    )
    assert "Part des habitants qui marchent" in read(
        client, "departement", "48"
    )  # an agency's own, in its portrait
    page = read(client, "indicateur", "marche")
    assert page.count("<polyline") == 4  # two territories, two definitions: no line joins them
    assert "La ligne est coupée là où la définition" in page


@pytest.mark.usefixtures("observatory")
def test_an_inequality_is_said_in_words_then_shown_by_one_absolute_and_one_relative_measure(
    client: Client,
) -> None:
    page = read(client, "inegalites", indicateur="generalistes_pour_100000")
    words, chart, pair = (
        page.index("dans le groupe le plus défavorisé"),
        page.index("<svg"),
        page.index("SII)"),
    )
    assert words < page.index("fab-graphe") < pair < page.index("RII)")
    assert chart
    assert "groupes de départements, pas de personnes" in page
    found = gradient("generalistes_pour_100000", region())
    assert found is not None
    assert found.from_counts
    assert found.line is not None
    assert found.line[0] < found.line[1]  # more doctors where incomes are higher
    slope = found.summary.measures["SII"]
    assert slope.value == pytest.approx(found.line[1] - found.line[0])
    assert "L’inégalité joue contre les plus défavorisés" in page


def test_the_fifths_of_persons_that_a_source_gives_come_before_any_order_of_departments(
    client: Client,
) -> None:
    observatory.define("renoncement", label="Renoncement aux soins", direction="fall")
    shares = [40, 35, 30, 25, 20]
    observatory.load(
        {"definition_code": "renoncement", "territory_level": "region", "territory_code": "76", "deprivation": n,
         "value": share, "numerator": 10 * share, "denominator": 1_000}
        for n, share in enumerate(shares, 1)
    )  # fmt: skip
    found = gradient("renoncement", region())
    assert found is not None
    assert found.ranking is None
    assert [one.value for one in found.groups] == shares
    assert found.summary.measures["SII"].value == pytest.approx(-25)
    assert found.summary.measures["SII"].interval is not None
    page = read(client, "inegalites", indicateur="renoncement")
    assert "40,0 % chez les plus désavantagés, 20,0 % chez les moins désavantagés" in page
    assert "La source répartit elle-même les personnes" in page
    assert "Personnes comptées" in page  # the base of each fifth
    lines = client.get(reverse("territoires:inegalites_csv"), {"indicateur": "renoncement"}).content.decode()
    assert lines.count(";1000;") == 5
    assert gradient("renoncement", region(), territorial=True) is None


@pytest.mark.usefixtures("observatory")
def test_a_ranking_is_never_measured_on_itself_and_an_unknown_one_is_refused(client: Client) -> None:
    assert gradient("niveau_vie_median", region(), ranking="niveau_vie_median") is None
    assert "Choisissez dans la liste" in read(
        client, "inegalites", indicateur="generalistes_pour_100000", classement="fdep"
    )


@pytest.fixture
def reached(observatory: None) -> Any:
    """A public regional action of a public plan, and a need that is counted in each department."""
    observatory_make.define("renoncement", label="Renoncement aux soins", direction="fall")
    observatory_make.load(
        {"dep": one.code, "definition_code": "renoncement", "value": (60 + place) / 40, "numerator": 60 + place,
         "denominator": 4_000}
        for place, one in enumerate(make.departments())
    )  # fmt: skip
    plan = actions.a_plan()
    action = actions.an_action(plan, region())
    return publish(action)


def publish(action: Any) -> Any:
    from django.utils import timezone

    type(action).objects.filter(pk=action.pk).update(published_at=timezone.now())
    action.refresh_from_db()
    return action


def test_means_are_held_against_need_and_a_small_reach_enters_no_sum(client: Client, reached: Any) -> None:
    for place, one in enumerate(make.departments()):
        set_reach(
            OPERATOR, action=reached, territory=one, year=2025, people=one.population // (100 * (place + 1)) + 20,
            means=Decimal(one.population) / (place + 1),
        )  # fmt: skip
    page = read(client, "moyens", indicateur="renoncement", annee="2025")
    assert "vers les départements défavorisés plus que ne va le besoin" in page
    assert "Tout le plan, 2025</h2>" in page
    assert page.count("Besoin mesuré par") == 2  # the field, then the answer
    for pair in ("Pour 1 000 habitants, ", "Par habitant, "):
        said = page.split(pair)[1].split("</p>")[0]
        assert "un écart de" in said
        assert "un rapport de" in said
    unsure = read(client, "moyens", indicateur="mortalite_02_tumeurs", annee="2025")
    assert "sans intervalle, il ne se juge pas" in unsure  # the source of deaths gives no counts
    assert "Moyens déclarés avec ces personnes, en euros par habitant" in page
    # groups change with the order chosen: the difference of two of their sums would be one department
    need = need_of("renoncement", region())
    assert need is not None
    richest = make.departments()[-1]
    reached.reach.filter(territory=richest).delete()
    without = doses(need, region(), year=2025)
    set_reach(OPERATOR, action=reached, territory=richest, year=2025, people=7)
    small = doses(need, region(), year=2025)
    assert without is not None
    assert small is not None
    assert [row.people for row in small.rows] == [row.people for row in without.rows]
    assert (without.small, small.small) == (0, 1)
    told = read(client, "moyens", indicateur="renoncement", annee="2025")
    assert "1 ligne est masquée par le secret statistique" in told
    # once the whole is told, a neighbour is masked with the small one: its sum would give the small one back
    everybody = sum(reached.reach.values_list("people", flat=True))
    set_reach(OPERATOR, action=reached, territory=region(), year=2025, people=everybody)
    nested = doses(need, region(), year=2025)
    assert nested is not None
    assert (nested.small, nested.unplaced) == (2, 1)
    # where every row of a group is masked, nobody knows how many were reached: not zero
    for one in make.departments():
        if one.name in need.groups[0].territories:
            set_reach(OPERATOR, action=reached, territory=one, year=2025, people=7)
    unknown = doses(need, region(), year=2025)
    assert unknown is not None
    assert (unknown.rows[0].people, unknown.rows[0].means, unknown.reached) == (None, None, None)


def test_only_a_harm_is_a_need_and_no_crude_share_of_people_cared_for(client: Client, reached: Any) -> None:
    for one in make.departments():
        set_reach(OPERATOR, action=reached, territory=one, year=2025, people=500)
    assert need_of("renoncement", region()) is not None
    assert need_of("generalistes_pour_100000", region()) is None  # more doctors are no need
    assert gradient("prevalence_rare", region()) is None
    page = read(client, "moyens", indicateur="renoncement", annee="2025")
    assert 'value="generalistes_pour_100000"' not in page
    assert 'value="prevalence_rare"' not in page
    assert "Les âges diffèrent" in page


def test_people_of_an_epci_are_counted_once_with_their_department(reached: Any) -> None:
    for one in make.departments():
        set_reach(OPERATOR, action=reached, territory=one, year=2025, people=500)
    need = need_of("renoncement", region())
    assert need is not None
    before = doses(need, region(), year=2025)
    inside = Territory.objects.filter(level=Level.EPCI, department__isnull=False).within(region()).first()
    assert inside is not None
    set_reach(OPERATOR, action=reached, territory=inside, year=2025, people=300)
    set_reach(OPERATOR, action=reached, territory=region(), year=2025, people=900)
    after = doses(need, region(), year=2025)
    assert before is not None
    assert after is not None
    assert after.rows == before.rows
    assert (before.unplaced, after.unplaced) == (0, 1)
    assert any("1 ligne ne se rattache pas" in one for one in dose_sentences(after))


def test_only_the_actions_of_the_current_plan_are_counted(reached: Any) -> None:
    set_reach(OPERATOR, action=reached, territory=department("48"), year=2025, people=500)
    assert years_known(region()) == (2025,)
    plan_make.a_plan(state=PlanState.ADOPTED)  # a plan in force: the draft's actions are no longer shown
    assert years_known(region()) == ()


def test_without_its_five_fifths_a_distribution_of_persons_has_no_measure(client: Client) -> None:
    observatory.define("renoncement", label="Renoncement aux soins", direction="fall")
    observatory.load(
        {"definition_code": "renoncement", "territory_level": "region", "territory_code": "76", "deprivation": n,
         "value": 10 * n, "numerator": 100 * n, "denominator": 1_000}
        for n in (1, 2, 3, 4)
    )  # fmt: skip
    assert gradient("renoncement", region()) is None
    assert "l’un au moins est masqué ou manque" in read(client, "inegalites", indicateur="renoncement")


@pytest.mark.usefixtures("observatory")
def test_the_page_of_inequalities_opens_on_a_first_result_with_the_right_unit(client: Client) -> None:
    assert "SII)" in read(client, "inegalites")
    page = read(client, "inegalites", indicateur="taux_pauvrete", classement="niveau_vie_median")
    assert "points séparent les deux bouts" in page


@pytest.mark.usefixtures("observatory")
def test_beside_a_territory_without_a_value_the_region_is_aligned_on_the_one_that_has_it() -> None:
    observatory.define("attente", label="Délai", unit="other", unit_words="jours", direction="fall")
    for value, period in ((30, "2022"), (40, "2023")):
        observatory.load([{"definition_code": "attente", "territory_level": "region", "territory_code": "76",
                           "period": period, "value": value}], f"region{period}.csv")  # fmt: skip
    observatory.load([{"dep": "31", "definition_code": "attente", "period": "2022", "value": 20}], "dep.csv")
    row = next(
        one for one in pairs(department("48"), department("31")).rows if one.definition.code == "attente"
    )
    assert row.first.own is None
    assert row.region is None  # 2023 is not put beside 2022


@pytest.mark.usefixtures("observatory")
def test_sentences_say_their_unit_and_a_rank_is_never_compared() -> None:
    observatory.define("attente", label="Attente", unit="other", unit_words="jours", direction="fall")
    observatory.define("rang_essai", label="Rang", unit="rank", direction="fall", counts_persons=False)
    observatory.load({"dep": one.code, "definition_code": code, "value": 1 + place}
                     for code in ("attente", "rang_essai") for place, one in enumerate(make.departments()))  # fmt: skip
    found = pairs(department("48"), department("31"))
    assert any("jours en Lozère" in one for one in sentences(found))
    rank = row_of(next(one for one in found.rows if one.definition.code == "rang_essai"))
    assert {rank.reading, rank.region, rank.country, rank.first_median, rank.second_median} == {"—"}


@pytest.mark.usefixtures("observatory")
def test_a_disease_has_no_crude_share_beside_it_and_a_median_of_france_says_so() -> None:
    rows = {one.definition.code: one for one in pairs(department("46"), department("31")).rows}
    ill = row_of(replace(rows["prevalence_rare"], standard=SimpleNamespace(rate=2.7)))
    assert ill.region == "à âge égal 2,70"
    assert {ill.country, ill.first_median, ill.second_median} == {"—"}
    poor = row_of(replace(rows["taux_pauvrete"], national=National(14.2, computed=False, known=96)))
    assert (poor.country, poor.country_note) == ("14,2", "médiane des départements")
    whole = row_of(replace(rows["taux_pauvrete"], national=National(14.2, computed=True, known=96)))
    assert whole.country_note == ""


def test_a_draft_action_tells_nobody_whom_it_reached(client: Client, reached: Any) -> None:
    set_reach(OPERATOR, action=reached, territory=department("48"), year=2025, people=500)
    type(reached).objects.filter(pk=reached.pk).update(published_at=None)
    assert "Aucune action publique ne dit encore" in read(client, "moyens")
