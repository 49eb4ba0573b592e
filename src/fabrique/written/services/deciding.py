"""A person's decision on a contribution: accepted into the corpus as one organisation, or set aside with a reason.

Fed by the splitting screen. Feeds the corpus, the contact's letter and the public list.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.enums import OrganisationKind
from fabrique.accounts.models import Organisation, User
from fabrique.accounts.rights import require
from fabrique.accounts.services import create_organisation
from fabrique.common import journal
from fabrique.common.actors import System
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.contributions.enums import Channel, Unit
from fabrique.contributions.models import Participation
from fabrique.contributions.services import Profile, Submission, record_participation
from fabrique.territories.models import Territory
from fabrique.written.enums import RefusalReason, WrittenState
from fabrique.written.models import Demand, WrittenContribution
from fabrique.written.services.calls import DEMANDS
from fabrique.written.services.letters import announce_acceptance, announce_refusal
from fabrique.written.services.splitting import locked


def accept(
    actor: Actor,
    *,
    written: WrittenContribution,
    organisation: Organisation | None = None,
    name: str = "",
    kind: str = OrganisationKind.OTHER,
    territory: Territory | None = None,
    title: str = "",
) -> WrittenContribution:
    """Put the demands into the corpus as ONE participation of the unit « organisation », and tell the contact.

    The organisation is one already known, or is made known under `name`. Idempotent: accepted again it
    changes nothing. Raises Refused: written.decided, written.no_demand, organisation.name.
    """
    require(actor, "written.decide", written.call.perimeter)
    with transaction.atomic():
        written = locked(written)
        if written.state == WrittenState.ACCEPTED:
            return written
        demands = _acceptable(written)
        written.organisation = organisation or create_organisation(
            actor,
            name=name or written.organisation_name,
            kind=OrganisationKind(kind),
            territory=territory or written.territory or written.call.perimeter,
        )
        written.participation = _record(written, demands)
        _link(written.participation, demands)
        written.title = " ".join(title.split())[:200] or written.title
        written.state = WrittenState.ACCEPTED
        _decided(actor, written)
        if written.contact_email and written.receipt_code:
            announce_acceptance(written, written.contact_email, written.receipt_code, len(demands))
        written.receipt_code = ""
        written.save()
        journal.record(actor, "written.accept", written)
    return written


def _acceptable(written: WrittenContribution) -> list[Demand]:
    """The demands of a contribution that may be accepted. Raises Refused: written.decided, written.no_demand."""
    if written.state == WrittenState.REFUSED:
        raise Refused(
            "written.decided", _("Cette contribution a été écartée : elle ne peut plus être acceptée.")
        )
    demands = list(Demand.objects.of_written(written))
    if not demands:
        raise Refused("written.no_demand", _("Relevez au moins une demande avant d’accepter."))
    return demands


def refuse(actor: Actor, *, written: WrittenContribution, reason: str) -> WrittenContribution:
    """Set a contribution aside, with its reason, and tell the contact. Raises Refused: written.decided,
    written.reason."""
    require(actor, "written.decide", written.call.perimeter)
    if reason not in RefusalReason.values:
        raise Refused("written.reason", _("Choisissez le motif pour lequel cette contribution est écartée."))
    with transaction.atomic():
        written = locked(written)
        if written.state != WrittenState.QUARANTINED:
            raise Refused("written.decided", _("Cette contribution est déjà traitée."))
        written.state = WrittenState.REFUSED
        written.refusal = reason
        written.receipt_code = ""
        _decided(actor, written)
        written.save()
        # a duplicate was acknowledged once already, and robots are not answered
        if written.contact_email and reason not in (RefusalReason.DUPLICATE, RefusalReason.ADVERTISING):
            announce_refusal(written, written.contact_email, RefusalReason(reason))
        journal.record(actor, "written.refuse", written, reason=reason)
    return written


def _decided(actor: Actor, written: WrittenContribution) -> None:
    written.decided_at = now()
    written.decided_by = User.objects.get(pk=actor.user.pk) if isinstance(actor, Agent) else None


def _record(written: WrittenContribution, demands: Sequence[Demand]) -> Participation:
    """The right was checked: who decides here need not hold that of recording anywhere."""
    if written.call.source is None:
        raise Refused("call.not_open", _("Cet appel n’est pas encore ouvert : il ne reçoit rien."))
    return record_participation(
        System("written.accept"),
        source=written.call.source,
        submission=Submission(
            channel=Channel.WRITTEN,
            unit=Unit.ORGANISATION,
            receipt=written.receipt_code,
            idempotency_key=f"written:{written.public_id}",
            texts={DEMANDS: [demand.text for demand in demands]},
            profile=Profile(territory=written.organisation.territory if written.organisation else None),
            submitted_at=written.received_at,
        ),
    )


def _link(participation: Participation, demands: Sequence[Demand]) -> None:
    """Each demand to its contribution: the position in the corpus is that in the contribution."""
    by_position = {one.position: one for one in participation.contributions.all()}
    for position, demand in enumerate(demands):
        demand.contribution = by_position.get(position)
    Demand.objects.bulk_update(demands, ["contribution"])
