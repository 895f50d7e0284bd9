import math

import numpy as np
import pandas as pd
import pytest

from tacheles.evidence.matching import e_value, matched_comparison


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def accounts(rng: np.random.Generator, n: int = 600, effect: float = 0.0) -> pd.DataFrame:
    """Larger accounts join more often and renew more often, whatever the community does."""
    size = rng.normal(0, 1, n)
    joined = rng.random(n) < 1 / (1 + np.exp(-size))
    earlier = rng.random(n) < 1 / (1 + np.exp(-0.5 - size))
    renewed = rng.random(n) < 1 / (1 + np.exp(-0.5 - size)) + effect * joined
    return pd.DataFrame(
        {"size": size, "earlier": earlier.astype(float), "joined": joined, "renewed": renewed * 1.0}
    )


def compared(frame: pd.DataFrame, rng: np.random.Generator, **more):
    return matched_comparison(
        frame["renewed"], frame["joined"], frame[["size", "earlier"]], rng, draws=100, **more
    )


def check(result, name: str):
    return next(check for check in result.evidence.checks if check.name == name)


class TestEffect:
    def test_within_equal_strata_it_is_the_mean_of_their_differences(self, rng):
        """
        Big: members 8 of 10, others 6 of 10. Small: members 4 of 10, others 3 of 30.

        Differences 0.2 and 0.3, half of the members in each: 0.25. Naive: 12/20 − 9/40 = 0.375.
        """
        rows = [("big", True, 10, 8), ("big", False, 10, 6)]
        rows += [("small", True, 10, 4), ("small", False, 30, 3)]
        frame = pd.DataFrame(
            [(size, joined, float(i < yes)) for size, joined, n, yes in rows for i in range(n)],
            columns=["size", "joined", "renewed"],
        )
        found = matched_comparison(
            frame["renewed"], frame["joined"], frame[["size"]], rng, draws=20
        )
        assert 0.25 == pytest.approx(found.effect.value, abs=0.01)
        assert 0.375 == pytest.approx(found.naive)
        assert 0.6 == pytest.approx(found.joined_mean)
        assert 0.35 == pytest.approx(found.others_mean, abs=0.01)

    def test_comparable_others_show_that_nothing_happened(self, rng):
        """Naively members renew far more often; like with like they do not."""
        found = compared(accounts(rng), rng)
        low, high = found.effect.interval()
        assert found.naive > 0.15
        assert low < 0 < high

    def test_an_effect_is_found(self, rng):
        found = compared(accounts(rng, n=3000, effect=0.15), rng)
        assert found.effect.is_rise()
        assert "D" == found.evidence.grade

    def test_amounts_are_compared_by_a_line(self, rng):
        """Revenue is 100 + 30 · size, and 20 more for members: exactly, so 20 is found."""
        frame = accounts(rng)
        frame["renewed"] = 100 + 30 * frame["size"] + 20 * frame["joined"]
        assert 20 == pytest.approx(compared(frame, rng).effect.value)

    def test_the_order_of_units_does_not_matter(self, rng):
        frame = accounts(rng)
        one, turned = (
            compared(given, np.random.default_rng(1)).effect.value
            for given in (frame, frame.iloc[::-1])
        )
        assert one == pytest.approx(turned)

    def test_words_and_gaps_are_covariates_too(self, rng):
        frame = accounts(rng)
        covariates = pd.DataFrame(
            {
                "segment": np.where(frame["size"] > 0, "Industrie", "Handwerk"),
                "tenure": frame["size"].where(frame.index % 7 > 0),
                "constant": 1.0,
            }
        )
        found = matched_comparison(frame["renewed"], frame["joined"], covariates, rng, draws=20)
        assert {"tenure", "segment_Industrie", "without_tenure"} == {*found.balance.index}


class TestEvidence:
    def test_it_starts_at_d_and_balance_is_shown(self, rng):
        found = compared(accounts(rng, 3000), rng)
        assert "D" == found.evidence.grade
        assert found.balance.loc["size", "before"] > 0.5
        assert (found.balance["after"].abs() < 0.1).all()

    def test_units_without_a_counterpart_leave(self, rng):
        frame = accounts(rng)
        frame.loc[:50, "size"] = 15.0
        frame.loc[:50, "joined"] = True
        found = compared(frame, rng)
        assert found.left_out >= 51
        assert len(frame) - found.left_out == found.effect.n

    def test_sides_that_do_not_meet_have_no_number(self, rng):
        frame = accounts(rng)
        frame["size"] = np.where(frame["joined"], 9.0, -9.0)
        found = compared(frame, rng)
        assert "no_data" == found.effect.status
        assert "E" == found.evidence.grade
        assert check(found, "overlap").passed is False

    @pytest.mark.parametrize("joined", [True, False])
    def test_one_side_alone_has_no_number(self, joined, rng):
        frame = accounts(rng).assign(joined=joined)
        found = compared(frame, rng)
        assert "no_data" == found.effect.status
        assert math.isnan(found.naive)

    def test_an_earlier_outcome_must_show_nothing(self, rng):
        """Whoever renewed before joins more often: something unmeasured is at work."""
        frame = accounts(rng)
        passed = compared(frame, rng, placebo="earlier")
        assert check(passed, "placebo_outcome").passed is True
        frame["joined"] = frame["joined"] | ((frame["earlier"] > 0) & (rng.random(600) < 0.5))
        failed = compared(frame, rng, placebo="earlier")
        assert check(failed, "placebo_outcome").passed is False
        assert "E" == failed.evidence.grade


class TestEValue:
    @pytest.mark.parametrize(
        ("ratio", "expected"),
        [(2.0, 2 + math.sqrt(2)), (0.5, 2 + math.sqrt(2)), (1.0, 1.0), (3.9, 7.26)],
    )
    def test_it_is_that_of_vanderweele_and_ding(self, ratio, expected):
        """3.9 is their example: breast feeding and respiratory deaths, 7.26."""
        assert expected == pytest.approx(e_value(ratio), abs=0.005)

    def test_what_never_happens_to_members_needs_an_infinite_cause(self):
        assert math.inf == e_value(0.0)

    def test_an_interval_with_zero_needs_nothing_to_be_explained(self, rng):
        value, limit = compared(accounts(rng), rng).e_values
        assert value >= 1
        assert 1 == limit

    def test_it_comes_from_the_effect_and_its_nearer_limit(self, rng):
        found = compared(accounts(rng, 3000, effect=0.15), rng)
        value, limit = found.e_values
        assert e_value(found.joined_mean / found.others_mean) == pytest.approx(value)
        assert 1 < limit < value
