"""
Acute myelogenous leukaemia, maintained group: the survival curve of a textbook, number by number.

Miller, R. G. (1997). Survival Analysis. Wiley; the data set `aml` of R's package survival. The
standard errors and the log-log limits are as two independent programs print them (statsmodels 0.15,
lifelines 0.30).
"""

import math

import pandas as pd
import pytest

from tacheles.estimate import kaplan_meier

WEEKS = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161]
RELAPSED = [True, True, False, True, True, False, True, True, False, True, False]


@pytest.fixture
def curve():
    return kaplan_meier(pd.DataFrame({"time": WEEKS, "is_event": RELAPSED, "units": 1}))


def test_the_curve(curve):
    assert [9, 13, 18, 23, 31, 34, 48] == curve.times.tolist()
    expected = [0.9091, 0.8182, 0.7159, 0.6136, 0.4909, 0.3682, 0.1841]
    assert expected == curve.waiting.round(4).tolist()


def test_its_log_log_limits(curve):
    lower = [0.508080, 0.447429, 0.350190, 0.265752, 0.167331, 0.092830, 0.011738]
    upper = [0.986674, 0.951162, 0.899024, 0.835299, 0.753400, 0.657041, 0.525015]
    assert lower == pytest.approx(curve.low.tolist(), abs=1e-6)
    assert upper == pytest.approx(curve.high.tolist(), abs=1e-6)


def test_its_median_has_no_upper_limit(curve):
    assert (31, 13, math.inf) == curve.median()
