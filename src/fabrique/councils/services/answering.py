"""Verbs on the questions at the door: answer, set aside with a reason, publish with its answer, take back.

Fed by the agents' queue and by presidents of bodies. Feeds the follow-up of a code and the body's public page.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent, System
from fabrique.accounts.enums import MandateSeat
from fabrique.accounts.models import Body
from fabrique.accounts.rights import holds, require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.conflicts import check_unchanged, token_of
from fabrique.common.errors import Refused
from fabrique.contributions import services as corpus
from fabrique.contributions.enums import Moderation
from fabrique.contributions.models import Contribution
from fabrique.councils.models import Question
from fabrique.councils.querysets import seats_of
from fabrique.councils.services.door_letters import tell_answer
from fabrique.councils.services.shared import plain

LONGEST_ANSWER = 10_000
#: what stands, in a published question, for a passage that is not published
CUT = "[…]"


def may_answer(actor: Actor, *, body: Body) -> bool:
    """The secretary of the body, or who presides it."""
    presides = any(one.body_id == body.pk and one.seat == MandateSeat.PRESIDENT for one in seats_of(actor))
    return presides or holds(actor, "councils.answer_question", body.territory)


def text_of(question: Question) -> Contribution:
    """The words of a question, in the corpus."""
    found: Contribution = question.participation.contributions.select_related("question").get()
    return found


def reply_said(question: Question) -> dict[str, str]:
    """What the form of the answer holds, and what a publication shows."""
    return {"answer": question.answer}


def answer_question(actor: Actor, *, question: Question, answer: str, expected: str = "") -> Question:
    """Answer in the name of the body, or correct an answer not published; who asked to be told is, once.

    `expected`: the token of the reply_said() that the form showed. Raises Refused: edit.conflict,
    answer.unnamed, answer.empty, answer.long, answer.set_aside, answer.published.
    """
    if not may_answer(actor, body=question.body):
        require(actor, "councils.answer_question", question.body.territory)
    if not isinstance(actor, Agent):
        raise Refused("answer.unnamed", _("Une réponse porte le nom d’une personne : connectez-vous."))
    answer = plain(answer)
    if not answer:
        raise Refused("answer.empty", _("Écrivez la réponse que la personne lira avec son code."))
    if len(answer) > LONGEST_ANSWER:
        raise Refused("answer.long", _("La réponse dépasse 10 000 signes. Raccourcissez-la."))
    with transaction.atomic():
        question = _locked(question)
        if text_of(question).moderation == Moderation.HIDDEN:
            raise Refused("answer.set_aside", _("Ce message est écarté. Reprenez-le avant d’y répondre."))
        if question.published_at is not None:
            raise Refused(
                "answer.published",
                _("Cette réponse est publiée. Retirez-la de la page avant de la corriger."),
            )
        check_unchanged(expected, reply_said(question), {"answer": answer})
        first = question.answered_at is None
        question.answer, question.answered_by = answer, actor.user
        question.answered_at = question.answered_at or now()
        question.save(update_fields=["answer", "answered_by", "answered_at"])
        if first:
            tell_answer(question)
        journal.record(actor, "councils.answer_question", question, reason="first" if first else "again")
    return question


def set_question_aside(actor: Actor, *, question: Question, reason: str) -> Question:
    """Take a message out of the queue with a ground of moderation, which its author reads and may contest.

    Raises Refused: aside.answered, moderation.reason.
    """
    require(actor, "councils.set_question_aside", question.body.territory)
    with transaction.atomic():
        question = _locked(question)
        if question.answered_at is not None:
            raise Refused("aside.answered", _("Ce message a déjà une réponse : il ne s’écarte plus."))
        _moderate(actor, question, Moderation.HIDDEN, reason)
        journal.record(actor, "councils.set_question_aside", question, reason=reason)
    return question


def take_question_back(actor: Actor, *, question: Question) -> Question:
    """Put a message set aside back into the queue. Raises Refused('aside.not')."""
    require(actor, "councils.set_question_aside", question.body.territory)
    with transaction.atomic():
        question = _locked(question)
        if text_of(question).moderation != Moderation.HIDDEN:
            raise Refused("aside.not", _("Ce message n’est pas écarté."))
        _moderate(actor, question, Moderation.READ, "")
        journal.record(actor, "councils.take_question_back", question)
    return question


def publish_question(actor: Actor, *, question: Question, text: str, expected: str = "") -> Question:
    """Show a question and its answer on the body's page, in the name of who read both.

    `text` is the masked question, or the same with passages replaced by « […] »: nothing is reworded. `expected`:
    the token of the reply_said() that was read. Raises Refused: edit.conflict, publish.unnamed,
    publish.not_agreed, publish.not_answered, publish.set_aside, publish.already, publish.reworded.
    """
    require(actor, "councils.publish_question", question.body.territory)
    if not isinstance(actor, Agent):
        raise Refused("publish.unnamed", _("Une publication porte le nom d’une personne : connectez-vous."))
    with transaction.atomic():
        question = _locked(question)
        words = text_of(question)
        _publishable(question, words)
        _check_read(question, expected)
        if not is_cut_of(text, words.masked_text):
            raise Refused(
                "publish.reworded",
                _(
                    "La question se publie telle qu’elle a été écrite. Vous pouvez seulement remplacer "
                    "des passages par « […] »."
                ),
            )
        question.published_text, question.published_at = plain(text), now()
        question.published_by = actor.user
        question.save(update_fields=["published_text", "published_at", "published_by"])
        if words.moderation == Moderation.UNREAD:
            _moderate(actor, question, Moderation.READ, "")
        journal.record(actor, "councils.publish_question", question)
    return question


def _check_read(question: Question, expected: str) -> None:
    """Nobody publishes an answer that they did not read. Raises Refused('edit.conflict')."""
    if expected and expected != token_of(reply_said(question)):
        raise Refused(
            "edit.conflict",
            _("La réponse a changé depuis que vous l’avez lue. Relisez-la ci-dessous, puis publiez."),
            present=reply_said(question),
        )


def unpublish_question(actor: Actor, *, question: Question) -> Question:
    """Take a question and its answer off the public page; the person still reads it. Raises publish.not_yet."""
    require(actor, "councils.publish_question", question.body.territory)
    with transaction.atomic():
        question = _locked(question)
        if question.published_at is None:
            raise Refused("publish.not_yet", _("Cette question n’est pas publiée."))
        question.published_text, question.published_at, question.published_by = "", None, None
        question.save(update_fields=["published_text", "published_at", "published_by"])
        journal.record(actor, "councils.unpublish_question", question)
    return question


def is_cut_of(text: str, original: str) -> bool:
    """Whether `text` is the original, some passages replaced by « […] »; spaces and line ends do not matter.

    Something must be left to read, and nothing may be added, changed or moved.
    """
    whole = " ".join(original.split())
    pieces = [" ".join(piece.split()) for piece in text.split(CUT)]
    if not any(pieces):
        return False
    if len(pieces) == 1:
        return pieces[0] == whole
    if not whole.startswith(pieces[0]) or not whole.endswith(pieces[-1]):
        return False
    reached, end = len(pieces[0]), len(whole) - len(pieces[-1])
    for piece in pieces[1:-1]:
        found = whole.find(piece, reached, end)
        if found < 0:
            return False
        reached = found + len(piece)
    return reached <= end


def _publishable(question: Question, words: Contribution) -> None:
    if not question.publish_agreed:
        raise Refused("publish.not_agreed", _("La personne n’a pas accepté que son message soit publié."))
    if question.answered_at is None:
        raise Refused("publish.not_answered", _("Répondez d’abord : la question se publie avec sa réponse."))
    if words.moderation == Moderation.HIDDEN:
        raise Refused("publish.set_aside", _("Ce message est écarté : il ne se publie pas."))
    if question.published_at is not None:
        raise Refused("publish.already", _("Cette question est déjà publiée."))


def _moderate(actor: Actor, question: Question, state: Moderation, reason: str) -> None:
    """By the corpus's own verb; who may decide here need not be a moderator of every text of the territory."""
    perimeter = question.body.territory
    decider = actor if holds(actor, "contributions.moderate", perimeter) else System("councils.moderate")
    corpus.moderate(decider, contribution=text_of(question), state=state, reason=reason)


def _locked(question: Question) -> Question:
    found: Question = (
        Question.objects.select_for_update(of=("self",))
        .select_related("body__territory", "participation__source__perimeter")
        .get(pk=question.pk)
    )
    return found
