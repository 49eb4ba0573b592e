"""Screens of registrations and attendance: who sees what, ticks and counts, printed sheets; never an address."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import now
from fabrique.meetings.enums import Category, RegistrationState
from fabrique.meetings.models import Registration
from fabrique.meetings.services.attendance import counted
from tests.factories import registrations as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]
SCREENS = ("inscriptions", "presences", "presences-comptage", "emargement", "badges")


def at(name, meeting, *more):
    return reverse(f"agents-rencontres:{name}", args=[meeting.public_id, *more])


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """What begins in a moment begins today, even for who runs this at five to midnight."""
    with time_machine.travel(timezone.localtime().replace(hour=12), tick=True):
        yield


@pytest.fixture
def meeting():
    held = make.a_meeting(capacity=2, starts_at=now() + timedelta(minutes=30))
    make.come(held, "zoe@exemple.test", name="Zoé Fictive", needs="Une boucle magnétique", needs_agreed=True)
    make.come(held, "sans.nom@exemple.test", category=Category.ELECTED)
    make.come(held, "eve@exemple.test", name="Ève Fictive", category=Category.UNION)
    return held


@pytest.fixture
def organiser(client, personas):
    client.force_login(personas[RoleCode.MEETING_ORGANISER].user)
    return client


@pytest.fixture
def facilitator(client, personas):
    client.force_login(personas[RoleCode.FACILITATOR].user)
    return client


def text_of(answer):
    assert answer["Content-Type"] == "application/pdf"
    with pypdfium2.PdfDocument(answer.content) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_the_organiser_sees_names_and_needs_but_no_address(organiser, meeting):
    page = organiser.get(at("inscriptions", meeting)).content.decode()
    for said in (
        "Zoé Fictive",
        "Une boucle magnétique",
        "2 places tenues sur 2",
        "1 personne sur la liste d’attente",
    ):
        assert said.replace(" ", "") in page.replace("\u202f", " ").replace("\u00a0", " ").replace(" ", "")
    assert "exemple.test" not in page.replace("organisateur@exemple.test", "")


def test_who_holds_the_door_ticks_names_and_never_reads_needs(facilitator, meeting):
    page = facilitator.get(at("presences", meeting)).content.decode()
    assert "Zoé Fictive" in page
    assert "boucle" not in page
    assert facilitator.get(at("inscriptions", meeting)).status_code == 403


@pytest.mark.parametrize("screen", SCREENS)
def test_without_the_role_or_elsewhere_nothing_opens(client, personas, meeting, screen):
    assert client.get(at(screen, meeting)).status_code == 302
    client.force_login(personas[RoleCode.CODER].user)
    assert client.get(at(screen, meeting)).status_code in (403, 404)
    client.force_login(personas[RoleCode.FACILITATOR].user)
    elsewhere = make.a_meeting(title="À Nîmes", where="30")
    assert client.get(at(screen, elsewhere)).status_code in (403, 404)


def test_ticks_are_saved_shown_again_and_add_up(facilitator, meeting):
    zoe, unnamed = (Registration.objects.get(position=rank).public_id for rank in (1, 2))
    sent = facilitator.post(at("presences", meeting), {"present": [zoe, unnamed], "usager": "3"}, follow=True)
    page = sent.content.decode()
    assert sent.redirect_chain
    assert "Les présences sont enregistrées." in page
    assert "5 personnes comptées dans la salle" in page
    assert page.count(" checked") == 2
    assert 'name="usager" value="3"' in page
    assert counted(meeting) == {"usager": 4, "elu": 1}
    facilitator.post(at("presences", meeting), {"present": [unnamed], "avant": [zoe, unnamed], "usager": ""})
    assert counted(meeting) == {"elu": 1}


def test_wrong_numbers_come_back_with_their_ticks(facilitator, meeting):
    zoe = Registration.objects.get(position=1).public_id
    page = facilitator.post(at("presences", meeting), {"present": [zoe], "usager": "-4"}).content.decode()
    assert "<title>Erreur" in page
    assert page.count(" checked") == 1
    assert counted(meeting) == {}


def test_counts_alone(facilitator, meeting):
    done = facilitator.post(at("presences-comptage", meeting), {"usager": "12", "elu": "x"})
    assert "Écrivez un nombre entier." in done.content.decode()
    facilitator.post(at("presences-comptage", meeting), {"usager": "12", "elu": "1"})
    assert counted(meeting) == {"usager": 12, "elu": 1}


def test_before_the_day_it_is_said(facilitator):
    later = make.a_meeting()
    page = facilitator.post(at("presences-comptage", later), {"usager": "2"}).content.decode()
    assert "à partir du jour de la rencontre" in page
    assert counted(later) == {}


def test_somebody_added_by_telephone_once(organiser, meeting):
    page = organiser.get(at("inscriptions", meeting))
    key = page.context["form"].initial["key"]
    given = {"name": "Bob Fictif", "category": "association", "needs": "", "key": key}
    for _turn in range(2):
        done = organiser.post(at("inscriptions", meeting), given, follow=True)
    assert "liste d’attente" in done.content.decode()
    assert Registration.objects.filter(subscription=None).count() == 1
    wrong = organiser.post(at("inscriptions", meeting), given | {"name": ""}).content.decode()
    assert "Écrivez le nom de la personne." in wrong


def test_taken_off_the_list_the_next_one_comes_in(organiser, meeting):
    zoe = Registration.objects.get(position=1)
    where = at("inscription-annuler", meeting, zoe.public_id)
    assert "Zoé Fictive" in organiser.get(where).content.decode()
    organiser.post(where)
    zoe.refresh_from_db()
    assert (zoe.state, zoe.name) == (RegistrationState.CANCELLED, None)
    assert Registration.objects.get(position=3).state == RegistrationState.CONFIRMED
    assert organiser.get(where).status_code == 404


def test_the_sign_in_sheet_is_tagged_and_holds_no_need(organiser, meeting):
    answer = organiser.get(at("emargement", meeting))
    said = text_of(answer)
    assert "Zoé Fictive" in said
    assert "Sans nom" in said
    assert "Ève" not in said
    assert "boucle" not in said
    assert "exemple.test" not in said
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("fr")


def test_badges_are_for_those_who_gave_a_name(facilitator, meeting):
    said = text_of(facilitator.get(at("badges", meeting)))
    assert "Zoé Fictive" in said
    assert "Sans nom" not in said
    assert "Ève" not in said


def test_an_empty_meeting_still_prints_and_says_that_nobody_is_there(organiser):
    empty = make.a_meeting()
    assert "Personne n’est encore inscrit" in organiser.get(at("inscriptions", empty)).content.decode()
    assert "Personne n’est inscrit" in organiser.get(at("presences", empty)).content.decode()
    for sheet in ("emargement", "badges"):
        assert text_of(organiser.get(at(sheet, empty)))
