"""
Sicily's smoking ban and heart attacks: the textbook segmented regression.

Lopez Bernal, J., Cummins, S. and Gasparrini, A. (2017). Interrupted time series regression for the
evaluation of public health interventions: a tutorial. International Journal of Epidemiology 46,
348-355, and its supplementary code.
"""

import numpy as np
import pandas as pd
import pytest

from tacheles.evidence.comparison import segmented_regression
from tacheles.evidence.counts import Counts


@pytest.fixture
def sicily(exports):
    table = pd.read_csv(exports / "causal" / "sicily_smoking_ban.csv")
    known = int((table["smokban"] == 0).sum())
    return Counts(table["aces"], table[[]], table["stdpop"], per_year=12), known


@pytest.mark.parametrize(
    ("waves", "overdispersed", "ratio", "low", "high"),
    [(2, True, 0.885, 0.839, 0.933), (0, False, 0.894, 0.865, 0.925)],
    ids=["quasi-Poisson with season", "Poisson without season"],
)
def test_the_rate_ratio(sicily, waves, overdispersed, ratio, low, high):
    counts, known = sicily
    found = segmented_regression(counts, known, waves=waves, overdispersed=overdispersed)
    limits = np.exp(found.interval(0.95)).round(3).tolist()
    assert (ratio, [low, high]) == (round(np.exp(found.value), 3), limits)
