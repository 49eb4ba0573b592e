"""The agents' screens of formal opinions: from the list of the law to the published differences, errors in their place.

Fed by factories/formal.py. Feeds nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from fabrique.accounts.enums import BodyKind, MandateSeat, RoleCode
from fabrique.accounts.services import create_body, grant_mandate
from fabrique.common.clock import today
from fabrique.common.conflicts import token_of
from fabrique.plan.enums import ConsultationState
from fabrique.plan.models import FormalConsultation, Opinion, OpinionPoint
from fabrique.plan.services.opinions import edit_point, opinion_token
from fabrique.plan.services.wording import cause_of, tie_change
from tests.factories import accounts, formal
from tests.factories import plan as plans
from tests.factories.territories import OPERATOR, region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]
ROOM = "/agents/avis/"


@pytest.fixture
def lead(client: Client, personas: Any) -> Client:
    client.force_login(personas[RoleCode.PLAN_LEAD].user)
    return client


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_consultation_is_prepared_completed_and_sent(lead: Client) -> None:
    assert "Aucune consultation réglementaire" in read(lead, ROOM)
    assert "Aucun plan à soumettre" in read(lead, ROOM + "nouvelle/")
    plan = formal.a_plan()
    wrong = lead.post(
        ROOM + "nouvelle/", {"plan": plan.pk, "revision": "revision-partielle", "title": "Avis"}
    )
    assert "déjà adopté" in wrong.content.decode()
    assert "<title>Erreur" in wrong.content.decode()
    sent = lead.post(
        ROOM + "nouvelle/", {"plan": plan.pk, "revision": "plan-entier", "title": "Avis sur l’essai"}
    )
    address = sent["Location"]
    page = read(lead, address)
    assert "à confirmer par le service juridique" in page
    assert "Conseil départemental du Lot" in page
    assert "<title>Erreur" in lead.post(address + "proposer/", {}).content.decode()
    lead.post(address + "proposer/", {"keys": ["cts", "prefet-departement"]})
    lead.post(address + "ajouter/", {"name": "Ordre (fictif)", "basis": "volontaire"})
    consultation = FormalConsultation.objects.get()
    order = formal.one(consultation, "Ordre (fictif)")
    line = f"{ROOM}consultes/{order.public_id}/"
    twice = lead.post(line + "modifier/", {"name": "Conseil régional d’Occitanie", "basis": "volontaire"})
    assert "déjà dans la liste" in twice.content.decode()
    lead.post(line + "modifier/", {"name": "Ordre d’essai (fictif)", "basis": "volontaire"})
    assert "Ordre d’essai (fictif)" in read(lead, address)
    lead.post(line + "retirer/")
    assert consultation.consultees.filter(basis="volontaire").count() == 26
    short = lead.post(
        address + "modifier/",
        {"title": "Avis", "notice": "Soumis.", "months": 1, "voluntary_silence": "repute-rendu"},
    )
    assert "au moins 3 mois" in short.content.decode()
    lead.post(
        address + "modifier/",
        {"title": "Avis", "notice": "Soumis.", "months": 3, "voluntary_silence": "repute-rendu"},
    )
    unchecked = lead.post(address + "publier/", {"on": "2026-01-15", "reference": "Recueil nº 12"})
    assert "Cochez cette case" in unchecked.content.decode()
    with formal.on(formal.NOTICE_ON):
        lead.post(address + "publier/", {"on": "2026-01-15", "reference": "Recueil nº 12", "checked": "on"})
    consultation.refresh_from_db()
    assert (consultation.state, consultation.closes_on) == (ConsultationState.OPEN, formal.CLOSES_ON)
    # sent twice: the second time is refused, in the page
    twice = lead.post(
        address + "publier/", {"on": "2026-01-15", "reference": "Recueil nº 12", "checked": "on"}
    )
    assert "ne changent plus" in twice.content.decode()


def test_an_opinion_its_points_and_their_replies(lead: Client) -> None:
    consultation = formal.opened()
    row = formal.one(consultation, "Préfet")
    address = f"{ROOM}consultes/{row.public_id}/"
    wrong = lead.post(address, {"tone": "reserves", "received_on": "2026-03-02", "text": ""})
    assert "Recopiez le texte" in wrong.content.decode()
    lead.post(address, {"tone": "reserves", "received_on": "2026-03-02", "text": "Avec une réserve."})
    lead.post(address, {"tone": "defavorable", "received_on": "2026-03-02", "text": "Défavorable, corrigé."})
    assert Opinion.objects.get().tone == "defavorable"
    kept = {"tone": "favorable", "received_on": "2026-03-02", "text": "Le second écrit.", "token": "ancien"}
    conflict = lead.post(address, kept).content.decode()
    assert "Une autre personne a écrit ici" in conflict
    assert f'name="token" value="{opinion_token(Opinion.objects.get())}"' in conflict
    assert "Le second écrit." in conflict
    assert "<title>Erreur" in lead.post(address + "point/", {"point-text": ""}).content.decode()
    lead.post(address + "point/", {"point-text": "Dix ne suffisent pas.", "point-about": formal.BUS})
    lead.post(address + "point/", {"point-text": "À retirer.", "point-about": ""})
    first, second = OpinionPoint.objects.order_by("number")
    lead.post(f"{ROOM}points/{second.public_id}/oter/")
    lead.post(f"{ROOM}points/{first.public_id}/", {"text": "Dix bus ne suffisent pas.", "about": formal.BUS})
    assert "1 point sans réponse" in read(lead, "/agents/")
    points = f"{ROOM}{consultation.public_id}/points/"
    assert "Mettre en route dix bus de santé." in read(lead, points)
    reply = f"{ROOM}points/{first.public_id}/repondre/"
    sent = lead.post(reply, {f"{first.public_id}-kind": "retenu", f"{first.public_id}-words": ""})
    assert "Écrivez la réponse" in sent.content.decode()
    assert "<title>Erreur" in sent.content.decode()
    lead.post(reply, {f"{first.public_id}-kind": "retenu", f"{first.public_id}-words": "Quinze."})
    assert "il a sa réponse" in read(lead, points)
    page = read(lead, f"{ROOM}{consultation.public_id}/")
    assert "Terminer la consultation" in page
    lead.post(f"{ROOM}{consultation.public_id}/terminer/")
    consultation.refresh_from_db()
    assert consultation.state == ConsultationState.ENDED
    assert "pas encore adopté" in read(lead, f"{ROOM}{consultation.public_id}/")


def test_a_reply_sent_back_stands_on_the_page_of_its_point(lead: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("fabrique.web.agents.avis.views.receiving.PER_PAGE", 1)
    received = formal.opinion(formal.one(formal.opened(), "Préfet"))
    formal.point(received)
    second = formal.point(received, "Et la nuit ?", "")
    page = lead.post(f"{ROOM}points/{second.public_id}/repondre/").content.decode()
    assert "Et la nuit" in page
    assert "Écrivez la réponse" in page


def test_one_of_a_collective_line_answers_and_one_more_is_asked_by_choice(lead: Client) -> None:
    consultation = formal.opened()
    communes = formal.one(consultation, "Communes")
    made = lead.post(f"{ROOM}consultes/{communes.public_id}/", {"name": "Commune d’Essai (fictive)"})
    assert made["Location"] == f"{ROOM}consultes/{formal.one(consultation, 'Commune d').public_id}/"
    add = f"{ROOM}{consultation.public_id}/ajouter/"
    assert "prévu par la loi" not in read(lead, add)
    no_day = lead.post(add, {"name": "Ordre (fictif)", "basis": "volontaire"})
    assert "son dernier jour" in no_day.content.decode()
    assert (
        lead.post(add, {"name": "Ordre (fictif)", "basis": "volontaire", "due_on": "2099-01-01"}).status_code
        == 302
    )


def test_each_change_gets_its_cause_then_the_differences_are_published(lead: Client) -> None:
    done = formal.adopted()
    address = f"{ROOM}{done.consultation.public_id}/"
    assert "1 ligne changée attend sa cause" in read(lead, address)
    change = done.consultation.changes.get()
    page = read(lead, address + "differences/")
    assert '<del class="avis-ote">' in page
    assert "Publier les différences" not in page
    tie = f"{ROOM}changements/{change.public_id}/"
    empty = lead.post(tie, {f"{change.public_id}-reason": ""}).content.decode()
    assert "Choisissez un point" in empty
    assert "<title>Erreur" in empty
    lead.post(f"{address}differences/publier/")
    lead.post(tie, {f"{change.public_id}-points": [done.taken.public_id]})
    assert change.points.get() == done.taken
    assert "Publier les différences" in read(lead, address + "differences/")
    lead.post(f"{address}differences/publier/")
    done.consultation.refresh_from_db()
    assert done.consultation.published_at is not None
    assert "Publié le" in read(lead, address + "differences/")


def test_two_persons_on_one_cause_and_one_point(lead: Client) -> None:
    """The second sees what the first wrote, in words, and keeps what was typed."""
    done = formal.adopted()
    change = done.consultation.changes.get()
    sent = {f"{change.public_id}-expected": token_of(cause_of(change)), f"{change.public_id}-reason": "Mien."}
    tie_change(OPERATOR, change=change, points=[done.taken])
    page = lead.post(f"{ROOM}changements/{change.public_id}/", sent).content.decode()
    for said in ("Une autre personne a enregistré", done.taken.text[:40], "Mien.</textarea>"):
        assert said in page, said
    assert change.points.exists()
    waiting = formal.point(formal.opinion(formal.one(formal.opened(formal.a_plan("Autre")), "Préfet")))
    address = f"{ROOM}points/{waiting.public_id}/"
    shown = lead.get(address).context["form"]["expected"].value()
    edit_point(OPERATOR, point=waiting, text="Plus tôt.", about="")
    back = lead.post(address, {"text": "Plus tard.", "about": formal.BUS, "expected": shown})
    assert "Plus tôt." in back.content.decode()
    assert OpinionPoint.objects.get(pk=waiting.pk).text == "Plus tôt."


def test_two_texts_are_compared_from_the_screen(lead: Client) -> None:
    done = formal.ended()
    address = f"{ROOM}{done.consultation.public_id}/"
    refused = lead.post(address + "comparer/", follow=True).content.decode()
    assert "pas encore adopté" in refused
    assert "Rien à comparer" in read(lead, address + "differences/")


def test_a_president_gives_the_opinion_of_the_body_and_sees_nothing_else(client: Client) -> None:
    body = create_body(OPERATOR, kind=BodyKind.CRSA, name="CRSA d’essai", territory=region())
    person = accounts.user()
    grant_mandate(OPERATOR, body=body, user=person, seat=MandateSeat.PRESIDENT)
    consultation = formal.opened()
    client.force_login(person)
    assert "1 avis à rendre" in read(client, "/agents/")
    row = formal.one(consultation, "CRSA")
    assert f"consultes/{row.public_id}/" in read(client, ROOM)
    address = f"{ROOM}consultes/{row.public_id}/"
    assert "received_on" not in read(client, address)
    client.post(address, {"tone": "favorable", "text": "Favorable."})
    opinion = Opinion.objects.get()
    assert (opinion.received_on, opinion.recorded_by) == (today(), person)
    client.post(address + "point/", {"point-text": "Un point.", "point-about": ""})
    assert escape("Un point.") in read(client, address)
    assert "Corriger l’avis" not in read(client, address)
    assert client.get(f"{ROOM}{consultation.public_id}/").status_code == 403
    other = formal.one(consultation, "Préfet")
    assert client.get(f"{ROOM}consultes/{other.public_id}/").status_code == 404
    assert client.post(f"{ROOM}points/{opinion.points.get().public_id}/repondre/").status_code == 403


def test_a_reader_reads_and_writes_nothing(client: Client, personas: Any) -> None:
    done = formal.adopted()
    client.force_login(personas[RoleCode.READER].user)
    consultee = done.taken.opinion.consultee
    for address in (
        f"{ROOM}{done.consultation.public_id}/",
        f"{ROOM}{done.consultation.public_id}/points/",
        f"{ROOM}{done.consultation.public_id}/differences/",
        f"{ROOM}consultes/{consultee.public_id}/",
    ):
        assert "<form" not in read(client, address).partition("<main")[2].partition("</main")[0]
    for address in (
        f"{ROOM}consultes/{consultee.public_id}/",
        f"{ROOM}consultes/{consultee.public_id}/point/",
        f"{ROOM}points/{done.taken.public_id}/repondre/",
        f"{ROOM}changements/{done.consultation.changes.get().public_id}/",
        f"{ROOM}{done.consultation.public_id}/differences/publier/",
    ):
        assert client.post(address).status_code == 403, address


def test_days_left_are_said_until_the_last_day_included(lead: Client) -> None:
    consultation = formal.opened()
    with formal.on(date(2026, 4, 14)):
        assert "encore 1 jour" in read(lead, f"{ROOM}{consultation.public_id}/")
    with formal.on(formal.CLOSES_ON):
        page = read(lead, f"{ROOM}{consultation.public_id}/")
        assert "aujourd’hui" in page
        assert "Avis réputé rendu" not in page
    assert "Avis réputé rendu" in read(lead, f"{ROOM}{consultation.public_id}/")


def test_a_department_lead_is_not_offered_the_opinions_on_the_plan_of_the_region(client: Client) -> None:
    formal.opened()
    client.force_login(plans.lead("48").user)
    assert ROOM not in read(client, "/agents/")
    assert "Préparer une consultation" not in read(client, ROOM)
    client.force_login(plans.lead().user)
    assert ROOM in read(client, "/agents/")
    assert "Préparer une consultation" in read(client, ROOM)
