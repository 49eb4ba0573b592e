"""The one clock: UTC inside, the instance's zone for dates, and a told time only inside its block."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from fabrique.common.clock import now, today, told_at

LATE = datetime(2030, 6, 30, 22, 30, tzinfo=UTC)  # half past midnight, 1 July, in Paris


@time_machine.travel(LATE, tick=False)
def test_now_is_an_aware_instant():
    assert now() == LATE
    assert now().utcoffset() is not None


@time_machine.travel(LATE, tick=False)
def test_today_is_the_date_of_the_instance_and_not_of_greenwich():
    assert today() == date(2030, 7, 1)


def test_a_told_time_holds_inside_its_block_only():
    told = datetime(2023, 1, 2, 3, tzinfo=UTC)
    with told_at(told):
        assert now() == told
        assert today() == date(2023, 1, 2)
    assert now() > told


def test_a_told_time_is_forgotten_after_a_failure():
    told = datetime(2023, 1, 2, 3, tzinfo=UTC)
    with pytest.raises(ZeroDivisionError), told_at(told):
        raise ZeroDivisionError
    assert now() > told
