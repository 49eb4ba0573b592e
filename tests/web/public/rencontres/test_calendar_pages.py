"""The public calendar, programme and meeting pages, their feeds, the printable programme, the press release."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import icalendar
import pikepdf
import pytest
from django.conf import settings
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import today
from fabrique.meetings.enums import MeetingKind
from fabrique.meetings.models import Meeting
from fabrique.meetings.services import announcing, meetings, press
from fabrique.meetings.services.calendar import import_calendar
from tests.factories import meetings as make
from tests.factories import registrations, territories
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


def page(client, route, *args, status=200, query=""):
    answer = client.get(reverse(f"rencontres:{route}", args=args) + query)
    assert answer.status_code == status, route
    return unescape(answer.content.decode())


def words(html):
    main = html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_nothing_yet_is_said(client):
    assert "Aucune rencontre annoncée pour l’instant" in page(client, "liste")


def test_what_is_not_public_is_nowhere(client):
    hidden = make.make_meeting(programme=make.make_programme(public=False), starts_at=make.in_days(3))
    assert hidden.title not in page(client, "liste", query="?periode=toutes")
    assert hidden.title not in client.get(reverse("rencontres:calendrier_ics")).content.decode()
    page(client, "rencontre", hidden.slug, status=404)
    page(client, "programme", hidden.programme.slug, status=404)
    for route, name in (
        ("programme_pdf", hidden.programme.slug),
        ("calendrier_programme_ics", hidden.programme.slug),
        ("rencontre_ics", hidden.slug),
        ("calendrier_departement_ics", "46"),
        ("calendrier_theme_ics", "prevention"),
    ):
        assert client.get(reverse(f"rencontres:{route}", args=[name])).status_code == 404, route


def test_the_programme_lists_by_department_as_the_press_release_does(client):
    rows = (
        "programme,department_code,date,city,venue,start,end,kind\n"
        "CNR,46,2022-11-18,Cahors,,,,concertation départementale\n"
        "CNR,48,2022-11-04,Mende,Espace George Frêche,10:00,16:00,concertation départementale\n"
        "CNR,09,,Foix,,,,concertation départementale\n"
    )
    programme = make.make_programme(title="CNR, Occitanie", announced_steps=13)
    import_calendar(OPERATOR, data=rows.encode(), name="c.csv")
    shown = words(page(client, "programme", programme.slug))
    order = [
        "Ariège En cours de programmation Concertation départementale en Ariège Foix",
        "Lot Vendredi 18 novembre 2022 Concertation départementale dans le Lot Cahors",
        "Lozère Vendredi 4 novembre 2022, de 10 h à 16 h Concertation départementale en Lozère "
        "Espace Georges Frêche, Mende",
    ]
    places = [shown.index(line) for line in order]
    assert places == sorted(places)
    assert "3 rencontres, dont 1 en cours de programmation. 13 annoncées au départ" in shown
    assert "Espace George Frêche" not in shown


def test_filters_are_in_the_address(client):
    programme = make.make_programme()
    prevention = programme.themes.filter(key="prevention")
    one = make.make_meeting(programme=programme, starts_at=make.in_days(3), themes=prevention)
    two = make.make_meeting(
        programme=programme, territory=territories.department("30"), kind=MeetingKind.WORKSHOP
    )
    past = make.make_meeting(programme=programme, starts_at=make.in_days(-3))
    wanted = {
        "": {one, two},
        "?departement=30": {two},
        "?departement=46&periode=toutes": {one, past},
        "?theme=prevention": {one},
        "?nature=atelier": {two},
        "?periode=passees": {past},
        "?periode=toutes": {one, two, past},
        "?departement=999&theme=rien&nature=%27&periode=hier": {one, two},
    }
    for query, expected in wanted.items():
        shown = page(client, "liste", query=query)
        assert {m for m in (one, two, past) if m.title in shown} == expected, query
    assert "Aucune rencontre ne correspond" in page(client, "liste", query="?departement=30&theme=prevention")


def test_a_meeting_says_when_where_and_for_whom(client):
    meeting = make.make_meeting(
        starts_at=make.in_days(3, 14), venue="Salle <des> fêtes", access="Entrée de plain-pied.", capacity=40
    )
    shown = page(client, "rencontre", meeting.slug)
    for said in ("de 14 h à 16 h", "Salle <des> fêtes", "Entrée de plain-pied", "Ouverte à tous"):
        assert said in words(shown).replace("\xa0", " ") or said in shown
    assert "S’inscrire" not in words(shown)
    assert "Ajouter à mon agenda" in shown


def test_registration_is_offered_while_it_is_open(client):
    meeting = make.make_meeting(starts_at=make.in_days(3), open_=True, capacity=1)
    shown = page(client, "rencontre", meeting.slug)
    assert reverse("rencontres:inscription", args=[meeting.slug]) in shown
    assert "Il reste 1 place." in words(shown)
    registrations.come(meeting, "une@exemple.test")
    assert "S’inscrire sur la liste d’attente" in page(client, "rencontre", meeting.slug)


def test_what_was_announced_is_on_the_page(client):
    meeting = make.make_meeting(starts_at=make.in_days(3))
    announcing.cancel_meeting(OPERATOR, meeting=meeting, notice="La salle est <b>inondée</b>.")
    shown = client.get(reverse("rencontres:rencontre", args=[meeting.slug])).content.decode()
    assert "Rencontre annulée" in shown
    assert "&lt;b&gt;inondée" in shown


def test_a_past_day_that_nobody_noted_is_not_said_held(client):
    meeting = make.make_meeting(starts_at=make.in_days(-3))
    shown = words(page(client, "rencontre", meeting.slug))
    assert "date passée" in shown
    assert "tenue" not in shown


def test_announced_meetings_without_any_place_are_counted(client):
    programme = make.make_programme(announced_steps=16)
    assert "16 rencontres sont annoncées" in page(client, "programme", programme.slug)


def get_feed(client, route="calendrier_ics", *args, **headers):
    return client.get(reverse(f"rencontres:{route}", args=args), headers=headers)


def test_feeds_hold_what_they_say_and_are_calendars(client):
    programme = make.make_programme()
    prevention = programme.themes.filter(key="prevention")
    one = make.make_meeting(programme=programme, starts_at=make.in_days(3), themes=prevention)
    two = make.make_meeting(starts_at=make.in_days(4), territory=territories.department("30"))
    make.make_meeting(programme=programme)
    for route, args, expected in (
        ("calendrier_ics", [], {one, two}),
        ("calendrier_departement_ics", ["46"], {one}),
        ("calendrier_theme_ics", ["prevention"], {one}),
        ("calendrier_programme_ics", [programme.slug], {one}),
        ("rencontre_ics", [two.slug], {two}),
    ):
        answer = get_feed(client, route, *args)
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        found = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        assert {str(event["SUMMARY"]) for event in found} == {meeting.title for meeting in expected}, route
        address = str(found[0]["URL"])
        assert address.startswith(("http://", "https://"))
        assert "/rencontres/" in address


def test_a_client_that_comes_back_is_told_that_nothing_changed(client):
    meeting = make.make_meeting(starts_at=make.in_days(3))
    first = get_feed(client)
    assert first["ETag"]
    assert first["Last-Modified"]
    assert get_feed(client, **{"If-None-Match": first["ETag"]}).status_code == 304
    assert get_feed(client, **{"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    meetings.change_meeting(OPERATOR, meeting=meeting, venue="Ailleurs")
    Meeting.objects.update(updated_at=meeting.updated_at + timedelta(seconds=2))
    for header, value in (("If-None-Match", first["ETag"]), ("If-Modified-Since", first["Last-Modified"])):
        assert get_feed(client, **{header: value}).status_code == 200


def test_feeds_do_not_follow_the_language_of_the_browser(client):
    make.make_meeting(starts_at=make.in_days(3), hours=None)
    assert get_feed(client, **{"Accept-Language": "en"}).content == get_feed(client).content


def test_the_page_gives_an_address_to_subscribe_to(client):
    make.make_meeting(starts_at=make.in_days(3))
    shown = page(client, "liste", query="?departement=46")
    assert re.search(r'href="webcal://[^"]+/rencontres/departements/46/calendrier\.ics"', shown)


def pdf_text(content):
    import pypdfium2

    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(one.get_textpage().get_text_range() for one in document)


def test_the_programme_prints_as_a_tagged_pdf(client):
    programme = make.make_programme()
    make.make_meeting(programme=programme, starts_at=make.in_days(3))
    make.make_meeting(programme=programme, territory=territories.department("09"), city="Foix")
    answer = client.get(reverse("rencontres:programme_pdf", args=[programme.slug]))
    assert answer["Content-Type"] == "application/pdf"
    text = pdf_text(answer.content)
    assert "En cours de programmation" in text
    assert "Cahors" in text
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "fr"


def test_an_approved_release_is_public_a_draft_and_an_invitation_are_not(client, personas):
    programme = make.make_programme()
    meeting = make.make_meeting(programme=programme, starts_at=make.in_days(3))
    organiser, approver = personas[RoleCode.MEETING_ORGANISER], personas[RoleCode.APPROVER]
    release = press.draft_release(organiser, programme=programme)
    invitation = press.draft_invitation(organiser, meeting=meeting)
    press.approve_press(approver, document=invitation)
    where = [
        reverse("rencontres:communique", args=[programme.slug, document.public_id, extension])
        for document in (release, invitation)
        for extension in ("pdf", "docx")
    ]
    assert [client.get(one).status_code for one in where] == [404] * 4
    press.approve_press(approver, document=release)
    assert [client.get(one).status_code for one in where] == [200, 200, 404, 404]
    assert client.get(where[0].replace(".pdf", ".exe")).status_code == 404
    assert where[0] in page(client, "programme", programme.slug)


def test_a_page_costs_few_queries(client, django_assert_max_num_queries):
    programme = make.make_programme()
    for _number in range(6):
        make.make_meeting(programme=programme, starts_at=make.in_days(3))
    with django_assert_max_num_queries(14):
        page(client, "liste")
    with django_assert_max_num_queries(8):
        get_feed(client)
    assert settings.TIME_ZONE == "Europe/Paris"
    assert today()
