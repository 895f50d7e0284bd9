"""What was agreed with departments and what each got, as a reader says it."""

from datetime import datetime

import pandas as pd
import pytest

from tacheles import roi, words
from tacheles.estimate import _finished
from tests.roi_tables import QUARTER, outcome, programme


def estimates(metric, unit, *rows, persons=100):
    """Rows by segment and quarter: `(segment, quarter, value)`, known to a tenth."""
    told = [
        {"segment": segment, "quarter": quarter, "value": value, "n": 100, "persons": persons}
        | {"low": value * 0.9, "high": value * 1.1, "level": 0.95, "status": "ok"}
        for segment, quarter, value in rows
    ]
    return _finished(pd.DataFrame(told), metric=metric, unit=unit, persons_needed=5)


REVIEWS = estimates(
    "review_score",
    "score",
    *[("A", "2026-Q2", 4.0), ("B", "2026-Q2", 3.0), ("A", "2026-Q3", 4.1), ("B", "2026-Q3", 3.0)],
)
RENEWED = estimates("renewal_rate", "share", ("", "2026-Q2", 0.8), ("", "2026-Q3", 0.82))


class TestBusinessGoals:
    PLANNED = pd.DataFrame(
        [("B1", "keep customers"), ("B2", "be liked")], columns=["business_goal_id", "statement"]
    )

    def table(self):
        metrics = {"B2": "review_score", "B1": "renewal_rate"}
        histories = {"review_score": REVIEWS, "renewal_rate": RENEWED}
        return words.business_goals(self.PLANNED, metrics, histories)

    def test_each_goal_stands_beside_the_number_that_judges_it(self):
        goals = [row[0] for row in self.table().rows]
        assert ["be liked", "", "keep customers"] == goals

    def test_each_segment_of_a_number_is_told_by_itself(self):
        names = [row[1] for row in self.table().rows]
        assert ["Score of public reviews, A", "Score of public reviews, B"] == names[:2]

    def test_without_goals_there_is_nothing_to_show(self):
        assert "nothing to show" in words.business_goals(self.PLANNED, {}, {}).said


def test_a_department_is_named_once_however_many_segments_its_numbers_have():
    rows = words.department_figures(marketing=[REVIEWS], sales=[RENEWED]).rows
    assert ["Marketing", "", "Sales"] == [row[0] for row in rows]


class TestFeatures:
    def of(self, metric, unit, value):
        return estimates(metric, unit, ("App", "2026-Q3", value))

    def test_a_feature_with_its_trend_its_mood_and_what_is_paid(self):
        pain = estimates(
            "feature_pain", "accounts", ("App", "2026-Q2", 30.0), ("App", "2026-Q3", 42.0)
        )
        (row,) = words.features(
            self.of("feature_rank", "rank", 1.0),
            pain,
            self.of("feature_negative_share", "share", 0.25),
            self.of("feature_revenue", "money", 5000.0),
            self.of("days_to_tenth_account", "days", 3.0),
        ).rows
        assert ("App", "100", "+12") == tuple(row[:3])
        assert "25%" in row[4]

    def test_a_feature_of_which_something_is_unknown_has_a_dash_there(self):
        nothing = estimates("feature_revenue", "money", ("API", "2026-Q3", 1.0))
        pain = estimates("feature_pain", "accounts", ("App", "2026-Q3", 42.0))
        rank = self.of("feature_rank", "rank", 1.0)
        (row,) = words.features(rank, pain, nothing, nothing, nothing).rows
        assert ["—", "—", "—", "—"] == [row[2], *row[4:]]

    def test_threads_are_links_where_the_platform_is_known(self):
        found = pd.DataFrame(
            {"feature": ["App"], "thread_id": ["topic-7"], "at": [datetime(2026, 8, 3)]}
        )
        links = words.feature_threads(found, "forum.example").links
        assert "https://forum.example/t/7" == links[0][1]
        assert "App" in links[0][2]
        assert [] == words.feature_threads(found.iloc[:0], "forum.example").links


class TestScenarios:
    def table(self, *rows):
        planned = pd.DataFrame(rows, columns=["scenario", "assumption_id", "value"])
        program = programme(outcome("C1", [100]), paid=[1000])
        return words.scenarios(roi.scenario_return(program, planned, QUARTER))

    def test_the_base_stands_first(self):
        rows = self.table(("good", "A_ticket", 15.0)).rows
        assert [("As believed", "100%"), ("Good", "50%")] == [tuple(row[:2]) for row in rows]

    def test_without_a_scenario_it_says_which_file_to_add(self):
        assert "plans/scenarios.csv" in self.table().said


def test_costs_stand_by_category_with_their_sum_last():
    whole = estimates("programme_cost", "money", ("", "2026-Q3", 150.0))
    parts = estimates(
        "cost_by_category",
        "money",
        ("cost of staff", "2026-Q3", 100.0),
        ("cost of platform", "2026-Q3", 50.0),
    )
    names = [row[0] for row in words.costs(parts, whole).rows]
    assert ["People of the company", "Platform", "All together"] == names


def test_a_shared_number_is_called_by_its_name_and_a_departments_own_as_it_calls_it():
    agreed = pd.DataFrame(
        [
            {"shared_kpi_id": name, "version": 1, "metric": metric, "community_owner": "lead"}
            | {"partner_owner": "head", "baseline": 1800.0, "target": 1450.0, "sha256": "0" * 64}
            | {"agreed_on": pd.Timestamp("2025-09-15"), "judged_on": pd.NaT}
            for name, metric in (("K1", "cost_per_ticket"), ("K2", "case_studies"))
        ]
    )
    rows = words.shared_kpis(agreed).rows
    assert ["K1: Full cost of a ticket", "K2: case_studies"] == [row[0] for row in rows]


@pytest.mark.parametrize(("target", "told"), [(1450.0, "1,206"), (4.5, "4.12")])
def test_a_forecast_is_told_with_as_many_decimals_as_its_target_needs(target, told):
    judged = pd.DataFrame(
        [
            {"shared_kpi_id": "K1", "metric": "case_studies", "low": 1.0, "high": 2.0}
            | {"target": target, "actual": 1205.53 if target > 100 else 4.123}
            | {"is_inside": False, "is_reached": True}
        ]
    )
    coverage = estimates("forecast_coverage", "share", ("", "2026-Q3", 0.8))
    score = estimates("forecast_score", "score", ("", "2026-Q3", 0.2))
    shown = words.forecasts(judged, coverage, score)
    assert told == shown.rows[0][3]
    assert "Brier score: 0.2" in shown.caption


def test_a_record_of_few_forecasts_says_that_they_are_too_few():
    judged = pd.DataFrame(
        [
            {"shared_kpi_id": "K1", "metric": "case_studies", "low": 1.0, "high": 2.0}
            | {"target": 3.0, "actual": 1.5, "is_inside": True, "is_reached": False}
        ]
    )
    few = {"status": "not_mature", "value": float("nan"), "low": float("nan")}
    coverage = estimates("forecast_coverage", "share", ("", "2026-Q3", 1.0)).assign(**few)
    score = estimates("forecast_score", "score", ("", "2026-Q3", 0.2)).assign(**few)
    caption = words.forecasts(judged, coverage, score).caption
    assert "Held what came: — (too few forecasts)" in caption
    assert "Brier score: — (too few forecasts)" in caption


class TestNeeds:
    PLANNED = pd.DataFrame(
        [("N1", "an answer", 8.9, 6.6), ("N2", "to be heard", None, None)],
        columns=["need_id", "statement", "importance", "satisfaction"],
    )

    def rows(self, *served):
        gap = estimates("need_gap", "gap", ("to be heard", "2026-Q3", 9.0))
        return words.needs(
            self.PLANNED, gap, estimates("need_served_rate(days=30)", "share", *served)
        ).rows

    def test_a_need_stands_beside_how_often_it_is_expressed_and_served(self):
        row = self.rows(("an answer", "2026-Q3", 0.5))[1]
        assert ["an answer", "8.9", "6.6", "—", "100"] == row[:5]
        assert "50%" in row[5]

    def test_the_largest_opportunity_stands_first_and_what_is_unknown_is_a_dash(self):
        first = self.rows(("an answer", "2026-Q3", 0.5))[0]
        assert ["to be heard", "—", "—"] == first[:3]
        assert ["—", "—"] == first[4:]


def test_a_step_names_the_number_that_it_is_to_move():
    steps = pd.DataFrame(
        [
            {"initiative_id": "I1", "department": "support", "milestone": "open", "status": state}
            | {"metric": metric, "due_on": pd.Timestamp("2026-12-01"), "owner": "head"}
            for state, metric in (("planned", "cost_per_ticket"), ("done", "x"), ("running", None))
        ]
    )
    initiatives = pd.DataFrame({"initiative_id": ["I1"], "name": ["Forum"]})
    rows = words.roadmap(steps, initiatives).rows
    assert [("Forum", "Full cost of a ticket"), ("Forum", "—")] == [tuple(row[2:4]) for row in rows]


def test_what_a_ticket_costs_stands_beside_what_goes_away():
    full = estimates("cost_per_ticket", "money", ("", "2026-Q3", 61.0))
    part = estimates("avoidable_cost_per_ticket", "money", ("", "2026-Q3", 23.0))
    said = words.ticket_costs(full, part).said.replace("\u00a0", " ")
    assert "in full: 61.00 €" in said
    assert "23.00 € (20.70 € to 25.30 €)" in said


class TestWhatHangsOnWhat:
    def test_an_input_has_its_break_even_and_its_share_of_the_uncertainty(self):
        found = estimates("break_even", "amount", ("A_ticket", "2026-Q3", 25.0))
        share = estimates("uncertainty_share", "share", ("A_ticket", "2026-Q3", 0.8))
        names, units = {"A_ticket": "cost of a ticket"}, {"A_ticket": "EUR a ticket"}
        rows = words.break_evens(found, share, names, units).rows
        assert [["Cost of a ticket", "25 EUR a ticket", "22.5 to 27.5", "80%"]] == rows

    def test_a_break_even_has_three_figures_and_the_id_of_a_metric_no_capital(self):
        """7,996.18, a tenth less and more of it: 7,196.56 and 8,795.80."""
        found = estimates("break_even", "amount", ("C1", "2026-Q3", 7996.18))
        share = estimates("uncertainty_share", "share", ("A_ticket", "2026-Q3", 0.8))
        rows = words.break_evens(found, share, {"C1": "case_studies"}, {}).rows
        assert [["case_studies", "8,000", "7,200 to 8,800", "—"]] == rows

    def test_claims_are_told_in_their_own_units(self):
        claims = pd.DataFrame([{"claim_id": "C1", "metric": "how_to_tickets"}])
        spared = estimates(
            "avoided_tickets", "tickets", ("C1", "2026-Q2", 90.0), ("C1", "2026-Q3", 100.0)
        ).assign(grade="C")
        table = words.units_gained(claims, spared)
        assert ["Claim", "Q2 2026", "Q3 2026"] == table.head
        assert ["How-to tickets spared by joining (C)", "90 (81 to 99)", "100 (90 to 110)"] == (
            table.rows[0]
        )

    def test_without_a_claim_there_is_nothing_to_show(self):
        claims = pd.DataFrame({"claim_id": [], "metric": []})
        nothing = estimates("avoided_tickets", "tickets", ("", "2026-Q3", 0.0))
        assert "nothing to show" in words.units_gained(claims, nothing).said
