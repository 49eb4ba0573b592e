"""The formal consultation on a plan: who is consulted, on which text, what each answered, what it changed.

Fed by plan.services. Feeds the public page where the adopted text stands beside the draft.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Body, Organisation, User
from fabrique.common.fields import PublicIdField
from fabrique.plan.enums import (
    ConsultationState,
    ConsulteeBasis,
    OpinionTone,
    ReplyKind,
    RevisionKind,
    SilenceRule,
)
from fabrique.plan.models.tree import Plan, PlanVersion
from fabrique.plan.querysets.consultations import ConsulteeQuerySet, FormalConsultationQuerySet
from fabrique.territories.models import Territory


class FormalConsultation(models.Model):
    """The opinions asked before a plan is adopted or revised. The delay runs from the publication of the notice."""

    public_id = PublicIdField()
    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="consultations", verbose_name=_("plan")
    )
    title = models.CharField(_("intitulé"), max_length=200)
    revision = models.CharField(_("objet"), max_length=20, choices=RevisionKind, default=RevisionKind.WHOLE)
    #: the text sent, frozen when the notice was published; and the one adopted at the end
    draft = models.ForeignKey(
        PlanVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("texte soumis"),
    )
    adopted = models.ForeignKey(
        PlanVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("texte adopté"),
    )
    state = models.CharField(
        _("état"), max_length=12, choices=ConsultationState, default=ConsultationState.DRAFT
    )
    notice = models.TextField(_("avis de consultation"), blank=True)
    notice_reference = models.CharField(_("référence de publication de l’avis"), max_length=300, blank=True)
    notice_url = models.URLField(_("adresse de l’avis publié"), max_length=500, blank=True)
    notice_on = models.DateField(_("avis publié le"), null=True, blank=True)
    months = models.PositiveSmallIntegerField(_("délai en mois"), default=3)
    closes_on = models.DateField(_("dernier jour pour répondre"), null=True, blank=True)
    #: of those whom the law names, the law says it; of those asked by choice, the agency says it before the notice
    voluntary_silence = models.CharField(
        _("silence de ceux que l’agence consulte par choix"),
        max_length=16,
        choices=SilenceRule,
        default=SilenceRule.DEEMED,
    )
    published_at = models.DateTimeField(_("différences publiées le"), null=True, blank=True)

    objects = FormalConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation réglementaire")
        verbose_name_plural = _("consultations réglementaires")
        ordering = ["-notice_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="open_formal_consultation_has_its_notice",
                condition=Q(state=ConsultationState.DRAFT)
                | (Q(notice_on__isnull=False, closes_on__isnull=False, draft__isnull=False) & ~Q(notice="")),
            ),
            models.CheckConstraint(
                name="formal_consultation_closes_after_its_notice",
                condition=Q(closes_on__isnull=True) | Q(closes_on__gt=F("notice_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Consultee(models.Model):
    """One whose opinion is asked: a body, an organisation or a public authority named in words."""

    public_id = PublicIdField()
    consultation = models.ForeignKey(
        FormalConsultation,
        on_delete=models.CASCADE,
        related_name="consultees",
        verbose_name=_("consultation réglementaire"),
    )
    name = models.CharField(_("nom"), max_length=200)
    category = models.CharField(_("catégorie"), max_length=120, blank=True)
    basis = models.CharField(_("fondement"), max_length=12, choices=ConsulteeBasis)
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("instance")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisme"),
    )
    territory = models.ForeignKey(
        Territory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territoire"),
    )
    #: « les communes de la région »: a line that stands for many, each of which has a line of its own once it answers
    collective = models.BooleanField(_("ligne collective"), default=False)
    sent_on = models.DateField(_("saisi le"), null=True, blank=True)
    #: its own last day where it differs from that of the consultation
    due_on = models.DateField(_("réponse attendue pour le"), null=True, blank=True)

    objects = ConsulteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("autorité ou instance consultée")
        verbose_name_plural = _("autorités et instances consultées")
        ordering = ["consultation", "basis", "category", "name"]
        constraints = [models.UniqueConstraint(fields=["consultation", "name"], name="consultee_once")]

    def __str__(self) -> str:
        return self.name


class Opinion(models.Model):
    """The opinion received from a consultee; where none came in time it is deemed given, without any tone."""

    public_id = PublicIdField()
    consultee = models.OneToOneField(
        Consultee,
        on_delete=models.CASCADE,
        related_name="opinion",
        verbose_name=_("autorité ou instance consultée"),
    )
    received_on = models.DateField(_("reçu le"))
    tone = models.CharField(_("sens"), max_length=20, choices=OpinionTone)
    text = models.TextField(_("texte de l’avis"), blank=True)
    late = models.BooleanField(_("reçu après le délai"), default=False)
    recorded_at = models.DateTimeField(_("enregistré le"))
    recorded_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("enregistré par"),
    )
    #: told once: a mandate that ends later, or is corrected, never hands the opinion over to agents
    by_presidency = models.BooleanField(_("écrit par la présidence de l’instance"), default=False)

    class Meta:
        verbose_name = _("avis")
        verbose_name_plural = _("avis")
        ordering = ["received_on", "pk"]

    def __str__(self) -> str:
        return f"{self.consultee_id} {self.tone}"


class OpinionPoint(models.Model):
    """One point of an opinion, on one line of the text or on the whole, and what the agency replies to it."""

    public_id = PublicIdField()
    opinion = models.ForeignKey(
        Opinion, on_delete=models.CASCADE, related_name="points", verbose_name=_("avis")
    )
    number = models.PositiveSmallIntegerField(_("numéro"))
    text = models.TextField(_("point soulevé"))
    #: « objective:clé »: the node of the plan's text that the point is about; empty: the plan as a whole
    about = models.CharField(_("partie du plan"), max_length=120, blank=True)
    reply_kind = models.CharField(_("réponse"), max_length=16, choices=ReplyKind, blank=True)
    reply = models.TextField(_("réponse de l’agence"), blank=True)
    replied_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    replied_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("répondu par")
    )

    class Meta:
        verbose_name = _("point d’un avis")
        verbose_name_plural = _("points d’avis")
        ordering = ["opinion", "number"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "number"], name="opinion_point_number_once"),
            models.CheckConstraint(
                name="reply_has_its_words",
                condition=(Q(reply_kind="") & Q(reply="")) | (~Q(reply_kind="") & ~Q(reply="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.number}"


class WordingChange(models.Model):
    """A line of the text that moved between the draft and the adopted text, and the points that moved it."""

    public_id = PublicIdField()
    consultation = models.ForeignKey(
        FormalConsultation,
        on_delete=models.CASCADE,
        related_name="changes",
        verbose_name=_("consultation réglementaire"),
    )
    about = models.CharField(_("partie du plan"), max_length=120)
    field = models.CharField(_("champ"), max_length=40)
    before = models.TextField(_("texte soumis"), blank=True)
    after = models.TextField(_("texte adopté"), blank=True)
    reason = models.TextField(_("raison, quand aucun avis n’en est la cause"), blank=True)
    points = models.ManyToManyField(
        OpinionPoint, blank=True, related_name="changes", verbose_name=_("points d’avis")
    )

    class Meta:
        verbose_name = _("changement de rédaction")
        verbose_name_plural = _("changements de rédaction")
        ordering = ["consultation", "about", "field"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "about", "field"], name="wording_change_once")
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.field}"
