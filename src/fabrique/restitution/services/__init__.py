"""Verbs of publication: prepare, validate what is prepared, publish; and the reads that go with them.

Fed by the agents' screens and the demonstration. Feeds the public pages, which read only what was released.
"""

from fabrique.restitution.services.common import (
    discard_common,
    missing_before_common,
    prepare_common,
    publish_common,
    shown_common,
    validate_common,
)
from fabrique.restitution.services.following import (
    CommonlyFollowed,
    Followed,
    GivenTheme,
    followed,
    followed_in_common,
)
from fabrique.restitution.services.keeping import shown_figures
from fabrique.restitution.services.preparation import (
    discard_preparation,
    prepare_publication,
    validate_figures,
)
from fabrique.restitution.services.publishing import missing_before_publication, publish
from fabrique.restitution.services.release import release

__all__ = [
    "CommonlyFollowed",
    "Followed",
    "GivenTheme",
    "discard_common",
    "discard_preparation",
    "followed",
    "followed_in_common",
    "missing_before_common",
    "missing_before_publication",
    "prepare_common",
    "prepare_publication",
    "publish",
    "publish_common",
    "release",
    "shown_common",
    "shown_figures",
    "validate_common",
    "validate_figures",
]
