"""The end of a closed account: its name and its address go, by hand or at term; what it did keeps its identifier.

Fed by the command line and by the clock, through common.registry.periodic. Feeds common.registry.account_erasers.
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, System
from fabrique.accounts.models import Mandate, Role, User
from fabrique.accounts.rights import require
from fabrique.accounts.services.mandates import end_mandate
from fabrique.accounts.services.users import end_role
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.errors import Refused
from fabrique.common.registry import account_erasers

#: what is read wherever the account acted: kept in the database, so the same in every language
ERASED_NAME = "compte effacé"
#: a domain that no e-mail can reach, by its standard (RFC 2606)
_NOWHERE = "compte-efface.invalid"
log = logging.getLogger("fabrique.accounts")
KEEPER = System("accounts.closed")
_ERASER = System("accounts.erase")
#: each erasure is a transaction of its own; a long backlog takes several turns of the worker
AT_ONCE = 100


def erase_user(actor: Actor, *, user: User) -> User:
    """Erase a closed account: address, name, password, sessions, links; its roles and mandates end first.

    The row stays, without a name, for what it signed and for the journal, which hold its identifier only. The
    actor holds the right wherever the person holds a role. Raises Refused: accounts.still_open,
    accounts.erased_already.
    """
    require(actor, "accounts.erase_user")
    for role in Role.objects.of(user):
        require(actor, "accounts.erase_user", role.territory)
    _check_erasable(User.objects.get(pk=user.pk))
    # before the transaction: they read much, may be repeated, and a closed account has no use of what they take
    for _name, erase in account_erasers.items():
        erase(user.pk)
    with transaction.atomic():
        # bodies before the account: the order in which the verbs on mandates take their locks
        _end_powers(user)
        user = User.objects.select_for_update().get(pk=user.pk)
        _check_erasable(user)
        _blank(user)
        journal.record(actor, "accounts.erase_user", user)
    return user


def erase_closed_users() -> int:
    """Erase the accounts closed for FABRIQUE_CLOSED_ACCOUNT_DAYS; returns how many went. For the worker."""
    before = now() - timedelta(days=settings.FABRIQUE_CLOSED_ACCOUNT_DAYS)
    erased = 0
    for user in User.objects.closed_before(before)[:AT_ONCE]:
        try:
            erase_user(KEEPER, user=user)
        except Refused:
            # reopened, or erased by hand, meanwhile
            continue
        except Exception:
            # one account never holds the others back; it is tried again at the next turn
            log.exception("account %s is not erased", user.public_id)
            continue
        erased += 1
    return erased


def _check_erasable(user: User) -> None:
    if user.is_active:
        raise Refused("accounts.still_open", _("Ce compte est ouvert. Fermez-le avant de l’effacer."))
    if user.erased_at is not None:
        raise Refused("accounts.erased_already", _("Ce compte a déjà été effacé."))


def _end_powers(user: User) -> None:
    """No name is shown for any mandate, even past; those that run end today, those to come never begin."""
    held = Mandate.objects.of(user)
    held.filter(name_public=True).update(name_public=False)
    for mandate in held.to_begin().select_related("body__territory"):
        journal.record(_ERASER, "accounts.end_mandate", mandate)
        try:
            mandate.delete()
        except ProtectedError:
            # its first day was put off after something had been done under it: that stays, the mandate is over
            Mandate.objects.filter(pk=mandate.pk).update(starts_on=today(), ends_on=today())
    for mandate in held.lasting_beyond(today()).select_related("body__territory"):
        end_mandate(_ERASER, mandate=mandate)
    for role in Role.objects.of(user):
        end_role(_ERASER, role=role)


def _blank(user: User) -> None:
    user.full_name, user.email = ERASED_NAME, f"{secrets.token_hex(12)}@{_NOWHERE}"
    user.is_staff = user.is_superuser = False
    user.last_login, user.erased_at = None, now()
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
