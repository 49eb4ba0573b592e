"""Sessions, frozen documents, opinions, minutes and requests: who may, what is refused, what never changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.services import end_mandate
from fabrique.common.clock import now, today, told_at
from fabrique.common.conflicts import token_of
from fabrique.common.errors import Forbidden, Refused
from fabrique.councils import services
from fabrique.councils.enums import ItemKind, OpinionSense, RequestState, SessionState
from fabrique.councils.models import (
    AgendaItem,
    MemberOpinion,
    Opinion,
    Session,
    SessionDocument,
    SessionMinutes,
)
from fabrique.subscriptions.models import Email
from tests.factories import accounts
from tests.factories import councils as make
from tests.factories.territories import OPERATOR, department

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(lot):
    return make.a_body(lot)


def refused(code, act, *args, **values):
    with pytest.raises(Refused) as found:
        act(*args, **values)
    assert found.value.code == code


def test_a_session_is_prepared_called_and_told_to_its_members_once(body):
    member = make.a_member(body)
    former = make.a_member(body)
    end_mandate(OPERATOR, mandate=make.mandate_of(former), ends_on=None)
    session = make.a_session(body)
    document = make.a_document(session, item=make.item_of(session))
    assert not Email.objects.exists()
    assert not Session.objects.visible_to(member).exists()
    session = services.call_session(OPERATOR, session=session)
    document.refresh_from_db()
    assert (session.state, document.is_frozen) == (SessionState.CALLED, True)
    # a mandate that ends today, or before the day of the session, is not called
    assert [one.recipient for one in Email.objects.filter(purpose="councils.session")] == [member.user.email]
    assert list(Session.objects.visible_to(member)) == [session]
    refused("session.not_planned", services.call_session, OPERATOR, session=session)


def test_a_session_is_refused_without_place_title_agenda_or_future(body):
    later = now() + timedelta(days=5)
    refused("session.place", services.create_session, OPERATOR, body=body, title="Séance", starts_at=later)
    refused(
        "session.title", services.create_session, OPERATOR, body=body, title=" ", starts_at=later, remote=True
    )
    empty = services.create_session(OPERATOR, body=body, title="Séance", starts_at=later, remote=True)
    refused("session.no_agenda", services.call_session, OPERATOR, session=empty)
    refused(
        "session.twice",
        services.create_session,
        OPERATOR,
        body=body,
        title="Une autre",
        starts_at=later,
        remote=True,
    )
    past = make.a_session(body, days=-1)
    refused("session.past", services.call_session, OPERATOR, session=past)
    refused("session.not_called", services.hold_session, OPERATOR, session=past)
    refused("session.not_yet", services.hold_session, OPERATOR, session=make.called(body, days=20))


def test_another_date_is_told_and_a_lost_update_refused(body):
    make.a_member(body)
    session = make.called(body)
    values = {"title": session.title, "place": session.place, "remote": False}
    later = session.starts_at + timedelta(days=1)
    shown = token_of(services.session_said(session))
    services.edit_session(OPERATOR, session=session, starts_at=later, expected=shown, **values)
    assert Email.objects.filter(purpose="councils.session").count() == 2
    refused(
        "edit.conflict",
        services.edit_session,
        OPERATOR,
        session=session,
        starts_at=session.starts_at + timedelta(days=2),
        expected=shown,
        **values,
    )
    past = now() - timedelta(days=1)
    refused("session.past", services.edit_session, OPERATOR, session=session, starts_at=past, **values)


def test_a_cancelled_session_says_why_and_changes_no_more(body):
    make.a_member(body)
    session = make.called(body)
    refused("session.reason", services.cancel_session, OPERATOR, session=session, reason=" ")
    session = services.cancel_session(OPERATOR, session=session, reason="Intempéries")
    assert "Intempéries" in Email.objects.order_by("pk").last().text
    refused("session.over", services.add_item, OPERATOR, session=session, title="Autre")
    refused("document.cancelled", make.a_document, session)


def test_a_draft_given_up_is_never_announced(body):
    member = make.a_member(body)
    draft = services.cancel_session(OPERATOR, session=make.a_session(body), reason="Date à revoir")
    assert not Session.objects.announced().exists()
    assert not Session.objects.visible_to(member).exists()
    assert list(Session.objects.visible_to(OPERATOR)) == [draft]
    assert not Email.objects.exists()


def test_what_another_secretary_wrote_is_told_before_it_is_replaced(body):
    session = make.held(body)
    item = make.item_of(session)
    values = {"sense": OpinionSense.FAVOURABLE, "adopted_on": today()}
    shown = token_of(services.opinion_of(None))
    services.save_opinion(OPERATOR, item=item, text="Avis favorable.", expected=shown, **values)
    # the same words sent twice are no conflict
    services.save_opinion(OPERATOR, item=item, text="Avis favorable.", expected=shown, **values)
    refused(
        "edit.conflict", services.save_opinion, OPERATOR, item=item, text="Autre.", expected=shown, **values
    )
    asked = services.ask_agency(OPERATOR, body=body, text="Un bilan.", addressed_to="Agence")
    shown = token_of(services.answer_said(asked))
    services.note_answer(OPERATOR, request=asked, answer="En mars.", expected=shown)
    refused("edit.conflict", services.note_answer, OPERATOR, request=asked, answer="En mai.", expected=shown)
    draft = make.item_of(make.a_session(body))
    shown = token_of(services.item_said(draft))
    edited = {"item": draft, "kind": ItemKind.OPINION}
    services.edit_item(OPERATOR, title="Offre de soins", expected=shown, **edited)
    refused("edit.conflict", services.edit_item, OPERATOR, title="Offre", expected=shown, **edited)


def test_the_last_version_of_a_document_comes_first_and_the_former_says_it_is_replaced(body):
    session = make.a_session(body)
    document = make.a_document(session)
    services.call_session(OPERATOR, session=session)
    document.refresh_from_db()
    later = services.replace_document(OPERATOR, document=document, name="note.txt", data=b"Corrige.")
    assert [one.replaced for one in SessionDocument.objects.light()] == [False, False]
    services.send_documents(OPERATOR, session=session)
    listed = [(one.pk, one.replaced) for one in SessionDocument.objects.light()]
    assert listed == [(later.pk, False), (document.pk, True)]


def test_the_agenda_keeps_its_order_and_what_hangs_on_it(body):
    session = make.a_session(body)
    first = make.item_of(session)
    second = services.add_item(OPERATOR, session=session, title="Questions diverses")
    services.move_item(OPERATOR, item=second, up=True)
    assert [one.pk for one in session.items.all()] == [second.pk, first.pk]
    services.move_item(OPERATOR, item=second, up=True)
    make.a_document(session, item=first)
    refused("item.used", services.remove_item, OPERATOR, item=first)
    services.remove_item(OPERATOR, item=second)
    assert session.items.get().position == 0
    refused("item.title", services.edit_item, OPERATOR, item=first, title=" ", kind=ItemKind.OPINION)
    refused("item.kind", services.edit_item, OPERATOR, item=first, title="Offre", kind="vote")


@pytest.mark.both_databases
def test_a_document_that_was_sent_never_changes_nor_goes(body):
    session = make.a_session(body)
    draft = make.a_document(session, "Brouillon")
    services.remove_document(OPERATOR, document=draft)
    document = make.a_document(session)
    services.call_session(OPERATOR, session=session)
    document.refresh_from_db()
    refused("document.sent", services.remove_document, OPERATOR, document=document)
    for change in (
        lambda: SessionDocument.objects.filter(pk=document.pk).update(title="Autre"),
        lambda: SessionDocument.objects.filter(pk=document.pk).update(content=b"autre"),
        lambda: SessionDocument.objects.filter(pk=document.pk).update(frozen_at=None),
        lambda: SessionDocument.objects.filter(pk=document.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with told_at(now() + timedelta(days=365)):
        assert (
            services.bytes_of(SessionDocument.objects.get(pk=document.pk))
            == "Bilan de l’offre de soins.".encode()
        )


def test_a_later_version_replaces_what_was_sent(body):
    member = make.a_member(body)
    session = make.called(body)
    document = make.a_document(session)
    refused(
        "document.not_sent", services.replace_document, OPERATOR, document=document, name="a.txt", data=b"v2"
    )
    assert services.send_documents(OPERATOR, session=session) == 1
    refused("document.none", services.send_documents, OPERATOR, session=session)
    document.refresh_from_db()
    later = services.replace_document(OPERATOR, document=document, name="note.txt", data="Corrigé".encode())
    assert (later.number, later.supersedes) == (2, document)
    assert list(SessionDocument.objects.visible_to(member)) == [document]
    refused(
        "document.replaced", services.replace_document, OPERATOR, document=document, name="n.txt", data=b"v3"
    )
    services.send_documents(OPERATOR, session=session)
    assert list(SessionDocument.objects.visible_to(member).newest()) == [later]


def test_a_file_that_is_not_what_it_says_is_refused(body):
    session = make.a_session(body)
    refused(
        "files.wrong_type",
        services.add_document,
        OPERATOR,
        session=session,
        title="Note",
        name="note.pdf",
        data=b"<html>piege</html>",
    )


@pytest.mark.both_databases
def test_a_member_reads_only_the_bodies_where_they_sit_today(body, gard, personas):
    other = make.a_body(gard)
    member = make.a_member(body)
    here, there = make.called(body), make.called(other)
    for session in (here, there):
        make.a_document(session)
        services.send_documents(OPERATOR, session=session)
    assert list(Session.objects.visible_to(member)) == [here]
    assert {one.session_id for one in SessionDocument.objects.visible_to(member)} == {here.pk}
    assert {one.session_id for one in AgendaItem.objects.visible_to(member)} == {here.pk}
    with pytest.raises(Forbidden):
        services.write_member_opinion(member, item=make.item_of(there), text="Non.")
    lead = accounts.agent(RoleCode.PLAN_LEAD, department("46"))
    assert list(Session.objects.visible_to(lead)) == [here]
    assert Session.objects.visible_to(personas[RoleCode.PLAN_LEAD]).count() == 2
    end_mandate(OPERATOR, mandate=make.mandate_of(member))
    assert not Session.objects.visible_to(member).exists()


def test_a_member_of_the_region_does_not_read_its_departments(occitanie, body):
    crsa = make.a_body(occitanie, name="CRSA", acronym="CRSA")
    member = make.a_member(crsa)
    session, _elsewhere = make.called(crsa), make.called(body)
    assert list(Session.objects.visible_to(member)) == [session]


def test_a_member_gives_and_changes_an_opinion_until_the_session_is_held(body):
    member = make.a_member(body)
    session = make.called(body)
    item = make.item_of(session)
    refused("member.empty", services.write_member_opinion, member, item=item)
    refused("member.sense", services.write_member_opinion, member, item=item, sense="bof")
    services.write_member_opinion(member, item=item, sense=OpinionSense.UNFAVOURABLE)
    services.write_member_opinion(member, item=item, sense=OpinionSense.WITH_RESERVES, text="Sous réserve.")
    assert MemberOpinion.objects.get().text == "Sous réserve."
    with told_at(session.starts_at + timedelta(hours=2)):
        # the secretary has not said yet that it took place: the hour is enough
        refused("member.closed", services.write_member_opinion, member, item=item, text="Trop tard.")
        services.hold_session(OPERATOR, session=session)
        refused("member.closed", services.write_member_opinion, member, item=item, text="Trop tard.")
    with pytest.raises(Forbidden):
        services.write_member_opinion(OPERATOR, item=item, text="Je ne siège pas.")


@pytest.mark.both_databases
def test_the_opinion_of_a_body_is_published_by_name_then_corrected_by_a_version(body, personas):
    lead = personas[RoleCode.PLAN_LEAD]
    item = make.item_of(make.held(body))
    values = {
        "sense": OpinionSense.WITH_RESERVES,
        "text": "Avis favorable avec réserves.",
        "adopted_on": today(),
    }
    opinion = services.save_opinion(lead, item=item, points=["Un bus le samedi.", " "], **values)
    assert opinion.points == ["Un bus le samedi."]
    services.save_opinion(lead, item=item, votes_for=12, votes_against=0, abstentions=3, **values)
    assert Opinion.objects.get().votes_for == 12
    refused("publish.unnamed", services.publish_opinion, OPERATOR, opinion=opinion)
    published = services.publish_opinion(lead, opinion=opinion)
    refused("publish.already", services.publish_opinion, lead, opinion=opinion)
    with pytest.raises(DatabaseError), transaction.atomic():
        Opinion.objects.filter(pk=published.pk).update(text="Autre avis.")
    corrected = services.save_opinion(lead, item=item, **{**values, "text": "Avis corrigé."})
    assert (corrected.number, list(Opinion.objects.in_force())) == (2, [published])
    corrected = services.publish_opinion(lead, opinion=corrected)
    assert list(Opinion.objects.in_force()) == [corrected]


def test_an_opinion_is_refused_before_the_session_on_information_or_with_half_a_vote(body):
    values = {"sense": OpinionSense.FAVOURABLE, "text": "Favorable.", "adopted_on": today()}
    refused(
        "opinion.not_held", services.save_opinion, OPERATOR, item=make.item_of(make.called(body)), **values
    )
    informed = make.item_of(make.held(body, 5, kind=ItemKind.INFORMATION))
    refused("opinion.kind", services.save_opinion, OPERATOR, item=informed, **values)
    item = make.item_of(make.held(body, 8))
    refused("opinion.votes", services.save_opinion, OPERATOR, item=item, votes_for=3, **values)
    refused("opinion.text", services.save_opinion, OPERATOR, item=item, **{**values, "text": ""})
    refused("opinion.sense", services.save_opinion, OPERATOR, item=item, **{**values, "sense": "mitigé"})
    tomorrow = today() + timedelta(days=1)
    refused("opinion.date", services.save_opinion, OPERATOR, item=item, **{**values, "adopted_on": tomorrow})


def test_minutes_are_published_once_approved_then_corrected_by_a_version(body, personas):
    lead = personas[RoleCode.MEETING_ORGANISER]
    session = make.held(body)
    blank = token_of(services.minutes_of(None))
    minutes = services.save_minutes(
        lead, session=session, text="Le conseil a examiné l’offre de soins.", expected=blank
    )
    refused(
        "edit.conflict", services.save_minutes, lead, session=session, text="Une autre main.", expected=blank
    )
    refused("minutes.not_approved", services.publish_minutes, lead, minutes=minutes)
    refused("minutes.text", services.save_minutes, lead, session=session, text=" ")
    minutes = services.save_minutes(lead, session=session, text=minutes.text, approved_on=today())
    services.publish_minutes(lead, minutes=minutes)
    session.refresh_from_db()
    assert session.state == SessionState.MINUTES_PUBLISHED
    with pytest.raises(DatabaseError), transaction.atomic():
        SessionMinutes.objects.all().delete()
    assert services.save_minutes(lead, session=session, text="Corrigé.").number == 2
    refused("minutes.not_held", services.save_minutes, lead, session=make.called(body), text="Trop tôt.")


def test_a_request_to_the_agency_is_followed_to_its_end(body):
    values = {"body": body, "text": "Publier le nombre de dentistes.", "addressed_to": "Directeur général"}
    refused("request.to", services.ask_agency, OPERATOR, **{**values, "addressed_to": " "})
    refused("request.text", services.ask_agency, OPERATOR, **{**values, "text": ""})
    yesterday = today() - timedelta(days=1)
    refused("request.due", services.ask_agency, OPERATOR, due_on=yesterday, **values)
    request = services.ask_agency(OPERATOR, due_on=today(), session=make.held(body), **values)
    refused("request.answer", services.note_answer, OPERATOR, request=request, answer="")
    with told_at(now() + timedelta(days=2)):
        assert body.requests.late(today()).get() == request
        request = services.note_answer(OPERATOR, request=request, answer="Publié ce jour.")
    assert request.state == RequestState.ANSWERED
    request = services.close_request(OPERATOR, request=request, follow_up="Vu en séance.")
    assert (request.state, request.follow_up) == (RequestState.CLOSED, "Vu en séance.")
    refused("request.closed", services.close_request, OPERATOR, request=request)


def test_what_a_secretary_does_is_refused_to_others_and_elsewhere(body, personas, gard):
    item = make.item_of(make.held(body))
    session = make.a_session(body)
    request = services.ask_agency(OPERATOR, body=body, text="Une demande.", addressed_to="Agence")
    later = now() + timedelta(days=3)
    opinion = {"sense": OpinionSense.FAVOURABLE, "text": "Oui.", "adopted_on": today()}
    for actor in (
        personas[RoleCode.ANALYST],
        make.a_member(body),
        accounts.agent(RoleCode.PLAN_LEAD, gard),
    ):
        for act in (
            lambda a: services.create_session(a, body=body, title="S", starts_at=later, remote=True),
            lambda a: services.call_session(a, session=session),
            lambda a: services.cancel_session(a, session=session, reason="Non"),
            lambda a: services.add_item(a, session=session, title="Point"),
            lambda a: services.add_document(a, session=session, title="D", name="d.txt", data=b"d"),
            lambda a: services.send_documents(a, session=session),
            lambda a: services.save_opinion(a, item=item, **opinion),
            lambda a: services.save_minutes(a, session=item.session, text="Compte rendu"),
            lambda a: services.ask_agency(a, body=body, text="T", addressed_to="A"),
            lambda a: services.close_request(a, request=request),
        ):
            with pytest.raises(Forbidden):
                act(actor)
