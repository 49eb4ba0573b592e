"""People who sign in, and their roles in territories.

Fed by accounts.services. Feeds rights (accounts.rights) and the journal.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.enums import BodyKind, MandateSeat, OrganisationKind, RoleCode
from fabrique.accounts.querysets import (
    BodyQuerySet,
    MandateQuerySet,
    OrganisationQuerySet,
    RoleQuerySet,
    UserQuerySet,
)
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
    #: from there runs the term after which the address and the name go
    closed_at = models.DateTimeField(_("fermé le"), null=True, blank=True)
    erased_at = models.DateTimeField(_("effacé le"), null=True, blank=True)

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


class Body(models.Model):
    """A body of health democracy: the CRSA, a CTS, the follow-up body. Loaded, never written in code."""

    public_id = PublicIdField()
    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    kind = models.CharField(_("nature"), max_length=16, choices=BodyKind)
    name = models.CharField(_("nom"), max_length=200)
    acronym = models.CharField(_("sigle"), max_length=20, blank=True)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    composition_note = models.TextField(_("composition"), blank=True)
    #: a composition still to be settled is said, never invented
    composition_known = models.BooleanField(_("composition arrêtée"), default=True)
    #: a seat is said vacant only where all the mandates are recorded here: most bodies begin with a few accounts
    members_complete = models.BooleanField(_("tous les membres y sont enregistrés"), default=False)
    answer_days = models.PositiveSmallIntegerField(_("délai de réponse aux habitants, en jours"), default=60)
    #: the door receives health data: it opens once its impact assessment and its legal bases are recorded
    aipd_validated_on = models.DateField(_("analyse d’impact validée le"), null=True, blank=True)
    aipd_validated_by = models.CharField(_("analyse d’impact validée par"), max_length=200, blank=True)
    legal_basis_6 = models.CharField(_("base légale (article 6)"), max_length=200, blank=True)
    legal_basis_9 = models.CharField(_("base légale (article 9.2)"), max_length=200, blank=True)
    door_open = models.BooleanField(_("les habitants peuvent lui écrire"), default=False)
    ended_on = models.DateField(_("supprimée le"), null=True, blank=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("instance")
        verbose_name_plural = _("instances")
        ordering = ["kind", "territory__code", "name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "territory", "name"], name="body_once_a_territory"),
            models.CheckConstraint(name="body_answers_in_a_delay", condition=Q(answer_days__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name


class College(models.Model):
    """A college of a body: what category its members stand for, and how many seats it has."""

    body = models.ForeignKey(
        Body, on_delete=models.CASCADE, related_name="colleges", verbose_name=_("instance")
    )
    number = models.PositiveSmallIntegerField(_("numéro"))
    label = models.CharField(_("intitulé"), max_length=200)
    seats = models.PositiveSmallIntegerField(_("sièges"), null=True, blank=True)

    class Meta:
        verbose_name = _("collège")
        verbose_name_plural = _("collèges")
        ordering = ["body", "number"]
        constraints = [models.UniqueConstraint(fields=["body", "number"], name="college_number_once")]

    def __str__(self) -> str:
        return self.label


class SeatCategory(models.Model):
    """A category inside a college: whom its seats are for (« a) établissements de santé »), and how many."""

    college = models.ForeignKey(
        College, on_delete=models.CASCADE, related_name="categories", verbose_name=_("collège")
    )
    rank = models.PositiveSmallIntegerField(_("rang"))
    label = models.CharField(_("intitulé"), max_length=300)
    seats = models.PositiveSmallIntegerField(_("sièges"), null=True, blank=True)

    class Meta:
        verbose_name = _("catégorie de sièges")
        verbose_name_plural = _("catégories de sièges")
        ordering = ["college", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["college", "rank"], name="seat_category_rank_once"),
            models.CheckConstraint(
                name="seat_category_has_a_letter", condition=Q(rank__gte=1) & Q(rank__lte=26)
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def letter(self) -> str:
        """« a » for the first: categories are lettered in the decrees that name them."""
        return chr(ord("a") + self.rank - 1)


class Mandate(models.Model):
    """A person's seat in a body, in a college, between two dates, both included.

    The name shown is that of the account; the public reads it only where `name_public` says so.
    """

    public_id = PublicIdField()
    body = models.ForeignKey(
        Body, on_delete=models.CASCADE, related_name="mandates", verbose_name=_("instance")
    )
    college = models.ForeignKey(
        College,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mandates",
        verbose_name=_("collège"),
    )
    category = models.ForeignKey(
        SeatCategory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mandates",
        verbose_name=_("catégorie"),
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("membre")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisme représenté"),
    )
    seat = models.CharField(_("qualité"), max_length=16, choices=MandateSeat, default=MandateSeat.FULL)
    starts_on = models.DateField(_("à partir du"))
    ends_on = models.DateField(_("jusqu’au"), null=True, blank=True)
    #: an explicit choice of the secretary, mandate by mandate: never by default
    name_public = models.BooleanField(_("nom montré au public"), default=False)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandat")
        verbose_name_plural = _("mandats")
        ordering = ["body", "college__number", "seat", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "user"], condition=Q(ends_on__isnull=True), name="one_current_mandate_a_body"
            ),
            models.CheckConstraint(
                name="mandate_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.user_id}"
