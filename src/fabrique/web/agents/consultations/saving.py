"""One way to save a form of the file: the verb, its refusal said in the form, a conflict shown side by side.

Fed by the views. Feeds the messages and the forms sent back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from fabrique.common.conflicts import token_of
from fabrique.common.errors import Forbidden, Refused
from fabrique.web.agents.consultations.access import saved


def attempt(
    request: HttpRequest, form: Any, verb: Callable[[], Any], stored: Callable[[], Mapping[str, Any]]
) -> bool:
    """Call the verb; True once saved. A refusal becomes an error of the form, which keeps all that was typed.

    On a conflict the form receives the token of what is stored now, so that saving again is a decision, and
    `form.conflit` lists what the other person wrote. A missing right is left to the 403 page.
    """
    try:
        verb()
    except Forbidden:
        raise
    except Refused as refusal:
        form.add_error(None, str(refusal))
        if refusal.code == "edit.conflict":
            present = stored()
            form.data = form.data.copy()
            form.data["token"] = token_of(present)
            form.conflit = form.differences(present)
        return False
    messages.success(request, saved())
    return True


def read_only(form: Any) -> Any:
    """The same form, to read: nothing can be typed."""
    for field in form.fields.values():
        field.disabled = True
    return form
