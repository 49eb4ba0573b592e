"""Bodies, colleges and mandates: who may, what is refused, what a file of data gives."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fabrique.accounts.actors import Agent
from fabrique.accounts.enums import BodyKind, MandateSeat, RoleCode
from fabrique.accounts.models import Body, College, Mandate, Role
from fabrique.accounts.services import (
    add_college,
    create_body,
    edit_body,
    end_body,
    end_mandate,
    grant_mandate,
    load_bodies,
    rows_of_steering,
)
from fabrique.audit.models import JournalLine
from fabrique.common.clock import today
from fabrique.common.errors import Forbidden, Refused
from tests.factories import accounts, territories
from tests.factories.councils import READY
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.django_db

STEERING = [
    {"code": "CRSA", "label": "Conférence régionale de la santé et de l'autonomie", "level": "region"},
    {"code": "CTS", "label": "Conseil territorial de santé", "level": "department", "count": 13},
    {"label": "instance de suivi et d'évaluation", "composition": "to be defined", "participatory": True},
]


def cts(territory, **values):
    return create_body(
        OPERATOR,
        kind=BodyKind.CTS,
        name=f"CTS {territory.name}",
        territory=territory,
        acronym="CTS",
        **values,
    )


@pytest.mark.both_databases
def test_the_reference_gives_fifteen_bodies_and_no_invented_college(occitanie):
    rows = rows_of_steering(STEERING, occitanie)
    loaded = load_bodies(OPERATOR, rows=rows)
    assert (len(loaded.added), loaded.set_aside) == (15, [])
    assert Body.objects.filter(kind=BodyKind.CTS).count() == 13
    crsa = Body.objects.get(kind=BodyKind.CRSA)
    assert crsa.name == "Conférence régionale de la santé et de l’autonomie d’Occitanie"
    assert (crsa.slug, crsa.composition_known, crsa.door_open) == ("crsa-occitanie", True, False)
    assert Body.objects.get(kind=BodyKind.FOLLOW_UP).composition_known is False
    assert Body.objects.get(kind=BodyKind.FOLLOW_UP).slug == "suivi-occitanie"
    assert Body.objects.get(slug="cts-lot").name == "Conseil territorial de santé du Lot"
    assert not College.objects.exists()
    lines = JournalLine.objects.count()
    again = load_bodies(OPERATOR, rows=rows)
    assert (len(again.known), again.added) == (15, [])
    assert JournalLine.objects.count() == lines


def test_a_row_that_cannot_be_is_set_aside_and_the_others_are_loaded(lot):
    rows = [
        {"kind": "cts", "name": "CTS du Lot", "territory": "departement:46", "answer_days": 30,
         "colleges": [{"number": 1, "label": "Usagers", "seats": ""}]},
        {"kind": "cts", "name": "CTS de nulle part", "territory": "departement:999"},
        {"kind": "sénat", "name": "Autre", "territory": "departement:46"},
    ]  # fmt: skip
    loaded = load_bodies(OPERATOR, rows=rows)
    assert [name for name, _reason in loaded.set_aside] == ["CTS de nulle part", "Autre"]
    assert "departement:999" in loaded.set_aside[0][1]
    (body,) = loaded.added
    assert (body.answer_days, body.colleges.get().seats) == (30, None)
    load_bodies(OPERATOR, rows=[{**rows[0], "answer_days": 45, "door_open": True, **READY}])
    body.refresh_from_db()
    assert (body.answer_days, body.door_open) == (45, True)


def test_a_body_is_refused_twice_without_a_name_or_with_an_odd_delay(lot):
    body = cts(lot)
    for values, code in (
        ({"name": body.name}, "body.exists"),
        ({"name": "  "}, "body.name"),
        ({"name": "CTS bis", "answer_days": 0}, "body.delay"),
        ({"name": "CTS bis", "answer_days": 366}, "body.delay"),
        ({"name": "CTS bis", "kind": "sénat"}, "body.kind"),
    ):
        with pytest.raises(Refused) as refused:
            create_body(OPERATOR, **{"kind": BodyKind.CTS, "territory": lot, **values})
        assert refused.value.code == code
    with pytest.raises(TypeError):
        edit_body(OPERATOR, body=body, slug="autre")
    assert edit_body(OPERATOR, body=body, name="Conseil du Lot").slug == body.slug
    with pytest.raises(Refused) as refused:
        add_college(OPERATOR, body=body, number=0, label="Usagers")
    assert refused.value.code == "college.label"


def test_a_door_opens_once_its_impact_assessment_and_legal_bases_are_recorded(lot):
    body = cts(lot, **{**READY, "aipd_validated_by": " ", "legal_basis_9": ""})
    with pytest.raises(Refused) as refused:
        edit_body(OPERATOR, body=body, door_open=True)
    assert refused.value.code == "body.door"
    assert refused.value.params["missing"] == ["aipd_validated_by", "legal_basis_9"]
    with pytest.raises(Refused) as refused:
        edit_body(OPERATOR, body=body, aipd_validated_on=today() + timedelta(days=1))
    assert refused.value.code == "body.assessment_date"
    assert not Body.objects.with_open_door().exists()
    assert edit_body(OPERATOR, body=body, door_open=True, **READY).door_open
    with pytest.raises(Refused):
        edit_body(OPERATOR, body=body, legal_basis_6="")
    bad = {"kind": "cts", "name": "CTS bis", "territory": "departement:46", "aipd_validated_on": "janvier"}
    assert load_bodies(OPERATOR, rows=[bad]).set_aside[0][0] == "CTS bis"


def test_a_body_that_ended_closes_its_door_and_takes_nobody(lot):
    body = end_body(OPERATOR, body=cts(lot, door_open=True, **READY))
    assert (body.ended_on, body.door_open) == (today(), False)
    assert not Body.objects.with_open_door().exists()
    for act in (
        lambda: end_body(OPERATOR, body=body),
        lambda: edit_body(OPERATOR, body=body, door_open=True),
        lambda: grant_mandate(OPERATOR, body=body, user=accounts.user()),
    ):
        with pytest.raises(Refused):
            act()


def test_bodies_are_kept_by_their_secretaries_in_their_own_territory(personas, lot, gard):
    elsewhere = accounts.agent(RoleCode.PLAN_LEAD, gard)
    body = cts(lot)
    for actor in (personas[RoleCode.ANALYST], elsewhere):
        for act in (
            lambda actor=actor: create_body(actor, kind=BodyKind.OTHER, name="Autre", territory=lot),
            lambda actor=actor: edit_body(actor, body=body, door_open=True),
            lambda actor=actor: end_body(actor, body=body),
            lambda actor=actor: add_college(actor, body=body, number=1, label="Usagers"),
            lambda actor=actor: grant_mandate(actor, body=body, user=accounts.user()),
        ):
            with pytest.raises(Forbidden):
                act()
    assert edit_body(personas[RoleCode.PLAN_LEAD], body=body, door_open=True, **READY).door_open


def test_a_mandate_gives_the_role_of_member_there_and_its_end_takes_it_back(lot, gard):
    body, user = cts(lot), accounts.user()
    college = add_college(OPERATOR, body=body, number=1, label="Usagers")
    mandate = grant_mandate(OPERATOR, body=body, user=user, college=college, seat=MandateSeat.PRESIDENT)
    role = Role.objects.of(user).get()
    assert (role.code, role.territory) == (RoleCode.BODY_MEMBER, lot)
    assert list(Mandate.objects.current().of(user)) == [mandate]
    end_mandate(OPERATOR, mandate=mandate)
    assert not Role.objects.of(user).exists()
    with pytest.raises(Refused) as refused:
        end_mandate(OPERATOR, mandate=mandate)
    assert refused.value.code == "mandate.ended"
    renewed = grant_mandate(OPERATOR, body=body, user=user, starts_on=today() + timedelta(days=1))
    assert renewed.pk != mandate.pk


def test_the_role_stays_while_another_seat_of_the_territory_needs_it(lot):
    user = accounts.user()
    first = grant_mandate(OPERATOR, body=cts(lot), user=user)
    other = create_body(OPERATOR, kind=BodyKind.OTHER, name="Comité", territory=lot)
    second = grant_mandate(OPERATOR, body=other, user=user)
    end_mandate(OPERATOR, mandate=first)
    assert Role.objects.of(user).get().code == RoleCode.BODY_MEMBER
    end_mandate(OPERATOR, mandate=second)
    assert not Role.objects.of(user).exists()


def test_a_mandate_is_refused_twice_closed_elsewhere_or_backwards(lot, gard, administrator):
    body, user = cts(lot), accounts.user()
    mandate = grant_mandate(administrator, body=body, user=user)
    college = add_college(OPERATOR, body=cts(gard), number=1, label="Usagers")
    closed = accounts.user()
    closed.is_active = False
    for values, code in (
        ({"user": user}, "mandate.already"),
        ({"user": accounts.user(), "college": college}, "mandate.college"),
        ({"user": accounts.user(), "seat": "roi"}, "mandate.seat"),
        ({"user": closed}, "mandate.closed"),
    ):
        with pytest.raises(Refused) as refused:
            grant_mandate(administrator, body=body, **values)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        end_mandate(administrator, mandate=mandate, ends_on=date(2000, 1, 1))
    assert refused.value.code == "mandate.dates"
    with pytest.raises(Forbidden):
        end_mandate(Agent(user), mandate=mandate)


def test_bodies_are_listed_with_the_region_first(occitanie):
    load_bodies(OPERATOR, rows=rows_of_steering(STEERING, occitanie))
    listed = [body.territory.code for body in Body.objects.by_territory()]
    assert listed[:2] == ["76", "76"]
    assert listed[2:] == sorted(listed[2:])
    assert territories.department("46").code in listed
