"""The annual dossier of a committee and the account to inhabitants, from a snapshot alone: same snapshot, same bytes.

Fed by plan.services.snapshots. Feeds `fabrique plan dossier` and `account`, the agents' room and the public pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from fabrique.plan.enums import ReviewState
from fabrique.plan.models import Review, Snapshot
from fabrique.plan.services.differences import Difference, difference
from fabrique.plan.services.snapshots import content_of, public_part
from fabrique.web.context import describe
from fabrique.web.shared.dossier import sections
from fabrique.web.shared.dossier.account import account_blocks
from fabrique.web.shared.dossier.blocks import Block, Document, Heading, Text
from fabrique.web.shared.dossier.facts import facts_of
from fabrique.web.shared.dossier.sheets import workbook
from fabrique.web.shared.dossier.word import docx_of
from fabrique.web.shared.dossier.words import day, plain
from fabrique.web.shared.printing import html_to_pdf

__all__ = ["FORMS", "Frozen", "account", "account_file", "dossier", "dossier_file", "file_name", "frozen"]

#: {form: content type} of the dossier; the account has the first two
FORMS = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Frozen:
    """What a document is made from: a frozen plan, the one before, their fingerprint. `public`: without drafts."""

    content: Mapping[str, Any]
    before: Mapping[str, Any] | None
    fingerprint: str
    public: bool
    decided: Sequence[Mapping[str, Any]] = ()

    @property
    def on(self) -> date:
        return date.fromisoformat(self.content["on"])

    @property
    def moved(self) -> Difference | None:
        return None if self.before is None else difference(self.before, self.content)


def frozen(snapshot: Snapshot, *, public: bool, review: Review | None = None) -> Frozen:
    """The snapshot and the one it supersedes, read from their bytes. Raises Refused: snapshot.altered.

    `review`: a published review on that snapshot, whose decisions on public actions tell what comes next.
    """
    keep = public_part if public else dict
    content = keep(content_of(snapshot))
    before = keep(content_of(snapshot.supersedes)) if snapshot.supersedes else None
    return Frozen(content, before, snapshot.content_hash, public, _decided(review, content))


def _decided(review: Review | None, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    if review is None or review.state != ReviewState.PUBLISHED:
        return []
    titles = {one["key"]: one["title"] for one in content["actions"]}
    rows = review.decisions.select_related("action").order_by("action__key")
    return [
        {
            "title": titles[row.action.key],
            "kind": row.kind,
            "reason": row.reason,
            "to_do": row.to_do,
            "due_on": row.due_on.isoformat() if row.due_on else None,
        }
        for row in rows
        if row.action.key in titles
    ]


def dossier(source: Frozen) -> Document:
    """The dossier as blocks, in French whatever the reader's language: it is an act of the agency."""
    with translation.override("fr"):
        content = source.content
        facts = facts_of(content["actions"], source.on)
        blocks: list[Block] = [
            *sections.summary(facts),
            *sections.changes(source.moved, source.before),
            *sections.awaited(facts),
            *sections.by_commitment(content, source.on),
            *sections.money(content, facts),
            *sections.actions_table(content),
            *sections.decisions(content),
            *sections.findings(content),
            *sections.sheets(content),
            *sections.method(),
            *_provenance(source),
        ]
        notice = ""
        if facts.drafts:
            notice = _(
                "Document d’étude : il contient des actions en projet, qui ne sont pas publiques. "
                "Ne pas diffuser hors de l’instance."
            )
        return Document(
            title=plain(_("Dossier annuel : %(plan)s") % {"plan": content["plan"]["title"]}),
            subtitle=_subtitle(content),
            on=source.on,
            reference=_reference(source),
            blocks=blocks,
            notice=plain(notice),
        )


def account(source: Frozen) -> Document:
    """The account to inhabitants as blocks, in plain French. Raises ValueError on a source that holds drafts."""
    if not source.public:
        raise ValueError("an account is made from the public part alone")
    with translation.override("fr"):
        content = source.content
        place = content["scope"]["in"] or content["scope"]["name"]
        return Document(
            title=plain(_("Où en est le plan de santé %(place)s ?") % {"place": place}),
            subtitle=plain(_("Compte rendu aux habitants, %(date)s") % {"date": day(content["on"])}),
            on=source.on,
            reference=_reference(source),
            blocks=account_blocks(content, source.before, source.decided),
        )


def _subtitle(content: Mapping[str, Any]) -> str:
    said = {"place": content["scope"]["name"], "label": content["label"], "date": day(content["on"])}
    return plain(_("%(place)s – %(label)s, état au %(date)s") % said)


def _reference(source: Frozen) -> str:
    said = {"n": source.content["number"], "hash": source.fingerprint}
    sentence = _("Extrait public de l’instantané n° %(n)s, empreinte %(hash)s")
    return plain((sentence if source.public else _("Instantané n° %(n)s, empreinte %(hash)s")) % said)


def _provenance(source: Frozen) -> list[Block]:
    return [
        Heading(_("D’où viennent ces données")),
        Text(
            plain(
                _(
                    "Ce dossier est fait d’un instantané du plan, figé le %(date)s. "
                    "Un instantané ne change jamais, quoi que l’on modifie ensuite."
                )
                % {"date": day(source.content["on"])}
            )
        ),
    ]


def html(document: Document) -> str:
    """A whole HTML document, which WeasyPrint draws and which also reads alone in a browser."""
    with translation.override("fr"):
        return render_to_string(
            "shared/dossier/document.html", {"instance": describe(None), "document": document}
        )


def dossier_file(source: Frozen, form: str) -> bytes:
    """The dossier in one form of FORMS. Raises KeyError on another, Refused('printing.libraries')."""
    if form == "xlsx":
        with translation.override("fr"):
            return workbook(source.content, source.before, source.on, _reference(source))
    document = dossier(source)
    if form == "docx":
        return docx_of(document)
    return _page(document, form, public=False)


def account_file(source: Frozen, form: str) -> bytes:
    """The account as « html » or « pdf », kept a day under its page if public. Raises KeyError on another form."""
    return _page(account(source), form, public=source.public)


def _page(document: Document, form: str, *, public: bool) -> bytes:
    drawn = {
        "html": lambda: html(document).encode(),
        "pdf": lambda: html_to_pdf(html(document), public=public),
    }
    return drawn[form]()


def file_name(source: Frozen, kind: str, form: str) -> str:
    """« dossier-prs-48-3.pdf »: plan, territory and number of the snapshot, in plain ASCII."""
    content = source.content
    return f"{kind}-{content['plan']['slug']}-{content['scope']['code']}-{content['number']}.{form}"
