"""Who sits in a body, college by college and category by category: seats, filled, vacant, substitutes.

Fed by accounts (Body, College, SeatCategory, Mandate). Feeds the agents' page of the composition and the public one.
The seats of a public body are no small count to hide: its members are named by a published order. Names are
another matter: `public_names` holds only those of the mandates that the secretary chose to show.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from fabrique.accounts.enums import MandateSeat
from fabrique.accounts.models import Body, College, Mandate, SeatCategory


@dataclass
class Line:
    """A college, one of its categories, or those who sit in none. `seats` is None where it is not known."""

    college: College | None
    category: SeatCategory | None = None
    seats: int | None = None
    filled: int = 0
    substitutes: int = 0
    public_names: list[Mandate] = field(default_factory=list)

    @property
    def vacant(self) -> int | None:
        return None if self.seats is None else max(0, self.seats - self.filled)

    def take(self, mandate: Mandate) -> None:
        if mandate.seat == MandateSeat.SUBSTITUTE:
            self.substitutes += 1
        else:
            self.filled += 1


@dataclass(frozen=True)
class Composition:
    """`lines`: each college followed by its categories, then those without a college, where there are any.

    `seats`: the sum over colleges, None unless each is known; `filled`: those of them that somebody holds today.
    `countable`: all the mandates are recorded, so that a vacancy may be told.
    """

    lines: list[Line]
    seats: int | None
    filled: int
    countable: bool

    @property
    def vacant(self) -> int | None:
        return None if self.seats is None else max(0, self.seats - self.filled)

    @property
    def categorised(self) -> bool:
        """Whether some college has categories, whose seats are within its own."""
        return any(line.category is not None for line in self.lines)

    @property
    def named(self) -> list[Line]:
        """The lines under which some name is shown to the public."""
        return [line for line in self.lines if line.public_names]


def composition_of(body: Body) -> Composition:
    """The composition of a body today."""
    colleges = list(body.colleges.prefetch_related("categories"))
    lines: dict[tuple[int | None, int | None], Line] = {}
    for college in colleges:
        categories = list(college.categories.all())
        lines[college.pk, None] = Line(college, seats=_seats(college, categories))
        for category in categories:
            lines[college.pk, category.pk] = Line(college, category, category.seats)
    for mandate in Mandate.objects.current().of_body(body):
        whole = lines.setdefault((mandate.college_id, None), Line(None))
        whole.take(mandate)
        narrow = whole
        if mandate.category_id is not None:
            narrow = lines[mandate.college_id, mandate.category_id]
            narrow.take(mandate)
        if mandate.name_public:
            narrow.public_names.append(mandate)
    known = [lines[college.pk, None].seats for college in colleges]
    seats = None if not known or None in known else sum(one or 0 for one in known)
    return Composition(
        lines=list(lines.values()),
        seats=seats,
        filled=sum(lines[college.pk, None].filled for college in colleges),
        countable=body.members_complete,
    )


def _seats(college: College, categories: list[SeatCategory]) -> int | None:
    """The number given for the college, else the sum of its categories where each is known."""
    if college.seats is not None:
        return college.seats
    within = [one.seats for one in categories]
    return None if not within or None in within else sum(one or 0 for one in within)
