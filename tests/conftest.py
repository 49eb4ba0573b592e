"""What every test shares: a small Occitanie, the personas, and silent faults turned into failures.

Fed by factories/ and personas.py. Feeds all tests; FABRIQUE_DATABASE=postgresql runs them on PostgreSQL.
"""

from __future__ import annotations

import gc
import importlib
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TestCase, TransactionTestCase
from hypothesis import settings as settings_of_hypothesis

from fabrique.territories.models import Territory
from tests import migrated
from tests.factories import territories
from tests.personas import (  # noqa: F401  (fixtures)
    administrator,
    analyst,
    approver,
    data_protection_officer,
    editor,
    moderator,
    operator,
    personas,
    reader,
    respondent,
    system,
)

# no timed assertion: a loaded machine is not a fault of the code
settings_of_hypothesis.register_profile("fabrique", deadline=None)
settings_of_hypothesis.load_profile("fabrique")

#: the lock of the worker that migrates, held until its database can be copied
release: list[ExitStack] = []

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "filterwarnings", "error:DateTimeField .* received a naive datetime:RuntimeWarning"
    )
    config.addinivalue_line("filterwarnings", "error:Pagination may yield inconsistent results")


#: folders whose files each take a minute: begun first, or one process ends them while the other has nothing left
LONG_FIRST = ("e2e", "journeys", "demo")
#: seconds for each of their tests, whole journeys of several processes, on a machine that is loaded
LIMIT = 900


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only the marked tests run; tests on real data skip, and say so, where there is none."""
    long = {item for item in items if item.path.relative_to(ROOT).parts[1] in LONG_FIRST}
    for item in long:
        item.add_marker(pytest.mark.timeout(LIMIT))
    items.sort(key=lambda item: item not in long)
    if settings.FABRIQUE_DATABASE == "postgresql":
        dropped = [item for item in items if item.get_closest_marker("both_databases") is None]
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item.get_closest_marker("both_databases") is not None]
    if not SHARED_DATA.exists():
        absent = pytest.mark.skip(reason="real data absent: ../shared/data")
        for item in items:
            if item.get_closest_marker("real_data"):
                item.add_marker(absent)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; a test that takes it is marked real_data."""
    return SHARED_DATA


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """A test that reaches beyond this machine fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and address[0] not in _LOOPBACK:
            raise AssertionError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector no longer looks at it, again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """The cache of the test's process is as empty as that of an instance which starts: no order of tests counts."""
    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def flush_despite_the_journal() -> Iterator[None]:
    """Transactional tests empty every table afterwards: the triggers that forbid it are lifted for that."""
    guarded = [
        importlib.import_module(f"fabrique.{app}.migrations.0002_triggers")
        for app in ("audit", "consultations", "councils", "meetings", "restitution")
    ]
    guarded.append(importlib.import_module("fabrique.plan.migrations.0003_triggers"))
    grounds = importlib.import_module("fabrique.contributions.migrations.0004_moderation")
    teardown = TransactionTestCase._fixture_teardown

    def lifted(self: TransactionTestCase) -> None:
        schema_editor = SimpleNamespace(connection=connection)
        for triggers in guarded:
            triggers.remove(None, schema_editor)
        try:
            teardown(self)
        finally:
            for triggers in guarded:
                triggers.install(None, schema_editor)
            # what every instance is born with
            grounds.seed(apps, schema_editor)

    TransactionTestCase._fixture_teardown = lifted  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def migrated_before(django_db_modify_db_settings: None) -> Iterator[bool]:
    """Whether the migrated database of an earlier run, or of another worker, was there to copy (SQLite)."""
    if connection.vendor != "sqlite":
        yield False
        return
    name = Path(connection.settings_dict["TEST"]["NAME"])
    name.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(migrated.alone())
        found = migrated.take(name)
        # who finds none keeps the others waiting until its own is migrated (django_db_setup releases them)
        release.append(stack.pop_all())
        if found:
            release.pop().close()
        yield found
    name.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def django_db_keepdb(migrated_before: bool, request: pytest.FixtureRequest) -> bool:
    return migrated_before or bool(request.config.getvalue("reuse_db"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database; a copy is kept for the tests that start processes on a database of their own."""
    with django_db_blocker.unblock():
        migrated.keep()
    while release:
        migrated.leave()
        release.pop().close()
    yield
    migrated.forget()


@pytest.fixture(scope="module")
def shared_ground(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A transaction around all tests of a file, the small geography in it: what is built there is built once.

    Each test still runs in a savepoint of its own that is rolled back. Not for tests with `transaction=True`.
    """
    around = type("Around", (TestCase,), {})
    with django_db_blocker.unblock():
        around.setUpClass()
        try:
            territories.load_small()
            yield
        finally:
            around.tearDownClass()
            around.doClassCleanups()


@pytest.fixture
def occitanie(request: pytest.FixtureRequest, db: None) -> Territory:
    """The region of the instance, with its thirteen departments and thirty communes."""
    return territories.region() if "shared_ground" in request.fixturenames else territories.load_small()


@pytest.fixture
def with_big_cities(db: None) -> Territory:
    """The same, and Paris, Lyon and Marseille outside the perimeter."""
    return territories.load_small(elsewhere=True)


@pytest.fixture
def lot(occitanie: Territory) -> Territory:
    return territories.department("46")


@pytest.fixture
def gard(occitanie: Territory) -> Territory:
    return territories.department("30")


@pytest.fixture
def commune(occitanie: Territory) -> Callable[[str], Territory]:
    """A commune by its name: commune("Cahors")."""
    return territories.commune
