"""A plan loaded from a file: read, checked, compared with what is stored, then written by key, or only previewed.

Fed by `fabrique plan load` and the agents' upload. Feeds plan.models; the same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.accounts.services import load_bodies, rows_of_steering
from fabrique.common import journal
from fabrique.common.errors import Refused
from fabrique.plan import models
from fabrique.plan.enums import PlanState
from fabrique.plan.models import Plan
from fabrique.plan.services.exporting import document_of
from fabrique.plan.services.layout.checking import checked, refuse, settled
from fabrique.plan.services.layout.difference import Difference, complete, difference, merged
from fabrique.plan.services.layout.reading import read_yaml
from fabrique.plan.services.layout.reference import from_reference, is_reference, is_review
from fabrique.plan.services.layout.rules import problems_of
from fabrique.plan.services.layout.slips import Slip, corrected
from fabrique.plan.services.layout.spec import (
    BY_SECTION,
    LEVELS,
    LIFE_FIELDS,
    Kind,
    LevelSpec,
    Node,
    PlanFile,
)
from fabrique.plan.services.layout.tables import is_archive, read_archive
from fabrique.plan.services.life import RESERVED
from fabrique.plan.services.nomenclature import PUBLISHED, is_text
from fabrique.plan.services.storing import Places, Rows, put_node, put_plan, territory_problems
from fabrique.territories.models import Territory

#: what may still be said of a plan whose text is frozen: where things were read, and what has no field
HEAD_KEPT_OPEN = frozenset({"facts", "source_note"})


@dataclass(frozen=True)
class LoadReport:
    """What a file did, or would do (`dry_run`): what it changes, its slips, the bodies made known, what was set aside.

    `plan` is None for a dry run of a plan that does not exist yet. `set_aside`: (what, why).
    """

    slug: str
    title: str
    difference: Difference
    dry_run: bool
    plan: Plan | None = None
    slips: tuple[Slip, ...] = ()
    bodies_added: int = 0
    set_aside: tuple[tuple[str, str], ...] = field(default_factory=tuple)

    def as_dict(self) -> dict[str, Any]:
        """The report in plain values, for --json."""
        return {
            "slug": self.slug,
            "title": self.title,
            "dry_run": self.dry_run,
            "nothing_changed": self.difference.empty,
            "difference": asdict(self.difference),
            "slips": [asdict(slip) for slip in self.slips],
            "bodies_added": self.bodies_added,
            "set_aside": [list(one) for one in self.set_aside],
        }


def read_plan(data: bytes, review: bytes | None = None) -> tuple[PlanFile, list[Slip]]:
    """The plan that a file describes: our YAML, our tables in a zip, or the described layout with its review.

    Raises Refused: plan_file.unreadable, plan_file.layout, plan_file.wrong (params: problems).
    """
    if is_archive(data):
        return corrected(read_archive(data))
    raw = read_yaml(data)
    if is_reference(raw):
        before = read_yaml(review) if review is not None else None
        if before is not None and not is_review(before):
            raise refuse([("", _("Le second fichier n’est pas le bilan d’un plan précédent."))])
        return corrected(checked(from_reference(raw, before, _department_words())))
    if is_review(raw):
        raise refuse(
            [("", _("Ce fichier est le bilan d’un plan précédent. Chargez-le avec le plan qui lui succède."))]
        )
    if review is not None:
        raise refuse([("", _("Ce fichier porte déjà son plan précédent : le second fichier est de trop."))])
    return corrected(checked(raw))


def load_plan(actor: Actor, *, data: bytes, review: bytes | None = None, dry_run: bool = False) -> LoadReport:
    """Read a file and load the plan that it holds. `review`: of the plan before, in the described layout."""
    content, slips = read_plan(data, review)
    return load_content(actor, content=content, slips=slips, dry_run=dry_run)


def load_content(
    actor: Actor, *, content: PlanFile, slips: list[Slip] | None = None, dry_run: bool = False
) -> LoadReport:
    """Load a checked plan: nodes are found by key, added, changed or left; what is no longer there stays, and is said.

    State, act and publication are taken from the file when the plan is new; afterwards its own verbs change them.
    Raises Forbidden; Refused: plan_file.wrong, plan.closed, plan.text_frozen.
    """
    places = Places()
    with transaction.atomic():
        stored_plan = _held(content.plan["slug"])
        stored = document_of(stored_plan) if stored_plan else None
        content = _with_previous(content)
        found = difference(stored, content, previous=_stored_previous(content))
        whole = merged(stored, content)
        if problems := [*territory_problems(whole, places), *problems_of(whole)]:
            raise refuse(problems)
        _require(actor, stored_plan, content, found, places)
        report = LoadReport(
            content.plan["slug"], whole.plan["title"], found, dry_run, stored_plan, tuple(slips or ())
        )
        if dry_run:
            return report
        if not found.empty:
            stored_plan = _write(actor, stored_plan, content, found, places)
            journal.record(actor, "plan.load_plan", stored_plan)
    return _with_bodies(actor, replace(report, plan=stored_plan), whole, places)


def _held(slug: str) -> Plan | None:
    held: Plan | None = (
        Plan.objects.select_for_update(of=("self",)).select_related("territory").filter(slug=slug).first()
    )
    return held


def _with_previous(content: PlanFile) -> PlanFile:
    """The plan before, where the file only names it: it must be known here."""
    if not isinstance(content.previous, str):
        return content
    if not Plan.objects.filter(slug=content.previous).exists():
        raise refuse(
            [
                (
                    "previous",
                    _("Le plan précédent « %(slug)s » n’est pas dans cette instance. Chargez-le d’abord.")
                    % {"slug": content.previous},
                )
            ]
        )
    before = Plan.objects.get(slug=content.previous)
    return replace(content, previous=document_of(before))


def _stored_previous(content: PlanFile) -> PlanFile | None:
    if not isinstance(content.previous, PlanFile):
        return None
    plan = Plan.objects.filter(slug=content.previous.plan["slug"]).first()
    return document_of(plan) if plan else None


def _require(actor: Actor, stored: Plan | None, content: PlanFile, found: Difference, places: Places) -> None:
    """The rights and the states that writing this difference asks for."""
    if isinstance(content.previous, PlanFile) and found.previous is not None and not found.previous.empty:
        held = Plan.objects.filter(slug=content.previous.plan["slug"]).first()
        _require(actor, held, content.previous, found.previous, places)
    territory = stored.territory if stored else places.get(content.plan["territory"])
    require(actor, "plan.edit_text", territory)
    if _publishes(content, found):
        require(actor, "plan.publish_actions", territory)
    if stored is None:
        if content.plan["slug"] in RESERVED:
            raise refuse(
                [("plan.slug", _("Cette adresse est prise par une page du site. Choisissez-en une autre."))]
            )
        if any(content.plan.get(name) not in ("", False, PlanState.DRAFT) for name in LIFE_FIELDS):
            require(actor, "plan.change_state", territory)
        return
    if found.empty:
        return
    if content.plan.get("territory", "") not in ("", f"{stored.territory.level}:{stored.territory.code}"):
        raise refuse(
            [
                (
                    "plan.territory",
                    _("Le territoire d’un plan ne change pas. Donnez une autre adresse au plan."),
                )
            ]
        )
    if stored.state == PlanState.CLOSED:
        raise Refused("plan.closed", _("Ce plan est clos : il ne se modifie plus."))
    _require_text(stored, content, found, places)


def _require_text(stored: Plan, content: PlanFile, found: Difference, places: Places) -> None:
    """The text of a plan is written as a draft or in revision; a title that was not known may be completed."""
    if stored.state in (PlanState.DRAFT, PlanState.REVISION):
        return
    if any(change.field not in HEAD_KEPT_OPEN for change in found.plan):
        raise Refused(
            "plan.text_frozen",
            _(
                "Ce plan est « %(state)s » : son intitulé, ses dates et son en-tête ne changent plus. "
                "Pour les modifier, la direction ouvre une révision."
            )
            % {"state": PlanState(stored.state).label},
        )
    for level in LEVELS:
        nodes = content.nodes(level.section)
        touched = [*found.added.get(level.section, ())]
        touched += [
            key
            for key, changes in found.changed.get(level.section, {}).items()
            if not (level.section == "challenges" and _completes(changes))
        ]
        for key in touched:
            address = nodes[key].get("territory", "")
            if is_text(stored, level, places.get(address) if address else None):
                raise Refused(
                    "plan.text_frozen",
                    _(
                        "%(section)s « %(key)s » : ce plan est « %(state)s », son texte ne change plus. "
                        "Pour le modifier, la direction ouvre une révision."
                    )
                    % {
                        "section": level.section,
                        "key": key,
                        "state": PlanState(stored.state).label,
                    },
                )


def _completes(changes: tuple[Any, ...]) -> bool:
    """Whether a challenge that had no title gets one, with the place where it was read."""
    said = {change.field: change for change in changes}
    return (
        "title" in said
        and said["title"].before == ""
        and bool(said.get("source_note") and said["source_note"].after)
        and set(said) <= {"title", "basis", "commitment", "source_note", "description"}
    )


def _publishes(content: PlanFile, found: Difference) -> bool:
    for section in PUBLISHED:
        nodes = content.nodes(section)
        if any(nodes[key].get("published") for key in found.added.get(section, ())):
            return True
        if any(
            change.field == "published"
            for changes in found.changed.get(section, {}).values()
            for change in changes
        ):
            return True
    return False


def _write(actor: Actor, plan: Plan | None, content: PlanFile, found: Difference, places: Places) -> Plan:
    """Write a difference. In the transaction of the caller; a plan has some two hundred nodes."""
    previous = plan.previous if plan else None
    if isinstance(content.previous, PlanFile):
        before = _held(content.previous.plan["slug"])
        if before is None or (found.previous is not None and not found.previous.empty):
            inner = found.previous or difference(None, content.previous)
            before = _write(actor, before, content.previous, inner, places)
        previous = before
    if plan is None:
        plan = put_plan(Plan(), complete(content).plan, places)
        plan.previous = previous
        plan.save()
    elif found.plan or found.link:
        put_plan(plan, {change.field: change.after for change in found.plan}, places)
        plan.previous = previous
        plan.save()
    rows = Rows(plan)
    for level in LEVELS:
        if level.section in content.sections:
            _write_section(actor, level, content, found, rows, places)
    return plan


def _write_section(
    actor: Actor, level: LevelSpec, content: PlanFile, found: Difference, rows: Rows, places: Places
) -> None:
    """Write the nodes of a section; those that name one of their own section are tied once all are there."""
    known = rows.of(level.section)
    stored = dict(known)
    own = [each.name for each in level.fields if each.kind is Kind.REF and each.to == level.section]
    added = set(found.added.get(level.section, ()))
    changed = found.changed.get(level.section, {})
    nodes = content.nodes(level.section)
    written: dict[str, Node] = {}
    for key, node in nodes.items():
        if key in added:
            whole = written[key] = settled(level, node)
            first = {n: v for n, v in whole.items() if n not in own}
            put_node(actor, level=level, node=first, rows=rows, places=places)
        elif key in changed:
            written[key] = {change.field: change.after for change in changed[key]}
            first = {n: v for n, v in written[key].items() if n not in own}
            put_node(actor, level=level, node=first, rows=rows, places=places, row=known[key])
    for key, node in written.items():
        if tied := {name: node[name] for name in own if node.get(name) or (name in node and key in changed)}:
            row = rows.of(level.section)[key]
            put_node(actor, level=level, node=tied, rows=rows, places=places, row=row)
    if added or level.section in found.reordered:
        _set_order(level, [*nodes, *(key for key in stored if key not in nodes)], rows)


def _set_order(level: LevelSpec, keys: list[str], rows: Rows) -> None:
    """The order of the file; what it no longer has comes after."""
    held = rows.of(level.section)
    moved = []
    for position, key in enumerate(keys):
        if held[key].position != position:
            held[key].position = position
            moved.append(held[key])
    getattr(models, level.model)._default_manager.bulk_update(moved, ["position"], batch_size=500)


def _with_bodies(actor: Actor, report: LoadReport, whole: PlanFile, places: Places) -> LoadReport:
    """Make known the bodies that the plan's steering names (accounts.load_bodies), when these facts are new.

    Otherwise a body renamed or settled since by an agent would be put back as the file has it.
    """
    steering = whole.plan["facts"].get("steering")
    declared = steering.get("bodies") if isinstance(steering, Mapping) else None
    region = places.get(whole.plan["territory"])
    if not isinstance(declared, list) or region is None or not _new_facts(report.difference):
        return report
    named = [one for one in declared if isinstance(one, Mapping)]
    loaded = load_bodies(actor, rows=rows_of_steering(named, region))
    return replace(report, bodies_added=len(loaded.added), set_aside=tuple(loaded.set_aside))


def _new_facts(found: Difference) -> bool:
    return found.new_plan or any(change.field == "facts" for change in found.plan)


def _department_words() -> dict[str, str]:
    """{code: « de la Lozère »} of the departments of this instance."""
    return {one.code: one.of_form or one.name for one in Territory.objects.departments()}


def section_label(section: str) -> str:
    """The French name of a section of the file."""
    return str(BY_SECTION[section].label)
