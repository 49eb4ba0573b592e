"""What is published: a numbered publication, its figures as released, and nothing that was not released.

Fed by analysis (figures, approved quotes) and consultations. Feeds the public pages, the proof pages and open data.
A consultation has publications of its own; what several sources say together has common ones.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import User
from fabrique.analysis.models import Figure, Run
from fabrique.common.fields import PublicIdField
from fabrique.common.models import ThingVersion
from fabrique.consultations.models import Consultation
from fabrique.contributions.models import Source
from fabrique.restitution.enums import Block, PublicationState
from fabrique.restitution.querysets import (
    CommonFigureQuerySet,
    CommonPublicationQuerySet,
    PublicationQuerySet,
    PublishedFigureQuerySet,
)


class Publication(ThingVersion):
    """One publication of the results of a consultation; a later one replaces it, and both stay readable."""

    public_id = PublicIdField()
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="publications", verbose_name=_("consultation")
    )
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("remplace")
    )
    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("analyse")
    )
    state = models.CharField(
        _("état"), max_length=12, choices=PublicationState, default=PublicationState.DRAFT
    )
    corpus_fingerprint = models.CharField(_("empreinte du corpus"), max_length=64)
    prepared_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("préparée par"),
    )
    prepared_at = models.DateTimeField(_("préparée le"))
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("publiée par")
    )
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)
    # {"counted": n or null, "uncounted": n or null}: texts hidden by moderation, under the same secrecy
    moderated = models.JSONField(_("textes écartés par la modération"), null=True, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["consultation", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="publication_number_once"),
            models.UniqueConstraint(
                fields=["consultation"],
                condition=Q(state=PublicationState.PUBLISHED),
                name="one_publication_in_force",
            ),
            models.UniqueConstraint(
                fields=["consultation"],
                condition=Q(state=PublicationState.DRAFT),
                name="one_publication_in_preparation",
            ),
            models.CheckConstraint(
                name="published_by_a_named_person",
                condition=Q(state=PublicationState.DRAFT)
                | Q(published_by__isnull=False, published_at__isnull=False, frozen_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} n° {self.number}"


class PublishedFigure(models.Model):
    """A figure on the page: what was released of it (after disclosure control), and nothing else."""

    public_id = PublicIdField()
    publication = models.ForeignKey(
        Publication, on_delete=models.CASCADE, related_name="figures", verbose_name=_("publication")
    )
    figure = models.ForeignKey(
        Figure, on_delete=models.PROTECT, related_name="published", verbose_name=_("chiffre")
    )
    block = models.CharField(_("bloc de la page"), max_length=20, choices=Block)
    position = models.PositiveIntegerField(_("rang"))
    title = models.CharField(_("intitulé"), max_length=300)  # as published: a theme may be renamed afterwards
    description = models.TextField(_("ce que le thème regroupe"), blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("chiffre du thème au-dessus"),
    )
    kept_from = models.PositiveIntegerField(
        _("maintenu de la publication n°"), null=True, blank=True
    )  # released earlier and left as it was: see services.keeping
    released = models.JSONField(_("valeurs diffusées"), default=dict)

    objects = PublishedFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("chiffre publié")
        verbose_name_plural = _("chiffres publiés")
        ordering = ["publication", "block", "position"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "figure"], name="figure_published_once")
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class CommonPublication(ThingVersion):
    """One publication of what several sources say together, under one coding; a later one replaces it."""

    public_id = PublicIdField()
    common = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="common_publications", verbose_name=_("corpus commun")
    )
    title = models.CharField(_("titre"), max_length=200)  # as published: the corpus may be renamed afterwards
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("remplace")
    )
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", verbose_name=_("analyse"))
    state = models.CharField(
        _("état"), max_length=12, choices=PublicationState, default=PublicationState.DRAFT
    )
    # analysis.services.manifest of the run, less the counts: a few texts of one small meeting stay inside
    manifest = models.JSONField(_("sources lues"), default=dict)
    moderated = models.JSONField(_("textes écartés par la modération"), default=dict)
    prepared_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("préparée par"),
    )
    prepared_at = models.DateTimeField(_("préparée le"))
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("publiée par")
    )
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)

    objects = CommonPublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication commune")
        verbose_name_plural = _("publications communes")
        ordering = ["common", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["common", "number"], name="common_number_once"),
            models.UniqueConstraint(
                fields=["common"],
                condition=Q(state=PublicationState.PUBLISHED),
                name="one_common_in_force",
            ),
            models.UniqueConstraint(
                fields=["common"],
                condition=Q(state=PublicationState.DRAFT),
                name="one_common_in_preparation",
            ),
            models.CheckConstraint(
                name="common_published_by_a_person",
                condition=Q(state=PublicationState.DRAFT)
                | Q(published_by__isnull=False, published_at__isnull=False, frozen_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.common_id} n° {self.number}"


class CommonFigure(models.Model):
    """A figure of a common publication, for one unit and channel by channel: what was released, nothing else."""

    public_id = PublicIdField()
    publication = models.ForeignKey(
        CommonPublication,
        on_delete=models.CASCADE,
        related_name="figures",
        verbose_name=_("publication commune"),
    )
    figure = models.ForeignKey(
        Figure, on_delete=models.PROTECT, related_name="in_common", verbose_name=_("chiffre")
    )
    block = models.CharField(_("bloc de la page"), max_length=20, choices=Block)
    position = models.PositiveIntegerField(_("rang"))
    title = models.CharField(_("intitulé"), max_length=300)
    description = models.TextField(_("ce que le thème regroupe"), blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("chiffre du thème au-dessus"),
    )
    kept_from = models.PositiveIntegerField(_("maintenu de la publication n°"), null=True, blank=True)
    released = models.JSONField(_("valeurs diffusées"), default=dict)

    objects = CommonFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("chiffre d’une publication commune")
        verbose_name_plural = _("chiffres des publications communes")
        ordering = ["publication", "position"]
        constraints = [models.UniqueConstraint(fields=["publication", "figure"], name="common_figure_once")]

    def __str__(self) -> str:
        return str(self.public_id)
