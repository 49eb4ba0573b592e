"""What an organisation is written: the acknowledgement of receipt, then the decision.

Fed by intake and deciding. Feeds the outbox of subscriptions, in the verb's own transaction.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.common.actors import System
from fabrique.common.errors import Refused
from fabrique.subscriptions.services import absolute, cancel_about, letter, send_later
from fabrique.written.enums import RefusalReason
from fabrique.written.models import WrittenContribution
from fabrique_core.privacy.receipts import format_code

RECEIPT, ACCEPTED, REFUSED = "written.receipt", "written.accepted", "written.refused"


def acknowledge(written: WrittenContribution, to: str, code: str) -> None:
    """« Nous avons bien reçu »: what came, when, the code, and what follows."""
    files = written.files.count()
    _send(
        written,
        to,
        RECEIPT,
        letter(
            _("Votre contribution est arrivée"),
            [
                _(
                    "Nous avons bien reçu votre contribution écrite. Un agent la lit, puis en relève les demandes. "
                    "Vous recevrez un message quand ce sera fait."
                )
            ],
            facts=[
                *_facts(written),
                *([(_("Fichiers"), str(files))] if files else []),
                (_("Code de suivi"), format_code(code)),
            ],
            button=(_("Suivre votre contribution"), absolute(reverse("suivre:code"))),
            after=[
                _("Gardez ce code : il permet de suivre ce que deviennent vos demandes, non de les retirer.")
            ],
        ),
    )


def announce_acceptance(written: WrittenContribution, to: str, code: str, demands: int) -> None:
    """How many demands were read in it, and how to follow them."""
    _send(
        written,
        to,
        ACCEPTED,
        letter(
            _("Votre contribution est enregistrée"),
            [
                ngettext(
                    "Un agent a lu votre contribution et en a relevé %(n)d demande. "
                    "Elle compte désormais, au nom de votre organisme, avec celles des autres organismes.",
                    "Un agent a lu votre contribution et en a relevé %(n)d demandes. "
                    "Elles comptent désormais, au nom de votre organisme, avec celles des autres organismes.",
                    demands,
                )
                % {"n": demands}
            ],
            facts=[*_facts(written), (_("Code de suivi"), format_code(code))],
            button=(_("Relire vos demandes"), absolute(reverse("suivre:code"))),
        ),
    )


def announce_refusal(written: WrittenContribution, to: str, reason: RefusalReason) -> None:
    """That it is not counted, and why."""
    _send(
        written,
        to,
        REFUSED,
        letter(
            _("Votre contribution n’est pas retenue"),
            [
                _(
                    "Un agent a lu ce que vous avez envoyé. Ce n’est pas compté parmi les contributions écrites."
                ),
                _("Motif : %(reason)s.") % {"reason": reason.label},
            ],
            facts=_facts(written),
            button=(_("Voir l’appel"), absolute(reverse("ecrire:appel", args=[written.call.slug]))),
        ),
    )


def call_back(written: WrittenContribution) -> int:
    """Give up the letters about a contribution that have not left; returns how many."""
    reference = str(written.public_id)
    return sum(
        cancel_about(System("written.letters"), purpose=purpose, reference=reference)
        for purpose in (RECEIPT, ACCEPTED, REFUSED)
    )


def _facts(written: WrittenContribution) -> list[tuple[str, str]]:
    received = date_format(timezone.localtime(written.received_at), "j F Y")
    return [
        (_("Appel"), written.call.title),
        (_("Organisme"), written.organisation_name),
        (_("Reçue le"), received),
    ]


def _send(written: WrittenContribution, to: str, purpose: str, said: Any) -> None:
    """Once a purpose and a contribution; an address that cannot be written to must not undo the verb."""
    try:
        send_later(
            System("written.letters"),
            to=to,
            subject=said.subject,
            text=said.text,
            html=said.html,
            purpose=purpose,
            reference=str(written.public_id),
            key=f"{purpose}:{written.public_id}",
        )
    except Refused as refusal:
        if not refusal.code.startswith("email."):
            raise
