"""The agents' room of reviews: each journey over HTTP, without JavaScript, with its refusals.

Fed by tests/factories/reviews.py. Feeds nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fabrique.accounts.actors import Agent
from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import today
from fabrique.plan.enums import ReviewState
from fabrique.plan.models import Decision, Evaluation, Recommendation, Review, Snapshot, UsersFinding
from fabrique.plan.services import recommendations
from fabrique.plan.services import reviews as verbs
from fabrique.web.agents.bilans.waiting import count, mandates
from tests.factories import accounts
from tests.factories import reviews as make
from tests.factories.territories import OPERATOR, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(occitanie: Any) -> make.World:
    return make.a_world()


def signed(who: Agent) -> Client:
    client = Client()
    client.force_login(who.user)
    return client


def to(name: str, *arguments: Any) -> str:
    return reverse(f"agents-bilans:{name}", args=arguments)


def text_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("\u00a0", " ").replace("&nbsp;", " ").replace("\u202f", " ")


def test_a_review_from_its_preparation_to_its_decisions(world: make.World) -> None:
    client = signed(make.lead_of(world.lozere))
    assert "Aucune revue dans vos territoires" in text_of(client.get(to("liste")))
    wrong = client.post(
        to("revue-nouvelle"), {"kind": "annuelle", "territory": world.lozere.pk, "title": "R"}
    )
    assert "Erreur : Préparer une revue" in text_of(wrong)
    client.post(
        to("revue-nouvelle"), {"kind": "departementale", "territory": world.lozere.pk, "title": "Revue"}
    )
    review = Review.objects.get()
    here = review.public_id
    client.post(to("modele", here), {"modele-start": "2026-04-01"})
    assert review.steps.count() == 5
    client.post(to("choisir", here), {"prendre": "1", "nouveau-label": "Avant la revue"})
    client.post(to("tenir", here), {"on": today().isoformat()})
    review.refresh_from_db()
    assert (review.state, review.snapshot) == (ReviewState.HELD, Snapshot.objects.get())
    _decide_on_the_dense_screen(client, world, review)
    client.post(
        to("revue-modifier", here),
        {"title": "Revue", "scope": "", "body": "", "summary": "Bien.", "keys_to_success": ""},
    )
    client.post(to("revue-publier", here))
    assert Review.objects.get().state == ReviewState.HELD  # a lead does not publish
    approver = signed(accounts.agent(RoleCode.APPROVER, region()))
    approver.post(to("revue-publier", here))
    assert Review.objects.get().state == ReviewState.PUBLISHED
    decision = Decision.objects.get()
    refused = client.post(to("suite", decision.public_id), {"state": "abandonne", "note": ""})
    assert "Écrivez pourquoi" in text_of(refused)
    client.post(to("suite", decision.public_id), {"state": "fait", "note": "Livré."})
    assert Decision.objects.get().follow_up == "fait"


def _decide_on_the_dense_screen(client: Client, world: make.World, review: Review) -> None:
    """A row refused keeps what was typed; the row that is right is kept."""
    screen = to("decisions", review.public_id)
    page = text_of(client.get(screen))
    for said in ("Atteignable", "Le véhicule est commandé.", "Avancement : 40 % (1/1 indicateurs)"):
        assert said in page, said
    bus, draft = world.bus.public_id, world.draft.public_id
    sent = {
        f"{bus}-kind": "ajuster", f"{bus}-reason": "En retard.", f"{bus}-to_do": "Revoir.",
        f"{bus}-owner": "Délégation", f"{draft}-kind": "arreter", f"{draft}-reason": "Sans objet.",
    }  # fmt: skip
    answer = client.post(screen, sent)
    assert answer.status_code == 200
    assert "Un brouillon de la Lozère, Qui s’en charge" in text_of(answer)
    assert "Écrivez ce qu’il faut faire, et qui s’en charge." in text_of(answer)
    assert "Sans objet." in text_of(answer)
    assert Decision.objects.get().action == world.bus
    assert client.post(screen, sent | {f"{draft}-kind": "", f"{draft}-reason": ""}).status_code == 302
    left = text_of(client.get(screen, {"etat": "a-decider"}))
    assert "Un brouillon de la Lozère" in left
    assert "Un bus de soins" not in left


def test_two_persons_on_the_screen_of_decisions(world: make.World) -> None:
    """What a colleague wrote meanwhile stands; what was typed over it comes back; a row left alone is not sent."""
    review = make.held(world)
    client = signed(make.lead_of(world.lozere))
    screen = to("decisions", review.public_id)
    bus, draft = world.bus.public_id, world.draft.public_id
    sent = _as_shown(client.get(screen))
    make.decided(review, world.bus, kind="poursuivre", reason="Tout va bien.", to_do="", owner="")
    mine = {f"{draft}-kind": "poursuivre", f"{draft}-reason": "Utile."}
    assert client.post(screen, sent | mine).status_code == 302
    kept = dict(review.decisions.values_list("action__public_id", "reason"))
    assert kept == {bus: "Tout va bien.", draft: "Utile."}
    over = {f"{bus}-kind": "arreter", f"{bus}-reason": "Non.", f"{bus}-to_do": "Clore.", f"{bus}-owner": "X"}
    # the filter that showed the row no longer holds it: it comes back all the same
    answer = client.post(screen + "?etat=a-decider", sent | over)
    page = text_of(answer)
    for said in ("Une autre personne a enregistré", "Tout va bien.", "Non.</textarea>", "Poursuivre"):
        assert said in page, said
    assert client.post(screen, _as_shown(answer)).status_code == 302
    assert review.decisions.get(action=world.bus).reason == "Non."
    emptied = {f"{bus}-{name}": "" for name in ("kind", "reason", "to_do", "owner", "due_on")}
    partly = client.post(screen, _as_shown(client.get(screen)) | emptied | {f"{bus}-reason": "Non."})
    assert "ou videz toute la ligne" in text_of(partly)
    client.post(screen, _as_shown(client.get(screen)) | emptied)
    assert not review.decisions.filter(action=world.bus).exists()


def _as_shown(answer: Any) -> dict[str, str]:
    """What a browser sends of the rows of decisions when nothing is touched."""
    forms = [row.form for row in answer.context["lignes"]]
    fields = [field for form in forms for field in form]
    return {field.html_name: field.value() or "" for field in fields}


def test_the_screen_shows_what_was_decided_before_and_what_changed(world: make.World) -> None:
    make.published(world)
    make.indicators.give_weather(
        OPERATOR, action=world.bus, weather="compromise", sentence="Plus de chauffeur."
    )
    second = make.a_snapshot(world, "Un an après")
    review = make.a_review(world, title="La suivante")
    verbs.choose_snapshot(OPERATOR, review=review, snapshot=second)
    page = text_of(signed(make.lead_of(world.lozere)).get(to("decisions", review.public_id)))
    assert "Météo : atteignable → compromise" in page
    assert "Ajuster." in page
    assert "Le véhicule arrive en retard." in page


def test_steps_are_written_on_one_screen(world: make.World) -> None:
    review = make.a_review(world)
    client = signed(make.lead_of(world.lozere))
    form = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0"}
    wrong = form | {"form-0-label": "Une", "form-0-on": "2026-05-01", "form-0-until": "2026-04-01"}
    assert "finit après avoir commencé" in text_of(client.post(to("etapes", review.public_id), wrong))
    shown = client.get(to("etapes", review.public_id)).context["garde"]["expected"].value()
    mine = form | {"expected": shown, "form-0-label": "Une", "form-0-participants": "12"}
    client.post(to("etapes", review.public_id), mine)
    assert list(review.steps.values_list("label", "participants")) == [("Une", 12)]
    back = client.post(to("etapes", review.public_id), mine | {"form-0-label": "Autre"})
    for said in ("Une autre personne a enregistré", "Une · 12 participants", 'value="Autre"'):
        assert said in text_of(back), said
    again = mine | {"form-0-label": "Autre", "expected": back.context["garde"]["expected"].value()}
    client.post(to("etapes", review.public_id), again)
    assert review.steps.get().label == "Autre"


def test_a_snapshot_is_taken_read_and_downloaded(world: make.World) -> None:
    client = signed(make.lead_of(world.lozere))
    client.post(to("instantanes"), {"territory": world.lozere.pk, "label": "Printemps"})
    snapshot = Snapshot.objects.get()
    again = client.post(to("instantanes"), {"territory": world.lozere.pk, "label": "Printemps"})
    assert "existe déjà" in text_of(again)
    shown = text_of(client.get(to("instantane", snapshot.public_id)))
    assert snapshot.content_hash in shown
    assert "2 actions suivies." in shown
    saved = client.get(to("dossier", snapshot.public_id, "xlsx"))
    assert saved["Content-Disposition"] == 'attachment; filename="dossier-prs-essai-48-1.xlsx"'
    assert client.get(to("dossier", snapshot.public_id, "exe")).status_code == 404
    account = text_of(client.get(to("compte-rendu", snapshot.public_id, "html")))
    assert "brouillon" not in account
    assert "Le plan compte ici 1 action publique." in account


def test_who_may_not_follow_up_reads_what_waits_without_a_link(world: make.World) -> None:
    review = make.held(world)
    decision = make.decided(review, world.bus)
    wanted = recommendations.put_recommendation(OPERATOR, evaluation=make.started(world), text="Ouvrir tard.")
    Decision.objects.update(due_on=date(2020, 1, 1), follow_up="a-faire")
    Recommendation.objects.update(
        due_on=date(2020, 1, 1), answer="acceptee", answer_text="Oui.", owner="Direction", follow_up="a-faire"
    )
    links = (to("suite", decision.public_id), to("recommandation", wanted.public_id))
    for who, follows in (
        (make.lead_of(region()), (True, True)),
        (accounts.agent(RoleCode.APPROVER, region()), (False, False)),
    ):
        client = signed(who)
        page = text_of(client.get(to("liste")))
        assert world.bus.title in page
        assert "recommandation 1" in page
        assert tuple(link in page for link in links) == follows
        assert (links[0] in text_of(client.get(to("revue", review.public_id)))) is follows[0]
        assert tuple(client.get(link).status_code == 200 for link in links) == follows


def test_a_neighbour_reads_nothing_of_it(world: make.World) -> None:
    review, snapshot, finding = make.held(world), Snapshot.objects.first(), make.entrusted(world)
    assert snapshot is not None
    client = signed(make.lead_of(world.gard))
    for where in (
        to("revue", review.public_id),
        to("decisions", review.public_id),
        to("instantane", snapshot.public_id),
        to("dossier", snapshot.public_id, "html"),
        to("constat", finding.public_id),
    ):
        assert client.get(where).status_code == 404, where
    assert review.title not in text_of(client.get(to("liste")))


def test_an_evaluation_from_its_protocol_to_its_follow_up(world: make.World) -> None:
    lead = signed(make.lead_of(region()))
    early = lead.post(to("evaluation-nouvelle"), {"kind": "intermediaire", "title": "Trop tôt"})
    assert "Une autre évaluation doit venir avant" in text_of(early)
    lead.post(to("evaluation-nouvelle"), {"kind": "point-24-mois", "title": "Point à 24 mois"})
    here = Evaluation.objects.get().public_id
    lead.post(
        to("protocole", here),
        {"title": "Point", "evaluators": "Une équipe", "protocol": "Lire.", "users_part": "Deux groupes."},
    )
    question = {"criterion": "vecu-des-usagers", "level": "actions", "text": "Attendent-ils moins ?"}
    lead.post(to("question-nouvelle", here), question)
    lead.post(to("commencer", here))
    asked = Evaluation.objects.get().questions.get()
    lead.post(to("resultat-nouveau", asked.public_id), {"text": "Oui en ville.", "limits": ""})
    finding = asked.findings.get()
    proof = {"preuve": "1", "preuve-kind": "indicateur", "preuve-text": "La courbe.", "preuve-reference": ""}
    assert "Donnez la référence" in text_of(lead.post(to("resultat", finding.public_id), proof))
    lead.post(to("resultat", finding.public_id), proof | {"preuve-kind": "usagers"})
    lead.post(to("recommandation-nouvelle", here), {"text": "Ouvrir le samedi.", "findings": [finding.pk]})
    approver = signed(accounts.agent(RoleCode.APPROVER, region()))
    missing = approver.post(to("evaluation-publier", here), follow=True)
    assert "Il manque encore" in text_of(missing)
    lead.post(
        to("rapport", here),
        {"summary": "A", "inequalities": "B", "prevention": "C", "primary_care": "D", "snapshot": ""},
    )
    approver.post(to("evaluation-publier", here))
    assert Evaluation.objects.get().published_at is not None
    _follow_the_recommendation(lead)
    # a department reads it on its public page, as anybody
    page = text_of(signed(make.lead_of(world.lozere)).get(to("liste")))
    assert reverse("bilans:evaluation", args=[here]) in page
    assert to("evaluation", here) not in page


def test_a_report_written_by_two_persons_shows_both(world: make.World) -> None:
    evaluation = make.started(world)
    here, lead = to("rapport", evaluation.public_id), signed(make.lead_of(region()))
    shown = lead.get(here).context["form"]["expected"].value()
    make.reported(evaluation)
    sent = {
        "expected": shown,
        "summary": "Ma version.",
        "inequalities": "",
        "prevention": "",
        "primary_care": "",
    }
    answer = lead.post(here, sent)
    page = text_of(answer)
    assert "Une autre personne a enregistré une modification" in page
    assert "Ma version.</textarea>" in page
    assert "Le plan avance." in page
    assert Evaluation.objects.get().summary == "Le plan avance."
    lead.post(here, sent | {"expected": answer.context["form"]["expected"].value()})
    assert Evaluation.objects.get().summary == "Ma version."


def test_a_recommendation_corrected_by_two_persons_shows_its_findings(world: make.World) -> None:
    evaluation = make.started(world)
    found = make.a_finding(evaluation)
    wanted = recommendations.put_recommendation(OPERATOR, evaluation=evaluation, text="Ouvrir tard.")
    lead, here = signed(make.lead_of(region())), to("recommandation", wanted.public_id)
    shown = lead.get(here).context["formulaires"]["texte"]["expected"].value()
    recommendations.put_recommendation(
        OPERATOR, evaluation=evaluation, recommendation=wanted, text="Ouvrir tôt.", findings=[found]
    )
    sent = {"geste": "texte", "texte-text": "Ouvrir le samedi.", "texte-expected": shown}
    page = text_of(lead.post(here, sent))
    for said in (
        "Une autre personne a enregistré",
        "Ouvrir tôt.",
        str(found),
        "Ouvrir le samedi.</textarea>",
    ):
        assert said in page, said
    wanted.refresh_from_db()
    assert wanted.text == "Ouvrir tôt."


def _follow_the_recommendation(lead: Client) -> None:
    wanted = Recommendation.objects.get()
    page = to("recommandation", wanted.public_id)
    answer = {"geste": "reponse", "reponse-answer": "acceptee", "reponse-text": "Oui."}
    assert "Dites qui s’en charge" in text_of(lead.post(page, answer))
    lead.post(page, answer | {"reponse-owner": "Direction", "reponse-due_on": "2020-01-01"})
    late, sentence = count(make.lead_of(region()))
    assert (late, sentence) == (1, "1 suite en retard")
    lead.post(page, {"geste": "suite", "suite-state": "fait", "suite-note": "Ouvert."})
    wanted.refresh_from_db()
    assert (wanted.follow_up, wanted.follow_up_note) == ("fait", "Ouvert.")


def test_an_association_hands_in_once_and_reads_only_its_own(world: make.World) -> None:
    lead = signed(make.lead_of(world.lozere))
    users = make.an_association()
    ask = {"action": world.bus.pk, "organisation": users.pk, "mandate": "Dites.", "due_on": ""}
    lead.post(to("constat-nouveau"), ask)
    finding = UsersFinding.objects.get()
    partner = make.partner_of(users)
    assert mandates(partner) == (1, "1 constat à remettre")
    client = signed(partner)
    assert world.bus.title in text_of(client.get(to("mandats")))
    said = {"tone": "ameliore", "text": "Mieux !", "method": "Vu."}
    assert "quand vous avez relu" in text_of(client.post(to("mandat", finding.public_id), said))
    client.post(to("mandat", finding.public_id), said | {"certain": "on"})
    client.post(to("mandat", finding.public_id), said | {"certain": "on", "text": "Autre"})
    assert UsersFinding.objects.get().text == "Mieux !"
    assert client.get(to("constat", finding.public_id)).status_code == 403
    stranger = make.partner_of(make.an_association("Une autre"), email="autre@exemple.test")
    assert signed(stranger).get(to("mandat", finding.public_id)).status_code == 404
    lead.post(to("constat", finding.public_id), {"text": "Nous en prenons acte."})
    lead.post(to("constat-publier", finding.public_id))
    assert UsersFinding.objects.get().published_at is None  # a lead does not publish
    signed(accounts.agent(RoleCode.APPROVER, region())).post(to("constat-publier", finding.public_id))
    assert UsersFinding.objects.public().get().agency_view == "Nous en prenons acte."
