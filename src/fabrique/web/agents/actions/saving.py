"""One way to save a form of this room: the verb, its refusal said in the form, a conflict shown side by side.

Fed by the views. Feeds the messages and the forms sent back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from fabrique.common.errors import Forbidden, Refused


def attempt(
    request: HttpRequest,
    form: Any,
    verb: Callable[[], Any],
    stored: Callable[[], Mapping[str, Any]] | None = None,
    done: str = "",
) -> Any:
    """Call the verb; what it returns once saved, None where it refused.

    A refusal becomes an error of the form, which keeps all that was typed. On a conflict the form receives the
    revision of what is stored now, so that saving again is a decision, and `form.conflit` lists what the other
    person wrote. A missing right is left to the 403 page.
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
