"""Life of a consultation, kinds of question, legal bases.

Fed by the law and the design (OBLIGATIONS). Feeds models, forms and the frozen questionnaire.
"""

from django.db import models

from fabrique.contributions.enums import Help


class State(models.TextChoices):
    DRAFT = "brouillon", "en préparation"
    OPEN = "ouverte", "ouverte"
    CLOSED = "close", "close"
    PUBLISHED = "publiee", "résultats publiés"


class QuestionKind(models.TextChoices):
    SINGLE = "single", "choix unique"
    MULTIPLE = "multiple", "choix multiple"
    SCALE = "scale", "échelle d’accord"
    RANKING = "ranking", "classement de priorités"
    NUMBER = "number", "nombre"
    SHORT_TEXT = "short_text", "texte court"
    LONG_TEXT = "long_text", "texte long"
    TERRITORY = "territory", "commune par code postal"


CHOICE_KINDS = frozenset(
    {QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.SCALE, QuestionKind.RANKING}
)
TEXT_KINDS = frozenset({QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT})


class ProfileRole(models.TextChoices):
    """What a question feeds in the participation's coarse profile, if anything."""

    NONE = "", "aucun"
    HELP = "help", "qui répond"
    AGE_BAND = "age_band", "tranche d’âge"
    SEX = "sex", "sexe"
    TERRITORY = "territory", "commune"
    SITUATION = "situation", "situation"


#: the answers to « qui répond » under their fixed keys, and what each becomes in the corpus
HELP_CHOICES = {"self": Help.ALONE, "relative": Help.RELATIVE, "helped": Help.HELPED}


class WordingKind(models.TextChoices):
    """What an easy-read wording hangs on (common.Wording.object_kind)."""

    CONSULTATION = "consultations.consultation", "consultation"
    NOTICE = "consultations.notice", "notice"
    QUESTIONNAIRE = "consultations.questionnaire", "questionnaire"
    SECTION = "consultations.section", "partie"
    QUESTION = "consultations.question", "question"
    CHOICE = "consultations.choice", "réponse proposée"

    @classmethod
    def of_questionnaire(cls) -> tuple[str, ...]:
        """The kinds whose key opens on the version's public id, and which freeze with it."""
        return tuple(str(kind) for kind in (cls.QUESTIONNAIRE, cls.SECTION, cls.QUESTION, cls.CHOICE))


class Article6(models.TextChoices):
    CONSENT = "6.1.a", "consentement (article 6.1.a)"
    LEGAL_OBLIGATION = "6.1.c", "obligation légale (article 6.1.c)"
    VITAL_INTERESTS = "6.1.d", "sauvegarde des intérêts vitaux d’une personne (article 6.1.d)"
    PUBLIC_TASK = "6.1.e", "mission d’intérêt public (article 6.1.e)"


class Article9(models.TextChoices):
    EXPLICIT_CONSENT = "9.2.a", "consentement explicite (article 9.2.a)"
    VITAL_INTERESTS = (
        "9.2.c",
        "sauvegarde des intérêts vitaux, personne incapable de consentir (article 9.2.c)",
    )
    PUBLIC_HEALTH = "9.2.i", "intérêt public dans le domaine de la santé publique (article 9.2.i)"
    STATISTICS = "9.2.j", "fins statistiques ou de recherche (article 9.2.j)"
