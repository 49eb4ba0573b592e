"""Formal consultations of the demonstration: on a small invented plan, one published to its end, one under way.

Fed by content/formal_consultation.yaml. Feeds the public pages of opinions and the agents' room, by the real verbs.
Every name of a consultee is marked « fictif »: no opinion here is that of a real body, nor of the real plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import yaml
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent, Operator
from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import told_at
from fabrique.demo.consultation import day
from fabrique.plan.enums import RevisionKind
from fabrique.plan.models import Consultee, FormalConsultation, Objective, OpinionPoint, Plan
from fabrique.plan.services import life
from fabrique.plan.services.consultation import (
    create_consultation,
    edit_consultation,
    end_consultation,
    publish_notice,
)
from fabrique.plan.services.consultees import add_proposed, edit_consultee
from fabrique.plan.services.nomenclature import add_node, edit_node
from fabrique.plan.services.opinions import add_point, record_opinion, reply_to_point
from fabrique.plan.services.wording import compare_texts, publish_differences, tie_change
from fabrique.territories.models import Territory

Told = Mapping[str, Any]


def load_formal_consultation(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Callable[[str], None]
) -> FormalConsultation:
    """The invented plan, its consultation from the notice to the differences, then its revision under way."""
    told = yaml.safe_load(
        files("fabrique.demo").joinpath("content/formal_consultation.yaml").read_text("utf-8")
    )
    known = FormalConsultation.objects.filter(plan__slug=told["plan"]["slug"]).order_by("pk").first()
    if known is not None:
        found: FormalConsultation = known
        return found
    lead: Actor = agents.get(RoleCode.PLAN_LEAD, operator)
    approver: Actor = agents.get(RoleCode.APPROVER, operator)
    plan = _plan(lead, perimeter, told)
    consultation = _sent(lead, plan, told["consultation"], RevisionKind.WHOLE)
    points = _received(lead, consultation, told["opinions"])
    done = _adopted(lead, approver, consultation, told, points)
    _under_way(lead, approver, plan, told["revision"])
    say(_("avis réglementaires fictifs : /avis/%(slug)s/differences/") % {"slug": done.slug})
    return done


def _plan(lead: Actor, perimeter: Territory, told: Told) -> Plan:
    with told_at(day(told["consultation"]["notice_day"] - 60)):
        plan = life.create_plan(
            lead,
            title=told["plan"]["title"],
            slug=told["plan"]["slug"],
            territory=perimeter,
            source_note=told["plan"]["note"],
            fictitious=True,
        )
        own = {"territory": f"{perimeter.level}:{perimeter.code}"}
        for level, key, values in told["nodes"]:
            given = {"key": key, **values, **(own if level == "objective" else {})}
            add_node(lead, plan=plan, level=level, values=given)
    return plan


def _sent(lead: Actor, plan: Plan, told: Told, revision: RevisionKind) -> FormalConsultation:
    """Prepared, each name marked as invented and tied to no body, then sent."""
    moment = day(told["notice_day"])
    with told_at(moment):
        made = create_consultation(lead, plan=plan, title=told["title"], revision=revision)
        add_proposed(lead, consultation=made, keys=told.get("voluntary", []))
        for one in Consultee.objects.filter(consultation=made):
            edit_consultee(lead, consultee=one, name=f"{one.name} (fictif)"[:200], body=None)
        edit_consultation(lead, consultation=made, notice=told["notice"].strip())
        return publish_notice(
            lead, consultation=made, on=moment.date(), reference=told["reference"], checked=True
        )


def _named(consultation: FormalConsultation, starts: str) -> Consultee:
    rows = Consultee.objects.filter(consultation=consultation, name__startswith=starts)
    found: Consultee = rows.select_related("consultation__plan__territory").order_by("pk")[0]
    return found


def _received(
    lead: Actor, consultation: FormalConsultation, opinions: list[Told]
) -> dict[str, list[OpinionPoint]]:
    """Each opinion with its points and the replies. {beginning of the name: its points}."""
    made: dict[str, list[OpinionPoint]] = {}
    for one in opinions:
        with told_at(day(one["day"])):
            opinion = record_opinion(
                lead, consultee=_named(consultation, one["who"]), tone=one["tone"], text=one["text"]
            )
        made[one["who"]] = []
        for about, words, kind, reply in one["points"]:
            with told_at(day(one["day"] + 1)):
                point = add_point(lead, opinion=opinion, text=words, about=about)
                made[one["who"]].append(reply_to_point(lead, point=point, kind=kind, words=reply))
    return made


def _adopted(
    lead: Actor,
    approver: Actor,
    consultation: FormalConsultation,
    told: Told,
    points: Mapping[str, list[OpinionPoint]],
) -> FormalConsultation:
    """Ended, the text corrected and adopted, each change tied to its cause, the differences published."""
    plan, dates = consultation.plan, told["consultation"]
    with told_at(day(dates["ended_day"])):
        end_consultation(lead, consultation=consultation)
        life.resume_drafting(lead, plan=plan)
        for key, field, words, _causes, _reason in told["edits"]:
            edit_node(lead, node=Objective.objects.get(plan=plan, key=key), values={field: words})
    adoption = day(dates["adopted_day"])
    with told_at(adoption):
        life.adopt(approver, plan=plan, on=adoption.date(), act=dates["act"])
        compare_texts(lead, consultation=consultation)
    with told_at(day(dates["published_day"])):
        for key, field, _words, causes, reason in told["edits"]:
            change = consultation.changes.get(about=f"objective:{key}", field=field)
            tied = [points[who][number - 1] for who, number in causes]
            tie_change(lead, change=change, points=tied, reason=reason)
        return publish_differences(lead, consultation=consultation)


def _under_way(lead: Actor, approver: Actor, plan: Plan, told: Told) -> FormalConsultation:
    """The revision: two lines rewritten, one opinion received, its point without a reply yet."""
    with told_at(day(told["notice_day"] - 10)):
        life.open_revision(approver, plan=plan)
        for key, field, words in told["edits"]:
            edit_node(lead, node=Objective.objects.get(plan=plan, key=key), values={field: words})
    plan.refresh_from_db()
    consultation = _sent(lead, plan, told, RevisionKind.PARTIAL)
    with told_at(day(told["opinion_day"])):
        opinion = record_opinion(
            lead, consultee=_named(consultation, told["who"]), tone=told["tone"], text=told["text"]
        )
        about, words = told["point"]
        add_point(lead, opinion=opinion, text=words, about=about)
    return consultation
