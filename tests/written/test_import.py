"""An .eml with a PDF, from the file to the corpus: one organisation, its demands, their pages, its receipt."""

import pytest
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import Channel, Unit
from fabrique.contributions.models import Contribution, Participation
from fabrique.contributions.services import find_by_receipt
from fabrique.subscriptions.models import Email
from fabrique.written.enums import WrittenState
from fabrique.written.models import Demand, WrittenContribution
from fabrique.written.services import accept, import_file
from tests.factories import written as make

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def call(occitanie):
    return make.a_call(occitanie)


def eml(**given):
    return make.message(("Contribution été.pdf", make.pdf(), "application/pdf"), **given)


def test_a_message_with_a_pdf_becomes_one_organisation_with_its_demands_and_pages(call, personas):
    analyst = personas[RoleCode.ANALYST]
    report = import_file(analyst, call=call, name="message.eml", data=eml())
    assert (report.added, report.known, report.refused) == (1, 0, 0)
    written = WrittenContribution.objects.get()
    code = written.receipt_code
    assert written.state == WrittenState.QUARANTINED
    assert not Participation.objects.exists()
    assert [(d.text, d.page) for d in written.demands.all()] == list(make.DEMANDS)
    written = accept(analyst, written=written)
    participation = Participation.objects.get()
    assert (participation.unit, participation.channel) == (Unit.ORGANISATION, Channel.WRITTEN)
    assert participation.submitted_at == written.received_at
    assert written.organisation.name == "Association Les Sources"
    in_order = Contribution.objects.order_by("position")
    assert [c.raw_text for c in in_order] == [text for text, _page in make.DEMANDS]
    assert [d.contribution for d in Demand.objects.order_by("position")] == list(in_order)
    assert find_by_receipt(code) == participation


def test_its_receipt_follows_it_without_withdrawing_it(call, personas, client):
    import_file(personas[RoleCode.ANALYST], call=call, name="message.eml", data=eml())
    written = WrittenContribution.objects.get()
    code = written.receipt_code
    before = client.post(reverse("suivre:code"), {"code": code})
    assert "Votre contribution écrite est arrivée" in before.content.decode()
    accept(personas[RoleCode.ANALYST], written=written)
    page = client.post(reverse("suivre:code"), {"code": code}, follow=True)
    assert "page 3 de votre document" in page.content.decode()
    assert "poste de coordination pour les aidants" in page.content.decode()
    assert reverse("suivre:retirer") not in page.content.decode()
    client.post(reverse("suivre:retirer"))
    assert Participation.objects.count() == 1


def test_the_same_file_twice_adds_nothing(call, personas):
    analyst = personas[RoleCode.ANALYST]
    import_file(analyst, call=call, name="message.eml", data=eml())
    again = import_file(analyst, call=call, name="autre-nom.eml", data=eml())
    assert (again.added, again.known) == (0, 1)
    accept(analyst, written=WrittenContribution.objects.get())
    assert import_file(analyst, call=call, name="message.eml", data=eml()).added == 0
    assert (WrittenContribution.objects.count(), Participation.objects.count()) == (1, 1)


def test_the_key_of_a_message_is_that_of_the_instance(call, personas, settings):
    def key_of_the_rehearsed() -> str:
        import_file(personas[RoleCode.ANALYST], call=call, name="message.eml", data=eml())
        written = WrittenContribution.objects.get()
        key = written.idempotency_key
        written.delete()
        return key

    first = key_of_the_rehearsed()
    assert key_of_the_rehearsed() == first
    settings.SECRET_KEY = "celle d’une autre instance"
    assert key_of_the_rehearsed() != first


def test_the_same_document_sent_in_another_message_adds_nothing(call, personas):
    analyst = personas[RoleCode.ANALYST]
    import_file(analyst, call=call, name="a.eml", data=eml())
    later = eml(message_id="<2@les-sources.test>", body="Bonjour,\n\nJe renvoie notre contribution.\n")
    assert import_file(analyst, call=call, name="b.eml", data=later).known == 1


def test_the_same_document_of_another_organisation_counts(call, personas):
    analyst = personas[RoleCode.ANALYST]
    import_file(analyst, call=call, name="a.eml", data=eml())
    other = eml(sender="Collectif des Vallées <c@vallees.test>", message_id="<3@vallees.test>")
    assert import_file(analyst, call=call, name="b.eml", data=other).added == 1


def test_a_rehearsal_stores_nothing_and_says_what_would_be(call, personas):
    report = import_file(personas[RoleCode.ANALYST], call=call, name="m.eml", data=eml(), dry_run=True)
    assert (report.added, report.lines[0].demands) == (1, 3)
    assert not WrittenContribution.objects.exists()


def test_a_mailbox_gives_one_contribution_a_message_and_says_which_cannot_be_read(call, personas):
    broken = make.message().replace(b"Content-Type: text/plain", b"Content-Type: application/pkcs7-mime")
    box = make.mbox(eml(), broken, eml(sender="Commune de Val <m@val.test>", message_id="<9@val.test>"))
    report = import_file(personas[RoleCode.ANALYST], call=call, name="boite.mbox", data=box)
    assert [line.outcome for line in report.lines] == ["added", "refused", "added"]
    assert "chiffré" in report.lines[1].sentence
    assert WrittenContribution.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "data"),
    [("lettre.pdf", make.pdf), ("lettre.docx", make.docx), ("lettre.odt", make.odt)],
)
def test_a_bare_document_comes_in_under_the_name_given(call, personas, name, data):
    analyst = personas[RoleCode.ANALYST]
    report = import_file(analyst, call=call, name=name, data=data(), organisation="Commune de Val")
    assert report.added == 1
    written = WrittenContribution.objects.get()
    assert written.organisation_name == "Commune de Val"
    assert written.demands.exists()
    assert import_file(analyst, call=call, name=name, data=data(), organisation="Commune de Val").known == 1


def test_a_text_comes_in_too(call, personas):
    text = "Nous demandons une maison de santé.\n\nIl faut aussi un bus le samedi.\n".encode("cp1252")
    report = import_file(
        personas[RoleCode.ANALYST], call=call, name="lettre.txt", data=text, organisation="Commune de Val"
    )
    assert report.lines[0].demands == 2


def test_a_bare_document_without_a_name_is_refused(call, personas):
    with pytest.raises(Refused) as refusal:
        import_file(personas[RoleCode.ANALYST], call=call, name="lettre.pdf", data=make.pdf())
    assert refusal.value.code == "written.organisation"


def test_a_hostile_attachment_is_set_aside_and_said(call, personas):
    data = make.message(
        ("Contribution.pdf", make.pdf(), "application/pdf"),
        ("facture.pdf.exe", b"MZ\x90\x00" + b"\x00" * 500, "application/octet-stream"),
    )
    report = import_file(personas[RoleCode.ANALYST], call=call, name="m.eml", data=data)
    aside = report.lines[0].set_aside
    assert [one.reason for one in aside] == ["files.wrong_type"]
    assert "facture.pdf.exe" in aside[0].what
    assert "un programme" in aside[0].what
    assert WrittenContribution.objects.get().files.count() == 1


@pytest.mark.parametrize("code", [RoleCode.FACILITATOR, RoleCode.READER, RoleCode.RELAY, RoleCode.APPROVER])
def test_other_roles_cannot_import(call, personas, code):
    with pytest.raises(Forbidden):
        import_file(personas[code], call=call, name="m.eml", data=eml())
    assert not WrittenContribution.objects.exists()


def test_an_operator_of_the_lot_imports_in_the_lot_only(call, personas, lot):
    operator = personas[RoleCode.OPERATOR]
    with pytest.raises(Forbidden):
        import_file(operator, call=call, name="m.eml", data=eml())
    here = make.a_call(lot, "Dans le Lot")
    assert import_file(operator, call=here, name="m.eml", data=eml()).added == 1


def test_an_import_writes_to_the_sender_only_when_asked(call, personas):
    analyst = personas[RoleCode.ANALYST]
    import_file(analyst, call=call, name="m.eml", data=eml())
    assert not Email.objects.filter(purpose="written.receipt").exists()
    other = eml(sender="Commune de Val <m@val.test>", message_id="<9@val.test>")
    import_file(analyst, call=call, name="n.eml", data=other, acknowledged=True)
    written = WrittenContribution.objects.latest("pk")
    assert Email.objects.get(purpose="written.receipt").reference == written.public_id
