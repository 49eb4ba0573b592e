"""The organisers' screens: programme, themes, meeting, date, notices, sittings, press; rights; two people at once."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape

import docx
import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.meetings.enums import MeetingKind, MeetingState, PressState
from fabrique.meetings.models import Meeting, PressDocument, Programme
from fabrique.meetings.services import announcing, meetings, press
from fabrique.subscriptions.models import Email
from tests.factories import accounts, registrations, territories
from tests.factories import meetings as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


def signed(actor):
    client = Client()
    client.force_login(actor.user)
    return client


@pytest.fixture
def organiser(personas):
    return signed(personas[RoleCode.MEETING_ORGANISER])


@pytest.fixture
def approver(personas):
    return signed(personas[RoleCode.APPROVER])


def at(name, *args):
    return reverse(f"agents-rencontres:{name}", args=args)


def get(client, name, *args, status=200):
    answer = client.get(at(name, *args))
    assert answer.status_code == status, name
    return unescape(answer.content.decode())


def fields(html):
    """{name: value} of the inputs and texts of a page, as a browser would send them back."""
    found = dict(
        re.findall(r'<input type="(?:text|hidden|date|time|number)" name="([^"]+)" value="([^"]*)"', html)
    )
    found |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', html))
    return found


def test_a_programme_from_its_title_to_the_public_page(organiser, client):
    made = organiser.post(
        at("programme-nouveau"),
        {
            "title": "Santé 2027",
            "territory": territories.region().pk,
            "organisers": "Agence fictive\n\nPréfecture",
        },
    )
    programme = Programme.objects.get()
    assert made.url == at("programme", programme.public_id)
    assert {str(one) for one in programme.organisers.all()} == {"Agence fictive", "Préfecture"}
    refused = organiser.post(at("programme-publier", programme.public_id), follow=True)
    assert "Écrivez le cadre" in refused.content.decode()
    edited = {**fields(get(organiser, "programme-ecrire", programme.public_id)), "frame": "Écouter."}
    assert organiser.post(at("programme-ecrire", programme.public_id), edited).status_code == 302
    organiser.post(at("programme-publier", programme.public_id))
    assert client.get(reverse("rencontres:programme", args=[programme.slug])).status_code == 200
    organiser.post(at("programme-retirer", programme.public_id))
    assert client.get(reverse("rencontres:programme", args=[programme.slug])).status_code == 404


def test_an_error_keeps_what_was_typed_and_says_so_first(organiser):
    answer = organiser.post(at("programme-nouveau"), {"title": "", "frame": "Gardé tel quel"})
    shown = unescape(answer.content.decode())
    assert "<title>Erreur\xa0:" in shown
    assert "Gardé tel quel" in shown
    assert not Programme.objects.exists()


def test_themes_are_written_line_by_line(organiser):
    programme = make.make_programme()
    sent = fields(get(organiser, "themes", programme.public_id))
    sent |= {"themes-0-title": "L’accès, encore", "themes-2-title": "L’autonomie", "themes-1-title": ""}
    assert organiser.post(at("themes", programme.public_id), sent).status_code == 302
    assert [t.title for t in programme.themes.all()] == ["L’accès, encore", "L’autonomie"]
    stale = organiser.post(at("themes", programme.public_id), sent)
    assert "Une autre personne a enregistré" in unescape(stale.content.decode())


def test_a_meeting_from_nothing_to_its_registrations(organiser):
    programme = make.make_programme()
    form = get(organiser, "rencontre-nouvelle", programme.public_id)
    sent = fields(form) | {
        "kind": MeetingKind.WORKSHOP,
        "title": "Atelier de Figeac",
        "territory": territories.department("46").pk,
        "audience": "ouverte",
        "city": "Figeac",
        "themes": [programme.themes.first().pk],
    }
    for _twice in range(2):  # a double click is one meeting
        assert organiser.post(at("rencontre-nouvelle", programme.public_id), sent).status_code == 302
    meeting = Meeting.objects.get()
    assert "Fixer la date" in get(organiser, "rencontre", meeting.public_id)
    day = make.in_days(8).date().isoformat()
    organiser.post(
        at("rencontre-date", meeting.public_id), {"day": day, "start": "18:00", "end": "20:00", "revision": 1}
    )
    meeting.refresh_from_db()
    assert (meeting.state, meeting.starts_at) == (MeetingState.SCHEDULED, make.in_days(8, 18))
    organiser.post(at("inscriptions-ouvrir", meeting.public_id))
    assert "inscriptions ouvertes" in get(organiser, "liste")
    organiser.post(at("inscriptions-fermer", meeting.public_id))
    assert not Meeting.objects.get().registration_open


def test_a_date_needs_a_day_and_an_end_its_start(organiser):
    meeting = make.make_meeting()
    answer = organiser.post(at("rencontre-date", meeting.public_id), {"day": "", "end": "20:00"})
    shown = unescape(answer.content.decode())
    assert "Donnez aussi l’heure de début." in shown
    assert Meeting.objects.get().starts_at is None


@pytest.mark.parametrize(
    ("route", "state"),
    [("rencontre-annuler", MeetingState.CANCELLED), ("rencontre-reporter", MeetingState.POSTPONED)],
)
def test_those_registered_are_told(organiser, route, state):
    meeting = make.make_meeting(starts_at=make.in_days(5), open_=True)
    registrations.come(meeting, "une@exemple.test")
    page = get(organiser, route, meeting.public_id)
    assert "1 personne inscrite recevra ce message." in page
    before = Email.objects.count()
    sent = {**fields(page), "notice": "Nous sommes désolés."}
    assert organiser.post(at(route, meeting.public_id), sent).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.state, Email.objects.count() - before) == (state, 1)
    assert "1 message préparé" in get(organiser, "rencontre", meeting.public_id)


def test_moving_tells_date_place_and_words(organiser):
    meeting = make.make_meeting(starts_at=make.in_days(5), open_=True)
    registrations.come(meeting, "une@exemple.test")
    page = get(organiser, "rencontre-deplacer", meeting.public_id)
    sent = {**fields(page), "venue": "Salle des fêtes", "notice": "Plus grand."}
    assert organiser.post(at("rencontre-deplacer", meeting.public_id), sent).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.venue, meeting.starts_at) == ("Salle des fêtes", make.in_days(5))


def test_two_people_on_one_meeting_see_each_other(organiser, personas):
    meeting = make.make_meeting()
    mine = fields(get(organiser, "rencontre-ecrire", meeting.public_id))
    mine |= {"kind": meeting.kind, "audience": meeting.audience, "venue": "Ma salle"}
    meetings.change_meeting(OPERATOR, meeting=meeting, venue="La salle d’une collègue")
    answer = organiser.post(at("rencontre-ecrire", meeting.public_id), mine)
    shown = unescape(answer.content.decode())
    assert "Ce qui a été enregistré pendant que vous écriviez" in shown
    assert "La salle d’une collègue" in shown
    assert "Ma salle" in shown
    again = mine | {"revision": fields(shown)["revision"]}
    assert organiser.post(at("rencontre-ecrire", meeting.public_id), again).status_code == 302
    assert Meeting.objects.get().venue == "Ma salle"


def test_sittings_are_written_line_by_line(organiser):
    meeting = make.make_meeting(kind=MeetingKind.WORKING_GROUP, starts_at=make.in_days(5))
    sent = fields(get(organiser, "seances", meeting.public_id))
    sent |= {"seances-0-day": "2027-03-01", "seances-0-start": "09:00", "seances-0-note": "Constat"}
    assert organiser.post(at("seances", meeting.public_id), sent).status_code == 302
    assert meeting.sessions.get().note == "Constat"
    wrong = fields(get(organiser, "seances", meeting.public_id)) | {"seances-1-note": "Sans jour"}
    assert "Donnez le jour" in unescape(
        organiser.post(at("seances", meeting.public_id), wrong).content.decode()
    )


def test_held_is_noted_once_the_day_has_come(organiser):
    meeting = make.make_meeting(starts_at=make.in_days(-1))
    assert "Noter qu’elle a été tenue" in get(organiser, "rencontre", meeting.public_id)
    organiser.post(at("rencontre-tenue", meeting.public_id))
    assert Meeting.objects.get().state == MeetingState.HELD


def test_a_release_is_drafted_edited_approved_and_downloaded(organiser, approver):
    programme = make.make_programme(title="Santé 2027", announced_steps=13)
    make.make_meeting(programme=programme, starts_at=make.in_days(5))
    organiser.post(at("communique", programme.public_id))
    document = PressDocument.objects.get()
    page = get(organiser, "presse", document.public_id)
    assert "Approuver" not in page
    sent = fields(page) | {"title": "Treize rencontres : la santé", "contact": "presse@agence.test"}
    assert organiser.post(at("presse", document.public_id), sent).status_code == 302
    draft = docx.Document(io.BytesIO(organiser.get(at("presse-docx", document.public_id)).content))
    assert any("n’est pas approuvé" in paragraph.text for paragraph in draft.paragraphs)
    assert organiser.post(at("presse-approuver", document.public_id), {"revision": 2}).status_code == 403
    read = get(approver, "presse", document.public_id)
    revision = re.search(r'name="revision" value="(\d+)"', read).group(1)
    assert (
        approver.post(at("presse-approuver", document.public_id), {"revision": revision}).status_code == 302
    )
    document.refresh_from_db()
    assert document.state == PressState.APPROVED
    opened = docx.Document(io.BytesIO(approver.get(at("presse-docx", document.public_id)).content))
    styles = [(paragraph.style.name, paragraph.text) for paragraph in opened.paragraphs]
    assert ("Title", "Treize rencontres\u00a0: la santé") in styles
    assert ("Heading 1", "Le calendrier") in styles
    assert any(style == "List Bullet" and text.startswith("Lot") for style, text in styles)
    assert not any("n’est pas approuvé" in text for _style, text in styles)
    pdf = approver.get(at("presse-pdf", document.public_id))
    with pikepdf.open(io.BytesIO(pdf.content)) as written:
        assert written.Root.MarkInfo.Marked
        assert str(written.docinfo["/Title"]) == "Treize rencontres : la santé"


def test_the_docx_is_a_sound_package_in_french(organiser):
    programme = make.make_programme(title="Santé & <soins>")
    organiser.post(at("communique", programme.public_id))
    content = organiser.get(at("presse-docx", PressDocument.objects.get().public_id)).content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        assert b"fr-FR" in package.read("word/styles.xml")
        assert not any(name.endswith(".bin") for name in package.namelist())
    opened = docx.Document(io.BytesIO(content))
    assert any("Santé & <soins>" in paragraph.text for paragraph in opened.paragraphs)


def test_an_invitation_comes_from_a_scheduled_meeting(organiser):
    meeting = make.make_meeting(starts_at=make.in_days(5))
    organiser.post(at("invitation", meeting.public_id))
    document = PressDocument.objects.get()
    assert "micro tendu" in get(organiser, "presse", document.public_id)
    organiser.post(at("presse-reprendre", document.public_id))
    bare = make.make_meeting()
    told = organiser.post(at("invitation", bare.public_id), follow=True)
    assert "avec sa date" in unescape(told.content.decode())


def test_a_calendar_changed_since_is_told_to_who_edits(organiser, personas):
    programme = make.make_programme()
    meeting = make.make_meeting(programme=programme, starts_at=make.in_days(5))
    document = press.draft_release(personas[RoleCode.MEETING_ORGANISER], programme=programme)
    announcing.cancel_meeting(OPERATOR, meeting=meeting, notice="Non.")
    assert "Le calendrier a changé depuis ce texte" in get(organiser, "presse", document.public_id)


SENT = [
    ("programme-ecrire", "programme"), ("themes", "programme"), ("programme-publier", "programme"),
    ("programme-retirer", "programme"), ("communique", "programme"), ("rencontre-nouvelle", "programme"),
    ("rencontre-ecrire", "meeting"), ("rencontre-date", "meeting"), ("rencontre-deplacer", "meeting"),
    ("rencontre-reporter", "meeting"), ("rencontre-annuler", "meeting"), ("seances", "meeting"),
    ("inscriptions-ouvrir", "meeting"), ("inscriptions-fermer", "meeting"), ("rencontre-tenue", "meeting"),
    ("invitation", "meeting"), ("presse", "document"), ("presse-reprendre", "document"),
    ("presse-approuver", "document"),
]  # fmt: skip


@pytest.mark.parametrize(("route", "kind"), SENT)
def test_no_write_from_a_reader_nor_from_another_territory(route, kind, personas):
    programme = make.make_programme()
    meeting = make.make_meeting(programme=programme, starts_at=make.in_days(5))
    document = press.draft_release(personas[RoleCode.MEETING_ORGANISER], programme=programme)
    things = {"programme": programme, "meeting": meeting, "document": document}
    sent = {
        "title": "X",
        "notice": "X",
        "day": "2027-03-01",
        "body": "X",
        "dated_on": "2027-01-01",
        "kind": "atelier",
        "audience": "ouverte",
        "territory": territories.department("46").pk,
        "key": "k",
        "themes-TOTAL_FORMS": 0,
        "themes-INITIAL_FORMS": 0,
        "seances-TOTAL_FORMS": 0,
        "seances-INITIAL_FORMS": 0,
    }
    before = [list(model.objects.values()) for model in (Programme, Meeting, PressDocument)]
    elsewhere = accounts.agent(RoleCode.MEETING_ORGANISER, territories.department("30"))
    for actor in (personas[RoleCode.READER], elsewhere, personas[RoleCode.RELAY]):
        answer = signed(actor).post(at(route, things[kind].public_id), sent)
        assert answer.status_code in (403, 404), actor.user
    assert [list(model.objects.values()) for model in (Programme, Meeting, PressDocument)] == before


def test_the_home_page_says_what_waits(organiser):
    make.make_meeting()
    make.make_meeting(starts_at=make.in_days(-1))
    shown = unescape(organiser.get(reverse("agents:accueil")).content.decode())
    assert "1 rencontre sans date, 1 passée, à noter tenue" in shown


def test_what_was_found_otherwise_is_shown_to_agents(organiser):
    from fabrique.meetings.services.calendar import import_calendar

    rows = (
        "programme,department_code,date,kind,city,venue\n"
        "CNR,48,2022-11-04,concertation,Mende,Espace George Frêche\n"
    )
    import_calendar(OPERATOR, data=rows.encode(), name="c.csv")
    shown = get(organiser, "rencontre", Meeting.objects.get().public_id)
    assert "« Espace George Frêche », montré « Espace Georges Frêche »" in shown.replace("\xa0", " ")
