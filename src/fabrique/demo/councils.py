"""The bodies of the demonstration: members, a session held with its opinion, one to come, three questions.

Fed by content/councils.yaml. Feeds the public pages of the bodies, the members' telephones and the agents' queue.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import yaml
from django.utils import timezone
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Agent, Operator, Respondent
from fabrique.accounts.enums import MandateSeat, RoleCode
from fabrique.accounts.models import Body, Mandate, User
from fabrique.accounts.services import (
    add_college,
    create_user,
    edit_body,
    grant_mandate,
    load_bodies,
    rows_of_steering,
)
from fabrique.common.clock import told_at
from fabrique.common.errors import Refused
from fabrique.councils import services
from fabrique.councils.models import AgendaItem, Question, Request, Session
from fabrique.demo.consultation import day
from fabrique.demo.people import PASSWORD, address
from fabrique.territories.models import Territory
from fabrique.web.shared.printing import html_to_pdf
from fabrique_core.privacy.receipts import format_code, new_receipt

_STYLE = "@page{size:A4;margin:2.2cm} body{font-family:sans-serif} section+section{break-before:page}"
#: days before today on which the members took their seats
_SEATED = -200


def load_councils(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Callable[[str], None]
) -> list[Body]:
    """The region's fifteen bodies, three of them with an open door; run again, nothing is added."""
    content = yaml.safe_load(files("fabrique.demo").joinpath("content/councils.yaml").read_text("utf-8"))
    load_bodies(operator, rows=rows_of_steering(content["steering"], perimeter))
    bodies = {body.slug: body for body in Body.objects.current().select_related("territory")}
    if Session.objects.exists():
        return list(bodies.values())
    secretary = agents[RoleCode.MEETING_ORGANISER]
    for slug in content["open_doors"]:
        validated = timezone.localdate(day(_SEATED))
        ready = {"aipd_validated_on": validated, **content["before_the_door"]}
        edit_body(secretary, body=bodies[slug], door_open=True, **ready)
    members = _seat(operator, agents, bodies, content)
    _held(secretary, bodies, members, content["held"])
    _called(secretary, bodies[content["coming"]["body"]], content["coming"])
    say(_("instances fictives : une séance tenue, une séance à venir"))
    for told in content["questions"]:
        _ask(secretary, bodies[told["body"]], told, say)
    return list(bodies.values())


def _seat(
    operator: Operator, agents: Mapping[str, Agent], bodies: Mapping[str, Body], content: Mapping[str, Any]
) -> list[Agent]:
    """The colleges of one body, its fictitious members, and the demonstration's own member in two bodies."""
    told = content["colleges"]
    colleges = {
        number: add_college(operator, body=bodies[told["body"]], number=number, label=label)
        for number, label in enumerate(told["labels"], start=1)
    }
    seated: list[Agent] = []
    with told_at(day(_SEATED)):
        started = timezone.localdate(day(_SEATED))
        for one in content["members"]:
            user = User.objects.filter(email=address(one["mailbox"])).first() or create_user(
                operator, email=address(one["mailbox"]), full_name=one["name"], password=PASSWORD
            )
            grant_mandate(
                operator,
                body=bodies[one["body"]],
                user=user,
                seat=one["seat"],
                college=colleges[one["college"]],
                starts_on=started,
            )
            seated.append(Agent(user))
        member = agents[RoleCode.BODY_MEMBER]
        for slug, college in ((told["body"], colleges[2]), (content["coming"]["body"], None)):
            if not Mandate.objects.current().filter(body=bodies[slug], user=member.user).exists():
                grant_mandate(
                    operator,
                    body=bodies[slug],
                    user=member.user,
                    seat=MandateSeat.FULL,
                    college=college,
                    starts_on=started,
                )
    return [*seated, member]


def _called(secretary: Agent, body: Body, told: Mapping[str, Any]) -> Session:
    """Prepared and called on the day told: its documents are frozen from then on."""
    with told_at(day(told["called"])):
        session = services.create_session(
            secretary,
            body=body,
            title=told["title"],
            starts_at=day(told["day"], 14),
            place=told["place"],
            remote="joining" in told,
            joining=told.get("joining", ""),
        )
        for one in told["items"]:
            item = services.add_item(
                secretary,
                session=session,
                title=one["title"],
                kind=one["kind"],
                presentation=one.get("presentation", ""),
            )
            if "document" in one:
                _document(secretary, item, one)
        return services.call_session(secretary, session=session)


def _document(secretary: Agent, item: AgendaItem, told: Mapping[str, Any]) -> None:
    """A PDF; the same as a text on a server that cannot draw one."""
    body = "".join(f"<section>{page}</section>" for page in told["pages"])
    html = (
        f'<!doctype html><html lang="fr"><head><title>{told["document"]}</title><style>{_STYLE}</style></head>'
        f"<body>{body}</body></html>"
    )
    try:
        name, data = "document.pdf", html_to_pdf(html)
    except Refused:
        name, data = "document.txt", told["document"].encode()
    services.add_document(
        secretary, session=item.session, item=item, title=told["document"], name=name, data=data
    )


def _held(
    secretary: Agent, bodies: Mapping[str, Body], members: list[Agent], told: Mapping[str, Any]
) -> None:
    """A session that took place: a member's opinion, the body's, the minutes, two requests."""
    body = bodies[told["body"]]
    session = _called(secretary, body, told)
    items = list(session.items.select_related("session__body__territory"))
    with told_at(day(told["day"] - 4)):
        for item, one in zip(items, told["items"], strict=True):
            if "member" in one:
                services.write_member_opinion(members[0], item=item, **one["member"])
    with told_at(day(told["day"], 18)):
        session = services.hold_session(secretary, session=session)
        for item, one in zip(items, told["items"], strict=True):
            if "opinion" in one:
                _adopt(secretary, item, one["opinion"], told["day"])
        for one in told["requests"]:
            _request(secretary, body, session, one)
    with told_at(day(told["day"] + 10)):
        approved = timezone.localdate(day(told["day"] + 8))
        minutes = services.save_minutes(
            secretary, session=session, text=told["minutes"], approved_on=approved
        )
        services.publish_minutes(secretary, minutes=minutes)
    for request, one in zip(Request.objects.filter(body=body).order_by("pk"), told["requests"], strict=True):
        if "answer" in one:
            with told_at(day(one["answered"])):
                services.note_answer(secretary, request=request, answer=one["answer"])


def _adopt(secretary: Agent, item: AgendaItem, told: Mapping[str, Any], when: int) -> None:
    votes = dict(zip(("votes_for", "votes_against", "abstentions"), told["votes"], strict=True))
    opinion = services.save_opinion(
        secretary,
        item=item,
        sense=told["sense"],
        text=told["text"],
        points=told["points"],
        adopted_on=timezone.localdate(day(when)),
        **votes,
    )
    services.publish_opinion(secretary, opinion=opinion)


def _request(secretary: Agent, body: Body, session: Session, told: Mapping[str, Any]) -> None:
    services.ask_agency(
        secretary,
        body=body,
        session=session,
        text=told["text"],
        addressed_to=told["to"],
        due_on=timezone.localdate(day(told["due"])),
    )


def _ask(secretary: Agent, body: Body, told: Mapping[str, Any], say: Callable[[str], None]) -> Question:
    """One message at the door, at the stage told. Its code, the same each time, is said once."""
    digest = hashlib.sha256(f"fabrique.demo.councils:{told['body']}:{told['day']}".encode()).digest()
    code = new_receipt(digest[:9])
    with told_at(day(told["day"], 19)):
        question = services.leave_message(
            Respondent(),
            body=body,
            message=services.Message(
                kind=told["kind"],
                text=told["text"],
                key=digest.hex(),
                code=code,
                least_age=15,
                consent=True,
                publish_agreed=told["publish"],
            ),
        )
    if "answered" in told:
        with told_at(day(told["answered"])):
            question = services.answer_question(secretary, question=question, answer=told["answer"])
        with told_at(day(told["published"])):
            words = services.text_of(question).masked_text
            question = services.publish_question(secretary, question=question, text=words)
        say(
            _("question fictive à une instance : le code %(code)s ouvre la réponse")
            % {"code": format_code(code)}
        )
    return question
