"""The relay's own pages: its counts, its kit, its questionnaires on paper, its colleagues.

Fed by relays, web.shared.relay_kit and paper. Feeds the person of the relay: never an answer, never another relay.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.models import Consultation
from fabrique.paper.models import Batch
from fabrique.relays import services
from fabrique.relays.enums import RelayState
from fabrique.relays.models import Relay, RelayLink
from fabrique.web.public.relais.forms import ColleagueForm, SheetsForm
from fabrique.web.public.relais.views.access import (
    consultations_of,
    for_own_relay,
    link_or_404,
)
from fabrique.web.shared.actors import agent
from fabrique.web.shared.printing import pdf_answer
from fabrique.web.shared.relay_kit import BY_KEY, FAMILIES, PIECES, draw, kit_of, preview
from fabrique.web.shared.relay_kit.sheets import archive_of, batches_of, first_batch, new_batch, print_batch
from fabrique.web.shared.relay_kit.telling import count_in_words


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The relay of the person; a list where they have several; what to do where they have none."""
    relays = list(Relay.objects.of(agent(request)).order_by("name"))
    if len(relays) == 1 and relays[0].state == RelayState.ACCEPTED:
        return redirect("relais:relais", relay_id=relays[0].public_id)
    return render(request, "public/relais/espace.html", {"relais": relays})


@require_safe
@for_own_relay
def detail(request: HttpRequest, relay: Relay) -> HttpResponse:
    """Consultations to carry, with the relay's own counts in words."""
    links = {
        link.consultation_id: link
        for link in RelayLink.objects.filter(relay=relay).select_related("consultation")
    }
    open_now = set(Consultation.objects.answerable().values_list("pk", flat=True))
    carried = consultations_of(relay)
    lines = [
        {
            "consultation": row,
            "link": links.get(row.pk),
            "open": row.pk in open_now,
            "count": count_in_words(links[row.pk]) if row.pk in links else "",
        }
        for row in carried
    ]
    current = {row.pk for row in carried}
    past = [
        {"consultation": link.consultation, "count": count_in_words(link)}
        for link in links.values()
        if link.consultation_id not in current
    ]
    context = {"relay": relay, "lignes": lines, "passees": past, "form": ColleagueForm()}
    return render(request, "public/relais/relais.html", context)


@require_POST
@for_own_relay
def prepare(request: HttpRequest, relay: Relay, slug: str) -> HttpResponse:
    """Make the relay's link, and its first numbered questionnaires; again changes nothing."""
    consultation = get_object_or_404(
        Consultation.objects.visible_to_public().select_related("perimeter"), slug=slug
    )
    link = services.link_for(agent(request), relay=relay, consultation=consultation)
    try:
        first_batch(link)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("relais:dossier", relay_id=relay.public_id, slug=slug)


@require_safe
@for_own_relay
def kit(request: HttpRequest, relay: Relay, slug: str) -> HttpResponse:
    """All that the relay may put up, hand out and post."""
    return _kit_page(request, link_or_404(relay, slug), SheetsForm())


def _kit_page(request: HttpRequest, link: RelayLink, form: SheetsForm) -> HttpResponse:
    families = [
        (title, [piece for piece in PIECES if piece.family == key]) for key, title in FAMILIES.items()
    ]
    context: dict[str, Any] = {
        "relay": link.relay,
        "link": link,
        "consultation": link.consultation,
        "kit": kit_of(link),
        "familles": families,
        "lots": batches_of(link),
        "form": form,
    }
    return render(request, "public/relais/dossier.html", context)


@require_safe
@for_own_relay
def piece(request: HttpRequest, relay: Relay, slug: str, key: str) -> HttpResponse:
    """One file of the kit."""
    wanted = BY_KEY.get(key)
    if wanted is None:
        raise Http404
    words = kit_of(link_or_404(relay, slug))
    if request.GET.get("apercu"):
        return HttpResponse(preview(words, wanted), content_type="image/png")
    answer = HttpResponse(draw(words, wanted), content_type=wanted.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{wanted.name}"'
    return answer


@require_safe
@for_own_relay
def everything(request: HttpRequest, relay: Relay, slug: str) -> HttpResponse:
    """The whole kit in one archive, numbered questionnaires included."""
    link = link_or_404(relay, slug)
    answer = HttpResponse(archive_of(agent(request), link), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="dossier-relais-{link.code}.zip"'
    return answer


@require_POST
@for_own_relay
def more_sheets(request: HttpRequest, relay: Relay, slug: str) -> HttpResponse:
    """Number new questionnaires."""
    link = link_or_404(relay, slug)
    form = SheetsForm(request.POST)
    if not form.is_valid():
        return _kit_page(request, link, form)
    batch = new_batch(link, size=form.cleaned_data["size"], register=form.cleaned_data["register"])
    told = _("%(size)s questionnaires sont prêts, sous le lot %(code)s.")
    messages.success(request, told % {"size": form.cleaned_data["size"], "code": batch.code})
    return redirect("relais:dossier", relay_id=relay.public_id, slug=slug)


@require_safe
@for_own_relay
def sheets(request: HttpRequest, relay: Relay, slug: str, batch_id: str) -> HttpResponse:
    """The numbered questionnaires of one batch of this relay."""
    link = link_or_404(relay, slug)
    batches = Batch.objects.filter(relay=link.relay.organisation)
    batch: Batch = get_object_or_404(batches, public_id=batch_id)
    return pdf_answer(print_batch(agent(request), batch), name=f"questionnaires-{batch.code}", inline=False)


@require_http_methods(["POST"])
@for_own_relay
def invite(request: HttpRequest, relay: Relay) -> HttpResponse:
    """An account for a colleague of the relay."""
    form = ColleagueForm(request.POST)
    if form.is_valid():
        try:
            services.invite_person(agent(request), relay=relay, **form.cleaned_data)
        except Forbidden:
            raise
        except (Refused, ValidationError) as refusal:
            form.add_error(
                "email", refusal.messages if isinstance(refusal, ValidationError) else str(refusal)
            )
        else:
            messages.success(
                request, _("Un message part à cette adresse, avec un lien pour choisir un mot de passe.")
            )
            return redirect("relais:relais", relay_id=relay.public_id)
    return render(request, "public/relais/collegue.html", {"relay": relay, "form": form})
