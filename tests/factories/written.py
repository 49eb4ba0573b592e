"""Calls, documents and messages for the tests: made in memory, stored by the real verbs.

Fed by written.services, WeasyPrint, python-docx and odfdo. Feeds the tests of files, of written and of its rooms.
"""

from __future__ import annotations

import io
import secrets
from datetime import timedelta
from email.message import EmailMessage
from functools import cache

from fabrique.accounts.actors import Respondent
from fabrique.common.clock import now
from fabrique.territories.models import Territory
from fabrique.written.enums import Arrival
from fabrique.written.models import Call, WrittenContribution
from fabrique.written.services import Deposit, create_call, edit_call, open_call, read_files, receive
from tests.factories.territories import OPERATOR

PAGES = (
    """<h1>Contribution de l’association Les Sources</h1>
    <p>Notre association réunit des patients et leurs proches dans les vallées du département.</p>
    <p>Les habitants attendent plusieurs mois un rendez-vous et renoncent parfois à se soigner.</p>""",
    """<h2>Nos demandes</h2><p>Nous demandons :</p>
    <ul><li>l’ouverture de consultations avancées dans chaque intercommunalité, le samedi compris ;</li>
    <li>un transport à la demande vers les maisons de santé.</li></ul>""",
    """<p>Nous proposons la création d’un poste de coordination pour les aidants de personnes âgées.</p>
    <p>Veuillez agréer, Madame, Monsieur, nos salutations distinguées.</p>""",
)
DEMANDS = (
    ("l’ouverture de consultations avancées dans chaque intercommunalité, le samedi compris ;", 2),
    ("un transport à la demande vers les maisons de santé.", 2),
    ("Nous proposons la création d’un poste de coordination pour les aidants de personnes âgées.", 3),
)


@cache
def pdf(*pages: str) -> bytes:
    """A PDF of one page for each piece of HTML, with a footer repeated on each."""
    from weasyprint import HTML

    style = (
        "@page{size:A4;margin:2cm;@bottom-center{content:'Les Sources – page ' counter(page)}}"
        "section+section{break-before:page} h1{font-size:20pt} h2{font-size:15pt} p{margin:0 0 9pt}"
    )
    body = "".join(f"<section>{page}</section>" for page in pages or PAGES)
    made = HTML(string=f"<html lang=fr><style>{style}</style><body>{body}</body></html>").write_pdf()
    assert isinstance(made, bytes)
    return made


@cache
def docx(*paragraphs: str) -> bytes:
    import docx as python_docx

    document = python_docx.Document()
    document.add_heading("Nos demandes", 1)
    for paragraph in paragraphs or (DEMANDS[2][0],):
        document.add_paragraph(paragraph)
    document.add_paragraph("Former les aidants dans chaque canton.", style="List Bullet")
    document.add_page_break()
    document.add_paragraph("Il faut maintenir les maternités de proximité.")
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Mesure", "Échéance"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@cache
def odt(*paragraphs: str) -> bytes:
    from odfdo import Document, Header, List, Paragraph

    document = Document("text")
    document.body.clear()
    document.body.append(Header(1, "Nos demandes"))
    for paragraph in paragraphs or (DEMANDS[2][0],):
        document.body.append(Paragraph(paragraph))
    document.body.append(List(["Former les aidants.", "Ouvrir le samedi."]))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def message(
    *attachments: tuple[str, bytes, str],
    body: str = "Madame, Monsieur,\n\nVeuillez trouver notre contribution en pièce jointe.\n\nCordialement,\n",
    sender: str = "Association Les Sources <contact@les-sources.test>",
    subject: str = "Contribution à la concertation",
    message_id: str = "<20261116.1@les-sources.test>",
    date: str = "Mon, 16 Nov 2026 10:00:00 +0100",
) -> bytes:
    """An e-mail as a mail program writes it; attachments: (name, bytes, « application/pdf »)."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "contributions@agence.test", subject
    made["Date"], made["Message-ID"] = date, message_id
    made.set_content(body)
    for name, data, kind in attachments:
        main, _slash, sub = kind.partition("/")
        made.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return bytes(made)


def mbox(*messages: bytes) -> bytes:
    """A mailbox of these messages, one after the other."""
    start = b"From contact@les-sources.test Mon Nov 16 10:00:00 2026\n"
    return b"".join(start + one.replace(b"\nFrom ", b"\n>From ").rstrip(b"\n") + b"\n\n" for one in messages)


def a_call(perimeter: Territory, title: str = "Quelles priorités pour la santé ?") -> Call:
    """A call that receives, opened by the operator."""
    call = create_call(
        OPERATOR, title=title, presentation="Écrivez-nous ce que vous attendez.", perimeter=perimeter
    )
    edit_call(
        OPERATOR,
        call=call,
        title=call.title,
        presentation=call.presentation,
        opens_at=now() - timedelta(days=10),
        closes_at=now() + timedelta(days=30),
    )
    return open_call(OPERATOR, call=call)


def a_deposit(**given: object) -> Deposit:
    """A deposit by the form, with a PDF of three pages."""
    values = {
        "organisation_name": "Association Les Sources",
        "title": "Pour des soins de proximité",
        "arrival": Arrival.FORM,
        "key": secrets.token_hex(32),
        "contact_name": "Secrétariat",
        "contact_email": "contact@les-sources.test",
        "files": read_files([("contribution.pdf", pdf())]),
        "publication_agreed": True,
        **given,
    }
    return Deposit(**values)  # type: ignore[arg-type]


def received(call: Call, **given: object) -> WrittenContribution:
    """A contribution in quarantine, sent by the public form."""
    return receive(Respondent(), call=call, deposit=a_deposit(**given)).written
