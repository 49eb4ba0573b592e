"""Files of other platforms, made here with fictitious words, and imports carried out through the real verbs.

Fed by imports.services. Feeds the tests of imports, of their screens and of their command.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

from fabrique.accounts.actors import Actor
from fabrique.imports import services
from fabrique.imports.models import ImportJob
from fabrique.imports.services.execution import carry_out
from fabrique.territories.models import Territory
from tests.factories.territories import OPERATOR, region

PROPOSALS = [
    ["id", "category", "scope", "title", "body", "votes", "comments", "created_at"],
    ["11", "Accès aux soins", "", "Un médecin au village", "Plus personne depuis deux ans.", "3", "1",
     "2023-01-24 22:29:15 +0100"],
    ["12", "", "", "Un bus vers l’hôpital", "<p>Une ligne <b>le soir</b>.</p><script>alert(1)</script>", "0", "0",
     "2023-01-25 08:00:00 +0100"],
    ["13", "Accès aux soins", "", "Des horaires du soir", "Le cabinet ferme à 17 h.", "5", "2",
     "2023-01-26 10:00:00 +0100"],
]  # fmt: skip
COMMENTS = [
    ["id", "created_at", "body", "alignment", "depth", "commentable_id", "commentable_type", "debate_id"],
    ["1", "2023-02-01 10:00:00 +0100", "Je suis d’accord.", "1", "0", "15", "Decidim::Debates::Debate", "15"],
    ["2", "2023-02-01 11:00:00 +0100", "Pas chez nous.", "-1", "1", "1", "Decidim::Comments::Comment", "15"],
    [
        "3",
        "2023-02-02 11:00:00 +0100",
        "Et les dentistes ?",
        "0",
        "0",
        "16",
        "Decidim::Debates::Debate",
        "16",
    ],
]
DEBATES = [
    ["id", "title/fr", "description/fr", "comments", "created_at"],
    ["15", "Comment garder des médecins ?", "<p>Débat</p>", "2", "2023-01-01 10:00:00 +0100"],
    ["16", "Quels soins manquent ?", "", "1", "2023-01-01 10:00:00 +0100"],
]
#: one row in error (the department), one in error twice, one repeat, one that says nothing
TABLE = [
    ["Département", "Âge", "Sexe", "Date", "Courriel", "Vos besoins", "Avez-vous renoncé ?"],
    [
        "46",
        "42",
        "Femme",
        "24/01/2023",
        "a@exemple.test",
        "Trois mois pour un rendez-vous chez un spécialiste",
        "Oui",
    ],
    ["Gard", "75 ans et plus", "Homme", "25/01/2023", "b@exemple.test", "RAS", "Non"],
    ["Gard", "75 ans et plus", "Homme", "25/01/2023", "b@exemple.test", "RAS", "Non"],
    [
        "99",
        "20-39",
        "Femme",
        "26/01/2023",
        "c@exemple.test",
        "Une maternité plus proche, ouverte la nuit",
        "Oui",
    ],
    [
        "Lot",
        "douze cents",
        "Femme",
        "32/13/2023",
        "d@exemple.test",
        "Un dentiste qui prenne des patients",
        "Non",
    ],
    ["Lot", "", "", "", "e@exemple.test", "", ""],
]
LIMESURVEY = [
    ["id", "submitdate", "lastpage", "startlanguage", "seed", "ipaddr", "Q1", "Q2[SQ001]", "Q2[SQ002]", "Q2[other]",
     "Q3", "Q4[1]", "Q4[2]"],
    ["1", "2023-03-01 10:00:00", "3", "fr", "123", "10.0.0.1", "Très satisfait", "Y", "", "", "Il manque un médecin.",
     "Délais", "Coût"],
    ["2", "2023-03-02 10:00:00", "3", "fr", "124", "10.0.0.2", "Pas satisfait", "Y", "Y", "le transport", "",
     "Coût", "Délais"],
    ["3", "", "1", "fr", "125", "10.0.0.3", "Très satisfait", "", "", "", "Commencé sans finir", "", ""],
]  # fmt: skip
GRANDDEBAT = [
    ["debat", "question_file", "comment"],
    ["Santé", "sante_1", "Plus de médecins en campagne"],
    ["Santé", "sante_1", "RAS"],
    ["Santé", "sante_1", "RAS"],
    ["Santé", "sante_2", "Des transports vers l’hôpital"],
]
CAP_COLLECTIF = [
    ["id", "reference", "title", "createdAt", "publishedAt", "trashed", "authorId", "authorType", "authorZipCode",
     "QUXVlc3Rpb246MTA3 - Que faut-il améliorer ?", "QUXVlc3Rpb246MTA4 - Êtes-vous d’accord ?"],
    ["R1", "1-1", "Soins", "2019-01-22 10:00:00", "2019-01-22 10:00:00", "false", "VXNlcjox", "Citoyen / Citoyenne",
     "46000", "Les délais de rendez-vous, qui sont bien trop longs", "Oui"],
    ["R2", "1-2", "Soins", "2019-01-22 11:00:00", "2019-01-22 11:00:00", "true", "VXNlcjoy", "Citoyen / Citoyenne",
     "30000", "Un message retiré par la modération du site", "Non"],
    ["R3", "1-3", "Soins", "2019-01-23 10:00:00", "2019-01-23 10:00:00", "false", "VXNlcjoz",
     "Organisation à but non lucratif", "31000", "Notre association demande des moyens supplémentaires", "Oui"],
]  # fmt: skip


def csv_of(rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode(encoding)


def xlsx_of(rows: Sequence[Sequence[Any]], title: str = "Feuille 1") -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ods_of(rows: Sequence[Sequence[str]], tail: str = "") -> bytes:
    """A small OpenDocument sheet, ended as LibreOffice ends it: an empty row repeated a million times."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{_xml(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Feuille1">{cells}{tail}<table:table-row '
        'table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16000"/>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return zip_of({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def zip_of(members: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, compress_type=kind)
    return stream.getvalue()


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def sent(
    data: bytes,
    name: str = "fichier.csv",
    *,
    kind: str = "",
    actor: Actor = OPERATOR,
    perimeter: Territory | None = None,
    **given: Any,
) -> ImportJob:
    """A file taken in, its columns still to say."""
    file = services.Upload(data=data, name=name, **given)
    return services.upload(actor, kind=kind, perimeter=perimeter or region(), file=file, start=False)


def configured(
    job: ImportJob, *, actor: Actor = OPERATOR, label: str = "", unit: str = "personne"
) -> ImportJob:
    """The mapping that was proposed, accepted; the check waits."""
    return services.configure(
        actor,
        job=job,
        mapping=job.mapping,
        unit=job.unit or unit,
        label=label or job.label or "Import d’essai",
        start=False,
    )


def checked(job: ImportJob, **given: Any) -> ImportJob:
    configured(job, **given)
    assert carry_out(job.pk) == "checked"
    job.refresh_from_db()
    return job


def recorded(job: ImportJob, *, actor: Actor = OPERATOR) -> ImportJob:
    services.confirm(actor, job=job, start=False)
    assert carry_out(job.pk) == "done"
    job.refresh_from_db()
    return job


def imported(data: bytes, name: str = "fichier.csv", *, kind: str = "", label: str = "", unit: str = "personne",
             actor: Actor = OPERATOR, perimeter: Territory | None = None) -> ImportJob:  # fmt: skip
    """A file imported from end to end, as proposed."""
    job = sent(data, name, kind=kind, actor=actor, perimeter=perimeter)
    return recorded(checked(job, actor=actor, label=label, unit=unit), actor=actor)


def made(data: bytes, name: str, *, kind: str, actor: Actor = OPERATOR) -> ImportJob:
    """A file that makes an object (questionnaire, calendar), imported from end to end."""
    job = sent(data, name, kind=kind, actor=actor)
    assert carry_out(job.pk) == "checked", ImportJob.objects.get(pk=job.pk).error_message
    return recorded(job, actor=actor)


def survey(questions: str = "", *, groups: str = "", answers: str = "", subquestions: str = "") -> bytes:
    """A LimeSurvey questionnaire in the format of version 3, with one part and what is given."""
    group = groups or _row(gid="1", group_name="Votre santé", group_order="1", description="", language="fr")
    tables = {
        "answers": answers,
        "groups": group,
        "questions": questions,
        "subquestions": subquestions,
        "surveys_languagesettings": _row(
            surveyls_language="fr",
            surveyls_title="La santé au village",
            surveyls_description="<p>Une enquête</p>",
            surveyls_welcometext="Bonjour",
        ),
    }
    body = "".join(f"<{name}><rows>{rows}</rows></{name}>" for name, rows in tables.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType>'
        f"<DBVersion>365</DBVersion><languages><language>fr</language></languages>{body}</document>"
    ).encode()


def _row(**fields: str) -> str:
    return (
        "<row>"
        + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
        + "</row>"
    )


def question(qid: str, code: str, kind: str, text: str, **more: str) -> str:
    fields = {"qid": qid, "parent_qid": "0", "gid": "1", "type": kind, "title": code, "question": text,
              "help": "", "other": "N", "mandatory": "N", "question_order": qid, "language": "fr",
              "relevance": "1"}  # fmt: skip
    return _row(**{**fields, **more})


def subquestion(qid: str, parent: str, code: str, text: str) -> str:
    return _row(qid=qid, parent_qid=parent, gid="1", type="T", title=code, question=text, question_order=qid,
                language="fr", scale_id="0")  # fmt: skip


def answer(qid: str, code: str, text: str, order: str) -> str:
    return _row(qid=qid, code=code, answer=text, sortorder=order, language="fr", scale_id="0")
