"""Becoming a relay: what it is, the request, and the one-time link by which its person chooses a password.

Fed by the reader. Feeds relays.services: ask_to_relay, use_invitation.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.accounts.enums import OrganisationKind
from fabrique.common.crypto import Undecipherable, decrypt, encrypt
from fabrique.common.errors import Refused
from fabrique.consultations.services.proofs import check_proof, new_question
from fabrique.contributions.services import use_proof
from fabrique.relays import services
from fabrique.relays.models import Relay
from fabrique.web.public.relais.forms import AskForm, PasswordForm
from fabrique.web.public.repondre.journey import private
from fabrique.web.shared.actors import respondent

INVITED = "relais-invitation"
_FIELDS = {
    "relay.name": "name",
    "relay.contact": "contact_name",
    "relay.email": "contact_email",
    "relay.charter": "charter",
    "relay.exists": "name",
}


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What a relay does and gets; one button."""
    return render(request, "public/relais/accueil.html")


@require_safe
def charter(request: HttpRequest) -> HttpResponse:
    """The charter of relays and of those who help, on a page of its own."""
    return render(request, "public/relais/charte.html")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The request; sent twice, it is one."""
    question = new_question()
    form = AskForm(request.POST if request.method == "POST" else None, question=question.wording)
    if request.method == "POST":
        if form.is_valid() and _proved(request, form) and _asked(form):
            return redirect("relais:demande-recue")
        # the question is another one now: the answer to the one before would be wrong
        form.data = {**request.POST.dict(), "answer": ""}
    return render(request, "public/relais/devenir.html", {"form": form, "question": question})


def _proved(request: HttpRequest, form: AskForm) -> bool:
    """Whether a person answered the plain question, once; a double click of the same form passes."""
    data = form.cleaned_data
    try:
        proof = check_proof(payload="", token=request.POST.get("question", ""), answer=data["answer"])
    except Refused as refusal:
        form.add_error("answer", str(refusal))
        return False
    if use_proof(proof.identifier, expires_at=proof.expires_at):
        return True
    again = Relay.objects.waiting().named(data["name"], data["territory"]).exists()
    if not again:
        form.add_error("answer", _("Cette question a déjà servi. Répondez à celle-ci."))
    return again


def _asked(form: AskForm) -> bool:
    """Whether the request is registered; otherwise the form says why not."""
    data = form.cleaned_data
    try:
        services.ask_to_relay(
            respondent(),
            name=data["name"],
            kind=OrganisationKind(data["kind"]),
            territory=data["territory"],
            contact_name=data["contact_name"],
            contact_email=data["contact_email"],
            place=data["place"],
            presentation=data["presentation"],
            charter=data["charter"],
        )
    except Refused as refusal:
        form.add_error(_FIELDS.get(refusal.code), str(refusal))
        return False
    return True


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "public/relais/demande_recue.html")


@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the message: it goes into the session, so that no address nor history keeps it; 303."""
    request.session[INVITED] = encrypt(token)
    answer = HttpResponseRedirect(reverse("relais:mot-de-passe"))
    answer.status_code = 303
    return answer


@private
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Choose the password, once; opening the page uses nothing up."""
    token = _token(request)
    found = services.invitation_of(token) if token else None
    if found is None:
        return render(request, "public/relais/lien_passe.html", status=410 if token else 200)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _chosen(form, token):
        del request.session[INVITED]
        return redirect("relais:mot-de-passe-choisi")
    context = {"form": form, "relay": found.relay, "account": found.user.email}
    return render(request, "public/relais/mot_de_passe.html", context)


def _chosen(form: PasswordForm, token: str) -> bool:
    try:
        services.use_invitation(respondent(), token=token, password=form.cleaned_data["password"])
    except ValidationError as weak:
        form.add_error("password", weak)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return not form.errors


@require_safe
def chosen(request: HttpRequest) -> HttpResponse:
    return render(request, "public/relais/mot_de_passe_choisi.html")


def _token(request: HttpRequest) -> str:
    try:
        return decrypt(request.session.get(INVITED, ""))
    except Undecipherable:
        return ""
