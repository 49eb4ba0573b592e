"""What the file of a plan may say, level by level: the one table that reading, checking, writing and forms follow.

Fed by plan.models and plan.enums. Feeds the other modules of this folder, loading, exporting and nomenclature.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.apps import apps
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from fabrique.plan.enums import (
    CrossMark,
    DocumentKind,
    InstrumentKind,
    PlanState,
    TitleBasis,
    Universalism,
)

#: the first line of a file of ours, and the one version of the layout
MARK, VERSION = "fabrique-plan", 1
KEY_LENGTH = 80
TEXT_LENGTH = 20_000


class Kind(Enum):
    """What a field holds, and in which form a checked file has it.

    LINE, TEXT, KEY, URL, CHOICE, REF (key of a node), TERRITORY (« departement:48 ») and DATE (« 2028-10-31 »):
    a string, empty where nothing is said; NUMBER: an int or None; FLAG: a bool; CHOICES, REFS: a sorted list;
    ORGANISATION: {name, kind, territory} or None; FACTS: a dict of plain values.
    """

    KEY = "key"
    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    URL = "url"
    CHOICE = "choice"
    CHOICES = "choices"
    REF = "ref"
    REFS = "refs"
    TERRITORY = "territory"
    ORGANISATION = "organisation"
    FACTS = "facts"


@dataclass(frozen=True)
class Field:
    """One field of the file. `attribute`: of the model, where it has another name; `to`: level that a REF names."""

    name: str
    kind: Kind
    label: Any = ""
    attribute: str = ""
    to: str = ""
    choices: type[TextChoices] | None = None
    default: str = ""
    required: bool = False
    length: int = 0

    @property
    def on_model(self) -> str:
        return self.attribute or self.name

    def empty(self) -> Any:
        """What stands where the file says nothing."""
        if self.kind in (Kind.CHOICES, Kind.REFS):
            return []
        if self.kind is Kind.FACTS:
            return {}
        if self.kind is Kind.FLAG:
            return False
        return None if self.kind in (Kind.NUMBER, Kind.ORGANISATION) else self.default


@dataclass(frozen=True)
class LevelSpec:
    """One level of the plan: its list in the file, one node of it, its model.

    `text`: its nodes are the text of the plan itself, which an adopted plan no longer changes.
    """

    section: str
    one: str
    model: str
    label: Any
    fields: tuple[Field, ...]
    text: bool = False

    @property
    def label_one(self) -> str:
        """« objectif opérationnel »: one node of it, in the words of its model."""
        return str(apps.get_model("plan", self.model)._meta.verbose_name)

    @property
    def by_name(self) -> Mapping[str, Field]:
        return {each.name: each for each in self.fields}


_KEY = Field("key", Kind.KEY, _("clé"), required=True, length=KEY_LENGTH)
_TITLE = Field("title", Kind.TEXT, _("intitulé"), length=1_000)
_TITLED = Field("title", Kind.TEXT, _("intitulé"), required=True, length=1_000)
_DESCRIPTION = Field("description", Kind.TEXT, _("description"), length=TEXT_LENGTH)
_END = (
    Field("source_note", Kind.TEXT, _("source"), length=TEXT_LENGTH),
    Field("facts", Kind.FACTS, _("faits repris du fichier")),
)
_TERRITORY = Field("territory", Kind.TERRITORY, _("territoire"), required=True)
_PUBLISHED = Field("published", Kind.FLAG, _("rendu public"), attribute="published_at")
_DATES = (
    Field("starts_on", Kind.DATE, _("commence le")),
    Field("ends_on", Kind.DATE, _("se termine le")),
)

#: the head of the plan; the life of the plan (state, act, publication) is honoured at its creation alone
PLAN_FIELDS = (
    Field("slug", Kind.KEY, _("adresse"), required=True, length=KEY_LENGTH),
    Field("title", Kind.LINE, _("intitulé"), required=True, length=200),
    _TERRITORY,
    Field("state", Kind.CHOICE, _("état"), choices=PlanState, default=PlanState.DRAFT.value),
    *_DATES,
    Field("adopted_on", Kind.DATE, _("adopté le")),
    Field("act", Kind.LINE, _("arrêté d’adoption"), length=300),
    Field("act_url", Kind.URL, _("adresse du recueil des actes"), length=500),
    _PUBLISHED,
    Field("fictitious", Kind.FLAG, _("fictif")),
    *_END,
)
LIFE_FIELDS = ("state", "adopted_on", "act", "act_url", "published")

LEVELS: tuple[LevelSpec, ...] = (
    LevelSpec(
        "documents",
        "document",
        "Document",
        _("documents"),
        (
            _KEY,
            Field("kind", Kind.CHOICE, _("nature"), choices=DocumentKind, required=True),
            Field("code", Kind.LINE, _("sigle"), length=20),
            _TITLED,
            _DESCRIPTION,
            Field("territory", Kind.TERRITORY, _("territoire")),
            Field("years", Kind.NUMBER, _("durée en années")),
            Field("part_of", Kind.REF, _("fait partie de"), to="documents"),
            Field("linked", Kind.FLAG, _("plan lié, hors du projet régional")),
            Field("url", Kind.URL, _("adresse du document"), length=500),
            *_END,
        ),
        text=True,
    ),
    LevelSpec(
        "keys", "key", "KeyToSuccess", _("clés pour réussir"), (_KEY, _TITLED, _DESCRIPTION, *_END), text=True
    ),
    LevelSpec("publics", "public", "TargetPublic", _("publics visés"), (_KEY, _TITLED, _DESCRIPTION, *_END)),
    LevelSpec(
        "partners",
        "partner",
        "Partner",
        _("partenaires"),
        (_KEY, _TITLED, _DESCRIPTION, Field("organisation", Kind.ORGANISATION, _("organisme")), *_END),
    ),
    LevelSpec(
        "commitments",
        "commitment",
        "Commitment",
        _("engagements"),
        (
            _KEY,
            Field("number", Kind.NUMBER, _("numéro"), required=True),
            _TITLED,
            Field("variant", Kind.TEXT, _("autre formulation dans la source"), length=1_000),
            Field("new", Kind.FLAG, _("nouveau depuis le plan précédent")),
            Field("continues", Kind.REF, _("prolonge, dans le plan précédent"), to="previous.commitments"),
            _DESCRIPTION,
            *_END,
        ),
        text=True,
    ),
    LevelSpec(
        "challenges",
        "challenge",
        "Challenge",
        _("défis"),
        (
            _KEY,
            Field("commitment", Kind.REF, _("engagement"), to="commitments"),
            Field("basis", Kind.CHOICE, _("origine du titre"), choices=TitleBasis),
            _TITLE,
            _DESCRIPTION,
            *_END,
        ),
        text=True,
    ),
    LevelSpec(
        "objectives",
        "objective",
        "Objective",
        _("objectifs opérationnels"),
        (
            _KEY,
            Field("challenge", Kind.REF, _("défi"), to="challenges", required=True),
            _TERRITORY,
            Field("document", Kind.REF, _("document"), to="documents"),
            Field("declines", Kind.REF, _("décline l’objectif régional"), to="objectives"),
            _TITLED,
            _DESCRIPTION,
            Field("publics", Kind.REFS, _("publics visés"), to="publics"),
            Field(
                "universalism",
                Kind.CHOICE,
                _("universalisme"),
                choices=Universalism,
                default=Universalism.NOT_STATED.value,
            ),
            Field("graduation", Kind.TEXT, _("comment les moyens suivent le besoin"), length=TEXT_LENGTH),
            Field("marks", Kind.CHOICES, _("marques transversales"), choices=CrossMark),
            _PUBLISHED,
            *_END,
        ),
        text=True,
    ),
    LevelSpec(
        "programmes",
        "programme",
        "Programme",
        _("programmes d’actions"),
        (
            _KEY,
            _TERRITORY,
            Field("document", Kind.REF, _("document"), to="documents"),
            Field("objectives", Kind.REFS, _("objectifs"), to="objectives"),
            _TITLED,
            _DESCRIPTION,
            Field("attached_on", Kind.DATE, _("rattaché le")),
            _PUBLISHED,
            *_END,
        ),
    ),
    LevelSpec(
        "instruments",
        "instrument",
        "Instrument",
        _("instruments locaux"),
        (
            _KEY,
            Field("kind", Kind.CHOICE, _("nature"), choices=InstrumentKind, required=True),
            _TERRITORY,
            _TITLED,
            _DESCRIPTION,
            Field("holder", Kind.ORGANISATION, _("porteur")),
            *_DATES,
            *_END,
        ),
    ),
)
BY_SECTION: Mapping[str, LevelSpec] = {level.section: level for level in LEVELS}
BY_ONE: Mapping[str, LevelSpec] = {level.one: level for level in LEVELS}
BY_MODEL: Mapping[str, LevelSpec] = {level.model: level for level in LEVELS}

Node = dict[str, Any]


@dataclass(frozen=True)
class PlanFile:
    """A plan in the form of a checked file: values as Kind says, nodes in their order, dates as strings.

    `sections` holds only those that the file has; `previous`: the plan before, whole, or its address alone.
    """

    plan: Node
    sections: dict[str, list[Node]] = field(default_factory=dict)
    previous: PlanFile | str | None = None

    def nodes(self, section: str) -> dict[str, Node]:
        """{key: node} of a section, in order."""
        return {node["key"]: node for node in self.sections.get(section, [])}
