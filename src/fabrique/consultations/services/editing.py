"""Verbs that write what must be published before a consultation opens: presentation, documents, notice.

Fed by the agents' screens and the demonstration. Feeds the public pages and the checklist of the opening.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.conflicts import token_of
from fabrique.common.errors import Refused
from fabrique.consultations.enums import Article6, Article9, WordingKind
from fabrique.consultations.models import (
    Consultation,
    InformationDocument,
    NoticePurpose,
    NoticeVersion,
    QuestionnaireVersion,
)
from fabrique.consultations.services.shared import (
    check_token,
    falc_of,
    new_key,
    put_falc,
    require_draft,
)
from fabrique.territories.models import Territory

#: what update_consultation may write
CONSULTATION_FIELDS = frozenset(
    {
        "title",
        "summary",
        "arrangements",
        "opens_at",
        "closes_at",
        "perimeter",
        "restitution_promise",
        "restitution_due",
        "minimum_age",
        "impact_assessed_on",
        "impact_validator",
        "fictitious",
    }
)
#: what has an easy-read variant
CONSULTATION_FALC = frozenset({"summary", "arrangements", "restitution_promise"})
NOTICE_FIELDS = (
    "controller",
    "contact",
    "recipients",
    "processors",
    "retention",
    "rights",
    "complaint",
    "optional",
    "analysis",
    "unsigned",
    "consent_label",
)
NOTICE_FALC = frozenset({"text", "consent_label"})


def create_consultation(
    actor: Actor, *, title: str, perimeter: Territory, summary: str = "", fictitious: bool = False
) -> Consultation:
    """Open a file: a draft consultation with an empty notice and an empty questionnaire."""
    require(actor, "consultations.edit", perimeter)
    if not title.strip():
        raise Refused("title.missing", _("Donnez un titre à la consultation."))
    with transaction.atomic():
        consultation = Consultation.objects.create(
            slug=_free_slug(title),
            title=title.strip(),
            summary=summary,
            perimeter=perimeter,
            fictitious=fictitious,
        )
        NoticeVersion.objects.create(consultation=consultation)
        QuestionnaireVersion.objects.create(consultation=consultation)
        journal.record(actor, "consultations.create", consultation)
    return consultation


def _free_slug(title: str) -> str:
    base = slugify(title)[:70].strip("-") or "consultation"
    slug, number = base, 2
    while Consultation.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug


def consultation_values(
    consultation: Consultation, names: Iterable[str], falc: Iterable[str] = ()
) -> dict[str, Any]:
    """{field: stored value, 'field_falc': easy-read text}: what a form shows and what its token hashes."""
    falc = list(falc)
    variants = falc_of(WordingKind.CONSULTATION, str(consultation.public_id)) if falc else {}
    values = {name: getattr(consultation, "perimeter_id" if name == "perimeter" else name) for name in names}
    return values | {f"{name}_falc": variants.get(name, "") for name in falc}


def consultation_token(consultation: Consultation, names: Iterable[str], falc: Iterable[str] = ()) -> str:
    """The token of a form that shows these fields."""
    return token_of(consultation_values(consultation, names, falc))


def update_consultation(
    actor: Actor,
    *,
    consultation: Consultation,
    easy_read: Mapping[str, str] | None = None,
    expected: str | None = None,
    **changes: Any,
) -> Consultation:
    """Write fields of a draft consultation, with their easy-read variants.

    `expected`: the token of the form (consultation_token, same fields); Refused('edit.conflict') if another
    person wrote one of them meanwhile. Raises TypeError on a field that is none.
    """
    easy_read = easy_read or {}
    if unknown := (set(changes) - CONSULTATION_FIELDS) | (set(easy_read) - CONSULTATION_FALC):
        raise TypeError(f"no such field: {', '.join(sorted(unknown))}")
    require(actor, "consultations.edit", consultation.perimeter)
    if "perimeter" in changes:
        require(actor, "consultations.edit", changes["perimeter"])
    with transaction.atomic():
        locked = Consultation.objects.select_for_update().get(pk=consultation.pk)
        require_draft(locked)
        check_token(expected, consultation_values(locked, changes, easy_read))
        for name, value in changes.items():
            setattr(locked, name, value)
        if locked.closes_at is not None:
            locked.closes_at = last_instant(locked.closes_at)
        _check_consultation(locked)
        locked.save(update_fields=list(changes))
        put_falc(WordingKind.CONSULTATION, str(locked.public_id), easy_read)
        journal.record(actor, "consultations.update", locked)
    return locked


def last_instant(closes_at: datetime) -> datetime:
    """The end of the minute announced: who answers at 23 h 59 min 30 s for a close at 23 h 59 is in time."""
    if closes_at.second or closes_at.microsecond:
        return closes_at
    return closes_at.replace(second=59, microsecond=999_999)


def _check_consultation(consultation: Consultation) -> None:
    opens, closes = consultation.opens_at, consultation.closes_at
    if not consultation.title.strip():
        raise Refused("title.missing", _("Donnez un titre à la consultation."))
    if opens and closes and closes <= opens:
        raise Refused("closing.before_opening", _("La clôture doit venir après l’ouverture."))


def add_document(actor: Actor, *, consultation: Consultation, title: str, body: str) -> InformationDocument:
    """Publish one more information document; allowed until the close, since more information never harms."""
    require(actor, "consultations.edit", consultation.perimeter)
    _check_document(title, body)
    with transaction.atomic():
        last = consultation.documents.order_by("-position").values_list("position", flat=True).first()
        document = InformationDocument.objects.create(
            consultation=consultation, title=title, body=body, position=0 if last is None else last + 1
        )
        journal.record(actor, "consultations.add_document", consultation, reason=str(document.public_id))
    return document


def document_values(document: InformationDocument) -> dict[str, Any]:
    """What the form of a document shows."""
    return {"title": document.title, "body": document.body}


def update_document(
    actor: Actor, *, document: InformationDocument, title: str, body: str, expected: str | None = None
) -> InformationDocument:
    """Rewrite a document before the opening."""
    require(actor, "consultations.edit", document.consultation.perimeter)
    _check_document(title, body)
    with transaction.atomic():
        locked = InformationDocument.objects.select_for_update().get(pk=document.pk)
        require_draft(Consultation.objects.get(pk=locked.consultation_id))
        check_token(expected, document_values(locked))
        locked.title, locked.body = title, body
        locked.save(update_fields=["title", "body"])
        journal.record(
            actor, "consultations.update_document", locked.consultation, reason=str(locked.public_id)
        )
    return locked


def remove_document(actor: Actor, *, document: InformationDocument) -> None:
    """Take a document away before the opening."""
    consultation = document.consultation
    require(actor, "consultations.edit", consultation.perimeter)
    with transaction.atomic():
        require_draft(Consultation.objects.get(pk=consultation.pk))
        reference = str(document.public_id)
        document.delete()
        journal.record(actor, "consultations.remove_document", consultation, reason=reference)


def _check_document(title: str, body: str) -> None:
    if not title.strip() or not body.strip():
        raise Refused("document.empty", _("Un document d’information a un titre et un texte."))


def notice_key(notice: NoticeVersion) -> str:
    """The key of the notice's easy-read wordings."""
    return f"{notice.consultation.public_id}/{notice.number}"


def notice_values(notice: NoticeVersion) -> dict[str, Any]:
    """What the form of the notice shows: its fields, its purposes, its easy-read variants."""
    falc = falc_of(WordingKind.NOTICE, notice_key(notice))
    values: dict[str, Any] = {name: getattr(notice, name) for name in NOTICE_FIELDS}
    values |= {f"{name}_falc": falc.get(name, "") for name in sorted(NOTICE_FALC)}
    values["purposes"] = [
        {
            "key": row.key,
            "purpose": row.purpose,
            "article_6": row.article_6,
            "article_9": row.article_9,
            "precision": row.precision,
        }
        for row in notice.purposes.order_by("position", "pk")
    ]
    return values


def update_notice(
    actor: Actor,
    *,
    consultation: Consultation,
    purposes: Sequence[Mapping[str, str]] | None = None,
    easy_read: Mapping[str, str] | None = None,
    expected: str | None = None,
    **changes: str,
) -> NoticeVersion:
    """Write the draft notice. `purposes` replaces them all: purpose, both articles, precision?, key?."""
    easy_read = easy_read or {}
    if unknown := (set(changes) - set(NOTICE_FIELDS)) | (set(easy_read) - NOTICE_FALC):
        raise TypeError(f"no such field: {', '.join(sorted(unknown))}")
    require(actor, "consultations.edit", consultation.perimeter)
    with transaction.atomic():
        notice = consultation.notices.select_for_update().draft()
        if notice is None:
            raise Refused("notice.frozen", _("La notice est figée depuis l’ouverture de la consultation."))
        check_token(expected, notice_values(notice))
        for name, value in changes.items():
            setattr(notice, name, value)
        notice.save(update_fields=list(changes))
        if purposes is not None:
            _replace_purposes(notice, purposes)
        put_falc(WordingKind.NOTICE, notice_key(notice), easy_read)
        journal.record(actor, "consultations.update_notice", consultation)
    return notice


def _replace_purposes(notice: NoticeVersion, purposes: Sequence[Mapping[str, str]]) -> None:
    rows: list[NoticePurpose] = []
    taken: set[str] = set()
    for position, given in enumerate(purposes):
        article_6, article_9 = given.get("article_6", ""), given.get("article_9", "")
        if (article_6 and article_6 not in Article6.values) or (
            article_9 and article_9 not in Article9.values
        ):
            raise Refused("purpose.basis", _("Cette base légale n’est pas connue."), given=dict(given))
        key = new_key(given.get("key", ""), given["purpose"], taken)
        taken.add(key)
        rows.append(
            NoticePurpose(
                notice=notice,
                key=key,
                position=position,
                purpose=given["purpose"],
                article_6=article_6,
                article_9=article_9,
                precision=given.get("precision", ""),
            )
        )
    notice.purposes.all().delete()
    NoticePurpose.objects.bulk_create(rows)
