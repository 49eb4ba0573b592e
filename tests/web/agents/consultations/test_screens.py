"""What the screens of a file show: conflicts, read-only files, lines added, preview, checklist.

Fed by factories and personas. Feeds nothing.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fabrique.consultations import services
from fabrique.consultations.models import AnswerDocument, Consultation, DraftResponse
from tests.factories import consultations as factory
from tests.web.agents.consultations.test_journey import Fields


@pytest.fixture
def complete(occitanie: object) -> Consultation:
    return factory.complete()


@pytest.fixture
def writing(editor) -> Client:
    client = Client()
    client.force_login(editor.user)
    return client


def address(consultation: Consultation, name: str, *arguments: Any) -> str:
    return reverse(f"agents-consultations:{name}", args=[consultation.public_id, *arguments])


def text(response: Any) -> str:
    """The words of a page, spaces made ordinary."""
    html = re.sub(r"<[^>]+>", " ", unescape(response.content.decode()))
    return re.sub(r"[\s\u00a0\u202f]+", " ", html)


def sent(html: str) -> dict[str, Any]:
    fields = Fields(html).sent
    fields.pop("csrfmiddlewaretoken", None)
    fields.pop("sens", None)
    return fields


def test_the_page_says_the_state_and_who_wrote_last(complete: Consultation, writing: Client, analyst) -> None:
    services.update_consultation(analyst, consultation=complete, summary="Oui.")
    page = text(writing.get(address(complete, "calendrier")))
    assert "en préparation" in page
    assert f"par {analyst.user.full_name}" in page


def test_two_people_on_one_form_lose_nothing(complete: Consultation, writing: Client, analyst) -> None:
    form = sent(writing.get(address(complete, "presentation")).content.decode())
    services.update_consultation(analyst, consultation=complete, summary="Écrit par l’analyste.")
    form["summary"] = "Écrit par la rédaction."
    conflict = writing.post(address(complete, "presentation"), form)
    page = text(conflict)
    assert "Une autre personne a enregistré une modification" in page
    assert "Écrit par l’analyste." in page
    assert "Écrit par la rédaction." in page
    assert page.count("En ligne, sur ce site") == 1  # what does not differ is not repeated
    complete.refresh_from_db()
    assert complete.summary == "Écrit par l’analyste."

    again = sent(conflict.content.decode())
    assert writing.post(address(complete, "presentation"), again).status_code == 302
    complete.refresh_from_db()
    assert complete.summary == "Écrit par la rédaction."


def test_two_people_on_one_question(complete: Consultation, writing: Client, analyst) -> None:
    form = sent(writing.get(address(complete, "question", "gave_up")).content.decode())
    services.update_question(
        analyst,
        question=factory.question(complete, "gave_up"),
        choices=[{"key": "yes", "label": "Oui, souvent"}, {"key": "no", "label": "Non"}],
    )
    conflict = writing.post(address(complete, "question", "gave_up"), form)
    assert "Oui, souvent" in text(conflict)
    assert factory.question(complete, "gave_up").choices.first().label == "Oui, souvent"
    assert (
        writing.post(address(complete, "question", "gave_up"), sent(conflict.content.decode())).status_code
        == 302
    )
    assert factory.question(complete, "gave_up").choices.first().label == "Oui"


def test_two_people_on_the_purposes_of_the_notice(complete: Consultation, writing: Client, analyst) -> None:
    form = sent(writing.get(address(complete, "donnees")).content.decode())
    services.update_notice(
        analyst, consultation=complete, purposes=[{"purpose": "Une autre finalité", "article_6": "6.1.e"}]
    )
    assert "Une autre finalité" in text(writing.post(address(complete, "donnees"), form))
    assert complete.notices.draft().purposes.get().purpose == "Une autre finalité"


def test_a_refusal_keeps_what_was_typed(complete: Consultation, writing: Client) -> None:
    form = sent(writing.get(address(complete, "calendrier")).content.decode())
    form["closes_at"] = "2001-01-01T10:00"
    page = writing.post(address(complete, "calendrier"), form)
    assert "La clôture doit venir après l’ouverture." in text(page)
    assert 'value="2001-01-01T10:00"' in page.content.decode()


def test_a_form_saved_unchanged_changes_nothing(complete: Consultation, writing: Client) -> None:
    before = services.content_hash(factory.draft_version(complete))
    for name, arguments in (
        ("question", ["difficulties"]),
        ("question", ["gave_up_which"]),
        ("question", ["easy"]),
        ("question", ["commune"]),
        ("question", ["minutes"]),
        ("partie", ["access"]),
        ("questionnaire", []),
    ):
        form = sent(writing.get(address(complete, name, *arguments)).content.decode())
        assert writing.post(address(complete, name, *arguments), form).status_code == 302, (name, arguments)
    assert services.content_hash(factory.draft_version(complete)) == before


def test_lines_are_added_without_javascript(complete: Consultation, writing: Client) -> None:
    form = sent(writing.get(address(complete, "question", "gave_up")).content.decode())
    form |= {"title": "Tapé", "choix-2-label": "Un", "choix-3-label": "Deux", "ajouter": "1"}
    more = writing.post(address(complete, "question", "gave_up"), form)
    shown = sent(more.content.decode())
    assert shown["title"] == "Tapé"
    assert shown["choix-3-label"] == "Deux"
    assert "choix-5-label" in shown
    assert factory.question(complete, "gave_up").title != "Tapé"


def test_a_purpose_line_is_added_without_javascript(complete: Consultation, writing: Client) -> None:
    form = sent(writing.get(address(complete, "donnees")).content.decode())
    form |= {"finalites-2-purpose": "Une troisième", "ajouter": "1", "rights": "Tapé"}
    shown = sent(writing.post(address(complete, "donnees"), form).content.decode())
    assert shown["finalites-2-purpose"] == "Une troisième"
    assert shown["rights"] == "Tapé"
    assert "finalites-3-purpose" in shown
    assert complete.notices.draft().purposes.count() == 2


def test_the_rank_typed_decides_the_order(complete: Consultation, writing: Client) -> None:
    form = sent(writing.get(address(complete, "question", "priorities")).content.decode())
    form |= {"choix-0-rank": "3", "choix-1-rank": "1", "choix-2-rank": "2"}
    writing.post(address(complete, "question", "priorities"), form)
    assert list(factory.question(complete, "priorities").choices.values_list("key", flat=True)) == [
        "mental",
        "age",
        "gp",
    ]


def test_a_removal_is_asked_once_and_its_refusal_said(complete: Consultation, writing: Client) -> None:
    assert "Retirer «" in text(writing.get(address(complete, "question-retirer", "gave_up")))
    refused = writing.post(address(complete, "question-retirer", "gave_up"), follow=True)
    assert "ne s’affiche que selon cette réponse" in text(refused)
    writing.post(address(complete, "question-retirer", "needs"))
    assert not factory.draft_version(complete).questions.filter(key="needs").exists()


def test_an_open_file_is_read_not_written(occitanie: object, writing: Client) -> None:
    opened = factory.opened()
    for name, arguments in (
        ("presentation", []),
        ("donnees", []),
        ("questionnaire", []),
        ("question", ["easy"]),
    ):
        html = writing.get(address(opened, name, *arguments)).content.decode()
        assert ">Enregistrer<" not in html, name
        assert "disabled" in html, name


def test_an_open_file_refuses_a_form_sent_all_the_same(occitanie: object, writing: Client) -> None:
    opened = factory.opened()
    page = writing.post(address(opened, "presentation"), {"title": "Autre", "perimeter": opened.perimeter_id})
    assert "ce qui a été publié avant l’ouverture ne change plus" in text(page)
    opened.refresh_from_db()
    assert opened.title == "Parlons santé"


@pytest.mark.parametrize(
    ("register", "shown", "hidden"),
    [
        ("standard", "Je me soigne facilement.", "Se soigner, c’est facile ?"),
        ("falc", "Se soigner, c’est facile ?", "Je me soigne facilement."),
    ],
)
def test_the_preview_shows_both_registers(
    complete: Consultation, writing: Client, register: str, shown: str, hidden: str
) -> None:
    page = text(writing.get(address(complete, "apercu-page", register, "access")))
    assert "Aperçu, rien n’est enregistré" in page
    assert shown in page
    assert hidden not in page


def test_the_preview_searches_a_commune_and_stores_nothing(complete: Consultation, writing: Client) -> None:
    url = address(complete, "apercu-page", "standard", "profile")
    page = text(writing.post(url, {"q-commune-recherche": "cahors", "chercher": "commune"}))
    assert "Cahors" in page
    assert not DraftResponse.objects.exists()
    assert not AnswerDocument.objects.exists()


def test_the_preview_of_an_empty_questionnaire_says_so(occitanie: object, writing: Client) -> None:
    assert "Rien à montrer" in text(writing.get(address(factory.draft(), "apercu")))


def test_the_preview_begins_at_the_first_page(complete: Consultation, writing: Client) -> None:
    assert writing.get(address(complete, "apercu"))["Location"] == address(
        complete, "apercu-page", "standard", "access"
    )


def test_the_checklist_links_to_what_is_missing(occitanie: object, writing: Client) -> None:
    draft = factory.draft()
    html = writing.get(address(draft, "ouverture")).content.decode()
    for step in ("presentation", "calendrier", "documents", "donnees", "analyse-impact", "questionnaire"):
        assert f'<a href="{address(draft, step)}">Compléter' in html


def test_an_opening_that_is_refused_says_why(occitanie: object, approver) -> None:
    draft = factory.draft()
    client = Client()
    client.force_login(approver.user)
    page = text(client.post(address(draft, "ouvrir"), follow=True))
    assert "La consultation ne peut pas ouvrir. La présentation en langage clair manque." in page


def test_closing_early_without_a_reason_says_why(occitanie: object, approver) -> None:
    client = Client()
    client.force_login(approver.user)
    page = text(client.post(address(factory.opened(), "clore"), {"reason": ""}, follow=True))
    assert "choisissez un motif pour clore avant" in page


def test_a_correction_is_given_up_from_the_screen(occitanie: object, writing: Client) -> None:
    opened = factory.opened()
    writing.post(address(opened, "version-nouvelle"))
    assert "en préparation" in text(writing.get(address(opened, "questionnaire")))
    writing.post(address(opened, "version-abandonner"))
    assert opened.questionnaires.draft() is None


def test_the_home_page_says_how_many_files_wait(complete: Consultation, writing: Client) -> None:
    assert "1 consultation en préparation" in text(writing.get(reverse("agents:accueil")))


@pytest.mark.parametrize(
    "name",
    ["presentation", "calendrier", "donnees", "questionnaire", "ouverture", "documents", "analyse-impact"],
)
def test_the_banned_word_is_nowhere(complete: Consultation, writing: Client, name: str) -> None:
    assert "anonym" not in text(writing.get(address(complete, name))).lower()
