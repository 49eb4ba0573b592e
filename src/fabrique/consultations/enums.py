"""Life of a consultation, kinds of question, legal bases.

Fed by the law and the design (OBLIGATIONS). Feeds models, forms and the frozen questionnaire.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from fabrique.contributions.enums import Help


class State(models.TextChoices):
    DRAFT = "brouillon", _("en préparation")
    OPEN = "ouverte", _("ouverte")
    CLOSED = "close", _("close")
    PUBLISHED = "publiee", _("résultats publiés")


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("choix unique")
    MULTIPLE = "multiple", _("choix multiple")
    SCALE = "scale", _("échelle d’accord")
    RANKING = "ranking", _("classement de priorités")
    NUMBER = "number", _("nombre")
    SHORT_TEXT = "short_text", _("texte court")
    LONG_TEXT = "long_text", _("texte long")
    TERRITORY = "territory", _("commune par code postal")


CHOICE_KINDS = frozenset(
    {QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.SCALE, QuestionKind.RANKING}
)
TEXT_KINDS = frozenset({QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT})


class ProfileRole(models.TextChoices):
    """What a question feeds in the participation's coarse profile, if anything."""

    NONE = "", _("aucun")
    HELP = "help", _("qui répond")
    AGE_BAND = "age_band", _("tranche d’âge")
    SEX = "sex", _("sexe")
    TERRITORY = "territory", _("commune")
    SITUATION = "situation", _("situation")


#: the answers to « qui répond » under their fixed keys, and what each becomes in the corpus
HELP_CHOICES = {"self": Help.ALONE, "relative": Help.RELATIVE, "helped": Help.HELPED}


class WordingKind(models.TextChoices):
    """What an easy-read wording hangs on (common.Wording.object_kind)."""

    CONSULTATION = "consultations.consultation", _("consultation")
    NOTICE = "consultations.notice", _("notice")
    QUESTIONNAIRE = "consultations.questionnaire", _("questionnaire")
    SECTION = "consultations.section", _("partie")
    QUESTION = "consultations.question", _("question")
    CHOICE = "consultations.choice", _("réponse proposée")

    @classmethod
    def of_questionnaire(cls) -> tuple[str, ...]:
        """The kinds whose key opens on the version's public id, and which freeze with it."""
        return tuple(str(kind) for kind in (cls.QUESTIONNAIRE, cls.SECTION, cls.QUESTION, cls.CHOICE))


class Article6(models.TextChoices):
    CONSENT = "6.1.a", _("consentement (article 6.1.a)")
    LEGAL_OBLIGATION = "6.1.c", _("obligation légale (article 6.1.c)")
    VITAL_INTERESTS = "6.1.d", _("sauvegarde des intérêts vitaux d’une personne (article 6.1.d)")
    PUBLIC_TASK = "6.1.e", _("mission d’intérêt public (article 6.1.e)")


class Article9(models.TextChoices):
    EXPLICIT_CONSENT = "9.2.a", _("consentement explicite (article 9.2.a)")
    VITAL_INTERESTS = (
        "9.2.c",
        _("sauvegarde des intérêts vitaux, personne incapable de consentir (article 9.2.c)"),
    )
    PUBLIC_HEALTH = "9.2.i", _("intérêt public dans le domaine de la santé publique (article 9.2.i)")
    STATISTICS = "9.2.j", _("fins statistiques ou de recherche (article 9.2.j)")
