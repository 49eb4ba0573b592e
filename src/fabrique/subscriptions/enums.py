"""States of a subscription and of a message that waits to leave.

Fed by the design. Feeds models, services and the command `fabrique mail`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubscriptionState(models.TextChoices):
    PENDING = "a-confirmer", _("à confirmer")
    CONFIRMED = "confirme", _("confirmé")
    ENDED = "termine", _("terminé")


#: an address is known in these states only
LIVING = (SubscriptionState.PENDING, SubscriptionState.CONFIRMED)


class EmailState(models.TextChoices):
    WAITING = "en-attente", _("en attente")
    SENDING = "en-cours", _("en cours d’envoi")
    SENT = "envoye", _("envoyé")
    FAILED = "echoue", _("refusé ou impossible à envoyer")
    LATE = "perime", _("non envoyé : trop tard pour être utile")
    CANCELLED = "annule", _("annulé")


#: a message in these states still holds its address and its text
ALIVE = (EmailState.WAITING, EmailState.SENDING)


class EndReason(models.TextChoices):
    ASKED = "demande", _("à la demande de la personne")
    UNCONFIRMED = "non-confirme", _("jamais confirmé")
    EXPIRED = "echeance", _("arrivé à échéance")
    WITHDRAWN = "objet-retire", _("ce qui était suivi n’existe plus")
