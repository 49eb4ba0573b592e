"""The actions of the demonstration: twenty invented sheets in Lozère, Gard, Lot and the region, unevenly filled.

Fed by content/actions.yaml and by the plan and people already loaded. Feeds the leads' screens, reviews and public
pages, through the real verbs, each at the day on which the story says that it happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any

import yaml
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Agent, Operator
from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import today, told_at
from fabrique.demo.consultation import day
from fabrique.demo.people import lead_of
from fabrique.plan.models import Action, Objective, Plan
from fabrique.plan.services import actions, budget, indicators, milestones
from fabrique.territories.models import Territory

#: the loader of the plan chooses the address; the actions hang on the objectives that it makes
OBJECTIVE, MENTION = "reg-reperage-enfants", "(fictif)"
WORDS = ("description", "implementation", "reproducibility", "universalism", "graduation", "marks")

Sheet = Mapping[str, Any]


def load_actions(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Callable[[str], None]
) -> list[Action]:
    """The sheets with their lines, values and weathers; loaded again, it changes nothing."""
    plan = Objective.objects.select_related("plan").get(key=OBJECTIVE).plan
    leads = {
        "region": agents[RoleCode.PLAN_LEAD],
        "48": lead_of("48"),
        "30": lead_of("30"),
    }
    made = []
    for sheet in _read():
        if plan.actions.filter(key=sheet["key"]).exists():
            continue
        made.append(_load(leads, plan, perimeter, sheet))
    say(_("%(n)d fiches d’action fictives") % {"n": len(made)})
    return made


def _read() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(
        files("fabrique.demo").joinpath("content/actions.yaml").read_text("utf-8")
    )
    return found


def _load(leads: Mapping[str, Agent], plan: Any, perimeter: Territory, sheet: Sheet) -> Action:
    """Written by the lead of the place, else by the region's."""
    region = sheet["territory"] == "region"
    territory = perimeter if region else Territory.objects.official("departement", sheet["territory"])
    by = leads.get(sheet["territory"], leads["region"])
    starts, ends = sheet.get("dates", (None, None))
    with told_at(day(min(-30, starts if starts is not None else -30) - 20)):
        action = actions.create_action(
            by,
            plan=plan,
            objective=plan.objectives.get(key=sheet["objective"]),
            programme=plan.programmes.filter(key=sheet.get("programme", "")).first(),
            territory=territory,
            title=f"{sheet['title']} {MENTION}",
            key=sheet["key"],
            stage=sheet["stage"],
            lead=leads[sheet["lead"]].user if "lead" in sheet else None,
            starts_on=_date(starts),
            ends_on=_within(plan, ends, starts),
            publics=plan.publics.filter(key__in=sheet.get("publics", ())),
            instruments=plan.instruments.filter(key__in=sheet.get("instruments", ())),
            source_note=_("Contenu inventé pour la démonstration."),
            **{name: sheet[name] for name in WORDS if name in sheet},
        )
        if sheet["published"]:
            action = actions.publish_action(by, action=action)
        _lines(by, action, sheet)
    _story(by, action, sheet)
    return action


def _lines(by: Agent, action: Action, sheet: Sheet) -> None:
    """Partners, milestones, money, reasoning and people reached."""
    for name, role in sheet.get("partners", ()):
        milestones.add_partner(by, action=action, organisation=name, role=role)
    for label, due, _done in sheet.get("milestones", ()):
        milestones.add_milestone(by, action=action, label=label, due_on=_within(action.plan, due))
    for year, funder, name, *amounts in sheet.get("budget", ()):
        said = dict(zip(budget.AMOUNTS, map(_money, amounts), strict=True))
        budget.set_budget_line(
            by,
            action=action,
            year=today_of_the_story().year + year,
            funder=funder,
            funder_name=name,
            amounts=said,
        )
    if "logic" in sheet:
        steps = [
            {"stage": stage, "text": text, "assumption": assumption}
            for stage, text, assumption in sheet["logic"]
        ]
        budget.set_logic(by, action=action, steps=steps)


def _story(by: Agent, action: Action, sheet: Sheet) -> None:
    """What happened day after day: milestones done, values, weathers, what blocks."""
    for label, _due, done in sheet.get("milestones", ()):
        if done is not None:
            with told_at(day(done)):
                milestones.complete_milestone(by, milestone=action.milestones.get(label=label))
    for rank, row in enumerate(sheet.get("indicators", ()), start=1):
        _indicator(by, action, f"{sheet['key']}-{rank}", row, sheet.get("dates", (-400, 800)))
    for territory, year, people, means in _reached(action, sheet):
        budget.set_reach(
            by,
            action=action,
            territory=territory,
            year=today_of_the_story().year + year,
            people=people,
            means=_money(means),
        )
    if "blocking" in sheet:
        needed, asked, by_day = sheet["decision"]
        with told_at(day(-35)):
            actions.state_blocking(
                by,
                action=action,
                blocking=sheet["blocking"],
                decision_needed=needed,
                decision_from=asked,
                decision_by=_date(by_day),
            )
    for since, weather, sentence in sheet.get("weather", ()):
        with told_at(day(since)):
            indicators.give_weather(by, action=action, weather=weather, sentence=sentence)


def _reached(action: Action, sheet: Sheet) -> Iterator[tuple[Territory, int, int, float]]:
    """People and euros in the action's own territory, then department by department where the sheet says so."""
    for year, people, means in sheet.get("reach", ()):
        yield action.territory, year, people, means
    for year, places in sheet.get("reach_by_department", {}).items():
        for code, (people, means) in places.items():
            yield Territory.objects.official("departement", code), year, people, means


def _indicator(by: Agent, action: Action, key: str, row: Any, dates: Any) -> None:
    title, kind, direction, unit, baseline, target, every, values = row
    starts, ends = dates
    with told_at(day(min(-30, starts))):
        indicator = indicators.create_indicator(
            by,
            of=action,
            key=key,
            title=title,
            kind=kind,
            unit=unit,
            direction=direction,
            baseline=float(baseline),
            baseline_on=_date(starts),
            target=float(target),
            target_on=_within(action.plan, ends, starts),
            every_days=every,
        )
    for since, value in values:
        with told_at(day(since)):
            indicators.record_value(
                by, indicator=indicator, on=today(), value=float(value), source=_("Tableau de suivi (fictif)")
            )


def _date(days: int | None) -> date | None:
    return None if days is None else today_of_the_story() + timedelta(days=days)


def _within(plan: Plan, days: int | None, begins: int | None = None) -> date | None:
    """The same, no later than the end of the plan, unless what it ends begins after the plan."""
    found, last, first = _date(days), plan.ends_on, _date(begins) or today_of_the_story()
    return last if found and last and first < last < found else found


def today_of_the_story() -> date:
    """The day from which the file counts, whatever day is being told."""
    return day(0).date()


def _money(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(str(amount))
