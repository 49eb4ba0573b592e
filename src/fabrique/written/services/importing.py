"""Importing what came by post or e-mail: .eml, mbox, PDF, DOCX, ODT, TXT; the same file twice adds nothing.

Fed by the agents' screen and by `fabrique written import`. Feeds intake, one contribution a message or document.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePath

from django.utils import timezone
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.common.files import inspected, refused, upload_limits
from fabrique.subscriptions.services import clean_address
from fabrique.written.enums import Arrival
from fabrique.written.models import Call, WrittenContribution
from fabrique.written.services.intake import MOST_FILES, Deposit, content_key_of, keyed, receive
from fabrique.written.services.reading import proposed_demands, read_attachments, read_files
from fabrique_core.errors import CoreError
from fabrique_core.files import (
    DOCUMENTS,
    MAIL,
    Inspected,
    Kind,
    Limits,
    Message,
    SetAside,
    read_message,
    split_mbox,
)

_ADDED, _KNOWN, _REFUSED = "added", "known", "refused"


@dataclass(frozen=True)
class Line:
    """What became of one message or document: 'added', 'known' or 'refused', and why."""

    label: str
    outcome: str
    sentence: str = ""
    public_id: str = ""
    demands: int = 0
    set_aside: tuple[SetAside, ...] = ()


@dataclass(frozen=True)
class Report:
    """One line a message or document, in order. A rehearsal says what would be."""

    lines: tuple[Line, ...] = field(default_factory=tuple)
    rehearsal: bool = False

    def count(self, outcome: str) -> int:
        return sum(1 for line in self.lines if line.outcome == outcome)

    @property
    def added(self) -> int:
        return self.count(_ADDED)

    @property
    def known(self) -> int:
        return self.count(_KNOWN)

    @property
    def refused(self) -> int:
        return self.count(_REFUSED)


def import_file(
    actor: Actor,
    *,
    call: Call,
    name: str,
    data: bytes,
    organisation: str = "",
    dry_run: bool = False,
    acknowledged: bool = False,
    limits: Limits | None = None,
) -> Report:
    """Put every message or document of a file in quarantine; `organisation` names who wrote a bare document.

    A message that cannot be read is a refused line; the others go on. Raises Refused where the file itself
    cannot come in (`files.*`) or the call receives nothing.
    """
    require(actor, "written.receive", call.perimeter)
    limits = limits or upload_limits()
    found = inspected(data, name, allowed=DOCUMENTS | MAIL, limits=limits)
    if found.kind is Kind.MBOX:
        try:
            messages = split_mbox(data, limits=limits)
        except CoreError as error:
            raise refused(error) from error
        names = [_("message %(n)d") % {"n": number} for number in range(1, len(messages) + 1)]
        deposits: list[tuple[str, Deposit | Refused]] = [
            _safely(label, one, limits) for label, one in zip(names, messages, strict=True)
        ]
    elif found.kind is Kind.EML:
        deposits = [(found.safe_name, _from_message(found, limits))]
    else:
        deposits = [(found.safe_name, _from_document(found, name, organisation, limits))]
    return Report(tuple(_put(actor, call, one, dry_run, acknowledged) for one in deposits), dry_run)


def _safely(label: str, data: bytes, limits: Limits) -> tuple[str, Deposit | Refused]:
    try:
        return label, _from_bytes(data, limits)
    except Refused as refusal:
        return label, refusal


def _from_bytes(data: bytes, limits: Limits) -> Deposit:
    return _from_message(inspected(data, "message.eml", allowed=MAIL, limits=limits), limits)


def _from_message(found: Inspected, limits: Limits) -> Deposit:
    try:
        message = read_message(found, limits=limits)
    except CoreError as error:
        raise refused(error) from error
    attached = [(one.name, one.data) for one in message.attachments]
    files, aside = read_attachments(attached[:MOST_FILES], limits=limits)
    aside += [SetAside("too_many_files", name) for name, _data in attached[MOST_FILES:]]
    return Deposit(
        organisation_name=message.sender_name or _domain(message.sender),
        title=message.subject,
        arrival=Arrival.EMAIL,
        key=_key("message", (message.message_id or found.sha256).encode()),
        contact_name=message.sender_name,
        contact_email=_address(message.sender),
        text=message.body.text,
        files=files,
        set_aside=[*message.set_aside, *message.body.set_aside, *aside],
        received_at=_instant(message),
    )


def _from_document(found: Inspected, name: str, organisation: str, limits: Limits) -> Deposit:
    if not organisation.strip():
        raise Refused(
            "written.organisation",
            _("Un document seul ne dit pas qui l’a écrit. Donnez le nom de l’organisme avec le fichier."),
        )
    return Deposit(
        organisation_name=organisation,
        title=PurePath(found.safe_name).stem,
        arrival=Arrival.FILE,
        key=_key("file", f"{organisation}\0{found.sha256}".encode()),
        files=read_files([(name, found.data)], limits=limits),
    )


def _put(
    actor: Actor, call: Call, one: tuple[str, Deposit | Refused], dry_run: bool, acknowledged: bool
) -> Line:
    label, deposit = one
    if isinstance(deposit, Refused):
        return Line(label, _REFUSED, str(deposit))
    deposit = _of_call(call, deposit)
    aside = tuple(deposit.set_aside)
    shown = f"{deposit.organisation_name} · {deposit.title}".strip(" ·") or label
    if _known(call, deposit):
        return Line(shown, _KNOWN, _("Déjà reçue : rien n’a été ajouté."), set_aside=aside)
    if not deposit.text.strip() and not deposit.files:
        return Line(
            shown, _REFUSED, _("Ce message ne contient ni texte ni document lisible."), set_aside=aside
        )
    if dry_run:
        return Line(
            shown, _ADDED, demands=len(proposed_demands(deposit.text, deposit.files)[0]), set_aside=aside
        )
    try:
        received = receive(actor, call=call, deposit=deposit, acknowledged=acknowledged)
    except Refused as refusal:
        return Line(shown, _REFUSED, str(refusal), set_aside=aside)
    written = received.written
    return Line(shown, _ADDED, "", str(written.public_id), written.demands.count(), aside)


def _of_call(call: Call, deposit: Deposit) -> Deposit:
    """The same message may answer two calls: its key is that of the call."""
    return replace(deposit, key=_key(str(call.public_id), deposit.key.encode()))


def _known(call: Call, deposit: Deposit) -> bool:
    if WrittenContribution.objects.filter(idempotency_key=deposit.key).exists():
        return True
    return bool(WrittenContribution.objects.same_content(call, content_key_of(call, deposit)).exists())


def _key(what: str, value: bytes) -> str:
    """Keyed: whoever holds a message or a file cannot tell from the database that it came."""
    return keyed(f"import.{what}\0".encode() + value)


def _domain(address: str) -> str:
    return address.rpartition("@")[2] or _("organisme non nommé")


def _address(sender: str) -> str:
    """The sender's address where it is one; an odd one does not keep the message out."""
    try:
        return clean_address(sender)
    except Refused:
        return ""


def _instant(message: Message) -> datetime:
    """When the message says it was sent; now where it does not say, or says a time to come."""
    try:
        sent = datetime.fromisoformat(message.sent_at or "")
    except ValueError:
        return now()
    if timezone.is_naive(sent):
        sent = timezone.make_aware(sent)
    return min(sent, now())
