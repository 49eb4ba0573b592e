"""Verbs on accounts, roles, organisations, bodies and mandates, in one place to import from.

Fed by the modules of this folder. Feeds agents' screens, the command line and the demonstration.
"""

from fabrique.accounts.services.bodies import (
    LoadedBodies,
    body_said,
    create_body,
    edit_body,
    end_body,
    load_bodies,
    rows_of_steering,
)
from fabrique.accounts.services.colleges import (
    add_category,
    add_college,
    category_said,
    college_said,
    edit_category,
    edit_college,
    next_rank,
    remove_category,
    remove_college,
)
from fabrique.accounts.services.erasing import ERASED_NAME, erase_closed_users, erase_user
from fabrique.accounts.services.mandates import edit_mandate, end_mandate, grant_mandate, mandate_said
from fabrique.accounts.services.users import (
    close_user,
    create_organisation,
    create_user,
    end_role,
    grant_role,
    reopen_user,
)

__all__ = [
    "ERASED_NAME",
    "LoadedBodies",
    "add_category",
    "add_college",
    "body_said",
    "category_said",
    "close_user",
    "college_said",
    "create_body",
    "create_organisation",
    "create_user",
    "edit_body",
    "edit_category",
    "edit_college",
    "edit_mandate",
    "end_body",
    "end_mandate",
    "end_role",
    "erase_closed_users",
    "erase_user",
    "grant_mandate",
    "grant_role",
    "load_bodies",
    "mandate_said",
    "next_rank",
    "remove_category",
    "remove_college",
    "reopen_user",
    "rows_of_steering",
]
