"""Which routes answer without an account: the ones in the list, and no other.

Fed by Django's resolver and web/public_routes.py. Feeds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse
from django.urls.converters import get_converters

from fabrique.accounts.enums import RoleCode
from fabrique.consultations.services import put_recording
from fabrique.meetings.services.initiatives import create_initiative, publish_initiative
from fabrique.meetings.services.press import approve_press, draft_release
from fabrique.plan.enums import PlanState
from fabrique.plan.services.life import freeze_version
from fabrique.restitution.enums import Block
from fabrique.subscriptions.services import confirm_link, end_link
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.urls import urlpatterns
from fabrique.web.middleware import ClosedByDefaultMiddleware
from fabrique.web.public_routes import PUBLIC_ROUTES
from tests.factories import common as commons
from tests.factories import (
    consultations,
    councils,
    formal,
    meetings,
    portraits,
    registrations,
    reviews,
    territories,
    workshops,
    written,
)
from tests.factories import plan as plans
from tests.factories import restitution as make

SAMPLES = {"str": "exemple", "slug": "exemple", "int": "1", "path": "exemple", "uuid": "0" * 32}


def routes(resolver: Any = None, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """(view name, an address that reaches it) for every route of the site."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from routes(entry, prefix + str(entry.pattern), inner)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", "/" + filled(prefix + str(entry.pattern), entry.pattern.converters)


def filled(route: str, converters: dict[str, Any]) -> str:
    """The route with an example in place of each argument, of the whole path as of its last part."""
    for kind in get_converters():
        while f"<{kind}:" in route:
            before, rest = route.split(f"<{kind}:", 1)
            route = before + SAMPLES[kind] + rest.split(">", 1)[1]
    return route


ALL = sorted(set(routes()))
CLOSED = [(name, address) for name, address in ALL if name not in PUBLIC_ROUTES]
WITHOUT_ARGUMENT = sorted(
    name
    for name in PUBLIC_ROUTES
    if "exemple" not in dict(ALL).get(name, "exemple") and not name.startswith(("repondre:", "suivre:"))
)


#: routes that are only sent, that lead elsewhere without a code, or that ask a device for its token
OTHER_ANSWERS = {
    "deconnexion": 405,
    "favicon": 301,
    "ecrire:recu": 302,
    "ecrire:effacer": 405,
    "instances:recu": 302,
    "instances:effacer": 405,
    "terrain:liste": 401,
    "terrain:envoi": 405,
    # while no plan is public
    "plan:classeur": 404,
    "plan:paquet": 404,
    "plan:comparaison-csv": 404,
}


def to_sign_in(response: Any) -> bool:
    return response.status_code == 302 and response["Location"].startswith(reverse("connexion"))


@pytest.mark.parametrize(("name", "address"), CLOSED)
@pytest.mark.django_db
def test_a_route_that_is_not_listed_sends_to_the_sign_in_page(
    client: Client, name: str, address: str
) -> None:
    assert to_sign_in(client.get(address)), name
    assert to_sign_in(client.post(address)), name


@pytest.mark.parametrize("name", WITHOUT_ARGUMENT)
@pytest.mark.django_db
def test_a_listed_route_answers_without_an_account(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    expected = OTHER_ANSWERS.get(name, 200)
    assert response.status_code == expected


@pytest.mark.parametrize("address", [address for name, address in ALL if name in PUBLIC_ROUTES])
@pytest.mark.django_db
def test_no_listed_route_asks_for_an_account(client: Client, address: str) -> None:
    assert not to_sign_in(client.get(address))


Seen = dict[str, tuple[dict[str, Any], set[int]]]


def of_consultations(personas: Any) -> Seen:
    """{route: (arguments, answers)} with a published consultation and an open one behind them."""
    world, publication = make.a_published_world(personas, 60)
    shown = consultations.opened("Une consultation ouverte")
    version = shown.questionnaires.current()
    proof = make.figure_of(publication, Block.THEMES).public_id
    document = shown.documents.get().public_id
    spoken = put_recording(
        territories.OPERATOR, version=version, question="easy", language="fr", content=b"ID3" + b"\0" * 99
    )
    together = commons.published(commons.over(personas, world.consultation.source))
    common = {"common_id": together.common.public_id}
    numbered = common | {"number": together.number}
    open_now, published = {"slug": shown.slug}, {"slug": world.consultation.slug}
    answering = {"partie": {"section": "access"}, "verifier": {}, "plus-tard": {}, "abandonner": {}}
    return {
        "consultations:detail": (open_now, {200}),
        "consultations:notice": (open_now, {200}),
        "consultations:preparation": (open_now, {200}),
        "consultations:document": (open_now | {"document": document}, {200}),
        "consultations:enregistrement": (open_now | {"recording": spoken.public_id}, {200}),
        "repondre:debut": (open_now, {200}),
        # without a response under way, these lead back to the start
        **{f"repondre:{name}": (open_now | more, {302, 405}) for name, more in answering.items()},
        # no relay has this code; an invitation goes to the session, true or not
        "repondre:relais": ({"code": "ZZZZZZ"}, {404}),
        "relais:invitation": ({"token": "inconnu"}, {303}),
        # without a code, the page of codes
        "suivre:contester": ({"contribution_id": "inconnue"}, {302}),
        "suivre:lien": ({"code": "ABCDE-FGHJK-MNPQ"}, {303}),
        "resultats:detail": (published, {200}),
        "resultats:version": (published | {"number": publication.number}, {200}),
        "resultats:preuve": (published | {"figure_id": proof}, {200}),
        "resultats:csv": (published, {200}),
        "resultats:dictionnaire": (published, {200}),
        "resultats:commun": (common, {200}),
        "resultats:commun-version": (numbered, {200}),
        "resultats:commun-sources": (numbered, {200}),
        "resultats:commun-preuve": (common | {"figure_id": together.figures.first().public_id}, {200}),
        "resultats:commun-csv": (common, {200}),
        "resultats:commun-dictionnaire": (common, {200}),
        # each asks a device for its token
        **{
            f"terrain:{name}": ({"version_id": version.public_id}, {401})
            for name in ("formulaire", "communes", "manifeste")
        },
    }


def of_meetings(personas: Any) -> Seen:
    """The same with an open meeting, published minutes, an initiative and an approved press release."""
    coming = registrations.a_meeting()
    registrations.ask(coming, "une@exemple.test")
    links = registrations.subscription_of(coming, "une@exemple.test")
    held = workshops.a_workshop()
    workshops.an_item(held, people=14)
    workshops.published(held, personas[RoleCode.MEETING_ORGANISER])
    sheet = create_initiative(
        territories.OPERATOR, territory=held.territory, title="Un bus", summary="Il passe."
    )
    publish_initiative(territories.OPERATOR, initiative=sheet)
    programme = meetings.make_programme()
    release = draft_release(territories.OPERATOR, programme=programme)
    approve_press(personas[RoleCode.APPROVER], document=release)
    meeting, minutes, its = {"slug": coming.slug}, {"slug": held.slug}, {"slug": programme.slug}
    token = {name: {"token": made(links).rstrip("/").rpartition("/")[2]} for name, made in LINKS.items()}
    return {
        "abonnements:rencontre": (meeting, {200}),
        "abonnements:rencontre-envoyee": (meeting, {200}),
        "abonnements:confirmer": (token["confirm"], {200}),
        "abonnements:terminer": (token["end"], {200}),
        "abonnements:un-clic": (token["end"], {405}),
        "rencontres:rencontre": (meeting, {200}),
        "rencontres:rencontre_ics": (meeting, {200}),
        "rencontres:inscription": (meeting, {200}),
        "rencontres:inscription-envoyee": (meeting, {200, 302}),
        "rencontres:compte_rendu": (minutes, {200}),
        "rencontres:compte_rendu_version": (minutes | {"number": 1}, {200}),
        "rencontres:compte_rendu_pdf": (minutes | {"number": 1}, {200}),
        "rencontres:initiative": ({"public_id": sheet.public_id}, {200}),
        "rencontres:programme": (its, {200}),
        "rencontres:programme_pdf": (its, {200}),
        "rencontres:calendrier_programme_ics": (its, {200}),
        "rencontres:communique": (its | {"public_id": release.public_id, "extension": "pdf"}, {200}),
        "rencontres:calendrier_departement_ics": ({"code": "46"}, {200}),
        "rencontres:calendrier_theme_ics": ({"key": "prevention"}, {200}),
    }


def of_calls() -> Seen:
    """The same with an open call for written contributions."""
    call = {"slug": written.a_call(territories.region()).slug}
    return {"ecrire:appel": (call, {200}), "ecrire:deposer": (call, {200})}


def of_bodies() -> Seen:
    """The same with a body whose door is open, and a session that it called."""
    body = councils.a_body(territories.region())
    its = {"slug": body.slug}
    called = councils.called(body)
    return {
        "instances:instance": (its, {200}),
        "instances:composition": (its, {200}),
        "instances:ecrire": (its, {200}),
        "instances:seance": (its | {"session_id": called.public_id}, {200}),
    }


def of_opinions() -> Seen:
    """The same with a formal consultation whose differences are published."""
    done = formal.published()
    its = {"slug": done.consultation.slug}
    whole = {"consultee_id": done.taken.opinion.consultee.public_id}
    names = ("consultation", "texte", "differences", "pdf")
    files = ("csv-avis", "csv-points", "csv-changements")
    seen: Seen = {f"avis:{name}": (its, {200}) for name in (*names, *files)}
    schema = its | {"name": "points"}
    return seen | {
        "avis:avis": (its | whole, {200}),
        "avis:schema": (schema, {200}),
        "avis:propositions": (its, {404}),
    }


def of_reviews() -> Seen:
    """The same with a published review and a published evaluation."""
    world = reviews.a_world()
    its = {"review_id": reviews.published(world).public_id}
    done = {"evaluation_id": reviews.published_evaluation(world).public_id}
    return {
        "bilans:revue": (its, {200}),
        "bilans:compte-rendu": (its, {200}),
        "bilans:compte-rendu-pdf": (its, {200}),
        "bilans:dossier": (its | {"form": "html"}, {200}),
        "bilans:evaluation": (done, {200}),
    }


def of_the_plan() -> Seen:
    """The same with a public plan, one of its objectives and one of its actions."""
    plan = plans.a_plan()
    objective = {"public_id": plans.an_objective(plan).public_id}
    programme = {"public_id": plans.a_programme(plan).public_id}
    for label in ("Texte adopté", "Texte révisé"):
        later = freeze_version(territories.OPERATOR, plan=plan, reason=PlanState.ADOPTED, label=label)
        plans.an_objective(plan, challenge="e2-d1")
    return {
        "plan:engagement": ({"key": "e1"}, {200}),
        "plan:defi": ({"key": "e1-d1"}, {200}),
        "plan:objectif": (objective, {200}),
        "plan:abonnement": (objective, {200}),
        "plan:abonnement-envoye": (objective, {200}),
        "plan:action": ({"public_id": plans.an_action(plan).public_id}, {200}),
        "plan:territoire": ({"code": "48"}, {200}),
        "plan:public": ({"key": "enfants"}, {200}),
        "plan:marque": ({"mark": "montagne"}, {200}),
        "plan:programme": (programme, {200}),
        "plan:table": ({"name": "actions"}, {200}),
        "plan:schema": ({"name": "actions"}, {200}),
        "plan:lignes": ({"name": "actions"}, {200}),
        "plan:texte": ({"public_id": later.public_id}, {200}),
        "plan:changements": ({"public_id": later.public_id}, {200}),
    }


def of_territories() -> Seen:
    """The same with an observatory that knows the departments."""
    portraits.an_observatory()
    its, whole = {"code": "48"}, {"code": "taux_pauvrete"}
    epci = {"code": Territory.objects.filter(level=Level.EPCI).order_by("code")[0].code}
    return {
        "territoires:departement": (its, {200}),
        "territoires:departement_pdf": (its, {200}),
        "territoires:epci": (epci, {200}),
        "territoires:epci_pdf": (epci, {200}),
        "territoires:indicateur": (whole, {200}),
        "territoires:indicateur_csv": (whole, {200}),
        "territoires:schema": ({"table": "moyens"}, {200}),
    }


LINKS = {"confirm": confirm_link, "end": end_link}


@pytest.mark.django_db
def test_listed_routes_about_an_object_answer_without_an_account(client: Client, personas: Any) -> None:
    """With real objects behind them; `seen` keeps this test in step with the list."""
    seen = (
        of_consultations(personas)
        | of_meetings(personas)
        | of_calls()
        | of_opinions()
        | of_bodies()
        | of_reviews()
        | of_the_plan()
        | of_territories()
    )
    assert set(seen) == {name for name, address in ALL if name in PUBLIC_ROUTES and "exemple" in address}
    for name, (arguments, expected) in seen.items():
        response = client.get(reverse(name, kwargs=arguments))
        assert response.status_code in expected, (name, response.status_code)
        assert not to_sign_in(response), name


@pytest.mark.django_db
def test_a_new_route_is_closed_until_it_is_listed(client: Client, settings: Any) -> None:
    settings.ROOT_URLCONF = ModuleType("urls_with_one_more")
    new = path("nouvelle/", lambda _: HttpResponse("ouvert"), name="nouvelle")
    vars(settings.ROOT_URLCONF)["urlpatterns"] = [*urlpatterns, new]
    assert to_sign_in(client.get("/nouvelle/"))
    assert to_sign_in(client.post("/nouvelle/"))


def test_every_name_of_the_list_is_a_route() -> None:
    assert {name for name, _ in ALL} >= PUBLIC_ROUTES


def test_the_agents_space_has_no_listed_route() -> None:
    assert [name for name, address in ALL if address.startswith("/agents/") and name in PUBLIC_ROUTES] == []


@pytest.mark.django_db
def test_the_sign_in_page_brings_back_to_the_page_asked_for(client: Client) -> None:
    assert client.get("/agents/composants/")["Location"] == "/connexion/?next=/agents/composants/"


def test_a_view_cannot_open_itself(rf: RequestFactory) -> None:
    """`login_not_required` has no effect here: the list alone opens a route."""
    from django.contrib.auth.models import AnonymousUser

    @login_not_required
    def view(request: Any) -> HttpResponse:
        return HttpResponse("ouvert")

    request = rf.get("/agents/")
    request.user = AnonymousUser()
    request.resolver_match = get_resolver().resolve("/agents/")
    answer = ClosedByDefaultMiddleware(lambda _: HttpResponse()).process_view(request, view, (), {})
    assert answer is not None
    assert to_sign_in(answer)
