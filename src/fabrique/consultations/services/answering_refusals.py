"""What answering refuses, in words: a response that is gone, one that changed, a form that is no longer valid.

Fed by nothing. Feeds services.answering.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from fabrique.common.errors import Refused


def gone() -> Refused:
    return Refused(
        "draft.gone",
        _("Cette réponse n’est plus en cours : elle a été envoyée, effacée, ou sa durée est passée."),
    )


def changed() -> Refused:
    return Refused(
        "draft.changed", _("Une réponse vient de changer dans une autre fenêtre. Relisez, puis envoyez.")
    )


def invalid_form() -> Refused:
    return Refused(
        "form.invalid", _("Cette page n’est plus valable. Vos réponses sont gardées : relisez, puis envoyez.")
    )
