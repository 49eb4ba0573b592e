"""Imports: the job, its sealed file, its remembered mapping, the rows to mend, the rows already recorded.

Fed by imports.services. Feeds the worker, the agents' screens and the promise that a file sent twice adds nothing.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import User
from fabrique.common.fields import EncryptedTextField, PublicIdField
from fabrique.contributions.enums import Unit
from fabrique.contributions.models import Source
from fabrique.imports.enums import AsideReason, ImportKind, ImportState, ImportStep, IssueKind
from fabrique.imports.querysets import IssueQuerySet, JobQuerySet, RowQuerySet
from fabrique.territories.models import Territory


class ImportJob(models.Model):
    """One file sent: what it is, how its columns are read, how far it is, what came of it."""

    public_id = PublicIdField()
    kind = models.CharField(_("format"), max_length=16, choices=ImportKind)
    state = models.CharField(_("état"), max_length=12, choices=ImportState, default=ImportState.DRAFT)
    step = models.CharField(_("étape"), max_length=16, choices=ImportStep, default=ImportStep.CHECK)
    done = models.PositiveIntegerField(_("fait"), default=0)
    total = models.PositiveIntegerField(_("à faire"), default=0)
    perimeter = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("périmètre")
    )
    label = models.CharField(_("intitulé"), max_length=200, blank=True)
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="imports",
        verbose_name=_("source de contributions"),
    )
    unit = models.CharField(_("unité"), max_length=12, choices=Unit, blank=True)
    mapping = models.JSONField(_("correspondance des colonnes"), default=dict)
    layout = models.JSONField(_("forme du fichier"), default=dict)  # format, encoding, delimiter, columns…
    questions = models.JSONField(_("questions trouvées"), default=list)
    report = models.JSONField(_("bilan"), default=dict)  # counts by code; sentences for an object
    result = models.CharField(_("objet créé"), max_length=40, blank=True)  # public id
    corrects = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrige"),
    )
    file_name = models.CharField(_("nom du fichier"), max_length=120)
    file_size = models.PositiveIntegerField(_("taille du fichier"), default=0)
    file_digest = models.CharField(_("empreinte du fichier"), max_length=64, db_index=True)
    upload_token = models.CharField(_("jeton d’envoi"), max_length=64, unique=True)
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("envoyé par")
    )
    asked_at = models.DateTimeField(_("envoyé le"))
    finished_at = models.DateTimeField(_("terminé le"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("dernier signe"), null=True, blank=True)
    lease_until = models.DateTimeField(_("réservé jusqu’à"), null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(_("essai"), default=0)
    job_id = models.CharField(_("tâche"), max_length=36, blank=True)
    error_code = models.CharField(_("code d’erreur"), max_length=60, blank=True)
    error_message = models.TextField(_("motif du refus"), blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="refused_with_a_reason", condition=~Q(state=ImportState.FAILED) | ~Q(error_code="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class ImportPart(models.Model):
    """A piece of the file, sealed; all the pieces go when the import ends."""

    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="parts", verbose_name=_("import")
    )
    position = models.PositiveIntegerField(_("rang"))
    content = EncryptedTextField(_("contenu"))

    class Meta:
        verbose_name = _("morceau de fichier importé")
        verbose_name_plural = _("morceaux de fichier importé")
        ordering = ["job", "position"]
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="import_part_once")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.position}"


class ImportIssue(models.Model):
    """A row that was not imported: to mend (with its cells, sealed, for the report), or set aside by a rule."""

    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="issues", verbose_name=_("import")
    )
    line = models.PositiveIntegerField(_("ligne"))
    kind = models.CharField(_("nature"), max_length=8, choices=IssueKind)
    reason = models.CharField(_("motif"), max_length=20, choices=AsideReason, blank=True)
    problems = models.JSONField(_("erreurs"), default=list)  # [{"code", "column", …}]
    cells = EncryptedTextField(_("cellules"), default="")
    settled = models.BooleanField(_("corrigée depuis"), default=False)

    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("ligne non importée")
        verbose_name_plural = _("lignes non importées")
        ordering = ["job", "line"]
        constraints = [
            models.UniqueConstraint(fields=["job", "line"], name="one_issue_a_line"),
            models.CheckConstraint(
                name="set_aside_line_has_a_reason", condition=Q(kind=IssueKind.ERROR) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} l. {self.line}"


class ImportedRow(models.Model):
    """The keyed hash of a row already recorded in a source; it outlives an erasure, so that nothing comes back."""

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="+", verbose_name=_("source de contributions")
    )
    job = models.ForeignKey(
        ImportJob, on_delete=models.SET_NULL, null=True, related_name="rows", verbose_name=_("import")
    )
    key = models.CharField(_("empreinte de la ligne"), max_length=64)
    said = models.CharField(_("empreinte de ce qu’elle dit"), max_length=16, blank=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name = _("ligne importée")
        verbose_name_plural = _("lignes importées")
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="row_imported_once")]

    def __str__(self) -> str:
        return self.key[:12]


class ImportMapping(models.Model):
    """How the columns of a table were read last time, found again by their titles."""

    kind = models.CharField(_("format"), max_length=16, choices=ImportKind)
    signature = models.CharField(_("empreinte des titres"), max_length=64)
    perimeter = models.ForeignKey(
        Territory, on_delete=models.CASCADE, related_name="+", verbose_name=_("périmètre")
    )
    unit = models.CharField(_("unité"), max_length=12, choices=Unit)
    label = models.CharField(_("intitulé"), max_length=200, blank=True)
    mapping = models.JSONField(_("correspondance des colonnes"), default=dict)
    updated_at = models.DateTimeField(_("modifiée le"))

    class Meta:
        verbose_name = _("correspondance de colonnes")
        verbose_name_plural = _("correspondances de colonnes")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "signature", "perimeter"], name="mapping_once_per_signature"
            )
        ]

    def __str__(self) -> str:
        return self.signature[:12]
