"""States of a relay, and why one is refused, suspended or closed.

Fed by the design. Feeds relays.models, the agents' screens and the messages to relays.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RelayState(models.TextChoices):
    ASKED = "demande", _("demande à examiner")
    ACCEPTED = "accepte", _("relais en activité")
    SUSPENDED = "suspendu", _("relais suspendu")
    REFUSED = "refuse", _("demande refusée")
    CLOSED = "ferme", _("relais fermé")


#: states in which an organisation is a relay, known as such
KNOWN = (RelayState.ACCEPTED, RelayState.SUSPENDED)
#: states that nothing leaves
ENDED = (RelayState.REFUSED, RelayState.CLOSED)


class EndReason(models.TextChoices):
    """Why an agent refuses, suspends or closes. Each has its sentence in the message to the relay."""

    OUTSIDE = "hors-perimetre", _("hors du territoire de l’agence")
    UNREACHABLE = "injoignable", _("organisme que l’agence n’a pas pu joindre ou reconnaître")
    NEUTRALITY = "neutralite", _("la neutralité demandée par la charte n’est pas assurée")
    CONFIDENTIALITY = "confidentialite", _("la confidentialité demandée par la charte n’est pas assurée")
    OWN_REQUEST = "a-sa-demande", _("à la demande du relais")
    OVER = "fini", _("la mission du relais est finie")
