"""What became of a response: providers register here, and the follow-up page asks them all.

Fed by rooms that publish (themes given, figures). Feeds /suivre/reponse/. Empty until something is published.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fabrique.common.registry import Registry
from fabrique.contributions.models import Participation


@dataclass(frozen=True)
class News:
    """One thing that became of a text: a theme that it was given, the published figure that counts it.

    `contribution_id` is the contribution's primary key; None for the response as a whole. `label`: the words of
    the link, where those of the page do not fit. `quote`: somebody's own words, shown as such with their lines.
    """

    contribution_id: int | None
    title: str
    sentence: str = ""
    url: str = ""
    label: str = ""
    quote: str = ""


Provider = Callable[[Participation], list[News]]

#: name -> function(participation) giving only what is published
providers: Registry[Provider] = Registry("follow-up providers")


def news_of(participation: Participation) -> list[News]:
    """All that the providers tell of a response, in their order of registration."""
    return [item for _name, provider in providers.items() for item in provider(participation)]
