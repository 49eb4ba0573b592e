"""Who acts in a view.

Fed by request.user. Feeds every verb called from the site (first argument).
"""

from __future__ import annotations

from django.http import HttpRequest

from fabrique.accounts.actors import Agent, Respondent


def agent(request: HttpRequest) -> Agent:
    """The signed-in person. Only for agents' views, which nobody reaches without signing in."""
    return Agent(request.user)  # type: ignore[arg-type]


def respondent() -> Respondent:
    """An inhabitant answering or following an answer: no account, no identifier."""
    return Respondent()
