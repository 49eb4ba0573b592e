"""Kinds of file, life of an import, what a column is for, what becomes of a row.

Fed by the formats of the platforms that we read. Feeds models, services and the agents' screens.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportKind(models.TextChoices):
    DECIDIM = "decidim", _("export de Decidim (CSV)")
    LIMESURVEY = "limesurvey", _("réponses de LimeSurvey (CSV)")
    LIMESURVEY_FORM = "limesurvey-lss", _("questionnaire de LimeSurvey (.lss)")
    GRANDDEBAT = "granddebat", _("export du Grand Débat ou de Cap Collectif (CSV)")
    TABLE = "table", _("tableau (CSV, XLSX ou ODS)")
    MEETINGS = "meetings", _("calendrier de rencontres (CSV ou XLSX)")
    XLSFORM = "xlsform", _("questionnaire XLSForm (XLSX)")


#: kinds whose rows become participations; the others make an object (a questionnaire, meetings)
ROW_KINDS = frozenset({ImportKind.DECIDIM, ImportKind.LIMESURVEY, ImportKind.GRANDDEBAT, ImportKind.TABLE})


class ImportState(models.TextChoices):
    DRAFT = "a-preparer", _("à préparer")
    QUEUED = "en-attente", _("en attente")
    RUNNING = "en-cours", _("en cours")
    CHECKED = "verifie", _("vérifié, à confirmer")
    DONE = "termine", _("terminé")
    FAILED = "refuse", _("refusé")
    CANCELLED = "abandonne", _("abandonné")


#: an import that the worker still has to do
LIVING = (ImportState.QUEUED, ImportState.RUNNING)
#: an import whose file is still kept
OPEN = (ImportState.DRAFT, ImportState.QUEUED, ImportState.RUNNING, ImportState.CHECKED)


class ImportStep(models.TextChoices):
    CHECK = "verification", _("vérification")
    RECORD = "enregistrement", _("enregistrement")


class ColumnRole(models.TextChoices):
    """What a column of the file is for."""

    IGNORE = "ignorer", _("ne pas importer")
    TEXT = "texte", _("texte libre")
    CLOSED = "choix", _("réponse fermée, un choix par ligne")
    MULTIPLE = "choix-multiples", _("réponses fermées séparées par « ; » ou « | »")
    TICK = "case", _("case cochée d’un choix multiple")
    RANK = "rang", _("rang d’un classement")
    NUMBER = "nombre", _("nombre")
    QUESTION = "question", _("question à laquelle la ligne répond")
    IDENTITY = "identifiant", _("identifiant de la ligne")
    DATE = "date", _("date de la contribution")
    DEPARTMENT = "departement", _("département")
    COMMUNE = "commune", _("commune ou code postal")
    AGE = "age", _("âge ou tranche d’âge")
    SEX = "sexe", _("sexe")
    PEOPLE = "personnes", _("nombre de personnes derrière le propos")
    AUTHOR_KIND = "auteur", _("nature de l’auteur")
    STATE = "etat", _("état sur la plateforme d’origine")
    COMPLETE = "terminee", _("date d’envoi de la réponse terminée")
    LANGUAGE = "langue", _("langue de la réponse")


#: roles that several columns may hold
REPEATABLE = frozenset(
    {
        ColumnRole.IGNORE,
        ColumnRole.TEXT,
        ColumnRole.CLOSED,
        ColumnRole.MULTIPLE,
        ColumnRole.TICK,
        ColumnRole.RANK,
        ColumnRole.NUMBER,
    }
)
#: roles that put something under a question
ANSWERING = frozenset(
    {
        ColumnRole.TEXT,
        ColumnRole.CLOSED,
        ColumnRole.MULTIPLE,
        ColumnRole.TICK,
        ColumnRole.RANK,
        ColumnRole.NUMBER,
    }
)


class IssueKind(models.TextChoices):
    ERROR = "erreur", _("à corriger")
    ASIDE = "ecartee", _("mise de côté")


class AsideReason(models.TextChoices):
    """Why a row that holds no error is not imported."""

    EMPTY = "vide", _("ligne vide")
    NOTHING = "rien-dit", _("ni texte ni réponse dans les colonnes importées")
    WITHDRAWN = "retiree", _("retirée, masquée ou rejetée sur la plateforme d’origine")
    UNFINISHED = "inachevee", _("réponse qui n’a pas été envoyée jusqu’au bout")
    OTHER_UNIT = "autre-auteur", _("auteur d’une autre nature que celle choisie pour cet import")
    CHANGED = "modifiee", _("déjà importée sous cet identifiant, avec un autre contenu : gardée comme avant")
    REPEATED = "repetee", _("même identifiant qu’une ligne précédente du fichier")
