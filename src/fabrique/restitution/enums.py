"""States of a publication, and the blocks of its page.

Fed by the design. Feeds models and pages.
"""

from django.db import models


class PublicationState(models.TextChoices):
    DRAFT = "preparation", "en préparation"
    PUBLISHED = "publiee", "publiée"
    REPLACED = "remplacee", "remplacée"


class Block(models.TextChoices):
    TURNOUT = "participation", "qui a participé"
    DEPARTMENTS = "departements", "participation par département"
    CONTRIBUTIONS = "contributions", "textes reçus par question"
    CLOSED = "questions-fermees", "réponses aux questions fermées"
    THEMES = "themes", "thèmes"
