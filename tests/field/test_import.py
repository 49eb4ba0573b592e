"""Forms in: one made elsewhere, what has no place here, what is hostile or broken.

Fed by workbooks built here with openpyxl. Feeds confidence in field.services.reading and importing.
"""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from fabrique.accounts.enums import RoleCode
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.services import definition_of
from fabrique.field.services import import_xlsform
from tests.factories import consultations
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


def workbook(**sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


TWO = "count-selected(.) <= 2"
NO, EITHER = "selected(${medecin}, 'n')", "${medecin} = 'o' or ${medecin} = 'n'"
COLUMNS = ["type", "name", "label", "label::Spanish (es)", "hint", "required", "relevant", "constraint"]
SURVEY = [
    [*COLUMNS, "calculation", "media::image"],
    ["text", "nom", "Votre quartier ?", "¿Su barrio?", "", "yes", "", "", "", "plan.png"],
    ["select_one yn", "medecin", "Avez-vous un médecin ?", "", "", "", "", "", "", ""],
    ["select_multiple pb or_other", "pb", "Quels problèmes ?", "", "Deux au plus", "", NO, TWO, "", ""],
    ["integer", "age", "Combien d’enfants ?", "", "", "", EITHER, ". >= 0 and . <= 20", "", ""],
    ["begin_repeat", "foyer", "Chaque personne", "", "", "", "", "", "", ""],
    ["text", "prenom", "Que fait-elle ?", "", "", "", "", "", "", ""],
    ["end_repeat", "", "", "", "", "", "", "", "", ""],
    ["calculate", "total", "", "", "", "", "", "", "1 + 1", ""],
    ["image", "photo", "Une photo ?", "", "", "", "", "", "", ""],
    ["text", "long", "Vos idées ?", "", "", "", "${age} > 3", "", "", ""],
]
CHOICES = [
    ["list_name", "name", "label"],
    ["yn", "o", "Oui"],
    ["yn", "n", "Non"],
    ["pb", "loin", "Trop loin"],
    ["pb", "cher", "Trop cher"],
]


def test_a_form_made_elsewhere_is_read_and_what_has_no_place_is_told() -> None:
    target = consultations.draft()
    data = workbook(survey=SURVEY, choices=CHOICES, settings=[["form_title"], ["Enquête"]])
    report = import_xlsform(OPERATOR, consultation=target, data=data, name="enquete.xlsx")
    found = definition_of(target.questionnaires.latest_version())
    assert [(q.key, q.kind) for q in found.questions] == [
        ("nom", "short_text"),
        ("medecin", "single"),
        ("pb", "multiple"),
        ("age", "number"),
        ("prenom", "short_text"),
        ("long", "short_text"),
    ]
    assert found.question("pb").maximum == 2
    assert found.question("pb").show_if.any_of == ("n",)
    assert found.question("age").show_if.any_of == ("o", "n")
    assert (found.question("age").min_value, found.question("age").max_value) == (0, 20)
    assert found.question("nom").required
    said = " / ".join(f"{row}: {why}" for row, why in report.set_aside)
    for piece in ("media::image", "foyer", "total", "photo", "autre, précisez", "${age} > 3"):
        assert piece in said
    assert report.languages == {"es": 1}


def test_a_dry_run_says_the_same_and_stores_nothing() -> None:
    target = consultations.draft()
    before = definition_of(target.questionnaires.latest_version())
    report = import_xlsform(
        OPERATOR,
        consultation=target,
        data=workbook(survey=SURVEY, choices=CHOICES),
        name="enquete.xlsx",
        dry_run=True,
    )
    assert (report.questions, report.stored) == (6, False)
    assert definition_of(target.questionnaires.latest_version()) == before


def test_it_is_a_right_and_a_frozen_questionnaire_stays(personas) -> None:
    data = workbook(survey=SURVEY, choices=CHOICES)
    with pytest.raises(Forbidden):
        import_xlsform(
            personas[RoleCode.MODERATOR], consultation=consultations.draft(), data=data, name="a.xlsx"
        )
    with pytest.raises(Refused) as refused:
        import_xlsform(OPERATOR, consultation=consultations.opened(), data=data, name="a.xlsx")
    assert refused.value.code == "questionnaire.frozen"


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def with_member(name: str, content: bytes) -> bytes:
    out = io.BytesIO(workbook(survey=SURVEY, choices=CHOICES))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, content)
    return out.getvalue()


HOSTILE = {
    "vide": b"",
    "un texte": b"type;name;label",
    "un PDF": b"%PDF-1.7\n%%EOF",
    "une archive quelconque": zipped(a=b"b"),
    "un classeur tronqué": workbook(survey=SURVEY)[:900],
    "des macros": with_member("xl/vbaProject.bin", b"x" * 100),
    "un chemin qui remonte": with_member("../../etc/cron.d/x", b"x"),
    "une bombe": with_member("xl/media/a.bin", b"\0" * 60_000_000),
    "une archive dedans": with_member("xl/embeddings/a.zip", zipped(a=b"b")),
    "une entité XML": with_member("xl/worksheets/sheet9.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    "sans feuille survey": workbook(feuille=[["a"], ["b"]]),
    "sans question": workbook(survey=[["type", "name", "label"], ["note", "n", "Bonjour"]]),
    "trop de lignes": workbook(survey=[["type", "name"], *([["text", "a"]] * 5_100)]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_broken_files_are_refused_with_a_sentence(name) -> None:
    target = consultations.draft()
    before = definition_of(target.questionnaires.latest_version())
    with pytest.raises(Refused) as refused:
        import_xlsform(OPERATOR, consultation=target, data=HOSTILE[name], name="formulaire.xlsx")
    sentence = str(refused.value.message)
    assert len(sentence) > 25
    assert "Traceback" not in sentence
    assert definition_of(target.questionnaires.latest_version()) == before
