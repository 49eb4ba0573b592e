"""Verbs on what users' associations find: entrust, hand in, give the agency's own view beside, publish.

Fed by agents' pages and the association's screen. Feeds the dossier and the public pages. The text handed in is
never edited: its fingerprint is checked each time that it is shown.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.enums import OrganisationKind, RoleCode
from fabrique.accounts.models import Organisation, Role
from fabrique.accounts.rights import holds, require
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.enums import FindingTone
from fabrique.plan.models import Action, UsersFinding
from fabrique.plan.services.words import needed


def entrust(
    actor: Actor, *, action: Action, organisation: Organisation, mandate: str, due_on: date | None = None
) -> UsersFinding:
    """Ask a users' association to check whether an action improves what users live.

    Raises Refused: finding.organisation, finding.mandate, finding.due, finding.already (not handed in yet).
    """
    require(actor, "plan.entrust_findings", action.territory)
    if organisation.kind != OrganisationKind.USERS_ASSOCIATION:
        raise Refused("finding.organisation", _("Choisissez une association d’usagers du système de santé."))
    mandate = needed(mandate, "finding.mandate", _("Écrivez ce que vous demandez à l’association."))
    if due_on is not None and due_on < today():
        raise Refused("finding.due", _("La date attendue est passée. Choisissez une date à venir."))
    with transaction.atomic():
        Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
        asked = UsersFinding.objects.filter(action=action, organisation=organisation)
        if asked.filter(handed_in_at__isnull=True).exists():
            raise Refused(
                "finding.already", _("Cette association a déjà ce constat à faire sur cette action.")
            )
        finding: UsersFinding = UsersFinding.objects.create(
            action=action, organisation=organisation, mandate=mandate, entrusted_on=today(), due_on=due_on
        )
        journal.record(actor, "plan.entrust_finding", finding)
    return finding


def holds_mandate(actor: Actor, *, finding: UsersFinding) -> bool:
    """Whether the actor is a partner of that very association."""
    if not isinstance(actor, Agent) or not holds(actor, "plan.hand_in_findings"):
        return False
    held = Role.objects.current().filter(user=actor.user, code=RoleCode.PARTNER)
    return held.filter(organisation=finding.organisation_id).exists()


def hand_in(actor: Actor, *, finding: UsersFinding, tone: str, text: str, method: str) -> UsersFinding:
    """Hand in the finding, once: it is sealed as written. Only a partner of that association may.

    Raises Forbidden; Refused: finding.tone, finding.text, finding.method, finding.handed_in.
    """
    if not holds_mandate(actor, finding=finding):
        raise Forbidden(
            "forbidden",
            _("Ce constat est confié à une autre association."),
            verb="plan.hand_in_findings",
        )
    if tone not in FindingTone.values:
        raise Refused("finding.tone", _("Dites ce que l’action change pour les usagers."))
    text = needed(text, "finding.text", _("Écrivez votre constat."))
    method = needed(method, "finding.method", _("Dites comment vous avez fait ce constat."))
    with transaction.atomic():
        found = UsersFinding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
        if found.handed_in_at is not None:
            raise Refused("finding.handed_in", _("Ce constat est déjà remis : il ne se modifie plus."))
        found.tone, found.text, found.method = tone, text, method
        found.handed_in_at, found.handed_in_by = now(), actor.user if isinstance(actor, Agent) else None
        found.content_hash = fingerprint(found)
        found.save(update_fields=["tone", "text", "method", "handed_in_at", "handed_in_by", "content_hash"])
        journal.record(actor, "plan.hand_in_finding", found, reason=tone)
    return found


def view_of(finding: UsersFinding) -> dict[str, str]:
    """What the form of the agency's view holds."""
    return {"text": finding.agency_view}


def give_view(actor: Actor, *, finding: UsersFinding, text: str, expected: str = "") -> UsersFinding:
    """Write the agency's own view, which stands beside the finding and changes nothing in it.

    `expected`: the token of the view_of() that the form showed.
    Raises Refused: edit.conflict, finding.not_handed_in, finding.view, finding.view_published (it stays).
    """
    require(actor, "plan.entrust_findings", finding.action.territory)
    text = needed(text, "finding.view", _("Écrivez le point de vue de l’agence."))
    with transaction.atomic():
        found = UsersFinding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
        if found.handed_in_at is None:
            raise Refused("finding.not_handed_in", _("L’association n’a pas encore remis son constat."))
        if found.published_at is not None and found.agency_view:
            raise Refused("finding.view_published", _("Ce point de vue est publié : il ne change plus."))
        check_unchanged(expected, view_of(found), {"text": text})
        found.agency_view = text
        found.save(update_fields=["agency_view"])
        journal.record(actor, "plan.give_view", found)
    return found


def publish_finding(actor: Actor, *, finding: UsersFinding) -> UsersFinding:
    """Make the finding public as it was handed in; the agency's view may come later, its absence is said.

    Raises Refused: finding.not_handed_in, finding.published, finding.altered, finding.action_not_public.
    """
    require(actor, "plan.publish_reviews", finding.action.territory)
    with transaction.atomic():
        rows = UsersFinding.objects.select_for_update(of=("self",)).select_related("action__plan")
        found = rows.get(pk=finding.pk)
        if found.handed_in_at is None:
            raise Refused("finding.not_handed_in", _("L’association n’a pas encore remis son constat."))
        if found.published_at is not None:
            raise Refused("finding.published", _("Ce constat est déjà publié."))
        if not is_as_handed_in(found):
            raise Refused(
                "finding.altered", _("Ce texte n’est plus celui qui a été remis : il ne se publie pas.")
            )
        if found.action.published_at is None or found.action.plan.published_at is None:
            raise Refused(
                "finding.action_not_public",
                _("Cette action n’est pas publique : rendez-la publique d’abord."),
            )
        found.published_at = now()
        found.save(update_fields=["published_at"])
        journal.record(actor, "plan.publish_finding", found)
    result: UsersFinding = found
    return result


def fingerprint(finding: UsersFinding) -> str:
    """SHA-256 of what was handed in: tone, text and method."""
    said = json.dumps([finding.tone, finding.text, finding.method], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def is_as_handed_in(finding: UsersFinding) -> bool:
    """Whether the text is still the one that the association handed in."""
    return bool(finding.content_hash) and fingerprint(finding) == finding.content_hash
