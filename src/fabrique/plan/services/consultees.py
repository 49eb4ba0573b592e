"""Who must be consulted on a plan, and who may be: proposed from a data file, then edited by the agency.

Fed by plan/data/formal_consultation.yaml and the bodies of the instance. Feeds the consultation before its notice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.models import Body, Organisation
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import today
from fabrique.common.errors import Refused
from fabrique.plan.enums import ConsultationState, ConsulteeBasis, SilenceRule
from fabrique.plan.models import Consultee, FormalConsultation, Plan
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory

#: what a person writes of a consultee
EDITABLE = frozenset(
    {"name", "category", "basis", "body", "organisation", "territory", "collective", "due_on"}
)


@dataclass(frozen=True)
class Rule:
    """What the file says of one kind of revision: the delay in months and the words that explain it."""

    months: int
    note: str
    status: str
    source: str


@dataclass(frozen=True)
class Proposed:
    """A line that the file proposes. `key`: the rule it comes from."""

    key: str
    name: str
    category: str
    basis: str
    territory: Territory
    body: Body | None = None
    collective: bool = False


@cache
def _rules() -> dict[str, Any]:
    text = files("fabrique.plan").joinpath("data/formal_consultation.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def rule_of(revision: str) -> Rule:
    """The rule of a kind of revision (RevisionKind)."""
    kind = _rules()["kinds"][str(revision)]
    return Rule(int(kind["months"]), kind["note"], _rules()["status"], _rules()["source"])


def proposed_silence() -> SilenceRule:
    """What the file proposes for the silence of those asked by choice."""
    return SilenceRule(_rules()["silence"][ConsulteeBasis.VOLUNTARY.value]["taken_for"])


def silence_of(consultation: FormalConsultation, basis: str) -> SilenceRule:
    """What silence after the delay is taken for on this basis: as the file says of the law, as the agency chose."""
    if basis == ConsulteeBasis.VOLUNTARY:
        return SilenceRule(consultation.voluntary_silence)
    return SilenceRule(_rules()["silence"][ConsulteeBasis.STATUTORY.value]["taken_for"])


def words_of_silence(consultation: FormalConsultation, bases: Iterable[str]) -> list[str]:
    """The rule of silence of each basis, in the file's words and order."""
    wanted = set(bases)
    return [
        said["words"].get(silence_of(consultation, basis), said["words"][SilenceRule.DEEMED.value])
        for basis, said in _rules()["silence"].items()
        if basis in wanted
    ]


def propose_consultees(plan: Plan, revision: str) -> list[Proposed]:
    """Whom the file proposes to consult on this plan, in the file's order, then by official code."""
    bodies = {(body.kind, body.territory_id): body for body in Body.objects.current()}
    found: list[Proposed] = []
    names: set[str] = set()
    for rule in _rules()["kinds"][str(revision)]["consultees"]:
        for territory in _territories(plan.territory, rule["each"]):
            body = bodies.get((rule["body"], territory.pk)) if "body" in rule else None
            name = body.name if body else _named(rule["name"], territory)
            # two intercommunalités may bear one name
            name = f"{name} ({territory.code})" if name in names else name
            names.add(name)
            collective = rule.get("collective", False)
            found.append(
                Proposed(rule["key"], name, rule["category"], rule["basis"], territory, body, collective)
            )
    return found


def _territories(perimeter: Territory, level: str) -> list[Territory]:
    if level == perimeter.level:
        return [perimeter]
    return list(Territory.objects.within(perimeter).filter(level=Level(level)).order_by("code"))


def _named(pattern: str, territory: Territory) -> str:
    """The name that the rule gives, on one line as long as the column holds."""
    of = territory.of_form or f"de {territory.name}"
    within = territory.in_form or f"à {territory.name}"
    return pattern.format(territoire=territory.name, du=of, en=within)[:200]


def proposals_left(consultation: FormalConsultation) -> dict[str, list[Proposed]]:
    """{key of the rule: proposed lines that the consultation does not hold}, rules with none left out."""
    held = set(consultation.consultees.values_list("name", flat=True))
    left: dict[str, list[Proposed]] = {}
    for one in propose_consultees(consultation.plan, consultation.revision):
        if one.name not in held:
            left.setdefault(one.key, []).append(one)
    return left


def locked(consultation: FormalConsultation) -> FormalConsultation:
    """The consultation, locked until the end of the transaction."""
    rows = FormalConsultation.objects.select_for_update(of=("self",)).select_related("plan__territory")
    found: FormalConsultation = rows.get(pk=consultation.pk)
    return found


def require_draft(consultation: FormalConsultation) -> None:
    """Raise Refused('formal.sent') once the notice is published."""
    if consultation.state != ConsultationState.DRAFT:
        raise Refused(
            "formal.sent",
            _(
                "L’avis de consultation est publié : la liste et le texte ne changent plus. "
                "Vous pouvez encore ajouter un avis demandé par choix, avec son propre délai."
            ),
        )


def add_proposed(actor: Actor, *, consultation: FormalConsultation, keys: list[str]) -> list[Consultee]:
    """Add the lines that the file proposes under these rules and that are not there yet."""
    require(actor, "plan.consult", consultation.plan.territory)
    with transaction.atomic():
        consultation = locked(consultation)
        require_draft(consultation)
        left = proposals_left(consultation)
        rows = [
            Consultee(
                consultation=consultation,
                name=one.name,
                category=one.category,
                basis=one.basis,
                body=one.body,
                territory=one.territory,
                collective=one.collective,
            )
            for key in left
            if key in keys
            for one in left[key]
        ]
        made = Consultee.objects.bulk_create(rows)
        journal.record(actor, "plan.add_proposed_consultees", consultation)
    return made


def add_consultee(
    actor: Actor,
    *,
    consultation: FormalConsultation,
    name: str,
    basis: str,
    category: str = "",
    body: Body | None = None,
    organisation: Organisation | None = None,
    territory: Territory | None = None,
    collective: bool = False,
    due_on: date | None = None,
) -> Consultee:
    """One more to consult. After the notice: by choice alone, with its own last day, which is still to come.

    Raises Refused('formal.sent'), ('formal.own_delay'), ('consultee.lawful_delay') for a day of its own on an opinion
    that the law asks for, ('consultee.name') or ('consultee.twice').
    """
    require(actor, "plan.consult", consultation.plan.territory)
    with transaction.atomic():
        consultation = locked(consultation)
        sent_on = _late_addition(consultation, basis, due_on)
        _check_own_day(basis, due_on)
        row = Consultee(
            consultation=consultation,
            name=_free_name(consultation, name),
            basis=ConsulteeBasis(basis),
            category=category.strip(),
            body=body,
            organisation=organisation,
            territory=territory,
            collective=collective,
            sent_on=sent_on,
            due_on=due_on,
        )
        row.save()
        journal.record(actor, "plan.add_consultee", row)
    return row


def _late_addition(consultation: FormalConsultation, basis: str, due_on: date | None) -> date | None:
    """When it is asked: with the notice (None), or today. Raises Refused where the notice no longer allows it."""
    if consultation.state == ConsultationState.DRAFT:
        return None
    if consultation.state != ConsultationState.OPEN or basis != ConsulteeBasis.VOLUNTARY:
        require_draft(consultation)
    if due_on is None or due_on <= today():
        raise Refused(
            "formal.own_delay",
            _("L’avis est déjà publié : donnez à cet avis demandé par choix son dernier jour, à venir."),
        )
    return today()


def _check_own_day(basis: str, due_on: date | None) -> None:
    """The delay of the law is the same for all whom the law names: none of them is given a shorter one."""
    if due_on is not None and basis == ConsulteeBasis.STATUTORY:
        raise Refused(
            "consultee.lawful_delay",
            _(
                "Un avis prévu par la loi suit le délai de tous : laissez vide son dernier jour. "
                "Pour donner plus de temps, allongez le délai de la consultation."
            ),
        )


def check_lawful_delay(consultation: FormalConsultation) -> None:
    """Raise Refused('consultee.lawful_delay') where a line of the law holds a day of its own."""
    for row in consultation.consultees.filter(basis=ConsulteeBasis.STATUTORY, due_on__isnull=False):
        _check_own_day(row.basis, row.due_on)


def name_from_group(
    actor: Actor, *, consultee: Consultee, name: str, territory: Territory | None = None
) -> Consultee:
    """One authority of a collective line (a commune…) that answers: its own line, same basis, same delay.

    Raises Refused('consultee.not_collective'), ('formal.not_sent'), ('consultee.name') or ('consultee.twice').
    """
    require(actor, "plan.record_opinions", consultee.consultation.plan.territory)
    with transaction.atomic():
        consultation = locked(consultee.consultation)
        if not consultee.collective:
            raise Refused("consultee.not_collective", _("Cette ligne ne regroupe pas plusieurs autorités."))
        if consultation.state == ConsultationState.DRAFT:
            raise Refused("formal.not_sent", _("L’avis de consultation n’est pas encore publié."))
        row = Consultee(
            consultation=consultation,
            name=_free_name(consultation, name),
            basis=consultee.basis,
            category=consultee.category,
            territory=territory,
            sent_on=consultee.sent_on,
            due_on=consultee.due_on,
        )
        row.save()
        journal.record(actor, "plan.name_consultee_of_group", row)
    return row


def _free_name(consultation: FormalConsultation, name: str, own: int = 0) -> str:
    said = " ".join(name.split())
    if not said:
        raise Refused("consultee.name", _("Donnez le nom de l’autorité ou de l’instance consultée."))
    if consultation.consultees.exclude(pk=own).filter(name=said).exists():
        raise Refused("consultee.twice", _("Cette autorité ou cette instance est déjà dans la liste."))
    return said


def edit_consultee(actor: Actor, *, consultee: Consultee, **values: Any) -> Consultee:
    """Correct a line before the notice. Raises TypeError on an unknown field, and the refusals of adding."""
    require(actor, "plan.consult", consultee.consultation.plan.territory)
    if unknown := set(values) - EDITABLE:
        raise TypeError(f"unknown fields: {sorted(unknown)}")
    with transaction.atomic():
        consultation = locked(consultee.consultation)
        require_draft(consultation)
        row: Consultee = Consultee.objects.select_for_update(of=("self",)).get(pk=consultee.pk)
        if "name" in values:
            values["name"] = _free_name(consultation, values["name"], row.pk)
        for field, value in values.items():
            setattr(row, field, value)
        _check_own_day(row.basis, row.due_on)
        row.save()
        journal.record(actor, "plan.edit_consultee", row)
    return row


def remove_consultee(actor: Actor, *, consultee: Consultee) -> None:
    """Take a line off before the notice."""
    require(actor, "plan.consult", consultee.consultation.plan.territory)
    with transaction.atomic():
        require_draft(locked(consultee.consultation))
        journal.record(actor, "plan.remove_consultee", consultee)
        consultee.delete()
