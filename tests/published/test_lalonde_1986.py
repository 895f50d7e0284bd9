"""
National Supported Work: an experiment, and what the people of a survey would have said instead.

LaLonde, R. (1986). Evaluating the econometric evaluations of training programs with experimental
data. American Economic Review 76, 604-620, in the sample of Dehejia and Wahba (1999): 1,794 (671);
those who were trained against the Current Population Survey: −8,498.
"""

import numpy as np
import pandas as pd
import pytest

from tacheles.evidence.experiment import difference_of_means
from tacheles.evidence.matching import matched_comparison

COVARIATES = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75"]


@pytest.fixture
def trained(exports):
    return pd.read_stata(exports / "causal" / "nsw_mixtape.dta")


@pytest.fixture
def surveyed(exports):
    return pd.read_stata(exports / "causal" / "cps_mixtape.dta")


def test_the_experiment(trained):
    found = difference_of_means(trained["re78"].to_numpy(float), trained["treat"].to_numpy() == 1)
    assert (1794, 671) == (round(found.value), round(found.standard_error))


def test_against_the_survey_the_earnings_before_tell_that_something_is_wrong(trained, surveyed):
    people = pd.concat([trained[trained["treat"] == 1], surveyed], ignore_index=True)
    found = matched_comparison(
        people["re78"],
        people["treat"] == 1,
        people[COVARIATES],
        np.random.default_rng(1),
        placebo="re75",
        draws=200,
    )
    assert -8498 == round(found.naive)
    assert "E" == found.evidence.grade
    placebo = next(check for check in found.evidence.checks if check.name == "placebo_outcome")
    assert placebo.passed is False
    assert found.left_out > 15_000
