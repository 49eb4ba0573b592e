"""Being told by e-mail of what becomes public about an objective: one letter a week at most, one click to stop.

Fed by the public form, then each week by what was published under the objective. Feeds the outbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from fabrique.accounts.actors import Actor, System
from fabrique.audit.models import JournalLine
from fabrique.common.clock import now, today
from fabrique.common.errors import Refused
from fabrique.plan.enums import MilestoneState, PlanState
from fabrique.plan.models import Action, Decision, Milestone, Objective
from fabrique.subscriptions.enums import SubscriptionState
from fabrique.subscriptions.models import Subscription
from fabrique.subscriptions.services import (
    Letter,
    Purpose,
    Words,
    absolute,
    confirm_link,
    end_link,
    letter,
    purposes,
    subscribe,
    write_to,
)

PURPOSE = "plan.objective"
WRITER = System("plan.objective")
#: an address is asked for again after two years, or once the plan is over for half a year
KEPT, KEPT_AFTER_END = timedelta(days=730), timedelta(days=180)
#: weeks looked back at: a server that was down on Monday still writes; messages keep their key for a month
WEEKS_BACK = 2


def can_follow(objective: Objective) -> bool:
    """Whether something may still be told: a public objective of a plan that is not over."""
    return objective.published_at is not None and objective.plan.state != PlanState.CLOSED


def follow(actor: Actor, *, objective: Objective, email: str) -> None:
    """Ask to be told; a message with a link goes to the address. The page is the same for everybody.

    Raises Refused: objective.over, email.invalid, email.busy.
    """
    if not can_follow(objective):
        raise Refused("objective.over", _("Il n’y a plus rien à annoncer sur cet objectif."))
    with transaction.atomic():
        asked = subscribe(actor, purpose=PURPOSE, reference=objective.public_id, email=email)
        if not asked.writable:
            return
        subscription = asked.subscription
        pending = subscription.state == SubscriptionState.PENDING
        with override(subscription.language):
            written = (_to_confirm if pending else _known)(objective, subscription)
        write_to(WRITER, subscription=subscription, letter=written)


@dataclass(frozen=True)
class News:
    """What became public about an objective between two days, both included."""

    actions: tuple[Action, ...]
    milestones: tuple[Milestone, ...]
    decisions: tuple[Decision, ...]

    def __bool__(self) -> bool:
        return bool(self.actions or self.milestones or self.decisions)


def news_of(objective: Objective, first: date, last: date) -> News:
    """Actions made public, milestones noted as done, decisions of reviews published: public rows alone."""
    span = (_midnight(first), _midnight(last + timedelta(days=1)))
    shown = Action.objects.public().filter(objective=objective)
    return News(
        tuple(shown.filter(published_at__gte=span[0], published_at__lt=span[1]).order_by("title")),
        tuple(
            Milestone.objects.filter(
                action__in=shown, state=MilestoneState.DONE, public_id__in=_completed(*span)
            ).select_related("action")
        ),
        tuple(
            Decision.objects.public()
            .filter(
                action__objective=objective,
                review__published_at__gte=span[0],
                review__published_at__lt=span[1],
            )
            .select_related("action", "review")
        ),
    )


def _completed(first: datetime, end: datetime) -> list[str]:
    """Milestones noted as done in that time, by public id: leads often note them weeks after the day itself."""
    lines = JournalLine.objects.filter(verb="plan.complete_milestone", at__gte=first, at__lt=end)
    return list(lines.values_list("reason", flat=True))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def write_weekly_news() -> int:
    """For each week that is over: one letter to each follower of an objective about which something became public.

    Idempotent: the key of a message names its week. Returns how many letters were asked for.
    """
    monday = today() - timedelta(days=today().weekday())
    followed = Subscription.objects.filter(purpose=PURPOSE).confirmed()
    asked = 0
    for row in (
        Objective.objects.public().filter(public_id__in=followed.values("reference")).select_related("plan")
    ):
        for back in range(1, WEEKS_BACK + 1):
            first = monday - timedelta(weeks=back)
            asked += _write_week(row, first, first + timedelta(days=6))
    return asked


def _write_week(objective: Objective, first: date, last: date) -> int:
    """To those who had confirmed by the end of that week."""
    news = news_of(objective, first, last)
    if not news:
        return 0
    confirmed = Subscription.objects.about(PURPOSE, objective.public_id).confirmed()
    followers = confirmed.filter(confirmed_at__lt=_midnight(last + timedelta(days=1)))
    for one in followers:
        with override(one.language), transaction.atomic():
            write_to(
                WRITER,
                subscription=one,
                letter=_letter(objective, news, one),
                key=f"{PURPOSE}:{objective.public_id}:{first}:{one.public_id}",
            )
    return len(followers)


def page_of(objective: Objective) -> str:
    return reverse("plan:objectif", args=[objective.public_id])


def _letter(objective: Objective, news: News, subscription: Subscription) -> Letter:
    told: list[str] = []
    for heading, titles in (
        (
            ngettext(
                "Une action est rendue publique :", "Des actions sont rendues publiques :", len(news.actions)
            ),
            [action.title for action in news.actions],
        ),
        (
            ngettext("Une étape est faite :", "Des étapes sont faites :", len(news.milestones)),
            [f"{step.label} ({step.action.title})" for step in news.milestones],
        ),
        (
            ngettext("Une décision est publiée :", "Des décisions sont publiées :", len(news.decisions)),
            [f"{one.action.title} : {one.get_kind_display()}" for one in news.decisions],
        ),
    ):
        if titles:
            told.append(" ".join([heading, " ; ".join(titles)]))
    return letter(
        _("Du nouveau sur un objectif : %(title)s") % {"title": _short(objective)},
        [_("Vous suivez l’objectif « %(title)s ».") % {"title": objective.title}, *told],
        button=(_("Voir la page de l’objectif"), absolute(page_of(objective))),
        after=_stopping(subscription),
    )


def _short(objective: Objective) -> str:
    """The title as a subject can carry it."""
    title = " ".join(objective.title.split())
    return title if len(title) <= 80 else f"{title[:79].rstrip()}…"


def _to_confirm(objective: Objective, subscription: Subscription) -> Letter:
    return letter(
        _("Confirmez votre demande : %(title)s") % {"title": _short(objective)},
        [
            _("Vous avez demandé à suivre par courriel l’objectif « %(title)s ».")
            % {"title": objective.title},
            _("Aucun message ne partira sans votre accord. Le lien ci-dessous vaut 48 heures."),
        ],
        button=(_("Recevoir ces messages"), confirm_link(subscription)),
        after=[_("Vous n’avez rien demandé ? Ne faites rien : votre adresse sera effacée d’ici deux jours.")],
    )


def _known(objective: Objective, subscription: Subscription) -> Letter:
    return letter(
        _("Vous suivez déjà cet objectif : %(title)s") % {"title": _short(objective)},
        [
            _("Vous recevez déjà des messages sur l’objectif « %(title)s ».") % {"title": objective.title},
            _("Une nouvelle demande vient d’être faite avec votre adresse. Elle n’a rien changé."),
        ],
        after=_stopping(subscription),
    )


def _stopping(subscription: Subscription) -> list[str]:
    return [_("Ne plus recevoir ces messages : %(link)s") % {"link": end_link(subscription)}]


def _found(subscription: Subscription) -> Objective | None:
    shown = Objective.objects.public().select_related("plan")
    found: Objective | None = shown.filter(public_id=subscription.reference).first()
    return found


def words(subscription: Subscription) -> Words:
    """What the pages of the links say."""
    objective = _found(subscription)
    return Words(
        title=objective.title if objective else _("Cet objectif n’est plus sur le site."),
        confirm_heading=_("Recevoir des messages sur cet objectif"),
        confirm_button=_("Recevoir ces messages"),
        confirmed_heading=_("Vous suivez cet objectif"),
        confirmed_sentence=_(
            "Un message vous dira, au plus une fois par semaine, quelles actions paraissent, "
            "quelles étapes sont faites et ce que les revues décident."
        ),
        end_heading=_("Ne plus recevoir ces messages ?"),
        end_sentence=_("Votre adresse sera effacée aussitôt."),
        end_button=_("Ne plus les recevoir"),
        ended_heading=_("Vous ne recevrez plus ces messages"),
        ended_sentence=_("Votre adresse est effacée."),
        back=(page_of(objective), _("Voir la page de l’objectif")) if objective else ("", ""),
    )


def keep_until(subscription: Subscription) -> datetime:
    """Two years, or half a year after the end of the plan if that comes first."""
    objective = _found(subscription)
    ends = objective.plan.ends_on if objective else None
    if ends is None:
        return now() + KEPT
    return max(min(_midnight(ends) + KEPT_AFTER_END, now() + KEPT), now())


def declare() -> None:
    """Register the purpose, once, when the app loads."""
    purposes.register(PURPOSE, Purpose(words=words, keep_until=keep_until))
