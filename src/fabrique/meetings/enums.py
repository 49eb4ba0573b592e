"""Kinds, states and categories of meetings, of what is said there and of what comes out of it.

Fed by the design and by the sources (press releases of the concertations). Feeds models, forms and pages.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MeetingKind(models.TextChoices):
    CONCERTATION = "concertation", _("concertation")
    WORKSHOP = "atelier", _("atelier")
    FOCUS_GROUP = "groupe-de-discussion", _("groupe de discussion")
    PUBLIC_MEETING = "reunion-publique", _("réunion publique")
    WORKING_GROUP = "groupe-de-travail", _("groupe de travail")
    SEMINAR = "seminaire", _("séminaire")


class MeetingState(models.TextChoices):
    """The life of a meeting. « Reportée » means that the new date is not known yet."""

    TO_SCHEDULE = "a-programmer", _("en cours de programmation")
    SCHEDULED = "programmee", _("programmée")
    HELD = "tenue", _("tenue")
    MINUTES_SIGNED = "compte-rendu-signe", _("compte rendu signé")
    PUBLISHED = "publiee", _("compte rendu publié")
    CANCELLED = "annulee", _("annulée")
    POSTPONED = "reportee", _("reportée")


#: what has taken place, whatever became of its minutes
TAKEN_PLACE = frozenset({MeetingState.HELD, MeetingState.MINUTES_SIGNED, MeetingState.PUBLISHED})


class Audience(models.TextChoices):
    OPEN = "ouverte", _("ouverte à tous")
    INVITATION = "invitation", _("sur invitation")
    SPECIFIC = "specifique", _("pour un public particulier")


class ChangeKind(models.TextChoices):
    """What was announced to those registered."""

    MOVED = "deplacement", _("nouvelle date ou nouveau lieu")
    POSTPONED = "report", _("report, sans nouvelle date")
    CANCELLED = "annulation", _("annulation")


class Category(models.TextChoices):
    """Who comes to a meeting, as the concertations named them. Counted, never summed with respondents."""

    USER = "usager", _("usager du système de santé")
    PROFESSIONAL = "professionnel", _("professionnel de santé")
    ELECTED = "elu", _("élu")
    FACILITY = "etablissement", _("établissement de santé ou médico-social")
    ASSOCIATION = "association", _("association")
    INSTITUTION = "institution", _("institution ou administration")
    UNION = "syndicat", _("syndicat")
    INITIATIVE = "porteur-initiative", _("porteur d’initiative")
    OTHER = "autre", _("autre")


class RegistrationState(models.TextChoices):
    PENDING = "a-confirmer", _("à confirmer")
    CONFIRMED = "confirmee", _("confirmée")
    WAITING = "liste-attente", _("sur liste d’attente")
    CANCELLED = "annulee", _("annulée")


class AttendanceEntry(models.TextChoices):
    COUNTS = "comptage", _("comptée")
    LIST = "liste", _("cochée sur la liste")


class ItemKind(models.TextChoices):
    OBSERVATION = "constat", _("constat")
    DIFFICULTY = "difficulte", _("difficulté")
    INITIATIVE = "initiative", _("initiative existante")
    PROPOSAL = "proposition", _("proposition")


class ItemEntry(models.TextChoices):
    OFFLINE = "hors-ligne", _("notée sans réseau, puis envoyée")
    SCREEN = "ecran", _("notée à l’écran")
    PAPER = "papier", _("recopiée d’une feuille de table")
    IMPORT = "import", _("reprise d’un document")


class ItemState(models.TextChoices):
    ACTIVE = "active", _("active")
    REMOVED = "retiree", _("retirée")


class MinutesState(models.TextChoices):
    DRAFT = "brouillon", _("en préparation")
    SIGNED = "signe", _("signé")
    PUBLISHED = "publie", _("publié")
    REPLACED = "remplace", _("remplacé par une version plus récente")


class InitiativeState(models.TextChoices):
    IDEA = "idee", _("idée")
    PROJECT = "projet", _("projet")
    RUNNING = "en-cours", _("en cours")
    DONE = "realisee", _("réalisée")


class DecisionKind(models.TextChoices):
    SUPPORTED = "soutenue", _("soutenue")
    REPRODUCE = "a-reproduire", _("à reproduire ailleurs")
    NOT_TAKEN_UP = "non-retenue", _("non retenue")


class PressKind(models.TextChoices):
    RELEASE = "communique", _("communiqué de presse")
    INVITATION = "invitation", _("invitation de la presse")


class PressState(models.TextChoices):
    DRAFT = "brouillon", _("à relire")
    APPROVED = "approuve", _("approuvé")
    REPLACED = "remplace", _("remplacé par une version plus récente")
