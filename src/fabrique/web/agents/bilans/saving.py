"""A verb called from a form or a button: its refusal goes back to the form, or to the top of the next page.

Fed by the views of the room. Feeds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fabrique.common.errors import Forbidden, Refused
from fabrique.web.shared.conflicts import KeptForm


def attempt(form: Any, act: Callable[[dict[str, Any]], Any], fields: dict[str, str] | None = None) -> Any:
    """What the verb returns, or None where the form or the verb refused: the form then says why.

    `fields`: {code of a refusal: field under which to say it}.
    """
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except Forbidden:
        raise
    except Refused as refusal:
        form.add_error((fields or {}).get(refusal.code), str(refusal))
        if isinstance(form, KeptForm):
            form.keep_over(refusal)
        return None


def form_page(
    request: HttpRequest, form: Any, *, title: str, submit: str, trail: list[tuple[str, str]], intro: str = ""
) -> HttpResponse:
    """The one page of a plain form. `trail`: (label, address) of the pages above it."""
    context = {"form": form, "titre": title, "envoyer": submit, "chemin": trail, "intro": intro}
    return render(request, "agents/bilans/formulaire.html", context)


def told(request: HttpRequest, sentence: str, route: str, *arguments: Any) -> HttpResponse:
    """Say that it is done, and go to the page."""
    messages.success(request, sentence)
    return redirect(route, *arguments)


def errors_of(rows: Iterable[tuple[str, Any]]) -> list[dict[str, str]]:
    """One summary for a table of forms: [{ligne, champ, cible, phrase}] from (name of the row, its form)."""
    found = []
    for name, form in rows:
        if not form.is_bound:
            continue
        for field in form:
            found += [
                {"ligne": name, "champ": str(field.label), "cible": str(field.auto_id), "phrase": str(said)}
                for said in field.errors
            ]
        shown = form.visible_fields()
        target = str(shown[0].auto_id) if shown else "contenu"
        found += [
            {"ligne": name, "champ": "", "cible": target, "phrase": str(said)}
            for said in form.non_field_errors()
        ]
    return found
