"""A consultation, what must be published before it opens, its versioned questionnaire, its answer documents.

Fed by consultations.services. Feeds the answering pages and, through services, the corpus (contributions).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import User
from fabrique.common.enums import Language
from fabrique.common.fields import EncryptedTextField, PublicIdField
from fabrique.common.models import ThingVersion
from fabrique.consultations.enums import Article6, Article9, ProfileRole, QuestionKind, State
from fabrique.consultations.querysets import ConsultationQuerySet, DraftQuerySet, VersionQuerySet
from fabrique.contributions.models import Participation, Source
from fabrique.territories.models import Territory


class Consultation(models.Model):
    """What the agency asks its inhabitants, with the arrangements that the law wants published beforehand."""

    public_id = PublicIdField()
    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    title = models.CharField(_("titre"), max_length=200)
    summary = models.TextField(_("présentation en langage clair"), blank=True)
    arrangements = models.TextField(_("modalités de la procédure"), blank=True)
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.DRAFT)
    opens_at = models.DateTimeField(_("ouverture"), null=True, blank=True)
    closes_at = models.DateTimeField(_("clôture (dernier instant compris)"), null=True, blank=True)
    perimeter = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("périmètre")
    )
    restitution_promise = models.TextField(_("promesse de restitution"), blank=True)
    restitution_due = models.DateField(_("restitution promise pour le"), null=True, blank=True)
    minimum_age = models.PositiveSmallIntegerField(_("âge minimal"), null=True, blank=True)
    impact_assessed_on = models.DateField(_("date de l’analyse d’impact"), null=True, blank=True)
    impact_validator = models.CharField(_("analyse d’impact validée par"), max_length=120, blank=True)
    fictitious = models.BooleanField(_("consultation fictive de démonstration"), default=False)
    source = models.OneToOneField(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source dans le corpus"),
    )

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-opens_at", "title"]
        constraints = [
            models.CheckConstraint(
                name="closes_after_it_opens",
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
            ),
            models.CheckConstraint(
                name="open_with_its_arrangements",
                condition=Q(state=State.DRAFT)
                | (
                    Q(opens_at__isnull=False)
                    & Q(closes_at__isnull=False)
                    & Q(restitution_due__isnull=False)
                    & Q(impact_assessed_on__isnull=False)
                    & Q(minimum_age__isnull=False)
                    & Q(source__isnull=False)
                    & ~Q(title="")
                    & ~Q(summary="")
                    & ~Q(arrangements="")
                    & ~Q(restitution_promise="")
                    & ~Q(impact_validator="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class InformationDocument(models.Model):
    """What somebody should be able to read before answering."""

    public_id = PublicIdField()
    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="documents", verbose_name=_("consultation")
    )
    title = models.CharField(_("titre"), max_length=200)
    body = models.TextField(_("texte"))
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("document d’information")
        verbose_name_plural = _("documents d’information")
        ordering = ["consultation", "position", "pk"]

    def __str__(self) -> str:
        return self.title


class NoticeVersion(ThingVersion):
    """The notice on personal data, complete and frozen with the opening."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="notices", verbose_name=_("consultation")
    )
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("remplace")
    )
    controller = models.TextField(_("responsable du traitement"), blank=True)
    contact = models.TextField(_("délégué à la protection des données"), blank=True)
    recipients = models.TextField(_("destinataires"), blank=True)
    processors = models.TextField(_("sous-traitants et transferts"), blank=True)
    retention = models.TextField(_("durées de conservation"), blank=True)
    rights = models.TextField(_("droits des personnes"), blank=True)
    complaint = models.TextField(_("réclamation auprès de la CNIL"), blank=True)
    optional = models.TextField(_("ce qui est facultatif"), blank=True)
    analysis = models.TextField(_("analyse par un programme, contrôle par des personnes"), blank=True)
    unsigned = models.TextField(_("réponse sans nom : ce qui est gardé, ce qui ne l’est pas"), blank=True)
    consent_label = models.TextField(_("phrase de consentement"), blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice sur les données personnelles")
        verbose_name_plural = _("notices sur les données personnelles")
        ordering = ["consultation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="notice_number_once"),
            models.UniqueConstraint(
                fields=["consultation"], condition=Q(frozen_at__isnull=True), name="one_draft_notice"
            ),
            models.CheckConstraint(
                name="frozen_notice_has_its_hash", condition=Q(frozen_at__isnull=True) | ~Q(content_hash="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} v{self.number}"


class NoticePurpose(models.Model):
    """One purpose of the processing, with its two legal bases."""

    notice = models.ForeignKey(
        NoticeVersion, on_delete=models.CASCADE, related_name="purposes", verbose_name=_("notice")
    )
    key = models.SlugField(_("clé"), max_length=50)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    purpose = models.TextField(_("finalité"))
    article_6 = models.CharField(_("base légale (article 6)"), max_length=6, choices=Article6, blank=True)
    article_9 = models.CharField(_("exception (article 9)"), max_length=6, choices=Article9, blank=True)
    precision = models.TextField(_("précision"), blank=True)

    class Meta:
        verbose_name = _("finalité de la notice")
        verbose_name_plural = _("finalités de la notice")
        ordering = ["notice", "position"]
        constraints = [models.UniqueConstraint(fields=["notice", "key"], name="purpose_key_once")]

    def __str__(self) -> str:
        return self.purpose


class QuestionnaireVersion(ThingVersion):
    """One version of the questionnaire: a draft is edited, a frozen one never changes."""

    public_id = PublicIdField()
    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="questionnaires", verbose_name=_("consultation")
    )
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("remplace")
    )
    introduction = models.TextField(_("introduction"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("durée en minutes"), null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version du questionnaire")
        verbose_name_plural = _("versions du questionnaire")
        ordering = ["consultation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="questionnaire_number_once"),
            models.UniqueConstraint(
                fields=["consultation"], condition=Q(frozen_at__isnull=True), name="one_draft_questionnaire"
            ),
            models.CheckConstraint(
                name="frozen_questionnaire_has_its_hash",
                condition=Q(frozen_at__isnull=True) | ~Q(content_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} v{self.number}"


class Section(models.Model):
    """One page of the questionnaire."""

    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.CASCADE, related_name="sections", verbose_name=_("version")
    )
    key = models.SlugField(_("clé"), max_length=50)
    position = models.PositiveSmallIntegerField(_("rang"))
    title = models.CharField(_("titre"), max_length=200)
    introduction = models.TextField(_("introduction"), blank=True)

    class Meta:
        verbose_name = _("partie du questionnaire")
        verbose_name_plural = _("parties du questionnaire")
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="section_key_once")]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question; its key is stable across versions, and easy-read wordings hang on it (common.Wording)."""

    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, related_name="questions", verbose_name=_("partie")
    )
    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.CASCADE, related_name="questions", verbose_name=_("version")
    )
    key = models.SlugField(_("clé"), max_length=50)
    position = models.PositiveSmallIntegerField(_("rang"))
    kind = models.CharField(_("nature"), max_length=12, choices=QuestionKind)
    title = models.TextField(_("énoncé"))
    help = models.TextField(_("aide"), blank=True)
    required = models.BooleanField(_("obligatoire"), default=False)
    maximum = models.PositiveSmallIntegerField(_("nombre de choix au plus"), null=True, blank=True)
    max_length = models.PositiveIntegerField(_("longueur au plus"), null=True, blank=True)
    min_value = models.IntegerField(_("valeur minimale"), null=True, blank=True)
    max_value = models.IntegerField(_("valeur maximale"), null=True, blank=True)
    unit = models.CharField(_("unité"), max_length=30, blank=True)
    show_if = models.JSONField(_("montrer seulement si"), null=True, blank=True)
    profile_role = models.CharField(
        _("rôle dans le profil"), max_length=12, choices=ProfileRole, default=ProfileRole.NONE, blank=True
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["version", "section__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="question_key_once"),
            models.UniqueConstraint(
                fields=["version", "profile_role"],
                condition=~Q(profile_role=ProfileRole.NONE),
                name="profile_role_once",
            ),
            models.CheckConstraint(
                name="bounds_in_order",
                condition=Q(min_value__isnull=True)
                | Q(max_value__isnull=True)
                | Q(max_value__gte=F("min_value")),
            ),
            models.CheckConstraint(
                name="maximum_of_one_or_more", condition=Q(maximum__isnull=True) | Q(maximum__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class QuestionAudio(models.Model):
    """A recording of one question read aloud, in one language; played from this site alone."""

    public_id = PublicIdField()
    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.CASCADE, related_name="recordings", verbose_name=_("version")
    )
    question_key = models.SlugField(_("clé de la question"), max_length=50)
    language = models.CharField(_("langue"), max_length=2, choices=Language, default=Language.FRENCH)
    content = models.BinaryField(_("enregistrement"))
    media_type = models.CharField(_("format"), max_length=20)
    words_hash = models.CharField(_("empreinte des mots lus"), max_length=64)
    size = models.PositiveIntegerField(_("octets"))
    added_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("déposé par")
    )
    added_at = models.DateTimeField(_("déposé le"))

    class Meta:
        verbose_name = _("enregistrement audio d’une question")
        verbose_name_plural = _("enregistrements audio des questions")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "question_key", "language"], name="one_recording_a_question_and_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_key} ({self.language})"


class Choice(models.Model):
    """One proposed answer; `exclusive` is the 'none of these' that empties the others."""

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="choices", verbose_name=_("question")
    )
    key = models.SlugField(_("clé"), max_length=50)
    position = models.PositiveSmallIntegerField(_("rang"))
    label = models.CharField(_("libellé"), max_length=300)
    value = models.SmallIntegerField(_("valeur sur l’échelle"), null=True, blank=True)
    exclusive = models.BooleanField(_("exclut les autres"), default=False)

    class Meta:
        verbose_name = _("réponse proposée")
        verbose_name_plural = _("réponses proposées")
        ordering = ["question", "position"]
        constraints = [models.UniqueConstraint(fields=["question", "key"], name="choice_key_once")]

    def __str__(self) -> str:
        return self.label


class AnswerDocument(models.Model):
    """The immutable answers of one participation (sealed JSON): texts and closed answers derive from it."""

    participation = models.OneToOneField(
        Participation, on_delete=models.CASCADE, related_name="+", verbose_name=_("participation")
    )
    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version")
    )
    document = EncryptedTextField(_("réponses"))

    class Meta:
        verbose_name = _("document de réponse")
        verbose_name_plural = _("documents de réponse")

    def __str__(self) -> str:
        return str(self.participation_id)


class DraftResponse(models.Model):
    """Answers under way: kept sealed until submission or expiry, resumed by a code."""

    public_id = PublicIdField()
    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.CASCADE, related_name="drafts", verbose_name=_("version")
    )
    document = EncryptedTextField(_("réponses"), default="")
    easy_read = models.BooleanField(_("facile à lire"), default=False)
    language = models.CharField(_("langue"), max_length=2, choices=Language, default=Language.FRENCH)
    resume_hash = models.BinaryField(_("empreinte du code de reprise"), max_length=32, null=True, unique=True)
    updated_at = models.DateTimeField(_("modifié le"))
    expires_at = models.DateTimeField(_("effacé le"), db_index=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("réponse en cours")
        verbose_name_plural = _("réponses en cours")

    def __str__(self) -> str:
        return str(self.public_id)
