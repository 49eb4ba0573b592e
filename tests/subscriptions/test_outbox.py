"""The outbox against a real SMTP server: nothing lost, nothing twice, nothing said of anybody."""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django_tasks_db.models import DBTaskResult

from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.subscriptions import services
from fabrique.subscriptions.enums import EmailState
from fabrique.subscriptions.models import Email
from fabrique.subscriptions.services import outbox, transport
from fabrique.subscriptions.tasks import forget, send_what_is_due
from tests.factories import subscriptions as make

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ADDRESS = "une.personne@exemple.test"


@pytest.fixture(autouse=True)
def _purposes():
    make.declare()


@pytest.fixture
def mailbox(settings):
    with make.smtp_server() as (mailbox, port):
        settings.EMAIL_BACKEND = "fabrique.subscriptions.services.transport.SilentBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
        settings.DEFAULT_FROM_EMAIL = "Fabrique citoyenne <ne-pas-repondre@agence.test>"
        settings.FABRIQUE_SITE_URL = "https://fabrique.test"
        yield mailbox


def written(system, **more):
    values = {
        "to": ADDRESS,
        "subject": "Un objet : l’été",
        "text": "Bonjour\n\nVoir https://fabrique.test/x.",
    }
    return services.send_later(system, purpose="tests.once", **values | more)


def test_a_message_is_sealed_until_it_leaves_then_forgotten(system, mailbox):
    email = written(system)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM subscriptions_email")
        assert ADDRESS not in str(cursor.fetchall())
    assert send_what_is_due() == 1
    email.refresh_from_db()
    assert (email.state, email.recipient, email.subject, email.text, email.html) == (
        EmailState.SENT,
        *[None] * 4,
    )
    assert send_what_is_due() == 0
    assert mailbox.recipients == [ADDRESS]


def test_its_headers_say_that_a_program_wrote_and_name_no_machine(system, mailbox):
    email = written(system, reference="objet")
    send_what_is_due()
    message = mailbox.received[0]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{email.public_id}@agence.test>"
    assert message["From"] == "Fabrique citoyenne <ne-pas-repondre@agence.test>"
    assert message["Subject"] == "Un objet : l’été"
    assert message["Content-Language"] == "fr"
    assert message["Date"].endswith("+0000") or message["Date"].endswith("-0000")
    assert "Received" not in message
    assert "List-Unsubscribe" not in message
    assert mailbox.introduced == ["agence.test"]
    import socket

    for name in {socket.gethostname(), socket.getfqdn()} - {"localhost"}:
        assert name not in message.as_string()
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    html = message.get_body(("html",)).get_content()
    assert '<a href="https://fabrique.test/x">' in html
    assert 'lang="fr"' in html
    assert "<img" not in html
    assert "http://" not in html


def test_a_confirmed_subscription_says_how_to_stop(system, respondent, mailbox):
    for purpose in (make.NEWS, make.SEAT):
        one = make.asked(respondent, purpose=purpose).subscription
        services.confirm(respondent, subscription=one)
        one.refresh_from_db()
        services.write_to(system, subscription=one, letter=services.letter("Objet", ["Texte"]))
    send_what_is_due()
    news, seat = mailbox.received
    assert news["List-Unsubscribe"].strip().startswith("<https://fabrique.test/abonnements/un-clic/")
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # giving up a seat has consequences: a page with a button, never a robot's click
    assert seat["List-Unsubscribe"].strip().startswith("<https://fabrique.test/abonnements/terminer/")
    assert "List-Unsubscribe-Post" not in seat


def test_attachments_arrive_whole(system, mailbox):
    content = "BEGIN:VCALENDAR\r\nX:é\r\nEND:VCALENDAR\r\n".encode()
    written(system, attachments=[services.Attachment("rencontre.ics", "text/calendar", content)])
    send_what_is_due()
    (joined,) = list(mailbox.received[0].iter_attachments())
    assert joined.get_filename() == "rencontre.ics"
    assert (
        joined.get_content().replace("\r\n", "\n").strip() == content.decode().replace("\r\n", "\n").strip()
    )


@pytest.mark.parametrize(
    "values",
    [
        {"subject": "Objet\nBcc: autre@exemple.test"},
        {"subject": "Objet\r\n\r\nUn autre corps"},
        {"subject": "Objet\u2028Bcc: autre@exemple.test"},
        {"subject": "  "},
        {"subject": "x" * 201},
        {"attachments": [services.Attachment("a\nb.txt", "text/plain", b"")]},
        {"attachments": [services.Attachment("a.txt", "text/plain\r\nX: y", b"")]},
    ],
)
def test_a_header_cannot_be_added(system, values):
    with pytest.raises(Refused) as refusal:
        written(system, **values)
    assert refusal.value.code == "email.header"
    assert not Email.objects.exists()


def test_an_address_cannot_hold_a_second_one(system):
    for to in (f"{ADDRESS}\nBcc: autre@exemple.test", f"{ADDRESS}, autre@exemple.test", f"<{ADDRESS}>"):
        with pytest.raises(Refused):
            written(system, to=to)


def test_what_is_written_in_a_letter_is_never_html(system):
    letter = services.letter(
        "Objet",
        ["<script>1</script>"],
        facts=[("Lieu", "<b>ici</b>")],
        after=["<img src=x>"],
        button=("Voir", "https://a.test/?a=1&b=2"),
    )
    assert "<script" not in letter.html
    assert "<b>" not in letter.html
    assert "<img" not in letter.html
    assert "<script>1</script>" in letter.text
    email = written(system, text="<script>1</script>")
    assert "<script" not in (email.html or "")


def test_the_same_key_is_one_message(system, mailbox):
    one, two = written(system, key="a:1"), written(system, key="a:1", to="autre@exemple.test")
    assert one == two
    send_what_is_due()
    assert written(system, key="a:1") == one
    assert send_what_is_due() == 0
    assert len(mailbox.received) == 1


def test_a_message_waits_for_its_day_and_is_dropped_after_its_use(system, mailbox):
    start = now()
    later = written(system, not_before=start + timedelta(days=1))
    late = written(system, not_after=start + timedelta(hours=1))
    with time_machine.travel(start + timedelta(hours=2), tick=False):
        assert send_what_is_due() == 0
        late.refresh_from_db()
        assert (late.state, late.recipient) == (EmailState.LATE, None)
    with time_machine.travel(start + timedelta(days=1, hours=1), tick=False):
        assert send_what_is_due() == 1
    later.refresh_from_db()
    assert later.state == EmailState.SENT


def test_a_server_that_is_down_loses_nothing_and_is_tried_less_and_less(system, settings):
    with make.smtp_server() as (_mailbox, port):
        pass  # the port is free again: nobody answers there
    settings.EMAIL_BACKEND = "fabrique.subscriptions.services.transport.SilentBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    first, second = written(system), written(system)
    start, waits = now(), []
    moment = start
    for _turn in range(9):
        with time_machine.travel(moment, tick=False):
            assert outbox.send_due(system).trouble == "server.ConnectionRefusedError"
            first.refresh_from_db()
            waits.append(int((first.not_before - now()).total_seconds() // 60))
            Email.objects.filter(pk=second.pk).update(not_before=now() + timedelta(days=3650))
            moment = first.not_before + timedelta(seconds=1)
    assert waits == [1, 5, 15, 60, 180, 360, 720, 720, 720]
    assert (first.state, first.recipient) == (EmailState.WAITING, ADDRESS)
    # even after more tries than a mailbox is allowed, a server that is down gives up nothing
    Email.objects.filter(pk=first.pk).update(attempts=outbox.MOST_ATTEMPTS + 3, not_before=start)
    outbox.send_due(system)
    with make.smtp_server() as (mailbox, port):
        settings.EMAIL_PORT = port
        Email.objects.update(not_before=start)
        assert outbox.send_due(system).sent == 2
        assert len(mailbox.received) == 2


def test_one_failure_of_the_server_stops_the_pass(system, settings):
    settings.EMAIL_BACKEND = "fabrique.subscriptions.services.transport.SilentBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 1, False
    written(system)
    second = written(system)
    outbox.send_due(system)
    second.refresh_from_db()
    assert (second.attempts, second.state) == (0, EmailState.WAITING)


def test_a_mailbox_that_says_later_is_tried_again_and_one_that_says_never_is_not(system, mailbox):
    later, never, fine = written(system), written(system), written(system)
    mailbox.refusals[:] = ["450 une.personne@exemple.test busy", "550 une.personne@exemple.test unknown"]
    done = outbox.send_due(system)
    assert (done.sent, done.again, done.failed, done.trouble) == (1, 1, 1, "")
    for one in (later, never, fine):
        one.refresh_from_db()
    assert (later.state, later.error_code) == (EmailState.WAITING, "smtp.450")
    assert (never.state, never.error_code, never.recipient) == (EmailState.FAILED, "smtp.550", None)
    assert fine.state == EmailState.SENT
    Email.objects.filter(pk=later.pk).update(attempts=outbox.MOST_ATTEMPTS - 1, not_before=now())
    mailbox.refusals[:] = ["450 busy"]
    assert outbox.send_due(system).failed == 1


def test_a_refusal_of_the_content_is_for_good(system, mailbox):
    email = written(system)
    mailbox.answers[:] = ["554 spam"]
    assert outbox.send_due(system).failed == 1
    email.refresh_from_db()
    assert email.error_code == "smtp.554"


def test_killed_between_sending_and_marking_it_leaves_again_under_the_same_id(system, mailbox, monkeypatch):
    """At most this is documented: a double that mailboxes recognise, never a loss."""
    email = written(system)

    def killed(*_args, **_more):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "_finish", killed)
        with pytest.raises(SystemExit):
            outbox.send_due(system)
    email.refresh_from_db()
    assert (email.state, len(mailbox.received)) == (EmailState.SENDING, 1)
    # as long as the lease runs, nobody else takes it
    assert outbox.send_due(system).sent == 0
    with time_machine.travel(now() + outbox.LEASE + timedelta(seconds=1), tick=False):
        assert outbox.send_due(system).sent == 1
        assert outbox.send_due(system).sent == 0
    assert len({message["Message-ID"] for message in mailbox.received}) == 1
    assert len(mailbox.received) == 2


def test_two_workers_never_take_the_same_message(system):
    email = written(system)
    assert outbox._take() == email
    assert outbox._take() is None


def test_cancelled_while_in_hand_it_stays_cancelled(system):
    email = written(system)
    held = outbox._take()
    outbox.cancel(system, email=email)
    outbox._finish(system, held, EmailState.SENT, "subscriptions.sent")
    email.refresh_from_db()
    assert (email.state, email.recipient) == (EmailState.CANCELLED, None)
    assert outbox.cancel_about(system, purpose="tests.once", reference="") == 0


def test_what_cannot_be_built_is_given_up_alone(system, mailbox, monkeypatch):
    wrong, fine = written(system), written(system)
    real = transport.build

    def build(email, attachments):
        if email.pk == wrong.pk:
            raise ValueError("broken")
        return real(email, attachments)

    monkeypatch.setattr(transport, "build", build)
    done = outbox.send_due(system)
    assert (done.sent, done.failed) == (1, 1)
    fine.refresh_from_db()
    assert fine.state == EmailState.SENT


def test_nothing_of_the_person_reaches_a_log_or_the_journal(system, mailbox, caplog):
    for name in ("fabrique", "fabrique.mail"):
        logging.getLogger(name).addHandler(caplog.handler)
    written(system, subject="Un objet secret")
    mailbox.refusals[:] = ["550 une.personne@exemple.test unknown"]
    outbox.send_due(system)
    lines = "\n".join(str(list(row.values())) for row in JournalLine.objects.values())
    assert caplog.text.count("given up") >= 1
    for said in (caplog.text, lines):
        assert "exemple.test" not in said
        assert "secret" not in said
    assert {"subscriptions.send_later", "subscriptions.failed"} <= set(
        JournalLine.objects.values_list("verb", flat=True)
    )


def test_the_worker_is_asked_once_for_many_messages(system):
    for _turn in range(5):
        written(system)
    assert DBTaskResult.objects.filter(task_path="fabrique.subscriptions.tasks.deliver").count() == 1
    written(system, not_before=now() + timedelta(days=1))


def test_without_a_server_messages_wait(system, settings):
    settings.EMAIL_BACKEND = ""
    email = written(system)
    assert outbox.send_due(system).trouble == "unconfigured"
    email.refresh_from_db()
    assert (email.state, email.attempts) == (EmailState.WAITING, 0)
    said, wrong = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("mail", "send", stdout=said, stderr=wrong)
    assert ended.value.code == 1
    assert "FABRIQUE_EMAIL_HOST" in wrong.getvalue()


def test_the_command_sends_and_counts(system, mailbox):
    written(system)
    written(system)
    said = StringIO()
    call_command("mail", "send", stdout=said)
    assert "Envoyés : 2" in said.getvalue()
    said = StringIO()
    call_command("mail", "status", stdout=said)
    assert "envoyé : 2" in said.getvalue()
    assert "exemple.test" not in said.getvalue()


def test_the_command_says_when_the_server_is_down(system, settings):
    settings.EMAIL_BACKEND = "fabrique.subscriptions.services.transport.SilentBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 1, False
    written(system)
    wrong = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("mail", "send", stdout=StringIO(), stderr=wrong)
    assert ended.value.code == 1
    assert "ne répond pas" in wrong.getvalue()


def test_rows_go_after_a_month_and_the_database_refuses_content_that_outlives_its_message(system, mailbox):
    email = written(system)
    with pytest.raises(IntegrityError), transaction.atomic():
        Email.objects.filter(pk=email.pk).update(state=EmailState.SENT)
    send_what_is_due()
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        forget()
    assert not Email.objects.exists()


def test_an_address_does_not_wait_for_ever_whatever_is_wrong_with_the_server(system, settings):
    settings.EMAIL_BACKEND = "fabrique.subscriptions.services.transport.SilentBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 1, False
    tried, planned = written(system), written(system, not_before=now() + timedelta(days=60))
    outbox.send_due(system)
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        forget()
    tried.refresh_from_db()
    planned.refresh_from_db()
    assert (tried.state, tried.recipient) == (EmailState.FAILED, None)
    assert (planned.state, planned.recipient) == (EmailState.WAITING, ADDRESS)


@pytest.mark.django_db(transaction=True)
def test_jobs_done_leave_no_row_behind(system, mailbox):
    written(system)
    call_command("worker", "--once", "--interval", "0.1")
    assert len(mailbox.received) == 1
    assert DBTaskResult.objects.count() == 1
    with time_machine.travel(now() + timedelta(days=2), tick=False):
        forget()
    assert DBTaskResult.objects.count() == 0


def test_rights(personas, system):
    with pytest.raises(Forbidden):
        written(personas[RoleCode.READER])
    assert written(personas[RoleCode.MEETING_ORGANISER]).state == EmailState.WAITING
    with pytest.raises(Forbidden):
        outbox.send_due(personas[RoleCode.ADMINISTRATOR])
    with pytest.raises(Forbidden):
        outbox.cancel(personas[RoleCode.READER], email=written(system))


def test_the_server_is_greeted_with_the_senders_domain(settings):
    settings.DEFAULT_FROM_EMAIL = "a@agence.test"
    opened = {}

    class Fake(smtplib.SMTP):
        def __init__(self, host, port, **options):
            opened.update(options)

    backend = transport.SilentBackend(host="127.0.0.1", port=25, use_tls=False, use_ssl=False)
    monkey = pytest.MonkeyPatch()
    with monkey.context() as patched:
        patched.setattr(smtplib, "SMTP", Fake)
        backend.connection_class("127.0.0.1", 25, local_hostname="machine.interne")
    assert opened["local_hostname"] == "agence.test"
