"""Words of distress, and the proofs that hold robots off."""

import base64
import json
from datetime import timedelta

import altcha
import pytest

from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.consultations.services.answering import open_form
from fabrique.consultations.services.proofs import _WORDS, check_proof, new_challenge, new_question
from fabrique_core.text.distress import signs_of_distress
from tests.factories.contributions import answer_to


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("J’ai envie d’en finir.", "suicide"),
        ("je veux en finir avec la vie", "suicide"),
        ("JE NE VEUX PLUS VIVRE", "suicide"),
        ("je pense a mourir tous les soirs", "suicide"),
        ("Des idées noires depuis l’hiver", "suicide"),
        ("mon frère s’est suicidé", "suicide"),
        ("Mon mari me frappe", "violence"),
        ("j’ai peur de mon conjoint", "violence"),
        ("ma fille a été violée", "enfant"),
        ("il frappe ses enfants", "enfant"),
    ],
)
def test_words_of_distress_are_seen(text: str, kind: str) -> None:
    assert kind in signs_of_distress([text])


@pytest.mark.parametrize(
    "text",
    [
        "Il faut en finir avec les déserts médicaux",
        "Je veux en finir avec cette attente",
        "Trois mois d’attente, c’est à mourir de rire",
        "Mon médecin est parti, plus personne ne répond",
        "Le Vivre ensemble, un centre de santé",
        "",
    ],
)
def test_ordinary_complaints_are_not(text: str) -> None:
    assert signs_of_distress([text]) == frozenset()


def solved() -> str:
    challenge = altcha.Challenge.from_dict(new_challenge())
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


def test_a_solved_challenge_is_a_proof_the_same_each_time() -> None:
    payload = solved()
    first = check_proof(payload=payload, token="", answer="")
    assert first == check_proof(payload=payload, token="", answer="")


def test_an_altered_challenge_is_none() -> None:
    payload = json.loads(base64.b64decode(solved()))
    payload["challenge"]["parameters"]["keyPrefix"] = ""
    forged = base64.b64encode(json.dumps(payload).encode()).decode()
    for wrong in (forged, "n’importe quoi", base64.b64encode(b"{}").decode()):
        with pytest.raises(Refused) as refusal:
            check_proof(payload=wrong, token="", answer="")
        assert refusal.value.code == "proof.wrong"


def test_an_old_challenge_is_expired(time_machine) -> None:
    payload = solved()
    time_machine.move_to(now() + timedelta(hours=13))
    with pytest.raises(Refused) as refusal:
        check_proof(payload=payload, token="", answer="")
    assert refusal.value.code == "proof.expired"


def test_the_plain_question_takes_figures_or_words() -> None:
    question = new_question()
    figures = answer_to(question.wording)
    proof = check_proof(payload="", token=question.token, answer=f" {_WORDS[int(figures)].upper()} ")
    assert proof == check_proof(payload="", token=question.token, answer=figures)


@pytest.mark.parametrize(("answer", "code"), [("", "proof.missing"), ("99", "proof.wrong")])
def test_a_wrong_answer_is_refused(answer: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_proof(payload="", token=new_question().token, answer=answer)
    assert refusal.value.code == code


def test_the_question_s_answer_does_not_show_in_its_token_and_serves_no_other_purpose() -> None:
    question = new_question()
    assert "sum" not in question.token
    with pytest.raises(Refused) as refusal:
        open_form(question.token)
    assert refusal.value.code == "form.invalid"
