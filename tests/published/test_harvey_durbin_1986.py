"""
Seat belts in Great Britain: drivers −23 %, front passengers −30 %, by a structural model.

Harvey, A. C. and Durbin, J. (1986). The effects of seat belt legislation on British road
casualties: a case study in structural time series modelling. Journal of the Royal Statistical
Society A 149, 187-227. Rear passengers, whom the law did not touch, are the control.
"""

import numpy as np
import pandas as pd
import pytest

from tacheles.evidence.counts import Counts
from tacheles.evidence.time_series import interrupted_time_series


@pytest.fixture
def casualties(exports):
    table = pd.read_csv(exports / "causal" / "seatbelts.csv")
    return table.set_index(pd.date_range("1969-01-01", periods=len(table), freq="MS"))


@pytest.mark.parametrize(("who", "printed"), [("drivers", -0.23), ("front", -0.30)])
def test_our_interval_holds_the_printed_effect(casualties, who, printed):
    counts = Counts(casualties[who], casualties[["rear"]], casualties["kms"], per_year=12)
    found = interrupted_time_series(counts, "1983-02-01", np.random.default_rng(1))
    low, high = found.relative.interval()
    assert 169 == found.known
    assert low <= printed <= high
    assert found.relative.is_fall()
