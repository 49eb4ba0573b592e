"""Written contributions of the demonstration: an open call, organisations that write, agents who read.

Fed by content/written.yaml. Feeds the public list, the quarantine and the corpus, through the real verbs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import yaml
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Agent, Operator
from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import told_at
from fabrique.common.errors import Refused
from fabrique.demo.consultation import day
from fabrique.demo.people import address
from fabrique.territories.models import Territory
from fabrique.web.shared.printing import html_to_pdf
from fabrique.written.enums import Arrival
from fabrique.written.models import Call, WrittenContribution
from fabrique.written.services import (
    Deposit,
    accept,
    create_call,
    edit_call,
    open_call,
    read_files,
    receive,
    refuse,
)

_STYLE = "@page{size:A4;margin:2.2cm} body{font-family:sans-serif} section+section{break-before:page}"


def load_written(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Callable[[str], None]
) -> Call:
    """The call, six contributions, four accepted, one set aside and one that waits to be read."""
    content = yaml.safe_load(files("fabrique.demo").joinpath("content/written.yaml").read_text("utf-8"))
    call = _open(agents, perimeter, content["call"])
    for one in content["contributions"]:
        _tell(operator, agents[RoleCode.ANALYST], call, one)
    say(_("contributions écrites fictives reçues"))
    return call


def _open(agents: Mapping[str, Agent], perimeter: Territory, told: Mapping[str, Any]) -> Call:
    with told_at(day(told["opens"] - 5)):
        call = create_call(
            agents[RoleCode.ANALYST],
            title=told["title"],
            presentation=told["presentation"],
            perimeter=perimeter,
        )
        edit_call(
            agents[RoleCode.ANALYST],
            call=call,
            title=call.title,
            presentation=call.presentation,
            opens_at=day(told["opens"]),
            closes_at=day(told["closes"], 23),
        )
        return open_call(agents[RoleCode.APPROVER], call=call)


def _tell(operator: Operator, analyst: Agent, call: Call, told: Mapping[str, Any]) -> WrittenContribution:
    department = Territory.objects.official("departement", told["department"])
    with told_at(day(told["day"], 10)):
        written = receive(operator, call=call, deposit=_deposit(told, department), acknowledged=False).written
    if not told["decision"]:
        return written
    with told_at(day(told["day"] + 1, 15)):
        if told["decision"] == "accept":
            return accept(
                analyst,
                written=written,
                name=told["organisation"],
                kind=told["kind"],
                territory=department,
                title=told["title"],
            )
        return refuse(analyst, written=written, reason=told["decision"])


def _deposit(told: Mapping[str, Any], department: Territory) -> Deposit:
    key = hashlib.sha256(f"fabrique.demo.written:{told['mailbox']}".encode()).hexdigest()
    return Deposit(
        organisation_name=told["organisation"],
        organisation_kind=told["kind"],
        territory=department,
        title=told["title"],
        arrival=Arrival.FORM,
        key=key,
        contact_email=address(told["mailbox"]),
        publication_agreed=told["agreed"],
        **_words_or_file(told),
    )


def _words_or_file(told: Mapping[str, Any]) -> dict[str, Any]:
    """A PDF where pages are told; the same as words on a server that cannot draw one."""
    if "pages" not in told:
        return {"text": told["text"]}
    body = "".join(f"<section>{page}</section>" for page in told["pages"])
    html = (
        f'<!doctype html><html lang="fr"><head><title>{told["title"]}</title><style>{_STYLE}</style></head>'
        f"<body>{body}</body></html>"
    )
    try:
        return {"files": read_files([(f"{told['mailbox']}.pdf", html_to_pdf(html))])}
    except Refused:
        return {"text": "\n\n".join(told["pages"]).replace("<li>", "\n- ")}
