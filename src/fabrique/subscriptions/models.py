"""What somebody asked to receive at an address, and the messages that wait to leave.

Fed by services (subscribe, send_later). Feeds the outbox, and upper apps that hold a subscription by its row.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.common.fields import EncryptedTextField, PublicIdField
from fabrique.subscriptions.enums import ALIVE, LIVING, EmailState, EndReason, SubscriptionState
from fabrique.subscriptions.querysets import EmailQuerySet, SubscriptionQuerySet


class Subscription(models.Model):
    """One address that asked to be written to about one thing, for one purpose, until a date.

    The address is sealed and found again by its keyed hash; both go when the subscription ends.
    """

    public_id = PublicIdField()
    purpose = models.CharField(_("finalité"), max_length=40)
    reference = models.CharField(_("objet suivi"), max_length=40, blank=True)
    email = EncryptedTextField(_("adresse électronique chiffrée"), null=True, blank=True)
    address_hash = models.BinaryField(_("empreinte de l’adresse"), max_length=32, null=True)
    language = models.CharField(_("langue des messages"), max_length=2, default="fr")
    state = models.CharField(
        _("état"), max_length=12, choices=SubscriptionState, default=SubscriptionState.PENDING
    )
    asked_at = models.DateTimeField(_("demandé le"))
    confirmed_at = models.DateTimeField(_("confirmé le"), null=True, blank=True)
    expires_at = models.DateTimeField(_("échéance"), db_index=True)
    ended_at = models.DateTimeField(_("terminé le"), null=True, blank=True)
    end_reason = models.CharField(_("motif de fin"), max_length=14, choices=EndReason, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("abonnement par courriel")
        verbose_name_plural = _("abonnements par courriel")
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "reference", "address_hash"],
                condition=Q(state__in=LIVING),
                name="address_once_a_purpose",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVING, address_hash__isnull=False)
                | Q(state=SubscriptionState.ENDED, address_hash__isnull=True, email__isnull=True),
                name="ended_subscription_forgets_address",
            ),
            models.CheckConstraint(
                condition=~Q(state=SubscriptionState.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="confirmed_subscription_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.public_id}"


class Email(models.Model):
    """A message of the outbox. Its address and texts are sealed, and erased once it left or never will."""

    public_id = PublicIdField()
    #: what asks the same message twice names it, so that it is written once
    key = models.CharField(_("clé d’unicité"), max_length=120, null=True, unique=True)  # noqa: DJ001 - unique
    purpose = models.CharField(_("finalité"), max_length=40)
    reference = models.CharField(_("objet"), max_length=40, blank=True)
    subscription = models.ForeignKey(
        Subscription,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="emails",
        verbose_name=_("abonnement"),
    )
    recipient = EncryptedTextField(_("destinataire chiffré"), null=True, blank=True)
    subject = EncryptedTextField(_("objet chiffré du message"), null=True, blank=True)
    text = EncryptedTextField(_("texte chiffré"), null=True, blank=True)
    html = EncryptedTextField(_("texte mis en forme, chiffré"), null=True, blank=True)
    attachments = EncryptedTextField(_("pièces jointes chiffrées"), null=True, blank=True)
    language = models.CharField(_("langue"), max_length=2, default="fr")
    state = models.CharField(_("état"), max_length=12, choices=EmailState, default=EmailState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    created_at = models.DateTimeField(_("écrit le"))
    not_before = models.DateTimeField(_("pas avant"))
    not_after = models.DateTimeField(_("inutile après"), null=True, blank=True)
    lease_until = models.DateTimeField(_("pris en charge jusqu’à"), null=True, blank=True)
    ended_at = models.DateTimeField(_("parti ou abandonné le"), null=True, blank=True)
    error_code = models.CharField(_("dernier incident"), max_length=40, blank=True)

    objects = EmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("message à envoyer")
        verbose_name_plural = _("messages à envoyer")
        indexes = [
            models.Index(fields=["state", "not_before"], name="email_to_send"),
            models.Index(fields=["purpose", "reference"], name="email_by_object"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ALIVE)
                | Q(
                    recipient__isnull=True,
                    subject__isnull=True,
                    text__isnull=True,
                    html__isnull=True,
                    attachments__isnull=True,
                ),
                name="ended_email_forgets_content",
            ),
            models.CheckConstraint(
                condition=~Q(state=EmailState.SENDING) | Q(lease_until__isnull=False),
                name="email_in_hand_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.public_id}"


class AskWindow(models.Model):
    """How many messages were asked for an address within an hour, or in all within a minute: kept a day."""

    #: the keyed hash of the address; empty for the whole instance
    address_hash = models.BinaryField(_("empreinte de l’adresse"), max_length=32)
    since = models.DateTimeField(_("à partir de"))
    count = models.PositiveIntegerField(_("demandes"), default=0)

    class Meta:
        verbose_name = _("décompte des demandes de message")
        verbose_name_plural = _("décomptes des demandes de message")
        constraints = [models.UniqueConstraint(fields=["address_hash", "since"], name="ask_window_once")]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d %H:%M}: {self.count}"
