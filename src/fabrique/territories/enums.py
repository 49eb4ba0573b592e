"""Levels of the official geography, and the sexes and age bands of the population margins.

Fed by the official geographic code. Feeds models, forms and weighting.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    COUNTRY = "pays", _("pays")
    REGION = "region", _("région")
    DEPARTMENT = "departement", _("département")
    #: Saint-Pierre-et-Miquelon, Polynésie française…: stands where a department stands, without a region
    OVERSEAS_COLLECTIVITY = "com", _("collectivité d’outre-mer")
    EPCI = "epci", _("intercommunalité")
    COMMUNE = "commune", _("commune")


class Sex(models.TextChoices):
    FEMALE = "femme", _("femme")
    MALE = "homme", _("homme")


class AgeBand(models.TextChoices):
    """The bands of the census extract on which weighting calibrates."""

    UNDER_20 = "0-19", _("moins de 20 ans")
    FROM_20 = "20-39", _("de 20 à 39 ans")
    FROM_40 = "40-59", _("de 40 à 59 ans")
    FROM_60 = "60-74", _("de 60 à 74 ans")
    FROM_75 = "75+", _("75 ans et plus")
