"""The agents' room of publications: who sees what, and the journey from preparation to the public page."""

from copy import deepcopy

import pytest
from django.test import Client

from fabrique.accounts.enums import RoleCode
from fabrique.restitution.enums import PublicationState
from fabrique.restitution.models import Publication
from fabrique.restitution.perms import RIGHTS
from tests.factories import accounts
from tests.factories import restitution as make
from tests.personas import Personas

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared_ground")]
ROOM = "/agents/publications/"
READERS = RIGHTS["restitution.read"]


@pytest.fixture(scope="module")
def world_of_the_file(shared_ground):
    made = make.world(Personas())
    make.accept(made)
    return made


@pytest.fixture
def world(world_of_the_file, db):
    return deepcopy(world_of_the_file)


@pytest.fixture
def personas(world):
    return world.people


def client_of(actor):
    client = Client()
    assert client.login(username=actor.user.email, password=accounts.PASSWORD)
    return client


@pytest.mark.parametrize("role", RoleCode.values)
@pytest.mark.parametrize("page", ["", "{id}/", "{id}/apercu/"])
def test_the_room_is_read_by_those_who_hold_the_right(world, personas, role, page):
    publication = make.prepared(world)
    answer = client_of(personas[role]).get(ROOM + page.format(id=publication.public_id))
    assert answer.status_code == (200 if role in READERS else 403), (role, page)


@pytest.mark.parametrize("page", ["", "{id}/", "{id}/apercu/"])
def test_nobody_reads_it_without_signing_in(client, world, page):
    publication = make.prepared(world)
    answer = client.get(ROOM + page.format(id=publication.public_id))
    assert answer.status_code == 302
    assert "/connexion/" in answer["Location"]


@pytest.mark.parametrize("role", RoleCode.values)
def test_the_preview_and_the_verbs_are_refused_without_the_right(world, personas, role):
    publication = make.prepared(world)
    client = client_of(personas[role])
    if role not in RIGHTS["restitution.publish"]:
        answer = client.post(f"{ROOM}{publication.public_id}/publier/")
        assert answer.status_code == 403
        publication.refresh_from_db()
        assert publication.state == PublicationState.DRAFT
    if role not in RIGHTS["restitution.prepare"]:
        assert client.post(f"{ROOM}preparer/{world.consultation.public_id}/").status_code == 403
        assert client.post(f"{ROOM}{publication.public_id}/abandonner/").status_code == 403
    if role != RoleCode.ANALYST:
        assert client.post(f"{ROOM}{publication.public_id}/valider/").status_code == 403


@pytest.mark.parametrize("verb", ["publier", "valider", "abandonner"])
def test_a_verb_is_never_done_by_reading(world, verb):
    publication = make.prepared(world)
    assert client_of(world.analyst).get(f"{ROOM}{publication.public_id}/{verb}/").status_code == 405


def test_from_preparation_to_the_public_page(client, world):
    analyst, approver = client_of(world.analyst), client_of(world.approver)
    answer = analyst.post(f"{ROOM}preparer/{world.consultation.public_id}/", follow=True)
    assert "Ce qui manque avant de publier" in answer.content.decode()
    publication = Publication.objects.get()
    here = f"{ROOM}{publication.public_id}/"
    assert (
        "attendent qu’une personne les valide"
        in approver.post(here + "publier/", follow=True).content.decode()
    )
    assert "portent maintenant votre nom" in analyst.post(here + "valider/", follow=True).content.decode()
    assert "Publier les résultats" not in analyst.get(here).content.decode()
    assert "Publier les résultats" in approver.get(here).content.decode()
    preview = approver.get(here + "apercu/").content.decode()
    assert "cette page n’est pas encore publique" in preview
    assert "Les résultats sont publiés" in approver.post(here + "publier/", follow=True).content.decode()
    public = client.get(f"/resultats/{world.consultation.slug}/").content.decode()
    for heading in ("Qui a répondu", "De quoi vous avez parlé", "Les questions à choix"):
        assert heading in preview
        assert heading in public


def test_the_preview_holds_back_what_the_public_page_will(world):
    publication = make.prepared(world)
    preview = client_of(world.approver).get(f"{ROOM}{publication.public_id}/apercu/").content.decode()
    assert "secret" in preview
    assert "Trop peu de personnes en ont parlé" in preview


def test_the_preview_of_what_came_out_is_the_public_page(world):
    publication = make.published(world)
    answer = client_of(world.approver).get(f"{ROOM}{publication.public_id}/apercu/")
    assert answer["Location"] == f"/resultats/{world.consultation.slug}/version/1/"


def test_who_validates_reads_the_values_before_disclosure_control(world):
    publication = make.prepared(world, validated=False)
    html = client_of(world.analyst).get(f"{ROOM}{publication.public_id}/").content.decode()
    assert "Oui" in html
    assert "<strong>3</strong>" in html
    assert "ne la diffusez pas" in html


def test_giving_up_a_publication_that_came_out_is_refused_in_words(world):
    publication = make.published(world)
    answer = client_of(world.analyst).post(f"{ROOM}{publication.public_id}/abandonner/", follow=True)
    assert "Une publication parue ne se retire pas" in answer.content.decode()


def test_the_empty_room_says_what_will_come(personas):
    assert "Aucune publication" in client_of(personas[RoleCode.EDITOR]).get(ROOM).content.decode()
