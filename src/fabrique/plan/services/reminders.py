"""The monthly digest to leads: what is late, what is untouched, which decisions are awaited, in one e-mail.

Fed by the worker, once a month and a lead. Feeds subscriptions; a lead may refuse it on the list of actions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.models import User
from fabrique.accounts.rights import holds
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.plan.models import Action, LeadDigest
from fabrique.plan.progress import progress_of
from fabrique.plan.services.writing import EDIT
from fabrique.plan.waiting import Reason, waiting_of
from fabrique.subscriptions.services import absolute, letter, send_later

#: a sheet that nobody wrote in so long is « sans modification »
UNTOUCHED = timedelta(days=90)
#: actions told one by one; beyond, their number is said
TOLD = 12


@dataclass(frozen=True)
class Told:
    """One action in a digest: what waits on it, and since when nobody wrote in it (None: lately)."""

    action: Action
    reasons: tuple[Reason, ...]
    untouched_days: int | None


def digest_wanted(user: User) -> bool:
    """Whether this person receives the digest: yes, as long as they did not say no."""
    return not LeadDigest.objects.filter(user=user, wanted=False).exists()


def want_digest(actor: Agent, *, wanted: bool) -> LeadDigest:
    """Receive the digest, or not any more: one's own choice, that asks no right."""
    with transaction.atomic():
        row, _made = LeadDigest.objects.update_or_create(user=actor.user, defaults={"wanted": wanted})
        journal.record(actor, "plan.want_digest", actor.user, reason="oui" if wanted else "non")
    return row


def digest_of(user: User, on: date) -> list[Told]:
    """What a digest would tell this person on that day, what waits most first; empty: nothing to say."""
    actions = list(Action.objects.led_by(user).alive().with_lines())
    progress = progress_of(actions, on)
    reasons = waiting_of(actions, progress, on)
    since = now() - UNTOUCHED
    told = [
        Told(
            action,
            reasons[action.pk],
            (now() - action.updated_at).days if action.updated_at < since else None,
        )
        for action in actions
    ]
    found = [one for one in told if one.reasons or one.untouched_days is not None]
    return sorted(found, key=lambda one: -len(one.reasons))


def send_digests(actor: Actor) -> int:
    """Prepare this month's digest of every lead who has something to hear and did not refuse; returns how many.

    Called again the same month, it prepares none: one e-mail a month at most, whatever happens.
    """
    month = today().replace(day=1)
    leads = User.objects.open().filter(led_actions__isnull=False).distinct()
    waiting = leads.exclude(plan_digest__wanted=False).exclude(plan_digest__prepared_for__gte=month)
    return sum(_send(actor, user, month) for user in waiting)


def _send(actor: Actor, user: User, month: date) -> bool:
    # a lead who lost the role keeps the actions until somebody takes them over, but is no longer written to
    told = digest_of(user, today()) if holds(Agent(user), EDIT) else []
    try:
        with transaction.atomic():
            row, _made = LeadDigest.objects.select_for_update().get_or_create(user=user)
            if not row.wanted or (row.prepared_for is not None and row.prepared_for >= month):
                return False
            row.prepared_for = month
            row.save(update_fields=["prepared_for"])
            if told:
                _write(actor, user, month, told)
            return bool(told)
    except IntegrityError:  # another worker made the row meanwhile: it sends
        return False


def _write(actor: Actor, user: User, month: date, told: Sequence[Told]) -> None:
    message = letter(
        ngettext(
            "%(n)d action attend un geste de votre part",
            "%(n)d actions attendent un geste de votre part",
            len(told),
        )
        % {"n": len(told)},
        [
            _("Voici, ce mois-ci, ce qui attend sur les actions du plan que vous pilotez."),
            *[_line(one) for one in told[:TOLD]],
            *_rest(len(told) - TOLD),
        ],
        button=(_("Voir mes actions"), absolute(reverse("agents-actions:liste"))),
        after=[
            _("Un récapitulatif par mois au plus. Vous pouvez ne plus le recevoir, en bas de la même page.")
        ],
    )
    send_later(
        actor,
        to=user.email,
        subject=message.subject,
        text=message.text,
        html=message.html,
        purpose="plan.digest",
        reference=user.public_id,
        key=f"plan.digest:{user.public_id}:{month:%Y-%m}",
        not_after=now() + timedelta(days=10),
    )
    journal.record(actor, "plan.send_digest", user, reason=f"{month:%Y-%m}")


def _line(one: Told) -> str:
    words = [reason.sentence for reason in one.reasons]
    if one.untouched_days is not None:
        words.append(_("fiche sans modification depuis %(n)d jours") % {"n": one.untouched_days})
    said = {
        "title": one.action.title,
        "words": ", ".join(words),
        "link": absolute(reverse("agents-actions:point", args=[one.action.public_id])),
    }
    return _("%(title)s : %(words)s. Faire le point : %(link)s") % said


def _rest(more: int) -> list[str]:
    if more <= 0:
        return []
    return [ngettext("Et %(n)d autre action.", "Et %(n)d autres actions.", more) % {"n": more}]
