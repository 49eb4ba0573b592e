"""What a file says, before it is stored: definitions, values, what was set aside and why.

Fed by the readers and the import of values. Feeds recording.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date

from fabrique.observatory.services.cells import Period

#: a territory by its level and official code
Place = tuple[str, str]
Key = tuple[str, Place, str, str, str, int, str, int]


@dataclass(frozen=True)
class Definition:
    """An indicator and one version of its definition."""

    code: str
    label: str
    unit: str
    source_name: str
    direction: str = "none"
    unit_words: str = ""
    theme: str = ""
    description: str = ""
    counts_persons: bool = False
    decimals: int = 1
    method: str = ""
    formula: str = ""
    numerator_words: str = ""
    denominator_words: str = ""
    producer: str = ""
    source_url: str = ""
    licence: str = ""
    valid_from: date | None = None

    def digest(self) -> str:
        """Fingerprint of what makes a version: how the indicator is measured, and in what unit."""
        said = asdict(self)
        for apart in ("code", "label", "direction", "theme", "description", "decimals"):
            said.pop(apart)
        said["valid_from"] = str(self.valid_from or "")
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Entry:
    """One value. `line`: where it stands in its file (the titles are line 1); 0 where it was computed."""

    code: str
    place: Place
    period: Period
    value: float | None
    sex: str = ""
    age: str = ""
    deprivation: int = 0
    scope: str = ""
    rank: int = 0
    numerator: float | None = None
    denominator: float | None = None
    lower: float | None = None
    upper: float | None = None
    status: str = "ok"
    qualifier: str = ""
    line: int = 0

    @property
    def key(self) -> Key:
        return (
            self.code,
            self.place,
            self.period.words,
            self.sex,
            self.age,
            self.deprivation,
            self.scope,
            self.rank,
        )


@dataclass(frozen=True)
class Aside:
    """Rows or columns that were not loaded, and why; `rows` counts them."""

    what: str
    why: str
    rows: int = 1


@dataclass
class Reading:
    """What was read in one file."""

    layout: str
    definitions: list[Definition] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)

    @property
    def source(self) -> str:
        return "; ".join(dict.fromkeys(one.source_name for one in self.definitions))[:250]

    @property
    def licence(self) -> str:
        return "; ".join(dict.fromkeys(one.licence for one in self.definitions if one.licence))[:120]


def ranked(entries: Sequence[Entry]) -> list[Entry]:
    """Several values of one key in one file take ranks 0, 1, 2… in the order of the file."""
    seen: dict[Key, int] = {}
    found = []
    for entry in entries:
        count = seen.get(entry.key, 0)
        seen[entry.key] = count + 1
        found.append(replace(entry, rank=count) if count else entry)
    return found
