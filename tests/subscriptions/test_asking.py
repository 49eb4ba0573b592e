"""Double opt-in: asked, confirmed by link, ended by link, forgotten at term; nothing told to third eyes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.subscriptions import services
from fabrique.subscriptions.enums import EmailState, EndReason, SubscriptionState
from fabrique.subscriptions.models import AskWindow, Email, Subscription
from fabrique.subscriptions.services import asking, links, throttle
from fabrique.subscriptions.tasks import forget
from tests.factories import subscriptions as make

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ADDRESS = "une.personne@exemple.test"


@pytest.fixture(autouse=True)
def _purposes():
    make.declare()


def dumped() -> str:
    """Every value of every table of the app, as the database holds it."""
    seen = []
    with connection.cursor() as cursor:
        for model in (Subscription, Email, AskWindow, JournalLine):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            seen += [
                bytes(v).decode("latin-1") if isinstance(v, bytes | memoryview) else str(v)
                for row in cursor.fetchall()
                for v in row
            ]
    return "\n".join(seen)


def test_a_request_waits_for_its_confirmation_and_holds_the_address_sealed(respondent):
    asked = make.asked(respondent)
    assert asked.created
    assert asked.writable
    kept = Subscription.objects.get()
    assert kept.state == SubscriptionState.PENDING
    assert kept.email == ADDRESS
    assert kept.expires_at - kept.asked_at == timedelta(hours=48)
    assert ADDRESS not in dumped()
    assert "une.personne" not in dumped()


def test_the_same_address_twice_is_one_subscription_whatever_its_case(respondent):
    first = make.asked(respondent)
    again = make.asked(respondent, " Une.Personne@EXEMPLE.test ")
    assert again.subscription == first.subscription
    assert not again.created
    # a double click writes one message
    assert not again.writable
    with time_machine.travel(now() + timedelta(minutes=2), tick=False):
        assert make.asked(respondent).writable


def test_another_object_or_another_purpose_is_another_subscription(respondent):
    make.asked(respondent)
    make.asked(respondent, about="autre")
    make.asked(respondent, purpose=make.SEAT)
    assert Subscription.objects.count() == 3


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "sans arobase",
        "a@b",
        "une@exemple.test\nBcc: autre@exemple.test",
        "une@exemple.test\r\n",
        "une@exemple.test, deux@exemple.test",
        "élodie@exemple.test",
        "\x00une@exemple.test",
        f"{'a' * 65}@exemple.test",
        f"une@{'a' * 250}.test",
    ],
)
def test_what_is_no_address_or_would_add_a_header_is_refused(respondent, typed):
    with pytest.raises(Refused) as refusal:
        make.asked(respondent, typed)
    assert refusal.value.code == "email.invalid"
    assert Subscription.objects.count() == 0


@given(st.text(max_size=60))
def test_whatever_is_accepted_stays_on_one_line(typed):
    try:
        address = services.clean_address(typed)
    except Refused:
        return
    assert address.isascii()
    assert address.isprintable()
    assert " " not in address
    assert "," not in address


def test_confirming_keeps_the_address_until_the_purpose_says(respondent):
    asked = make.asked(respondent).subscription
    confirmed = services.confirm(respondent, subscription=asked)
    assert confirmed.state == SubscriptionState.CONFIRMED
    assert confirmed.expires_at > now() + timedelta(days=89)
    assert make.told == [("confirmed", asked.public_id)]
    services.confirm(respondent, subscription=asked)
    assert len(make.told) == 1


def test_a_link_followed_too_late_confirms_nothing(respondent):
    asked = make.asked(respondent).subscription
    with time_machine.travel(now() + timedelta(hours=49), tick=False), pytest.raises(Refused) as refusal:
        services.confirm(respondent, subscription=asked)
    assert refusal.value.code == "subscription.expired"


def test_ending_forgets_the_address_and_cancels_what_waits(respondent, system):
    asked = make.asked(respondent).subscription
    services.confirm(respondent, subscription=asked)
    asked.refresh_from_db()
    waiting = services.write_to(
        system,
        subscription=asked,
        letter=services.letter("Objet", ["Texte"]),
        not_before=now() + timedelta(days=1),
    )
    services.end(respondent, subscription=asked)
    services.end(respondent, subscription=asked)
    asked.refresh_from_db()
    waiting.refresh_from_db()
    assert (asked.state, asked.email, asked.address_hash) == (SubscriptionState.ENDED, None, None)
    assert (waiting.state, waiting.recipient, waiting.text) == (EmailState.CANCELLED, None, None)
    assert make.told[1:] == [(f"ended:{EndReason.ASKED}", ADDRESS)]
    with pytest.raises(Refused) as refusal:
        services.confirm(respondent, subscription=asked)
    assert refusal.value.code == "subscription.ended"
    with pytest.raises(Refused):
        services.write_to(system, subscription=asked, letter=services.letter("Objet", ["Texte"]))
    assert make.asked(respondent).created


def test_the_database_refuses_an_address_that_outlives_its_subscription(respondent):
    asked = make.asked(respondent).subscription
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscription.objects.filter(pk=asked.pk).update(state=SubscriptionState.ENDED)


def test_what_is_past_its_term_is_forgotten_then_deleted(respondent):
    never = make.asked(respondent).subscription
    kept = make.asked(respondent, "deux@exemple.test").subscription
    services.confirm(respondent, subscription=kept)
    start = now()
    with time_machine.travel(start + timedelta(hours=49), tick=False):
        forget()
        never.refresh_from_db()
        kept.refresh_from_db()
        assert (never.state, never.end_reason) == (SubscriptionState.ENDED, EndReason.UNCONFIRMED)
        assert kept.state == SubscriptionState.CONFIRMED
    with time_machine.travel(start + timedelta(days=91), tick=False):
        forget()
        kept.refresh_from_db()
        assert (kept.end_reason, kept.email) == (EndReason.EXPIRED, None)
        assert not Subscription.objects.filter(pk=never.pk).exists()
    with time_machine.travel(start + timedelta(days=130), tick=False):
        forget()
        assert not Subscription.objects.exists()
        assert not AskWindow.objects.exists()


def test_forgetting_is_for_the_instance_alone(personas):
    with pytest.raises(Forbidden):
        asking.end_expired(personas[RoleCode.ADMINISTRATOR])


def test_an_agent_without_the_right_ends_nobodys_subscription(personas, respondent):
    asked = make.asked(respondent).subscription
    for verb in (services.end, services.confirm, services.renew):
        with pytest.raises(Forbidden):
            verb(personas[RoleCode.READER], subscription=asked)


def test_one_address_is_written_to_five_times_an_hour_and_the_visitor_cannot_tell(respondent):
    start = now().replace(minute=5)
    written = 0
    for turn in range(12):
        with time_machine.travel(start + timedelta(minutes=4 * turn), tick=False):
            written += make.asked(respondent).writable
    assert written == throttle.PER_ADDRESS_AND_HOUR
    with time_machine.travel(start + timedelta(hours=1, minutes=5), tick=False):
        assert make.asked(respondent).writable


def test_too_many_requests_in_a_minute_wait(respondent, settings):
    settings.FABRIQUE_EMAIL_ASKS_PER_MINUTE = 3
    with time_machine.travel(now().replace(second=10), tick=False):
        for number in range(3):
            make.asked(respondent, f"p{number}@exemple.test")
        with pytest.raises(Refused) as refusal:
            make.asked(respondent, "p9@exemple.test")
    assert refusal.value.code == "email.busy"


class TestLinks:
    """A token opens one subscription for one gesture, and is nowhere in the database."""

    def test_each_gesture_has_its_own_token(self, respondent):
        asked = make.asked(respondent).subscription
        confirm, end = links.token(asked, "confirm"), links.token(asked, "end")
        assert links.opened(confirm, "confirm") == asked == links.opened(end, "end")
        assert links.opened(confirm, "end") is None
        assert links.opened(end, "confirm") is None
        assert confirm.partition("-")[2] not in dumped()
        assert "@" not in services.confirm_link(asked)
        assert "exemple" not in links.token(asked, "end")

    @pytest.mark.parametrize("given", ["", "-", "abc", "0" * 12 + "-" + "a" * 24, "é-é", "x" * 500])
    def test_anything_else_opens_nothing(self, respondent, given):
        make.asked(respondent)
        assert links.opened(given, "confirm") is None

    def test_an_older_key_of_the_ring_still_opens(self, respondent, settings):
        asked = make.asked(respondent).subscription
        token = links.token(asked, "end")
        old = dict(settings.FABRIQUE_RECEIPT_KEYRING)
        settings.FABRIQUE_RECEIPT_KEYRING = {"neuve": "A" * 43 + "=", **old}
        assert links.opened(token, "end") == asked
        # and the address is found again under its older hash
        assert make.asked(respondent).subscription == asked
        settings.FABRIQUE_RECEIPT_KEYRING = {"neuve": "A" * 43 + "="}
        assert links.opened(token, "end") is None
