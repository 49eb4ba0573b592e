"""Sessions: expired ones do not stay, since they name responses under way and hold sealed codes.

Fed by the worker's periodic tasks. Feeds nothing.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from fabrique.common.clock import now
from fabrique.common.registry import periodic
from fabrique.web import tasks

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def session(name: str, hours: int) -> Session:
    return Session.objects.create(
        session_key=name, session_data="", expire_date=now() + timedelta(hours=hours)
    )


def test_the_worker_erases_expired_sessions_and_leaves_the_others() -> None:
    session("old", -1)
    session("older", -30)
    living = session("living", 1)
    assert dict(periodic.items())["web.sessions"]() == 2
    assert list(Session.objects.all()) == [living]


def test_many_expired_sessions_go_by_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "CHUNK", 2)
    for number in range(5):
        session(f"old-{number}", -1)
    assert tasks.erase_expired_sessions() == 5
    assert not Session.objects.exists()
