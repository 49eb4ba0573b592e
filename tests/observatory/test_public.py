"""What leaves the observatory: masked where it must be, one query a page, never two definitions side by side."""

import pytest

from fabrique.observatory.models import Observation
from fabrique.observatory.services import clearance, comparison, lookalikes, standardised, trends
from fabrique.observatory.services.clearance import homes_of
from fabrique.observatory.services.public import catalogue, sheet
from fabrique.territories.models import Territory
from tests.factories import observatory as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


@pytest.fixture(autouse=True)
def indicator(occitanie):
    return make.define()


def department(code):
    return Territory.objects.official("departement", code)


def every_department(**said):
    return [{"dep": one.code, **said} for one in Territory.objects.departments()]


@pytest.mark.both_databases
def test_a_small_count_is_masked_with_all_that_tells_it_and_with_another():
    """The region gives the sum: alone, the Lot's share would be found by difference."""
    rows = [{"dep": one.code, "value": 20, "numerator": 40 + n, "denominator": 200, "lower": 10, "upper": 30}
            for n, one in enumerate(Territory.objects.departments())]  # fmt: skip
    small = next(row for row in rows if row["dep"] == "46")
    small |= {"value": 2, "numerator": 4, "lower": 1, "upper": 5}
    total = sum(row["numerator"] for row in rows)
    region = {
        "territory_level": "region",
        "territory_code": "76",
        "value": 22,
        "numerator": total,
        "denominator": 2600,
    }
    make.load([*rows, region])
    values = sheet(["marche"], Territory.objects.departments())
    lot = values.latest("marche", department("46"))
    assert (lot.value, lot.numerator, lot.lower, lot.upper, lot.withheld) == (None, None, None, None, "small")
    assert "moins de 11" in lot.words
    masked = [one.territory_code for one in values.all() if one.withheld]
    assert len(masked) == 2
    assert {one.withheld for one in values.all()} == {"", "small", "complementary"}


def departments_and_region(counts, **said):
    rows = [
        {"dep": code, "numerator": n, "denominator": 1_000, "value": n / 10, **said}
        for code, n in counts.items()
    ]
    whole = sum(counts.values())
    region = {"territory_level": "region", "territory_code": "76", "numerator": whole, "denominator": 20_000}
    return [*rows, {**region, "value": whole / 200, **said}]


def shown_counts(**said):
    """{(period, version, department)} of what the public reads."""
    places = [department(code) for code in ("46", "48", "30")]
    return {
        (one.period, one.version, one.territory_code)
        for one in sheet(["marche"], places).all()
        if one.value is not None
    }


def test_another_definition_of_the_same_period_does_not_give_back_what_the_first_hides():
    """Found by hand: the second version showed the count that protected the small one."""
    counts = {"46": 4, "48": 30, "30": 80}
    make.load(departments_and_region(counts))
    assert shown_counts() == {("2023", 1, "30")}
    make.define(method="Dit autrement.")
    make.load([{"dep": "48", "numerator": 30, "denominator": 1_000, "value": 3}], "suite.csv")
    assert shown_counts() == {("2023", 1, "30")}
    assert all(
        one.value is None for one in sheet(["marche"], [department("48")]).all()
    )  # neither the old one nor the new one


def test_three_years_together_do_not_give_back_the_year_that_is_hidden():
    """Three years of 27, two of them shown as 12: the third would be 3. The years come after, one file each."""
    make.load([{"dep": "46", "period": "2019-2021", "numerator": 27, "denominator": 3_000, "value": 0.9}])
    assert shown_counts() == {("2019-2021", 1, "46")}
    for year, count in (("2019", 12), ("2020", 12)):
        make.load(
            [{"dep": "46", "period": year, "numerator": count, "denominator": 1_000, "value": count / 10}],
            f"{year}.csv",
        )
    # 27 less 24: the year that no file gives would be told too
    assert shown_counts() == {("2019", 1, "46"), ("2020", 1, "46")}


def test_an_interrupted_decision_opens_nothing_and_is_taken_up_again(monkeypatch):
    """Found by hand: killed between the years and the three years, these stayed open for ever."""
    make.load([{"dep": "46", "period": "2019-2021", "numerator": 27, "denominator": 3_000, "value": 0.9}])
    killed = []

    def kill(*_args):
        killed.append(shown_counts())
        raise KeyboardInterrupt

    row = {"dep": "46", "period": "2019", "numerator": 20, "denominator": 1_000, "value": 2}
    with monkeypatch.context() as patched:
        patched.setattr(clearance, "_clear_pooled", kill)
        with pytest.raises(KeyboardInterrupt):
            make.load([row], "a.csv")
    assert killed == [{("2019", 1, "46")}]
    clearance.clear_pending()
    assert shown_counts() == {("2019", 1, "46")}
    assert not Observation.objects.filter(clearance="pending").exists()


def test_periods_that_hold_others_and_years_of_many_are_left_alone():
    make.load([{"dep": "46", "period": "2019-2021", "numerator": 90, "denominator": 3_000, "value": 3}])
    for year in ("2019", "2020"):
        make.load(
            [{"dep": "46", "period": year, "numerator": 30, "denominator": 1_000, "value": 3}], f"{year}.csv"
        )
    assert len(shown_counts()) == 3


def test_what_is_not_decided_yet_is_masked():
    make.load([{"dep": "46", "value": 5}])
    Observation.objects.update(clearance="pending")
    one = sheet(["marche"], [department("46")]).latest("marche", department("46"))
    assert (one.value, one.withheld) == (None, "pending")


def test_a_page_asks_one_query_whatever_its_indicators(django_assert_num_queries):
    make.define("autre")
    make.load([*every_department(value=20), *every_department(value=30, definition_code="autre")])
    places = list(Territory.objects.departments())
    with django_assert_num_queries(1):
        values = sheet(["marche", "autre"], places)
        assert [values.latest(code, one).words for code in ("marche", "autre") for one in places]


def test_the_newest_period_and_the_contradictions_of_the_source():
    said = {"qualifier": "contradiction dans la source : 19,8 % et 24 %"}
    make.load(
        [
            {"dep": "46", "value": 19.8, "period": "2017", **said},
            {"dep": "46", "value": 24, "period": "2022", **said},
        ]
    )
    values = sheet(["marche"], [department("46")])
    assert values.latest("marche", department("46")).words == "24,0\u00a0%"
    assert [one.value for one in values.contradictions("marche", department("46"))] == [19.8, 24]
    assert all(one.contested for one in values.all())


def test_a_breakdown_by_age_stands_in_the_order_of_ages():
    make.load([{"dep": "46", "value": n, "age": age} for n, age in enumerate(("75+", "5-9", "10-14"), 1)])
    found = sheet(["marche"], [department("46")]).breakdown("marche", department("46"), "age")
    assert [one.age for one in found] == ["5-9", "10-14", "75+"]
    assert found[-1].age_words == "75\u00a0et\u00a0plus"


def test_a_series_breaks_where_the_definition_changes_and_its_trend_stays_after():
    make.load([{"dep": "46", "value": 50, "period": "2018"}, {"dep": "46", "value": 40, "period": "2019"}])
    make.define(method="Nouvelle question.")
    make.load([{"dep": "46", "value": 20, "period": "2020"}, {"dep": "46", "value": 25, "period": "2021"}])
    series = sheet(["marche"], [department("46")]).series("marche", department("46"))
    assert [(one.period, one.version) for one in series] == [
        ("2018", 1),
        ("2019", 1),
        ("2020", 2),
        ("2021", 2),
    ]
    found = trends.trend(series)
    assert (found.first.value, found.last.value, found.broken, found.favourable) == (20, 25, True, True)
    assert found.slope == pytest.approx(5, rel=0.01)
    assert trends.trend(series[:1]).course == "not_known"


def test_words_of_a_value():
    facts = make.define("dollars", unit="euro", unit_words="euros par an", decimals=0)
    make.load([{"dep": "46", "value": "19262,2", "definition_code": "dollars"}])
    one = sheet(["dollars"], [department("46")]).latest("dollars", department("46"))
    assert one.words == "19\u202f262\u00a0euros par an"
    assert facts.definition.code in [known.code for known in catalogue()]


def test_a_territory_beside_its_region_made_from_all_its_departments():
    rows = every_department(value=20, numerator=200, denominator=1000)
    make.load(rows)
    found = comparison.comparisons(["marche"], department("46"))["marche"]
    assert (found.region.value, found.region_computed, found.region.numerator) == (20, True, 2600)
    assert "départements" in found.region.qualifier
    assert found.gap_region == 0


def test_no_region_is_made_where_a_department_is_missing():
    make.load(every_department(value=20, numerator=200, denominator=1000)[1:])
    found = comparison.comparisons(["marche"], department("46"))["marche"]
    assert (found.region, found.region_computed) == (None, False)


def test_another_period_or_another_definition_is_not_put_beside():
    country = {"territory_level": "pays", "territory_code": "FR", "value": 30}
    make.load([{"dep": "46", "value": 20}, {**country, "period": "2019"}])
    found = comparison.comparisons(["marche"], department("46"))["marche"]
    assert (found.country, found.gap_country) == (None, None)
    assert "2019" in found.unlike
    make.load([country])
    assert comparison.comparisons(["marche"], department("46"))["marche"].gap_country == -10
    make.define(method="Autre.")
    make.load([{"dep": "46", "value": 20}])
    assert "définition" in comparison.comparisons(["marche"], department("46"))["marche"].unlike


def test_look_alikes_are_nearest_on_what_is_known_and_say_what_is_not():
    make.define("taux_pauvrete")
    codes = [one.code for one in Territory.objects.departments()]
    make.load(
        [{"dep": code, "value": 10 + n, "definition_code": "taux_pauvrete"} for n, code in enumerate(codes)]
    )
    features = {
        one.pk: {"taux_pauvrete": 10 + codes.index(one.code)} for one in Territory.objects.departments()
    }
    names = {"taux_pauvrete": "taux de pauvreté", "part_75_ans_et_plus": "part des 75 ans et plus"}
    peers = {one.pk: one for one in Territory.objects.departments()}
    target = department(codes[6])
    found = lookalikes.nearest(target.pk, peers, features, names, 4)
    assert {one.code for one, _distance in found.members} == {codes[4], codes[5], codes[7], codes[8]}
    assert (found.features, found.missing, found.pool) == (
        ("taux de pauvreté",),
        ("part des 75 ans et plus",),
        12,
    )
    whole = comparison.comparisons(["taux_pauvrete"], target, k=4)["taux_pauvrete"]
    assert (whole.known, whole.median is not None) == (4, True)
    assert "12" in lookalikes.lookalikes(target).method


def test_a_region_has_no_look_alike(occitanie):
    assert lookalikes.lookalikes(occitanie).members == ()


AGES = ("0-19", "20-39", "40-59", "60-74", "75+")


def aged(code, events, people=(1000, 1000, 1000, 1000, 1000)):
    return [
        {"dep": code, "age": age, "value": 100 * count / total, "numerator": count, "denominator": total}
        for age, count, total in zip(AGES, events, people, strict=False)
    ]


def test_an_older_department_is_compared_at_equal_ages(occitanie):
    """Same rates by age everywhere, more old people in the Lot: standardised, the Lot is where the others are."""
    rates = (20, 30, 50, 100, 300)
    rows = [
        row for one in Territory.objects.departments() if one.code != "46" for row in aged(one.code, rates)
    ]
    old = (5000, 5000, 10000, 20000, 30000)
    rows += aged("46", [rate * total // 1000 for rate, total in zip(rates, old, strict=True)], old)
    make.load(rows)
    lot, gard = department("46"), department("30")
    found = standardised.standardised("marche", [lot, gard, occitanie])
    assert found[lot.pk].crude > 1.5 * found[gard.pk].crude
    assert found[lot.pk].rate == pytest.approx(found[gard.pk].rate) == pytest.approx(found[occitanie.pk].rate)
    assert found[lot.pk].low < found[lot.pk].rate < found[lot.pk].high
    ratio = standardised.standardised("marche", [lot], method="indirect")[lot.pk]
    assert ratio.ratio == pytest.approx(1, abs=0.01)
    assert "indirecte" in ratio.method_words
    assert standardised.standardisable() == ("marche",)


def test_ages_masked_somewhere_are_left_out_for_all_and_said(occitanie):
    rates = (20, 30, 50, 100, 300)
    rows = aged("46", rates)
    for one in Territory.objects.departments():
        if one.code != "46":
            infants = {**aged(one.code, (15,))[0], "age": "0-4"}
            rows += [*aged(one.code, rates), infants]
    make.load(rows)
    found = standardised.standardised("marche", [department("46"), department("30")])
    assert {one.left_out for one in found.values()} == {("0-4",)}
    assert all("0-4" in one.method_words for one in found.values())


def test_a_territory_too_masked_gets_no_standardised_rate():
    rows = [
        row
        for one in Territory.objects.departments()
        if one.code != "46"
        for row in aged(one.code, (20, 30, 50, 100, 300))
    ]
    make.load([*rows, *aged("46", (20, 30, 50, 100, 300))[:4]])
    assert standardised.standardised("marche", [department("46")]) == {}


def test_a_rate_without_all_ages_says_whose_it_is_and_gives_the_crude_rate_of_the_same_ages():
    """A source that starts at fifteen; a first band masked in every department, and the next to protect it."""
    ages = ("15-19", "20-24", "25-39", "40-59", "60-74", "75-84", "85+")
    rows = [
        {"dep": one.code, "age": age, "value": count / 10, "numerator": count, "denominator": 1000}
        for one in Territory.objects.departments()
        for age, count in zip(ages, (3, 20, 30, 50, 100, 300, 400), strict=True)
    ]
    make.load(rows)
    found = standardised.standardised("marche", [department("46")])[department("46").pk]
    assert found.left_out == ("0-14", "15-19", "20-24")
    assert found.ages_kept == ages[2:]
    assert (found.everybody, found.ages_words) == (False, "les 25\u00a0ans et plus")
    assert found.crude_same_ages == pytest.approx(100 * 880 / 5000)


def test_departments_of_two_years_are_not_summed(occitanie):
    """One department is ahead: the region is that of the year all have, and the one that has another gets nothing."""
    rates = (20, 30, 50, 100, 300)
    rows = [
        row for one in Territory.objects.departments() if one.code != "48" for row in aged(one.code, rates)
    ]
    rows += [row | {"period": "2024"} for row in aged("46", tuple(2 * rate for rate in rates))]
    rows += [row | {"period": "2024"} for row in aged("48", tuple(2 * rate for rate in rates))]
    make.load(rows)
    found = standardised.standardised("marche", [department("46"), department("48"), occitanie])
    assert {one.period for one in found.values()} == {"2023"}
    assert found[occitanie.pk].rate == pytest.approx(found[department("46").pk].rate) == pytest.approx(10)
    assert department("48").pk not in found


def test_an_intercommunality_lies_in_a_department_only_where_all_its_communes_do():
    held = Territory.objects.filter(level="commune", epci__isnull=False).select_related("epci", "department")
    lies: dict[str, set[str]] = {}
    for one in held:
        lies.setdefault(one.epci.code, set()).add(one.department.code)
    astride, *_others = [one for one in held if one.department.code != "46"]
    lot = next(one for one in held if one.department.code == "46")
    astride.epci = lot.epci
    astride.save()
    found = homes_of({*lies})
    assert lot.epci.code not in found
    alone = {code: next(iter(deps)) for code, deps in lies.items() if len(deps) == 1}
    assert found.items() <= alone.items()
    assert found
