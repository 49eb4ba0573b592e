"""The roles of an instance: a right is always a role in a territory for a verb.

Fed by the design. Feeds the rights tables (perms.py of every app).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    LOCAL_AUTHORITY = "collectivite", _("collectivité territoriale")
    HEALTH_FACILITY = "etablissement", _("établissement de santé ou médico-social")
    USERS_ASSOCIATION = "usagers", _("association d’usagers du système de santé")
    ASSOCIATION = "association", _("association")
    INSTITUTION = "institution", _("institution ou administration")
    PROFESSIONALS = "professionnels", _("professionnels de santé")
    SOCIAL_CENTRE = "social", _("centre social ou maison France services")
    BUSINESS = "entreprise", _("entreprise")
    OTHER = "autre", _("autre organisme")


class RoleCode(models.TextChoices):
    ADMINISTRATOR = "administrateur", _("administrateur")
    ANALYST = "analyste", _("analyste")
    CODER = "codeur", _("codeur")
    MEETING_ORGANISER = "organisateur", _("organisateur de réunions")
    FACILITATOR = "animateur", _("animateur")
    PLAN_LEAD = "pilote", _("pilote du plan")
    MODERATOR = "moderateur", _("modérateur")
    OPERATOR = "saisie", _("opérateur de saisie")
    RELAY = "relais", _("relais")
    EDITOR = "redacteur", _("rédacteur")
    APPROVER = "directeur-publication", _("directeur de la publication")
    DATA_PROTECTION = "dpd", _("délégué à la protection des données")
    BODY_MEMBER = "membre-instance", _("membre d’une instance")
    PARTNER = "partenaire", _("partenaire")
    READER = "lecteur", _("lecteur")


class BodyKind(models.TextChoices):
    CRSA = "crsa", _("conférence régionale de la santé et de l’autonomie")
    CTS = "cts", _("conseil territorial de santé")
    FOLLOW_UP = "suivi", _("instance de suivi et d’évaluation")
    CDCA = "cdca", _("conseil départemental de la citoyenneté et de l’autonomie")
    SUPERVISORY = "surveillance", _("conseil de surveillance de l’agence")
    OTHER = "autre", _("autre instance")


class MandateSeat(models.TextChoices):
    """How a person sits in a body."""

    PRESIDENT = "presidence", _("présidence")
    VICE_PRESIDENT = "vice-presidence", _("vice-présidence")
    FULL = "titulaire", _("titulaire")
    SUBSTITUTE = "suppleant", _("suppléant")
