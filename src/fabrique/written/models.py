"""Calls for written contributions; what organisations sent, in quarantine until a person accepts it; demands.

Fed by written.services. Feeds the corpus (one participation an organisation) and the public list.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.enums import OrganisationKind
from fabrique.accounts.models import Organisation, User
from fabrique.common.fields import EncryptedTextField, PublicIdField
from fabrique.contributions.models import Contribution, Participation, Source
from fabrique.territories.models import Territory
from fabrique.written.enums import Arrival, CallState, DemandOrigin, RefusalReason, WrittenState
from fabrique.written.querysets import CallQuerySet, DemandQuerySet, WrittenFileQuerySet, WrittenQuerySet
from fabrique_core.files import Block, BlockKind


class Call(models.Model):
    """A call: what organisations are asked to write about, by whom it is read, until when."""

    public_id = PublicIdField()
    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    title = models.CharField(_("titre"), max_length=200)
    presentation = models.TextField(_("présentation"))
    perimeter = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("périmètre")
    )
    state = models.CharField(_("état"), max_length=12, choices=CallState, default=CallState.DRAFT)
    opens_at = models.DateTimeField(_("ouverture"), null=True, blank=True)
    closes_at = models.DateTimeField(_("clôture"), null=True, blank=True)
    source = models.OneToOneField(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    created_at = models.DateTimeField(_("créé le"))

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("appel à contributions écrites")
        verbose_name_plural = _("appels à contributions écrites")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="call_open_with_its_dates",
                condition=Q(state=CallState.DRAFT)
                | Q(opens_at__isnull=False, closes_at__isnull=False, source__isnull=False),
            ),
            models.CheckConstraint(
                name="call_closes_after_it_opens",
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=models.F("opens_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class WrittenContribution(models.Model):
    """What one organisation sent once: words, files, a contact. In the corpus only when accepted."""

    public_id = PublicIdField()
    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, related_name="contributions", verbose_name=_("appel")
    )
    state = models.CharField(_("état"), max_length=12, choices=WrittenState, default=WrittenState.QUARANTINED)
    arrival = models.CharField(_("arrivée par"), max_length=12, choices=Arrival)
    # as written by a stranger: may hold a person's name
    title = EncryptedTextField(_("titre"))
    organisation_name = EncryptedTextField(_("organisme, tel qu’écrit"))
    organisation_kind = models.CharField(
        _("nature de l’organisme"),
        max_length=16,
        choices=OrganisationKind,
        default=OrganisationKind.OTHER,
    )
    territory = models.ForeignKey(
        Territory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territoire de l’organisme"),
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisme"),
    )
    contact_name = EncryptedTextField(_("nom de la personne à joindre"), blank=True)
    contact_email = EncryptedTextField(_("adresse électronique de la personne à joindre"), blank=True)
    text = EncryptedTextField(_("texte écrit dans le formulaire ou le message"), blank=True)
    notes = EncryptedTextField(_("ce qui a été mis de côté à l’arrivée"), default="[]")
    publication_agreed = models.BooleanField(_("accepte de figurer dans la liste publique"), default=False)
    received_at = models.DateTimeField(_("reçue le"))
    stored_at = models.DateTimeField(_("enregistrée le"))
    content_key = models.CharField(_("empreinte du contenu"), max_length=64)
    idempotency_key = models.CharField(_("clé d’unicité"), max_length=64, unique=True)
    receipt_hash = models.BinaryField(_("empreinte du reçu"), max_length=32, unique=True)
    # kept until the decision only: the letter that announces it carries the code
    receipt_code = EncryptedTextField(_("code du reçu"), blank=True)
    revision = models.PositiveIntegerField(_("révision du découpage"), default=1)
    refusal = models.CharField(_("motif"), max_length=20, choices=RefusalReason, blank=True)
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("décidée par"),
    )
    participation = models.OneToOneField(
        Participation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("participation"),
    )
    erased_at = models.DateTimeField(_("contact et fichiers effacés le"), null=True, blank=True)

    objects = WrittenQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution écrite")
        verbose_name_plural = _("contributions écrites")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "content_key"],
                condition=~Q(state=WrittenState.REFUSED),
                name="written_once_in_a_call",
            ),
            models.CheckConstraint(
                name="written_accepted_for_an_organisation",
                condition=~Q(state=WrittenState.ACCEPTED) | Q(organisation__isnull=False),
            ),
            models.CheckConstraint(
                name="written_refused_with_a_reason",
                condition=~Q(state=WrittenState.REFUSED) | ~Q(refusal=""),
            ),
        ]
        indexes = [models.Index(fields=["call", "state"], name="written_by_state")]

    def __str__(self) -> str:
        return f"{self.organisation_name} · {self.title}"

    @property
    def set_aside(self) -> list[dict[str, str]]:
        """[{reason, what}]: what came and was left out, with its reason."""
        found: list[dict[str, str]] = json.loads(self.notes or "[]")
        return found


class WrittenFile(models.Model):
    """A file of a contribution: its bytes and its text, sealed; erased at the end of the call's term."""

    public_id = PublicIdField()
    written = models.ForeignKey(
        WrittenContribution,
        on_delete=models.CASCADE,
        related_name="files",
        verbose_name=_("contribution écrite"),
    )
    position = models.PositiveSmallIntegerField(_("rang"))
    kind = models.CharField(_("type"), max_length=8)
    name = EncryptedTextField(_("nom du fichier"))
    size = models.PositiveIntegerField(_("taille en octets"))
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    content = EncryptedTextField(_("contenu"), blank=True)
    extracted = EncryptedTextField(_("texte extrait"), blank=True)

    objects = WrittenFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("fichier d’une contribution écrite")
        verbose_name_plural = _("fichiers des contributions écrites")
        ordering = ["written", "position"]
        constraints = [
            models.UniqueConstraint(fields=["written", "position"], name="written_file_position_once")
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def data(self) -> bytes:
        """The bytes as they came; empty once erased."""
        return base64.b64decode(self.content or "")

    @property
    def blocks(self) -> list[Block]:
        """The text by blocks, in order."""
        stored: list[list[Any]] = json.loads(self.extracted or "[]")
        return [Block(text, BlockKind(kind), level, page) for text, kind, level, page in stored]


class Demand(models.Model):
    """One thing that a contribution asks for, tied to the page where it stands."""

    public_id = PublicIdField()
    written = models.ForeignKey(
        WrittenContribution,
        on_delete=models.CASCADE,
        related_name="demands",
        verbose_name=_("contribution écrite"),
    )
    position = models.PositiveSmallIntegerField(_("rang"))
    text = EncryptedTextField(_("texte"))
    file = models.ForeignKey(
        WrittenFile,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="demands",
        verbose_name=_("fichier"),
    )
    page = models.PositiveIntegerField(_("page"), null=True, blank=True)
    origin = models.CharField(_("origine"), max_length=12, choices=DemandOrigin, default=DemandOrigin.PROGRAM)
    contribution = models.OneToOneField(
        Contribution,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contribution"),
    )

    objects = DemandQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande d’une contribution écrite")
        verbose_name_plural = _("demandes des contributions écrites")
        ordering = ["written", "position"]
        constraints = [
            models.UniqueConstraint(fields=["written", "position"], name="demand_position_once"),
            models.CheckConstraint(
                name="demand_page_from_one", condition=Q(page__isnull=True) | Q(page__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
