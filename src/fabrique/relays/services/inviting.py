"""Who acts for a relay: an account, its role, and a one-time link by which its person chooses a password.

Fed by the acceptance of a relay and by its own page. Feeds the sign-in. Only the hash of a link is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, System
from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import Role, User
from fabrique.accounts.rights import holds
from fabrique.accounts.services import create_user, grant_role, reopen_user
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.relays.models import Relay, RelayInvitation
from fabrique.relays.services import messages
from fabrique.relays.services.shared import require_own_or_decider

#: days during which a one-time link may serve
INVITATION_DAYS = 7
_JOB = System("relays.invite")


def invite_person(actor: Actor, *, relay: Relay, email: str, full_name: str) -> User:
    """Give somebody of the relay an account and a one-time link; again, a new link that cancels the one before.

    For the relay's own people and for agents who decide. Raises Refused: relay.suspended, relay.not_active,
    relay.person_elsewhere; ValidationError on a wrong address.
    """
    require_own_or_decider(actor, relay=relay)
    decides = holds(actor, "relays.decide", relay.territory)
    with transaction.atomic():
        user = welcome(
            relay, email=email.strip().lower(), full_name=" ".join(full_name.split()), reopen=decides
        )
        journal.record(actor, "relays.invite", relay)
    return user


def welcome(relay: Relay, *, email: str, full_name: str, reopen: bool) -> User:
    """The account, the role, and the message: with a one-time link, or without for who already signs in.

    With `reopen`, the account that the end of an earlier relay closed opens again.
    """
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = create_user(_JOB, email=email, full_name=full_name)
    elif reopen and _closed_with_nothing_left(user):
        user = reopen_user(_JOB, user=user)
    role = grant_role(
        _JOB,
        user=user,
        code=RoleCode.RELAY,
        territory=relay.territory,
        organisation=relay.organisation,
    )
    if role.organisation_id != relay.organisation_id:
        raise Refused(
            "relay.person_elsewhere",
            _(
                "Cette adresse sert déjà un autre relais du même territoire. "
                "Une personne agit pour un seul relais : donnez une autre adresse."
            ),
        )
    token = "" if user.has_usable_password() else _new_link(relay, user)
    messages.tell_welcome(relay, email=email, token=token, days=INVITATION_DAYS)
    return user


def _closed_with_nothing_left(user: User) -> bool:
    """Whether the account is closed and would bring back no power: a closed agent's account keeps its roles."""
    powers = user.is_staff or user.is_superuser or Role.objects.of(user).exists()
    return not user.is_active and not powers


def _new_link(relay: Relay, user: User) -> str:
    token = secrets.token_urlsafe(32)
    RelayInvitation.objects.filter(user=user).usable().update(expires_at=now())
    RelayInvitation.objects.create(
        relay=relay,
        user=user,
        token_hash=_hash(token),
        sent_at=now(),
        expires_at=now() + timedelta(days=INVITATION_DAYS),
    )
    return token


def invitation_of(token: str) -> RelayInvitation | None:
    """The invitation that this one-time link opens, or None once it has served or its days are over."""
    found: RelayInvitation | None = (
        RelayInvitation.objects.usable()
        .filter(token_hash=_hash(token), user__is_active=True)
        .select_related("relay", "user")
        .first()
    )
    return found


def use_invitation(actor: Actor, *, token: str, password: str) -> User:
    """Choose the account's password, once. Holding the link is the right.

    Raises Refused('invitation.over') and, on a weak password, ValidationError.
    """
    with transaction.atomic():
        invitation = RelayInvitation.objects.select_for_update().usable().filter(token_hash=_hash(token))
        found = invitation.select_related("user").first()
        if found is None or not found.user.is_active:
            raise Refused(
                "invitation.over",
                _("Ce lien a déjà servi, ou ses sept jours sont passés. Demandez-en un autre à l’agence."),
            )
        user: User = found.user
        validate_password(password, user)
        user.set_password(password)
        user.save(update_fields=["password"])
        found.used_at = now()
        found.save(update_fields=["used_at"])
        journal.record(actor, "relays.use_invitation", user)
    return user


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
