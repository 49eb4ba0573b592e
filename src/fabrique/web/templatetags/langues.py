"""Texts in the language of their readers: the attributes that say it, and no French spaces in other languages.

Fed by the language of a definition. Feeds the questionnaire's templates.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from fabrique.common.enums import Language
from fabrique.consultations.services.translating import RIGHT_TO_LEFT
from fabrique.web.templatetags.francais import typo

register = template.Library()

#: each language as those who speak it write it
OWN_NAMES = {
    Language.FRENCH: "français",
    Language.ENGLISH: "English",
    Language.OCCITAN: "occitan",
    Language.CATALAN: "català",
    Language.SPANISH: "español",
    Language.ARABIC: "العربية",
}


@register.filter
def attr_langue(language: str) -> SafeString:
    """lang="…", and dir="rtl" for a language written from right to left."""
    if language in RIGHT_TO_LEFT:
        return format_html('lang="{}" dir="rtl"', language)
    return format_html('lang="{}"', language)


@register.filter
def texte(value: Any, language: str) -> SafeString:
    """The text with French spaces where it is French, escaped and as it is in any other language."""
    if language == Language.FRENCH:
        return typo(value)
    escaped: SafeString = conditional_escape("" if value is None else value)
    return escaped


@register.filter
def nom_langue(language: str) -> str:
    """The language under its own name."""
    return OWN_NAMES.get(Language(language), language)
