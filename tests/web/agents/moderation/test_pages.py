"""The room of moderation through HTTP: the queue, an alert, a contest, grounds, named agents; and who may not.

Fed by personas and factories/contributions.py. Feeds nothing.
"""

from __future__ import annotations

import pytest
from django.test import Client

from fabrique.accounts.enums import RoleCode
from fabrique.contributions.enums import AlertOutcome, ContestState, Moderation
from fabrique.contributions.models import Alert, AlertContact, Contest, Contribution, ModerationReason
from fabrique.contributions.services import moderate
from tests.factories import consultations
from tests.factories.contributions import a_participation, a_response, a_source
from tests.factories.territories import department

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]
ROOM = "/agents/moderation/"
DISTRESS = "Je veux en finir avec la vie, appelez le 06 12 34 56 78."


def signed_in(personas, role) -> Client:
    client = Client()
    client.force_login(personas[role].user)
    return client


def text_of(words: str) -> Contribution:
    return a_participation(a_source(), texts={"needs": words}).contributions.get()


def test_the_queue_shows_masked_texts_and_takes_decisions(personas) -> None:
    client = signed_in(personas, RoleCode.MODERATOR)
    text = text_of("Appelez-moi au 06 12 34 56 78")
    page = client.get(ROOM).content.decode()
    assert "06 12 34" not in page
    client.post(f"{ROOM}decider/{text.public_id}/", {"etat": "ecarte", "motif": "identifiant"})
    text.refresh_from_db()
    assert (text.moderation, text.moderation_reason) == (Moderation.HIDDEN, "identifiant")
    assert "Tout est lu" in client.get(ROOM).content.decode()


def test_hiding_without_a_ground_is_refused_in_words(personas) -> None:
    client, text = signed_in(personas, RoleCode.MODERATOR), text_of("Un bus")
    answer = client.post(f"{ROOM}decider/{text.public_id}/", {"etat": "ecarte", "motif": ""}, follow=True)
    assert "Choisissez un motif" in answer.content.decode()
    text.refresh_from_db()
    assert text.moderation == Moderation.UNREAD


def test_a_decision_comes_back_to_the_same_corpus_and_to_no_other_site(personas) -> None:
    client, text = signed_in(personas, RoleCode.MODERATOR), text_of("Un bus")
    for query in ("source=x&page=2", "?source=x", "//ailleurs.test/"):
        answer = client.post(f"{ROOM}decider/{text.public_id}/", {"etat": "lu", "retour": query})
        assert answer["Location"].startswith(f"{ROOM}?")


def test_an_alert_is_read_masked_revealed_on_demand_then_closed(personas) -> None:
    alert = a_participation(a_source(), texts={"needs": DISTRESS}).alert
    client, address = signed_in(personas, RoleCode.MODERATOR), f"{ROOM}alertes/{alert.public_id}/"
    assert "06 12 34" not in client.get(address).content.decode()
    revealed = client.post(f"{address}texte/")
    assert "06 12 34 56 78" in revealed.content.decode()
    assert "no-store" in revealed["Cache-Control"]
    assert "Erreur" in client.post(address, {}).content.decode()
    client.post(address, {"suite": AlertOutcome.NO_WAY})
    alert.refresh_from_db()
    assert alert.closed_by == personas[RoleCode.MODERATOR].user
    assert Alert.objects.waiting().count() == 0


def test_from_the_hidden_text_to_the_contest_and_its_answer(personas, client) -> None:
    one, code = a_response(consultations.opened())
    text = one.contributions.get(question__key="needs")
    moderate(personas[RoleCode.MODERATOR], contribution=text, state=Moderation.HIDDEN, reason="identifiant")
    client.post("/suivre/", {"code": code})
    page = client.get("/suivre/reponse/").content.decode()
    assert "Ce texte n’est pas montré au public" in page
    address = f"/suivre/contester/{text.public_id}/"
    assert "Erreur" in client.post(address, {"message": ""}).content.decode()
    assert client.post(address, {"message": "Je ne nomme personne."}).status_code == 303
    assert "Une autre personne vous répondra ici" in client.get("/suivre/reponse/").content.decode()
    again = client.post(address, {"message": "Encore."}).content.decode()
    assert "déjà contesté" in again

    contest = Contest.objects.get()
    director = signed_in(personas, RoleCode.APPROVER)
    answer = director.post(
        f"{ROOM}contestations/{contest.public_id}/", {"decision": "lever", "reponse": "Vous avez raison."}
    )
    assert answer.status_code == 302
    contest.refresh_from_db()
    assert contest.state == ContestState.LIFTED
    assert "Vous avez raison." in client.get("/suivre/reponse/").content.decode()


def test_the_one_who_hid_the_text_is_told_to_leave_the_answer_to_another(personas, client) -> None:
    one, code = a_response(consultations.opened())
    text = one.contributions.get(question__key="needs")
    moderator = personas[RoleCode.MODERATOR]
    moderate(moderator, contribution=text, state=Moderation.HIDDEN, reason="identifiant")
    client.post("/suivre/", {"code": code})
    client.post(f"/suivre/contester/{text.public_id}/", {"message": "Non."})
    address = f"{ROOM}contestations/{Contest.objects.get().public_id}/"
    answer = signed_in(personas, RoleCode.MODERATOR).post(
        address, {"decision": "maintenir", "reponse": "Si."}
    )
    assert "une autre personne doit répondre" in answer.content.decode()


def test_the_text_of_another_response_is_not_contested(client) -> None:
    _one, code = a_response(consultations.opened())
    other = text_of("Autre")
    client.post("/suivre/", {"code": code})
    assert client.get(f"/suivre/contester/{other.public_id}/").status_code == 404


def test_without_a_code_nothing_is_contested(client) -> None:
    assert client.get(f"/suivre/contester/{text_of('Autre').public_id}/").status_code == 302


def test_grounds_are_added_and_reworded_by_the_director(personas) -> None:
    client = signed_in(personas, RoleCode.APPROVER)
    assert "Erreur" in client.post(f"{ROOM}motifs/", {}).content.decode()
    client.post(f"{ROOM}motifs/", {"libelle": "Doublon", "regle": "Le même texte, deux fois."})
    made = ModerationReason.objects.get(key="doublon")
    assert not made.counted
    client.post(f"{ROOM}motifs/doublon/", {"libelle": "Envoi en double", "regle": "Deux fois."})
    made.refresh_from_db()
    assert (made.label, made.active) == ("Envoi en double", False)


@pytest.mark.parametrize("role", [RoleCode.ADMINISTRATOR, RoleCode.APPROVER])
def test_who_sets_the_grounds_or_answers_contests_enters_and_reads_no_text(personas, role) -> None:
    text_of("Un médecin à Cahors")
    page = signed_in(personas, role).get(ROOM).content.decode()
    assert f'href="{ROOM}motifs/"' in page
    assert "Un médecin à Cahors" not in page


def test_the_receiver_of_alerts_is_named_on_the_page(personas) -> None:
    client, moderator = signed_in(personas, RoleCode.APPROVER), personas[RoleCode.MODERATOR].user
    address = f"{ROOM}destinataires/"
    assert "Personne n’est désigné" in client.get(address).content.decode()
    client.post(address, {"territoire": department("46").pk, "personne": moderator.pk})
    assert AlertContact.objects.get().user == moderator


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (RoleCode.EDITOR, ""),
        (RoleCode.EDITOR, "procedure/"),
        (RoleCode.MODERATOR, "motifs/"),
        (RoleCode.MODERATOR, "destinataires/"),
        (RoleCode.READER, "motifs/hors-sujet/"),
    ],
)
def test_other_roles_are_refused(personas, role, path) -> None:
    assert signed_in(personas, role).get(f"{ROOM}{path}").status_code == 403
