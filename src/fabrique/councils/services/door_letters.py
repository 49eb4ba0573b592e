"""Being told by e-mail that a question at the door is answered: double opt-in, never the question nor the answer.

Fed by the public form and by the answer. Feeds the outbox; the address goes thirty days after the answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from fabrique.accounts.actors import Actor, System
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.councils.models import Question
from fabrique.subscriptions.enums import EndReason
from fabrique.subscriptions.models import Subscription
from fabrique.subscriptions.services import (
    Letter,
    Purpose,
    Words,
    absolute,
    cancel_about,
    confirm_link,
    end,
    end_link,
    letter,
    purposes,
    renew,
    subscribe,
    write_to,
)

PURPOSE = "councils.answer"
WRITER = System("councils.answer")
#: an answer may come late: the address is kept that long after the day promised, or after the answer
KEPT_AFTER_PROMISE, KEPT_AFTER_ANSWER = timedelta(days=365), timedelta(days=30)


def offer_news(actor: Actor, *, question: Question, email: str) -> None:
    """Ask the holder of the address to confirm; too many such messages never lose the question itself."""
    try:
        asked = subscribe(actor, purpose=PURPOSE, reference=str(question.public_id), email=email)
    except Refused as refusal:
        if refusal.code != "email.busy":
            raise
        return
    if asked.writable:
        with override(asked.subscription.language):
            written = _to_confirm(question, asked.subscription)
        write_to(WRITER, subscription=asked.subscription, letter=written)


def tell_answer(question: Question) -> int:
    """One message to whoever confirmed, in the caller's transaction; the address goes thirty days later."""
    confirmed = list(Subscription.objects.about(PURPOSE, str(question.public_id)).confirmed())
    for one in confirmed:
        _tell(question, one)
        renew(WRITER, subscription=one)
    return len(confirmed)


def call_back(actor: Actor, *, question: Question) -> int:
    """End every wish to be told of a question that goes; its waiting messages too. Returns how many ended."""
    reference = str(question.public_id)
    cancel_about(actor, purpose=PURPOSE, reference=reference)
    living = list(Subscription.objects.about(PURPOSE, reference).living())
    for one in living:
        end(actor, subscription=one, reason=EndReason.ASKED)
    return len(living)


def _tell(question: Question, subscription: Subscription) -> None:
    with override(subscription.language):
        written = letter(
            _("Votre message a une réponse"),
            [
                _("Une instance de la santé a répondu à votre message."),
                _(
                    "Pour la lire, ouvrez la page de suivi et écrivez votre code. Ce message ne la répète pas."
                ),
            ],
            facts=[(_("Instance"), question.body.name)],
            button=(_("Lire la réponse"), absolute(reverse("suivre:code"))),
            after=[_("Ne plus recevoir ce courriel : %(link)s") % {"link": end_link(subscription)}],
        )
    write_to(
        WRITER,
        subscription=subscription,
        letter=written,
        key=f"{PURPOSE}:{question.public_id}:{subscription.public_id}",
    )


def _to_confirm(question: Question, subscription: Subscription) -> Letter:
    return letter(
        _("Confirmez : recevoir un courriel quand la réponse arrive"),
        [
            _("Vous avez demandé un courriel quand l’instance répondra à votre message."),
            _("Aucun autre message ne partira sans votre accord. Le lien ci-dessous vaut 48 heures."),
        ],
        facts=[(_("Instance"), question.body.name)],
        button=(_("Recevoir ce courriel"), confirm_link(subscription)),
        after=[_("Vous n’avez rien demandé ? Ne faites rien : votre adresse sera effacée d’ici deux jours.")],
    )


def words(subscription: Subscription) -> Words:
    """What the pages of the links say."""
    question = _question(subscription)
    details: tuple[tuple[str, str], ...] = ()
    if question is not None:
        details = ((_("Réponse promise au plus tard le"), date_format(question.due_on, "j F Y")),)
    return Words(
        title=question.body.name if question else _("Ce message n’est plus sur la plateforme."),
        details=details,
        confirm_heading=_("Recevoir un courriel quand la réponse arrive"),
        confirm_button=_("Recevoir ce courriel"),
        confirmed_heading=_("Un courriel vous dira quand la réponse arrive"),
        confirmed_sentence=_("Un seul courriel partira, quand l’instance aura répondu."),
        end_heading=_("Ne plus recevoir ce courriel ?"),
        end_sentence=_("Votre adresse sera effacée aussitôt. Votre message reste."),
        end_button=_("Ne plus le recevoir"),
        ended_heading=_("Vous ne recevrez plus ce courriel"),
        ended_sentence=_("Votre adresse est effacée."),
        back=(reverse("suivre:code"), _("Suivre mon message avec mon code")),
    )


def keep_until(subscription: Subscription) -> datetime:
    """Thirty days after the answer; a year after the day promised while there is none."""
    question = _question(subscription)
    if question is None:
        return now()
    if question.answered_at is not None:
        return max(question.answered_at, now()) + KEPT_AFTER_ANSWER
    waited = now() + (question.due_on - now().date())
    return max(waited, now()) + KEPT_AFTER_PROMISE


def on_confirm(actor: Actor, *, subscription: Subscription) -> None:
    """Confirmed after the answer came: told at once."""
    question = _question(subscription)
    if question is not None and question.answered_at is not None:
        _tell(question, subscription)


def _question(subscription: Subscription) -> Question | None:
    found: Question | None = (
        Question.objects.filter(public_id=subscription.reference).select_related("body").first()
    )
    return found


def declare() -> None:
    """Register the purpose, once, when the app loads."""
    purposes.register(PURPOSE, Purpose(words=words, keep_until=keep_until, on_confirm=on_confirm))
