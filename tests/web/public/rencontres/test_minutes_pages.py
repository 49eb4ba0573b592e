"""Public pages of minutes and initiatives, and the slip of a table followed on /suivre/."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import today
from fabrique.contributions.enums import ErasureReason, Moderation
from fabrique.contributions.models import ModerationReason, Participation
from fabrique.contributions.services import erase_participation, moderate
from fabrique.meetings.enums import DecisionKind, ItemKind
from fabrique.meetings.models import Attendance, Item
from fabrique.meetings.services.initiatives import create_initiative, decide_initiative, publish_initiative
from fabrique.meetings.services.items import change_item
from fabrique.meetings.services.minutes import (
    draft_minutes,
    publish_minutes,
    record_transmission,
    write_minutes,
)
from fabrique.meetings.services.slips import print_slips
from tests.factories.territories import OPERATOR, department
from tests.factories.workshops import TEXT, a_workshop, an_item, published, sign, signed, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(personas: Any) -> Any:
    return a_workshop()


@pytest.fixture
def organiser(personas: Any) -> Any:
    return personas[RoleCode.MEETING_ORGANISER]


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def test_minutes_are_public_once_published_with_their_signature_and_transmission(client, workshop, organiser):
    an_item(workshop, people=14)
    an_item(workshop, "Dit par peu de monde", people=3, kind=ItemKind.PROPOSAL)
    for category, count in (("usager", 20), ("elu", 3)):
        Attendance.objects.create(
            meeting=workshop, category=category, count=count, entered_at=workshop.starts_at
        )
    place = f"/rencontres/{workshop.slug}/compte-rendu/"
    assert client.get(place).status_code == 404
    minutes = signed(workshop, organiser)
    assert client.get(place).status_code == 404
    assert client.get(f"{place}version-1.pdf").status_code == 404
    publish_minutes(OPERATOR, minutes=minutes)
    record_transmission(organiser, minutes=minutes, recipient="Ministère d’essai", sent_on=today())
    page = body(client, place)
    assert TEXT in page
    assert f"<strong>{organiser.user.full_name}</strong>, Présidente de séance" in page
    assert "14 personnes" in page
    assert "moins de 11 personnes" in page
    assert "3 personnes" not in page.replace("23 personnes", "")
    assert "Présence : 23 personnes." in page
    assert "Ministère d’essai" in page
    assert "2 propos" in page
    assert "Ministère d’essai" in body(client, "/rencontres/comptes-rendus/")
    assert client.get(f"{place}version-1.pdf").content.startswith(b"%PDF")


def test_a_replaced_version_stays_readable_and_says_so(client, workshop, organiser):
    item = an_item(workshop)
    published(workshop, organiser)
    item.refresh_from_db()
    change_item(organiser, item=item, revision=1, words=words(workshop, "Corrigé"))
    place = f"/rencontres/{workshop.slug}/compte-rendu/"
    assert "Corrigé" not in body(client, place), "not before the new version is signed and published"
    draft = draft_minutes(organiser, meeting=workshop)
    write_minutes(
        organiser, minutes=draft, revision=1, introduction="", bodies={}, correction_note="Une erreur."
    )
    publish_minutes(OPERATOR, minutes=sign(draft, organiser))
    page = body(client, place)
    assert "Corrigé" in page
    assert "Une erreur." in page
    old = body(client, f"{place}version-1/")
    assert TEXT in old
    assert "Une version plus récente a remplacé celle-ci" in old


@pytest.mark.parametrize("how", ["moderated", "erased"])
def test_words_moderated_or_erased_after_the_signature_are_no_longer_public(client, workshop, organiser, how):
    item = an_item(workshop, people=14, carrier="Un porteur")
    an_item(workshop, "Une autre difficulté")
    published(workshop, organiser)
    item.refresh_from_db()
    if how == "moderated":
        reason = ModerationReason.objects.offered().first()
        moderate(OPERATOR, contribution=item.contribution, state=Moderation.HIDDEN, reason=reason.key)
    else:
        statement = item.contribution.participation
        erase_participation(OPERATOR, participation=statement, reason=ErasureReason.RIGHTS)
    place = f"/rencontres/{workshop.slug}/compte-rendu/"
    for page in (body(client, place), body(client, f"{place}version-1/")):
        assert TEXT not in page
        assert "Un porteur" not in page
        assert "Ce propos n’est plus affiché." in page
        assert "Une autre difficulté" in page


def test_the_pages_are_there_before_anything_is_published(client, occitanie):
    assert "Aucun compte rendu publié" in body(client, "/rencontres/comptes-rendus/")
    assert "Aucune initiative publiée" in body(client, "/rencontres/initiatives/")


def test_initiatives_are_listed_with_filters_and_decisions(client, occitanie):
    made = []
    for title, where in (("Le bus des soins", "46"), ("La maison des femmes", "30"), ("Non publiée", "46")):
        made.append(
            create_initiative(OPERATOR, territory=department(where), title=title, summary="Une présentation.")
        )
    for sheet in made[:2]:
        publish_initiative(OPERATOR, initiative=sheet)
    decide_initiative(
        OPERATOR,
        initiative=made[0],
        kind=DecisionKind.SUPPORTED,
        decided_on=today(),
        amount=Decimal(12000),
        funder="Fonds d’essai",
    )
    page = body(client, "/rencontres/initiatives/")
    assert "Non publiée" not in page
    assert "2 initiatives" in page
    for query, there, absent in (
        ("departement=46", "Le bus", "La maison"),
        ("decision=soutenue", "Le bus", "La maison"),
        ("decision=attente", "La maison", "Le bus"),
    ):
        shown = body(client, f"/rencontres/initiatives/?{query}")
        assert there in shown
        assert absent not in shown.split("<main")[1]
    sheet = body(client, f"/rencontres/initiatives/{made[0].public_id}/")
    assert "€ par Fonds d’essai" in sheet
    assert client.get(f"/rencontres/initiatives/{made[2].public_id}/").status_code == 404


def test_the_code_of_a_slip_shows_the_item_only_to_view(client, workshop, organiser):
    item = an_item(workshop, "Un bus des soins", kind=ItemKind.INITIATIVE)
    [(_item, code)] = print_slips(OPERATOR, meeting=workshop)
    refused = client.post("/suivre/", {"code": code})
    assert refused.status_code == 200, "nothing to follow before the signature"
    minutes = signed(workshop, organiser)
    assert client.get(f"/suivre/r/{code}").status_code == 303
    page = body(client, "/suivre/reponse/")
    assert "Un bus des soins" in page
    assert "/suivre/retirer/" not in page
    publish_minutes(OPERATOR, minutes=minutes)
    record_transmission(organiser, minutes=minutes, recipient="Ministère d’essai", sent_on=today())
    sheet = create_initiative(
        OPERATOR,
        territory=workshop.territory,
        title="Le bus",
        summary="Oui.",
        item=Item.objects.get(pk=item.pk),
    )
    publish_initiative(OPERATOR, initiative=sheet)
    page = body(client, "/suivre/reponse/")
    assert "Le compte rendu est publié." in page
    assert "Ministère d’essai" in page
    assert f"/rencontres/initiatives/{sheet.public_id}/" in page


def test_a_sheet_born_of_a_hidden_statement_is_not_shown(client, workshop, organiser):
    item = an_item(workshop, "Un bus des soins", kind=ItemKind.INITIATIVE)
    given = {"territory": workshop.territory, "title": "Le bus des soins", "summary": "Oui.", "item": item}
    sheet = publish_initiative(OPERATOR, initiative=create_initiative(OPERATOR, **given))
    signed(workshop, organiser)
    said = Item.objects.get(pk=item.pk).contribution
    reason = ModerationReason.objects.offered().first()
    address = f"/rencontres/initiatives/{sheet.public_id}/"
    assert "Le bus des soins" in body(client, "/rencontres/initiatives/")
    moderate(OPERATOR, contribution=said, state=Moderation.HIDDEN, reason=reason.key)
    assert "Le bus des soins" not in body(client, "/rencontres/initiatives/")
    assert client.get(address).status_code == 404
    moderate(OPERATOR, contribution=said, state=Moderation.READ)
    assert "Le bus des soins" in body(client, address)


def test_withdrawing_with_a_slip_is_refused(client, workshop, organiser):
    an_item(workshop)
    [(_item, code)] = print_slips(OPERATOR, meeting=workshop)
    signed(workshop, organiser)
    client.post("/suivre/", {"code": code})
    answer = client.post("/suivre/retirer/")
    assert answer.status_code == 409
    assert "permet de suivre ces propos, pas de les retirer" in answer.content.decode()
    assert Participation.objects.count() == 1
