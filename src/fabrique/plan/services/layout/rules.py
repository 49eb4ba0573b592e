"""What the nodes of a plan may say of one another, whole plan in hand: references, declension, dates, titles. Pure.

Fed by a PlanFile (a file merged with what is stored, or what a verb would store). Feeds loading and nomenclature.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from fabrique.plan.enums import DocumentKind, PlanState, TitleBasis
from fabrique.plan.services.layout.checking import Problem
from fabrique.plan.services.layout.spec import LEVELS, Kind, Node, PlanFile

_NEEDS_ITS_ACT = (PlanState.ADOPTED, PlanState.REVISION, PlanState.CLOSED)


def problems_of(content: PlanFile, where: str = "") -> list[Problem]:
    """Every fault of a whole plan, each at « section « clé ».champ »; of the plan before as well."""
    found = [
        *_plan(content.plan),
        *_references(content),
        *_commitments(content),
        *_documents(content),
        *_challenges(content),
        *_objectives(content),
        *_programmes(content),
        *_instruments(content),
    ]
    problems = [(f"{where}{place}", sentence) for place, sentence in found]
    if isinstance(content.previous, PlanFile):
        problems += problems_of(content.previous, f"{where}previous.")
    return problems


def within_plan(programme: Node, content: PlanFile) -> bool:
    """Whether a programme of actions belongs to the plan in the strict sense: those of the PRAPS alone."""
    document = content.nodes("documents").get(programme.get("document", ""))
    return document is not None and document["kind"] == DocumentKind.PRAPS


def _at(section: str, node: Node, name: str) -> str:
    return f"{section} « {node['key']} ».{name}"


def _plan(plan: Node) -> Iterator[Problem]:
    if plan["starts_on"] and plan["ends_on"] and plan["ends_on"] <= plan["starts_on"]:
        yield "plan.ends_on", _("La fin du plan doit venir après son début.")
    if plan["state"] in _NEEDS_ITS_ACT and not (plan["adopted_on"] and plan["act"]):
        yield "plan.act", _("Un plan adopté donne la date de son adoption (adopted_on) et son arrêté (act).")


def _references(content: PlanFile) -> Iterator[Problem]:
    before = content.previous if isinstance(content.previous, PlanFile) else None
    for level in LEVELS:
        for each in level.fields:
            if each.kind not in (Kind.REF, Kind.REFS):
                continue
            if each.to.startswith("previous."):
                known = set(before.nodes(each.to.removeprefix("previous."))) if before else set()
            else:
                known = set(content.nodes(each.to))
            for node in content.sections.get(level.section, []):
                named = node[each.name] if each.kind is Kind.REFS else [node[each.name]]
                for key in named:
                    if key and key not in known:
                        yield (
                            _at(level.section, node, each.name),
                            _(
                                "« %(key)s » n’existe pas dans « %(section)s ». Corrigez la clé, ou ajoutez-la."
                            )
                            % {"key": key, "section": each.to},
                        )


def _commitments(content: PlanFile) -> Iterator[Problem]:
    seen: set[int] = set()
    for node in content.sections.get("commitments", []):
        if node["number"] in seen:
            yield (
                _at("commitments", node, "number"),
                _("Un autre engagement porte déjà le numéro %(number)d.") % {"number": node["number"]},
            )
        seen.add(node["number"])


def _documents(content: PlanFile) -> Iterator[Problem]:
    nodes = content.nodes("documents")
    for key, node in nodes.items():
        passed, above = {key}, node["part_of"]
        while above in nodes and above not in passed:
            passed.add(above)
            above = nodes[above]["part_of"]
        if above in passed:
            yield _at("documents", node, "part_of"), _("Un document ne peut pas faire partie de lui-même.")


def _challenges(content: PlanFile) -> Iterator[Problem]:
    for node in content.sections.get("challenges", []):
        if node["title"] and node["basis"] == TitleBasis.UNKNOWN:
            yield (
                _at("challenges", node, "basis"),
                _("Ce défi a un titre : dites s’il est donné par le plan (explicite) ou déduit (deduit)."),
            )
        if not node["title"] and node["basis"] != TitleBasis.UNKNOWN:
            yield (
                _at("challenges", node, "basis"),
                _("Ce défi n’a pas de titre : son origine est « inconnu ». N’inventez pas de titre."),
            )


def _objectives(content: PlanFile) -> Iterator[Problem]:
    nodes, documents = content.nodes("objectives"), content.nodes("documents")
    region = content.plan["territory"]
    for node in nodes.values():
        document = documents.get(node["document"])
        if document and document["territory"] and document["territory"] != node["territory"]:
            yield (
                _at("objectives", node, "document"),
                _(
                    "Ce document est celui d’un autre territoire. Choisissez celui du territoire de l’objectif."
                ),
            )
        regional = nodes.get(node["declines"])
        if regional is None:
            continue
        if node["territory"] == region or regional["territory"] != region:
            yield (
                _at("objectives", node, "declines"),
                _("Seul un objectif de territoire décline, et seulement un objectif régional."),
            )
        elif regional["challenge"] != node["challenge"]:
            yield (
                _at("objectives", node, "declines"),
                _("L’objectif régional décliné relève d’un autre défi. Choisissez-en un du même défi."),
            )


def _programmes(content: PlanFile) -> Iterator[Problem]:
    documents = content.nodes("documents")
    for node in content.sections.get("programmes", []):
        document = documents.get(node["document"])
        if document and document["territory"] and document["territory"] != node["territory"]:
            yield (
                _at("programmes", node, "document"),
                _(
                    "Ce document est celui d’un autre territoire. Choisissez celui du territoire du programme."
                ),
            )


def _instruments(content: PlanFile) -> Iterator[Problem]:
    for node in content.sections.get("instruments", []):
        if node["starts_on"] and node["ends_on"] and node["ends_on"] < node["starts_on"]:
            yield (
                _at("instruments", node, "ends_on"),
                _("La fin vient avant le début. Corrigez l’une des deux dates."),
            )
