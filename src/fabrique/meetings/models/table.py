"""The tables of a meeting, the questions worked on, and what each table said.

Fed by meetings.services (facilitating, paper sheets, import of minutes). Feeds minutes and the corpus.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.common.fields import EncryptedTextField, PublicIdField
from fabrique.contributions.models import Contribution
from fabrique.meetings.enums import ItemEntry, ItemKind, ItemState
from fabrique.meetings.models.meeting import Meeting, Session
from fabrique.meetings.models.programme import MeetingTheme
from fabrique.meetings.querysets import ItemQuerySet


class Table(models.Model):
    """One table or group of the room, with the short code printed on its sheet."""

    public_id = PublicIdField()
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="tables", verbose_name=_("rencontre")
    )
    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tables",
        verbose_name=_("séance"),
    )
    number = models.PositiveSmallIntegerField(_("numéro"))
    label = models.CharField(_("nom"), max_length=80, blank=True)
    code = models.CharField(_("code imprimé"), max_length=8)

    class Meta:
        verbose_name = _("table")
        verbose_name_plural = _("tables")
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="table_number_once"),
            models.UniqueConstraint(fields=["meeting", "code"], name="table_code_once"),
        ]

    def __str__(self) -> str:
        return self.label or str(self.number)


class Prompt(models.Model):
    """A question worked on in the meeting; its key is stable, since the corpus files answers under it."""

    public_id = PublicIdField()
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="prompts", verbose_name=_("rencontre")
    )
    key = models.SlugField(_("clé"), max_length=40)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    wording = models.TextField(_("énoncé"))
    theme = models.ForeignKey(
        MeetingTheme,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("thème"),
    )

    class Meta:
        verbose_name = _("question travaillée")
        verbose_name_plural = _("questions travaillées")
        ordering = ["meeting", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "key"], name="prompt_key_once")]

    def __str__(self) -> str:
        return self.wording


class Item(models.Model):
    """One thing said at a table: what it is, how many people stand behind it, who would carry it.

    `client_id` is made by the screen (offline too): the same item sent twice is one row.
    """

    public_id = PublicIdField()
    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="items", verbose_name=_("table"))
    prompt = models.ForeignKey(
        Prompt, on_delete=models.PROTECT, related_name="items", verbose_name=_("question travaillée")
    )
    kind = models.CharField(_("nature"), max_length=12, choices=ItemKind)
    text = EncryptedTextField(_("propos"))
    people = models.PositiveIntegerField(_("personnes derrière le propos"), null=True, blank=True)
    carrier = EncryptedTextField(_("qui le porterait"), default="", blank=True)
    client_id = models.UUIDField(_("clé d’unicité"), unique=True)
    revision = models.PositiveIntegerField(_("révision"), default=1)
    entry = models.CharField(_("façon de noter"), max_length=12, choices=ItemEntry, default=ItemEntry.SCREEN)
    state = models.CharField(_("état"), max_length=8, choices=ItemState, default=ItemState.ACTIVE)
    # set where a later edit met another one: both stay visible until a person settles
    conflict_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="conflicts",
        verbose_name=_("autre version de"),
    )
    created_at = models.DateTimeField(_("noté le"))
    updated_at = models.DateTimeField(_("modifié le"))
    contribution = models.ForeignKey(
        Contribution,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contribution"),
    )

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("propos de table")
        verbose_name_plural = _("propos de table")
        ordering = ["table", "prompt", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="someone_behind_an_item", condition=Q(people__isnull=True) | Q(people__gte=1)
            ),
        ]
        indexes = [models.Index(fields=["table", "state"], name="item_by_table")]

    def __str__(self) -> str:
        return str(self.public_id)


class ItemSlip(models.Model):
    """The receipt code of an item, sealed between the signature and the printing of its slip, then deleted."""

    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, related_name="slip", verbose_name=_("propos de table")
    )
    code = EncryptedTextField(_("code de suivi"))
    made_at = models.DateTimeField(_("fait le"))
    printed_at = models.DateTimeField(_("imprimé le"), null=True, blank=True)
    expires_at = models.DateTimeField(_("effacé le"), db_index=True)

    class Meta:
        verbose_name = _("talon de suivi")
        verbose_name_plural = _("talons de suivi")

    def __str__(self) -> str:
        return str(self.item_id)
