"""Life of a call for written contributions and of each contribution.

Fed by the design. Feeds models, verbs and screens.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CallState(models.TextChoices):
    DRAFT = "brouillon", _("en préparation")
    OPEN = "ouvert", _("ouvert")
    CLOSED = "clos", _("clos")


class WrittenState(models.TextChoices):
    QUARANTINED = "a-verifier", _("à vérifier")
    ACCEPTED = "acceptee", _("acceptée")
    REFUSED = "ecartee", _("écartée")


class Arrival(models.TextChoices):
    """How a contribution came."""

    FORM = "formulaire", _("formulaire en ligne")
    EMAIL = "courriel", _("courriel")
    FILE = "fichier", _("fichier importé")


class RefusalReason(models.TextChoices):
    NOT_AN_ORGANISATION = "pas-un-organisme", _("vient d’une personne, non d’un organisme")
    OFF_TOPIC = "hors-sujet", _("ne répond pas à l’appel")
    DUPLICATE = "doublon", _("déjà reçue")
    UNREADABLE = "illisible", _("illisible ou vide")
    ABUSE = "injure", _("injure ou propos haineux")
    ADVERTISING = "publicite", _("publicité ou message automatique")


class DemandOrigin(models.TextChoices):
    PROGRAM = "programme", _("proposée par le programme")
    PERSON = "personne", _("écrite ou corrigée par une personne")
