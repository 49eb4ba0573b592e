"""A meeting, its sessions, and what was announced about it to those registered.

Fed by meetings.services.meetings and the calendar import. Feeds the calendar, registration and facilitating.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Organisation, User
from fabrique.common.fields import PublicIdField
from fabrique.contributions.models import Source
from fabrique.meetings.enums import Audience, ChangeKind, MeetingKind, MeetingState
from fabrique.meetings.models.programme import MeetingTheme, Programme
from fabrique.meetings.querysets import MeetingQuerySet
from fabrique.territories.models import Territory


class Meeting(models.Model):
    """One meeting. Without a date it is « en cours de programmation »; `hours_known` false: a day, no time.

    Where hours are not known, starts_at is the day's first instant (instance zone) and ends_at is empty.
    """

    public_id = PublicIdField()
    slug = models.SlugField(_("adresse"), max_length=100, unique=True)
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("programme")
    )
    kind = models.CharField(_("nature"), max_length=24, choices=MeetingKind)
    title = models.CharField(_("titre"), max_length=200)
    summary = models.TextField(_("présentation"), blank=True)
    themes = models.ManyToManyField(
        MeetingTheme, related_name="meetings", blank=True, verbose_name=_("thèmes")
    )
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    # where the calendar shows it; empty for a region-wide meeting or an EPCI over two departments
    department = models.ForeignKey(
        Territory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("département"),
    )
    city = models.CharField(_("ville"), max_length=120, blank=True)
    venue = models.CharField(_("lieu"), max_length=200, blank=True)
    address = models.TextField(_("adresse postale"), blank=True)
    access = models.TextField(_("accès et accessibilité"), blank=True)
    starts_at = models.DateTimeField(_("début"), null=True, blank=True)
    ends_at = models.DateTimeField(_("fin"), null=True, blank=True)
    hours_known = models.BooleanField(_("horaires connus"), default=True)
    capacity = models.PositiveIntegerField(_("nombre de places"), null=True, blank=True)
    organisers = models.ManyToManyField(
        Organisation, related_name="+", blank=True, verbose_name=_("organisateurs")
    )
    audience = models.CharField(_("ouverture"), max_length=12, choices=Audience, default=Audience.OPEN)
    audience_note = models.CharField(_("précision sur le public"), max_length=200, blank=True)
    state = models.CharField(_("état"), max_length=20, choices=MeetingState, default=MeetingState.TO_SCHEDULE)
    registration_open = models.BooleanField(_("inscriptions ouvertes"), default=False)
    contact = models.TextField(_("contact"), blank=True)
    provenance = models.CharField(_("provenance"), max_length=200, blank=True)
    # the row of an imported calendar, letter for letter, slips included
    as_found = models.JSONField(_("données telles que trouvées"), null=True, blank=True)
    import_key = models.CharField(_("clé d’import"), max_length=64, null=True, blank=True, unique=True)
    sequence = models.PositiveIntegerField(_("numéro de modification d’agenda"), default=0)
    revision = models.PositiveIntegerField(_("révision"), default=1)
    created_at = models.DateTimeField(_("créée le"))
    updated_at = models.DateTimeField(_("modifiée le"))
    source = models.OneToOneField(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source dans le corpus"),
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rencontre")
        verbose_name_plural = _("rencontres")
        ordering = ["starts_at", "title"]
        constraints = [
            models.CheckConstraint(
                name="meeting_ends_after_it_starts",
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=False, ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="no_end_without_hours", condition=Q(hours_known=True) | Q(ends_at__isnull=True)
            ),
            models.CheckConstraint(
                name="a_date_in_the_states_that_want_one",
                condition=Q(state=MeetingState.TO_SCHEDULE, starts_at__isnull=True)
                | Q(state__in=[MeetingState.CANCELLED, MeetingState.POSTPONED])
                | (~Q(state=MeetingState.TO_SCHEDULE) & Q(starts_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="room_for_one_at_least", condition=Q(capacity__isnull=True) | Q(capacity__gte=1)
            ),
            models.CheckConstraint(
                name="registration_only_before_it_is_held",
                condition=Q(registration_open=False)
                | Q(state__in=[MeetingState.TO_SCHEDULE, MeetingState.SCHEDULED]),
            ),
            models.CheckConstraint(
                name="specific_audience_is_said",
                condition=~Q(audience=Audience.SPECIFIC) | ~Q(audience_note=""),
            ),
        ]
        indexes = [
            models.Index(fields=["department", "starts_at"], name="meeting_by_department"),
            models.Index(fields=["state", "starts_at"], name="meeting_by_state"),
        ]

    def __str__(self) -> str:
        return self.title


class Session(models.Model):
    """One sitting of a working group; the meeting's own dates are those of the first to the last."""

    public_id = PublicIdField()
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("rencontre")
    )
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"), null=True, blank=True)
    note = models.CharField(_("objet de la séance"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("séance")
        verbose_name_plural = _("séances")
        ordering = ["meeting", "starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "starts_at"], name="session_once"),
            models.CheckConstraint(
                name="session_ends_after_it_starts",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.starts_at:%Y-%m-%d}"


class MeetingChange(models.Model):
    """What was announced to those registered: a postponement, a cancellation, another date or place."""

    public_id = PublicIdField()
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="changes", verbose_name=_("rencontre")
    )
    kind = models.CharField(_("nature"), max_length=12, choices=ChangeKind)
    notice = models.TextField(_("message aux inscrits"))
    former_starts_at = models.DateTimeField(_("date d’avant"), null=True, blank=True)
    announced_at = models.DateTimeField(_("annoncé le"))
    announced_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("annoncé par")
    )
    notified = models.PositiveIntegerField(_("messages préparés"), default=0)

    class Meta:
        verbose_name = _("changement annoncé")
        verbose_name_plural = _("changements annoncés")
        ordering = ["meeting", "-announced_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.kind}"
