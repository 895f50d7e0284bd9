"""What is said of the return: bad news as plainly as good, and no direction without an interval."""

import numpy as np
import pandas as pd
import pytest

from tacheles import charts, roi, words
from tacheles.estimate import COLUMNS, Estimates
from tacheles.workbook import Source
from tests.roi_tables import QUARTER, claim, outcome, programme


def effect(value, low, high, grade="C"):
    rows = pd.DataFrame(
        {
            "metric": "tickets_change_over_time",
            "quarter": "2026-Q3",
            "segment": ["C1"],
            "value": value,
            "low": low,
            "high": high,
            "level": 0.9,
            "n": 100,
            "unit": "share",
            "status": "ok",
            "grade": grade,
            "persons": 100,
            "persons_needed": 5,
        }
    )
    return Estimates(rows.reindex(columns=COLUMNS))


def promised(program):
    rows = {"metric": "naive_deflection_value", "quarter": list(QUARTER), "value": [3000.0]}
    rows |= {"unit": "money", "status": "ok", "persons": 0, "persons_needed": 5}
    naive = Estimates(pd.DataFrame(rows).reindex(columns=COLUMNS))
    return roi.naive_return_on_investment(program, naive, QUARTER), naive


def plain(text):
    """A text with ordinary spaces."""
    return text.replace("\xa0", " ")


def bottom_line(*outcomes, since=None, **options):
    program = programme(*outcomes, **options)
    cost = promised(program)[1].assign(metric="programme_cost", value=1000.0)
    return words.returned(
        roi.return_on_investment(program, QUARTER),
        promised(program)[0],
        roi.probability_of_recovery(program, QUARTER),
        roi.net_present_value(program, QUARTER),
        cost,
        effect(-0.2, -0.3, -0.1) if since is None else since,
    )


class TestReturned:
    def test_a_clear_gain_has_paid(self):
        said = plain(bottom_line(outcome("C1", [100], spread=0.2)).finding)
        assert "The community has paid for itself: 2.00 € back for every 1.00 € spent" == said

    def test_a_likely_gain_is_told_with_the_chance_that_it_was_none(self):
        said = bottom_line(outcome("C1", [60], spread=0.5))
        assert "probably paid for itself: 1.20 € back" in plain(said.finding)
        assert "a chance of 33% that it cost more" in plain(said.finding)

    def test_a_likely_loss_is_told_with_the_chance_that_it_was_none(self):
        said = bottom_line(outcome("C1", [40], spread=0.5))
        assert "probably not recovered its costs: 0.80 € back" in plain(said.finding)
        assert "a chance of 25% that it did" in plain(said.finding)

    def test_a_clear_loss_is_told_as_plainly(self):
        said = bottom_line(outcome("C1", [10], spread=0.2))
        assert "The community has not recovered its costs: 0.20 € back" in plain(said.finding)

    def test_nothing_that_could_be_told_from_chance_brought_nothing(self):
        said = bottom_line(outcome("C1", [10], 0.0, spread=0.5))
        assert "no benefit can be told from chance" in plain(said.finding)

    def test_a_harm_is_called_one(self):
        said = bottom_line(outcome("C1", [100], -0.5, spread=0.1))
        assert "did harm" in plain(said.finding)

    def test_without_a_claim_that_counts_nobody_knows(self):
        said = bottom_line(outcome("C1", [10], design="opinion"))
        assert "no claim is strong enough to count" in plain(said.finding)
        assert [] == said.cards

    def test_the_usual_formula_stands_beside_it_as_large(self):
        said = bottom_line(outcome("C1", [100]))
        assert ["Return on investment", "Return by the usual formula"] == [
            card.title for card in said.cards[:2]
        ]
        assert "would print a return of 200%" in " ".join(said.sentences)

    @pytest.mark.parametrize(
        ("since", "told"),
        [
            (effect(-0.2, -0.3, -0.1), "run 20% below"),
            (effect(0.2, 0.1, 0.3), "run 20% above"),
            (effect(-0.2, -0.5, 0.1), "No effect on how-to tickets can be told from chance"),
        ],
    )
    def test_an_effect_has_a_direction_only_where_zero_is_left_out(self, since, told):
        said = bottom_line(outcome("C1", [100]), since=since)
        assert told in " ".join(said.sentences)

    def test_it_is_said_in_german_too(self):
        words.use("de")
        said = plain(bottom_line(outcome("C1", [10], spread=0.2)).finding)
        assert "Die Community hat ihre Kosten nicht eingebracht: 0,20 € zurück" in said


class TestBridge:
    def bridge(self, *outcomes, **options):
        program = programme(*outcomes, **options)
        return roi.return_bridge(program, promised(program)[1], QUARTER)

    def headline(self, *outcomes):
        net = roi.net_present_value(programme(*outcomes), QUARTER)
        return plain(words.bridge_headline(self.bridge(*outcomes), net))

    def test_what_can_be_defended_is_told_with_its_range(self):
        """2,000 ± half less 1,000: P10 at 0.6 of it, P90 at 1.4."""
        told = "The usual formula promises 3,000 €; 1,000 € can be defended (200 € to 1,800 €)"
        assert told == self.headline(outcome("C1", [100], spread=0.5))

    def test_a_range_on_both_sides_of_zero_is_no_proven_loss(self):
        """800 ± all of it less 1,000: P10 at 0.2 of it, P90 at 1.8."""
        told = self.headline(outcome("C1", [40], spread=1.0))
        assert "−200 € can be defended (−840 € to 440 €)" in told

    def test_without_a_bridge_its_headline_says_why(self):
        told = self.headline(outcome("C1", [1], design="opinion"))
        assert "There is no bridge from the usual formula: no claim counts" == told

    def test_the_figure_names_every_step(self):
        bridge = self.bridge(outcome("C1", [100]))
        drawn = charts.bridge(bridge, title="t", subtitle="s", source=Source())
        for name in ("Usual formula", "Full cost of the programme", "Defensible net value"):
            assert name in drawn.svg["wide"]

    def test_without_a_bridge_the_texts_stand_alone(self):
        bridge = self.bridge(outcome("C1", [1], design="opinion"))
        assert {} == charts.bridge(bridge, title="t", subtitle="s", source=Source()).svg


class TestClaims:
    table = pd.DataFrame(
        [claim("C1"), claim("C2", metric="win_rate", design="opinion", unit_value="A_margin")]
    )

    def worth(self):
        program = programme(
            outcome("C1", [100], spread=0.5),
            outcome("C2", [9], metric="win_rate", design="opinion", unit_value="A_margin"),
        )
        return roi.claim_value(program, QUARTER), roi.counted_value(program, QUARTER)

    def test_a_claim_that_does_not_count_is_shown_and_said_to_be_left_out(self):
        rows = words.claim_values(self.table, *self.worth()).rows
        assert ["How-to tickets spared by joining", "C"] == rows[0][:2]
        assert "left out" == rows[1][-1]
        told = "Claims that count by the grade of their evidence: 1 of 2"
        assert told == words.claims_headline(self.table, self.worth()[1])

    def test_what_vanishes_beside_the_largest_is_about_nothing(self):
        """Below a thousandth of 2,000 is nothing to speak of; 2 is not."""
        worth, counted = self.worth()
        for least, told in ((1.99, "about 0 €"), (2.0, "2.00 €")):
            added = pd.concat([counted, counted.assign(segment="C2", value=least)])
            rows = words.claim_values(self.table, worth, Estimates(added)).rows
            assert ["2,000 €", told] == [plain(row[-1]) for row in rows]

    def test_a_claim_that_counts_though_its_effect_may_be_none_is_said_to(self):
        _worth, counted = self.worth()
        clear, unclear = effect(-0.2, -0.3, -0.1), effect(-0.2, -0.5, 0.1)
        assert "includes zero" not in words.claims_subtitle(counted, clear)
        assert "For one of the claims that count" in words.claims_subtitle(counted, clear, unclear)
        both = words.claims_subtitle(counted, unclear, unclear)
        assert "For 2 of the claims that count the interval of the effect includes zero" in both

    def test_of_a_claim_that_does_not_count_no_effect_is_doubted(self):
        _worth, counted = self.worth()
        left_out = effect(-0.2, -0.5, 0.1).assign(segment="C2")
        assert "includes zero" not in words.claims_subtitle(counted, left_out)

    def test_a_guess_does_not_decide_how_far_the_axis_goes(self):
        """Measured 1,000 to 3,000; a guess of 36,000 runs out with its number beside it."""
        drawn = self.drawn(*self.worth())
        assert "36,000" in drawn
        assert "40,000" not in drawn

    def test_what_a_guess_may_lose_is_never_cut_off(self):
        worth, counted = self.worth()
        assert ">−4,500<" not in self.drawn(worth, counted)
        worth.loc[worth["segment"] == "C2", "low"] = -3500.0
        assert ">−4,500<" in self.drawn(worth, counted)

    def drawn(self, worth, counted):
        return charts.ranges(
            worth,
            names=words.claim_names(self.table),
            accents=worth["segment"].isin(counted["segment"]),
            title="t",
            subtitle="s",
            source=Source(),
        ).svg["wide"]

    def test_without_claims_nothing_breaks(self):
        empty = self.table.head(0)
        program = programme()
        worth, counted = roi.claim_value(program, QUARTER), roi.counted_value(program, QUARTER)
        assert "nothing to show" in words.claim_values(empty, worth, counted).said
        assert "No measured claim waits" in words.upgrade(worth, counted, empty).said
        assert "No claims are written down" == words.claims_headline(empty, counted)
        assert "No claim counts yet" == words.tornado_headline(roi.tornado(program, QUARTER), {})

    def test_the_measured_claim_that_is_least_known_asks_for_better_evidence(self):
        program = programme(
            outcome("C1", [100], spread=0.1, design="matched_comparison"),
            outcome(
                "C2", [9], spread=0.9, metric="win_rate", design="matched_comparison",
                unit_value="A_margin",
            ),
        )  # fmt: skip
        worth, counted = roi.claim_value(program, QUARTER), roi.counted_value(program, QUARTER)
        assert "Deals won with a reference" in words.upgrade(worth, counted, self.table).said


class TestChecks:
    def test_each_check_says_what_failing_it_costs(self):
        told = words.checks(outcome("C1", [1])).said
        assert "nothing to show" in told


def test_money_back_is_to_the_cent():
    assert "0.22\xa0€" == words.roi.money_back(0.2249)
    assert "1.30\xa0€" == words.roi.money_back(1.3)


class TestCounterfactual:
    def path(self):
        weeks = np.arange(-30, 20)
        lines = [
            pd.DataFrame({"segment": "observed", "at": weeks, "value": 100.0}),
            pd.DataFrame({"segment": "controls", "at": weeks, "value": 90.0}),
            pd.DataFrame(
                {"segment": "expected", "at": weeks[30:], "value": 110.0, "low": 90.0}
                | {"high": 130.0, "level": 0.9}
            ),
        ]
        rows = pd.concat(lines).assign(
            metric="counterfactual_tickets",
            quarter="2026-Q3",
            unit="tickets_per_1000_accounts",
            status="ok",
            persons=100,
            persons_needed=5,
        )
        return Estimates(rows.reindex(columns=COLUMNS).reset_index(drop=True))

    def test_the_start_and_the_lines_are_named_in_the_figure(self):
        drawn = charts.counterfactual(
            self.path(),
            start=pd.Timestamp("2026-04-06").date(),
            title="t",
            subtitle="s",
            source=Source(),
        )
        for name in ("6 April 2026", "observed", "expected without it", "other tickets"):
            assert name in drawn.svg["wide"]

    def test_without_a_start_the_texts_stand_alone(self):
        drawn = charts.counterfactual(
            self.path(), start=None, title="t", subtitle="s", source=Source()
        )
        assert {} == drawn.svg


class TestPlans:
    def test_an_initiative_that_misses_a_circle_is_drawn_last_and_counted(self):
        initiatives = pd.DataFrame(
            {
                "initiative_id": ["I1", "I2"],
                "name": ["Raffle", "Forum"],
                "business_goal_id": "B1",
                "need_id": "N1",
                "stakeholder_id": "S1",
                "goal_fit": [1.0, 0.9],
                "need_fit": [0.0, 0.9],
                "stakeholder_fit": [1.0, 0.9],
                "evidence_ready": 0.5,
            }
        )
        ordered = roi.by_score(initiatives)
        assert ["Forum", "Raffle"] == list(ordered["name"])
        score = roi.overlap_score(initiatives, QUARTER)
        told = words.overlap_headline(ordered, score)
        assert "All three circles meet best in: Forum; initiatives that miss one: 1" == told
        drawn = charts.circles(
            ordered, heads=words.circles(), title=told, subtitle="s", source=Source()
        )
        assert "Forum" in drawn.svg["narrow"]

    def test_milestones_are_counted_by_their_state(self):
        milestones = pd.DataFrame(
            {
                "department": ["support", "sales", "support"],
                "due_on": pd.to_datetime(["2026-01-01", "2026-12-01", "2026-08-01"]),
                "status": ["done", "planned", "dropped"],
            }
        )
        assert "Milestones reached: 1; ahead: 1; dropped: 1" == words.roadmap_headline(milestones)
        drawn = charts.roadmap(
            milestones,
            names=words.departments(),
            until=pd.Timestamp("2026-10-01").date(),
            title="t",
            subtitle="s",
            source=Source(),
        )
        assert "Sales" in drawn.svg["wide"]

    def test_without_milestones_none_are_counted(self):
        nothing = pd.DataFrame({"department": [], "due_on": [], "status": []})
        assert "No milestones are written down" == words.roadmap_headline(nothing)

    def test_open_decisions_are_asked_for_and_the_others_told(self):
        decided = pd.DataFrame(
            {
                "statement": ["Go on", "Stopped"],
                "owner": ["board", "board"],
                "due_on": pd.to_datetime(["2026-10-30", "2026-01-01"]),
                "expected_effect": [None, "less work"],
                "outcome": [None, "less work"],
            }
        )
        assert ["Go on"] == [row[0] for row in words.asked_for(decided).rows]
        assert ["Stopped"] == [row[0] for row in words.what_became(decided).rows]
        assert "No decision is asked for." == words.asked_for(decided.tail(1)).said
