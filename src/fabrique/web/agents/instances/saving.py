"""What the views of the room share: one form on one page, one verb behind one button.

Fed by the forms of the room and the verbs of councils. Feeds the pages, with the refusal where there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fabrique.common.errors import Forbidden, Refused
from fabrique.web.shared.conflicts import KeptForm
from fabrique.web.shared.saving import press


@dataclass(frozen=True)
class Sheet:
    """A page that holds one form: its title, what it says first, its button, where it comes from and returns.

    `path`: (label, address) of the pages above; `back`: route and arguments to which a success redirects, or what
    makes them from what the verb returned.
    """

    title: str
    button: str
    path: tuple[tuple[str, str], ...]
    back: tuple[str, ...] | Callable[[Any], tuple[str, ...]]
    lead: str = ""
    context: str = ""
    done: str = ""
    files: bool = False


def form_page(
    request: HttpRequest, sheet: Sheet, form: forms.Form, act: Callable[[dict[str, Any]], object]
) -> HttpResponse:
    """Show the form; sent and valid, do the verb and go back, or show its refusal on the same page."""
    if request.method == "POST" and form.is_valid():
        try:
            done = act(form.cleaned_data)
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
            if isinstance(form, KeptForm):
                form.keep_over(refusal)
        else:
            if sheet.done:
                messages.success(request, sheet.done)
            return redirect(*(sheet.back(done) if callable(sheet.back) else sheet.back))
    return render(request, "agents/instances/formulaire.html", {"feuille": sheet, "form": form})


def act_and_return(request: HttpRequest, act: Callable[[], object], done: str, *back: str) -> HttpResponse:
    """Do a verb behind a button; its refusal is told at the top of the page that it comes back to."""
    press(request, act, done)
    return redirect(*back)
