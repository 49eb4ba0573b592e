"""The minutes: written around the items, read, signed, published, transmitted; corrected by a new version.

Fed by the items and the agent's words. Feeds the verbs of meetings.services.minutes.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.meetings.enums import MinutesState
from fabrique.meetings.models import Item, Meeting, Minutes
from fabrique.meetings.services import minutes as verbs
from fabrique.meetings.services.deposit import frozen_items, is_deposited
from fabrique.web.agents.animation.access import READERS, file_context, may, reach, url
from fabrique.web.agents.animation.forms import SignForm, TransmissionForm, area
from fabrique.web.agents.animation.views.room import done, tell
from fabrique.web.shared.actors import agent
from fabrique.web.shared.minutes import minutes_pdf, presented
from fabrique.web.shared.printing import pdf_answer
from fabrique_core.privacy.detect import detect


def writing_form(data: Any, minutes: Minutes) -> forms.Form:
    """One area for the introduction, one a question, one for what a new version corrects."""
    form = forms.Form(
        data, initial={"introduction": minutes.introduction, "correction_note": minutes.correction_note}
    )
    if minutes.supersedes_id:
        form.fields["correction_note"] = area(
            _("Ce que cette version corrige"), 2, _("Public : on le lit en tête de la nouvelle version.")
        )
    form.fields["introduction"] = area(
        _("Introduction"), 4, _("Le cadre, le déroulé. Les propos viennent d’eux-mêmes en dessous.")
    )
    for section in verbs.contents(minutes):
        form.fields[f"partie-{section['key']}"] = area(
            section["title"], 3, _("Facultatif : une phrase de contexte.")
        )
        form.initial[f"partie-{section['key']}"] = section["body"]
    form.fields["revision"] = forms.IntegerField(widget=forms.HiddenInput)
    form.initial["revision"] = minutes.revision
    return form


@require_safe
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    meeting = reach(request, public_id, *READERS)
    return _page(request, meeting)


def _page(request: HttpRequest, meeting: Meeting, **extra: Any) -> HttpResponse:
    versions = list(meeting.minutes.order_by("-number").prefetch_related("transmissions"))
    current = versions[0] if versions else None
    draft = current if current and current.state == MinutesState.DRAFT else None
    signed = next((one for one in versions if one.state != MinutesState.DRAFT), None)
    context = file_context(
        request,
        meeting,
        "compte-rendu",
        brouillon_en_cours=draft,
        signe=signed,
        versions=versions,
        peut_ecrire=may(request, meeting, "meetings.draft_minutes"),
        peut_signer=may(request, meeting, "meetings.sign_minutes"),
        peut_publier=may(request, meeting, "meetings.publish_minutes"),
        peut_transmettre=may(request, meeting, "meetings.transmit_minutes"),
        peut_fiche=may(request, meeting, "meetings.edit_initiative"),
    )
    if draft is not None:
        context.update(_draft_context(draft))
    elif signed is not None:
        context.update(presented(signed, exact=True), en_attente=not is_deposited(signed))
        context["tard_venus"] = _later(meeting, signed)
    context["transmission"] = TransmissionForm(initial={"recipient": meeting.programme.recipient})
    return render(request, "agents/animation/compte_rendu.html", {**context, **extra})


def _draft_context(draft: Minutes) -> dict[str, Any]:
    shown = presented(draft, exact=True)
    for section in shown["sections"]:
        for group in section["lists"]:
            for item in group["items"]:
                item["nomme"] = bool(detect(item["text"]))
    return {
        **shown,
        "redaction": writing_form(None, draft),
        "manques": [sentence for _code, sentence in verbs.missing_before_signing(draft)],
    }


def _later(meeting: Meeting, signed: Minutes) -> int:
    """Items noted or changed since the signature: a new version would hold them."""
    kept = {entry["id"]: entry["revision"] for entry in frozen_items(signed)}
    active = Item.objects.of_meeting(meeting).active()
    live = {str(item.public_id): item.revision for item in active}
    return sum(kept.get(key) != revision for key, revision in live.items()) + len(kept.keys() - live.keys())


@require_POST
def begin(request: HttpRequest, public_id: str) -> HttpResponse:
    meeting = reach(request, public_id, "meetings.draft_minutes")
    tell(request, lambda: verbs.draft_minutes(agent(request), meeting=meeting))
    return redirect(url(meeting, "compte-rendu"))


@require_POST
def write(request: HttpRequest, public_id: str) -> HttpResponse:
    meeting = reach(request, public_id, "meetings.draft_minutes")
    draft = get_object_or_404(meeting.minutes, state=MinutesState.DRAFT)
    form = writing_form(request.POST, draft)
    if form.is_valid():
        given = form.cleaned_data
        bodies = {
            name.removeprefix("partie-"): text for name, text in given.items() if name.startswith("partie-")
        }
        if done(
            request,
            form,
            lambda: verbs.write_minutes(
                agent(request),
                minutes=draft,
                revision=given["revision"],
                introduction=given["introduction"],
                bodies=bodies,
                correction_note=given.get("correction_note", ""),
            ),
        ):
            messages.success(request, _("Texte enregistré."))
            return redirect(url(meeting, "compte-rendu"))
    return _page(request, meeting, redaction=form)


@require_POST
def discard(request: HttpRequest, public_id: str) -> HttpResponse:
    meeting = reach(request, public_id, "meetings.draft_minutes")
    draft = get_object_or_404(meeting.minutes, state=MinutesState.DRAFT)
    if tell(request, lambda: verbs.discard_minutes(agent(request), minutes=draft)):
        messages.success(request, _("Cette version est abandonnée. Les propos restent."))
    return redirect(url(meeting, "compte-rendu"))


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, public_id: str) -> HttpResponse:
    """Read everything, then sign: what is signed is what this page showed."""
    meeting = reach(request, public_id, "meetings.sign_minutes")
    draft = get_object_or_404(meeting.minutes.select_related("meeting__territory"), state=MinutesState.DRAFT)
    fresh = {
        "name": request.user.full_name,  # type: ignore[union-attr]
        "revision": draft.revision,
        "fingerprint": verbs.fingerprint_of(draft),
    }
    form = SignForm(request.POST if request.method == "POST" else None, initial=fresh)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("name", "title", "revision", "fingerprint")}
        if done(request, form, lambda: verbs.sign_minutes(agent(request), minutes=draft, **given)):
            messages.success(request, _("Compte rendu signé. Ses propos ont rejoint le corpus."))
            return redirect(url(meeting, "compte-rendu"))
        # what is shown now is what the next signature answers for
        form.data = {
            **request.POST.dict(),
            "revision": fresh["revision"],
            "fingerprint": fresh["fingerprint"],
        }
    context = {**_draft_context(draft), **file_context(request, meeting, "compte-rendu", form=form)}
    return render(request, "agents/animation/signer.html", context)


@require_POST
def publish(request: HttpRequest, public_id: str) -> HttpResponse:
    meeting = reach(request, public_id, "meetings.publish_minutes")
    last = meeting.minutes.order_by("-number").exclude(state=MinutesState.DRAFT).first()
    wanted = last or get_object_or_404(meeting.minutes.order_by("-number")[:1])
    if tell(request, lambda: verbs.publish_minutes(agent(request), minutes=wanted)):
        messages.success(request, _("Compte rendu publié."))
    return redirect(url(meeting, "compte-rendu"))


@require_POST
def transmit(request: HttpRequest, public_id: str) -> HttpResponse:
    meeting = reach(request, public_id, "meetings.transmit_minutes")
    signed = meeting.minutes.exclude(state=MinutesState.DRAFT).order_by("-number")
    minutes = get_object_or_404(signed[:1])
    form = TransmissionForm(request.POST)
    if form.is_valid() and done(
        request, form, lambda: verbs.record_transmission(agent(request), minutes=minutes, **form.cleaned_data)
    ):
        messages.success(request, _("Transmission notée."))
        return redirect(url(meeting, "compte-rendu"))
    return _page(request, meeting, transmission=form)


@require_safe
def pdf_version(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """A version as PDF: signed as it is, a draft marked as such."""
    meeting = reach(request, public_id, *READERS)
    minutes = get_object_or_404(meeting.minutes, number=number)
    return pdf_answer(minutes_pdf(minutes), name=f"compte-rendu-{meeting.slug}-v{number}"[:80])
