from dataclasses import replace

import numpy as np
import pytest

from tacheles.demo.panels import (
    ACCOUNTS,
    WEEKLY,
    AccountScenario,
    WeeklyScenario,
    account_panel,
    weekly_panel,
)


def weekly(seed: int = 1, **scenario):
    return weekly_panel(WeeklyScenario("one", **scenario), np.random.default_rng(seed))


def accounts(seed: int = 1, **scenario):
    return account_panel(AccountScenario("one", **scenario), np.random.default_rng(seed))


class TestWeekly:
    def test_all_communities_of_the_calibration_have_a_name_of_their_own(self):
        assert 24 == len(WEEKLY) == len({scenario.name for scenario in WEEKLY})
        assert 4 == sum(scenario.is_beyond_the_data for scenario in WEEKLY)

    def test_the_same_seed_gives_the_same_community(self):
        one, two = weekly(), weekly()
        assert one.target.equals(two.target)
        assert one.controls.equals(two.controls)

    def test_it_has_whole_weeks_that_begin_on_monday(self):
        panel = weekly(before=44, after=16, controls=5)
        assert (60, (60, 5)) == (len(panel.target), panel.controls.shape)
        assert panel.target.index.equals(panel.controls.index)
        assert {0} == {*panel.target.index.day_of_week}
        assert panel.target.index[44] == panel.start

    def test_a_step_is_the_true_effect(self):
        assert -0.2 == pytest.approx(weekly(effect=-0.2).true_effect)
        assert 0 == weekly().true_effect

    def test_a_ramp_reaches_on_average_half_and_saturation_most(self):
        """26 weeks: the ramp's mean is 27/52 of 30 %; 1 − exp(−w/6) has the mean 0.79."""
        ramp = [weekly(seed, effect=-0.3, shape="ramp").true_effect for seed in range(20)]
        saturating = [
            weekly(seed, effect=-0.2, shape="saturating").true_effect for seed in range(20)
        ]
        assert -0.3 * 27 / 52 == pytest.approx(np.mean(ramp), abs=0.01)
        assert -0.2 * 0.79 == pytest.approx(np.mean(saturating), abs=0.01)

    def test_an_effect_changes_the_target_alone_and_only_after_the_start(self):
        without, halved = weekly(), weekly(effect=-0.5)
        after = without.target.index >= without.start
        assert without.controls.equals(halved.controls)
        assert 0.5 == pytest.approx(
            halved.target[after].sum() / without.target[after].sum(), abs=0.05
        )
        assert 1 == pytest.approx(
            halved.target[~after].sum() / without.target[~after].sum(), abs=0.05
        )

    @pytest.mark.parametrize(
        ("shock", "target", "controls"),
        [({"shock_to_all": 1.0}, 2, 2), ({"shock_to_controls": 1.0}, 1, 2)],
    )
    def test_a_shock_hits_whom_it_should(self, shock, target, controls):
        without, shocked = weekly(), weekly(**shock)
        after = without.target.index >= without.start
        ratios = [
            (shocked.target[after].sum() / without.target[after].sum()),
            (shocked.controls[after].sum().sum() / without.controls[after].sum().sum()),
        ]
        assert [target, controls] == pytest.approx(ratios, rel=0.05)

    def test_a_relabelling_happens_half_way_before(self):
        without, relabelled = weekly(), weekly(relabelled=-0.5)
        ratio = relabelled.target / without.target
        assert 1 == pytest.approx(ratio.iloc[:39].mean(), abs=0.1)
        assert 0.5 == pytest.approx(ratio.iloc[39:].mean(), abs=0.1)

    def test_a_launch_after_a_spike_has_one(self):
        """Own noise above 0.08 in each of four weeks: these are above the weeks around them."""
        above = []
        for seed in range(10):
            target = np.log(weekly(seed, after_spike=True).target.to_numpy())
            above.append(target[74:78].mean() - (target[66:74].mean() + target[78:86].mean()) / 2)
        assert np.mean(above) > 0.05

    def test_incidents_double_a_week(self):
        without, doubled = weekly(), weekly(incidents=1.0)
        assert 2 == pytest.approx(doubled.target.sum() / without.target.sum(), rel=0.02)

    @pytest.mark.parametrize("growth", [0.15, 1.0])
    def test_customers_grow_as_told(self, growth):
        customers = weekly(customer_growth=growth).customers
        assert 1 + growth == pytest.approx(customers.iloc[52] / customers.iloc[0], rel=0.08)

    def test_the_base_has_eighty_tickets_and_a_season(self):
        """Customers grow, so the mean is per customer: 80 by 500."""
        rates = [(panel.target / panel.customers) for panel in (weekly(seed) for seed in range(30))]
        assert 80 / 500 == pytest.approx(np.mean([rate.mean() for rate in rates]), rel=0.05)


class TestAccounts:
    def test_half_join_in_months_seven_to_fifteen(self):
        panel = accounts()
        months = panel.tickets.columns
        assert (400, 18) == panel.tickets.shape
        assert 200 == panel.joined.notna().sum()
        assert {*months[6:15]} == {*panel.joined.dropna()}

    def test_an_effect_begins_with_joining(self):
        panel = accounts(effect=-0.25)
        ratio = (panel.expected / panel.expected_without).to_numpy()
        has_joined = panel.tickets.columns.to_numpy() >= panel.joined.to_numpy()[:, None]
        assert 0.75 == pytest.approx(ratio[has_joined])
        assert 1 == pytest.approx(ratio[~has_joined])

    def test_a_growing_effect_is_reached_after_its_months(self):
        panel = accounts(effect=-0.6, months_to_reach=6)
        row = panel.joined.index[panel.joined == panel.tickets.columns[6]][0]
        ratio = (panel.expected / panel.expected_without).loc[row].to_numpy()[6:]
        assert [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.4] == pytest.approx(ratio[:7])

    def test_joiners_can_be_bigger_and_on_another_path(self):
        panel = accounts(joiners_size=2.0, joiners_drift=-0.1)
        joiner = panel.joined.notna()
        ratio = panel.expected_without[joiner].mean() / panel.expected_without[~joiner].mean()
        assert 2 == pytest.approx(ratio.iloc[0], rel=0.2)
        assert 2 * np.exp(-1.7) == pytest.approx(ratio.iloc[-1], rel=0.25)

    def test_after_a_spike_the_busy_ones_join(self):
        panel = accounts(after_spike=True, accounts=2000)
        places = panel.tickets.columns.get_indexer(panel.joined.dropna())
        expected = panel.expected_without[panel.joined.notna()].to_numpy()
        before = expected[np.arange(len(places)), places - 1]
        assert before.mean() > 1.3 * expected.mean()
        assert 0.1 < panel.joined.notna().mean() < 0.4

    def test_each_scenario_can_be_made(self):
        for scenario in ACCOUNTS:
            small = account_panel(replace(scenario, accounts=40), np.random.default_rng(1))
            assert (small.tickets.to_numpy() >= 0).all()
