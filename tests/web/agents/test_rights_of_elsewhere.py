"""Every screen of the agents, route by route: all the roles of the Lot together do nothing to the region.

Fed by the site's own table of addresses, so that a new screen is under this test from its first day.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from fabrique.accounts.actors import Respondent
from fabrique.accounts.enums import RoleCode
from fabrique.accounts.services import add_category, add_college, grant_role
from fabrique.analysis.models import Quote
from fabrique.audit.models import JournalLine
from fabrique.consultations.services import put_recording
from fabrique.contributions.enums import Moderation
from fabrique.contributions.services import contest, moderate
from fabrique.councils.services import ask_agency
from fabrique.field.services import add_device
from fabrique.meetings.enums import ItemKind
from fabrique.meetings.services.initiatives import create_initiative
from fabrique.meetings.services.minutes import draft_minutes
from fabrique.meetings.services.press import draft_release
from fabrique.plan.enums import PlanState
from fabrique.plan.services.indicators import record_value
from fabrique.plan.services.life import freeze_version
from fabrique.plan.services.recommendations import put_recommendation
from fabrique.plan.services.sheets import csv_of, keep_file, tables_of
from tests.factories import (
    accounts,
    actions,
    consultations,
    contributions,
    councils,
    formal,
    imports,
    meetings,
    observatory,
    paper,
    plan,
    registrations,
    relays,
    reviews,
    territories,
    workshops,
)
from tests.factories import common as commons
from tests.factories import restitution as make
from tests.factories import written as written_factory

pytestmark = pytest.mark.django_db

#: screens of a whole room, which only list what the agent may see, and the catalogue of components
WITHOUT_OBJECT = {
    "agents:accueil",
    "agents:composants",
    "agents-consultations:liste",
    "agents-consultations:nouvelle",
    "agents-corpus:liste",
    "agents-analyses:liste",
    "agents-analyses:reunir",
    "agents-publications:liste",
    "agents-ecrits:liste",
    "agents-ecrits:nouvel-appel",
    "agents-instances:liste",
    "agents-instances:questions",
    "agents-instances:nouvelle-instance",
    "agents-imports:liste",
    "agents-imports:nouveau",
    "agents-observatoire:liste",
    "agents-observatoire:nouveau",
    "agents-observatoire:definitions-fichier",
    "agents-observatoire:definitions-csv",
    "agents-observatoire:fichiers",
    "agents-observatoire:envoyer",
    "agents-observatoire:schema",
    "agents-observatoire:modele",
    "agents-relais:liste",
    "agents-animation:liste",
    "agents-animation:service",
    "agents-animation:hors-ligne",
    "agents-animation:initiatives",
    "agents-animation:initiative-nouvelle",
    "agents-rencontres:liste",
    "agents-rencontres:programme-nouveau",
    "agents-moderation:liste",
    "agents-moderation:procedure",
    "agents-moderation:motifs",
    "agents-moderation:destinataires",
    "agents-terrain:liste",
    "agents-terrain:tickets",
    "agents-papier:liste",
    "agents-avis:liste",
    "agents-plan:liste",
    "agents-plan:nouveau",
    "agents-plan:charger",
    "agents-plan:schema",
    "agents-avis:nouvelle",
    "agents-actions:liste",
    "agents-actions:ensemble",
    "agents-actions:recapitulatif",
    "agents-actions:nouvelle",
    "agents-actions:tableaux",
    "agents-bilans:liste",
    "agents-bilans:instantanes",
    "agents-bilans:revue-nouvelle",
    "agents-bilans:evaluation-nouvelle",
    "agents-bilans:constat-nouveau",
    "agents-bilans:mandats",
    "agents-papier:nouveau",
    "agents-papier:feuille",
    "agents-papier:telephone",
    "agents-papier:recu",
    "agents-papier:effacer",
}


#: the call of an operator is about no place: any operator takes one for a consultation that holds their department
FOR_EVERY_OPERATOR = {"agents-papier:appel"}
#: an indicator is about no place: whoever reads the observatory anywhere reads its definition and its public values
FOR_EVERY_READER = {"agents-observatoire:indicateur", "agents-observatoire:valeurs-csv"}
#: so these list the consultations that are open there, the region's too
OPEN_TO_OPERATORS = {"agents-papier:telephone", "agents-papier:nouveau"}
#: what answers somebody of the Lot in whole rooms that show nothing to them, or are only sent
OTHER_ANSWERS = {
    "agents-actions:ensemble": 405,
    "agents-actions:recapitulatif": 405,
    "agents-observatoire:nouveau": 403,  # the nomenclature and the files are those of the whole region
    "agents-observatoire:definitions-fichier": 403,
    "agents-observatoire:fichiers": 403,
    "agents-observatoire:envoyer": 403,
    "agents-moderation:motifs": 403,  # the list of the whole instance
    "agents-terrain:tickets": 405,
    "agents-papier:effacer": 405,
    "agents-plan:nouveau": 403,  # a plan is the region's
    "agents-plan:charger": 403,
    "agents-papier:recu": 302,  # no call has just ended
}


def agents_routes() -> dict[str, set[str]]:
    """{route: names of what its address holds} of every address under /agents/."""
    found: dict[str, set[str]] = {}
    rooms = [room for web in get_resolver().url_patterns for room in web.url_patterns]
    for room in rooms:
        if isinstance(room, URLResolver) and str(room.pattern).startswith("agents/"):
            for screen in room.url_patterns:
                found[f"{room.namespace}:{screen.name}"] = set(screen.pattern.converters)
    return found


ROUTES = agents_routes()


@pytest.fixture
def region(personas: Any) -> dict[str, dict[str, Any]]:
    """{room: {name in the address: object of the region}}, enough to reach every screen."""
    world, _published = make.a_published_world(personas, 40)
    preparation = make.prepared(world)
    draft = consultations.complete("À ouvrir")
    question = consultations.question(draft, "gave_up")
    quote = Quote.objects.get()
    source = world.consultation.source
    together = commons.over(personas, source)
    sent = written_factory.received(written_factory.a_call(territories.region()))
    link = relays.link(relays.accepted(territory=territories.region()), world.consultation)
    return {
        "agents-rencontres": _meetings(),
        "agents-animation": _workshop(personas),
        "agents-relais": {
            "relay_id": link.relay.public_id,
            "user_id": relays.person_of(link.relay).user.public_id,
            "consultation_id": world.consultation.public_id,
            "decision": "suspendre",
        },
        "agents-consultations": {
            "public_id": draft.public_id,
            "document_id": draft.documents.get().public_id,
            "key": question.key,
            "section_key": question.section.key,
            "kind": "single",
            "register": "standard",
            "language": "ca",
            "recording": _recording(draft.questionnaires.draft()).public_id,
        },
        "agents-corpus": {
            "source_id": source.public_id,
            "contribution_id": source.participations.first().contributions.first().public_id,
        },
        "agents-analyses": {
            "source_id": source.public_id,
            "run_id": world.run.public_id,
            "theme_id": quote.theme.public_id,
            "quote_id": quote.public_id,
            "common_id": together.common.public_id,
        },
        "agents-moderation": _moderation(source, personas),
        "agents-terrain": {
            "consultation_id": draft.public_id,
            "device_id": add_device(territories.OPERATOR, label="Tablette", territory=territories.region())[
                0
            ].public_id,
        },
        "agents-papier": _paper(),
        "agents-avis": _opinions(),
        "agents-plan": _plan(),
        "agents-actions": _actions(),
        "agents-instances": _bodies(),
        "agents-bilans": _reviews(),
        "agents-publications": {
            "consultation_id": world.consultation.public_id,
            "publication_id": preparation.public_id,
            "common_id": together.common.public_id,
            "commune_id": commons.prepared(together, validated=False).public_id,
        },
        "agents-imports": {
            "import_id": imports.checked(
                imports.sent(imports.csv_of(imports.TABLE)), label="Import"
            ).public_id,
        },
        "agents-observatoire": {"code": "marche", "batch_id": observatory.checked().public_id},
        "agents-ecrits": {
            "call_id": sent.call.public_id,
            "written_id": sent.public_id,
            "file_id": sent.files.get().public_id,
            "page": 1,
        },
    }


def _plan() -> dict[str, Any]:
    """A plan of the region, not public, with a frozen text and a challenge without a title."""
    hidden = plan.a_plan(published=False)
    freeze_version(territories.OPERATOR, plan=hidden, reason=PlanState.DRAFT, label="Essai")
    return {
        "slug": hidden.slug,
        "section": "keys",
        "one": "challenge",
        "node_id": plan.challenge(hidden, "d-inconnu").public_id,
        "version_id": hidden.versions.get().public_id,
        "gesture": "publier",
    }


def _actions() -> dict[str, Any]:
    """A draft of the region in a plan that is not public: an indicator with its value, a file that waits."""
    hidden = plan.a_plan(published=False)
    draft = actions.a_full_action(hidden, territories.region())
    indicator = draft.indicators.get()
    value = record_value(territories.OPERATOR, indicator=indicator, on=date(2025, 1, 1), value=1.0)
    kept = keep_file(
        actions.lead(territories.region()),
        plan=hidden,
        data=csv_of("actions", tables_of([draft])),
        name="actions.csv",
    )
    return {
        "public_id": draft.public_id,
        "indicator_id": indicator.public_id,
        "value_id": value.public_id,
        "file_id": kept.public_id,
        "plan_id": hidden.public_id,
        "table": "actions",
    }


def _opinions() -> dict[str, Any]:
    """A formal consultation of the region, ended, its two texts compared."""
    done = formal.adopted()
    return {
        "consultation_id": done.consultation.public_id,
        "consultee_id": done.taken.opinion.consultee.public_id,
        "point_id": done.taken.public_id,
        "change_id": done.consultation.changes.get().public_id,
    }


def _reviews() -> dict[str, Any]:
    """An annual review of the region with a decision, an evaluation under way, a finding entrusted there."""
    world = reviews.a_world()
    held = reviews.held(world, kind="annuelle", territory=territories.region(), title="Annuelle")
    running = reviews.started(world)
    result = reviews.a_finding(running)
    wanted = put_recommendation(territories.OPERATOR, evaluation=running, text="Faire.", findings=[result])
    return {
        "review_id": held.public_id,
        "snapshot_id": reviews.Snapshot.objects.get().public_id,
        "form": "html",
        "decision_id": reviews.decided(held, world.elsewhere).public_id,
        "evaluation_id": running.public_id,
        "question_id": running.questions.get().public_id,
        "result_id": result.public_id,
        "recommendation_id": wanted.public_id,
        "finding_id": reviews.entrusted(world).public_id,
    }


def _bodies() -> dict[str, Any]:
    """A body of the region: a session held with its document, opinion and minutes, a request, a question."""
    body = councils.a_body(territories.region(), name="Conférence régionale", acronym="CRSA")
    college = add_college(territories.OPERATOR, body=body, number=1, label="Usagers")
    add_category(territories.OPERATOR, college=college, label="Associations")
    session = councils.held(body)
    return {
        "body_id": body.public_id,
        "number": 1,
        "rank": 1,
        "mandate_id": councils.mandate_of(councils.a_member(body)).public_id,
        "session_id": session.public_id,
        "item_id": councils.item_of(session).public_id,
        "document_id": councils.a_document(session).public_id,
        "request_id": ask_agency(
            territories.OPERATOR, body=body, text="Un bilan.", addressed_to="Agence"
        ).public_id,
        "question_id": councils.asked(body).public_id,
    }


def _paper() -> dict[str, Any]:
    """A batch of the region, of an open consultation."""
    batch = paper.a_batch(
        territories.OPERATOR, consultation=consultations.opened("Papier"), territory=territories.region()
    )
    consultation = batch.version.consultation
    return {"batch_id": batch.public_id, "number": 1, "consultation_id": consultation.public_id}


def _recording(version: Any) -> Any:
    return put_recording(
        territories.OPERATOR, version=version, question="easy", language="fr", content=b"ID3" + b"\0" * 99
    )


def _moderation(source: Any, personas: Any) -> dict[str, Any]:
    """An alert of the region, and a contest of a text that another person hid."""
    speaks = contributions.a_participation(source, texts={"needs": "Je veux en finir avec la vie"})
    text = contributions.a_participation(source, texts={"needs": "Hors sujet"}).contributions.get()
    moderate(personas[RoleCode.MODERATOR], contribution=text, state=Moderation.HIDDEN, reason="hors-sujet")
    return {
        "alert_id": speaks.alert.public_id,
        "contest_id": contest(Respondent(), contribution=text, words="Si.").public_id,
        "contribution_id": text.public_id,
        "key": "hors-sujet",
    }


def _meetings() -> dict[str, Any]:
    """A meeting of the whole region that takes registrations; a programme not public, its press release."""
    meeting = registrations.a_meeting(where="region")
    hidden = meetings.make_programme(public=False)
    return {
        "public_id": meeting.public_id,
        "registration_id": registrations.come(meeting, "une@exemple.test").public_id,
        "programme_id": hidden.public_id,
        "press_id": draft_release(territories.OPERATOR, programme=hidden).public_id,
    }


def _workshop(personas: Any) -> dict[str, Any]:
    """A workshop of the whole region: an item, signed minutes and a draft of the next, an initiative."""
    meeting = workshops.a_workshop(where="region")
    item = workshops.an_item(meeting, kind=ItemKind.INITIATIVE)
    workshops.signed(meeting, personas[RoleCode.MEETING_ORGANISER])
    draft_minutes(territories.OPERATOR, meeting=meeting)
    sheet = create_initiative(
        territories.OPERATOR, territory=meeting.territory, title="Un bus", summary="Il passe.", item=item
    )
    return {
        "public_id": meeting.public_id,
        "table_id": item.table.public_id,
        "prompt_id": item.prompt.public_id,
        "item_id": item.public_id,
        "initiative_id": sheet.public_id,
        "number": 1,
    }


def signed_in(territory: Any, organisation: Any = None) -> Client:
    """Somebody who holds every role there is, in that territory, for that organisation."""
    person = accounts.user()
    for code in RoleCode.values:
        grant_role(
            territories.OPERATOR, user=person, code=code, territory=territory, organisation=organisation
        )
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def of_the_lot(personas: Any) -> Client:
    return signed_in(territories.department("46"))


def address(route: str, names: set[str], region: dict[str, dict[str, Any]]) -> str:
    held = region.get(route.partition(":")[0], {})
    given = {name: held[name] for name in names}
    if "key" in names and ("partie" in route or route.endswith(":qui-repond")):
        given["key"] = held["section_key"]
    return reverse(route, kwargs=given)


def test_every_screen_is_under_this_test() -> None:
    assert set(ROUTES) >= WITHOUT_OBJECT
    assert {route for route, names in ROUTES.items() if not names} == WITHOUT_OBJECT


def test_the_same_addresses_open_to_the_region(region: Any) -> None:
    """Or the refusals below would prove nothing."""
    client = signed_in(territories.region(), reviews.UsersFinding.objects.get().organisation)
    refused = {
        route: code
        for route, names in ROUTES.items()
        if (code := client.get(address(route, names, region)).status_code) not in (200, 302, 405)
    }
    assert refused == {}


def test_no_screen_of_the_region_opens_to_the_lot(of_the_lot: Client, region: Any) -> None:
    written = JournalLine.objects.count()
    answers = {}
    for route, names in ROUTES.items():
        if route not in WITHOUT_OBJECT | FOR_EVERY_OPERATOR | FOR_EVERY_READER:
            where = address(route, names, region)
            answers |= {
                f"{verb} {route}": getattr(of_the_lot, verb)(where).status_code for verb in ("get", "post")
            }
    # 405: a screen that is only ever sent, or only ever read
    opened = {name: code for name, code in answers.items() if code not in (403, 404, 405)}
    assert opened == {}, sorted(opened.items())
    assert {name for name, code in answers.items() if code != 405} >= {
        f"{verb} {route}"
        for verb, route in (("post", "agents-publications:publier"), ("get", "agents-corpus:detail"))
    }
    assert JournalLine.objects.count() == written


def test_the_rooms_show_nothing_of_the_region_to_the_lot(of_the_lot: Client, region: Any) -> None:
    identifiers = {value for room in region.values() for name, value in room.items() if name.endswith("_id")}
    for route in sorted(WITHOUT_OBJECT):
        shown = of_the_lot.get(reverse(route))
        assert shown.status_code == OTHER_ANSWERS.get(route, 200), route
        known = {region["agents-papier"]["consultation_id"]} if route in OPEN_TO_OPERATORS else set()
        assert not [one for one in identifiers - known if str(one) in shown.content.decode()], route
