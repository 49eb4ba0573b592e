"""Verbs on opinions: a member's own, before the session; the body's, after it, published and corrected.

Fed by members' telephones and the secretary's screens. Feeds the public page of the body.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.models import Mandate
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Forbidden, Refused
from fabrique.councils.enums import ItemKind, OpinionSense, SessionState
from fabrique.councils.models import AgendaItem, MemberOpinion, Opinion
from fabrique.councils.querysets import seats_of
from fabrique.councils.services.shared import HELD, fingerprint, locked, one_line, person, plain

LONGEST = 10_000
MOST_POINTS = 50


def write_member_opinion(actor: Actor, *, item: AgendaItem, sense: str = "", text: str = "") -> MemberOpinion:
    """A member's opinion or remarks on an item, changed as often as wished until the session begins.

    Raises Forbidden to whoever does not sit in the body today; Refused: member.closed, member.empty,
    member.sense, member.long.
    """
    mandate = seat_in(actor, item=item)
    text = plain(text)
    if sense and sense not in OpinionSense.values:
        raise Refused("member.sense", _("Choisissez un avis dans la liste."))
    if not sense and not text:
        raise Refused("member.empty", _("Choisissez un avis, ou écrivez une remarque."))
    if len(text) > LONGEST:
        raise Refused("member.long", _("Vos remarques dépassent 10 000 signes. Raccourcissez-les."))
    with transaction.atomic():
        session = locked(item.session)
        # the hour decides, not the day on which the secretary says that the session took place
        if session.state != SessionState.CALLED or session.starts_at <= now():
            raise Refused(
                "member.closed",
                _(
                    "Les avis des membres se donnent avant la séance. Dites le vôtre en séance, ou au secrétariat."
                ),
            )
        opinion, _created = MemberOpinion.objects.update_or_create(
            item=item, mandate=mandate, defaults={"sense": sense, "text": text, "written_at": now()}
        )
        journal.record(actor, "councils.write_member_opinion", opinion, reason=sense or "remarks")
    return opinion


def seat_in(actor: Actor, *, item: AgendaItem) -> Mandate:
    """The mandate by which the actor sits in the body of an item. Raises Forbidden."""
    for mandate in seats_of(actor):
        if mandate.body_id == item.session.body_id:
            return mandate
    raise Forbidden("forbidden", _("Vous ne siégez pas dans cette instance."))


def opinion_of(last: Opinion | None) -> dict[str, Any]:
    """What the form of the body's opinion holds, and whether it begins a later version of what is published."""
    names = ("sense", "text", "points", "adopted_on", "votes_for", "votes_against", "abstentions")
    if last is None:
        return {**dict.fromkeys(names), "frozen": False}
    return {**{name: getattr(last, name) for name in names}, "frozen": last.frozen_at is not None}


def save_opinion(
    actor: Actor,
    *,
    item: AgendaItem,
    sense: str,
    text: str,
    points: Sequence[str] = (),
    adopted_on: date,
    votes_for: int | None = None,
    votes_against: int | None = None,
    abstentions: int | None = None,
    expected: str = "",
) -> Opinion:
    """Write the body's opinion on an item, or correct its draft; after a publication, a later version begins.

    `expected`: the token of the opinion_of() that the form showed. Raises Refused: edit.conflict,
    opinion.not_held, opinion.kind, opinion.sense, opinion.text, opinion.date, opinion.votes, opinion.points.
    """
    require(actor, "councils.record_opinion", item.session.body.territory)
    votes = (votes_for, votes_against, abstentions)
    with transaction.atomic():
        session = locked(item.session)
        if session.state not in HELD:
            raise Refused("opinion.not_held", _("L’avis de l’instance s’écrit quand la séance a eu lieu."))
        if item.kind == ItemKind.INFORMATION:
            raise Refused("opinion.kind", _("Ce point est pour information : il n’appelle pas d’avis."))
        kept = [one_line(one) for one in points if one.strip()]
        _check(sense, plain(text), kept, adopted_on, votes)
        last = Opinion.objects.filter(item=item).order_by("-number").first()
        present, opinion = opinion_of(last), _draft(item, last)
        opinion.sense, opinion.text, opinion.points = sense, plain(text), kept
        opinion.adopted_on, opinion.recorded_by = adopted_on, person(actor)
        opinion.votes_for, opinion.votes_against, opinion.abstentions = votes
        check_unchanged(expected, present, opinion_of(opinion))
        opinion.save()
        journal.record(actor, "councils.save_opinion", opinion, reason=sense)
    return opinion


def publish_opinion(actor: Actor, *, opinion: Opinion) -> Opinion:
    """Make an opinion public, in the name of who does it; it never changes afterwards.

    Raises Refused: publish.unnamed, publish.already.
    """
    require(actor, "councils.publish", opinion.item.session.body.territory)
    if not isinstance(actor, Agent):
        raise Refused("publish.unnamed", _("Une publication porte le nom d’une personne : connectez-vous."))
    with transaction.atomic():
        opinion = (
            Opinion.objects.select_for_update(of=("self",)).select_related("item__session").get(pk=opinion.pk)
        )
        if opinion.frozen_at is not None:
            raise Refused("publish.already", _("Cet avis est déjà publié."))
        opinion.content_hash = fingerprint(
            {
                "item": opinion.item.public_id,
                "number": opinion.number,
                "sense": opinion.sense,
                "text": opinion.text,
                "points": opinion.points,
                "adopted_on": opinion.adopted_on,
                "votes": [opinion.votes_for, opinion.votes_against, opinion.abstentions],
            }
        )
        opinion.frozen_at, opinion.published_by = now(), actor.user
        opinion.save()
        journal.record(actor, "councils.publish_opinion", opinion)
    return opinion


def _draft(item: AgendaItem, last: Opinion | None) -> Opinion:
    """The draft of the body's opinion: the last version, or the next one where that is published."""
    if last is None or last.frozen_at is not None:
        return Opinion(item=item, supersedes=last, number=last.number + 1 if last else 1)
    return last


def _check(
    sense: str, text: str, points: Sequence[str], adopted_on: date, votes: Sequence[int | None]
) -> None:
    if sense not in OpinionSense.values:
        raise Refused("opinion.sense", _("Choisissez le sens de l’avis dans la liste."))
    if not text:
        raise Refused("opinion.text", _("Écrivez l’avis tel que l’instance l’a adopté."))
    if len(points) > MOST_POINTS:
        raise Refused(
            "opinion.points", _("Cinquante réserves ou demandes au plus. Réunissez-en quelques-unes.")
        )
    if adopted_on > today():
        raise Refused("opinion.date", _("La date d’adoption est à venir. Corrigez-la."))
    if any(vote is not None for vote in votes) and not all(vote is not None and vote >= 0 for vote in votes):
        raise Refused(
            "opinion.votes", _("Donnez les trois nombres de voix (pour, contre, abstentions), ou aucun.")
        )
