"""Verbs on accounts, roles, organisations, bodies and mandates, in one place to import from.

Fed by the modules of this folder. Feeds agents' screens, the command line and the demonstration.
"""

from fabrique.accounts.services.bodies import (
    LoadedBodies,
    add_college,
    create_body,
    edit_body,
    end_body,
    load_bodies,
    rows_of_steering,
)
from fabrique.accounts.services.mandates import end_mandate, grant_mandate
from fabrique.accounts.services.users import (
    close_user,
    create_organisation,
    create_user,
    end_role,
    grant_role,
    reopen_user,
)

__all__ = [
    "LoadedBodies",
    "add_college",
    "close_user",
    "create_body",
    "create_organisation",
    "create_user",
    "edit_body",
    "end_body",
    "end_mandate",
    "end_role",
    "grant_mandate",
    "grant_role",
    "load_bodies",
    "reopen_user",
    "rows_of_steering",
]
