"""Words of the observatory: units, wished direction, state of a value, what disclosure control decided.

Fed by the design. Feeds models, the schema of the import file, pages.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    """A unit is never converted nor mixed with another: 10 per 10 000 is not 0,1 %."""

    PERCENT = "percent", _("%")
    PER_1000 = "per_1000", _("pour 1 000")
    PER_10000 = "per_10000", _("pour 10 000")
    PER_100000 = "per_100000", _("pour 100 000 habitants")
    PER_100 = "per_100", _("pour 100")
    PERSONS = "persons", _("personnes")
    COUNT = "count", _("unités")
    RATIO = "ratio", _("rapport")
    EURO = "euro", _("euros")
    MILLION_EURO = "million_euro", _("millions d’euros")
    KM = "km", _("km")
    KM2 = "km2", _("km²")
    PER_KM2 = "per_km2", _("habitants au km²")
    SCORE = "score", _("score")
    RANK = "rank", _("rang")
    YES = "yes", _("oui (1) ou non (0)")
    OTHER = "other", _("autre unité")


#: value = factor × numerator / denominator, for the units that are shares of a denominator
FACTORS: dict[str, float] = {
    Unit.PERCENT: 100.0,
    Unit.PER_100: 100.0,
    Unit.PER_1000: 1_000.0,
    Unit.PER_10000: 10_000.0,
    Unit.PER_100000: 100_000.0,
    Unit.RATIO: 1.0,
}


class Direction(models.TextChoices):
    """Which way the value is wished to go."""

    RISE = "rise", _("une hausse est favorable")
    FALL = "fall", _("une baisse est favorable")
    NONE = "none", _("ni hausse ni baisse n’est souhaitée")


class Status(models.TextChoices):
    """What the source says of a value; a missing value is never zero."""

    OK = "ok", _("donnée")
    MISSING = "missing", _("manquante")
    SUPPRESSED = "suppressed", _("couverte par le secret statistique à la source")
    ESTIMATED = "estimated", _("estimée")
    PROVISIONAL = "provisional", _("provisoire")


#: states in which there is no value
VALUELESS = (Status.MISSING, Status.SUPPRESSED)


class Sex(models.TextChoices):
    ALL = "", _("ensemble")
    FEMALE = "femme", _("femmes")
    MALE = "homme", _("hommes")


class Clearance(models.TextChoices):
    """What disclosure control decided; only an open value leaves the server."""

    PENDING = "pending", _("contrôle du secret en attente")
    OPEN = "open", _("publiable")
    SMALL = "small", _("moins de 11 personnes")
    COMPLEMENTARY = "complementary", _("masquée pour protéger une autre valeur")
    WITHHELD = "withheld", _("masquée")


class BatchKind(models.TextChoices):
    VALUES = "valeurs", _("fichier de valeurs")
    DEFINITIONS = "definitions", _("fichier de définitions")
    OFFICIAL = "officiel", _("fichier de données ouvertes")


class BatchState(models.TextChoices):
    CHECKED = "verifie", _("vérifié, à confirmer")
    DONE = "fait", _("chargé")
    CANCELLED = "abandonne", _("abandonné")
