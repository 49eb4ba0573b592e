"""How actions stand: the lead's weather, the computed rate, the trend, the freshness; four things never mixed.

Fed by actions, their indicators and their weather, in three queries whatever their number.
Feeds the leads' screens, the dossiers and the public pages; the mathematics is fabrique_core.progress.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from fabrique.plan.disclosure import is_masked
from fabrique.plan.models import Action, Indicator, IndicatorValue, WeatherReport
from fabrique.plan.services.indicators import trajectory_of
from fabrique_core.errors import CoreError
from fabrique_core.progress import (
    Achievement,
    Age,
    Aggregate,
    Course,
    Direction,
    Freshness,
    Pace,
    Point,
    Trend,
    achievement,
    aggregate,
    freshness,
    trend,
)

_WORST_FIRST = (Age.NEVER, Age.STALE, Age.LATE, Age.FRESH)


@dataclass(frozen=True)
class IndicatorProgress:
    """One indicator on a day: its last known value, its rate, where it goes, how old it is; its values by date.

    A value of `values` that is None was looked for and is not known.
    """

    indicator: Indicator
    last: IndicatorValue | None
    achievement: Achievement
    trend: Trend
    freshness: Freshness
    values: tuple[IndicatorValue, ...] = ()
    #: what the public does not read, since it is computed from a masked number of persons
    rate_withheld: bool = False
    trend_withheld: bool = False

    @property
    def late(self) -> bool:
        """Whether a value is due and has not come."""
        return self.freshness.age is not Age.FRESH


@dataclass(frozen=True)
class ActionProgress:
    """One action on a day: four things side by side. Nothing here is computed from two of them.

    `weather` is None where the lead never gave one; `rate` is the mean of the known indicators and says how many
    are known; `courses` counts indicators by trend; `age` is that of the indicator longest without a value.
    """

    weather: WeatherReport | None
    weather_days: int | None
    indicators: tuple[IndicatorProgress, ...]
    rate: Aggregate
    pace: Pace
    courses: Mapping[Course, int]
    age: Age | None

    @property
    def course(self) -> Course:
        """The trend where all the known ones agree; NOT_KNOWN where none is known or where they differ."""
        known = [course for course in self.courses if course is not Course.NOT_KNOWN]
        return known[0] if len(known) == 1 else Course.NOT_KNOWN

    @property
    def mixed(self) -> bool:
        """Whether some indicators get better and others do not."""
        return len([course for course in self.courses if course is not Course.NOT_KNOWN]) > 1

    @property
    def late(self) -> int:
        """Indicators whose value is due."""
        return sum(one.late for one in self.indicators)

    @property
    def leaf(self) -> Achievement:
        """The rate as one leaf of the tree: every action weighs the same, whatever its number of indicators."""
        return Achievement(self.rate.rate)


@dataclass(frozen=True)
class Branch:
    """Several actions together. `rate.known` of `rate.total` actions have a rate: « connu pour 7 actions sur 12 ».

    `weathers` counts actions by the lead's weather; `unweathered` never had one; `courses` counts actions by
    trend; `late` counts actions with a value due.
    """

    rate: Aggregate
    weathers: Mapping[str, int] = field(default_factory=dict)
    unweathered: int = 0
    courses: Mapping[Course, int] = field(default_factory=dict)
    late: int = 0


EMPTY = Branch(aggregate([]))


def progress_of(actions: Iterable[Action], on: date, *, public: bool = False) -> dict[int, ActionProgress]:
    """{pk of the action: its progress on that day}. Three queries; values and weathers after `on` are not known.

    `public`: without what is computed from a masked number of persons.
    """
    rows = list(actions)
    keys = [action.pk for action in rows]
    weathers = _last_weathers(keys, on)
    indicators: dict[int, list[IndicatorProgress]] = defaultdict(list)
    ours = Indicator.objects.filter(action__in=keys).order_by("position", "key")
    for one in indicator_progress(ours, on, public=public):
        indicators[one.indicator.action_id or 0].append(one)
    return {pk: _of_action(weathers.get(pk), indicators[pk], on) for pk in keys}


def indicator_progress(
    indicators: Iterable[Indicator], on: date, *, public: bool = False
) -> list[IndicatorProgress]:
    """The same for indicators, in their order; two queries."""
    rows = list(indicators)
    values: dict[int, list[IndicatorValue]] = defaultdict(list)
    for value in IndicatorValue.objects.filter(indicator__in=[row.pk for row in rows], on__lte=on).order_by(
        "on"
    ):
        values[value.indicator_id].append(value)
    found = [_of_indicator(row, values[row.pk], on) for row in rows]
    return [_as_public(one) for one in found] if public else found


def _as_public(one: IndicatorProgress) -> IndicatorProgress:
    """Without the rate or the trend that would give back a masked number of persons."""
    people = one.indicator.counts_people
    ends = (one.indicator.baseline, one.indicator.target, one.last and one.last.value)
    if any(is_masked(value, counts_people=people) for value in ends):
        one = replace(one, achievement=Achievement(None), rate_withheld=True)
    if any(is_masked(value.value, counts_people=people) for value in one.values):
        one = replace(one, trend=Trend(Course.NOT_KNOWN, None, one.trend.points), trend_withheld=True)
    return one


def _last_weathers(keys: list[int], on: date) -> dict[int, WeatherReport]:
    """The last report of each action by the end of the day."""
    midnight = datetime.combine(on, time.max, timezone.get_default_timezone())
    given = WeatherReport.objects.filter(given_at__lte=midnight)
    last = given.filter(action=OuterRef("action")).order_by("-given_at", "-pk").values("pk")[:1]
    return {row.action_id: row for row in given.filter(action__in=keys, pk=Subquery(last))}


def _of_indicator(indicator: Indicator, values: list[IndicatorValue], on: date) -> IndicatorProgress:
    known = [value for value in values if value.value is not None]
    last = known[-1] if known else None
    direction = Direction(indicator.direction)
    points = [Point(value.on, value.value) for value in values]
    return IndicatorProgress(
        indicator,
        last,
        _achieved(indicator, None if last is None else last.value, on),
        trend(points, direction=direction),
        freshness(points, on=on, every_days=indicator.every_days),
        tuple(values),
    )


def _achieved(indicator: Indicator, current: float | None, on: date) -> Achievement:
    """Not known where the indicator was loaded with a target that contradicts its direction."""
    try:
        return achievement(
            initial=indicator.baseline,
            target=indicator.target,
            current=current,
            direction=Direction(indicator.direction),
            trajectory=trajectory_of(indicator),
            on=on,
        )
    except CoreError:
        return Achievement(None)


def _of_action(
    weather: WeatherReport | None, indicators: list[IndicatorProgress], on: date
) -> ActionProgress:
    ages = {one.freshness.age for one in indicators}
    return ActionProgress(
        weather,
        None if weather is None else (on - timezone.localdate(weather.given_at)).days,
        tuple(indicators),
        aggregate(one.achievement for one in indicators),
        _pace(one.achievement.pace for one in indicators),
        Counter(one.trend.course for one in indicators),
        next((age for age in _WORST_FIRST if age in ages), None),
    )


def _pace(paces: Iterable[Pace]) -> Pace:
    """The pace furthest behind among those known: an action is on time when all its indicators are."""
    found = set(paces)
    for pace in (Pace.BEHIND, Pace.ON_TRACK, Pace.AHEAD):
        if pace in found:
            return pace
    return Pace.NOT_KNOWN


def branch_of(progresses: Iterable[ActionProgress]) -> Branch:
    """Several actions put together, each weighing the same."""
    rows = list(progresses)
    return Branch(
        aggregate(row.leaf for row in rows),
        Counter(row.weather.weather for row in rows if row.weather is not None),
        sum(row.weather is None for row in rows),
        Counter(row.course for row in rows),
        sum(row.late > 0 for row in rows),
    )
