"""A session of a body: when and where, its agenda, and the documents sent, which never change afterwards.

Fed by the secretary through councils.services. Feeds the members' telephone and the public page of the body.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Body
from fabrique.common.fields import EncryptedTextField, PublicIdField
from fabrique.common.models import ThingVersion
from fabrique.councils.enums import ItemKind, SessionState
from fabrique.councils.querysets import AgendaItemQuerySet, SessionDocumentQuerySet, SessionQuerySet


class Session(models.Model):
    """One session of a body. Members see it once it is called, the public too, without the way to join it."""

    public_id = PublicIdField()
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("instance")
    )
    title = models.CharField(_("titre"), max_length=200)
    starts_at = models.DateTimeField(_("début"))
    place = models.CharField(_("lieu"), max_length=200, blank=True)
    remote = models.BooleanField(_("à distance"), default=False)
    # an address of a meeting room on line lets anybody in who holds it
    joining = EncryptedTextField(_("comment se connecter"), blank=True)
    state = models.CharField(_("état"), max_length=20, choices=SessionState, default=SessionState.PLANNED)
    called_at = models.DateTimeField(_("convoquée le"), null=True, blank=True)
    cancelled_reason = models.CharField(_("motif de l’annulation"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(_("révision"), default=1)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("séance")
        verbose_name_plural = _("séances")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["body", "starts_at"], name="session_once_at_a_time"),
            models.CheckConstraint(name="session_somewhere", condition=Q(remote=True) | ~Q(place="")),
            models.CheckConstraint(
                name="session_called_with_its_date",
                condition=Q(state__in=[SessionState.PLANNED, SessionState.CANCELLED])
                | Q(called_at__isnull=False),
            ),
            models.CheckConstraint(
                name="session_cancelled_with_a_reason",
                condition=~Q(state=SessionState.CANCELLED) | ~Q(cancelled_reason=""),
            ),
        ]
        indexes = [models.Index(fields=["body", "state", "starts_at"], name="session_by_state")]

    def __str__(self) -> str:
        return self.title


class AgendaItem(models.Model):
    """One item of the agenda, and what is expected of the body on it."""

    public_id = PublicIdField()
    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="items", verbose_name=_("séance")
    )
    position = models.PositiveSmallIntegerField(_("rang"))
    title = models.CharField(_("intitulé"), max_length=300)
    kind = models.CharField(_("nature"), max_length=12, choices=ItemKind, default=ItemKind.INFORMATION)
    presentation = models.TextField(_("présentation"), blank=True)
    #: what the item is about, by public id or reference (a plan's snapshot, a consultation): never a ForeignKey
    reference = models.CharField(_("texte ou dossier examiné"), max_length=200, blank=True)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("point de l’ordre du jour")
        verbose_name_plural = _("points de l’ordre du jour")
        ordering = ["session", "position"]
        constraints = [models.UniqueConstraint(fields=["session", "position"], name="agenda_position_once")]

    def __str__(self) -> str:
        return self.title


class SessionDocument(ThingVersion):
    """One version of a document of a session. Sent, it is frozen: only a later version replaces it."""

    public_id = PublicIdField()
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="documents", verbose_name=_("séance")
    )
    item = models.ForeignKey(
        AgendaItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("point de l’ordre du jour"),
    )
    supersedes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("remplace"),
    )
    title = models.CharField(_("titre"), max_length=200)
    name = models.CharField(_("nom du fichier"), max_length=200)
    kind = models.CharField(_("type"), max_length=8)
    size = models.PositiveIntegerField(_("taille en octets"))
    #: the bytes as they came; content_hash (SHA-256) vouches for them at each reading
    content = models.BinaryField(_("contenu"))

    objects = SessionDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document de séance")
        verbose_name_plural = _("documents de séance")
        ordering = ["session", "item__position", "title", "number", "pk"]
        constraints = [models.CheckConstraint(name="session_document_hashed", condition=~Q(content_hash=""))]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"
