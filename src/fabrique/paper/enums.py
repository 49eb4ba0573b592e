"""Life of a batch and of a sheet, marks of what could not be read, reasons of what was set aside or differs.

Fed by the method of double entry. Feeds models, the entry screen and the error rates.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BatchState(models.TextChoices):
    OPEN = "ouvert", _("ouvert")
    CLOSED = "clos", _("clos")


class FormState(models.TextChoices):
    """Where a sheet stands between its printing and the corpus."""

    PRINTED = "imprimee", _("imprimée, pas saisie")
    ENTERED = "saisie", _("saisie, en attente du tirage")
    SAMPLED = "tiree", _("à saisir une seconde fois")
    DIFFERENT = "ecarts", _("écarts à trancher")
    RECORDED = "enregistree", _("enregistrée dans le corpus")
    ASIDE = "ecartee", _("comptée, pas enregistrée")
    LOST = "non-revenue", _("pas revenue à la clôture du lot")


class AsideReason(models.TextChoices):
    """Why a sheet that came back is counted without being recorded."""

    NO_CONSENT = "sans-accord", _("case d’accord non cochée")
    NO_AGE = "sans-age", _("âge non coché")
    TOO_YOUNG = "trop-jeune", _("en dessous de l’âge minimal")
    NO_PARENT = "sans-parent", _("accord d’un parent manquant")
    LATE = "hors-delai", _("remplie hors des dates de la consultation")
    BLANK = "vierge", _("aucune réponse sur la feuille")


class Mark(models.TextChoices):
    """What a sheet shows instead of an answer: recorded as such, never guessed."""

    BLANK = "vide", _("rien n’est écrit")
    ILLEGIBLE = "illisible", _("illisible")
    AMBIGUOUS = "ambigu", _("ambigu")
    HIDDEN = "sans-objet", _("répondue alors que la question ne se posait pas")


class Outcome(models.TextChoices):
    """What the comparison of two entries of one question gave."""

    SAME = "identiques", _("saisies identiques")
    OPEN = "a-trancher", _("à trancher")
    FIRST_RIGHT = "premiere", _("la première saisie était juste")
    SECOND_RIGHT = "seconde", _("la seconde saisie était juste")
    BOTH_WRONG = "aucune", _("aucune des deux n’était juste")


class Cause(models.TextChoices):
    """Why two entries differ, as whoever settles sees it on the sheet."""

    KEYING = "frappe", _("faute de frappe")
    READING = "lecture", _("mauvaise lecture")
    SKIPPED = "saut", _("question sautée ou décalée")
    SHEET = "feuille", _("feuille ambiguë : deux lectures possibles")


class CallOutcome(models.TextChoices):
    RECORDED = "enregistre", _("réponse enregistrée")
    NO_CONSENT = "refus", _("la personne n’a pas donné son accord")
    TOO_YOUNG = "trop-jeune", _("en dessous de l’âge minimal")
    NO_PARENT = "sans-parent", _("accord d’un parent manquant")
