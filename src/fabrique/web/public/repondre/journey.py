"""Where a person is in the questionnaire: the response under way in the session, its parts, what comes next.

Fed by the session and the draft. Feeds the answering views. The session holds no text, and no code in clear.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from fabrique.common.clock import now
from fabrique.common.crypto import Undecipherable, decrypt, encrypt
from fabrique.consultations.models import Consultation, DraftResponse
from fabrique.consultations.services.answering import DraftContent, content_of, definition_read
from fabrique.consultations.services.definition import Definition, QuestionDef, SectionDef
from fabrique.relays.enums import RelayState
from fabrique.relays.models import RelayLink
from fabrique_core.text.distress import signs_of_distress

DRAFTS = "reponses-en-cours"
RECEIPT = "recu"
RELAYS = "relais"
#: seconds during which the code of a helped response stays on the helper's screen
HELPED_RECEIPT_SECONDS = 600

View = Callable[..., HttpResponse]


@dataclass
class Journey:
    """A response under way, with its questionnaire in the register that the person chose."""

    draft: DraftResponse

    @property
    def consultation(self) -> Consultation:
        return self.draft.version.consultation

    @cached_property
    def definition(self) -> Definition:
        return definition_read(self.draft)

    @cached_property
    def content(self) -> DraftContent:
        return content_of(self.draft)

    @property
    def helped(self) -> bool:
        """Whether somebody of a relay holds the pen: larger type, sentences to read aloud, nothing kept after."""
        return bool(self.content.helped_at)

    def put_questions(self, section: SectionDef) -> tuple[QuestionDef, ...]:
        """Questions of a page: all but those whose condition, on an earlier page, is not met.

        A question that depends on one of the same page is put, with its condition in words.
        """
        here = {question.key for question in section.questions}
        return tuple(
            question
            for question in section.questions
            if self.definition.visible(question, self.content.answers)
            or (question.show_if is not None and question.show_if.question in here)
        )

    def sections(self) -> list[SectionDef]:
        """The pages that have at least one question to put to this person."""
        return [section for section in self.definition.sections if self.put_questions(section)]

    def after(self, section: SectionDef) -> str:
        """The address of the page after that one: the next part, or the check page."""
        keys = [one.key for one in self.sections()]
        following = keys[keys.index(section.key) + 1 :] if section.key in keys else []
        if following:
            return reverse("repondre:partie", args=[self.consultation.slug, following[0]])
        return reverse("repondre:verifier", args=[self.consultation.slug])

    def before(self, section: SectionDef) -> str:
        """The address of the page before that one."""
        keys = [one.key for one in self.sections()]
        index = keys.index(section.key) if section.key in keys else 0
        if index:
            return reverse("repondre:partie", args=[self.consultation.slug, keys[index - 1]])
        return reverse("consultations:detail", args=[self.consultation.slug])

    def here(self) -> str:
        """Where to take up again: the first part that is not complete, or the check page."""
        for section in self.sections():
            if section.key not in self.content.done:
                return reverse("repondre:partie", args=[self.consultation.slug, section.key])
        return reverse("repondre:verifier", args=[self.consultation.slug])

    def distress(self) -> bool:
        """Whether the texts written so far hold words of distress: the help numbers then show at once."""
        answers = self.content.answers
        texts = [answers.get(question.key) for question in self.definition.questions if question.is_text]
        return bool(signs_of_distress(text for text in texts if isinstance(text, str)))


def remember(request: HttpRequest, draft: DraftResponse) -> None:
    """Put the response under way in the session, by its public id."""
    drafts = dict(request.session.get(DRAFTS, {}))
    drafts[draft.version.consultation.slug] = str(draft.public_id)
    request.session[DRAFTS] = drafts


def forget(request: HttpRequest, slug: str) -> None:
    drafts = dict(request.session.get(DRAFTS, {}))
    drafts.pop(slug, None)
    request.session[DRAFTS] = drafts


def journey_of(request: HttpRequest, slug: str) -> Journey | None:
    """The response under way of this session for that consultation. One query."""
    public_id = request.session.get(DRAFTS, {}).get(slug)
    if not public_id:
        return None
    draft = (
        DraftResponse.objects.alive()
        .filter(public_id=public_id, version__consultation__slug=slug)
        .select_related("version__consultation__perimeter")
        .first()
    )
    return Journey(draft) if draft else None


def come_by(request: HttpRequest, link: RelayLink) -> None:
    """The person came by a relay's QR code or short address: kept in the session, for that consultation."""
    request.session[RELAYS] = {**request.session.get(RELAYS, {}), link.consultation.slug: link.code}


def leave_relay(request: HttpRequest, slug: str) -> None:
    """The person answers without the relay's name; a session that named none stays untouched."""
    if slug in request.session.get(RELAYS, {}):
        request.session[RELAYS] = {s: code for s, code in request.session[RELAYS].items() if s != slug}


def relay_link(request: HttpRequest, slug: str) -> RelayLink | None:
    """The link by which the person came, while its relay is active; None otherwise."""
    code = request.session.get(RELAYS, {}).get(slug)
    link = RelayLink.objects.followed(code) if code else None
    return link if link is not None and link.relay.state == RelayState.ACCEPTED else None


def fresh_session(request: HttpRequest) -> None:
    """Empty the session of all that concerns answers. Who was signed in stays so, in a session of their own."""
    user = request.user if request.user.is_authenticated else None
    backend = request.session.get(BACKEND_SESSION_KEY)
    request.session.flush()
    if user is not None:
        login(request, user, backend=backend)


def keep_code(request: HttpRequest, code: str, **more: Any) -> None:
    """Put the code of an acknowledged response in the session, sealed: its table never holds it in clear."""
    request.session[RECEIPT] = {"code": encrypt(code), **more}


def kept_code(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    """(the code, what else was kept), ('', {}) where there is none or its key is gone."""
    kept = request.session.get(RECEIPT) or {}
    if "until" in kept and kept["until"] < now().timestamp():
        del request.session[RECEIPT]
        return "", {}
    try:
        return decrypt(kept["code"]), kept
    except (KeyError, Undecipherable):
        return "", {}


def private(view: View) -> View:
    """Pages of one person: never in a cache, no referrer to any other site."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        # « no-referrer » would send « Origin: null » with the forms, which CSRF protection refuses
        response["Referrer-Policy"] = "same-origin"
        return response

    return wrapped


def under_way(view: View) -> View:
    """A view that takes the journey of the session; without one, back to the start page."""

    @wraps(view)
    def wrapped(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        journey = journey_of(request, slug)
        if journey is None:
            return redirect("repondre:debut", slug=slug)
        return view(request, journey, **kwargs)

    return private(wrapped)
