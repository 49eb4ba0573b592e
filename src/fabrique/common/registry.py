"""What must act upwards: erasing, exporting, question types, journal, rights. Apps register when they load.

Fed by AppConfig.ready() of every app. Feeds the lower layers, which call without importing upwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Named entries, in order of registration; a name is taken once."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, T] = {}

    def register(self, name: str, entry: T) -> T:
        """Take a name. Raises ValueError if another entry holds it."""
        if self._entries.get(name, entry) != entry:
            raise ValueError(f"{self.what}: {name} is registered twice")
        self._entries[name] = entry
        return entry

    def get(self, name: str) -> T:
        """The entry of that name. Raises KeyError."""
        return self._entries[name]

    def items(self) -> list[tuple[str, T]]:
        return list(self._entries.items())


@dataclass(frozen=True)
class ObjectReport:
    """What a file that makes an object (a questionnaire, meetings) made, or would make.

    Objects `added`, `changed` or already `known`; `errors`: (line of the file or 0, sentence); `set_aside`:
    (where, sentence); `label`: what the file is about; `result`: the public id of the object, if there is one.
    """

    added: int = 0
    changed: int = 0
    known: int = 0
    errors: tuple[tuple[int, str], ...] = ()
    set_aside: tuple[tuple[str, str], ...] = ()
    label: str = ""
    result: str = ""


#: erasers called with the primary key of the participation before its rows go; they return a count
erasers: Registry[Callable[[int], int]] = Registry("erasers")
#: erasers of accounts, called with the primary key of the account: what it leaves elsewhere; they return a count
account_erasers: Registry[Callable[[int], int]] = Registry("account erasers")
#: journal sinks: (actor, verb, obj, reason) -> None; exactly one in an instance, from audit
journal_sinks: Registry[Callable[..., None]] = Registry("journal sinks")
#: rights: verb -> set of role codes, from each app's perms.py
rights: Registry[frozenset[str]] = Registry("rights")
#: kinds of question: key -> implementation
question_kinds: Registry[Any] = Registry("question kinds")
#: gatekeepers: (actor, verb, territory) -> None or Forbidden; exactly one in an instance, from accounts
gatekeepers: Registry[Callable[..., None]] = Registry("gatekeepers")
#: periodic: name -> callable, called by `fabrique worker` between jobs; it returns how much it did
periodic: Registry[Callable[[], int]] = Registry("periodic")
#: importers of objects: kind -> (actor, *, data, name, perimeter, dry_run) -> ObjectReport
importers: Registry[Callable[..., ObjectReport]] = Registry("importers")
