"""Alerts of distress: raised with the recording of a text, addressed to a named agent, closed with an outcome.

Fed by the recording of participations. Feeds the moderation room and an e-mail that quotes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent, System
from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import Role, User
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.contributions.enums import AlertOutcome, Channel, Signal
from fabrique.contributions.models import Alert, AlertContact, Contribution, Participation, TextSignal
from fabrique.subscriptions.services import absolute, letter, send_later
from fabrique.territories.models import Territory
from fabrique_core.text.distress import signs_of_abuse, signs_of_advertising, signs_of_distress


def note_signals(actor: Actor, *, participation: Participation, texts: Sequence[Contribution]) -> None:
    """Keep what the program saw in new texts, and raise one alert a participation that speaks of distress.

    Texts imported from another platform were written there, earlier: they are sorted, nobody is alerted.
    """
    seen: list[TextSignal] = []
    kinds: set[str] = set()
    for text in texts:
        found = signs_of_distress([text.raw_text])
        kinds |= found
        signals = (
            (Signal.DISTRESS, bool(found)),
            (Signal.ABUSE, signs_of_abuse(text.raw_text)),
            (Signal.ADVERTISING, signs_of_advertising(text.raw_text)),
        )
        seen += [TextSignal(contribution=text, kind=kind) for kind, holds in signals if holds]
    TextSignal.objects.bulk_create(seen)
    if kinds and participation.channel != Channel.IMPORT:
        contact = contact_for(participation)
        alert = Alert.objects.create(
            participation=participation, kinds=sorted(kinds), raised_at=now(), assigned_to=contact
        )
        journal.record(actor, "contributions.raise_alert", alert)


def contact_for(participation: Participation) -> User | None:
    """The agent named for the department of a participation, else for the source's perimeter or what holds it."""
    places = [participation.department, participation.source.perimeter]
    named = {row.territory_id: row for row in AlertContact.objects.select_related("user", "territory")}
    for place in places:
        if place is None:
            continue
        for pk in (place.pk, place.department_id, place.region_id):
            # who lost the role since could not open the alert: the next one is looked for
            if pk in named and _treats(named[pk].user, named[pk].territory):
                return named[pk].user
    return None


def _treats(user: User, territory: Territory) -> bool:
    treats = [RoleCode.MODERATOR, RoleCode.ANALYST]
    found = Role.objects.reaching(territory).filter(user=user, user__is_active=True, code__in=treats)
    return found.exists()


def has_alert_contact(territory: Territory) -> bool:
    """Whether somebody is named for the territory, or for one that holds it."""
    places = [pk for pk in (territory.pk, territory.department_id, territory.region_id) if pk]
    return AlertContact.objects.filter(territory__in=places, user__is_active=True).exists()


def name_alert_contact(actor: Actor, *, territory: Territory, user: User) -> AlertContact:
    """Name the agent who receives the alerts of a territory, in place of whoever did.

    Raises Refused('alert.no_right') on somebody who could not read them.
    """
    require(actor, "contributions.name_alert_contact", territory)
    if not _treats(user, territory):
        raise Refused(
            "alert.no_right",
            _("Cette personne n’a pas le rôle de modérateur ou d’analyste dans ce territoire."),
        )
    with transaction.atomic():
        contact, _created = AlertContact.objects.update_or_create(
            territory=territory, defaults={"user": user}
        )
        journal.record(actor, "contributions.name_alert_contact", contact)
    return contact


def _require_treating(actor: Actor, alert: Alert) -> None:
    """The right over the whole source, or over the department of the answer for whom the alert is addressed to."""
    if not Alert.objects.addressed_to(actor).filter(pk=alert.pk).exists():
        require(actor, "contributions.treat_alert", alert.participation.source.perimeter)


def reveal_alert(actor: Actor, *, alert: Alert) -> list[Contribution]:
    """The texts of an alert as they were written, names included: the reading leaves its line in the journal.

    Raises Refused('alert.unnamed').
    """
    _require_treating(actor, alert)
    if not isinstance(actor, Agent):
        raise Refused("alert.unnamed", _("Une alerte se lit au nom d’une personne : connectez-vous."))
    journal.record(actor, "contributions.reveal_alert", alert)
    texts = alert.participation.contributions.select_related("question")
    return list(texts.order_by("question__position", "position"))


def notify_alerts() -> int:
    """Write to the named agents about alerts not announced yet: that one waits, never what it says."""
    waiting = Alert.objects.waiting().filter(notified_at__isnull=True, assigned_to__isnull=False)
    done = 0
    for alert in waiting.select_related("assigned_to"):
        assert alert.assigned_to is not None
        with transaction.atomic():
            written = letter(
                _("Une réponse demande votre attention"),
                [
                    _(
                        "Une personne a peut-être écrit qu’elle, ou quelqu’un d’autre, est en danger. "
                        "Ce message ne dit pas ce qu’elle a écrit."
                    ),
                    _("Lisez sa réponse dès que possible, puis dites ce qui a été fait."),
                ],
                button=(_("Ouvrir l’alerte"), absolute(f"/agents/moderation/alertes/{alert.public_id}/")),
            )
            send_later(
                System("contributions.alerts"),
                to=alert.assigned_to.email,
                subject=written.subject,
                text=written.text,
                html=written.html,
                purpose="contributions.alert",
                reference=str(alert.public_id),
                key=f"contributions.alert:{alert.public_id}",
            )
            alert.notified_at = now()
            alert.save(update_fields=["notified_at"])
        done += 1
    return done


def close_alert(actor: Actor, *, alert: Alert, outcome: str) -> Alert:
    """Say what was done of an alert, in one's own name.

    Raises Refused: alert.unnamed, alert.outcome, alert.closed.
    """
    _require_treating(actor, alert)
    if not isinstance(actor, Agent):
        raise Refused("alert.unnamed", _("Une alerte se clôt au nom d’une personne : connectez-vous."))
    if outcome not in AlertOutcome.values:
        raise Refused("alert.outcome", _("Choisissez ce qui a été fait."))
    with transaction.atomic():
        alert = Alert.objects.select_for_update().get(pk=alert.pk)
        if alert.outcome:
            raise Refused("alert.closed", _("Cette alerte est déjà close."))
        alert.outcome, alert.closed_by, alert.closed_at = outcome, actor.user, now()
        alert.save(update_fields=["outcome", "closed_by", "closed_at"])
        journal.record(actor, "contributions.close_alert", alert, reason=outcome)
    return alert
