"""The dossier and the account: the same bytes twice, real structure, no draft in public, numbers with their base.

Fed by a snapshot. Feeds nothing.
"""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import docx
import openpyxl
import pikepdf
import pytest
import time_machine
from docx.oxml.ns import qn

from fabrique.plan.services import findings, indicators
from fabrique.web.shared import dossier
from fabrique.web.shared.dossier import sections, words
from fabrique.web.shared.dossier.blocks import Heading, Items, Table, Text
from fabrique.web.shared.dossier.facts import facts_of, money_by, sum_of
from fabrique.web.templatetags.progres import euros
from tests.factories import reviews as make
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(occitanie: Any) -> make.World:
    """Two snapshots: between them the weather turns, a review is published and users say what they find."""
    world = make.a_world()
    make.a_snapshot(world, "Le premier")
    indicators.give_weather(OPERATOR, action=world.bus, weather="a-soutenir", sentence="Deux mois de retard.")
    make.published(world)
    finding = make.entrusted(world)
    findings.hand_in(
        make.partner_of(finding.organisation), finding=finding, tone="ameliore", text="Mieux !", method="Vu."
    )
    findings.publish_finding(OPERATOR, finding=finding)
    return world


def said(document: dossier.Document) -> str:
    found: list[str] = [document.title, document.subtitle, document.notice]
    for block in document.blocks:
        if isinstance(block, Heading | Text):
            found.append(block.text)
        elif isinstance(block, Items):
            found.extend(block.items)
        else:
            found.extend([block.caption, *block.heads, *(cell for row in block.rows for cell in row)])
    return "\n".join(found).replace("\u00a0", " ").replace("\u202f", " ")


def test_the_same_snapshot_gives_the_same_bytes_in_every_form(world: make.World) -> None:
    snapshot = make.a_snapshot(world, "Bilan")
    made = {}
    for moment in ("2027-01-01T08:00:00Z", "2028-06-01T23:30:00Z"):
        with time_machine.travel(moment, tick=False):
            made[moment] = {
                form: dossier.dossier_file(dossier.frozen(snapshot, public=False), form)
                for form in dossier.FORMS
            }
    first, second = made.values()
    assert first == second


def test_the_pdf_is_tagged_and_the_word_file_has_structure(world: make.World) -> None:
    source = dossier.frozen(make.a_snapshot(world, "Bilan"), public=False)
    with pikepdf.open(io.BytesIO(dossier.dossier_file(source, "pdf"))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"
    book = docx.Document(io.BytesIO(dossier.dossier_file(source, "docx")))
    styles = [paragraph.style.name for paragraph in book.paragraphs if paragraph.style]
    assert styles[0] == "Title"
    assert {"Heading 1", "Heading 2", "List Bullet", "Caption", "Quote"} <= set(styles)
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in book.tables)
    assert {lang.get(qn("w:val")) for lang in book.styles.element.iter(qn("w:lang"))} == {"fr-FR"}
    assert book.core_properties.modified.date() == source.on


def test_the_workbook_holds_numbers_and_dates_not_texts(world: make.World) -> None:
    source = dossier.frozen(make.a_snapshot(world, "Bilan"), public=False)
    book = openpyxl.load_workbook(io.BytesIO(dossier.dossier_file(source, "xlsx")))
    assert book.sheetnames == [
        "Lisez-moi", "Actions", "Jalons", "Budget", "Indicateurs", "Valeurs", "Décisions",
        "Constats d’usagers", "Changements",
    ]  # fmt: skip
    assert [cell.value for cell in book["Budget"][2]][4:] == [120000, 80000.5, None]
    assert book["Jalons"]["C2"].value.date() == date(2026, 3, 1)
    assert book["Changements"]["C2"].value == "atteignable → à soutenir"
    assert book["Actions"].freeze_panes == "A2"


def test_the_committee_reads_all_and_is_told_of_drafts(world: make.World) -> None:
    text = said(dossier.dossier(dossier.frozen(make.a_snapshot(world, "Bilan"), public=False)))
    for expected in (
        "Document d’étude : il contient des actions en projet",
        "Un brouillon de la Lozère (projet, non public)",
        "Taux de réalisation moyen : 40 % (connu pour 1 action sur 2).",
        "0 jalon fait, 1 jalon en retard.",
        "Dépensé : pas connu (connu pour 0 ligne sur 1).",
        "Depuis l’instantané « Le premier »",
        "atteignable → à soutenir",
        "Ajuster. Le véhicule arrive en retard.",
        "Mieux !",
        "l’agence ne l’a pas encore donné",
    ):
        assert expected in text, expected


def test_what_users_wrote_keeps_every_character(world: make.World) -> None:
    document = dossier.dossier(dossier.frozen(make.a_snapshot(world, "Bilan"), public=False))
    assert [one.text for one in document.blocks if isinstance(one, Text) and one.style == "quote"] == [
        "Mieux !"
    ]


def test_the_public_dossier_has_no_draft(world: make.World) -> None:
    snapshot = make.a_snapshot(world, "Bilan")
    for form in ("html", "xlsx"):
        shown = dossier.dossier_file(dossier.frozen(snapshot, public=True), form)
        if form == "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(shown))
            shown = str([[cell.value for cell in row] for sheet in book for row in sheet.rows]).encode()
        assert b"brouillon" not in shown
    text = said(dossier.dossier(dossier.frozen(snapshot, public=True)))
    assert "Document d’étude" not in text
    assert "Extrait public de l’instantané" in dossier.dossier(
        dossier.frozen(snapshot, public=True)
    ).reference.replace("\u00a0", " ")


def test_the_account_says_what_is_known_and_for_how_many(world: make.World) -> None:
    review = make.Review.objects.get()
    source = dossier.frozen(make.a_snapshot(world, "Bilan"), public=True, review=review)
    text = said(dossier.account(source))
    for expected in (
        "Où en est le plan de santé en Lozère ?",
        "Le plan compte ici 1 action publique.",
        "1 action a des difficultés.",
        "40 % du chemin prévu est fait (connu pour 1 action sur 1)",
        "Un bus de soins dans les Cévennes : Deux mois de retard.",
        "Acheter le véhicule (Un bus de soins dans les Cévennes) : prévu le 1er mars 2026.",
        "Argent dépensé : pas encore connu.",
        "Association d’usagers Les Cimes",
        "Un bus de soins dans les Cévennes : ajuster. Revoir le calendrier.",
    ):
        assert expected in text, expected
    assert "brouillon" not in text
    with pytest.raises(ValueError, match="public part"):
        dossier.account(dossier.frozen(source_snapshot(world), public=False))
    assert dossier.account_file(source, "pdf").startswith(b"%PDF")


def source_snapshot(world: make.World) -> Any:
    return make.Snapshot.objects.order_by("-number").first()


def test_the_account_of_nothing_public_says_so(occitanie: Any) -> None:
    world = make.a_world()
    source = dossier.frozen(make.a_snapshot(world, territory=world.gard), public=True)
    assert "Aucune action n’est encore publique" in said(dossier.account(source))


LINES = [{"year": 2026, "funder": "fir", "planned": "10.00", "committed": None, "spent": None}]
BARE: dict[str, Any] = {
    "stage": "en-cours", "weather": None, "milestones": [], "blocking": None, "published": True,
    "progress": {"rate": None}, "budget": [],
}  # fmt: skip


def test_what_is_not_known_is_not_zero() -> None:
    rows = [BARE, BARE | {"budget": LINES}]
    facts = facts_of(rows, date(2026, 1, 1))
    assert (facts.rate.rate, facts.rate.known, facts.rate.total) == (None, 0, 2)
    planned = sum_of(rows, "planned")
    assert (planned.amount, planned.known, planned.total) == (Decimal(10), 1, len(LINES))
    assert sum_of(rows, "spent").amount is None
    assert money_by(rows) == [(2026, "fir", {"planned": Decimal(10), "committed": None, "spent": None})]


def test_the_column_of_who_is_there_only_where_somebody_is_named() -> None:
    row = {
        "kind": "ajuster", "reason": "Un retard.", "review": "Revue", "held_on": "2026-10-13", "owner": "",
        "due_on": None, "follow_up": "a-faire", "follow_up_note": "",
    }  # fmt: skip
    for owner, width in (("Délégation", 6), ("", 5)):
        content = {"actions": [{"title": "Un bus", "decisions": [row | {"owner": owner}]}]}
        table = sections.decisions(content)[1]
        assert isinstance(table, Table)
        assert {len(table.heads), *(len(cells) for cells in table.rows)} == {width}
        assert ("Qui" in table.heads) == bool(owner)


def test_money_is_written_as_on_the_public_pages() -> None:
    for given in (Decimal("370600.50"), Decimal("795000.00")):
        assert words.amount(str(given)) == euros(given)
    assert words.amount("370600.50") == "370\u202f600,50\u00a0€"


@pytest.mark.parametrize(
    ("number", "shown"),
    [(None, "pas connu"), (8.0, "8"), (8.25, "8,25"), (1 / 3, "0,33"), (1234.5, "1\u202f234,5")],
)
def test_values_as_the_french_write_them(number: float | None, shown: str) -> None:
    assert words.value(number) == shown


def test_a_table_is_not_wider_than_its_heads(world: make.World) -> None:
    document = dossier.dossier(dossier.frozen(make.a_snapshot(world, "Bilan"), public=False))
    tables = [block for block in document.blocks if isinstance(block, Table)]
    assert tables
    assert all(len(row) == len(table.heads) for table in tables for row in table.rows)
