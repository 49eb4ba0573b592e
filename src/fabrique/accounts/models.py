"""People who sign in, and their roles in territories.

Fed by accounts.services. Feeds rights (accounts.rights) and the journal.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.enums import OrganisationKind, RoleCode
from fabrique.accounts.querysets import OrganisationQuerySet, RoleQuerySet, UserQuerySet
from fabrique.common.fields import PublicIdField
from fabrique.territories.models import Territory


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    use_in_migrations = False

    def get_by_natural_key(self, username: str | None) -> User:
        found: User = self.get(email__iexact=username)
        return found


class User(AbstractBaseUser, PermissionsMixin):
    """An agent or partner, known by a professional e-mail address."""

    public_id = PublicIdField()
    email = models.EmailField(_("adresse électronique"), unique=True)
    full_name = models.CharField(_("nom affiché"), max_length=120)
    is_active = models.BooleanField(_("compte ouvert"), default=True)
    is_staff = models.BooleanField(_("accès à l’administration éditoriale"), default=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("compte")
        verbose_name_plural = _("comptes")
        constraints = [models.UniqueConstraint(Lower("email"), name="email_once_whatever_the_case")]

    def __str__(self) -> str:
        return self.full_name


class Organisation(models.Model):
    """A town hall, an association, a hospital: organiser, relay, partner, author of a written contribution."""

    public_id = PublicIdField()
    name = models.CharField(_("nom"), max_length=200)
    folded_name = models.CharField(_("nom sans accents"), max_length=200, editable=False, db_index=True)
    kind = models.CharField(
        _("nature"), max_length=16, choices=OrganisationKind, default=OrganisationKind.OTHER
    )
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisme")
        verbose_name_plural = _("organismes")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["folded_name", "territory"], name="organisation_once_a_territory")
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A role held by a person in a territory (and in all that it contains)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles", verbose_name=_("compte"))
    code = models.CharField(_("rôle"), max_length=24, choices=RoleCode)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("organisme"),
    )
    granted_at = models.DateTimeField(_("donné le"))
    ended_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rôle")
        verbose_name_plural = _("rôles")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "code", "territory"],
                condition=Q(ended_at__isnull=True),
                name="role_held_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} · {self.territory_id}"
