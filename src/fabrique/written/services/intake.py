"""The verb by which a written contribution comes in: checked, sealed, put in quarantine, acknowledged.

Fed by the public form and by imports. Feeds the splitting screen; nothing is in the corpus before acceptance.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Respondent
from fabrique.accounts.enums import OrganisationKind
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.common.files import MEGABYTE
from fabrique.common.folding import fold
from fabrique.contributions.services import hash_receipt, use_proof
from fabrique.subscriptions.services import clean_address
from fabrique.territories.models import Territory
from fabrique.written.enums import Arrival, WrittenState
from fabrique.written.models import Call, Demand, WrittenContribution, WrittenFile
from fabrique.written.services.letters import acknowledge
from fabrique.written.services.reading import ProposedDemand, ReadFile, proposed_demands
from fabrique_core.files import SetAside
from fabrique_core.privacy.receipts import new_receipt

LONGEST_TEXT = 100_000
MOST_FILES = 5
#: all the files of a contribution weigh at most so many times the heaviest allowed
_FILES_WEIGH = 2


@dataclass(frozen=True)
class Deposit:
    """What an organisation sends. `key` makes it unique: sent again, it gives back what was stored.

    `content`: what tells that the same words and files came already, whoever sent them by whatever way.
    """

    organisation_name: str
    title: str
    arrival: Arrival
    key: str
    organisation_kind: str = OrganisationKind.OTHER
    territory: Territory | None = None
    contact_name: str = ""
    contact_email: str = ""
    text: str = ""
    files: Sequence[ReadFile] = ()
    set_aside: Sequence[SetAside] = ()
    publication_agreed: bool = False
    received_at: datetime | None = None
    code: str = ""


@dataclass(frozen=True)
class Proof:
    """What the public form spends so that robots cannot send at will (consultations' proofs have this shape)."""

    identifier: str
    expires_at: datetime


@dataclass(frozen=True)
class Received:
    """What was stored, or what had been already; `code` is shown to who sent it, once."""

    written: WrittenContribution
    created: bool
    code: str = field(default="", repr=False)


def receive(
    actor: Actor, *, call: Call, deposit: Deposit, proof: Proof | None = None, acknowledged: bool = True
) -> Received:
    """Store a contribution in quarantine, with its proposed demands, and write to its contact.

    The public may while the call is open, with a proof; agents hold 'written.receive'.
    Raises Refused: call.not_open, written.empty, written.organisation, written.too_long,
    written.too_many_files, written.too_heavy, written.already (received_at), written.busy, email.invalid, proof.spent.
    """
    again = WrittenContribution.objects.filter(idempotency_key=deposit.key).first()
    if again is not None:
        return Received(again, False, again.receipt_code)
    _check(actor, call, deposit)
    deposit = _with_code(deposit)
    content_key = content_key_of(call, deposit)
    known = WrittenContribution.objects.same_content(call, content_key).first()
    if known is not None:
        raise _already(known)
    written = _row(call, deposit, content_key)
    demands, aside = proposed_demands(deposit.text, deposit.files)
    written.notes = _notes([*deposit.set_aside, *aside], deposit.files)
    files = [_file(one, rank) for rank, one in enumerate(deposit.files)]
    try:
        with transaction.atomic():
            if proof is not None and not use_proof(proof.identifier, expires_at=proof.expires_at):
                raise Refused(
                    "proof.spent", _("Cette vérification a déjà servi. Répondez à la nouvelle question.")
                )
            _store(written, files, demands)
            journal.record(actor, "written.receive", written, reason=deposit.arrival.value)
            if acknowledged and deposit.contact_email:
                acknowledge(written, deposit.contact_email, deposit.code)
    except IntegrityError:
        # the same deposit, a hair's breadth before
        stored = WrittenContribution.objects.filter(idempotency_key=deposit.key).first()
        if stored is None:
            raise
        return Received(stored, False, stored.receipt_code)
    return Received(written, True, deposit.code)


def _store(
    written: WrittenContribution, files: Sequence[WrittenFile], demands: Sequence[ProposedDemand]
) -> None:
    """Write the contribution, its files and its proposed demands. In the caller's transaction."""
    written.save()
    for one in files:
        one.written = written
        one.save()
    Demand.objects.bulk_create(
        Demand(
            written=written,
            position=position,
            text=demand.text,
            page=demand.page,
            file=None if demand.file is None else files[demand.file],
        )
        for position, demand in enumerate(demands)
    )


def _check(actor: Actor, call: Call, deposit: Deposit) -> None:
    if isinstance(actor, Respondent):
        if not Call.objects.receiving().filter(pk=call.pk).exists():
            raise Refused("call.not_open", _("Cet appel ne reçoit pas de contributions en ce moment."))
        recent = now() - timedelta(minutes=1)
        arrived = WrittenContribution.objects.filter(arrival=Arrival.FORM, stored_at__gt=recent).count()
        if arrived >= settings.FABRIQUE_SUBMISSIONS_PER_MINUTE:
            raise Refused(
                "written.busy", _("Trop d’envois arrivent en ce moment. Attendez une minute, puis renvoyez.")
            )
    else:
        require(actor, "written.receive", call.perimeter)
        if call.source is None:
            raise Refused("call.not_open", _("Cet appel n’est pas encore ouvert : il ne reçoit rien."))
    if not deposit.organisation_name.strip():
        raise Refused("written.organisation", _("Écrivez le nom de l’organisme au nom duquel vous écrivez."))
    if not deposit.text.strip() and not deposit.files:
        raise Refused("written.empty", _("Écrivez votre contribution, ou joignez un fichier."))
    if len(deposit.text) > LONGEST_TEXT:
        raise Refused(
            "written.too_long", _("Ce texte est trop long pour le formulaire. Joignez-le dans un fichier.")
        )
    if sum(one.file.size for one in deposit.files) > settings.FABRIQUE_UPLOAD_MB * MEGABYTE * _FILES_WEIGH:
        raise Refused("written.too_heavy", _("Ces fichiers sont trop lourds ensemble. Réduisez-les."))
    if len(deposit.files) > MOST_FILES:
        raise Refused("written.too_many_files", _("Cinq fichiers au plus. Réunissez-en quelques-uns."))
    if deposit.contact_email:
        clean_address(deposit.contact_email)


def _with_code(deposit: Deposit) -> Deposit:
    return deposit if deposit.code else replace(deposit, code=new_receipt(secrets.token_bytes(9)))


def content_key_of(call: Call, deposit: Deposit) -> str:
    """The keyed hash of who writes what in this call: the same files and words again give the same one."""
    # of an e-mail with attachments, the covering words may differ from one sending to the next
    words = "" if deposit.files and deposit.arrival is not Arrival.FORM else fold(deposit.text)
    parts = [str(call.public_id), fold(deposit.organisation_name), words]
    parts += sorted(one.file.sha256 for one in deposit.files)
    return keyed("\0".join(parts).encode())


def keyed(value: bytes) -> str:
    """The HMAC-SHA-256 of the value under a key of this instance: 64 hexadecimal characters."""
    key = hashlib.sha256(f"fabrique.written:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, value, hashlib.sha256).hexdigest()


def _already(known: WrittenContribution) -> Refused:
    return Refused(
        "written.already",
        _("Cette contribution est déjà arrivée : rien n’a été ajouté."),
        received_at=known.received_at,
    )


def _row(call: Call, deposit: Deposit, content_key: str) -> WrittenContribution:
    instant = now()
    name = " ".join(deposit.organisation_name.split())[:200]
    return WrittenContribution(
        call=call,
        state=WrittenState.QUARANTINED,
        arrival=deposit.arrival,
        title=" ".join(deposit.title.split())[:200] or _("Contribution de %(name)s") % {"name": name[:150]},
        organisation_name=name,
        organisation_kind=deposit.organisation_kind,
        territory=deposit.territory,
        contact_name=deposit.contact_name.strip(),
        contact_email=deposit.contact_email.strip(),
        text=deposit.text.strip(),
        publication_agreed=deposit.publication_agreed,
        received_at=min(deposit.received_at or instant, instant),
        stored_at=instant,
        content_key=content_key,
        idempotency_key=deposit.key,
        receipt_hash=hash_receipt(deposit.code)[1],
        receipt_code=deposit.code,
    )


def _file(one: ReadFile, rank: int) -> WrittenFile:
    return WrittenFile(
        position=rank,
        kind=one.file.kind.value,
        name=one.file.safe_name,
        size=one.file.size,
        pages=one.text.pages,
        content=base64.b64encode(one.file.data).decode(),
        extracted=json.dumps(
            [[b.text, b.kind.value, b.level, b.page] for b in one.text.blocks], ensure_ascii=False
        ),
    )


def _notes(aside: Sequence[SetAside], files: Sequence[ReadFile]) -> str:
    """Everything left out, file by file, as the screen says it."""
    found = [*aside, *(note for one in files for note in (*one.file.set_aside, *one.text.set_aside))]
    return json.dumps([{"reason": one.reason, "what": one.what} for one in found], ensure_ascii=False)
