"""Settings of a server started by a test: those of the tests, on the database file of its own folder.

Fed by FABRIQUE_VAR. Feeds the processes of tests/journeys.
"""

from fabrique.settings.test import *  # noqa: F403

DEBUG = False
