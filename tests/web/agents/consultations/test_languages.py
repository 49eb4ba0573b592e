"""The agents' screens of languages and voices, and what people get of them: files out and in, frozen, refused.

Fed by factories and personas. Feeds confidence in views/translations.py, in web.shared.reading and in the recordings.
"""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.common.models import Wording
from fabrique.consultations.models import Consultation, DraftResponse, QuestionAudio, QuestionnaireVersion
from fabrique.consultations.services import (
    new_version,
    offered_languages,
    progress_of,
    publish_version,
    put_recording,
    put_translations,
    recordings_of,
    texts_of,
)
from fabrique.consultations.services.answering import content_of
from fabrique.contributions.models import Contribution
from tests.factories import consultations
from tests.factories.contributions import ACCESS, TEXT, begin, fill, form_to_send
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]
R = RoleCode
READERS = {R.ADMINISTRATOR, R.EDITOR, R.ANALYST, R.APPROVER, R.DATA_PROTECTION, R.READER}
WRITERS = {R.ADMINISTRATOR, R.EDITOR, R.ANALYST}
MP3 = b"ID3\x04\x00" + b"\x00" * 200
TITLE = "question:easy:title"


@pytest.fixture
def draft() -> QuestionnaireVersion:
    """A questionnaire that is not frozen yet."""
    return consultations.complete().questionnaires.latest_version()


@pytest.fixture
def editor(personas) -> Client:
    client = Client()
    client.force_login(personas[R.EDITOR].user)
    return client


def address(consultation: Consultation, name: str, *arguments: str) -> str:
    return reverse(f"agents-consultations:{name}", args=[consultation.public_id, *arguments])


def in_language(version: QuestionnaireVersion, language: str) -> dict[str, str]:
    """Every text of the version, marked with the language."""
    return {text.key: f"[{language}] {text.original}" for text in texts_of(version, language)}


def in_other_languages(consultation: Consultation, *languages: str) -> QuestionnaireVersion:
    """A new version in force, whole in these languages."""
    version = new_version(OPERATOR, consultation=consultation)
    for language in languages:
        put_translations(OPERATOR, version=version, language=language, texts=in_language(version, language))
    return publish_version(OPERATOR, version=version)


def translation(version: QuestionnaireVersion, key: str, language: str = "ca") -> str:
    return next(text.translation for text in texts_of(version, language) if text.key == key)


def csv_of(*rows: tuple[str, str], header: str = "cle;endroit;francais;traduction") -> bytes:
    return "\n".join([header, *(f"{key};;;{text}" for key, text in rows)]).encode()


def send(client: Client, version: QuestionnaireVersion, content: bytes, language: str = "ca") -> str:
    """The page after a translator's file is sent back."""
    given = {"fichier": SimpleUploadedFile("traduction.csv", content, content_type="text/csv")}
    to = address(version.consultation, "traduction-recevoir", language)
    return client.post(to, given, follow=True).content.decode()


# --- the screens


def test_the_screen_says_how_far_each_language_is(editor: Client, draft) -> None:
    put_translations(OPERATOR, version=draft, language="ca", texts=in_language(draft, "ca"))
    put_translations(OPERATOR, version=draft, language="ar", texts={TITLE: "السؤال"}, reviewed=True)
    page = editor.get(address(draft.consultation, "langues")).content.decode()
    total = next(one.total for one in progress_of(draft))
    for code, written, read, state in (
        ("ca", total, 0, "proposée"),
        ("ar", 1, 1, "en cours"),
        ("oc", 0, 0, "à traduire"),
    ):
        row = page.split(address(draft.consultation, "traduction", code))[1].split("</tr>")[0]
        assert f"{written} / {total}" in row
        assert f'fab-nombre">{read}</td>' in row
        assert state in row
    assert 'lang="ar" dir="rtl"' in page


def test_what_is_typed_is_kept_and_reading_it_again_is_said(editor: Client, draft) -> None:
    to = address(draft.consultation, "traduction", "ar")
    assert 'name="question:easy:title" lang="ar" dir="rtl"' in editor.get(to).content.decode()
    assert address(draft.consultation, "traduction-csv", "ar") in editor.get(to).content.decode()
    sent = editor.post(to, {TITLE: "السؤال\r\nالأول\x00", "action": "enregistrer"})
    assert (sent.status_code, sent["Location"]) == (302, to)
    assert translation(draft, TITLE, "ar") == "السؤال\nالأول", "no control character, one kind of line end"
    assert "à relire" in editor.get(to).content.decode()
    again = editor.post(to, {TITLE: "السؤال\r\nالأول", "action": "relu"}, follow=True).content.decode()
    assert "1 traduction enregistrée." in again
    assert [text.reviewed for text in texts_of(draft, "ar") if text.translation] == [True]
    third = editor.post(to, {TITLE: "السؤال\r\nالأول", "action": "enregistrer"}, follow=True)
    assert "0 traduction enregistrée." in third.content.decode(), "the same text sent twice changes nothing"


def test_a_text_too_long_is_said_and_nothing_is_written(editor: Client, draft) -> None:
    to = address(draft.consultation, "traduction", "ca")
    answer = editor.post(to, {TITLE: "a" * 4_001, "action": "enregistrer"})
    assert "dépasse 4 000 caractères" in answer.content.decode()
    assert not Wording.objects.filter(language="ca").exists()


@pytest.mark.parametrize("language", ["fr", "xx", "de"])
def test_no_screen_for_french_nor_for_an_unknown_language(editor: Client, draft, language) -> None:
    for name in ("traduction", "traduction-csv"):
        assert editor.get(address(draft.consultation, name, language)).status_code == 404
    assert editor.post(address(draft.consultation, "traduction-recevoir", language)).status_code == 404


def test_a_frozen_version_is_read_and_never_written(editor: Client) -> None:
    version = in_other_languages(consultations.opened(), "ca")
    to = address(version.consultation, "traduction", "ca")
    page = editor.get(to).content.decode()
    assert "readonly" in page
    assert "traduction-recevoir" not in page
    assert 'value="enregistrer"' not in page
    assert "Cette version est figée" in editor.get(address(version.consultation, "langues")).content.decode()
    before = translation(version, TITLE)
    answer = editor.post(to, {TITLE: "Un altre títol", "action": "enregistrer"})
    assert "figé" in answer.content.decode()
    send(editor, version, csv_of((TITLE, "Un altre títol")))
    assert translation(version, TITLE) == before


@pytest.mark.parametrize("role", RoleCode.values)
def test_each_role_reads_and_writes_what_its_right_allows(draft, personas, role: str) -> None:
    client = Client()
    client.force_login(personas[role].user)
    reads, writes = 200 if role in READERS else 403, 302 if role in WRITERS else 403
    recording = put_recording(OPERATOR, version=draft, question="easy", language="fr", content=MP3)
    for name, arguments in (("langues", ()), ("traduction", ("ca",)), ("traduction-csv", ("ca",))):
        answer = client.get(address(draft.consultation, name, *arguments))
        assert answer.status_code == reads, name
        if reads == 200 and name != "traduction-csv":
            offers = b"Enregistrer" in answer.content or "Déposer l’enregistrement".encode() in answer.content
            assert offers or role not in WRITERS
            assert role in WRITERS or b'type="file"' not in answer.content
    sound = SimpleUploadedFile("q.mp3", MP3)
    file = SimpleUploadedFile("t.csv", csv_of((TITLE, "Hola")))
    posts = (
        ("traduction", ("ca",), {TITLE: "Hola", "action": "enregistrer"}),
        ("traduction-recevoir", ("ca",), {"fichier": file}),
        ("enregistrer", (), {"question": "easy", "langue": "ca", "fichier": sound}),
        ("enregistrement-retirer", (str(recording.public_id),), {}),
    )
    for name, arguments, sent in posts:
        assert client.post(address(draft.consultation, name, *arguments), sent).status_code == writes, name
    assert Wording.objects.filter(language="ca").exists() == (role in WRITERS)
    assert set(QuestionAudio.objects.values_list("language", flat=True)) == (
        {"ca"} if role in WRITERS else {"fr"}
    )


# --- the translator's file


def test_the_file_goes_out_without_formulas_and_comes_back_as_written(editor: Client, draft) -> None:
    put_translations(OPERATOR, version=draft, language="ca", texts={TITLE: "=Em curo fàcilment; sí."})
    answer = editor.get(address(draft.consultation, "traduction-csv", "ca"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="traduction-ca-')
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row["cle"] for row in rows] == [text.key for text in texts_of(draft, "ca")]
    (ours,) = [row for row in rows if row["cle"] == TITLE]
    assert (ours["francais"], ours["traduction"]) == ("Je me soigne facilement.", "'=Em curo fàcilment; sí.")
    page = send(editor, draft, answer.content)
    assert "0 traduction enregistrée." in page, "what came back is what went out"
    assert translation(draft, TITLE) == "=Em curo fàcilment; sí."


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Hola", "Hola"),
        ("'=1+1", "=1+1"),
        ("'hola", "'hola"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("<b>Hola</b>", "<b>Hola</b>"),
    ],
)
def test_only_our_own_apostrophe_is_taken_away(editor: Client, draft, text, kept) -> None:
    page = send(editor, draft, csv_of((TITLE, text)))
    assert translation(draft, TITLE) == kept
    assert "<b>Hola" not in page, "shown as text"


def test_a_file_with_commas_and_empty_cells_takes_nothing_away(editor: Client, draft) -> None:
    put_translations(OPERATOR, version=draft, language="ca", texts={TITLE: "Hola"})
    page = send(editor, draft, f'cle,traduction\n{TITLE},\nsection:access:title,"Accés, i més"\n'.encode())
    assert "1 traduction enregistrée." in page
    assert translation(draft, TITLE) == "Hola"
    assert translation(draft, "section:access:title") == "Accés, i més"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\xff\xfe" + bytes(range(256)), "en UTF-8"),
        ("cle;traduction\nx;é".encode("utf-16"), "en UTF-8"),
        ("cle;traduction\nx;é".encode("latin-1"), "en UTF-8"),
        (b"a;b\n1;2", "Il manque les colonnes"),
        (b"cle;francais\nquestion:easy:title;x", "Il manque les colonnes"),
        (b"cle;traduction\nquestion:easy:title;" + b"a" * 200_000, "dépasse 4 000 caractères"),
        (b"cle;traduction\nquestion:easy:title;" + b"a" * 1_000_001, "dépasse 1 Mo"),
        (b"cle;traduction\nquestion:autre:title;Hola", "ne correspond pas à cette version"),
        (b"cle;traduction\nquestion:easy:title;Hola\nnotice::text;Hola", "ne correspond pas à cette version"),
        (b"cle;traduction\nquestion:easy:title;" + b"a" * 4_001, "dépasse 4 000 caractères"),
        (b"", "vide"),
    ],
    ids=[
        "zip",
        "utf16",
        "latin1",
        "columns",
        "no-text",
        "huge-cell",
        "huge",
        "unknown",
        "half",
        "long",
        "empty",
    ],
)
def test_a_hostile_file_is_refused_with_what_to_do_and_writes_nothing(
    editor: Client, draft, content, said
) -> None:
    page = send(editor, draft, content)
    assert said in page.replace("\u00a0", " ")
    assert not Wording.objects.filter(language="ca").exists()


# --- recordings


def test_a_recording_is_put_served_and_dropped(editor: Client, client: Client) -> None:
    consultation = consultations.opened()
    sent = {"question": "easy", "langue": "fr", "fichier": SimpleUploadedFile("voix.exe", b"OggS" + MP3)}
    assert editor.post(address(consultation, "enregistrer"), sent).status_code == 302
    recording = QuestionAudio.objects.get()
    heard = reverse("consultations:enregistrement", args=[consultation.slug, recording.public_id])
    served = client.get(heard)
    assert (served["Content-Type"], served["X-Content-Type-Options"]) == ("audio/ogg", "nosniff")
    assert served.content == b"OggS" + MP3
    assert heard in editor.get(address(consultation, "langues")).content.decode()
    begin(client, consultation)
    page = client.get(f"/consultations/{consultation.slug}/repondre/partie/access/").content.decode()
    assert page.count("<audio") == 1
    assert f'src="{heard}"' in page
    part = f"/consultations/{consultation.slug}/repondre/partie/access/"
    assert b"<audio" not in client.post(part, {"action": "falc"}, follow=True).content, (
        "other words than those read"
    )
    dropped = editor.post(address(consultation, "enregistrement-retirer", str(recording.public_id)))
    assert (dropped.status_code, client.get(heard).status_code) == (302, 404)


def test_a_recording_is_of_its_consultation_alone_and_of_a_public_one(editor: Client, client: Client) -> None:
    one, other, hidden = (
        consultations.opened("Une"),
        consultations.opened("Autre"),
        consultations.complete("Cachée"),
    )
    made = put_recording(
        OPERATOR, version=one.questionnaires.current(), question="easy", language="fr", content=MP3
    )
    secret = put_recording(
        OPERATOR, version=hidden.questionnaires.latest_version(), question="easy", language="fr", content=MP3
    )
    for slug, recording in ((other.slug, made), (hidden.slug, secret), (one.slug, secret)):
        assert (
            client.get(reverse("consultations:enregistrement", args=[slug, recording.public_id])).status_code
            == 404
        )
    assert editor.post(address(other, "enregistrement-retirer", str(made.public_id))).status_code == 404
    assert recordings_of(one.questionnaires.current(), "fr")


@pytest.mark.parametrize(
    ("question", "language", "content"),
    [
        ("easy", "fr", b"<html><script>"),
        ("inconnue", "fr", MP3),
        ("easy", "xx", MP3),
        ("easy", "fr", MP3 * 8_000),
    ],
    ids=["html", "question", "language", "large"],
)
def test_what_is_no_recording_is_said(editor: Client, question, language, content) -> None:
    consultation = consultations.opened()
    sent = {"question": question, "langue": language, "fichier": SimpleUploadedFile("v.mp3", content)}
    page = editor.post(address(consultation, "enregistrer"), sent, follow=True)
    assert b"fr-alert--error" in page.content
    assert not QuestionAudio.objects.exists()


# --- people


def test_a_language_is_offered_to_people_only_when_it_is_whole(client: Client) -> None:
    consultation = consultations.opened()
    version = new_version(OPERATOR, consultation=consultation)
    texts = in_language(version, "ca")
    put_translations(OPERATOR, version=version, language="ca", texts=texts)
    put_translations(OPERATOR, version=version, language="ar", texts={TITLE: "السؤال"})
    page = f"/consultations/{consultation.slug}/"
    assert "lecture=langue-ca" not in client.get(page).content.decode(), "a draft offers nothing"
    assert offered_languages(publish_version(OPERATOR, version=version)) == ["fr", "ca"]
    shown = client.get(page).content.decode()
    assert "lecture=langue-ca" in shown
    assert "langue-ar" not in shown
    start = client.get(f"{page}repondre/").content.decode()
    assert 'value="langue-ca"' in start
    assert 'value="langue-ar"' not in start


def test_the_link_of_a_language_begins_in_it_and_an_unknown_one_in_french(client: Client) -> None:
    consultation = consultations.opened()
    in_other_languages(consultation, "ar")
    start = f"/consultations/{consultation.slug}/repondre/"
    page = client.get(start, {"lecture": "langue-ar"}).content.decode()
    assert '<p class="fab-chapo" lang="ar" dir="rtl">[ar] Quelques questions' in page
    assert "checked" in page.split('value="langue-ar"')[1].split(">")[0]
    for asked in ("langue-ca", "langue-xx", "langue-", "ar", "<script>"):
        page = client.get(start, {"lecture": asked}).content.decode()
        assert '<p class="fab-chapo" lang="fr">Quelques questions' in page
        assert "checked" in page.split('value="standard"')[1].split(">")[0]


def test_changing_the_language_keeps_the_answers(client: Client) -> None:
    consultation = consultations.opened()
    in_other_languages(consultation, "ar")
    begin(client, consultation, register="langue-ar")
    part = f"/consultations/{consultation.slug}/repondre/partie/access/"
    assert '<span lang="ar" dir="rtl">[ar] Je me soigne facilement.' in client.get(part).content.decode()
    for action, language, easy in (
        ("langue-xx", "fr", False),
        ("langue-ar", "ar", False),
        ("falc", "fr", True),
        ("standard", "fr", False),
    ):
        assert client.post(part, {**ACCESS, "action": action})["Location"] == part
        draft = DraftResponse.objects.get()
        assert (draft.language, draft.easy_read) == (language, easy), action
        kept = content_of(draft).answers
        assert (kept["easy"], kept["gave_up_which"]) == ("disagree", "des lunettes")


def test_what_is_sent_is_marked_with_its_language_and_kept_as_written(client: Client) -> None:
    consultation = consultations.opened()
    in_other_languages(consultation, "ar")
    begin(client, consultation, register="langue-ar")
    for part in ("access", "ideas", "profile"):
        fill(
            client,
            consultation,
            part,
            **({"q-needs": "نحتاج إلى طبيب قريب من البيت"} if part == "ideas" else {}),
        )
    check = f"/consultations/{consultation.slug}/repondre/verifier/"
    page = client.get(check).content.decode()
    assert '<dd dir="auto" lang="ar">[ar] Pas d’accord' in page
    assert client.post(check, form_to_send(page)).status_code == 302
    texts = {text.raw_text: text.language for text in Contribution.objects.all()}
    assert texts == {"نحتاج إلى طبيب قريب من البيت": "ar", "des lunettes": "ar"}
    assert TEXT not in texts
