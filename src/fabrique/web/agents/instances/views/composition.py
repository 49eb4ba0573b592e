"""Who sits in a body: its colleges and their categories, its mandates; each added, corrected, ended.

Fed by accounts (Body, College, SeatCategory, Mandate). Feeds the verbs of accounts.services.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts import services as accounts
from fabrique.accounts.enums import OrganisationKind
from fabrique.accounts.models import Body, College, Mandate, Organisation, SeatCategory, User
from fabrique.accounts.rights import holds
from fabrique.common.clock import today
from fabrique.common.errors import Refused
from fabrique.web.agents.instances.access import reach_body, reach_mandate
from fabrique.web.agents.instances.forms_bodies import (
    CategoryForm,
    CollegeForm,
    EndForm,
    MandateForm,
    NewMandateForm,
    initial_of,
)
from fabrique.web.agents.instances.saving import Sheet, act_and_return, form_page
from fabrique.web.agents.instances.views.bodies import path_of
from fabrique.web.shared.actors import agent
from fabrique.web.shared.composition import composition_of
from fabrique.web.shared.conflicts import shown

HERE, EDIT, GRANT = "agents-instances:membres", "accounts.edit_body", "accounts.grant_mandate"
#: mandates over that the page shows: the last ones to end
SHOWN = 100


@require_safe
def members(request: HttpRequest, body_id: str) -> HttpResponse:
    """Seats by college, then who sits there; members read it too, without the mandates over or to come."""
    body = reach_body(request, body_id)
    actor = agent(request)
    seats = body.ended_on is None and holds(actor, GRANT, body.territory)
    every = Mandate.objects.of_body(body)
    composition = composition_of(body)
    context = {
        "instance_sante": body,
        "composition": composition,
        "compte": seats or composition.countable,
        "mandats": list(every.current()),
        "a_venir": list(every.to_begin()) if seats else [],
        "finis": list(every.over()[:SHOWN]) if seats else [],
        "peut_sieger": seats,
        "peut_modifier": body.ended_on is None and holds(actor, EDIT, body.territory),
    }
    return render(request, "agents/instances/membres.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_college(request: HttpRequest, body_id: str) -> HttpResponse:
    body = reach_body(request, body_id, EDIT)
    last = body.colleges.order_by("-number").values_list("number", flat=True).first()
    sheet = _sheet(body, _("Ajouter un collège"), _("Ajouter ce collège"), _("Collège ajouté."))
    form = CollegeForm(request.POST or None, initial={"number": (last or 0) + 1})
    return form_page(
        request, sheet, form, lambda given: accounts.add_college(agent(request), body=body, **_said(given))
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_college(request: HttpRequest, body_id: str, number: int) -> HttpResponse:
    body = reach_body(request, body_id, EDIT)
    college = _college(body, number)
    sheet = _sheet(body, _("Modifier le collège"), _("Enregistrer le collège"), _("Collège enregistré."))
    form = CollegeForm(request.POST or None, initial=shown(accounts.college_said(college)))
    return form_page(
        request, sheet, form, lambda given: accounts.edit_college(agent(request), college=college, **given)
    )


@require_POST
def remove_college(request: HttpRequest, body_id: str, number: int) -> HttpResponse:
    body = reach_body(request, body_id, EDIT)
    college = _college(body, number)
    return act_and_return(
        request,
        lambda: accounts.remove_college(agent(request), college=college),
        _("Collège retiré."),
        HERE,
        body.public_id,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_category(request: HttpRequest, body_id: str, number: int) -> HttpResponse:
    body = reach_body(request, body_id, EDIT)
    college = _college(body, number)
    sheet = _sheet(
        body,
        _("Ajouter une catégorie de sièges"),
        _("Ajouter cette catégorie"),
        _("Catégorie ajoutée."),
        context=f"{college.number}. {college.label}",
    )
    form = CategoryForm(request.POST or None, initial={"rank": accounts.next_rank(college)})
    return form_page(
        request,
        sheet,
        form,
        lambda given: accounts.add_category(agent(request), college=college, **_said(given)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_category(request: HttpRequest, body_id: str, number: int, rank: int) -> HttpResponse:
    body = reach_body(request, body_id, EDIT)
    category = _category(body, number, rank)
    sheet = _sheet(
        body,
        _("Modifier la catégorie de sièges"),
        _("Enregistrer la catégorie"),
        _("Catégorie enregistrée."),
        context=f"{category.college.number}. {category.college.label}",
    )
    form = CategoryForm(request.POST or None, initial=shown(accounts.category_said(category)))
    return form_page(
        request, sheet, form, lambda given: accounts.edit_category(agent(request), category=category, **given)
    )


@require_POST
def remove_category(request: HttpRequest, body_id: str, number: int, rank: int) -> HttpResponse:
    body = reach_body(request, body_id, EDIT)
    category = _category(body, number, rank)
    return act_and_return(
        request,
        lambda: accounts.remove_category(agent(request), category=category),
        _("Catégorie retirée."),
        HERE,
        body.public_id,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_member(request: HttpRequest, body_id: str) -> HttpResponse:
    """Seat a person who has an account."""
    body = reach_body(request, body_id, GRANT)
    sheet = _sheet(
        body,
        _("Ajouter un membre"),
        _("Ajouter ce membre"),
        _("Membre ajouté."),
        lead=_("Dès le premier jour de son mandat, il lit ce qui concerne cette instance, et elle seule."),
    )
    form = NewMandateForm(request.POST or None, body=body)

    def act(_given: dict[str, Any]) -> Mandate:
        given = form.values()
        given.pop("expected")
        user = User.objects.filter(email__iexact=given.pop("email")).first()
        if user is None:
            raise Refused(
                "mandate.no_account",
                _("Aucun compte n’a cette adresse. Demandez à l’administrateur de l’ouvrir."),
            )
        given["organisation"] = _organisation(request, body, given["organisation"])
        return accounts.grant_mandate(agent(request), body=body, user=user, **given)

    return form_page(request, sheet, form, act)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_member(request: HttpRequest, mandate_id: str) -> HttpResponse:
    """Correct a mandate: its seat, its dates, whether the public reads the name."""
    mandate = reach_mandate(request, mandate_id, GRANT)
    body = mandate.body
    sheet = _sheet(
        body,
        _("Modifier un mandat"),
        _("Enregistrer le mandat"),
        _("Mandat enregistré."),
        context=mandate.user.full_name,
    )
    form = MandateForm(
        request.POST or None, body=body, initial=initial_of(shown(accounts.mandate_said(mandate)))
    )

    def act(_given: dict[str, Any]) -> Mandate:
        given = form.values()
        given["organisation"] = _organisation(request, body, given["organisation"], mandate.organisation)
        return accounts.edit_mandate(agent(request), mandate=mandate, **given)

    return form_page(request, sheet, form, act)


@require_http_methods(["GET", "HEAD", "POST"])
def end_member(request: HttpRequest, mandate_id: str) -> HttpResponse:
    mandate = reach_mandate(request, mandate_id, "accounts.end_mandate")
    sheet = _sheet(
        mandate.body,
        _("Mettre fin à un mandat"),
        _("Mettre fin à ce mandat"),
        _("Fin du mandat enregistrée."),
        context=mandate.user.full_name,
        lead=_("Ses avis déjà donnés restent. Une erreur se corrige par « Modifier »."),
    )
    form = EndForm(request.POST or None, initial={"ends_on": today()})
    return form_page(
        request, sheet, form, lambda given: accounts.end_mandate(agent(request), mandate=mandate, **given)
    )


def _sheet(body: Body, title: str, button: str, done: str, lead: str = "", context: str = "") -> Sheet:
    """A page under the composition of a body, to which it comes back."""
    above = (*path_of(body), (_("Composition"), reverse(HERE, args=[body.public_id])))
    return Sheet(title, button, above, (HERE, body.public_id), lead=lead, context=context, done=done)


def _said(given: dict[str, Any]) -> dict[str, Any]:
    """What is typed for something new: there is no former state to compare with."""
    return {name: value for name, value in given.items() if name != "expected"}


def _college(body: Body, number: int) -> College:
    found: College = get_object_or_404(body.colleges.select_related("body__territory"), number=number)
    return found


def _category(body: Body, number: int, rank: int) -> SeatCategory:
    rows = SeatCategory.objects.select_related("college__body__territory")
    found: SeatCategory = get_object_or_404(rows, college__body=body, college__number=number, rank=rank)
    return found


def _organisation(
    request: HttpRequest, body: Body, typed: str, present: Organisation | None = None
) -> Organisation | None:
    """The organisation of that name: the one already named, else that of the body's territory, known or new."""
    if not typed.strip():
        return None
    if present is not None and present.name == typed.strip():
        return present
    return accounts.create_organisation(
        agent(request), name=typed, kind=OrganisationKind.OTHER, territory=body.territory
    )
