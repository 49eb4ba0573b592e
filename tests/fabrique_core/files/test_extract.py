"""The text of each kind of document, by blocks and pages; what is left out is said."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fabrique_core.errors import CoreError
from fabrique_core.files import (
    DOCUMENTS,
    MAIL,
    Block,
    BlockKind,
    Kind,
    SetAside,
    extract,
    inspect,
    page_image,
    read_message,
    split_mbox,
)
from fabrique_core.files.demands import MOST, propose
from fabrique_core.files.names import safe_name
from tests.factories import hostile
from tests.factories import written as make


def read(data, name="document"):
    return extract(inspect(data, name, allowed=DOCUMENTS | MAIL))


def kinds(extracted):
    return [(b.kind.value, b.text, b.page) for b in extracted.blocks]


def test_a_pdf_gives_titles_paragraphs_items_and_pages_without_its_footers():
    found = read(make.pdf())
    assert found.pages == 3
    assert kinds(found)[0] == ("heading", "Contribution de l’association Les Sources", 1)
    assert ("item", "un transport à la demande vers les maisons de santé.", 2) in kinds(found)
    assert not any("page 1" in b.text for b in found.blocks)
    assert SetAside("repeated_line", "Les Sources – page #") in found.set_aside


def test_the_lines_of_a_paragraph_are_joined_and_paragraphs_stay_apart():
    long = "Le territoire manque de médecins et les délais s’allongent chaque année davantage. " * 6
    found = read(make.pdf(f"<p>{long}</p><p>Un second paragraphe, court.</p>"))
    assert [b.text for b in found.blocks][:2] == [long.strip(), "Un second paragraphe, court."]


def test_wide_line_spacing_does_not_part_a_paragraph():
    long = "Le territoire manque de médecins et les délais s’allongent chaque année davantage. " * 6
    found = read(make.pdf(f'<p style="line-height:1.9">{long}</p><p>Un second.</p>'))
    assert [b.text for b in found.blocks][:2] == [long.strip(), "Un second."]


def test_a_pdf_of_images_says_which_pages_hold_no_text():
    found = read(hostile.pdf_pages(2))
    assert (found.blocks, found.pages) == ((), 2)
    assert found.set_aside == (SetAside("image_page", "1"), SetAside("image_page", "2"))


def test_a_docx_gives_headings_items_tables_and_pages():
    found = read(make.docx())
    assert kinds(found) == [
        ("heading", "Nos demandes", 1),
        ("paragraph", make.DEMANDS[2][0], 1),
        ("item", "Former les aidants dans chaque canton.", 1),
        ("paragraph", "Il faut maintenir les maternités de proximité.", 2),
        ("table", "Mesure | Échéance", 2),
    ]


def test_text_under_revision_marks_is_kept_when_inserted_and_left_when_deleted():
    xml = hostile.member(make.docx(), "word/document.xml").decode()
    marked = (
        "<w:p><w:r><w:t xml:space='preserve'>Ouvrir </w:t></w:r><w:ins><w:r><w:t>le samedi</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>le lundi</w:delText></w:r></w:del></w:p></w:body>"
    )
    data = hostile.rezipped(make.docx(), {"word/document.xml": xml.replace("</w:body>", marked).encode()})
    assert read(data).blocks[-1].text == "Ouvrir le samedi"


def test_an_odt_gives_headings_and_items():
    found = read(make.odt())
    assert kinds(found) == [
        ("heading", "Nos demandes", None),
        ("paragraph", make.DEMANDS[2][0], None),
        ("item", "Former les aidants.", None),
        ("item", "Ouvrir le samedi.", None),
    ]


def test_a_number_of_an_odt_that_only_python_takes_for_one_does_not_lose_the_file():
    xml = hostile.member(make.odt(), "content.xml").replace(
        b"</office:text>",
        (
            '<text:h text:outline-level="²">Suite</text:h>'
            '<text:p>un<text:s text:c="²"/>bus</text:p></office:text>'
        ).encode(),
    )
    found = read(hostile.rezipped(make.odt(), {"content.xml": xml}))
    assert kinds(found)[-2:] == [("heading", "Suite", None), ("paragraph", "un bus", None)]


def test_nor_does_an_outline_level_of_a_docx():
    xml = hostile.member(make.docx(), "word/document.xml").decode()
    marked = '<w:p><w:pPr><w:outlineLvl w:val="²"/></w:pPr><w:r><w:t>Ouvrir</w:t></w:r></w:p></w:body>'
    data = hostile.rezipped(make.docx(), {"word/document.xml": xml.replace("</w:body>", marked).encode()})
    assert read(data).blocks[-1].text == "Ouvrir"


def test_soft_page_breaks_of_an_odt_number_its_pages():
    xml = hostile.member(make.odt(), "content.xml").replace(
        b"</office:text>",
        b"<text:p>avant <text:soft-page-break/>suite</text:p><text:p>page deux</text:p></office:text>",
    )
    found = read(hostile.rezipped(make.odt(), {"content.xml": xml}))
    assert found.pages == 2
    assert kinds(found)[-2:] == [("paragraph", "avant suite", 1), ("paragraph", "page deux", 2)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_text_is_read_in_the_usual_encodings(encoding):
    text = "Nous demandons :\n- l’été, un médecin\n- un bus\n\nMerci à vous"
    found = read(text.encode(encoding), "lettre.txt")
    assert [(b.kind.value, b.text) for b in found.blocks] == [
        ("paragraph", "Nous demandons :"),
        ("item", "l’été, un médecin"),
        ("item", "un bus"),
        ("paragraph", "Merci à vous"),
    ]


def test_characters_that_turn_or_hide_a_text_are_taken_out():
    found = read("avant\u202e gnp.exe\u200b \x07fin\x00 ok".encode(), "a.txt")
    assert found.text == "avant gnp.exe fin ok"


def test_a_message_gives_its_headers_body_and_attachments():
    data = make.message(("Été.pdf", make.pdf(), "application/pdf"), ("logo.png", b"\x89PNG", "image/png"))
    found = read_message(inspect(data, "m.eml", allowed=MAIL))
    assert (found.sender, found.sender_name) == ("contact@les-sources.test", "Association Les Sources")
    assert found.subject == "Contribution à la concertation"
    assert found.sent_at == "2026-11-16T10:00:00+01:00"
    assert found.body.blocks[1].text == "Veuillez trouver notre contribution en pièce jointe."
    assert [one.name for one in found.attachments] == ["Été.pdf"]
    assert found.attachments[0].data == make.pdf()
    assert SetAside("image", "logo.png") in found.set_aside


def test_a_message_in_html_gives_its_words_alone():
    html = (
        "<html><head><style>x{}</style></head><body><p>Nous demandons&nbsp;:</p><ul><li>un bus</li></ul>"
        "<script>alert(1)</script><img src='https://mechant.test/x.gif'></body></html>"
    )
    data = (
        make.message(body="x")
        .replace(b"text/plain", b"text/html")
        .replace(b"\n\nx\n", f"\n\n{html}\n".encode())
    )
    found = read_message(inspect(data, "m.eml", allowed=MAIL))
    assert [b.text for b in found.body.blocks] == ["Nous demandons :", "un bus"]


def test_the_message_that_is_answered_is_left_out_and_said():
    body = "Voici notre texte.\n\n-----Message d’origine-----\nDe : agence\nObjet : appel\n\nÉcrivez-nous.\n"
    found = read_message(inspect(make.message(body=body), "m.eml", allowed=MAIL))
    assert found.body.text == "Voici notre texte."
    assert SetAside("quoted_message") in found.set_aside


def test_a_mailbox_parts_into_its_messages_and_quoted_from_lines_come_back():
    first = make.message(body="Bonjour,\n\nFrom ici, tout va bien.\n")
    parts = split_mbox(make.mbox(first, make.message(subject="autre")))
    assert len(parts) == 2
    assert b"\nFrom ici" in parts[0]
    assert inspect(parts[1], "m.eml", allowed=MAIL).kind is Kind.EML


def test_a_page_is_drawn():
    found = inspect(make.pdf(), "a.pdf", allowed=DOCUMENTS)
    assert page_image(found, 2, width=300).startswith(b"\x89PNG")
    with pytest.raises(CoreError) as refusal:
        page_image(found, 4)
    assert refusal.value.code == "files.no_such_page"


@given(st.text(max_size=200), st.sampled_from(list(Kind)))
def test_a_safe_name_is_one_component_with_its_extension(name, kind):
    made = safe_name(name, kind)
    assert made.endswith(f".{kind.value}")
    assert not set(made) & set('/\\<>:"|?*\n\r\t\x00')
    assert ".." not in made
    assert made[0] not in "=+-@. "
    assert 4 < len(made) < 120


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(list(BlockKind)), st.text(max_size=300)), max_size=30))
def test_what_is_proposed_stands_in_the_text_and_nothing_goes_unsaid(given_blocks):
    blocks = [Block(text, kind, 1, n + 1) for n, (kind, text) in enumerate(given_blocks)]
    proposal = propose(blocks)
    assert len(proposal.demands) <= MOST
    for demand in proposal.demands:
        assert demand.page is not None
        assert demand.text in blocks[demand.page - 1].text
    said = sum(int(one.what) for one in proposal.set_aside)
    bodies = sum(1 for block in blocks if block.kind is not BlockKind.HEADING)
    assert len(proposal.demands) + said == bodies


def test_demands_are_items_and_asking_paragraphs_and_courtesy_is_left():
    found = read(make.pdf())
    proposal = propose(found.blocks)
    assert [(d.text, d.page) for d in proposal.demands] == list(make.DEMANDS)
    assert proposal.demands[1].heading == "Nos demandes"
    assert {one.reason for one in proposal.set_aside} == {"courtesy", "no_demand", "short"}


def test_where_nothing_asks_every_paragraph_is_proposed():
    blocks = [Block("Les habitants attendent très longtemps un rendez-vous.", page=1)]
    assert [d.text for d in propose(blocks).demands] == [blocks[0].text]


def test_the_reader_of_another_kind_refuses():
    found = inspect(b"a;b\n1;2\n", "a.csv", allowed={Kind.CSV})
    with pytest.raises(CoreError) as refusal:
        extract(found)
    assert refusal.value.code == "files.wrong_type"
    assert io.BytesIO(found.data).read() == b"a;b\n1;2\n"
