"""States of a run, of a theme and of an assignment; kinds of figure.

Fed by the design (§5). Feeds models, the job and the review screen.
"""

from django.db import models


class RunState(models.TextChoices):
    QUEUED = "en-attente", "en attente"
    RUNNING = "en-cours", "en cours"
    DONE = "terminee", "terminée"
    FAILED = "echouee", "échouée"
    CANCELLED = "abandonnee", "abandonnée"


#: a run that somebody still has to do
LIVING = (RunState.QUEUED, RunState.RUNNING)


class RunStep(models.TextChoices):
    READ = "lecture", "lecture du corpus"
    PREPARE = "preparation", "nettoyage, masquage et découpage en idées"
    EMBED = "vecteurs", "représentation des idées"
    THEMES = "themes", "recherche des thèmes"
    STORE = "enregistrement", "enregistrement"


class ThemeState(models.TextChoices):
    PROPOSED = "propose", "proposé par le programme"
    ACCEPTED = "accepte", "accepté"
    DISCARDED = "ecarte", "écarté"
    MERGED = "fusionne", "fusionné"


class DiscardReason(models.TextChoices):
    OFF_TOPIC = "hors-sujet", "hors du sujet de la consultation"
    INCOHERENT = "incoherent", "idées sans rapport entre elles"
    EMPTY = "sans-contenu", "formules sans contenu"
    NOT_OURS = "autre-competence", "relève d’une autre démarche (plainte, signalement)"


class Origin(models.TextChoices):
    MACHINE = "programme", "programme"
    PERSON = "personne", "personne"


class Measure(models.TextChoices):
    PARTICIPATIONS = "participations", "participations"
    CONTRIBUTIONS = "contributions", "contributions"
    CLOSED_ANSWER = "closed_answer", "réponses à une question fermée"
    THEME = "theme", "contributions rattachées à un thème"
