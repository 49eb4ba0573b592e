"""Registering for a meeting: confirmed by link, capacity, waiting list, notices, and what is forgotten after."""

from __future__ import annotations

import threading
from datetime import timedelta

import icalendar
import pytest
import time_machine
from django.db import connection, connections

from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.enums import Category, MeetingState, RegistrationState
from fabrique.meetings.models import Meeting, Registration
from fabrique.meetings.services import registration
from fabrique.meetings.services.announcing import cancel_meeting, move_meeting, postpone_meeting
from fabrique.meetings.services.meetings import change_meeting, close_registration
from fabrique.meetings.services.registration_upkeep import forget_past
from fabrique.meetings.tasks import forget_registered, remind_registered
from fabrique.subscriptions.enums import EmailState, SubscriptionState
from fabrique.subscriptions.models import Email, Subscription
from fabrique.subscriptions.services import confirm
from fabrique.subscriptions.tasks import forget
from tests.factories import registrations as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]
ONE, TWO, THREE = (f"{name}@exemple.test" for name in ("une", "deux", "trois"))


def state_of(one: Registration) -> str:
    return Registration.objects.get(pk=one.pk).state


def everything_stored() -> str:
    seen = []
    with connection.cursor() as cursor:
        for model in (Registration, Subscription, Email, JournalLine):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            seen += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(seen)


class TestRegistering:
    def test_a_place_is_held_once_the_link_is_followed(self, mailoutbox):
        meeting = make.a_meeting(capacity=2)
        make.ask(meeting, ONE, name="Ada Fictive", category=Category.ELECTED)
        (sent,) = make.deliver(mailoutbox)
        assert sent.to == [ONE]
        assert "/abonnements/confirmer/" in sent.body
        assert sent.subject == "Confirmez votre inscription\u00a0: Les urgences du soir"
        assert registration.places_left(meeting) == 2
        confirm(make.VISITOR, subscription=make.subscription_of(meeting, ONE))
        held = Registration.objects.get()
        assert (held.state, held.category, held.name) == (RegistrationState.CONFIRMED, "elu", "Ada Fictive")
        assert registration.places_left(meeting) == 1
        (sent,) = make.deliver(mailoutbox)
        assert "/abonnements/terminer/" in sent.body
        assert "Salle des fêtes" in sent.body
        ((name, content, kind),) = sent.attachments
        assert (name, kind) == ("rencontre.ics", "text/calendar")
        (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
        assert event.decoded("dtstart") == meeting.starts_at

    def test_the_address_the_name_and_the_needs_are_sealed(self):
        make.ask(make.a_meeting(), ONE, name="Ada Fictive", needs="Un fauteuil", needs_agreed=True)
        stored = everything_stored()
        for said in (ONE, "une@", "Ada", "fauteuil"):
            assert said not in stored
        held = Registration.objects.get()
        assert (held.name, held.needs) == ("Ada Fictive", "Un fauteuil")

    def test_needs_without_agreement_are_refused(self):
        with pytest.raises(Refused) as refusal:
            make.ask(make.a_meeting(), ONE, needs="Un fauteuil")
        assert refusal.value.code == "registration.consent"
        assert not Registration.objects.exists()
        assert not Email.objects.exists()

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"category": "inconnue"}, "registration.category"),
            ({"name": "x" * 121}, "registration.too_long"),
            ({"needs": "x" * 1001, "needs_agreed": True}, "registration.too_long"),
        ],
    )
    def test_what_cannot_be_kept_is_refused(self, values, code):
        with pytest.raises(Refused) as refusal:
            make.ask(make.a_meeting(), ONE, **values)
        assert refusal.value.code == code

    def test_a_name_stays_on_one_line(self):
        make.ask(make.a_meeting(), ONE, name="  Ada\r\nBcc: x@exemple.test\u2028Fictive ")
        assert Registration.objects.get().name == "Ada Bcc: x@exemple.test Fictive"

    def test_closed_or_begun_the_form_refuses(self):
        closed = close_registration(OPERATOR, meeting=make.a_meeting())
        begun = make.a_meeting(title="Hier", starts_at=now() - timedelta(hours=1))
        for meeting in (closed, begun):
            assert not registration.can_register(meeting)
            with pytest.raises(Refused) as refusal:
                make.ask(meeting, ONE)
            assert refusal.value.code == "registration.closed"

    def test_an_address_already_registered_changes_nothing_and_learns_it_alone(self, mailoutbox):
        meeting = make.a_meeting()
        make.come(meeting, ONE, name="Ada Fictive")
        make.deliver(mailoutbox)
        with time_machine.travel(now() + timedelta(minutes=5), tick=False):
            make.ask(meeting, "UNE@exemple.test", name="Quelqu’un d’autre", category=Category.UNION)
            (sent,) = make.deliver(mailoutbox)
        assert "déjà inscrit" in sent.body
        assert "/confirmer/" not in sent.body
        held = Registration.objects.get()
        assert (held.name, held.category) == ("Ada Fictive", Category.USER)

    def test_before_confirming_what_was_typed_last_counts(self, mailoutbox):
        meeting = make.a_meeting()
        make.ask(meeting, ONE, name="Adda")
        make.ask(meeting, ONE, name="Ada Fictive")
        assert Registration.objects.get().name == "Ada Fictive"
        assert len(make.deliver(mailoutbox)) == 1

    def test_confirming_after_the_meeting_began_holds_no_place(self):
        meeting = make.a_meeting(starts_at=now() + timedelta(hours=3))
        make.ask(meeting, ONE)
        one = make.subscription_of(meeting, ONE)
        with time_machine.travel(now() + timedelta(hours=4), tick=False), pytest.raises(Refused) as refusal:
            confirm(make.VISITOR, subscription=one)
        assert refusal.value.code == "registration.over"
        one.refresh_from_db()
        assert one.state == SubscriptionState.PENDING

    def test_messages_speak_the_language_of_who_asked(self, mailoutbox):
        from django.utils.translation import override

        with override("en"):
            make.ask(make.a_meeting(), ONE)
        assert Subscription.objects.get().language == "en"
        assert make.deliver(mailoutbox)[0].extra_headers["Content-Language"] == "en"

    def test_never_confirmed_it_leaves_no_row(self):
        make.ask(make.a_meeting(), ONE, name="Ada Fictive")
        with time_machine.travel(now() + timedelta(hours=49), tick=False):
            forget()
        assert not Registration.objects.exists()


class TestWaitingList:
    def test_the_first_who_waits_has_the_place_given_up(self, mailoutbox):
        meeting = make.a_meeting(capacity=1)
        first, second, third = (make.come(meeting, email) for email in (ONE, TWO, THREE))
        assert [state_of(one) for one in (first, second, third)] == [
            "confirmee",
            "liste-attente",
            "liste-attente",
        ]
        second.refresh_from_db()
        assert (registration.rank(second), registration.places_left(meeting)) == (1, 0)
        make.deliver(mailoutbox)
        make.leave(meeting, ONE)
        assert [state_of(one) for one in (first, second, third)] == ["annulee", "confirmee", "liste-attente"]
        sent = {message.to[0]: message for message in make.deliver(mailoutbox)}
        assert set(sent) == {ONE, TWO}
        assert "annulée" in sent[ONE].body
        assert "Une place s’est libérée" in sent[TWO].subject
        assert sent[TWO].attachments

    def test_giving_up_forgets_everything_at_once(self):
        meeting = make.a_meeting()
        held = make.come(meeting, ONE, name="Ada Fictive", needs="Un fauteuil", needs_agreed=True)
        make.leave(meeting, ONE)
        held.refresh_from_db()
        assert (held.name, held.needs, held.state) == (None, None, RegistrationState.CANCELLED)
        subscription = held.subscription
        assert (subscription.state, subscription.email) == (SubscriptionState.ENDED, None)
        # the last message alone still knows the address, until it leaves
        assert Email.objects.alive().count() == 1
        again = make.come(meeting, ONE)
        assert again.pk != held.pk
        assert again.state == RegistrationState.CONFIRMED

    def test_an_unconfirmed_request_holds_no_place(self):
        meeting = make.a_meeting(capacity=1)
        make.ask(meeting, ONE)
        assert make.come(meeting, TWO).state == RegistrationState.CONFIRMED
        confirm(make.VISITOR, subscription=make.subscription_of(meeting, ONE))
        assert Registration.objects.waiting().count() == 1

    def test_a_larger_room_lets_people_in_in_order(self, mailoutbox):
        meeting = make.a_meeting(capacity=1)
        people = [make.come(meeting, email) for email in (ONE, TWO, THREE)]
        change_meeting(OPERATOR, meeting=meeting, capacity=2)
        assert [state_of(one) for one in people] == ["confirmee", "confirmee", "liste-attente"]
        change_meeting(OPERATOR, meeting=Meeting.objects.get(), capacity=None)
        assert state_of(people[2]) == "confirmee"

    def test_nobody_is_let_in_once_the_meeting_began_or_is_off(self):
        meeting = make.a_meeting(capacity=1)
        make.come(meeting, ONE)
        waits = make.come(meeting, TWO)
        with time_machine.travel(now() + timedelta(days=11), tick=False):
            assert registration.promote_waiting(OPERATOR, meeting=meeting) == 0
        cancel_meeting(OPERATOR, meeting=meeting, notice="La salle est fermée.")
        make.leave(meeting, ONE)
        assert state_of(waits) == RegistrationState.WAITING

    def test_letting_in_needs_the_right(self, personas):
        with pytest.raises(Forbidden):
            registration.promote_waiting(personas[RoleCode.READER], meeting=make.a_meeting())


class TestByHand:
    def test_somebody_by_telephone_takes_a_place_once(self, personas):
        meeting = make.a_meeting(capacity=1)
        organiser = personas[RoleCode.MEETING_ORGANISER]
        for _turn in range(2):
            held = registration.add_by_hand(
                organiser, meeting=meeting, category=Category.USER, name="Ada Fictive", key="k" * 16
            )
        assert held.state == RegistrationState.CONFIRMED
        assert Registration.objects.count() == 1
        assert make.come(meeting, ONE).state == RegistrationState.WAITING
        registration.cancel_registration(organiser, registration=held)
        held.refresh_from_db()
        assert (held.state, held.name) == (RegistrationState.CANCELLED, None)
        assert Registration.objects.confirmed().count() == 1

    def test_refusals(self, personas):
        meeting = make.a_meeting()
        values = {"meeting": meeting, "category": Category.USER, "name": "Ada", "key": "k" * 16}
        for role in (RoleCode.READER, RoleCode.FACILITATOR, RoleCode.ANALYST):
            with pytest.raises(Forbidden):
                registration.add_by_hand(personas[role], **values)
        with pytest.raises(Refused) as refusal:
            registration.add_by_hand(OPERATOR, **values | {"name": " "})
        assert refusal.value.code == "registration.name"
        cancel_meeting(OPERATOR, meeting=meeting, notice="La salle est fermée.")
        with pytest.raises(Refused) as refusal:
            registration.add_by_hand(OPERATOR, **values)
        assert refusal.value.code == "registration.over"

    def test_an_organiser_takes_somebody_off_and_another_role_does_not(self, personas, mailoutbox):
        meeting = make.a_meeting()
        held = make.come(meeting, ONE)
        with pytest.raises(Forbidden):
            registration.cancel_registration(personas[RoleCode.FACILITATOR], registration=held)
        make.deliver(mailoutbox)
        held.refresh_from_db()
        registration.cancel_registration(personas[RoleCode.MEETING_ORGANISER], registration=held)
        assert state_of(held) == RegistrationState.CANCELLED
        assert [message.to for message in make.deliver(mailoutbox)] == [[ONE]]


class TestNotices:
    def test_each_change_is_told_once_to_each_confirmed_address(self, mailoutbox):
        meeting = make.a_meeting(capacity=1)
        make.come(meeting, ONE)
        make.come(meeting, TWO)
        make.ask(meeting, THREE)
        make.deliver(mailoutbox)
        change = postpone_meeting(OPERATOR, meeting=meeting, notice="La salle est prise. Pardon.")
        assert change.notified == 2
        registration.notify_registered(OPERATOR, change=change)
        sent = make.deliver(mailoutbox)
        assert sorted(message.to[0] for message in sent) == sorted([ONE, TWO])
        assert all("La salle est prise. Pardon." in message.body for message in sent)
        moved = move_meeting(
            OPERATOR,
            meeting=meeting,
            notice="Nouvelle date.",
            starts_at=now() + timedelta(days=40),
            city="Figeac",
        )
        assert moved.notified == 2
        body = make.deliver(mailoutbox)[0].body
        assert "Figeac" in body
        assert "/terminer/" in body

    def test_a_cancellation_strikes_the_date_in_calendars(self, mailoutbox):
        meeting = make.a_meeting()
        make.come(meeting, ONE)
        make.deliver(mailoutbox)
        cancel_meeting(OPERATOR, meeting=meeting, notice="La salle est fermée.")
        (sent,) = make.deliver(mailoutbox)
        ((_name, content, _kind),) = sent.attachments
        (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
        assert event["STATUS"] == "CANCELLED"

    def test_a_reminder_leaves_two_days_before_once_a_date(self, mailoutbox):
        meeting = make.a_meeting()
        start = now()
        make.come(meeting, ONE)
        make.deliver(mailoutbox)
        assert remind_registered() == 0
        near = meeting.starts_at - timedelta(days=1, hours=12)
        with time_machine.travel(near, tick=False):
            late = make.come(meeting, TWO)
            make.deliver(mailoutbox)
            assert remind_registered() == 1
            assert remind_registered() == 0
            assert [message.to for message in make.deliver(mailoutbox)] == [[ONE]]
            late.refresh_from_db()
            assert late.reminded_at is not None
            moved = meeting.starts_at + timedelta(days=30)
            move_meeting(OPERATOR, meeting=meeting, notice="Plus tard.", starts_at=moved)
            make.deliver(mailoutbox)
            assert remind_registered() == 0
        with time_machine.travel(moved - timedelta(days=1), tick=False):
            assert remind_registered() == 2
        assert start < near

    def test_a_reminder_that_could_not_leave_in_time_never_leaves(self, mailoutbox):
        meeting = make.a_meeting()
        make.come(meeting, ONE)
        make.deliver(mailoutbox)
        with time_machine.travel(meeting.starts_at - timedelta(days=1), tick=False):
            remind_registered()
        with time_machine.travel(meeting.starts_at + timedelta(hours=1), tick=False):
            assert make.deliver(mailoutbox) == []
        assert Email.objects.filter(state=EmailState.LATE).count() == 1


class TestForgetting:
    def test_thirty_days_after_addresses_names_and_needs_are_gone_and_counts_stay(self, settings):
        meeting = make.a_meeting()
        held = make.come(meeting, ONE, name="Ada Fictive", needs="Un fauteuil", needs_agreed=True)
        by_hand = registration.add_by_hand(
            OPERATOR, meeting=meeting, category=Category.USER, name="Bob Fictif", key="k" * 16
        )
        over = meeting.ends_at + timedelta(days=settings.FABRIQUE_REGISTRATION_DAYS)
        with time_machine.travel(over - timedelta(hours=1), tick=False):
            forget_registered(), forget()
            held.refresh_from_db()
            assert held.needs == "Un fauteuil"
            assert held.subscription.email == ONE
        with time_machine.travel(over + timedelta(hours=1), tick=False):
            forget_registered()
        for one in (held, by_hand):
            one.refresh_from_db()
            assert (one.name, one.needs, one.state) == (None, None, RegistrationState.CONFIRMED)
        assert held.category == Category.USER
        assert (held.subscription.email, held.subscription.state) == (None, SubscriptionState.ENDED)

    def test_the_terms_of_subscriptions_alone_forget_as_much(self, settings):
        meeting = make.a_meeting()
        held = make.come(meeting, ONE, name="Ada Fictive")
        over = meeting.ends_at + timedelta(days=settings.FABRIQUE_REGISTRATION_DAYS, hours=1)
        with time_machine.travel(over, tick=False):
            forget()
        held.refresh_from_db()
        assert (held.name, held.subscription.email) == (None, None)

    def test_a_link_followed_after_the_meeting_forgets_without_giving_a_place_up(self, mailoutbox):
        meeting = make.a_meeting(capacity=1)
        held = make.come(meeting, ONE, name="Ada Fictive")
        waits = make.come(meeting, TWO)
        make.deliver(mailoutbox)
        with time_machine.travel(meeting.ends_at + timedelta(days=1), tick=False):
            make.leave(meeting, ONE)
            assert make.deliver(mailoutbox) == []
        held.refresh_from_db()
        assert (held.state, held.name) == (RegistrationState.CONFIRMED, None)
        assert state_of(waits) == RegistrationState.WAITING

    def test_a_postponed_meeting_keeps_its_people_half_a_year(self):
        meeting = make.a_meeting()
        held = make.come(meeting, ONE, name="Ada Fictive")
        postpone_meeting(OPERATOR, meeting=meeting, notice="Plus tard.")
        for days, name in ((60, "Ada Fictive"), (179, "Ada Fictive"), (182, None)):
            with time_machine.travel(meeting.ends_at + timedelta(days=days), tick=False):
                forget_registered(), forget()
            held.refresh_from_db()
            assert held.name == name

    def test_a_meeting_moved_further_keeps_the_addresses_until_then(self):
        meeting = make.a_meeting()
        held = make.come(meeting, ONE, name="Ada Fictive")
        former = meeting.ends_at
        moved = meeting.starts_at + timedelta(days=90)
        move_meeting(OPERATOR, meeting=meeting, notice="Plus tard.", starts_at=moved)
        for day in range(28, 34):
            with time_machine.travel(former + timedelta(days=day), tick=False):
                forget_registered(), forget()
        held.refresh_from_db()
        assert held.name == "Ada Fictive"
        assert held.subscription.state == SubscriptionState.CONFIRMED
        with time_machine.travel(moved + timedelta(days=31), tick=False):
            forget_registered()
        held.refresh_from_db()
        assert held.name is None

    def test_only_the_instance_forgets(self, personas):
        with pytest.raises(Forbidden):
            forget_past(personas[RoleCode.ADMINISTRATOR])


def test_the_journal_names_nobody():
    meeting = make.a_meeting()
    make.come(meeting, ONE, name="Ada Fictive", needs="Un fauteuil", needs_agreed=True)
    make.leave(meeting, ONE)
    lines = list(JournalLine.objects.values("verb", "reason", "object_reference", "actor_reference"))
    assert {"meetings.register", "meetings.confirm_registration", "meetings.give_up_place"} <= {
        line["verb"] for line in lines
    }
    assert not any(word in str(lines) for word in ("exemple.test", "Ada", "fauteuil"))


@pytest.mark.django_db(transaction=True)
def test_the_last_place_goes_to_one_person_whoever_clicks_at_the_same_instant(db):
    meeting = make.a_meeting(capacity=1)
    emails = [f"p{number}@exemple.test" for number in range(6)]
    for email in emails:
        make.ask(meeting, email)
    waiting = [make.subscription_of(meeting, email) for email in emails]
    barrier, faults = threading.Barrier(len(waiting)), []

    def click(one):
        barrier.wait()
        try:
            confirm(make.VISITOR, subscription=one)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click, args=(one,)) for one in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert Registration.objects.confirmed().count() == 1
    assert Registration.objects.waiting().count() == 5
    assert sorted(Registration.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert meeting.state == MeetingState.SCHEDULED
