"""States of a publication, and the blocks of its page.

Fed by the design. Feeds models and pages.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PublicationState(models.TextChoices):
    DRAFT = "preparation", _("en préparation")
    PUBLISHED = "publiee", _("publiée")
    REPLACED = "remplacee", _("remplacée")


class Block(models.TextChoices):
    TURNOUT = "participation", _("qui a participé")
    DEPARTMENTS = "departements", _("participation par département")
    CHANNELS = "canaux", _("participation par canal")
    CONTRIBUTIONS = "contributions", _("textes reçus par question")
    CLOSED = "questions-fermees", _("réponses aux questions fermées")
    THEMES = "themes", _("thèmes")
