"""Verbs of publication: prepare, validate what is prepared, publish; and the reads that go with them.

Fed by the agents' screens and the demonstration. Feeds the public pages, which read only what was released.
"""

from fabrique.restitution.services.following import Followed, GivenTheme, followed
from fabrique.restitution.services.keeping import shown_figures
from fabrique.restitution.services.preparation import (
    discard_preparation,
    prepare_publication,
    validate_figures,
)
from fabrique.restitution.services.publishing import missing_before_publication, publish
from fabrique.restitution.services.release import release

__all__ = [
    "Followed",
    "GivenTheme",
    "discard_preparation",
    "followed",
    "missing_before_publication",
    "prepare_publication",
    "publish",
    "release",
    "shown_figures",
    "validate_figures",
]
