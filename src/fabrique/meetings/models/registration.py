"""Who registered for a meeting, and how many came by category.

Fed by meetings.services.registration and .attendance. Feeds reminders, sign-in sheets and minutes.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import User
from fabrique.common.fields import EncryptedTextField, PublicIdField
from fabrique.meetings.enums import AttendanceEntry, Category, RegistrationState
from fabrique.meetings.models.meeting import Meeting
from fabrique.meetings.querysets import RegistrationQuerySet
from fabrique.subscriptions.models import Subscription


class Registration(models.Model):
    """A place asked for, without an account. The address is the subscription's; name and needs are sealed.

    All three go after the meeting: the rows of subscriptions by their own term, name and needs set to null.
    """

    public_id = PublicIdField()
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="registrations", verbose_name=_("rencontre")
    )
    category = models.CharField(_("catégorie"), max_length=20, choices=Category, default=Category.USER)
    subscription = models.ForeignKey(
        Subscription,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("abonnement"),
    )
    name = EncryptedTextField(_("nom"), null=True, blank=True)
    needs = EncryptedTextField(_("besoins d’accessibilité"), null=True, blank=True)
    state = models.CharField(
        _("état"), max_length=16, choices=RegistrationState, default=RegistrationState.PENDING
    )
    position = models.PositiveIntegerField(_("rang"), default=0)
    registered_at = models.DateTimeField(_("inscrite le"))
    confirmed_at = models.DateTimeField(_("confirmée le"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("annulée le"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("rappelée le"), null=True, blank=True)
    erased_at = models.DateTimeField(_("coordonnées effacées le"), null=True, blank=True)
    attended = models.BooleanField(_("présente"), null=True, blank=True)
    idempotency_key = models.CharField(_("clé d’unicité"), max_length=64, unique=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("inscription")
        verbose_name_plural = _("inscriptions")
        ordering = ["meeting", "position", "registered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(subscription__isnull=False),
                name="one_registration_a_subscription",
            ),
            models.CheckConstraint(
                name="erased_registration_keeps_nothing",
                condition=Q(erased_at__isnull=True) | Q(name__isnull=True, needs__isnull=True),
            ),
            models.CheckConstraint(
                name="a_place_only_once_confirmed",
                condition=~Q(state__in=[RegistrationState.CONFIRMED, RegistrationState.WAITING])
                | Q(confirmed_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["meeting", "state", "position"], name="registration_by_state")]

    def __str__(self) -> str:
        return str(self.public_id)


class Attendance(models.Model):
    """How many came, of one category: a count of people in a room, never summed with respondents."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("rencontre")
    )
    category = models.CharField(_("catégorie"), max_length=20, choices=Category)
    count = models.PositiveIntegerField(_("présents"))
    entry = models.CharField(
        _("façon de compter"), max_length=10, choices=AttendanceEntry, default=AttendanceEntry.COUNTS
    )
    entered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("saisie par")
    )
    entered_at = models.DateTimeField(_("saisie le"))

    class Meta:
        verbose_name = _("présence par catégorie")
        verbose_name_plural = _("présences par catégorie")
        ordering = ["meeting", "category"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "category"], name="attendance_once_a_category")
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.category}"
