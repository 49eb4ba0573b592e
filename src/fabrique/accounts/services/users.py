"""Verbs on accounts: open, close and reopen an account, grant a role, end it.

Fed by agents' screens, the command line and the demonstration. Feeds rights and the journal.
"""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.enums import OrganisationKind, RoleCode
from fabrique.accounts.models import Organisation, Role, User
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.common.folding import fold
from fabrique.territories.models import Territory


def create_user(actor: Actor, *, email: str, full_name: str, password: str | None = None) -> User:
    """Open an account. Raises ValidationError on a weak password, a wrong address or one already taken."""
    require(actor, "accounts.create_user")
    user = User(email=User.objects.normalize_email(email).lower(), full_name=full_name)
    if password is None:
        user.set_unusable_password()
    else:
        validate_password(password, user)
        user.set_password(password)
    user.full_clean(exclude=["password"])
    with transaction.atomic():
        user.save()
        journal.record(actor, "accounts.create_user", user)
    return user


def close_user(actor: Actor, *, user: User) -> User:
    """Close an account: the person can no longer sign in nor act. Refused on an account already closed.

    The actor holds the right wherever the person holds a role.
    """
    require(actor, "accounts.close_user")
    for role in Role.objects.of(user):
        require(actor, "accounts.close_user", role.territory)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if not user.is_active:
            raise Refused("accounts.closed", _("Ce compte est déjà fermé."))
        user.is_active, user.closed_at = False, now()
        user.save(update_fields=["is_active", "closed_at"])
        journal.record(actor, "accounts.close_user", user)
    return user


def reopen_user(actor: Actor, *, user: User) -> User:
    """Open a closed account again, without a password: the one from before no longer signs in.

    The actor holds the right wherever the person holds a role.
    Raises Refused: accounts.open, accounts.erased.
    """
    require(actor, "accounts.reopen_user")
    for role in Role.objects.of(user):
        require(actor, "accounts.reopen_user", role.territory)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.is_active:
            raise Refused("accounts.open", _("Ce compte est déjà ouvert."))
        if user.erased_at is not None:
            raise Refused("accounts.erased", _("Ce compte a été effacé. Ouvrez-en un nouveau."))
        user.is_active, user.closed_at = True, None
        user.set_unusable_password()
        user.save(update_fields=["is_active", "closed_at", "password"])
        journal.record(actor, "accounts.reopen_user", user)
    return user


def create_organisation(
    actor: Actor, *, name: str, kind: OrganisationKind, territory: Territory
) -> Organisation:
    """Make an organisation known, once a territory: the same name gives back the same row.

    The right is that of whoever needs it: a verb of another app calls this one after its own check.
    Raises Refused('organisation.name') on an empty name.
    """
    name = " ".join(name.split())[:200]
    if not name:
        raise Refused("organisation.name", _("Écrivez le nom de l’organisme."))
    with transaction.atomic():
        organisation, created = Organisation.objects.get_or_create(
            folded_name=fold(name)[:200], territory=territory, defaults={"name": name, "kind": kind}
        )
        if created:
            journal.record(actor, "accounts.create_organisation", organisation)
    return organisation


def grant_role(
    actor: Actor, *, user: User, code: str, territory: Territory, organisation: Organisation | None = None
) -> Role:
    """Give a role in a territory; again changes nothing. Refused on an unknown role or a closed account.

    A relay's role names the organisation for which the person helps others to answer.
    """
    require(actor, "accounts.grant_role", territory)
    if code not in RoleCode.values:
        raise Refused("accounts.unknown_role", _("Ce rôle n’existe pas. Choisissez-en un dans la liste."))
    if not user.is_active:
        raise Refused("accounts.closed", _("Ce compte est fermé. Rouvrez-le avant de lui donner un rôle."))
    with transaction.atomic():
        role, created = Role.objects.get_or_create(
            user=user,
            code=code,
            territory=territory,
            ended_at=None,
            defaults={"granted_at": now(), "organisation": organisation},
        )
        if created:
            journal.record(actor, "accounts.grant_role", user, reason=code)
    return role


def end_role(actor: Actor, *, role: Role) -> Role:
    """Take a role back; the row stays, with its end. Refused on a role already taken back."""
    require(actor, "accounts.end_role", role.territory)
    with transaction.atomic():
        role = Role.objects.select_for_update().select_related("user", "territory").get(pk=role.pk)
        if role.ended_at is not None:
            raise Refused("accounts.role_ended", _("Ce rôle a déjà été retiré."))
        role.ended_at = now()
        role.save(update_fields=["ended_at"])
        journal.record(actor, "accounts.end_role", role.user, reason=role.code)
    return role
