"""The bytes of a YAML file turned into plain values, without trusting them: no alias, no tag, no key twice, limits.

Fed by an upload or a command. Feeds layout.checking and layout.reference; dates stay strings, « oui » a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from django.utils.translation import gettext as _

from fabrique.common.errors import Refused

#: of a whole file; a plan of two hundred actions with long texts is well under
MAX_BYTES, MAX_VALUES, MAX_DEPTH = 2_000_000, 60_000, 20
_INTEGER = re.compile(r"^[-+]?(?:0|[1-9][0-9]{0,17})$")
_NUMBER = re.compile(r"^[-+]?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}$")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(data: bytes) -> Any:
    """The plain values of the file. Raises Refused('plan_file.unreadable') with the line and what to do."""
    text = decoded(data)
    events = yaml.parse(text, Loader=_Loader)
    try:
        return _Reader(events).document()
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        raise unreadable(
            _("Ce fichier n’est pas un fichier YAML lisible : vérifiez les retraits et les deux-points."),
            mark.line + 1 if mark else 0,
        ) from wrong


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8. Raises Refused('plan_file.unreadable')."""
    if len(data) > MAX_BYTES:
        raise unreadable(
            _("Ce fichier dépasse deux mégaoctets. Partagez-le, ou retirez ce qui n’est pas du plan.")
        )
    if not data.strip():
        raise unreadable(_("Ce fichier est vide. Vérifiez que c’est le bon."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        raise unreadable(
            _("Ce fichier n’est pas écrit en UTF-8. Enregistrez-le avec le codage « UTF-8 »."), line
        ) from wrong
    if "\x00" in text:
        raise unreadable(_("Ce fichier n’est pas un texte. Vérifiez que c’est le bon."))
    return text


def unreadable(sentence: str, line: int = 0) -> Refused:
    """The refusal of a file that cannot be read at all, with its line where there is one."""
    said = _("Ligne %(line)d : %(said)s") % {"line": line, "said": sentence} if line else sentence
    return Refused("plan_file.unreadable", said, line=line)


class _Reader:
    """Builds the values from the events of the parser, so that nothing is ever expanded before it is refused."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.events = events
        self.values = 0

    def document(self) -> Any:
        value: Any = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise unreadable(
                        _("Ce fichier contient plusieurs documents. N’en gardez qu’un."), _line(event)
                    )
            elif isinstance(event, yaml.NodeEvent):
                value = self._value(event, 0)
        return value

    def _value(self, event: Any, depth: int) -> Any:
        self.values += 1
        if self.values > MAX_VALUES:
            raise unreadable(_("Ce fichier contient trop d’éléments pour un plan. Rien n’a été lu."))
        if depth > MAX_DEPTH:
            raise unreadable(_("Ce fichier est trop imbriqué pour un plan. Rien n’a été lu."), _line(event))
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise unreadable(
                _("Les renvois (« & » et « * ») ne sont pas acceptés. Écrivez la valeur en toutes lettres."),
                _line(event),
            )
        if event.tag is not None:
            raise unreadable(
                _("Les étiquettes de type (« ! ») ne sont pas acceptées. Écrivez la valeur seule."),
                _line(event),
            )
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return list(self._items(yaml.SequenceEndEvent, depth))
        return self._mapping(depth)

    def _items(self, end: type, depth: int) -> Iterator[Any]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield self._value(event, depth + 1)

    def _mapping(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise unreadable(_("Un nom de champ doit être un mot."), _line(event))
            self._value(event, depth + 1)
            name = event.value
            if name in found:
                raise unreadable(
                    _("Le champ « %(name)s » est écrit deux fois. Gardez-en un.") % {"name": name[:80]},
                    _line(event),
                )
            found[name] = self._value(next(self.events), depth + 1)
        return found


def _scalar(event: Any) -> Any:
    """Only what cannot be anything else is a number or a truth: a code such as « 09 » or a date stays a string."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _NUMBER.match(text) else text


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
