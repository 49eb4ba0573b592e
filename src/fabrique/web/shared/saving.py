"""A verb called from a form or a button: its refusal is said where it is read, its success at the top of the page.

Fed by the views of the agents' rooms. Feeds the messages and the forms sent back; a missing right stays a 403.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from fabrique.common.errors import Forbidden, Refused
from fabrique.web.shared.errors import tell_refusal


def attempt(
    request: HttpRequest,
    form: Any,
    verb: Callable[[], Any],
    stored: Callable[[], Mapping[str, Any]] | None = None,
    done: str = "",
) -> Any:
    """A form: call the verb; what it returns once saved, None where it refused.

    A refusal becomes an error of the form, which keeps all that was typed. On a conflict the form receives the
    revision of what is stored now, so that saving again is a decision, and `form.conflit` lists what the other
    person wrote.
    """
    try:
        result = verb()
    except Forbidden:
        raise
    except Refused as refusal:
        form.add_error(None, str(refusal))
        if refusal.code == "edit.conflict" and stored is not None:
            present = stored()
            form.data = form.data.copy()
            form.data["revision"] = present["revision"]
            form.conflit = form.differences(present)
        return None
    messages.success(request, done or _("C’est enregistré."))
    return result if result is not None else True


def press(request: HttpRequest, act: Callable[[], Any], done: str) -> bool:
    """A button: act, and say at the top of the next page that it is done, or why it is not."""
    try:
        act()
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
        return False
    messages.success(request, done)
    return True
