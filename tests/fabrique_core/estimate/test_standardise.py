"""Direct and indirect standardisation against published worked examples.
Fed with Fay and Feuer (1997), the SAS/STAT guide and a table of mortality ratios in Environmental Health.
Feeds nothing: a specification.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique_core.errors import CoreError
from fabrique_core.estimate.standardise import Stratum, byar, direct, exact, indirect

# Down syndrome by age of the mother, Michigan 1950-1964 (Stark and Mantel 1966; Fleiss 1981, table 14.4): the
# worked example of Fay and Feuer (1997). Births of all orders are the standard population.
STANDARD = (319_933, 931_318, 786_511, 488_235, 237_863, 61_313)
FIRST = (107, 141, 60, 40, 39, 25), (230_061, 329_449, 114_920, 39_487, 14_208, 3_052)
FIFTH = (0, 8, 63, 112, 262, 295), (327, 30_666, 123_419, 149_919, 104_088, 34_392)

# Skin cancer in Florida at the rates of the United States, 2000: SAS/STAT User's Guide, the STDRATE procedure,
# getting started (deaths and people by ten ages), and the expected deaths it prints.
FLORIDA = (0, 0, 4, 14, 43, 72, 70, 126, 136, 73)
PEOPLE = (
    953_785, 1_997_935, 1_885_014, 1_957_573, 2_356_649, 2_088_000, 1_548_371, 1_447_432, 1_087_524, 335_944
)  # fmt: skip
US_DEATHS = (0, 1, 41, 186, 626, 1_199, 1_303, 1_637, 1_624, 803)
US_PEOPLE = (
    19_175_798, 41_077_577, 39_183_891, 39_892_024, 45_148_527, 37_677_952, 24_274_684, 18_390_986, 12_361_180,
    4_239_587,
)  # fmt: skip
EXPECTED = (0.000, 0.049, 1.972, 9.127, 32.676, 66.445, 83.112, 128.837, 142.878, 63.630)


def strata(events, people, standard):
    return [Stratum(*row) for row in zip(events, people, standard, strict=True)]


@pytest.mark.parametrize(
    ("order", "rate", "low", "high"), [(FIRST, 92.3, 80.4, 105.8), (FIFTH, 75.5, 67.7, 188.3)]
)
def test_fay_and_feuer_1997_down_syndrome(order, rate, low, high):
    found = direct(strata(*order, STANDARD))
    assert (round(found.rate, 1), round(found.interval.low, 1), round(found.interval.high, 1)) == (
        rate,
        low,
        high,
    )


def test_sas_stdrate_skin_cancer_in_florida():
    rates = [deaths / people for deaths, people in zip(US_DEATHS, US_PEOPLE, strict=True)]
    found = indirect(
        strata(FLORIDA, PEOPLE, rates), standard_crude=sum(US_DEATHS) / sum(US_PEOPLE), method="exact"
    )
    for person, rate, expected in zip(PEOPLE, rates, EXPECTED, strict=True):
        assert person * rate == pytest.approx(expected, abs=6e-4)
    assert (found.observed, found.expected) == (538, pytest.approx(sum(EXPECTED), abs=6e-3))
    assert found.ratio == pytest.approx(538 / sum(EXPECTED), abs=2e-5)
    crude = 1e5 * sum(US_DEATHS) / sum(US_PEOPLE)
    assert found.rate == pytest.approx(found.ratio * crude)
    assert found.rate_interval.low < found.rate < found.rate_interval.high


@pytest.mark.parametrize("method", ["byar", "exact"])
@pytest.mark.parametrize(
    ("observed", "expected", "ratio", "low", "high"),
    [(132, 108.3, 1.22, 1.02, 1.45), (37, 23.3, 1.59, 1.12, 2.19), (24, 22.3, 1.07, 0.69, 1.60),
     (5, 11.8, 0.43, 0.14, 0.99)],
)  # fmt: skip
def test_environmental_health_s12940_020_00680_0_table_2(method, observed, expected, ratio, low, high):
    """Observed and expected deaths of a cohort, doi 10.1186/s12940-020-00680-0, table 2: all cancers, lung and
    stomach (men), stomach (women). Expected deaths are printed with one decimal, hence the tolerance."""
    found = indirect([Stratum(observed, 1.0, expected)], method=method)
    assert found.ratio == pytest.approx(ratio, abs=0.01)
    assert (found.interval.low, found.interval.high) == (
        pytest.approx(low, abs=0.006),
        pytest.approx(high, abs=0.006),
    )
    assert found.rate is None


def test_exact_limits_match_the_table_of_the_poisson_law():
    """Twelve events: 6.2006 to 20.9616; none: 0 to 3.6889 (Garwood 1936)."""
    twelve, none = exact(12), exact(0)
    assert (round(twelve.low, 4), round(twelve.high, 4)) == (6.2006, 20.9616)
    assert (none.low, round(none.high, 4)) == (0, 3.6889)


@given(st.integers(0, 5000), st.sampled_from([0.8, 0.95, 0.998]))
def test_byar_holds_the_count_and_is_close_to_the_exact_limits(events, confidence):
    near, true = byar(events, confidence), exact(events, confidence)
    assert near.low <= events <= near.high
    assert near.high == pytest.approx(true.high, rel=0.02)
    if events >= 10:
        assert near.low == pytest.approx(true.low, rel=0.02)


counts = st.lists(
    st.tuples(st.integers(0, 500), st.integers(1000, 1_000_000), st.integers(1, 100_000)),
    min_size=1,
    max_size=8,
)


@given(counts)
def test_the_study_population_as_standard_gives_the_crude_rate_and_exact_limits(rows):
    """Weights proportional to the populations: a plain Poisson count, where the gamma interval is exact."""
    found = direct([Stratum(events, people, people) for events, people, _ in rows])
    whole, people = sum(row[0] for row in rows), sum(row[1] for row in rows)
    assert found.rate == pytest.approx(found.crude)
    limits = exact(whole)
    assert found.interval.low == pytest.approx(1e5 * limits.low / people, rel=1e-6, abs=1e-9)
    assert found.interval.high == pytest.approx(1e5 * limits.high / people, rel=1e-6)


@given(counts)
def test_the_interval_holds_the_rate_and_follows_the_unit(rows):
    hundred = direct([Stratum(*row) for row in rows])
    thousand = direct([Stratum(*row) for row in rows], per=1000)
    assert hundred.interval.low <= hundred.rate * (1 + 1e-9)
    assert hundred.rate <= hundred.interval.high
    assert thousand.rate == pytest.approx(hundred.rate / 100)
    assert thousand.interval.high == pytest.approx(hundred.interval.high / 100)


def test_few_events_are_said():
    assert direct([Stratum(9, 1000, 1)]).few
    assert not direct([Stratum(10, 1000, 1)]).few


def test_an_empty_stratum_of_the_standard_weighs_nothing():
    found = direct([Stratum(5, 1000, 1), Stratum(50, 10, 0)])
    assert found.rate == pytest.approx(500)


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("empty", []),
        ("counts", [Stratum(-1, 10, 1)]),
        ("counts", [Stratum(1, 0, 1)]),
        ("standard", [Stratum(1, 10, -1)]),
        ("standard", [Stratum(1, 10, 0)]),
    ],
)
def test_impossible_strata_are_refused(code, rows):
    for standardise in (direct, indirect):
        with pytest.raises(CoreError, match=rf"standardise\.{code}"):
            standardise(rows)


def test_impossible_counts_and_confidences_are_refused():
    for limits in (byar, exact):
        with pytest.raises(CoreError, match=r"standardise\.counts"):
            limits(-1)
        with pytest.raises(CoreError, match=r"share\.confidence"):
            limits(3, 1.0)
    with pytest.raises(CoreError, match=r"share\.confidence"):
        direct([Stratum(1, 10, 1)], confidence=0)
    with pytest.raises(CoreError, match=r"standardise\.standard"):
        indirect([Stratum(1, 10, 1)], standard_crude=-1)
