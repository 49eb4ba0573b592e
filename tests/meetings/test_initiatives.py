"""Initiatives: sheets from items or on their own, publication, decisions of the agency; right and refusals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import now, today
from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.enums import DecisionKind, InitiativeState, ItemKind
from fabrique.meetings.models import Initiative, InitiativeDecision
from fabrique.meetings.services.initiatives import (
    change_initiative,
    create_initiative,
    decide_initiative,
    publish_initiative,
)
from tests.factories.territories import OPERATOR, department
from tests.factories.workshops import a_workshop, an_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(personas: Any) -> Any:
    return a_workshop()


def a_sheet(**more: Any) -> Initiative:
    values = {
        "territory": department("46"),
        "title": "Le bus des soins",
        "summary": "Il passe le mardi.",
        **more,
    }
    return create_initiative(OPERATOR, **values)


def decide(sheet: Initiative, kind: str, actor: Any = OPERATOR, **more: Any) -> InitiativeDecision:
    return decide_initiative(actor, initiative=sheet, kind=kind, decided_on=today(), **more)


def test_a_sheet_begins_from_an_item_once(personas, workshop):
    item = an_item(workshop, "Un bus passe le mardi", kind=ItemKind.INITIATIVE)
    given = {"territory": workshop.territory, "title": " Le  bus ", "item": item}
    sheet = create_initiative(personas[RoleCode.FACILITATOR], **given)
    assert (sheet.title, sheet.meeting, sheet.state) == ("Le bus", workshop, InitiativeState.IDEA)
    assert create_initiative(personas[RoleCode.FACILITATOR], **given).pk == sheet.pk


def test_a_difficulty_is_no_initiative(workshop):
    with pytest.raises(Refused) as refused:
        create_initiative(OPERATOR, territory=workshop.territory, title="Non", item=an_item(workshop))
    assert refused.value.code == "initiative.kind"


@pytest.mark.parametrize(
    ("wrong", "code"), [({"title": " "}, "initiative.title"), ({"state": "x"}, "initiative.state")]
)
def test_a_sheet_has_a_title_and_a_known_state(occitanie, wrong, code):
    with pytest.raises(Refused) as refused:
        a_sheet(**wrong)
    assert refused.value.code == code


def test_a_sheet_is_rewritten_and_a_lost_update_is_refused(personas, occitanie):
    sheet = a_sheet()
    changed = change_initiative(
        personas[RoleCode.FACILITATOR], initiative=sheet, revision=1, needs="Un véhicule.", title="Le bus"
    )
    assert (changed.needs, changed.revision) == ("Un véhicule.", 2)
    with pytest.raises(Refused) as refused:
        change_initiative(OPERATOR, initiative=sheet, revision=1, needs="Deux.")
    assert refused.value.code == "edit.conflict"


def test_a_facilitator_of_the_lot_writes_no_sheet_of_the_gard(personas, occitanie):
    sheet = a_sheet(territory=department("30"))
    with pytest.raises(Forbidden):
        change_initiative(personas[RoleCode.FACILITATOR], initiative=sheet, revision=1, title="Autre")
    mine = a_sheet(title="La mienne")
    with pytest.raises(Forbidden):
        change_initiative(
            personas[RoleCode.FACILITATOR], initiative=mine, revision=1, territory=department("30")
        )


def test_publishing_and_deciding_are_the_approver_s(personas, occitanie):
    sheet = a_sheet()
    for role in (RoleCode.FACILITATOR, RoleCode.MEETING_ORGANISER, RoleCode.EDITOR):
        with pytest.raises(Forbidden):
            publish_initiative(personas[role], initiative=sheet)
        with pytest.raises(Forbidden):
            decide(sheet, DecisionKind.REPRODUCE, actor=personas[role])
    decided = decide(sheet, DecisionKind.REPRODUCE, actor=personas[RoleCode.APPROVER])
    assert decided.published_at is None
    assert publish_initiative(personas[RoleCode.APPROVER], initiative=sheet).published_at is not None
    decided.refresh_from_db()
    assert decided.published_at is not None
    assert (
        decide(sheet, DecisionKind.NOT_TAKEN_UP, reason="Hors du champ de l’agence.").published_at is not None
    )


def test_a_sheet_that_says_nothing_is_not_published(occitanie):
    with pytest.raises(Refused) as refused:
        publish_initiative(OPERATOR, initiative=a_sheet(summary="  "))
    assert refused.value.code == "initiative.summary"


def test_a_support_has_its_amount_and_funder(occitanie):
    sheet = a_sheet()
    decision = decide(sheet, DecisionKind.SUPPORTED, amount=Decimal("12000.50"), funder=" Fonds  d’essai ")
    assert (decision.amount, decision.funder) == (Decimal("12000.50"), "Fonds d’essai")
    same = decide(sheet, DecisionKind.SUPPORTED, amount=Decimal("12000.50"), funder="Fonds d’essai")
    assert same.pk == decision.pk, "a double click decides once"


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("autre", {}, "decision.kind"),
        (DecisionKind.SUPPORTED, {"funder": "Fonds"}, "decision.amount"),
        (DecisionKind.SUPPORTED, {"amount": Decimal(0), "funder": "Fonds"}, "decision.amount"),
        (DecisionKind.SUPPORTED, {"amount": Decimal(5)}, "decision.amount"),
        (DecisionKind.NOT_TAKEN_UP, {"reason": "  "}, "decision.reason"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(occitanie, kind, given, code):
    with pytest.raises(Refused) as refused:
        decide(a_sheet(), kind, **given)
    assert refused.value.code == code


def test_a_decision_is_not_dated_from_tomorrow(occitanie):
    from datetime import timedelta

    with pytest.raises(Refused) as refused:
        decide_initiative(
            OPERATOR,
            initiative=a_sheet(),
            kind=DecisionKind.REPRODUCE,
            decided_on=today() + timedelta(days=1),
        )
    assert refused.value.code == "decision.date"


@pytest.mark.both_databases
def test_the_database_holds_the_same_rules(occitanie):
    sheet = a_sheet()
    given = {"initiative": sheet, "kind": DecisionKind.REPRODUCE, "decided_on": today(), "recorded_at": now()}
    for wrong in ({"kind": DecisionKind.NOT_TAKEN_UP}, {"amount": Decimal(5)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            InitiativeDecision.objects.create(**{**given, **wrong})
    decision = decide(sheet, DecisionKind.REPRODUCE)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        InitiativeDecision.objects.filter(pk=decision.pk).update(reason="Réécrite")
