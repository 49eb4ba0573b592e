"""The verbs that write the tree of a plan: add, edit, reorder, remove a node; give a title; make public.

Fed by agents' pages and the demonstration. Feeds plan.models and the journal; the rules are layout.rules'.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.plan.enums import PlanState, TitleBasis
from fabrique.plan.models import Challenge, Commitment, Objective, Plan, Programme
from fabrique.plan.services.exporting import document_of, node_of, rows_of
from fabrique.plan.services.layout.checking import Problem, checked_node, checked_values, refuse
from fabrique.plan.services.layout.rules import problems_of
from fabrique.plan.services.layout.spec import (
    BY_MODEL,
    BY_ONE,
    KEY_LENGTH,
    LIFE_FIELDS,
    PLAN_FIELDS,
    LevelSpec,
    Node,
    PlanFile,
)
from fabrique.plan.services.layout.writing import canonical_json
from fabrique.plan.services.life import OPEN_TO_WRITING, locked
from fabrique.plan.services.storing import Places, Rows, put_node, put_plan, territory_problems
from fabrique.territories.models import Territory

#: levels whose nodes belong to a territory: its own lead writes them
OF_A_TERRITORY = frozenset({"objectives", "programmes", "instruments"})
#: levels that are made public node by node
PUBLISHED = frozenset({"objectives", "programmes"})


def level_of(node: Any) -> LevelSpec:
    """The level of a row of the tree."""
    return BY_MODEL[type(node).__name__]


def token_of(node: Any) -> str:
    """A short hash of a node as stored: sent back with a form, it tells if somebody wrote meanwhile."""
    said = node_of(node, level_of(node))
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()[:16]


def is_text(plan: Plan, level: LevelSpec, territory: Territory | None) -> bool:
    """Whether a node is of the text that is submitted for opinion and adopted: what a department adds is not."""
    return level.text and (level.section not in OF_A_TERRITORY or territory == plan.territory)


def require_writing(actor: Actor, *, plan: Plan, level: LevelSpec, territory: Territory | None) -> None:
    """The right to write a node there, and a plan in a state that allows it.

    Raises Forbidden; Refused: plan.closed, plan.text_frozen.
    """
    own = territory if level.section in OF_A_TERRITORY and territory is not None else plan.territory
    require(actor, "plan.edit_text", own)
    if plan.state == PlanState.CLOSED:
        raise Refused("plan.closed", _("Ce plan est clos : il ne se modifie plus."))
    if is_text(plan, level, territory) and plan.state not in OPEN_TO_WRITING:
        raise Refused(
            "plan.text_frozen",
            _(
                "Ce plan est « %(state)s » : son texte ne change plus. "
                "Pour le modifier, la direction ouvre une révision."
            )
            % {"state": PlanState(plan.state).label},
        )


def add_node(actor: Actor, *, plan: Plan, level: str, values: Mapping[str, Any]) -> Any:
    """Add a node at the end of its level (« objective », « instrument »…; layout.spec gives its fields).

    Values in the form of the file: « departement:48 », keys of other nodes, ISO dates. Without a key, one is made
    from the title. Raises Forbidden; Refused: plan_file.wrong (params: problems), plan.closed, plan.text_frozen.
    """
    spec = BY_ONE[level]
    with transaction.atomic():
        plan = locked(plan)
        before = document_of(plan)
        given = dict(values)
        taken = set(before.nodes(spec.section))
        given["key"] = given.get("key") or _free_key(str(given.get("title") or spec.one), taken)
        problems: list[Problem] = []
        node = checked_node(spec, given, spec.section, problems)
        if node["key"] in taken:
            problems.append(
                (f"{spec.section}.key", _("La clé « %(key)s » est déjà prise.") % {"key": node["key"]})
            )
        _refuse_any(problems)
        places = Places()
        require_writing(actor, plan=plan, level=spec, territory=places.get(node.get("territory", "")))
        _require_publishing(actor, plan, spec, node, False)
        _check(before, _with(before, spec, node), places)
        position = len(before.sections[spec.section])
        row = put_node(actor, level=spec, node=node, rows=Rows(plan), places=places, position=position)
        journal.record(actor, f"plan.add_{spec.one}", row)
    return row


def edit_node(actor: Actor, *, node: Any, values: Mapping[str, Any], expected: str | None = None) -> Any:
    """Change the fields given, in the form of the file; the key never changes.

    `expected`: the token_of() that the form was drawn from. Raises Forbidden; Refused: node.conflict, node.key,
    plan_file.wrong, plan.closed, plan.text_frozen.
    """
    spec = level_of(node)
    with transaction.atomic():
        plan = locked(node.plan)
        row = type(node)._default_manager.get(pk=node.pk)
        if expected is not None and expected != token_of(row):
            raise Refused(
                "node.conflict",
                _(
                    "Une autre personne a modifié cet élément pendant que vous écriviez. Rien n’est perdu : "
                    "comparez, gardez ce qui convient, puis enregistrez de nouveau."
                ),
            )
        before = document_of(plan)
        present = before.nodes(spec.section)[row.key]
        if values.get("key", row.key) != row.key:
            raise Refused("node.key", _("La clé d’un élément ne change pas : les fichiers la citent."))
        problems: list[Problem] = []
        wanted = checked_node(spec, {**present, **values}, spec.section, problems)
        _refuse_any(problems)
        if wanted == present:
            return row
        places = Places()
        require_writing(actor, plan=plan, level=spec, territory=getattr(row, "territory", None))
        require_writing(actor, plan=plan, level=spec, territory=places.get(wanted.get("territory", "")))
        _require_publishing(actor, plan, spec, wanted, present.get("published", False))
        _check(before, _with(before, spec, wanted), places)
        row = put_node(actor, level=spec, node=wanted, rows=Rows(plan), places=places, row=row)
        if spec.section == "documents" and wanted["kind"] != present["kind"]:
            _settle_programmes(plan)
        journal.record(actor, f"plan.edit_{spec.one}", row)
    return row


def edit_plan(actor: Actor, *, plan: Plan, values: Mapping[str, Any]) -> Plan:
    """Change the head of a plan: title, dates, source. Its address, its territory and its life do not.

    Raises Forbidden; Refused: plan_file.wrong, plan.closed, plan.text_frozen.
    """
    require(actor, "plan.edit_text", plan.territory)
    fixed = {"slug", "territory", *LIFE_FIELDS}
    with transaction.atomic():
        plan = locked(plan)
        if plan.state not in OPEN_TO_WRITING:
            raise Refused("plan.text_frozen", _("Le texte de ce plan ne change plus dans l’état où il est."))
        before = document_of(plan)
        problems: list[Problem] = []
        given = {name: value for name, value in values.items() if name not in fixed}
        wanted = checked_values(PLAN_FIELDS, {**before.plan, **given}, "plan", problems)
        _refuse_any(problems)
        places = Places()
        _check(before, replace(before, plan=wanted), places)
        if wanted != before.plan:
            put_plan(plan, {name: wanted[name] for name in given}, places).save()
            journal.record(actor, "plan.edit_plan", plan)
    return plan


def title_challenge(
    actor: Actor, *, challenge: Challenge, title: str, source_note: str, commitment: Commitment | None = None
) -> Challenge:
    """Give its title to a challenge that our sources leave without, or confirm one that was inferred.

    Allowed on an adopted plan too: it completes our copy of the text, it does not change the text. Where it was
    read must be said. Raises Forbidden; Refused: plan.closed, challenge.titled, challenge.source, plan_file.wrong.
    """
    with transaction.atomic():
        plan = locked(challenge.plan)
        require(actor, "plan.edit_text", plan.territory)
        row = Challenge.objects.get(pk=challenge.pk)
        if plan.state == PlanState.CLOSED:
            raise Refused("plan.closed", _("Ce plan est clos : il ne se modifie plus."))
        if row.basis == TitleBasis.EXPLICIT:
            raise Refused("challenge.titled", _("Le titre de ce défi est déjà donné par le plan."))
        if not title.strip() or not source_note.strip():
            raise Refused(
                "challenge.source", _("Écrivez le titre, et dites où il se lit : le document et la page.")
            )
        spec = BY_ONE["challenge"]
        values = {"title": title, "source_note": source_note, "basis": str(TitleBasis.EXPLICIT)}
        if commitment is not None:
            values["commitment"] = commitment.key
        before = document_of(plan)
        problems: list[Problem] = []
        wanted = checked_node(spec, {**node_of(row, spec), **values}, spec.section, problems)
        _refuse_any(problems)
        places = Places()
        _check(before, _with(before, spec, wanted), places)
        row = put_node(actor, level=spec, node=wanted, rows=Rows(plan), places=places, row=row)
        journal.record(actor, "plan.title_challenge", row)
    return row


def move_node(actor: Actor, *, node: Any, to: int) -> Any:
    """Put a node at that rank of its level (0: first). The others keep their order."""
    spec = level_of(node)
    with transaction.atomic():
        plan = locked(node.plan)
        require_writing(actor, plan=plan, level=spec, territory=getattr(node, "territory", None))
        rows = rows_of(plan, spec)
        others = [row for row in rows if row.pk != node.pk]
        others.insert(max(0, min(to, len(others))), next(row for row in rows if row.pk == node.pk))
        for position, row in enumerate(others):
            if row.position != position:
                row.position = position
                row.save(update_fields=["position"])
        journal.record(actor, f"plan.move_{spec.one}", node)
    node.refresh_from_db()
    return node


def remove_node(actor: Actor, *, node: Any) -> None:
    """Take away a node on which nothing hangs. Raises Refused: node.public, node.used (params: by)."""
    spec = level_of(node)
    with transaction.atomic():
        plan = locked(node.plan)
        row = type(node)._default_manager.get(pk=node.pk)
        require_writing(actor, plan=plan, level=spec, territory=getattr(row, "territory", None))
        if getattr(row, "published_at", None) is not None:
            raise Refused("node.public", _("Cet élément est public. Retirez-le d’abord des pages publiques."))
        if used := used_by(row):
            raise Refused(
                "node.used",
                _("Cet élément sert encore : %(what)s. Détachez-les d’abord.") % {"what": ", ".join(used)},
                by=used,
            )
        journal.record(actor, f"plan.remove_{spec.one}", row)
        row.delete()


def used_by(row: Any) -> list[str]:
    """The names of what hangs on a node, in the plural of the models."""
    return sorted(
        str(relation.related_model._meta.verbose_name_plural)
        for relation in row._meta.related_objects
        if relation.related_model._default_manager.filter(**{relation.field.name: row}).exists()
    )


def publish_node(actor: Actor, *, node: Any) -> Any:
    """Show an objective or a programme on the public pages. Raises Refused: node.published, plan.closed."""
    return _show(actor, node, True)


def unpublish_node(actor: Actor, *, node: Any) -> Any:
    """Take an objective or a programme off the public pages; what an adopted plan says stays there.

    Raises Refused: node.unpublished, node.has_public_actions, plan.text_frozen, plan.closed.
    """
    return _show(actor, node, False)


def warning_of(node: Any) -> str:
    """What to know before writing a programme: those of the PRAPS are of the plan in the strict sense."""
    if isinstance(node, Programme) and node.within_plan and node.plan.state not in OPEN_TO_WRITING:
        return _(
            "Ce programme relève du PRAPS : il fait partie du plan au sens strict. "
            "Le modifier peut demander une consultation réglementaire."
        )
    return ""


def _show(actor: Actor, node: Any, shown: bool) -> Any:
    spec = level_of(node)
    with transaction.atomic():
        plan = locked(node.plan)
        row = type(node)._default_manager.get(pk=node.pk)
        require(actor, "plan.publish_actions", row.territory)
        if plan.state == PlanState.CLOSED:
            raise Refused("plan.closed", _("Ce plan est clos : il ne se modifie plus."))
        if shown == (row.published_at is not None):
            code = "node.published" if shown else "node.unpublished"
            said = _("Cet élément est déjà public.") if shown else _("Cet élément n’est pas public.")
            raise Refused(code, said)
        if not shown and is_text(plan, spec, row.territory) and plan.state not in OPEN_TO_WRITING:
            raise Refused("plan.text_frozen", _("Cet objectif est dans le texte adopté : il reste public."))
        if not shown:
            _refuse_hiding(plan, spec, row.key)
        row.published_at = now() if shown else None
        row.save(update_fields=["published_at"])
        journal.record(actor, f"plan.{'publish' if shown else 'unpublish'}_{spec.one}", row)
    return row


def _require_publishing(actor: Actor, plan: Plan, spec: LevelSpec, node: Node, before: bool) -> None:
    """Making public goes with its own right, by a form or a file as by its verb."""
    if spec.section in PUBLISHED and node.get("published", False) != before:
        require(actor, "plan.publish_actions", Places().get(node["territory"]) or plan.territory)
        if before:
            _refuse_hiding(plan, spec, node["key"])


def _refuse_hiding(plan: Plan, spec: LevelSpec, key: str) -> None:
    """Raise Refused('node.has_public_actions') where public actions hang on the objective; a file never hides one."""
    held = Objective.objects.filter(plan=plan, key=key, actions__published_at__isnull=False)
    if spec.section == "objectives" and held.exists():
        raise Refused(
            "node.has_public_actions",
            _("Cet objectif porte des actions publiques : retirez-les d’abord du site public."),
        )


def _refuse_any(problems: list[Problem]) -> None:
    if problems:
        raise refuse(problems)


def _with(content: PlanFile, spec: LevelSpec, node: Node) -> PlanFile:
    """The plan with this node in the place of that of the same key, or at the end."""
    nodes = [node if each["key"] == node["key"] else each for each in content.sections[spec.section]]
    if node["key"] not in content.nodes(spec.section):
        nodes.append(node)
    return replace(content, sections={**content.sections, spec.section: nodes})


def _check(before: PlanFile, after: PlanFile, places: Places) -> None:
    """Refuse a fault that this write would make; one that stood already does not stop it."""
    known = set(problems_of(before))
    _refuse_any(
        [fault for fault in [*territory_problems(after, places), *problems_of(after)] if fault not in known]
    )


def _settle_programmes(plan: Plan) -> None:
    """A document changed kind: which programmes are of the plan in the strict sense follows."""
    for programme in plan.programmes.select_related("document"):
        within = programme.document is not None and programme.document.kind == "PRAPS"
        if within != programme.within_plan:
            programme.within_plan = within
            programme.save(update_fields=["within_plan"])


def _free_key(title: str, taken: set[str]) -> str:
    base = slugify(title)[: KEY_LENGTH - 4].strip("-") or "element"
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    return key
