"""Codes on a page: what is wrong with one in French, its QR drawn as SVG, and kept out of the logs.

Fed by fabrique_core.privacy.receipts. Feeds the answering and follow-up pages, and settings' logging.
"""

from __future__ import annotations

import io
import logging
import re

import segno
from django import forms
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_IN_AN_ADDRESS = re.compile(
    r"(/suivre/r/|/abonnements/(?:confirmer|terminer|un-clic)/|/relais/invitation/)[^\s/?\"']+"
)


def code_sentence(reason: str) -> str:
    """One sentence for a code that was refused. Raises KeyError on an unknown reason."""
    return {
        "receipt.invalid": _("Ce n’est pas un code complet : il compte 14 lettres et chiffres."),
        "receipt.check": _("Une lettre ou un chiffre ne va pas. Vérifiez votre code, signe par signe."),
        "code.unknown": _(
            "Aucune réponse n’a ce code. Elle a peut-être été retirée, ou une lettre a été mal recopiée."
        ),
        "draft.unknown": _(
            "Aucune réponse en cours n’a ce code. Elle a peut-être été effacée, ou sa durée est passée."
        ),
        "code.draft": _("Cette réponse n’est pas encore envoyée. Reprenez-la avec « Reprendre ma réponse »."),
        "code.written": _(
            "Votre contribution écrite est arrivée. Un agent la lit : "
            "ce code ouvrira son suivi dès qu’elle sera acceptée."
        ),
        "code.busy": _(
            "Trop de codes introuvables en ce moment. Attendez une minute, puis essayez de nouveau."
        ),
    }[reason]


def qr_svg(link: str) -> SafeString:
    """A QR code as inline SVG without style attributes; hidden from screen readers: the code is beside it."""
    out = io.BytesIO()
    segno.make(link, error="m").save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        nl=False,
        border=4,
        svgclass="fab-qr",
        lineclass="fab-qr__trait",
        omitsize=True,
    )
    svg = out.getvalue().decode().replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    return mark_safe(svg)  # noqa: S308 - drawn here from our own address


class NoCodesInLogs(logging.Filter):
    """Masks the code of a follow-up link in every line of the log, whoever writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        masked = _IN_AN_ADDRESS.sub(r"\1[code]", message)
        if masked != message:
            record.msg, record.args = masked, None
        return True


class CodeForm(forms.Form):
    """A code typed by hand."""

    code = forms.CharField(
        label=gettext_lazy("Votre code"),
        help_text=gettext_lazy(
            "Par exemple ABCDE-FGHJK-MNPQ. Majuscules, tirets et espaces ne comptent pas."
        ),
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "fab-saisie-code",
            }
        ),
        error_messages={"required": gettext_lazy("Écrivez votre code.")},
    )
