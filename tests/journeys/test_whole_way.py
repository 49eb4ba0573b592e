"""The whole way over HTTP: from a page that an editor writes to a proof, then to a withdrawal.

Fed by the personas, an inhabitant and a crowd. Feeds confidence that the pieces hold together.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.analysis.models import Assignment, Idea, Quote, Run, Theme
from fabrique.analysis.services import execute_run
from fabrique.common.clock import now
from fabrique.consultations import services
from fabrique.consultations.models import AnswerDocument, Consultation
from fabrique.consultations.services.editing import NOTICE_FIELDS
from fabrique.contributions.models import Contribution, Participation, Tombstone
from fabrique.restitution.enums import Block
from fabrique.restitution.models import Publication, PublishedFigure
from tests.factories import consultations as written
from tests.factories.contributions import begin, fill, form_to_send
from tests.journeys.crowd import LABEL, MINE, answer_as_a_crowd
from tests.web.agents.consultations.test_journey import fill as fill_agents
from tests.web.agents.consultations.test_journey import local

pytestmark = pytest.mark.django_db

As = Callable[[str], Client]


@pytest.fixture
def signed_in(personas: Any) -> As:
    """A browser of one's own for each role."""
    clients: dict[str, Client] = {}

    def of(role: str) -> Client:
        if role not in clients:
            clients[role] = Client()
            clients[role].force_login(personas[role].user)
        return clients[role]

    return of


def posted(client: Client, name: str, *arguments: Any, **typed: Any) -> str:
    """Press a button: the page reached."""
    answer = client.post(reverse(name, args=arguments), typed, follow=True)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def read(client: Client, name: str, *arguments: Any) -> str:
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def text_of(page: str) -> str:
    """Words alone, as a person reads them."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\xa0", " ").replace("\u202f", " ")


# --- the steps, in order


def write_and_open(signed_in: As, personas: Any, occitanie: Any) -> Consultation:
    """The editor writes with forms, reads the preview; the approver opens."""
    editor, approver = signed_in(RoleCode.EDITOR), signed_in(RoleCode.APPROVER)
    fill_agents(editor, "nouvelle", title="Se soigner ici", perimeter=occitanie.pk)
    consultation = Consultation.objects.get()
    pid = consultation.public_id
    fill_agents(editor, "presentation", pid, summary="Dites-nous.", arrangements="En ligne.", minimum_age=15)
    fill_agents(
        editor,
        "calendrier",
        pid,
        opens_at=local(now() - timedelta(hours=1)),
        closes_at=local(now() + timedelta(days=40)),
        restitution_promise="Nous publierons ici.",
        restitution_due="2999-01-01",
    )
    fill_agents(editor, "document-ajouter", pid, title="Pourquoi", body="Pour vous entendre.")
    purpose = {"purpose": "Écouter", "article_6": "6.1.e", "article_9": "9.2.a"}
    fill_agents(
        editor,
        "donnees",
        pid,
        **{name: f"Texte {name}" for name in NOTICE_FIELDS},
        **{f"finalites-0-{name}": value for name, value in purpose.items()},
    )
    fill_agents(
        editor, "analyse-impact", pid, impact_assessed_on="2024-05-02", impact_validator="La déléguée"
    )
    services.load_questionnaire(
        personas[RoleCode.EDITOR], consultation=consultation, content=written.content()
    )
    assert "Vos besoins" in read(editor, "agents-consultations:apercu-page", pid, "standard", "ideas")
    posted(approver, "agents-consultations:ouvrir", pid)
    consultation.refresh_from_db()
    return consultation


def answer(inhabitant: Client, consultation: Consultation) -> str:
    """The inhabitant answers without JavaScript; gives the code of the receipt."""
    begin(inhabitant, consultation)
    fill(inhabitant, consultation, "access", **{"q-gave_up": "no", "q-gave_up_which": ""})
    fill(inhabitant, consultation, "ideas", **{"q-needs": MINE})
    fill(inhabitant, consultation, "profile")
    check = read(inhabitant, "repondre:verifier", consultation.slug)
    assert MINE in check
    receipt = posted(inhabitant, "repondre:verifier", consultation.slug, **form_to_send(check))
    return re.search(r'id="code">([^<]+)<', receipt)[1]  # type: ignore[index]


def close_and_analyse(signed_in: As, consultation: Consultation) -> Run:
    posted(
        signed_in(RoleCode.APPROVER), "agents-consultations:clore", consultation.public_id, reason="incident"
    )
    consultation.refresh_from_db()
    source = consultation.source
    assert source is not None
    progress = posted(
        signed_in(RoleCode.ANALYST), "agents-analyses:lancer", source.public_id, encoder="lexical", seed="5"
    )
    assert "analyse" in text_of(progress).lower()
    run = Run.objects.get()
    assert execute_run(run.pk) == "done"
    return run


def decide(signed_in: As, run: Run) -> tuple[Theme, Contribution]:
    """The analyst accepts the theme of the inhabitant's idea under words of hers, and approves the quote."""
    analyst = signed_in(RoleCode.ANALYST)
    idea = Idea.objects.get(run=run, contribution__in=[mine()])
    theme = Assignment.objects.filter(idea=idea).order_by("-score").first().theme  # type: ignore[union-attr]
    place = (run.public_id, theme.public_id)
    assert MINE in read(analyst, "agents-analyses:idees", *place)
    posted(analyst, "agents-analyses:accepter", *place, label=LABEL, version=theme.version)
    posted(
        analyst,
        "agents-analyses:citer",
        *place,
        contribution=idea.contribution.public_id,
        start=idea.start,
        end=idea.end,
    )
    theme.refresh_from_db()
    assert Quote.objects.publishable().count() == 1
    return theme, idea.contribution


def publish(signed_in: As, consultation: Consultation) -> Publication:
    """The analyst prepares and validates; the approver reads the preview and publishes."""
    analyst, approver = signed_in(RoleCode.ANALYST), signed_in(RoleCode.APPROVER)
    posted(analyst, "agents-publications:preparer", consultation.public_id)
    draft = Publication.objects.get()
    assert Client().get(reverse("resultats:detail", args=[consultation.slug])).status_code == 200
    assert LABEL not in read(Client(), "resultats:detail", consultation.slug)
    posted(analyst, "agents-publications:valider", draft.public_id)
    assert LABEL in text_of(read(approver, "agents-publications:apercu", draft.public_id))
    posted(approver, "agents-publications:publier", draft.public_id)
    draft.refresh_from_db()
    assert draft.published_by == approver_of(signed_in)
    return draft


def approver_of(signed_in: As) -> Any:
    return signed_in(RoleCode.APPROVER).get("/agents/").wsgi_request.user


def mine() -> Contribution:
    return next(row for row in Contribution.objects.all() if row.raw_text == MINE)


def rows_that_hold(participation: int, contribution: int) -> list[str]:
    """Every row of every table that still points to the response, or holds what it said."""
    found = []
    for model in apps.get_models():
        for row in model._default_manager.all():
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                target = field.related_model._meta.label if field.related_model else ""
                held = (
                    (target == "contributions.Participation" and value == participation)
                    or (target == "contributions.Contribution" and value == contribution)
                    or (isinstance(value, str | dict | list) and MINE in str(value))
                )
                if held:
                    found.append(f"{model._meta.label}.{field.name}")
    return found


# --- the journey


def test_from_a_draft_to_a_proof_then_followed_and_withdrawn(
    signed_in: As, personas: Any, occitanie: Any
) -> None:
    public, inhabitant = Client(), Client()
    consultation = write_and_open(signed_in, personas, occitanie)
    code = answer(inhabitant, consultation)
    answer_as_a_crowd(consultation)
    run = close_and_analyse(signed_in, consultation)
    theme, contribution = decide(signed_in, run)
    publication = publish(signed_in, consultation)
    figure = PublishedFigure.objects.get(publication=publication, block=Block.THEMES)

    page = text_of(read(public, "resultats:detail", consultation.slug))
    assert "81 questionnaires" in page
    assert LABEL in page
    proof = text_of(read(public, "resultats:preuve", consultation.slug, figure.public_id))
    assert MINE in proof
    assert "Une personne du Lot, consultation en ligne" in proof
    for named in (run.corpus_fingerprint, run.public_id, theme.decided_by.full_name):
        assert named in proof
    table = public.get(reverse("resultats:csv", args=[consultation.slug])).content.decode("utf-8-sig")
    assert LABEL in table
    assert MINE not in table
    assert len(list(csv.reader(io.StringIO(table), delimiter=";"))) > 10

    followed = posted(inhabitant, "suivre:code", code=code)
    assert MINE in followed
    assert LABEL in text_of(followed)
    assert reverse("resultats:preuve", args=[consultation.slug, figure.public_id]) in followed

    participation = contribution.participation_id
    counted = Participation.objects.count()
    posted(inhabitant, "suivre:retirer")
    assert "de 1 à 10 réponses ont été retirées" in text_of(
        read(public, "resultats:detail", consultation.slug)
    )
    proof = text_of(read(public, "resultats:preuve", consultation.slug, figure.public_id))
    assert MINE not in proof
    assert "Aucune citation n’est publiée" in proof
    assert Tombstone.objects.count() == 1
    assert Participation.objects.count() == AnswerDocument.objects.count() == counted - 1
    assert rows_that_hold(participation, contribution.pk) == []
    assert MINE not in read(
        signed_in(RoleCode.ANALYST), "agents-analyses:theme", run.public_id, theme.public_id
    )
    again = public.post(reverse("suivre:code"), {"code": code}, follow=True)
    assert LABEL not in again.content.decode()
    assert "81 questionnaires" in text_of(read(public, "resultats:detail", consultation.slug)), (
        "published values stand"
    )
