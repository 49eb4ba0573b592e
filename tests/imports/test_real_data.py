"""Real exports, where they are: Decidim twice adds nothing; a large one goes in with bounded memory.

Fed by ../shared/data. Feeds confidence in guessing and in the recording by chunks.
"""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from fabrique.contributions.models import ClosedAnswer, Contribution, Participation, SourceQuestion
from fabrique.imports.enums import ImportKind
from fabrique.imports.services import checking
from fabrique.imports.services.leases import take
from tests.factories import imports as make

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]

LILLE = {"proposals.csv": 196, "proposal_comments.csv": 44, "debate_comments.csv": 693, "debates.csv": 29}


def test_a_decidim_export_goes_in_whole_and_the_second_time_nothing_is_added(shared_data: Path, occitanie):
    for _turn in range(2):
        added = {
            name: make.imported(
                (shared_data / "decidim_lille" / name).read_bytes(), name, label="Lille"
            ).report["added"]
            for name in LILLE
        }
        assert added == (LILLE if _turn == 0 else dict.fromkeys(LILLE, 0))
    assert Participation.objects.count() == 196 + 44 + 693
    assert Contribution.objects.count() == 933
    assert SourceQuestion.objects.get(key="debat-30").wording == "Faut-il reconnaître le vote blanc ?"
    assert ClosedAnswer.objects.filter(question__key="position").exists()


def test_a_large_export_is_read_with_a_memory_that_does_not_grow_with_it(shared_data: Path, occitanie):
    data = (shared_data / "granddebat" / "health_related_answers.csv").read_bytes()
    job = make.sent(data, "grand-debat.csv", kind=ImportKind.GRANDDEBAT)
    make.configured(job, label="Grand Débat")
    rows = data.count(b"\n")
    size = len(data)
    del data
    lease = take(job.pk)
    tracemalloc.start()
    report = checking.check(lease)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 21_000 < report["ready"] <= rows
    # the keys of the rows are kept (a few dozen bytes each), the texts are not
    assert peak < size * 2
