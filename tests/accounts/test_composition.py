"""Colleges, categories of seats and mandates: what is refused, what is journalled, what the public may read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fabrique.accounts import services
from fabrique.accounts.enums import MandateSeat, RoleCode
from fabrique.accounts.models import College, Mandate, Role, SeatCategory
from fabrique.accounts.services.shared import changed
from fabrique.audit.models import JournalLine
from fabrique.common.clock import today
from fabrique.common.conflicts import token_of
from fabrique.common.errors import Forbidden, Refused
from fabrique.councils.querysets import bodies_read_by
from fabrique.web.shared.composition import composition_of
from tests.factories import accounts
from tests.factories import councils as make
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def body(lot):
    return make.a_body(lot)


@pytest.fixture
def college(body):
    return services.add_college(OPERATOR, body=body, number=2, label="Usagers", seats=2)


def refused(code, verb, **given):
    with pytest.raises(Refused) as met:
        verb(OPERATOR, **given)
    assert met.value.code == code
    return met.value


def seat(body, **given):
    return services.grant_mandate(OPERATOR, body=body, user=accounts.user(), **given)


def corrected(mandate, **given):
    values = {
        "college": mandate.college,
        "seat": mandate.seat,
        "starts_on": mandate.starts_on,
        "ends_on": mandate.ends_on,
    }
    return services.edit_mandate(OPERATOR, mandate=mandate, **{**values, **given})


@pytest.mark.both_databases
def test_a_college_is_added_once_corrected_and_taken_away_while_nobody_sits_there(body, college):
    refused("college.exists", services.add_college, body=body, number=2, label="Autre")
    other = services.add_college(OPERATOR, body=body, number=3, label="Élus")
    refused("college.exists", services.edit_college, college=other, number=2, label="Élus", seats=None)
    services.edit_college(OPERATOR, college=other, number=4, label=" Élus  locaux ", seats=6)
    other.refresh_from_db()
    assert (other.number, other.label, other.seats) == (4, "Élus locaux", 6)
    line = JournalLine.objects.latest("pk")
    assert (line.verb, line.reason) == ("accounts.edit_college", "number label seats")
    mandate = seat(body, college=other)
    services.end_mandate(OPERATOR, mandate=mandate)
    refused("college.used", services.remove_college, college=other)
    services.remove_college(OPERATOR, college=college)
    assert list(College.objects.all()) == [other]


@pytest.mark.both_databases
def test_the_categories_of_a_college_never_hold_more_seats_than_it(college):
    first = services.add_category(OPERATOR, college=college, label="Associations agréées", seats=2)
    assert (first.rank, first.letter) == (1, "a")
    refused("college.seats", services.add_category, college=college, label="Autres", seats=1)
    refused("college.seats", services.edit_college, college=college, number=2, label="U", seats=1)
    refused("category.exists", services.add_category, college=college, label="Autres", rank=1)
    refused("category.letters", services.add_category, college=college, label="Autres", rank=27)
    refused("category.label", services.add_category, college=college, label=" ")
    services.edit_category(OPERATOR, category=first, rank=2, label="Associations", seats=1)
    services.add_category(OPERATOR, college=college, label="Autres", seats=1, rank=1)
    assert [one.letter for one in college.categories.all()] == ["a", "b"]
    mandate = seat(college.body, category=SeatCategory.objects.get(rank=2))
    assert mandate.college == college
    refused("category.used", services.remove_category, category=mandate.category)
    services.remove_category(OPERATOR, category=SeatCategory.objects.get(rank=1))
    assert SeatCategory.objects.count() == 1


def test_what_somebody_else_wrote_meanwhile_is_not_erased(body, college):
    mandate = seat(body, college=college)
    shown = [
        token_of(said)
        for said in (services.college_said(college), services.mandate_said(mandate), services.body_said(body))
    ]
    services.edit_college(OPERATOR, college=college, number=2, label="Usagers", seats=5)
    corrected(mandate, name_public=True)
    services.edit_body(OPERATOR, body=body, acronym="CTS 46")
    given = {"number": 2, "label": "Usagers du Lot", "seats": 2}
    kept = refused("edit.conflict", services.edit_college, college=college, expected=shown[0], **given)
    assert kept.params["present"]["seats"] == 5
    with pytest.raises(Refused):
        corrected(mandate, expected=shown[1], seat=MandateSeat.SUBSTITUTE)
    refused("edit.conflict", services.edit_body, body=body, expected=shown[2], acronym="CTS")
    assert Mandate.objects.get().name_public


@pytest.mark.both_databases
def test_seats_are_filled_once_on_each_day_and_substitutes_fill_none(body, college):
    first = seat(body, college=college, ends_on=today() + 30 * DAY)
    seat(body, college=college)
    seat(body, college=college, seat=MandateSeat.SUBSTITUTE)
    full = {"body": body, "college": college}
    refused("mandate.full", services.grant_mandate, user=accounts.user(), **full)
    later = today() + 31 * DAY
    refused("mandate.full", services.grant_mandate, user=accounts.user(), **full, starts_on=later - DAY)
    seat(body, college=college, starts_on=later)
    # a seat free today, taken the day after tomorrow by another: a mandate across both days finds it full
    services.end_mandate(OPERATOR, mandate=first)
    tomorrow = today() + DAY
    refused("mandate.full", services.grant_mandate, user=accounts.user(), **full, starts_on=tomorrow)
    seat(body, college=college, starts_on=tomorrow, ends_on=later - DAY)
    with pytest.raises(Refused):
        corrected(Mandate.objects.get(seat=MandateSeat.SUBSTITUTE), seat=MandateSeat.FULL)


def test_one_person_one_presidency_and_dates_in_order(body, gard):
    person = accounts.user()
    until = today() + 100 * DAY
    services.grant_mandate(OPERATOR, body=body, user=person, ends_on=until, seat=MandateSeat.PRESIDENT)
    # a mandate whose end is set is still a mandate: the same person does not sit twice
    refused("mandate.already", services.grant_mandate, body=body, user=person)
    refused("mandate.president", services.grant_mandate, body=body, user=accounts.user(), seat="presidence")
    backwards = {"starts_on": today(), "ends_on": today() - DAY}
    refused("mandate.dates", services.grant_mandate, body=body, user=accounts.user(), **backwards)
    services.grant_mandate(OPERATOR, body=body, user=person, starts_on=until + DAY, seat="presidence")
    elsewhere = services.add_college(OPERATOR, body=make.a_body(gard), number=1, label="Usagers")
    category = services.add_category(OPERATOR, college=elsewhere, label="Associations")
    here = services.add_college(OPERATOR, body=body, number=1, label="Usagers")
    other = {"body": body, "user": accounts.user(), "category": category}
    refused("mandate.college", services.grant_mandate, **other)
    refused("mandate.category", services.grant_mandate, **other, college=here)


def test_nobody_seats_themself_and_a_presidency_begun_is_not_rewritten(body, personas):
    lead = personas[RoleCode.PLAN_LEAD]
    with pytest.raises(Refused) as met:
        services.grant_mandate(lead, body=body, user=lead.user)
    assert met.value.code == "mandate.self"
    own = services.grant_mandate(OPERATOR, body=body, user=lead.user)
    with pytest.raises(Refused) as met:
        services.edit_mandate(
            lead, mandate=own, college=None, seat="suppleant", starts_on=today(), ends_on=None
        )
    assert met.value.code == "mandate.self"
    president = seat(body, seat=MandateSeat.PRESIDENT)
    for mandate, wanted in ((president, MandateSeat.FULL), (own, MandateSeat.PRESIDENT)):
        with pytest.raises(Refused) as met:
            corrected(mandate, seat=wanted)
        assert met.value.code == "mandate.presidency"
    corrected(own, seat=MandateSeat.SUBSTITUTE)
    services.end_mandate(OPERATOR, mandate=president)
    coming = seat(body, starts_on=today() + DAY)
    corrected(coming, seat=MandateSeat.PRESIDENT)


def test_a_wrong_end_is_taken_back_with_the_reading(body):
    mandate = seat(body, starts_on=today() - 10 * DAY)
    services.end_mandate(OPERATOR, mandate=mandate, ends_on=today() - DAY)
    assert not Role.objects.of(mandate.user).exists()
    corrected(mandate, ends_on=None)
    assert Role.objects.of(mandate.user).get().code == RoleCode.BODY_MEMBER
    verbs = list(JournalLine.objects.order_by("-pk").values_list("verb", "reason")[:2])
    assert verbs == [("accounts.grant_role", "membre-instance"), ("accounts.edit_mandate", "ends_on")]
    corrected(mandate, ends_on=today())
    assert not Role.objects.of(mandate.user).exists()


def test_composition_is_kept_by_the_secretary_of_that_territory(body, college, gard):
    elsewhere = accounts.agent(RoleCode.PLAN_LEAD, gard)
    mandate = seat(body)
    category = services.add_category(OPERATOR, college=college, label="Associations")
    for verb, values in (
        (services.edit_college, {"college": college, "number": 1, "label": "X", "seats": None}),
        (services.remove_college, {"college": college}),
        (services.add_category, {"college": college, "label": "X"}),
        (services.edit_category, {"category": category, "rank": 1, "label": "X", "seats": None}),
        (services.remove_category, {"category": category}),
        (services.edit_mandate, {"mandate": mandate, "college": None, "seat": "titulaire",
                                 "starts_on": today(), "ends_on": None}),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            verb(elsewhere, **values)


def test_the_composition_counts_those_who_sit_today_and_names_only_by_choice(body, college):
    services.add_category(OPERATOR, college=college, label="Associations agréées", seats=1)
    category = SeatCategory.objects.get()
    named = seat(body, category=category, name_public=True)
    seat(body, college=college, seat=MandateSeat.SUBSTITUTE)
    seat(body)
    seat(body, college=college, starts_on=today() + DAY)
    services.end_mandate(OPERATOR, mandate=seat(body, starts_on=today() - 9 * DAY), ends_on=today() - DAY)
    found = composition_of(body)
    told = [(one.seats, one.filled, one.vacant, one.substitutes) for one in found.lines]
    assert told == [(2, 1, 1, 1), (1, 1, 0, 0), (None, 1, None, 0)]
    assert (found.seats, found.filled, found.vacant, found.countable) == (2, 1, 1, False)
    assert [[one.pk for one in line.public_names] for line in found.named] == [[named.pk]]


def test_a_file_gives_categories_and_loaded_again_changes_nothing(lot):
    row = {
        "kind": "cts",
        "name": "CTS du Lot",
        "territory": "departement:46",
        "colleges": [
            {"number": 1, "label": "Professionnels", "seats": 6,
             "categories": [{"label": "Établissements", "seats": 4}, {"label": "Médecins"}]},
        ],
    }  # fmt: skip
    services.load_bodies(OPERATOR, rows=[row])
    assert [(one.letter, one.seats) for one in SeatCategory.objects.all()] == [("a", 4), ("b", None)]
    lines = JournalLine.objects.count()
    services.load_bodies(OPERATOR, rows=[row])
    assert JournalLine.objects.count() == lines
    row["colleges"][0]["categories"][1]["seats"] = 9
    assert "13 sièges" in services.load_bodies(OPERATOR, rows=[row]).set_aside[0][1]


@settings(max_examples=30)
@given(st.dictionaries(st.text("abcdefgh_", min_size=1, max_size=20), st.integers(), max_size=15))
def test_the_reason_of_a_change_always_fits_the_journal(values):
    said = changed({}, values)
    assert len(said) <= 60
    assert changed(values, values) == ""
    assert said.split(" +")[0].split(" ") == list(values)[: len(said.split(" +")[0].split(" "))] or not values


def test_a_mandate_of_yesterday_no_longer_reads(body):
    member = make.a_member(body)
    assert bodies_read_by(member).exists()
    Mandate.objects.update(starts_on=date(2020, 1, 1), ends_on=today() - DAY)
    assert Role.objects.of(member.user).exists()
    assert not bodies_read_by(member).exists()
