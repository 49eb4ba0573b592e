"""Minutes of a word processor: read by headings, shown, then noted once; what is no such file is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document
from odfdo import Document as OdfDocument
from odfdo import Header, List, Paragraph

from fabrique.accounts.enums import RoleCode
from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.enums import ItemEntry, ItemKind
from fabrique.meetings.models import Item
from fabrique.meetings.services.items import Words
from fabrique.meetings.services.minutes_import import Preview, read_minutes, store_import
from tests.factories.territories import OPERATOR
from tests.factories.workshops import a_workshop, prompt, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(personas: Any) -> Any:
    return a_workshop()


def a_docx() -> bytes:
    document = Document()
    document.add_heading("Atelier de Cahors", 0)
    document.add_paragraph("Étaient présents une trentaine d’habitants.")
    document.add_heading("Question 1 : ce qui manque pour se soigner", 1)
    document.add_heading("Difficultés", 2)
    document.add_paragraph("Plus de médecin le soir (12 personnes)", style="List Bullet")
    document.add_paragraph("Le bus ne passe plus", style="List Bullet")
    document.add_heading("Que proposez-vous ?", 1)
    document.add_heading("Table 2 – Propositions", 2)
    document.add_paragraph(
        "Un bus des soins (porté par la communauté de communes) (8 voix)", style="List Bullet"
    )
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def an_odt() -> bytes:
    document = OdfDocument("text")
    body = document.body
    body.clear()
    body.append(Header(1, "Constats"))
    body.append(Paragraph("La maternité a fermé."))
    body.append(Header(1, "Initiatives existantes"))
    body.append(List(["Une permanence à la mairie (3 personnes)"]))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def read(workshop: Any, data: bytes, name: str = "compte-rendu.docx") -> Preview:
    return read_minutes(OPERATOR, meeting=workshop, data=data, name=name)


def test_headings_tell_the_question_the_kind_and_the_table(workshop):
    preview = read(workshop, a_docx())
    first, second = str(prompt(workshop, 1).public_id), str(prompt(workshop, 2).public_id)
    one, two = str(table(workshop, 1).public_id), str(table(workshop, 2).public_id)
    assert [(i.text, i.kind, i.prompt, i.table, i.people, i.carrier) for i in preview.items] == [
        ("Plus de médecin le soir", ItemKind.DIFFICULTY, first, one, 12, ""),
        ("Le bus ne passe plus", ItemKind.DIFFICULTY, first, one, None, ""),
        ("Un bus des soins", ItemKind.PROPOSAL, second, two, 8, "la communauté de communes"),
    ]
    assert [words for _reason, words in preview.set_aside] == ["Étaient présents une trentaine d’habitants."]
    assert not Item.objects.exists(), "nothing is stored before somebody chose"


def test_an_opendocument_text_is_read_alike(workshop):
    preview = read(workshop, an_odt(), "compte-rendu.odt")
    assert [(i.text, i.kind, i.people) for i in preview.items] == [
        ("La maternité a fermé.", ItemKind.OBSERVATION, None),
        ("Une permanence à la mairie", ItemKind.INITIATIVE, 3),
    ]


def test_a_plain_text_is_read_by_lines_that_name_a_kind(workshop):
    text = "Difficultés :\n\nPlus de médecin le soir.\n\nTable 2\n\nPropositions\n\nUn bus.\n"
    preview = read(workshop, text.encode(), "notes.txt")
    assert [(i.text, i.kind) for i in preview.items] == [
        ("Plus de médecin le soir.", ItemKind.DIFFICULTY),
        ("Un bus.", ItemKind.PROPOSAL),
    ]


def test_what_a_person_keeps_is_noted_once(workshop):
    preview = read(workshop, a_docx())
    kept = [
        (rank, Words(one.table, one.prompt, one.kind, one.text, one.people, one.carrier))
        for rank, one in enumerate(preview.items)
    ][1:]
    stored = store_import(OPERATOR, meeting=workshop, digest=preview.digest, kept=kept)
    again = store_import(OPERATOR, meeting=workshop, digest=preview.digest, kept=kept)
    assert [item.pk for item in stored] == [item.pk for item in again]
    assert {item.entry for item in Item.objects.all()} == {ItemEntry.IMPORT}
    assert sorted(item.text for item in Item.objects.all()) == ["Le bus ne passe plus", "Un bus des soins"]


def test_a_document_without_known_headings_is_refused_with_what_to_do(workshop):
    with pytest.raises(Refused, match="titres") as refused:
        read(workshop, "Une belle journée.\n".encode(), "notes.txt")
    assert refused.value.code == "import.nothing"


def test_too_many_items_are_refused(workshop):
    text = "Constats\n\n" + "\n\n".join(f"Constat numéro {n}." for n in range(121))
    with pytest.raises(Refused) as refused:
        read(workshop, text.encode(), "notes.txt")
    assert refused.value.code == "import.many"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 tronqu", b"%PDF-1.7\n", b"\x00\x01\x02" * 50])
def test_a_file_that_is_no_document_is_refused_in_french(workshop, data):
    with pytest.raises(Refused) as refused:
        read(workshop, data)
    assert refused.value.code.startswith("files.")
    assert str(refused.value).endswith(".")


def test_a_room_without_table_or_question_reads_nothing(workshop):
    workshop.prompts.all().delete()
    with pytest.raises(Refused) as refused:
        read(workshop, a_docx())
    assert refused.value.code == "import.room"


def test_reading_is_for_those_who_note(personas, workshop):
    with pytest.raises(Forbidden):
        read_minutes(personas[RoleCode.READER], meeting=workshop, data=a_docx(), name="x.docx")
