"""From nothing to an open consultation, then a correction and the close, with forms only.

Fed by personas. Feeds nothing.
"""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fabrique.common.clock import now
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from fabrique.consultations.services import definition_of
from fabrique.consultations.services.editing import NOTICE_FIELDS
from fabrique.contributions.models import SourceQuestion


class Fields(HTMLParser):
    """What a browser would send back from a page: {name: value or values}, disabled controls left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, Any] = {}
        self._area = self._select = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        name = given.get("name")
        if tag == "option" and self._select and "selected" in given:
            self.sent[self._select] = given.get("value", "")
        if not name or "disabled" in given:
            return
        if tag == "textarea":
            self._area = name
            self.sent[name] = ""
        elif tag == "select":
            self._select = name
            self.sent.setdefault(name, "")
        elif tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self.sent.setdefault(name, []).append(given.get("value", "on"))
        elif tag == "input":
            self.sent[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area] += data.removeprefix("\n") if not self.sent[self._area] else data


def page(client: Client, name: str, *arguments: Any) -> str:
    response = client.get(reverse(f"agents-consultations:{name}", args=arguments))
    assert response.status_code == 200, name
    return response.content.decode()


def fill(client: Client, name: str, *arguments: Any, **typed: Any) -> str:
    """Get a page, type over some of its fields, send it; the page reached."""
    address = reverse(f"agents-consultations:{name}", args=arguments)
    sent = Fields(page(client, name, *arguments)).sent | typed
    for taken in ("csrfmiddlewaretoken", "sens"):
        sent.pop(taken, None)
    response = client.post(address, sent, follow=True)
    assert response.status_code == 200
    html = response.content.decode()
    assert "resume-erreurs" not in html, html[html.find("resume-erreurs") : html.find("resume-erreurs") + 900]
    return html


def local(moment: Any) -> str:
    from django.utils import timezone

    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def client_of(personas):
    def signed_in(role: str) -> Client:
        client = Client()
        client.force_login(personas[role].user)
        return client

    return signed_in


def test_from_nothing_to_open_then_corrected_then_closed(client_of, occitanie) -> None:
    editor, approver = client_of("redacteur"), client_of("directeur-publication")
    fill(editor, "nouvelle", title="Bien vieillir ici", perimeter=occitanie.pk)
    consultation = Consultation.objects.get()
    pid = consultation.public_id

    fill(
        editor,
        "presentation",
        pid,
        summary="Dites-nous.",
        summary_falc="Dites.",
        arrangements="En ligne.",
        minimum_age=15,
    )
    fill(
        editor,
        "calendrier",
        pid,
        opens_at=local(now() - timedelta(hours=1)),
        closes_at=local(now() + timedelta(days=40)),
        restitution_promise="Nous publierons ici.",
        restitution_due="2999-01-01",
    )
    fill(editor, "document-ajouter", pid, title="Pourquoi", body="Pour vous entendre.")
    fill(
        editor,
        "donnees",
        pid,
        **{name: f"Texte {name}" for name in NOTICE_FIELDS},
        **{
            "finalites-0-purpose": "Écouter",
            "finalites-0-article_6": "6.1.e",
            "finalites-0-article_9": "9.2.a",
        },
    )
    fill(editor, "analyse-impact", pid, impact_assessed_on="2024-05-02", impact_validator="La déléguée")
    missing = page(editor, "ouverture", pid)
    assert "Le questionnaire n’a aucune question" in missing
    assert "Ouvrir la consultation" not in missing

    fill(editor, "questionnaire", pid, introduction="Bonjour.", introduction_falc="Bonjour !", minutes=5)
    fill(editor, "partie-ajouter", pid, title="Vos besoins", title_falc="Besoins")
    fill(
        editor,
        "question-ajouter",
        pid,
        "vos-besoins",
        "multiple",
        title="Quelles difficultés ?",
        maximum=2,
        **{
            "choix-0-label": "Le délai",
            "choix-0-label_falc": "Attendre",
            "choix-1-label": "Aucune",
            "choix-1-exclusive": "on",
        },
    )
    fill(
        editor,
        "question-ajouter",
        pid,
        "vos-besoins",
        "long_text",
        title="Racontez.",
        max_length=2000,
        **{"condition-question": "quelles-difficultes", "montrer": "1"},
    )
    assert not consultation.questionnaires.draft().questions.filter(kind="long_text").exists()
    fill_condition(editor, pid)
    assert "Pour qui répondez-vous" in page(editor, "ouverture", pid)
    editor.post(reverse("agents-consultations:qui-repond", args=[pid, "vos-besoins"]))
    fill(editor, "question", pid, "respondent_for", **{"choix-0-label": "Pour moi-même"})
    helper = definition_of(consultation.questionnaires.draft()).question("respondent_for")
    assert helper.choices[0].label == "Pour moi-même"
    assert helper.choice_keys == ("self", "relative", "helped")

    ready = page(approver, "ouverture", pid)
    assert "Rien ne manque" in ready
    assert "Ouvrir la consultation" in ready
    assert "Ouvrir la consultation" not in page(editor, "ouverture", pid)
    approver.post(reverse("agents-consultations:ouvrir", args=[pid]))
    consultation.refresh_from_db()
    assert consultation.state == State.OPEN
    assert SourceQuestion.objects.get(key="racontez").show_if == {
        "question": "quelles-difficultes",
        "any_of": ["le-delai"],
    }

    editor.post(reverse("agents-consultations:version-nouvelle", args=[pid]))
    fill(editor, "question", pid, "racontez", title="Racontez une situation.")
    approver.post(reverse("agents-consultations:version-publier", args=[pid]))
    current = consultation.questionnaires.current()
    assert current.number == 2
    assert definition_of(current).question("racontez").title == "Racontez une situation."

    approver.post(reverse("agents-consultations:prolonger", args=[pid]), {"closes_at": "2998-01-01T12:00"})
    consultation.refresh_from_db()
    assert (consultation.closes_at.year, consultation.closes_at.second) == (2998, 59)
    approver.post(reverse("agents-consultations:clore", args=[pid]), {"reason": "incident"})
    consultation.refresh_from_db()
    assert consultation.state == State.CLOSED


def fill_condition(client: Client, pid: str) -> None:
    """The two steps without JavaScript: choose the question, show its answers, tick, save."""
    address = reverse("agents-consultations:question-ajouter", args=[pid, "vos-besoins", "long_text"])
    typed = {"title": "Racontez.", "max_length": 2000, "condition-question": "quelles-difficultes"}
    html = client.post(address, typed | {"montrer": "1"}).content.decode()
    shown = Fields(html).sent
    assert shown["title"] == "Racontez."
    assert 'value="le-delai"' in html
    shown["condition-any_of"] = ["le-delai"]
    shown.pop("csrfmiddlewaretoken", None)
    assert client.post(address, shown).status_code == 302
