"""Reads of the bodies' work, by name; who may read which body stands here once.

Fed by councils.models. Feeds services, the members' and secretaries' pages, and the public pages.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.enums import MandateSeat
from fabrique.accounts.models import Body, Mandate
from fabrique.accounts.rights import holds, reach
from fabrique.contributions.enums import Moderation
from fabrique.councils.enums import ItemKind, RequestState, SessionState

#: what the public and the members may know of: everything but what is still being prepared
_ANNOUNCED = (
    SessionState.CALLED,
    SessionState.HELD,
    SessionState.MINUTES_PUBLISHED,
    SessionState.CANCELLED,
)
_HELD = (SessionState.HELD, SessionState.MINUTES_PUBLISHED)


def seats_of(actor: Actor) -> list[Any]:
    """The mandates that the actor holds today, with the role of member in the body's territory."""
    if not isinstance(actor, Agent):
        return []
    held = Mandate.objects.current().of(actor.user).filter(body__ended_on__isnull=True)
    found = held.select_related("body__territory", "college")
    return [one for one in found if holds(actor, "councils.sit", one.body.territory)]


def bodies_read_by(actor: Actor) -> Any:
    """The bodies that the actor may read whole: by the territory of the right, or by a current mandate."""
    seated = [one.body_id for one in seats_of(actor)]
    return Body.objects.filter(reach(actor, "councils.read", "territory") | Q(pk__in=seated))


def bodies_answered_by(actor: Actor) -> Any:
    """The bodies whose questions the actor may read: by the right, or as their president."""
    presided = [one.body_id for one in seats_of(actor) if one.seat == MandateSeat.PRESIDENT]
    return Body.objects.filter(reach(actor, "councils.read_questions", "territory") | Q(pk__in=presided))


class SessionQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> SessionQuerySet:
        """All those of the territories where the right is held; of a member's own bodies, those announced."""
        seated = [one.body_id for one in seats_of(actor)]
        prepared = reach(actor, "councils.read", "body__territory")
        announced = Q(body_id__in=seated, state__in=_ANNOUNCED, called_at__isnull=False)
        return self.filter(prepared | announced)

    def announced(self) -> SessionQuerySet:
        """What anybody may know of: called, held, or cancelled after it was called; never how to join it."""
        return self.filter(state__in=_ANNOUNCED, called_at__isnull=False).defer("joining")

    def of_body(self, body: Any) -> SessionQuerySet:
        return self.filter(body=body)

    def to_come(self, instant: datetime) -> SessionQuerySet:
        """Not held nor cancelled yet, from that instant on, the next one first."""
        waiting = self.filter(state__in=[SessionState.PLANNED, SessionState.CALLED])
        return waiting.filter(starts_at__gte=instant).order_by("starts_at", "pk")

    def behind(self, instant: datetime) -> SessionQuerySet:
        """Held, cancelled, or whose time is past; the last one first."""
        return self.filter(Q(starts_at__lt=instant) | Q(state__in=[*_HELD, SessionState.CANCELLED])).order_by(
            "-starts_at", "-pk"
        )


class AgendaItemQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> AgendaItemQuerySet:
        from fabrique.councils.models import Session

        return self.filter(session__in=Session.objects.visible_to(actor))

    def awaiting(self, actor: Actor, instant: datetime) -> AgendaItemQuerySet:
        """Those of sessions called and not begun on which the actor, who sits there, has not given an opinion."""
        # deferred: the models import this module
        from fabrique.councils.models import MemberOpinion

        seats = seats_of(actor)
        given = MemberOpinion.objects.filter(mandate__in=[one.pk for one in seats])
        called = self.filter(session__state=SessionState.CALLED, session__starts_at__gt=instant)
        mine = called.filter(session__body__in=[one.body_id for one in seats])
        return mine.exclude(kind=ItemKind.INFORMATION).exclude(pk__in=given.values("item"))


class SessionDocumentQuerySet(models.QuerySet[Any]):
    def light(self) -> SessionDocumentQuerySet:
        """Without the bytes, which only a download reads; the last version first, `replaced` by one that was sent."""
        later = self.model.objects.filter(supersedes=OuterRef("pk"), frozen_at__isnull=False)
        found = self.defer("content").annotate(replaced=Exists(later))
        return found.order_by("item__position", "title", "-number", "pk")

    def visible_to(self, actor: Actor) -> SessionDocumentQuerySet:
        """Members receive what was sent; the secretary sees what is prepared too."""
        from fabrique.councils.models import Session

        sent = Q(frozen_at__isnull=False, session__in=Session.objects.visible_to(actor))
        return self.filter(reach(actor, "councils.read", "session__body__territory") | sent)

    def sent(self) -> SessionDocumentQuerySet:
        return self.filter(frozen_at__isnull=False)

    def newest(self) -> SessionDocumentQuerySet:
        """The versions that no other replaces."""
        return self.filter(superseded_by__isnull=True)


class OpinionQuerySet(models.QuerySet[Any]):
    """Versions of an opinion or of minutes."""

    def with_session(self) -> OpinionQuerySet:
        """Opinions with their item and its session, without the way to join it."""
        return self.select_related("item__session").defer("item__session__joining")

    def published(self) -> OpinionQuerySet:
        return self.filter(frozen_at__isnull=False)

    def in_force(self) -> OpinionQuerySet:
        """Published, and replaced by no published version."""
        return self.published().filter(
            Q(superseded_by__isnull=True) | Q(superseded_by__frozen_at__isnull=True)
        )

    def newest(self) -> OpinionQuerySet:
        """The last version of each, draft or not."""
        return self.filter(superseded_by__isnull=True)


class MemberOpinionQuerySet(models.QuerySet[Any]):
    def of_session(self, session: Any) -> MemberOpinionQuerySet:
        found = self.filter(item__session=session)
        return found.select_related("mandate__user", "mandate__college", "item")


class RequestQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> RequestQuerySet:
        return self.filter(body__in=bodies_read_by(actor))

    def waiting(self) -> RequestQuerySet:
        return self.filter(state=RequestState.ASKED)

    def late(self, day: date) -> RequestQuerySet:
        """Still waiting after their date."""
        return self.waiting().filter(due_on__lt=day)


class QuestionQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> QuestionQuerySet:
        return self.filter(body__in=bodies_answered_by(actor))

    def with_words(self) -> QuestionQuerySet:
        """With the body, the participation and its texts."""
        return self.select_related("body__territory", "participation__territory").prefetch_related(
            "participation__contributions__question"
        )

    def standing(self) -> QuestionQuerySet:
        """All but those set aside with a reason: the moderation of their text says so, and only it."""
        return self.filter(participation__contributions__moderation__in=[Moderation.UNREAD, Moderation.READ])

    def waiting_by_body(self) -> dict[int, int]:
        """{primary key of the body: questions to answer}."""
        waiting = self.to_answer().order_by()
        return dict(waiting.values_list("body").annotate(n=Count("pk")))

    def set_aside(self) -> QuestionQuerySet:
        hidden = self.filter(participation__contributions__moderation=Moderation.HIDDEN)
        return hidden.order_by("-received_at", "-pk")

    def to_answer(self) -> QuestionQuerySet:
        """Neither answered nor set aside, the oldest promise first."""
        return self.standing().filter(answered_at__isnull=True).order_by("due_on", "pk")

    def late(self, day: date) -> QuestionQuerySet:
        """Still to answer after the day promised."""
        return self.to_answer().filter(due_on__lt=day)

    def answered(self) -> QuestionQuerySet:
        return self.filter(answered_at__isnull=False).order_by("-answered_at", "-pk")

    def to_publish(self) -> QuestionQuerySet:
        """Answered, agreed to be published, and not published yet."""
        return self.standing().answered().filter(publish_agreed=True, published_at__isnull=True)

    def public(self) -> QuestionQuerySet:
        """What a named person read and published, and nobody hid since; the last answered first."""
        return self.standing().filter(published_at__isnull=False).order_by("-answered_at", "-pk")
