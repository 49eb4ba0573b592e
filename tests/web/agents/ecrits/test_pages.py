"""The agents' room of written contributions: calls, import, splitting screen, decision, files, rights."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.contributions.models import Participation
from fabrique.subscriptions.models import Email
from fabrique.written.enums import CallState, DemandOrigin, WrittenState
from fabrique.written.models import Call, Demand, WrittenContribution
from fabrique.written.services import accept, refuse
from tests.factories import hostile
from tests.factories import written as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def call(occitanie):
    return make.a_call(occitanie)


@pytest.fixture
def written(call):
    return make.received(call)


@pytest.fixture
def analyst_client(client, personas):
    client.force_login(personas[RoleCode.ANALYST].user)
    return client


def address(name, thing, *more):
    return reverse(f"agents-ecrits:{name}", args=[thing.public_id, *more])


def rows(written, **changes):
    """The splitting form as the page sends it, with changes: {"texte-0": …}."""
    data = {"revision": written.revision, "document": str(written.files.first().public_id), "blocs": 1}
    demands = list(written.demands.select_related("file"))
    for n, one in enumerate(demands):
        data |= {
            f"texte-{n}": one.text,
            f"page-{n}": one.page or "",
            f"lien-{n}": f"{one.public_id}:{one.file.public_id}",
        }
    data["lignes"] = len(demands) + 1
    return data | changes


def test_a_call_is_written_opened_and_closed(client, personas, occitanie):
    client.force_login(personas[RoleCode.ANALYST].user)
    answer = client.post(
        reverse("agents-ecrits:nouvel-appel"),
        {"title": "Quelles priorités ?", "perimeter": occitanie.pk, "presentation": "Écrivez-nous."},
    )
    call = Call.objects.get()
    assert answer.url == address("modifier", call)
    client.post(
        answer.url,
        {
            "title": call.title,
            "presentation": "Écrivez-nous.",
            "opens_at": "2020-01-01T08:00",
            "closes_at": "2090-01-01T08:00",
        },
    )
    client.post(address("ouvrir", call))
    call.refresh_from_db()
    assert call.state == CallState.DRAFT  # an analyst does not open
    client.force_login(personas[RoleCode.APPROVER].user)
    client.post(address("ouvrir", call))
    call.refresh_from_db()
    assert (call.state, call.source.label) == (CallState.OPEN, "Quelles priorités ?")
    assert "visible sur le site public" in client.get(address("appel", call)).content.decode()
    client.post(address("clore", call))
    call.refresh_from_db()
    assert call.state == CallState.CLOSED


def test_an_incomplete_call_does_not_open_and_says_why(client, personas, occitanie):
    from fabrique.written.services import create_call

    call = create_call(OPERATOR, title="Vide", presentation="", perimeter=occitanie)
    client.force_login(personas[RoleCode.APPROVER].user)
    page = client.post(address("ouvrir", call), follow=True)
    assert "Avant d’ouvrir, écrivez la présentation" in page.content.decode()


def test_the_screen_shows_the_document_by_pages_beside_its_demands(analyst_client, written):
    page = analyst_client.get(address("contribution", written)).content.decode()
    assert "Page 2" in page
    assert "relevé" in page
    assert "3 demandes" in page
    assert "renoncent parfois à se soigner" in page
    assert "formule de politesse" in page


def test_demands_are_corrected_cut_joined_dropped_and_added(analyst_client, written):
    first, second, third = written.demands.all()
    answer = analyst_client.post(
        address("decouper", written),
        rows(
            written,
            **{
                "texte-0": "Ouvrir des consultations avancées.\n\nOuvrir le samedi.",
                "avec-1": "on",
                "oter-2": "on",
                "texte-3": "Une demande oubliée.",
                "page-3": "1",
                "lien-3": f":{written.files.first().public_id}",
            },
        ),
    )
    assert answer.status_code == 302
    found = [(d.text, d.page, d.origin) for d in Demand.objects.of_written(written)]
    assert found == [
        ("Ouvrir des consultations avancées.", 2, DemandOrigin.PERSON),
        (f"Ouvrir le samedi. {second.text}", 2, DemandOrigin.PERSON),
        ("Une demande oubliée.", 1, DemandOrigin.PERSON),
    ]
    assert (first.text, third.page) == make.DEMANDS[0][:1] + make.DEMANDS[2][1:]


def test_what_is_not_touched_stays_proposed_by_the_program(analyst_client, written):
    analyst_client.post(address("decouper", written), rows(written))
    assert {d.origin for d in Demand.objects.of_written(written)} == {DemandOrigin.PROGRAM}


def test_a_passage_of_the_document_becomes_a_demand_at_its_place(analyst_client, written):
    blocks = written.files.first().blocks
    rank = next(n for n, block in enumerate(blocks) if "renoncent" in block.text)
    answer = analyst_client.post(address("decouper", written), rows(written, ajouter=str(rank)))
    assert answer.url.endswith(f"#passage-{rank}")
    first = Demand.objects.of_written(written).first()
    assert (first.text, first.page, first.file) == (blocks[rank].text, 1, written.files.first())


@pytest.mark.parametrize("page", ["4", "0"])
def test_a_page_that_is_not_there_is_refused_and_nothing_is_lost(analyst_client, written, page):
    answer = analyst_client.post(
        address("decouper", written), rows(written, **{"page-0": page, "texte-1": "Corrigé."})
    )
    said = answer.content.decode()
    assert "Une page n’existe pas" in said
    assert "Corrigé." in said
    assert [(d.text, d.page) for d in written.demands.all()] == list(make.DEMANDS)


def test_two_agents_do_not_overwrite_each_other(analyst_client, written):
    analyst_client.post(address("decouper", written), rows(written, **{"texte-0": "La mienne, la première."}))
    late = analyst_client.post(address("decouper", written), rows(written, **{"texte-0": "La tardive."}))
    assert "Quelqu’un d’autre a modifié" in late.content.decode()
    assert "La tardive." in late.content.decode()
    assert Demand.objects.of_written(written).first().text == "La mienne, la première."


def decision(written, lot, **changes):
    return {
        "name": "Les Sources (association)",
        "kind": "association",
        "territory": lot.pk,
        "title": "Des soins près de chez soi",
        **changes,
    }


def test_accepted_it_is_one_organisation_and_its_contact_is_told(analyst_client, written, lot):
    analyst_client.post(address("accepter", written), decision(written, lot))
    written.refresh_from_db()
    assert (written.state, written.title) == (WrittenState.ACCEPTED, "Des soins près de chez soi")
    assert (written.organisation.name, written.organisation.territory) == ("Les Sources (association)", lot)
    assert written.receipt_code == ""
    assert Participation.objects.get().department == lot
    assert "3 demandes" in Email.objects.get(purpose="written.accepted").text
    analyst_client.post(address("accepter", written), decision(written, lot))
    assert Participation.objects.count() == 1
    page = analyst_client.get(address("contribution", written)).content.decode()
    assert "Enregistrer le découpage" not in page
    assert "décidé par" in page


def test_two_contributions_of_one_organisation_are_two_acts_of_one_organisation(call):
    one = accept(OPERATOR, written=make.received(call))
    two = accept(OPERATOR, written=make.received(call, files=(), text="Il faut un bus le samedi."))
    assert one.organisation == two.organisation
    assert Participation.objects.counted_by_unit() == {"organisation": 2}
    assert WrittenContribution.objects.of_call(call).organisations() == 1


def test_set_aside_with_a_reason_it_never_enters_the_corpus(analyst_client, written):
    analyst_client.post(address("ecarter", written), {"reason": ""})
    written.refresh_from_db()
    assert written.state == WrittenState.QUARANTINED
    analyst_client.post(address("ecarter", written), {"reason": "hors-sujet"})
    written.refresh_from_db()
    assert (written.state, written.refusal) == (WrittenState.REFUSED, "hors-sujet")
    assert "ne répond pas à l’appel" in Email.objects.get(purpose="written.refused").text
    assert not Participation.objects.exists()
    analyst_client.post(address("accepter", written), decision(written, written.call.perimeter))
    assert not Participation.objects.exists()


def test_what_was_set_aside_may_be_sent_again(call, written):
    refuse(OPERATOR, written=written, reason="illisible")
    assert make.received(call).state == WrittenState.QUARANTINED


def test_a_message_is_imported_from_the_page_and_shown(analyst_client, call):
    upload = SimpleUploadedFile("m.eml", make.message(("c.pdf", make.pdf(), "application/pdf")))
    answer = analyst_client.post(address("importer", call), {"file": upload})
    assert answer.url == address("contribution", WrittenContribution.objects.get())
    again = SimpleUploadedFile("m.eml", make.message(("c.pdf", make.pdf(), "application/pdf")))
    assert "Déjà reçue" in analyst_client.post(address("importer", call), {"file": again}).content.decode()
    assert WrittenContribution.objects.count() == 1


@pytest.mark.parametrize("name", hostile.EML)
def test_a_hostile_message_is_refused_with_its_sentence(analyst_client, call, name):
    build, _code = hostile.EML[name]
    page = analyst_client.post(
        address("importer", call), {"file": SimpleUploadedFile("m.eml", build()), "organisation": ""}
    ).content.decode()
    assert "fr-alert--error" in page
    assert not WrittenContribution.objects.exists()


def test_a_file_is_handed_over_to_be_saved_never_opened(analyst_client, written):
    answer = analyst_client.get(address("fichier", written.files.get()))
    assert answer.content == make.pdf()
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    drawn = analyst_client.get(address("page", written.files.get(), 2))
    assert drawn["Content-Type"] == "image/png"
    assert analyst_client.get(address("page", written.files.get(), 9)).status_code == 404


READERS = {
    RoleCode.ANALYST, RoleCode.OPERATOR, RoleCode.MODERATOR, RoleCode.EDITOR, RoleCode.APPROVER,
    RoleCode.DATA_PROTECTION,
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(set(RoleCode.values) - READERS))
def test_other_roles_see_nothing(client, personas, written, code):
    client.force_login(personas[code].user)
    for page in (
        reverse("agents-ecrits:liste"),
        address("appel", written.call),
        address("contribution", written),
        address("fichier", written.files.get()),
        address("page", written.files.get(), 1),
    ):
        assert client.get(page).status_code == 403


def test_an_operator_of_the_lot_does_not_reach_what_belongs_to_the_region(client, personas, written):
    client.force_login(personas[RoleCode.OPERATOR].user)
    assert "Quelles priorités" not in client.get(reverse("agents-ecrits:liste")).content.decode()
    assert client.get(address("contribution", written)).status_code == 404
    assert client.get(address("fichier", written.files.get())).status_code == 404
    assert client.post(address("decouper", written), rows(written)).status_code == 404


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (RoleCode.EDITOR, "decouper"), (RoleCode.EDITOR, "accepter"), (RoleCode.APPROVER, "ecarter"),
        (RoleCode.DATA_PROTECTION, "accepter"), (RoleCode.APPROVER, "decouper"),
    ],
)  # fmt: skip
def test_who_reads_does_not_therefore_act(client, personas, written, code, name):
    client.force_login(personas[code].user)
    assert client.get(address("contribution", written)).status_code == 200
    assert client.post(address(name, written), rows(written, reason="hors-sujet")).status_code == 403
    written.refresh_from_db()
    assert (written.state, written.revision) == (WrittenState.QUARANTINED, 1)


def test_the_home_page_counts_what_waits(analyst_client, written):
    assert "1 contribution à vérifier" in analyst_client.get(reverse("agents:accueil")).content.decode()
