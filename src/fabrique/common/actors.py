"""Actors without an account: a respondent, a job, an operator. Agents stand in accounts.actors.

Fed by views, jobs and commands. Feeds every verb, from the lowest layer up.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Respondent:
    """An inhabitant: holds no account; what they may do, their code or form allows. Leaves no identifier."""

    kind = "respondent"
    reference = ""


@dataclass(frozen=True)
class System:
    """A job of the instance."""

    job: str
    kind = "system"

    @property
    def reference(self) -> str:
        return self.job


@dataclass(frozen=True)
class Operator:
    """Somebody at the command line of the server, who already holds its keys."""

    command: str
    kind = "operator"

    @property
    def reference(self) -> str:
        return self.command
