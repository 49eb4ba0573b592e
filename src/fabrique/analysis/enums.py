"""States of a run, of a theme and of an assignment; kinds of figure.

Fed by the design (§5). Feeds models, the job and the review screen.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    QUEUED = "en-attente", _("en attente")
    RUNNING = "en-cours", _("en cours")
    DONE = "terminee", _("terminée")
    FAILED = "echouee", _("échouée")
    CANCELLED = "abandonnee", _("abandonnée")


#: a run that somebody still has to do
LIVING = (RunState.QUEUED, RunState.RUNNING)


class RunStep(models.TextChoices):
    READ = "lecture", _("lecture du corpus")
    PREPARE = "preparation", _("nettoyage, masquage et découpage en idées")
    EMBED = "vecteurs", _("représentation des idées")
    THEMES = "themes", _("recherche des thèmes")
    STORE = "enregistrement", _("enregistrement")


class ThemeState(models.TextChoices):
    PROPOSED = "propose", _("proposé par le programme")
    ACCEPTED = "accepte", _("accepté")
    DISCARDED = "ecarte", _("écarté")
    MERGED = "fusionne", _("fusionné")


class DiscardReason(models.TextChoices):
    OFF_TOPIC = "hors-sujet", _("hors du sujet de la consultation")
    INCOHERENT = "incoherent", _("idées sans rapport entre elles")
    EMPTY = "sans-contenu", _("formules sans contenu")
    NOT_OURS = "autre-competence", _("relève d’une autre démarche (plainte, signalement)")


class Origin(models.TextChoices):
    MACHINE = "programme", _("programme")
    PERSON = "personne", _("personne")


class Measure(models.TextChoices):
    PARTICIPATIONS = "participations", _("participations")
    CONTRIBUTIONS = "contributions", _("contributions")
    CLOSED_ANSWER = "closed_answer", _("réponses à une question fermée")
    THEME = "theme", _("contributions rattachées à un thème")
