"""One row of each table against what is stored: what differs, and the verb that writes it.

Fed by rows already read. Feeds the report of a file; every refusal of a verb is told beside its cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.models import User
from fabrique.common.errors import Refused
from fabrique.common.folding import fold
from fabrique.plan.enums import MilestoneState, PartnerRole
from fabrique.plan.models import Action, Milestone, Plan
from fabrique.plan.services import budget, indicators, milestones
from fabrique.plan.services.actions import create_action, edit_action
from fabrique.plan.services.sheets import rows as stored
from fabrique.plan.services.sheets.columns import TABLES, clean
from fabrique.territories.models import Territory

Row = dict[str, Any]
Differences = dict[str, tuple[Any, Any]]

ACTION_FIELDS = {
    "intitule": "title",
    "description": "description",
    "etape": "stage",
    "mise_en_oeuvre": "implementation",
    "reproductibilite": "reproducibility",
    "universalisme": "universalism",
    "graduation": "graduation",
    "marques": "marks",
    "debut": "starts_on",
    "fin": "ends_on",
    "blocage": "blocking",
    "decision": "decision_needed",
    "decision_de": "decision_from",
    "decision_pour_le": "decision_by",
    "source": "source_note",
}
INDICATOR_FIELDS = {
    "intitule": "title",
    "nature": "kind",
    "unite": "unit",
    "compte_des_personnes": "counts_people",
    "mode_de_calcul": "method",
    "sens": "direction",
    "depart": "baseline",
    "depart_au": "baseline_on",
    "cible": "target",
    "cible_pour_le": "target_on",
    "trajectoire": "trajectory",
    "tous_les_jours": "every_days",
    "serie": "series_code",
}
AMOUNTS = {"prevu": "planned", "engage": "committed", "depense": "spent"}
#: an empty cell of these leaves what is stored as it is: they are never empty
NEVER_EMPTY = frozenset(
    {
        "etape",
        "universalisme",
        "meteo",
        "meteo_phrase",
        "etat",
        "nature",
        "sens",
        "tous_les_jours",
        "compte_des_personnes",
    }
)


@dataclass
class Context:
    """Who writes, in which plan, on which action; `revision`: what the sheet had before this file."""

    actor: Actor
    plan: Plan
    action: Action | None
    revision: int = 0
    replace: bool = False
    #: whether the row being written made something new
    made: bool = False
    _found: dict[tuple[str, str], Any] = field(default_factory=dict)

    def named(self, column: str, key: str, look: Callable[[], Any], sentence: str) -> Any:
        """What a cell names, looked for once. Raises Refused('sheets.unknown') with its column."""
        if (column, key) not in self._found:
            self._found[column, key] = look()
        found = self._found[column, key]
        if found is None:
            raise Refused("sheets.unknown", sentence % {"key": key}, column=column)
        return found

    def require_fresh(self, values: Mapping[str, Any]) -> None:
        """Raise Refused('sheets.stale') where the sheet changed since this file was made."""
        known = values.get("revision")
        if known is not None and known != self.revision and not self.replace:
            raise Refused(
                "sheets.stale",
                _(
                    "La fiche a changé depuis cet export. Exportez-la de nouveau, "
                    "ou cochez « remplacer » pour garder les valeurs du fichier."
                ),
                column="revision",
            )


def differences(table: str, held: Row, values: Row) -> Differences:
    """{column: (stored, in the file)} of the writable columns of the file that hold something else."""
    found: Differences = {}
    for column in TABLES[table]:
        title = column.title
        if not column.writable or column.identity or title not in values:
            continue
        before, after = held.get(title), values[title]
        if title in NEVER_EMPTY and after in ("", None):
            continue
        if _comparable(before) != _comparable(after):
            found[title] = (before, after)
    return found


def _comparable(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return sorted(value)
    return None if value == "" else value


def action(context: Context, values: Row) -> Differences:
    """Write a row of « actions »: a sheet that exists, or a new one."""
    if context.action is None:
        return _new_action(context, values)
    held = stored.action_row(context.action)
    found = differences("actions", held, values)
    if not found:
        return found
    context.require_fresh(values)
    if "territoire" in found:
        raise Refused(
            "sheets.moved",
            _("Une action ne change pas de territoire : copiez-la vers l’autre."),
            column="territoire",
        )
    written = {title: after for title, (_before, after) in found.items()}
    context.action = edit_action(
        context.actor, action=context.action, **_action_values(context, written), **_lists(context, written)
    )
    _weather(context, values, found)
    return found


def _new_action(context: Context, values: Row) -> Differences:
    territory = _territory(context, "territoire", values.get("territoire", ""))
    objective = _objective(context, values.get("objectif", ""))
    wanted = {
        title: value for title, value in values.items() if not (title in NEVER_EMPTY and value in ("", None))
    }
    written = {**_action_values(context, wanted), "objective": objective}
    context.made = True
    context.action = create_action(
        context.actor,
        plan=context.plan,
        territory=territory,
        key=values.get("cle", ""),
        title=written.pop("title", ""),
        **written,
        **_lists(context, wanted),
    )
    found = {title: (None, value) for title, value in wanted.items() if value not in ("", None, [])}
    _weather(context, values, found)
    return found


def _action_values(context: Context, written: Row) -> Row:
    values = {ACTION_FIELDS[title]: value for title, value in written.items() if title in ACTION_FIELDS}
    if "objectif" in written:
        values["objective"] = _objective(context, written["objectif"])
    if "programme" in written:
        key = written["programme"]
        values["programme"] = _of_plan(context, "programme", "programmes", key) if key else None
    if "pilote" in written:
        values["lead"] = _user(context, written["pilote"]) if written["pilote"] else None
    return values


def _lists(context: Context, written: Row) -> Row:
    found: Row = {}
    if "publics" in written:
        found["publics"] = [_of_plan(context, "publics", "publics", key) for key in written["publics"]]
    if "instruments" in written:
        found["instruments"] = [
            _of_plan(context, "instruments", "instruments", key) for key in written["instruments"]
        ]
    if "lieux" in written:
        found["places"] = [_territory(context, "lieux", one) for one in written["lieux"]]
    return found


def _weather(context: Context, values: Row, found: Differences) -> None:
    if context.action is not None and ("meteo" in found or "meteo_phrase" in found):
        indicators.give_weather(
            context.actor,
            action=context.action,
            weather=values.get("meteo", ""),
            sentence=values.get("meteo_phrase", ""),
        )


def _of_plan(context: Context, column: str, name: str, key: str) -> Any:
    return context.named(
        column,
        key,
        lambda: getattr(context.plan, name).filter(key=key).first(),
        _("« %(key)s » n’est pas une clé connue de ce plan. Reprenez une clé d’un export récent."),
    )


def _objective(context: Context, key: str) -> Any:
    return _of_plan(context, "objectif", "objectives", key)


def _territory(context: Context, column: str, written: str) -> Territory:
    level, _sep, code = written.partition(":")
    found: Territory = context.named(
        column,
        written,
        lambda: Territory.objects.filter(level=level.strip(), code=code.strip()).first(),
        _("« %(key)s » n’est pas un territoire connu. Écrivez par exemple departement:48."),
    )
    return found


def _user(context: Context, email: str) -> User:
    found: User = context.named(
        "pilote",
        email,
        lambda: User.objects.open().filter(email__iexact=email).first(),
        _("Aucun compte ouvert n’a l’adresse %(key)s. Vérifiez-la, ou laissez la cellule vide."),
    )
    return found


def _held(context: Context) -> Action:
    if context.action is None:
        raise Refused(
            "sheets.no_action",
            _(
                "Aucune fiche de ce plan n’a cette clé dans vos territoires. Vérifiez la clé, "
                "ou ajoutez la fiche dans la feuille « actions »."
            ),
            column="action",
        )
    return context.action


def partner(context: Context, values: Row) -> Differences:
    of, role = _held(context), values.get("role") or PartnerRole.PARTNER
    name = values.get("organisme", "")
    for held in of.partners.select_related("organisation"):
        if held.role == role and fold(held.organisation.name) == fold(name):
            return {}
    context.require_fresh(values)
    context.made = True
    milestones.add_partner(context.actor, action=of, organisation=name, role=role)
    return {"organisme": (None, name), "role": (None, role)}


def milestone(context: Context, values: Row) -> Differences:
    of = _held(context)
    held = _milestone_of(of, values)
    if held is None:
        context.require_fresh(values)
        context.made = True
        held = milestones.add_milestone(
            context.actor,
            action=of,
            label=values.get("intitule", ""),
            due_on=values.get("prevu_le"),
            note=values.get("precision", ""),
        )
        _milestone_state(context, held, values)
        return {
            title: (None, value)
            for title, value in values.items()
            if value and title not in ("action", "revision", "repere")
        }
    row = stored.milestone_row(held)
    found = differences("jalons", row, values)
    if not found:
        return found
    context.require_fresh(values)
    merged = row | values
    if {"intitule", "prevu_le", "precision"} & set(found):
        held = milestones.edit_milestone(
            context.actor,
            milestone=held,
            label=merged["intitule"],
            due_on=merged["prevu_le"],
            note=merged["precision"],
        )
    if {"etat", "fait_le"} & set(found):
        _milestone_state(context, held, merged)
    return found


def _milestone_of(of: Action, values: Row) -> Milestone | None:
    if values.get("repere"):
        found: Milestone | None = of.milestones.filter(public_id=values["repere"]).first()
        if found is None:
            raise Refused(
                "sheets.unknown",
                _(
                    "Ce repère n’est pas celui d’un jalon de la fiche. Videz la cellule pour un nouveau jalon."
                ),
                column="repere",
            )
        return found
    return of.milestones.filter(label=values.get("intitule", "")).first()


def _milestone_state(context: Context, held: Milestone, values: Row) -> None:
    state = values.get("etat") or MilestoneState.DUE
    if state == MilestoneState.DONE:
        milestones.complete_milestone(context.actor, milestone=held, done_on=values.get("fait_le"))
    elif state == MilestoneState.DROPPED:
        milestones.drop_milestone(context.actor, milestone=held, note=values.get("precision", ""))
    else:
        milestones.reopen_milestone(context.actor, milestone=held)


def money(context: Context, values: Row) -> Differences:
    of = _held(context)
    where = {
        "year": values.get("annee") or 0,
        "funder": values.get("financeur", ""),
        "funder_name": values.get("financeur_nom", ""),
    }
    line = of.budget.filter(**where).first()
    found = differences("budget", stored.budget_row(line) if line else {}, values)
    if line is not None and not found:
        return found
    context.require_fresh(values)
    context.made = line is None
    amounts: dict[str, Decimal | None] = {
        name: values[title] for title, name in AMOUNTS.items() if title in values
    }
    budget.set_budget_line(context.actor, action=of, amounts=amounts, **where)
    return found if line is not None else {"annee": (None, where["year"]), **found}


def reach(context: Context, values: Row) -> Differences:
    of = _held(context)
    territory = _territory(context, "territoire", values.get("territoire", ""))
    year = values.get("annee") or 0
    held = of.reach.filter(territory=territory, year=year).first()
    found = differences("portee", stored.reach_row(held) if held else {}, values)
    if not found:
        return found
    context.require_fresh(values)
    context.made = held is None
    if values.get("personnes") is None:
        raise Refused("sheets.people", _("Dites combien de personnes ont été touchées."), column="personnes")
    budget.set_reach(
        context.actor,
        action=of,
        territory=territory,
        year=year,
        people=values["personnes"],
        means=values.get("moyens", held.means if held else None),
    )
    return found


def indicator(context: Context, values: Row) -> Differences:
    of = _held(context)
    held = of.indicators.filter(key=values.get("cle", "")).first()
    row = stored.indicator_row(held) if held else {}
    found = differences("indicateurs", row, values)
    if not found:
        return found
    context.require_fresh(values)
    context.made = held is None
    written = {INDICATOR_FIELDS[title]: after for title, (_before, after) in found.items()}
    if "trajectory" in written:
        written["trajectory"] = _trajectory(written["trajectory"])
    if held is not None:
        indicators.edit_indicator(context.actor, indicator=held, **written)
        return found
    for name in ("title", "kind", "unit", "direction"):
        written.setdefault(name, "")
    indicators.create_indicator(context.actor, of=of, key=values.get("cle", ""), **written)
    return found


def _trajectory(steps: list[str]) -> list[dict[str, Any]]:
    """« 2025-12-31=0.5 | 2026-12-31=1 » → [{"date": "2025-12-31", "share": 0.5}, …]."""
    found = []
    for step in steps:
        day, _sep, share = step.partition("=")
        try:
            found.append({"date": day.strip(), "share": float(share.replace(",", "."))})
        except ValueError as error:
            raise Refused(
                "sheets.trajectory",
                _("Écrivez la trajectoire comme 2025-12-31=0.5 | 2026-12-31=1."),
                column="trajectoire",
            ) from error
    return found


def value(context: Context, values: Row) -> Differences:
    of = _held(context)
    owner = of.indicators.filter(key=values.get("indicateur", "")).first()
    if owner is None:
        raise Refused(
            "sheets.unknown",
            _("La fiche n’a pas d’indicateur de cette clé. Ajoutez-le dans la feuille « indicateurs »."),
            column="indicateur",
        )
    day = values.get("au")
    if day is None:
        raise Refused("sheets.day", _("Dites de quel jour est cette valeur."), column="au")
    held = owner.values.filter(on=day).first()
    found = differences("valeurs", stored.value_row(owner, held) if held else {}, values)
    if held is not None and not found:
        return found
    context.require_fresh(values)
    context.made = held is None
    if held is None:
        indicators.record_value(
            context.actor,
            indicator=owner,
            on=day,
            value=values.get("valeur"),
            source=values.get("source", ""),
            note=values.get("precision", ""),
            provisional=bool(values.get("provisoire")),
        )
        return {"au": (None, day), **found}
    merged = stored.value_row(owner, held) | values
    indicators.correct_value(
        context.actor,
        held=held,
        value=merged["valeur"],
        note=merged["precision"],
        source=merged["source"],
        provisional=merged["provisoire"],
    )
    return found


#: {table: what writes one of its rows}; « logique » is written whole, by applying
WRITERS: dict[str, Callable[[Context, Row], Differences]] = {
    "actions": action,
    "partenaires": partner,
    "jalons": milestone,
    "budget": money,
    "portee": reach,
    "indicateurs": indicator,
    "valeurs": value,
}
