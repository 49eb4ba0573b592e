"""What the agency writes to a relay: welcome with a one-time link, refusal, suspension, resumption, closing.

Fed by the verbs on relays, in their transaction. Feeds the outbox, which sends and forgets.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from fabrique.accounts.actors import System
from fabrique.relays.enums import EndReason
from fabrique.relays.models import Relay
from fabrique.subscriptions.services import absolute, letter, send_later

PURPOSE = "relays.contact"
_JOB = System("relays.messages")


def reason_sentence(reason: str) -> str:
    """Why, as it is written to the relay."""
    return {
        EndReason.OUTSIDE: _("Votre organisme se trouve hors du territoire de l’agence."),
        EndReason.UNREACHABLE: _("Nous n’avons pas pu joindre votre organisme, ou le reconnaître."),
        EndReason.NEUTRALITY: _("La neutralité demandée par la charte n’est pas assurée."),
        EndReason.CONFIDENTIALITY: _("La confidentialité demandée par la charte n’est pas assurée."),
        EndReason.OWN_REQUEST: _("Vous l’avez demandé."),
        EndReason.OVER: _("La mission du relais est finie."),
    }[EndReason(reason)]


def tell_welcome(relay: Relay, *, email: str, token: str, days: int) -> None:
    """The request is accepted: a one-time link, or the sign-in page for who already has a password."""
    opening = _("« %(name)s » est maintenant un relais de la consultation. Merci.") % {"name": relay.name}
    if token:
        then = _(
            "Choisissez votre mot de passe avec le lien ci-dessous. Il sert une seule fois, dans les %(days)s jours."
        )
        button = (_("Choisir mon mot de passe"), absolute(reverse("relais:invitation", args=[token])))
        follows = [then % {"days": days}]
    else:
        follows = [_("Connectez-vous avec votre adresse et votre mot de passe habituels.")]
        button = (_("Ouvrir la page de mon relais"), absolute(reverse("relais:espace")))
    kit = _("Vous y trouverez vos affiches, vos documents à distribuer, et la page pour aider à répondre.")
    _write(relay, email, _("Votre relais est accepté"), [opening, *follows, kit], button)


def tell_refused(relay: Relay) -> None:
    thanks = _("Merci d’avoir proposé « %(name)s » comme relais.") % {"name": relay.name}
    decision = _("Nous ne pouvons pas accepter cette demande.") + " " + reason_sentence(relay.reason)
    _write(relay, relay.contact_email, _("Votre demande pour devenir relais"), [thanks, decision])


def tell_suspended(relay: Relay) -> None:
    decision = _("Le relais « %(name)s » est suspendu.") % {"name": relay.name}
    codes = _(
        "Vos affiches restent utiles : leur dessin à photographier laisse répondre, sans le nom du relais."
    )
    paragraphs = [decision + " " + reason_sentence(relay.reason), codes]
    _write(relay, relay.contact_email, _("Votre relais est suspendu"), paragraphs)


def tell_resumed(relay: Relay) -> None:
    decision = _("Le relais « %(name)s » reprend. Merci.") % {"name": relay.name}
    button = (_("Ouvrir la page de mon relais"), absolute(reverse("relais:espace")))
    _write(relay, relay.contact_email, _("Votre relais reprend"), [decision], button)


def tell_closed(relay: Relay) -> None:
    decision = _("Le relais « %(name)s » est fermé.") % {"name": relay.name}
    then = _("Vous pouvez retirer les affiches. Vos comptes ne permettent plus d’aider à répondre.")
    paragraphs = [decision + " " + reason_sentence(relay.reason), then, _("Merci pour votre aide.")]
    _write(relay, relay.contact_email, _("Votre relais est fermé"), paragraphs)


def _write(
    relay: Relay, to: str, subject: str, paragraphs: Sequence[str], button: tuple[str, str] | None = None
) -> None:
    written = letter(subject, paragraphs, button=button)
    send_later(
        _JOB,
        to=to,
        subject=written.subject,
        text=written.text,
        html=written.html,
        purpose=PURPOSE,
        reference=str(relay.public_id),
    )
