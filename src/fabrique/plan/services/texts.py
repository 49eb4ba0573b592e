"""Two frozen texts of a plan, line by line: where they agree, what changed, what came and went.

Fed by life.version_nodes. Feeds the points of opinions, the differences, and the pages that show them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.apps import apps
from django.utils.text import capfirst

from fabrique.plan.models import PlanVersion
from fabrique.plan.services.layout.spec import BY_ONE
from fabrique.plan.services.life import version_nodes


@dataclass(frozen=True)
class TextLine:
    """One line of a text: `about` « objective:clé » (the part), `field` « title », its words."""

    about: str
    field: str
    text: str


@dataclass(frozen=True)
class Compared:
    """The same line in both texts; `before` is empty for a new one, `after` for one that went."""

    about: str
    field: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Part:
    """A part of a text that a point may be about. `kind`: « Objectif opérationnel »; `title`: its own words."""

    about: str
    kind: str
    title: str


def text_lines(version: PlanVersion) -> list[TextLine]:
    """The lines of the text proper, in its order: not the partners nor the local instruments that it names."""
    return [
        TextLine(about, field, text)
        for about, field, text in version_nodes(version)
        if BY_ONE[about.partition(":")[0]].text
    ]


def parts_of(lines: Iterable[TextLine]) -> list[Part]:
    """The parts that hold these lines, in order, each with its title or, without one, its key."""
    titles: dict[str, str] = {}
    for line in lines:
        titles.setdefault(line.about, line.about.partition(":")[2])
        if line.field == "title":
            titles[line.about] = line.text
    return [Part(about, kind_of(about), title) for about, title in titles.items()]


def kind_of(about: str) -> str:
    """« objective:clé » → « Objectif opérationnel »."""
    model = apps.get_model("plan", BY_ONE[about.partition(":")[0]].model)
    return str(capfirst(str(model._meta.verbose_name)))


def field_name(about: str, field: str) -> str:
    """« intitulé », « description »: the name of a field of that part."""
    return str(BY_ONE[about.partition(":")[0]].by_name[field].label)


def compared(before: list[TextLine], after: list[TextLine]) -> list[Compared]:
    """Every line of both texts in one order: that of the later text, what went standing where it stood."""
    old = {(line.about, line.field): line.text for line in before}
    new = {(line.about, line.field): line.text for line in after}
    left, right = list(old), list(new)
    order: dict[tuple[str, str], None] = {}
    for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        gone = [] if tag == "equal" else [one for one in left[i:j] if one not in new]
        order.update(dict.fromkeys([*gone, *right[k:m]]))
    return [
        Compared(about, field, old.get((about, field), ""), new.get((about, field), ""))
        for about, field in order
    ]
