"""Who acts: an agent, a respondent with a receipt, the system (a job), an operator at the command line.

Fed by views, jobs and commands. Feeds every verb (first argument) and every journal line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fabrique.common.actors import Operator, Respondent, System

if TYPE_CHECKING:
    from fabrique.accounts.models import User

__all__ = ["Actor", "Agent", "Operator", "Respondent", "System"]


@dataclass(frozen=True)
class Agent:
    """A signed-in person."""

    user: User
    kind = "agent"

    @property
    def reference(self) -> str:
        return str(self.user.public_id)


Actor = Agent | Respondent | System | Operator
