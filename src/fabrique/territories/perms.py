"""Rights over the reference territories: no role holds them, only the command line loads them.

Fed by the design's table of roles. Feeds common.registry.rights (accounts stand above territories).
"""

from fabrique.common.registry import rights

RIGHTS = {"territories.load": frozenset[str]()}


def declare() -> None:
    for verb, roles in RIGHTS.items():
        rights.register(verb, roles)
