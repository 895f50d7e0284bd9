"""
California's Proposition 99 and cigarette sales: a plain difference-in-differences misleads.

Abadie, A., Diamond, A. and Hainmueller, J. (2010). Synthetic control methods for comparative case
studies: estimating the effect of California's tobacco control program. Journal of the American
Statistical Association 105, 493-505; plain difference −27.35 packs per head as in the documentation
of R's package synthdid, which uses the same 39 states.
"""

import pandas as pd
import pytest

from tacheles.evidence.two_groups import difference_of_changes


@pytest.fixture
def found(exports):
    long = pd.read_csv(exports / "causal" / "california_prop99.csv", sep=";")
    packs = long.pivot(index="State", columns="Year", values="PacksPerCapita")
    california = pd.Series(packs.index == "California", packs.index)
    return difference_of_changes(packs, california, packs.columns.to_numpy() >= 1989)


def test_the_plain_difference(found):
    assert -27.35 == round(found.difference.value, 2)


def test_it_carries_only_grade_d_because_the_trends_were_not_parallel(found):
    failed = {check.name for check in found.evidence.checks if check.passed is False}
    assert "parallel_trends" in failed
    assert "D" == found.evidence.grade
    assert found.evidence.checks[1].facts["high"] < 0  # California was falling faster already
