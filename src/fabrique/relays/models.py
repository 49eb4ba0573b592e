"""Organisations that carry a consultation to people: who they are, their links, their helpers' commitments.

Fed by relays.services. Feeds the relay's own pages, the agents' screens, and the answering room (a link's relay).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.enums import OrganisationKind
from fabrique.accounts.models import Organisation, User
from fabrique.common.fields import EncryptedTextField, PublicIdField
from fabrique.consultations.models import Consultation
from fabrique.relays.enums import KNOWN, EndReason, RelayState
from fabrique.relays.querysets import InvitationQuerySet, LinkQuerySet, RelayQuerySet
from fabrique.territories.models import Territory


class Relay(models.Model):
    """A town hall, a social centre, a pharmacy… that asked to carry consultations to those it meets."""

    public_id = PublicIdField()
    name = models.CharField(_("nom de l’organisme"), max_length=200)
    folded_name = models.CharField(_("nom sans accents"), max_length=200, editable=False)
    kind = models.CharField(
        _("nature"), max_length=16, choices=OrganisationKind, default=OrganisationKind.OTHER
    )
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    place = models.CharField(_("lieu d’accueil"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisme"),
    )
    contact_name = EncryptedTextField(_("personne à joindre"), default="")
    contact_email = EncryptedTextField(_("adresse électronique de contact"), default="")
    presentation = EncryptedTextField(_("qui le relais rencontre"), default="")
    state = models.CharField(_("état"), max_length=8, choices=RelayState, default=RelayState.ASKED)
    reason = models.CharField(_("motif"), max_length=16, choices=EndReason, blank=True)
    charter_accepted_at = models.DateTimeField(_("charte acceptée le"))
    asked_at = models.DateTimeField(_("demandé le"))
    decided_at = models.DateTimeField(_("dernière décision le"), null=True, blank=True)

    objects = RelayQuerySet.as_manager()

    class Meta:
        verbose_name = _("relais")
        verbose_name_plural = _("relais")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["folded_name", "territory"],
                condition=Q(state__in=[RelayState.ASKED, *KNOWN]),
                name="relay_once_a_territory",
            ),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(state__in=KNOWN), name="organisation_one_relay_at_a_time"
            ),
            models.CheckConstraint(
                name="known_relay_has_its_organisation",
                condition=~Q(state__in=KNOWN) | Q(organisation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RelayLink(models.Model):
    """A relay's own way into one consultation: what its QR code and its short address hold."""

    relay = models.ForeignKey(Relay, on_delete=models.CASCADE, related_name="links", verbose_name=_("relais"))
    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="+", verbose_name=_("consultation")
    )
    code = models.CharField(_("code court"), max_length=6, unique=True)
    created_at = models.DateTimeField(_("créé le"))

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("lien d’un relais")
        verbose_name_plural = _("liens des relais")
        constraints = [
            models.UniqueConstraint(fields=["relay", "consultation"], name="relay_link_once_a_consultation")
        ]

    def __str__(self) -> str:
        return self.code


class RelayInvitation(models.Model):
    """A one-time link by which a person of the relay chooses a password. Only its hash is kept."""

    relay = models.ForeignKey(
        Relay, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("relais")
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("compte"))
    token_hash = models.CharField(_("empreinte du lien"), max_length=64, unique=True)
    sent_at = models.DateTimeField(_("envoyée le"))
    expires_at = models.DateTimeField(_("expire le"))
    used_at = models.DateTimeField(_("utilisée le"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation d’un relais")
        verbose_name_plural = _("invitations des relais")
        ordering = ["-sent_at"]

    def __str__(self) -> str:
        return str(self.pk)


class HelperCharter(models.Model):
    """A person of a relay accepted the charter of those who help others to answer, in one of its versions."""

    relay = models.ForeignKey(
        Relay, on_delete=models.CASCADE, related_name="charters", verbose_name=_("relais")
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("compte"))
    version = models.PositiveSmallIntegerField(_("version de la charte"))
    accepted_at = models.DateTimeField(_("acceptée le"))

    class Meta:
        verbose_name = _("charte acceptée par un aidant")
        verbose_name_plural = _("chartes acceptées par des aidants")
        constraints = [
            models.UniqueConstraint(fields=["relay", "user", "version"], name="charter_accepted_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} v{self.version}"
