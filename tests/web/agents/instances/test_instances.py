"""The agents' room of the bodies: a member on a telephone, a secretary from preparation to publication, the queue."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from fabrique.accounts.enums import MandateSeat, RoleCode
from fabrique.accounts.models import Body, Mandate, SeatCategory
from fabrique.common.clock import now, today, told_at
from fabrique.councils import services
from fabrique.councils.models import MemberOpinion, Opinion, Question, Request, Session, SessionDocument
from fabrique.web.agents.instances.waiting import count
from tests.factories import accounts
from tests.factories import councils as make
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(lot):
    return make.a_body(lot)


@pytest.fixture
def lead(personas):
    return personas[RoleCode.PLAN_LEAD]


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("\u00a0", " ").split())


def url(name, *ids):
    return reverse(f"agents-instances:{name}", args=ids)


def local(instant):
    return timezone.localtime(instant).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.both_databases
def test_a_member_reads_the_next_session_and_gives_an_opinion_in_six_requests(client, body, gard):
    member = make.a_member(body)
    session = make.called(body, joining="Code 1234")
    document = make.a_document(session, item=make.item_of(session))
    services.send_documents(OPERATOR, session=session)
    elsewhere = make.called(make.a_body(gard))
    client.force_login(member.user)
    listed = client.get(url("liste"))
    assert session.title in words(listed)
    assert "1 point attend votre avis" in words(listed)
    assert "CTS Gard" not in words(listed)
    page = client.get(url("seance", session.public_id))
    assert "Code 1234" in words(page)
    assert "Convoquer" not in words(page)
    file = client.get(url("document", document.public_id))
    assert file.content.decode() == "Bilan de l’offre de soins."
    assert file["Content-Disposition"].startswith("attachment")
    assert (file["X-Content-Type-Options"], file["Content-Type"]) == ("nosniff", "application/octet-stream")
    item = make.item_of(session)
    assert client.get(url("mon-avis", item.public_id)).status_code == 200
    given = {"sense": "reserves", "text": "Sous réserve du samedi."}
    assert client.post(url("mon-avis", item.public_id), given).url == url("seance", session.public_id)
    assert "Sous réserve du samedi." in words(client.get(url("seance", session.public_id)))
    assert client.get(url("seance", elsewhere.public_id)).status_code == 404
    assert client.get(url("mon-avis", make.item_of(elsewhere).public_id)).status_code == 404
    assert client.get(url("questions")).status_code == 403
    assert client.get(url("modifier-seance", session.public_id)).status_code == 403
    assert MemberOpinion.objects.count() == 1


def test_an_empty_opinion_is_refused_on_its_page(client, body):
    member = make.a_member(body)
    item = make.item_of(make.called(body))
    client.force_login(member.user)
    answer = client.post(url("mon-avis", item.public_id), {"sense": "", "text": ""})
    assert "Choisissez un avis, ou écrivez une remarque." in words(answer)
    assert "<title>Erreur" in answer.content.decode()


def test_a_secretary_prepares_calls_holds_and_publishes(client, body, lead):
    client.force_login(lead.user)
    make.a_member(body)
    starts_at = now() + timedelta(days=12)
    given = {"title": "Plénière", "starts_at": local(starts_at), "place": "Cahors", "joining": ""}
    client.post(url("nouvelle-seance", body.public_id), given)
    twice = client.post(url("nouvelle-seance", body.public_id), given)
    assert "a déjà lieu à cette heure" in words(twice)
    session = Session.objects.get()
    item_given = {"title": "Bus santé", "kind": "avis", "presentation": "", "reference": "abc123"}
    client.post(url("nouveau-point", session.public_id), item_given)
    assert "déjà à l’ordre du jour" in words(client.post(url("nouveau-point", session.public_id), item_given))
    item = session.items.get()
    for _click in range(2):
        file = SimpleUploadedFile("note.txt", b"Le projet.")
        client.post(
            url("nouveau-document", session.public_id), {"title": "Note", "item": item.pk, "file": file}
        )
    document = SessionDocument.objects.get()
    client.post(url("point", item.public_id), {**item_given, "title": "Bus santé dans le Lot"})
    client.post(url("convoquer", session.public_id))
    client.post(
        url("remplacer", document.public_id),
        {"file": SimpleUploadedFile("note.txt", "Le projet corrigé.".encode())},
    )
    client.post(url("envoyer", session.public_id))
    assert SessionDocument.objects.sent().count() == 2
    assert "pas encore commencé" in words(client.post(url("tenue", session.public_id), follow=True))
    with told_at(starts_at + timedelta(hours=3)):
        client.post(url("tenue", session.public_id))
        opinion = {
            "sense": "favorable",
            "text": "Avis favorable.",
            "points": "Un bus le samedi.\n\nUn arrêt à Figeac.",
            "adopted_on": today().isoformat(),
        }
        client.post(url("avis", item.public_id), opinion)
        client.post(url("publier-avis", item.public_id))
        assert Opinion.objects.in_force().get().points == ["Un bus le samedi.", "Un arrêt à Figeac."]
        client.post(
            url("compte-rendu", session.public_id), {"text": "Lu.", "approved_on": today().isoformat()}
        )
        page = client.post(url("publier-compte-rendu", session.public_id), follow=True)
        assert "Compte rendu publié." in words(page)


def test_a_secretary_creates_a_body_its_colleges_and_its_mandates(client, lot, lead, administrator):
    client.force_login(lead.user)
    given = {
        "kind": "cts",
        "territory": lot.pk,
        "name": "Conseil territorial de santé du Lot",
        "acronym": "CTS",
    }
    created = client.post(url("nouvelle-instance"), given)
    body = Body.objects.get()
    assert created.url == url("membres", body.public_id)
    assert "existe déjà dans ce territoire" in words(client.post(url("nouvelle-instance"), given))
    client.post(url("nouveau-college", body.public_id), {"number": 1, "label": "Usagers", "seats": 2})
    client.post(
        url("nouvelle-categorie", body.public_id, 1), {"rank": 1, "label": "Associations", "seats": 1}
    )
    too_many = {"rank": 2, "label": "Autres", "seats": 9}
    refused = client.post(url("nouvelle-categorie", body.public_id, 1), too_many)
    assert "10 sièges en tout, pour 2 sièges au collège" in words(refused)
    assert "<title>Erreur" in refused.content.decode()
    user = accounts.user(email="membre@exemple.test")
    category = SeatCategory.objects.get()
    seat = {
        "email": "membre@exemple.test",
        "place": f"{category.college_id}-{category.pk}",
        "seat": "titulaire",
        "organisation": "Association des patients",
        "starts_on": today().isoformat(),
        "ends_on": "",
    }
    unknown = {**seat, "email": "personne@exemple.test"}
    assert "Aucun compte" in words(client.post(url("nouveau-membre", body.public_id), unknown))
    client.post(url("nouveau-membre", body.public_id), seat)
    page = words(client.get(url("membres", body.public_id)))
    assert f"{user.full_name} Association des patients Titulaire 1. a) Associations" in page
    mandate = Mandate.objects.get()
    assert (mandate.name_public, mandate.organisation.name) == (False, "Association des patients")
    shown = client.get(url("mandat", mandate.public_id)).context["form"].initial
    for name_public, code in (("on", 302), ("", 200)):
        sent = {**seat, "expected": shown["expected"], "name_public": name_public}
        answer = client.post(url("mandat", mandate.public_id), sent)
        assert answer.status_code == code
    # the second writer is told what stands now, beside what they typed
    assert "Montrer le nom de cette personne au public oui" in words(answer)
    end = {"ends_on": today().isoformat()}
    assert client.post(url("finir-mandat", mandate.public_id), {}).status_code == 200
    client.post(url("finir-mandat", mandate.public_id), end)
    mandate.refresh_from_db()
    assert (mandate.name_public, mandate.ends_on) == (True, today())
    client.post(url("retirer-categorie", body.public_id, 1, 1))
    assert SeatCategory.objects.exists()
    assert client.post(url("supprimer-instance", body.public_id)).status_code == 403
    client.force_login(administrator.user)
    assert client.post(url("supprimer-instance", body.public_id)).url == url("liste")
    assert "elle ne se modifie plus" in words(client.get(url("instance", body.public_id)))


def test_a_secretary_keeps_the_body_and_its_requests(client, body, lead):
    client.force_login(lead.user)
    body_given = {"name": body.name, "acronym": "CTS", "answer_days": 30, "composition_note": ""}
    client.post(url("modifier-instance", body.public_id), body_given)
    body.refresh_from_db()
    assert (body.answer_days, body.door_open, body.composition_known) == (30, False, False)
    opened = client.post(url("modifier-instance", body.public_id), body_given | {"door_open": "on"})
    assert "Avant de l’ouvrir, écrivez" in words(opened)
    asked = {"text": "Le nombre de médecins.", "addressed_to": "Agence", "due_on": "", "session": ""}
    for _click in range(2):
        client.post(url("nouvelle-demande", body.public_id), asked)
    request = Request.objects.get()
    client.post(url("demande", request.public_id), {"answer": "Publié.", "follow_up": "À suivre."})
    assert "Publié." in words(client.get(url("demande", request.public_id)))
    client.post(url("clore-demande", request.public_id))
    assert "Demande close." in words(client.get(url("instance", body.public_id)))
    assert Request.objects.get().state == "close"


@pytest.mark.both_databases
def test_the_queue_is_answered_published_and_taken_back(client, body, lead):
    client.force_login(lead.user)
    late = make.asked(body, 70, publish_agreed=True)
    spam = make.asked(body, 1, text="Achetez ici.")
    assert "En retard (1)" in words(client.get(url("questions")))
    assert "Achetez ici." not in words(client.get(url("questions") + "?etat=retard"))
    question = url("question", late.public_id)
    assert "La personne accepte" in words(client.get(question))
    empty = client.post(url("repondre", late.public_id), {"answer": " "})
    assert "<title>Erreur" in empty.content.decode()
    client.post(url("repondre", late.public_id), {"answer": "Une consultation ouvre en mars."})
    unread = client.post(url("publier-question", late.public_id), {"text": make.WORDS})
    assert "Lisez la question et la réponse" in words(unread)
    reworded = client.post(url("publier-question", late.public_id), {"text": "Autre chose", "read": "on"})
    assert "telle qu’elle a été écrite" in words(reworded)
    client.post(url("publier-question", late.public_id), {"text": make.WORDS, "read": "on"})
    assert list(Question.objects.public()) == [late]
    client.post(url("retirer-question", late.public_id))
    assert not Question.objects.public().exists()
    client.post(url("ecarter", spam.public_id), {"reason": "publicite"})
    assert "Message écarté" in words(client.get(url("question", spam.public_id)))
    client.post(url("reprendre", spam.public_id))
    assert list(Question.objects.to_answer()) == [spam]


def test_an_answer_written_by_two_is_not_lost_and_an_unread_one_is_not_published(client, body, lead):
    question = make.asked(body, publish_agreed=True)
    client.force_login(lead.user)
    page = client.get(url("question", question.public_id)).context
    token = page["reponse"].initial["expected"]
    services.answer_question(lead, question=question, answer="En mars.")
    late = client.post(url("repondre", question.public_id), {"answer": "En mai.", "expected": token})
    assert "Ce qui a été enregistré pendant que vous écriviez" in words(late)
    assert Question.objects.get().answer == "En mars."
    read = {"text": make.WORDS, "read": "on", "expected": token}
    unread = client.post(url("publier-question", question.public_id), read)
    assert "La réponse a changé depuis que vous l’avez lue." in words(unread)
    assert not Question.objects.public().exists()
    fresh = unread.context["publication"]["expected"].value()
    client.post(url("publier-question", question.public_id), {**read, "expected": fresh})
    assert Question.objects.public().exists()


def test_a_president_answers_and_a_moderator_only_publishes(client, body, personas):
    question = make.asked(body, publish_agreed=True)
    client.force_login(make.a_member(body, MandateSeat.PRESIDENT).user)
    client.post(url("repondre", question.public_id), {"answer": "Oui."})
    assert Question.objects.get().answer == "Oui."
    assert client.post(url("ecarter", question.public_id), {"reason": "publicite"}).status_code == 403
    client.force_login(personas[RoleCode.MODERATOR].user)
    assert client.post(url("repondre", question.public_id), {"answer": "Non."}).status_code == 403
    assert client.get(url("liste")).status_code == 200
    client.post(url("publier-question", question.public_id), {"text": make.WORDS, "read": "on"})
    assert Question.objects.public().exists()


def test_the_home_says_what_waits(body, lead):
    make.asked(body, 70)
    assert count(lead) == (1, "1 question à répondre, dont 1 en retard")
    member = make.a_member(body)
    assert count(member)[0] == 0
    session = make.called(body)
    assert count(member) == (1, "1 séance à venir, 1 point attend votre avis")
    services.write_member_opinion(member, item=make.item_of(session), text="Oui.")
    assert count(member) == (1, "1 séance à venir")


def test_whoever_has_no_part_in_the_bodies_is_refused(client, personas, body):
    client.force_login(personas[RoleCode.CODER].user)
    for name in ("liste", "questions"):
        assert client.get(url(name)).status_code == 403
    assert client.get(url("instance", body.public_id)).status_code == 403
