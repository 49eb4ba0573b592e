"""From the list of forms to the corpus: a form downloaded, filled in by an independent engine, sent, stored once.

Fed by factories/field.py (rxeval, HTTP). Feeds confidence in field.services.submissions and the endpoints.
"""

from __future__ import annotations

import re
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.test import Client

from fabrique.accounts.actors import Respondent
from fabrique.accounts.enums import OrganisationKind, RoleCode
from fabrique.accounts.services import create_organisation
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.models import AnswerDocument, Consultation
from fabrique.consultations.services import answering, close_consultation, new_version, publish_version
from fabrique.contributions.enums import Channel, ErasureReason, Help, Unit
from fabrique.contributions.models import ClosedAnswer, Participation
from fabrique.contributions.services import erase_participation, find_by_receipt
from fabrique.field.models import Device
from fabrique.field.services import add_device, recognise, revoke_device
from fabrique_core.privacy.receipts import new_receipt
from tests.factories import consultations
from tests.factories.field import BASE, a_device, downloaded, filled, send, signed
from tests.factories.territories import OPERATOR, department, region

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]


@pytest.fixture
def consultation() -> Consultation:
    return consultations.opened()


@pytest.fixture
def headers(consultation: Consultation) -> dict[str, str]:
    return signed(*a_device())


def message(answer) -> str:
    return re.search(r"<message[^>]*>(.*?)</message>", answer.content.decode(), re.S)[1]


def test_a_form_filled_in_without_a_network_is_stored_with_its_provenance(
    client: Client, consultation
) -> None:
    relay = create_organisation(
        OPERATOR, name="Centre social", kind=OrganisationKind.SOCIAL_CENTRE, territory=department("46")
    )
    headers = signed(*a_device(relay))
    answer = send(client, headers, filled(downloaded(client, headers)))
    assert answer.status_code == 201, answer.content
    one = Participation.objects.get()
    assert (one.channel, one.unit, one.help, one.relay) == (Channel.FIELD, Unit.PERSON, Help.HELPED, relay)
    assert (one.department.code, one.age_band, one.sex, one.form_version) == ("46", "75-plus", "woman", 1)
    assert one.consent_at is not None
    assert one.notice_hash == consultation.notices.current().content_hash
    assert {text.question.key: text.raw_text for text in one.contributions.all()} == {
        "gave_up_which": "des lunettes",
        "needs": "Un médecin, s’il vous plaît & merci 🙏",
    }
    ranks = ClosedAnswer.objects.filter(question__key="priorities").order_by("rank")
    assert [(row.choice, row.rank) for row in ranks] == [("mental", 1), ("gp", 2)]
    assert ClosedAnswer.objects.get(question__key="minutes").value == 12.5


def test_the_same_submission_twice_is_one_response(client: Client, headers) -> None:
    xml = filled(downloaded(client, headers))
    assert [send(client, headers, xml).status_code for _n in range(3)] == [201, 202, 202]
    assert Participation.objects.count() == 1


def test_a_withdrawn_answer_sent_again_does_not_come_back(client: Client, headers) -> None:
    code = new_receipt(b"123456789")
    xml = filled(downloaded(client, headers), code_recu=code)
    assert send(client, headers, xml).status_code == 201
    erase_participation(
        Respondent(), participation=Participation.objects.get(), reason=ErasureReason.WITHDRAWN
    )
    assert send(client, headers, xml).status_code == 202
    assert not Participation.objects.exists()
    assert send(client, headers, filled(downloaded(client, headers))).status_code == 201


def test_the_code_of_the_slip_opens_the_response(client: Client, headers) -> None:
    code = new_receipt(b"123456789")
    assert send(client, headers, filled(downloaded(client, headers), code_recu=code)).status_code == 201
    assert find_by_receipt(code) == Participation.objects.get()
    again = send(client, headers, filled(downloaded(client, headers), code_recu=code))
    assert (again.status_code, "déjà servi" in message(again)) == (400, True)


def test_a_wrong_letter_of_the_code_is_told_and_the_device_keeps_the_answer(client: Client, headers) -> None:
    code = new_receipt(b"123456789")
    wrong = ("A" if code[0] != "A" else "B") + code[1:]
    answer = send(client, headers, filled(downloaded(client, headers), code_recu=wrong))
    assert (answer.status_code, "Corrigez-le" in message(answer)) == (400, True)
    assert not Participation.objects.exists()


def test_a_special_answer_stands_for_the_commune(client: Client, headers) -> None:
    given = {"q_commune": "", "q_commune__special": "no_fixed_address"}
    assert send(client, headers, filled(downloaded(client, headers), **given)).status_code == 201
    one = Participation.objects.get()
    assert (one.territory, one.place_note) == (None, "no_fixed_address")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("accord", "", "Sans votre accord"),
        ("age", "", "âge"),
        ("age", "²", "âge"),
        ("q_easy", "", "À corriger sur l’appareil"),
        ("q_easy", "inconnu", "À corriger sur l’appareil"),
        ("q_difficulties", "delay cost none", "À corriger sur l’appareil"),
        ("q_minutes", "9999", "À corriger sur l’appareil"),
    ],
)
def test_what_the_rules_refuse_is_told_question_by_question(client, headers, path, value, said) -> None:
    xml = re.sub(rf"<{path}>.*?</{path}>", f"<{path}>{value}</{path}>", filled(downloaded(client, headers)))
    answer = send(client, headers, xml)
    assert answer.status_code == 400
    assert said in message(answer)
    assert not Participation.objects.exists()


def test_finished_in_time_it_may_arrive_after_the_closing_time(
    client, headers, consultation, time_machine
) -> None:
    before = consultation.closes_at - timedelta(hours=1)
    time_machine.move_to(before, tick=False)
    xform = downloaded(client, headers)
    in_time = _ended(filled(xform), before)
    other = _ended(filled(xform), before)
    time_machine.move_to(consultation.closes_at + timedelta(days=3), tick=False)
    late = _ended(filled(xform), now())
    assert send(client, headers, in_time).status_code == 201
    assert Participation.objects.get().submitted_at == before
    answer = send(client, headers, late)
    assert (answer.status_code, "entre l’ouverture et la clôture" in message(answer)) == (403, True)
    time_machine.move_to(consultation.closes_at + timedelta(days=8), tick=False)
    assert send(client, headers, other).status_code == 403


def _ended(xml: str, instant) -> str:
    made = re.sub(r"<end>.*?</end>|<end\s*/>", f"<end>{instant.isoformat()}</end>", xml)
    assert instant.isoformat() in made
    return made


def test_a_consultation_closed_early_receives_nothing_more(client, headers, consultation) -> None:
    xml = filled(downloaded(client, headers))
    close_consultation(OPERATOR, consultation=consultation, reason="test")
    answer = send(client, headers, xml)
    assert (answer.status_code, "close" in message(answer)) == (403, True)


def test_closed_at_its_announced_time_it_receives_what_was_finished_before(
    client, headers, consultation, time_machine
) -> None:
    before = consultation.closes_at - timedelta(hours=1)
    time_machine.move_to(before, tick=False)
    xform = downloaded(client, headers)
    in_time = _ended(filled(xform), before)
    time_machine.move_to(consultation.closes_at + timedelta(hours=2), tick=False)
    late = _ended(filled(xform), now())
    close_consultation(OPERATOR, consultation=consultation)
    assert send(client, headers, in_time).status_code == 201
    assert send(client, headers, late).status_code == 403


def test_an_earlier_version_is_received_and_the_new_one_is_offered(client, headers, consultation) -> None:
    xml = filled(downloaded(client, headers))
    publish_version(OPERATOR, version=new_version(OPERATOR, consultation=consultation))
    assert "<version>2</version>" in client.get(f"{BASE}/formList", **headers).content.decode()
    assert send(client, headers, xml).status_code == 201
    assert Participation.objects.get().form_version == 1


@pytest.mark.parametrize("version", ["7", "", "un", "1 or 1=1", "999999999", "²"])
def test_an_unknown_version_asks_to_update_the_forms(client, headers, version) -> None:
    xml = filled(downloaded(client, headers)).replace('version="1"', f'version="{version}"', 1)
    answer = send(client, headers, xml)
    assert (answer.status_code, "Mettez à jour" in message(answer)) == (404, True)


def test_cut_short_a_response_is_not_half_recorded(client, headers, monkeypatch) -> None:
    xml = filled(downloaded(client, headers))
    with monkeypatch.context() as broken:
        broken.setattr(answering, "_store_documents", Mock(side_effect=OSError))
        with pytest.raises(OSError):
            send(client, headers, xml)
    assert send(client, headers, xml).status_code == 201
    assert AnswerDocument.objects.get().participation == Participation.objects.get()


def test_an_answer_already_sent_is_not_edited(client, headers) -> None:
    xml = re.sub(
        r"(<(?:\w+:)?instanceID>)",
        r"<deprecatedID>uuid:1</deprecatedID>\1",
        filled(downloaded(client, headers)),
    )
    assert send(client, headers, xml).status_code == 409


def test_a_device_of_another_department_does_not_see_a_consultation_of_the_lot(client) -> None:
    consultations.opened("Le Lot", perimeter=department("46"))
    other = signed(*a_device(code="30"))
    assert "<xform>" not in client.get(f"{BASE}/formList", **other).content.decode()
    here = signed(*a_device())
    xml = filled(downloaded(client, here))
    assert send(client, other, xml).status_code == 404


@pytest.mark.parametrize(
    "path", ["formList", "submission", "formulaires/x.xml", "formulaires/x/communes.csv"]
)
def test_without_a_token_everything_asks_for_one(client, headers, path) -> None:
    for given in ({}, {"HTTP_AUTHORIZATION": "Basic !!!"}, {"HTTP_AUTHORIZATION": "Bearer x"}):
        answer = (
            client.post(f"{BASE}/{path}", **given)
            if path == "submission"
            else client.get(f"{BASE}/{path}", **given)
        )
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Basic")


def test_a_revoked_device_or_a_wrong_token_opens_nothing(client, consultation) -> None:
    device, token = a_device()
    assert client.get(f"{BASE}/formList", **signed(device, token + "x")).status_code == 401
    revoke_device(OPERATOR, device=device)
    assert client.get(f"{BASE}/formList", **signed(device, token)).status_code == 401
    with pytest.raises(Refused):
        revoke_device(OPERATOR, device=device)


def test_a_device_is_known_by_a_digest_and_seen_by_the_day(client, consultation) -> None:
    device, token = a_device()
    assert token not in str(Device.objects.values_list().get())
    assert recognise(str(device.public_id), token) == device
    device.refresh_from_db()
    assert device.last_seen_on == now().date()


def test_devices_are_managed_where_the_right_is_held(personas) -> None:
    with pytest.raises(Forbidden):
        add_device(personas[RoleCode.FACILITATOR], label="x", territory=department("46"))
    organiser = personas[RoleCode.MEETING_ORGANISER]
    device, _token = add_device(organiser, label="x", territory=region())
    assert list(Device.objects.visible_to(organiser)) == [device]
    assert not Device.objects.visible_to(personas[RoleCode.FACILITATOR]).exists()


def test_before_sending_a_device_is_told_where_and_how_much(client, headers) -> None:
    answer = client.head(f"{BASE}/submission", **headers)
    assert (answer.status_code, answer["X-OpenRosa-Version"]) == (204, "1.0")
    assert answer["Location"].endswith("/terrain/submission")
    assert int(answer["X-OpenRosa-Accept-Content-Length"]) > 0


def test_photographs_are_refused_in_words(client, headers) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    xml = filled(downloaded(client, headers))
    answer = send(client, headers, xml, photo=SimpleUploadedFile("../../a.jpg", b"\xff\xd8"))
    assert (answer.status_code, "photographies" in message(answer)) == (415, True)
    assert not Participation.objects.exists()


def test_the_endpoint_needs_no_csrf_token_but_never_trusts_a_session(personas, headers) -> None:
    client = Client(enforce_csrf_checks=True)
    xml = filled(downloaded(client, headers))
    client.force_login(personas[RoleCode.ADMINISTRATOR].user)
    assert send(client, {}, xml).status_code == 401
    assert send(client, headers, xml).status_code == 201


HOSTILE = {
    "vide": b"",
    "pas du XML": b"bonjour",
    "tronqu\xe9": b"<data id='x'><a>",
    "une entit\xe9": b'<!DOCTYPE a [<!ENTITY b "c">]><data><b>&b;</b></data>',
    "une bombe d'entit\xe9s": b'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>',
    "un fichier du serveur": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><data>&x;</data>',
    "trop lourd": b"<data>" + b"a" * 500_000 + b"</data>",
    "sans identifiant": b"<data id='x' version='1'><meta/></data>",
    "un autre formulaire": b"<data id='x' version='1'><meta><instanceID>u</instanceID></meta></data>",
    "un PDF": b"%PDF-1.7",
    "un codage faux": b"<?xml version='1.0' encoding='utf-99'?><data/>",
    "des octets nuls": b"<data>\x00</data>",
    "tr\xe8s profond": b"<a>" * 5_000 + b"</a>" * 5_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_broken_submissions_are_refused_with_a_sentence(client, headers, name) -> None:
    answer = send(client, headers, HOSTILE[name])
    assert 400 <= answer.status_code < 500
    assert len(message(answer)) > 20
    assert not Participation.objects.exists()
