"""Formal consultations for the tests: a small plan, its consultation at each stage, built by the real verbs.

Fed by plan.services. Feeds tests of the formal consultation, of its pages and of its journey.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from fabrique.common.clock import told_at
from fabrique.plan.enums import OpinionTone, ReplyKind
from fabrique.plan.models import Consultee, FormalConsultation, Objective, Opinion, OpinionPoint, Plan
from fabrique.plan.services.consultation import (
    create_consultation,
    edit_consultation,
    end_consultation,
    publish_notice,
)
from fabrique.plan.services.life import adopt, create_plan, resume_drafting
from fabrique.plan.services.nomenclature import add_node, edit_node
from fabrique.plan.services.opinions import add_point, record_opinion, reply_to_point
from fabrique.plan.services.wording import compare_texts, publish_differences, tie_change
from tests.factories.territories import OPERATOR, region

NOTICE_ON, CLOSES_ON = date(2026, 1, 15), date(2026, 4, 15)
BUS = "objective:bus"


def on(day: date) -> AbstractContextManager[None]:
    """Inside, it is noon of that day."""
    return told_at(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def a_plan(title: str = "Plan d’essai") -> Plan:
    """One commitment, one challenge, two objectives of the region."""
    plan = create_plan(OPERATOR, title=title, territory=region(), fictitious=True)
    for level, key, values in (
        ("commitment", "aller-vers", {"number": 1, "title": "Aller vers les habitants"}),
        ("challenge", "proximite", {"commitment": "aller-vers", "title": "Soigner près de chez soi"}),
        ("objective", "bus", {"title": "Mettre en route dix bus de santé."}),
        ("objective", "nuit", {"title": "Ouvrir deux centres la nuit."}),
    ):
        if level == "objective":
            values = {**values, "challenge": "proximite", "territory": "region:76"}
        add_node(OPERATOR, plan=plan, level=level, values={"key": key, **values})
    return plan


def prepared(plan: Plan | None = None, **given: Any) -> FormalConsultation:
    """In preparation: the list of the law is there, the notice is written."""
    consultation = create_consultation(
        OPERATOR, plan=plan or a_plan(), title=given.pop("title", "Avis sur le plan d’essai"), **given
    )
    return edit_consultation(OPERATOR, consultation=consultation, notice="Le projet est soumis pour avis.")


def opened(plan: Plan | None = None, **given: Any) -> FormalConsultation:
    """The notice was published on NOTICE_ON: three months."""
    consultation = prepared(plan, **given)
    with on(NOTICE_ON):
        return publish_notice(
            OPERATOR, consultation=consultation, on=NOTICE_ON, reference="Recueil nº 12", checked=True
        )


def one(consultation: FormalConsultation, starts: str) -> Consultee:
    """The consultee whose name starts so."""
    rows = Consultee.objects.in_order().filter(consultation=consultation, name__startswith=starts)
    found: Consultee = rows[0]
    return found


def opinion(consultee: Consultee, day: date = date(2026, 3, 2), **given: Any) -> Opinion:
    """Favourable with reserves, received in time unless told otherwise."""
    values: dict[str, Any] = {"tone": OpinionTone.RESERVES, "text": "Avis favorable, avec une réserve."}
    with on(day):
        return record_opinion(OPERATOR, consultee=consultee, **{**values, **given})


def point(of: Opinion, text: str = "Dix bus ne suffisent pas.", about: str = BUS) -> OpinionPoint:
    with on(date(2026, 3, 3)):
        return add_point(OPERATOR, opinion=of, text=text, about=about)


@dataclass(frozen=True)
class Ended:
    """A consultation ended with one opinion, one point taken and one not."""

    consultation: FormalConsultation
    taken: OpinionPoint
    refused: OpinionPoint


def ended(plan: Plan | None = None, **given: Any) -> Ended:
    consultation = opened(plan, **given)
    received = opinion(one(consultation, "Conférence régionale"))
    taken, refused = point(received), point(received, "Ouvrir partout la nuit.", "")
    reply_to_point(OPERATOR, point=taken, kind=ReplyKind.TAKEN, words="Il y en aura quinze.")
    reply_to_point(OPERATOR, point=refused, kind=ReplyKind.NOT_TAKEN, words="Les équipes manquent.")
    with on(date(2026, 4, 16)):
        end_consultation(OPERATOR, consultation=consultation)
    taken.refresh_from_db()
    refused.refresh_from_db()
    consultation.refresh_from_db()
    return Ended(consultation, taken, refused)


def adopted(**given: Any) -> Ended:
    """The same, the plan adopted since with fifteen buses, both texts compared."""
    done = ended(**given)
    plan = done.consultation.plan
    opinion(one(done.consultation, "Conseil de surveillance"), date(2026, 4, 20))
    resume_drafting(OPERATOR, plan=plan)
    bus = Objective.objects.get(plan=plan, key="bus")
    edit_node(OPERATOR, node=bus, values={"title": "Mettre en route quinze bus de santé."})
    with on(date(2026, 5, 4)):
        adopt(OPERATOR, plan=plan, on=date(2026, 5, 4), act="Arrêté nº 1 du 4 mai 2026 (fictif)")
        consultation = compare_texts(OPERATOR, consultation=done.consultation)
    return Ended(consultation, done.taken, done.refused)


def published(**given: Any) -> Ended:
    """The same, the change tied to its point, the differences public."""
    done = adopted(**given)
    tie_change(OPERATOR, change=done.consultation.changes.get(), points=[done.taken])
    consultation = publish_differences(OPERATOR, consultation=done.consultation)
    return Ended(consultation, done.taken, done.refused)
