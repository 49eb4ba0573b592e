"""Press documents: drafted from the programme, edited, drafted anew, approved by a named person and then frozen."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from fabrique.accounts.enums import RoleCode
from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.enums import PressState
from fabrique.meetings.models import PressDocument
from fabrique.meetings.services import announcing, press
from fabrique.meetings.services.press import blocks_of
from tests.factories import accounts, territories
from tests.factories import meetings as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]


@pytest.fixture
def organiser(personas):
    return personas[RoleCode.MEETING_ORGANISER]


@pytest.fixture
def programme():
    return make.make_programme(
        title="Santé 2027",
        announced_steps=13,
        transmission_deadline=date(2027, 12, 31),
        participants="élus, usagers",
    )


def refused(verb, *args, **kwargs):
    with pytest.raises(Refused) as found:
        verb(*args, **kwargs)
    return found.value.code


def test_a_release_says_themes_calendar_and_what_comes_after(organiser, programme):
    make.make_meeting(programme=programme, starts_at=make.in_days(5, 10), hours=6, venue="Salle des fêtes")
    make.make_meeting(programme=programme, territory=territories.department("09"), city="Foix")
    document = press.draft_release(organiser, programme=programme)
    lists = [block.texts for block in blocks_of(document.body) if block.kind == "list"]
    assert document.title == "13 rencontres : Santé 2027"
    assert any("L’accès aux soins" in text for text in lists[0])
    assert lists[1][0] == "Ariège : en cours de programmation, Foix"
    assert lists[1][1].startswith("Lot : ")
    assert lists[1][1].endswith("de 10\u00a0h à 16\u00a0h, Salle des fêtes, Cahors")
    assert "31\u00a0décembre\u00a02027" in document.body
    assert "élus, usagers" in document.body
    assert document.press_point


def test_asked_again_it_is_the_same_draft(organiser, programme):
    first = press.draft_release(organiser, programme=programme)
    assert press.draft_release(organiser, programme=programme) == first


def test_an_invitation_gives_place_time_themes_and_press_point(organiser, programme):
    meeting = make.make_meeting(programme=programme, starts_at=make.in_days(5), themes=programme.themes.all())
    document = press.draft_invitation(organiser, meeting=meeting)
    for said in ("Quand", "Où", "Cahors", "La prévention"):
        assert said in document.body
    assert "presse" in document.press_point
    undated = make.make_meeting(programme=programme)
    assert refused(press.draft_invitation, organiser, meeting=undated) == "press.no_date"


def test_a_calendar_that_changed_since_is_told(organiser, programme):
    meeting = make.make_meeting(programme=programme, starts_at=make.in_days(5))
    document = press.draft_release(organiser, programme=programme)
    assert press.missing_lines(document) == []
    announcing.cancel_meeting(OPERATOR, meeting=meeting, notice="Non.")
    assert press.missing_lines(document) == ["Lot : annulée, Cahors"]
    assert press.missing_lines(press.redraft_press(organiser, document=document)) == []


def test_two_people_on_one_text(organiser, programme):
    document = press.draft_release(organiser, programme=programme)
    press.change_press(organiser, document=document, revision=1, body="Un")
    assert (
        refused(press.change_press, organiser, document=document, revision=1, body="Deux") == "edit.conflict"
    )
    assert PressDocument.objects.get().body == "Un"


def test_an_empty_text_is_refused(organiser, programme):
    document = press.draft_release(organiser, programme=programme)
    assert refused(press.change_press, organiser, document=document, body="  ") == "press.empty"


def test_approval_freezes_under_a_name_and_replaces_the_former_one(personas, organiser, programme):
    approver = personas[RoleCode.APPROVER]
    first = press.approve_press(approver, document=press.draft_release(organiser, programme=programme))
    assert (first.state, first.approved_by) == (PressState.APPROVED, approver.user)
    assert len(first.content_hash) == 64
    assert refused(press.change_press, organiser, document=first, body="Autre") == "press.approved"
    second = press.draft_release(organiser, programme=programme)
    assert (second.number, second.supersedes) == (2, first)
    press.approve_press(approver, document=second)
    first.refresh_from_db()
    assert first.state == PressState.REPLACED


def test_what_was_read_is_what_is_approved(personas, organiser, programme):
    document = press.draft_release(organiser, programme=programme)
    press.change_press(organiser, document=document, body="Changé entre-temps.")
    approver = personas[RoleCode.APPROVER]
    assert refused(press.approve_press, approver, document=document, revision=1) == "edit.conflict"


def test_an_invitation_without_a_press_point_is_not_approved(personas, organiser, programme):
    meeting = make.make_meeting(programme=programme, starts_at=make.in_days(5))
    document = press.draft_invitation(organiser, meeting=meeting)
    press.change_press(organiser, document=document, press_point=" ")
    assert refused(press.approve_press, personas[RoleCode.APPROVER], document=document) == "press.point"


def test_the_database_keeps_what_was_approved(personas, organiser, programme):
    document = press.draft_release(organiser, programme=programme)
    press.approve_press(personas[RoleCode.APPROVER], document=document)
    rows = PressDocument.objects.filter(pk=document.pk)
    for change in ({"body": "Autre"}, {"state": PressState.DRAFT}, {"approved_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


def test_each_verb_asks_its_right(personas, organiser, programme):
    meeting = make.make_meeting(programme=programme, starts_at=make.in_days(5))
    document = press.draft_release(organiser, programme=programme)
    local = accounts.agent(RoleCode.MEETING_ORGANISER, territories.department("30"))
    for actor in (personas[RoleCode.READER], local):
        for verb, more in (
            (press.draft_release, {"programme": programme}),
            (press.draft_invitation, {"meeting": meeting}),
            (press.change_press, {"document": document, "body": "X"}),
            (press.redraft_press, {"document": document}),
            (press.approve_press, {"document": document}),
        ):
            with pytest.raises(Forbidden):
                verb(actor, **more)
    with pytest.raises(Forbidden):
        press.approve_press(organiser, document=document)


def test_the_body_is_cut_into_blocks():
    body = "Un\nsuite\n\n# Titre\n- a\n- b\nfin\r\n\r\n- c"
    assert [(block.kind, block.texts) for block in blocks_of(body)] == [
        ("paragraph", ("Un suite",)),
        ("heading", ("Titre",)),
        ("list", ("a", "b")),
        ("paragraph", ("fin",)),
        ("list", ("c",)),
    ]


@given(st.text(max_size=300))
def test_no_word_of_a_body_is_lost(body):
    words = " ".join(text for block in blocks_of(body) for text in block.texts).split()
    kept = [
        w for line in body.splitlines() for w in line.strip().removeprefix("# ").removeprefix("- ").split()
    ]
    assert "".join(words).replace("-", "").replace("#", "") == "".join(kept).replace("-", "").replace("#", "")
