"""The public room of the bodies: what is shown, the door and its receipt, the answer by the code."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import Mandate
from fabrique.accounts.services import add_category, add_college, edit_body, edit_college, grant_mandate
from fabrique.common.clock import today
from fabrique.common.crypto import decrypt
from fabrique.consultations.services.proofs import new_question
from fabrique.councils import services
from fabrique.councils.enums import OpinionSense
from fabrique.councils.models import Question
from fabrique.subscriptions.models import Email
from fabrique.web.public.instances.words import waiting_sentence
from tests.factories import accounts
from tests.factories import councils as make
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(lot):
    return make.a_body(lot)


def typed(client, body, **given):
    """The form as somebody without JavaScript sends it."""
    page = client.get(reverse("instances:ecrire", args=[body.slug]))
    seal = re.search(r'name="form" value="([^"]+)"', page.content.decode()).group(1)
    question = new_question()
    return {
        "form": seal,
        "question": question.token,
        "calcul": str(json.loads(decrypt(question.token))["sum"]),
        "kind": "question",
        "text": make.WORDS,
        "age": "15",
        "consent": "on",
        **given,
    }


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("\u00a0", " ").split())


@pytest.mark.both_databases
def test_asked_answered_published_read_with_the_code_then_withdrawn(client, body, personas):
    address = reverse("instances:ecrire", args=[body.slug])
    data = typed(client, body, publish_agreed="on", email="habitante@exemple.test")
    assert client.post(address, data).url == reverse("instances:recu")
    client.post(address, data)  # a double click
    question = Question.objects.get()
    receipt = client.get(reverse("instances:recu"))
    code = re.search(r'id="code">([^<]+)<', receipt.content.decode()).group(1)
    assert receipt["Cache-Control"] == "no-store, private"
    assert Email.objects.filter(purpose="councils.answer").count() == 1
    client.post(reverse("suivre:code"), {"code": code})
    follow = reverse("suivre:reponse")
    assert "Pas encore de réponse." in words(client.get(follow))
    lead = personas[RoleCode.PLAN_LEAD]
    services.answer_question(lead, question=question, answer="Une consultation ouvre en mars.")
    assert "Une consultation ouvre en mars." in words(client.get(follow))
    page = reverse("instances:instance", args=[body.slug])
    assert make.WORDS not in words(client.get(page))
    services.publish_question(lead, question=question, text=make.WORDS)
    assert make.WORDS in words(client.get(page))
    assert "sont publiées" in words(client.get(follow))
    client.post(reverse("suivre:retirer"))
    assert make.WORDS not in words(client.get(page))
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"kind": ""}, "Choisissez ce que vous voulez faire."),
        ({"text": " "}, "Écrivez votre message."),
        ({"age": ""}, "Dites si vous avez 15 ans ou plus."),
        ({"age": "0"}, "Avant 15 ans, l’accord d’un parent"),
        ({"consent": ""}, "Cochez cette case pour que votre message puisse être lu."),
        ({"email": "pas-une-adresse"}, "adresse"),
        ({"calcul": "999"}, "Ce n’est pas le bon résultat."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(client, body, missing, said):
    address = reverse("instances:ecrire", args=[body.slug])
    answer = client.post(address, typed(client, body, **missing))
    assert said in words(answer)
    assert "<title>Erreur" in answer.content.decode()
    assert not Question.objects.exists()


def test_words_of_distress_show_the_numbers_at_once_and_on_the_receipt(client, body):
    text = "Je n’en peux plus, je pense au suicide."
    address = reverse("instances:ecrire", args=[body.slug])
    notice = words(client.get(address))
    assert "article 6.1.e, mission d’intérêt public" in notice
    assert "analyse d’impact validée le 15 janvier 2026" in notice
    assert "Besoin d’aide maintenant" in words(
        client.post(address, typed(client, body, text=text, consent=""))
    )
    client.post(address, typed(client, body, text=text))
    assert "3919" in words(client.get(reverse("instances:recu")))
    client.post(reverse("instances:effacer"))
    assert client.get(reverse("instances:recu")).url == reverse("instances:liste")


def test_a_closed_door_is_said_and_takes_nothing(client, body):
    data = typed(client, body)
    edit_body(OPERATOR, body=body, door_open=False)
    address = reverse("instances:ecrire", args=[body.slug])
    assert client.get(address).status_code == 410
    assert client.post(address, data).status_code == 410
    assert "ne reçoit pas encore de messages" in words(
        client.get(reverse("instances:instance", args=[body.slug]))
    )
    assert client.get(reverse("instances:instance", args=["inconnue"])).status_code == 404


def test_the_page_says_what_is_published_and_nothing_that_is_prepared(client, body, personas):
    lead = personas[RoleCode.PLAN_LEAD]
    add_college(OPERATOR, body=body, number=2, label="Usagers")
    session = make.held(body)
    opinion = services.save_opinion(
        lead,
        item=make.item_of(session),
        sense=OpinionSense.WITH_RESERVES,
        text="Avis du conseil.",
        points=["Un bus le samedi."],
        adopted_on=today(),
        votes_for=12,
        votes_against=1,
        abstentions=0,
    )
    secret = make.a_session(body, title="Séance secrète")
    next_one = make.called(body, days=4, title="Séance annoncée", joining="https://salle.test/")
    page = words(client.get(reverse("instances:instance", args=[body.slug])))
    assert "1 collège" in page
    assert "Séance annoncée" in page
    assert "Séance secrète" not in page
    address = reverse("instances:seance", args=[body.slug, session.public_id])
    assert "Avis du conseil." not in words(client.get(address))
    services.publish_opinion(lead, opinion=opinion)
    minutes = services.save_minutes(lead, session=session, text="Compte rendu lu.", approved_on=today())
    services.publish_minutes(lead, minutes=minutes)
    shown = words(client.get(address))
    for said in ("Avis favorable avec réserves", "Un bus le samedi.", "Pour : 12", "Compte rendu lu."):
        assert said in shown
    ahead = client.get(reverse("instances:seance", args=[body.slug, next_one.public_id]))
    assert "salle.test" not in ahead.content.decode()
    hidden = reverse("instances:seance", args=[body.slug, secret.public_id])
    assert client.get(hidden).status_code == 404


def test_the_pages_never_read_how_members_join_a_session(client, body, personas):
    lead = personas[RoleCode.PLAN_LEAD]
    session = make.held(body, joining="https://salle.test/")
    make.called(body, days=4, joining="https://salle.test/")
    opinion = services.save_opinion(
        lead,
        item=make.item_of(session),
        sense=OpinionSense.FAVOURABLE,
        text="Avis.",
        points=[],
        adopted_on=today(),
    )
    services.publish_opinion(lead, opinion=opinion)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("instances:instance", args=[body.slug]))
        client.get(reverse("instances:seance", args=[body.slug, session.public_id]))
    assert (len(page.context["a_venir"]), len(page.context["passees"]), len(page.context["avis"])) == (
        1,
        1,
        1,
    )
    assert any('"councils_session"' in one["sql"] for one in asked)
    assert not [one for one in asked if '"joining"' in one["sql"]]


def test_late_answers_are_said_and_small_numbers_are_not_told(client, body):
    make.asked(body, 70)
    page = words(client.get(reverse("instances:instance", args=[body.slug])))
    assert "En retard : moins de 11 messages attendent une réponse depuis plus de 60 jours." in page
    assert "Aucun message" in waiting_sentence(0, 60)
    assert "11 messages" in waiting_sentence(11, 60)
    assert "moins de 11" in waiting_sentence(10, 1)


def test_the_list_puts_open_doors_first_and_says_when_none_is(client, occitanie, body):
    make.a_body(occitanie, name="Conférence régionale", acronym="CRSA", door_open=False)
    page = words(client.get(reverse("instances:liste")))
    assert page.index("CTS Lot") < page.index("Conférence régionale")
    edit_body(OPERATOR, body=body, door_open=False)
    assert "Aucune instance ne reçoit de messages" in words(client.get(reverse("instances:liste")))


def test_a_late_answer_and_a_message_set_aside_are_said_with_the_code(client, body, personas):
    for days, act, said in (
        (70, lambda q: None, "Nous sommes en retard."),
        (
            1,
            lambda q: services.set_question_aside(
                personas[RoleCode.MODERATOR], question=q, reason="publicite"
            ),
            "Ce message est écarté",
        ),
    ):
        message = make.a_message()
        make_question = make.asked(body, days, code=message.code, key=message.key)
        act(make_question)
        client.post(reverse("suivre:code"), {"code": message.code})
        assert said in words(client.get(reverse("suivre:reponse")))


def test_the_composition_tells_vacancies_once_all_is_recorded_and_names_by_choice(client, body):
    address = reverse("instances:composition", args=[body.slug])
    assert "n’est pas encore renseignée ici" in words(client.get(address))
    college = add_college(OPERATOR, body=body, number=2, label="Usagers", seats=3)
    add_category(OPERATOR, college=college, label="Associations agréées")
    shown, hidden = accounts.user(full_name="Camille Essai"), accounts.user(full_name="Dominique Essai")
    for user, name_public in ((shown, True), (hidden, False)):
        grant_mandate(OPERATOR, body=body, user=user, college=college, name_public=name_public)
    page = words(client.get(address))
    assert "2. Usagers 3" in page
    assert "a) Associations agréées non précisé" in page
    assert "Camille Essai, titulaire" in page
    assert "Dominique" not in page
    assert "Vacants" not in page
    edit_body(OPERATOR, body=body, members_complete=True)
    page = words(client.get(address))
    assert "Cette instance compte 3 sièges." in page
    assert "2 sont pourvus et 1 reste vacant." in page
    assert "2. Usagers 3 2 1 0" in page
    assert "compris dans ceux de son collège" in page
    edit_college(OPERATOR, college=college, number=2, label="Usagers", seats=2)
    assert "tous sont pourvus." in words(client.get(address))
    Mandate.objects.update(ends_on=today() - timedelta(days=1), starts_on=today() - timedelta(days=9))
    assert "aucun n’est pourvu." in words(client.get(address))
