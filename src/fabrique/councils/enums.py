"""Life of a session, kinds of items, senses of an opinion, what an inhabitant may say at the door.

Fed by the design and by source 003. Feeds models, verbs and pages.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SessionState(models.TextChoices):
    PLANNED = "prevue", _("en préparation")
    CALLED = "convoquee", _("convoquée")
    HELD = "tenue", _("tenue")
    MINUTES_PUBLISHED = "compte-rendu-publie", _("compte rendu publié")
    CANCELLED = "annulee", _("annulée")


class ItemKind(models.TextChoices):
    INFORMATION = "information", _("pour information")
    OPINION = "avis", _("pour avis")
    DECISION = "decision", _("pour décision")


class OpinionSense(models.TextChoices):
    FAVOURABLE = "favorable", _("favorable")
    WITH_RESERVES = "reserves", _("favorable avec réserves")
    UNFAVOURABLE = "defavorable", _("défavorable")


class RequestState(models.TextChoices):
    ASKED = "posee", _("en attente de réponse")
    ANSWERED = "repondue", _("répondue")
    CLOSED = "close", _("close")


class QuestionKind(models.TextChoices):
    """What any inhabitant may say to a body (source 003: question it, ask it to explain, report)."""

    QUESTION = "question", _("Question")
    EXPLANATION = "explication", _("Demande d’explication")
    GOOD_POINT = "bon-point", _("Bon point")
    BAD_POINT = "mauvais-point", _("Mauvais point")
