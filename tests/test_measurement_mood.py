"""Mood: what is judged, how it is corrected, and when nothing is said."""

import math

import numpy as np
import pandas as pd
import pytest

from conftest import members, posts, table, written
from tacheles import measurement
from tacheles.contract import SURVEYS, TICKETS
from tacheles.estimate import latest_change
from tacheles.quarter import last_quarters
from tacheles.sentiment import trained

Q1 = last_quarters("2026-Q1", 1)
GOOD, BAD, PLAIN = "Das ist wunderbar.", "Das ist schrecklich.", "Das steht auf der Seite."


def labels(**said: str) -> pd.DataFrame:
    rows = [(item, "sentiment", label, "L1") for item, label in said.items()]
    return pd.DataFrame(rows, columns=["item_id", "kind", "label", "labeller"])


def judged(*rows: dict, people=(), tickets=(), surveys=(), said=None, quarters=Q1, **more):
    return measurement.judged_texts(
        posts(*rows),
        table(TICKETS, list(tickets)),
        table(SURVEYS, list(surveys)),
        members(*people),
        labels() if said is None else said,
        quarters,
        **more,
    )


@pytest.fixture(autouse=True)
def _word_lists_alone(monkeypatch):
    """These tests count by hand what the word lists say."""
    monkeypatch.setattr(trained, "can_train", lambda: False)


class TestJudgedTexts:
    def test_texts_of_posts_tickets_and_surveys(self):
        found = judged(
            written("2026-02-01", "a", text=GOOD),
            tickets=[{"ticket_id": "t1", "created_at": "2026-02-01", "text": BAD}],
            surveys=[
                {"response_id": "s1", "responded_at": "2026-02-01", "instrument": "nps"}
                | {"answer": 9.0, "text": PLAIN}
            ],
        )
        assert [("posts", "positive"), ("tickets", "negative"), ("surveys", "neutral")] == list(
            zip(found["source"], found["by_tool"], strict=True)
        )

    @pytest.mark.parametrize(
        "row",
        [
            written("2026-02-01", "s", text=GOOD),
            written("2026-02-01", "x", text=GOOD),
            written("2026-02-01", "a", text=GOOD, deleted_at="2026-02-02"),
            written("2026-02-01", "a", text="  "),
            written("2026-02-01", "a"),
            written("2025-12-01", "a", text=GOOD),
        ],
        ids=["staff", "a bot", "deleted", "blank", "no text", "another quarter"],
    )
    def test_what_is_not_judged(self, row):
        people = [{"member_id": "s", "role": "staff"}, {"member_id": "x", "is_bot": True}]
        assert judged(row, people=people).empty

    def test_no_more_than_so_many_are_drawn_and_the_labelled_are_there_anyhow(self):
        rows = [written("2026-02-01", "a", text=GOOD) for _ in range(20)]
        said = labels(**{f"p{i}": "positive" for i in range(1, 21)})
        found = judged(*rows, said=said, per_quarter=5)
        assert (20, 5) == (len(found), found["is_drawn"].sum())

    def test_the_busiest_labeller_counts_and_cannot_tell_is_no_label(self):
        said = pd.DataFrame(
            [
                ("p1", "sentiment", "negative", "L2"),
                ("p1", "sentiment", "positive", "L1"),
                ("p2", "sentiment", "cannot_tell", "L1"),
                ("p3", "sentiment", "neutral", "L1"),
                ("p1", "ticket_category", "bug", "L3"),
            ],
            columns=["item_id", "kind", "label", "labeller"],
        )
        found = judged(*[written("2026-02-01", "a", text=GOOD)] * 3, said=said)
        assert ["positive", "", "neutral"] == found["by_hand"].tolist()

    def test_no_text_leaves_it(self):
        """What was written stays where it is."""
        assert "text" not in judged(written("2026-02-01", "a", text=GOOD))


def texts(by_hand: list[str], by_tool: list[str], quarter: str = "2026-Q1") -> pd.DataFrame:
    """Judged posts, each of another person; without a label where `by_hand` is empty."""
    return pd.DataFrame(
        {
            "source": "posts",
            "quarter": quarter,
            "person": [f"{quarter}{i}" for i in range(len(by_tool))],
            "by_hand": by_hand,
            "by_tool": by_tool,
            "out_of_fold": by_tool,
            "is_drawn": True,
        }
    )


def balance(found: pd.DataFrame, quarters=Q1) -> pd.DataFrame:
    made = measurement.sentiment_balance(found, quarters)
    return made[made["segment"] == "posts"]


class TestSentimentBalance:
    def test_the_tools_error_among_the_labelled_is_taken_out(self):
        """
        Of 100 labelled the tool calls all 50 neutral ones positive; of 300 others it says the same.

        By hand: 50 positive, 50 neutral: 0.5. The tool says positive of all, so it has no weight.
        """
        by_hand = ["positive"] * 50 + ["neutral"] * 50 + [""] * 300
        row = balance(texts(by_hand, ["positive"] * 400)).iloc[-1]
        assert (50, 100) == (row["value"], row["n"])
        half = 100 * 1.95996 * math.sqrt(0.25 * 100 / 99 / 100)
        assert (50 - half, 50 + half) == (pytest.approx(row["low"]), pytest.approx(row["high"]))

    def test_a_good_tool_makes_the_interval_narrower(self):
        rng = np.random.default_rng(0)
        truth = rng.choice(["negative", "neutral", "positive"], 2000)
        by_hand = np.where(np.arange(2000) < 200, truth, "")
        good = balance(texts(list(by_hand), list(truth))).iloc[-1]
        bad = balance(texts(list(by_hand), list(rng.permutation(truth)))).iloc[-1]
        assert good["high"] - good["low"] < 0.5 * (bad["high"] - bad["low"])

    def test_with_fewer_than_a_hundred_labels_nobody_knows(self):
        by_hand = ["positive"] * 99 + [""]
        row = balance(texts(by_hand, ["positive"] * 100)).iloc[-1]
        assert ("not_applicable", 99) == (row["status"], row["n"])

    def test_a_quarter_of_few_labels_takes_those_of_all(self):
        """60 in each of two quarters are 120 in all, and stand behind both."""
        two = last_quarters("2026-Q1", 2)
        found = pd.concat(
            [
                texts(["positive"] * 60, ["positive"] * 60, quarter="2025-Q4"),
                texts(["neutral"] * 60, ["positive"] * 60),
            ]
        )
        assert [(50, 120), (50, 120)] == [
            (row["value"], row["n"]) for _i, row in balance(found, two).iterrows()
        ]

    def test_labels_in_both_quarters_show_a_change(self):
        two = last_quarters("2026-Q1", 2)
        found = pd.concat(
            [
                texts(["negative"] * 60 + ["neutral"] * 60, ["neutral"] * 120, quarter="2025-Q4"),
                texts(["positive"] * 60 + ["neutral"] * 60, ["neutral"] * 120),
            ]
        )
        change = latest_change(balance(found, two))
        assert 100 == change["value"]
        assert 0 < change["low"]

    def test_texts_in_an_unknown_language_are_left_out(self):
        by_tool = ["positive"] * 120 + ["not_applicable"] * 7
        row = balance(texts(["positive"] * 120 + [""] * 7, by_tool)).iloc[-1]
        assert (7, 120) == (row["left_out"], row["persons"])

    def test_a_source_without_a_text_has_no_data(self):
        made = measurement.sentiment_balance(texts(["positive"], ["positive"]), Q1)
        assert {"no_data"} == set(made.loc[made["segment"] != "posts", "status"])

    def test_what_the_tool_alone_would_say_stands_beside_it(self):
        found = texts(["neutral"] * 3 + [""], ["positive", "positive", "negative", "neutral"])
        made = measurement.uncorrected_sentiment_balance(found, Q1)
        row = made[made["segment"] == "posts"].iloc[-1]
        assert (25, 4) == (row["value"], row["n"])
        assert math.isnan(row["low"])


class TestTool:
    def test_precision_and_recall_by_mood(self):
        """Says positive of 3, right in 2; of 4 positive ones it finds 2."""
        found = texts(
            ["positive", "positive", "neutral", "positive", "positive", ""],
            ["positive", "positive", "positive", "neutral", "negative", "positive"],
        )
        precision = measurement.sentiment_tool_precision(found, Q1).set_index("segment")
        recall = measurement.sentiment_tool_recall(found, Q1).set_index("segment")
        assert (pytest.approx(2 / 3), 3) == tuple(precision.loc["positive", ["value", "n"]])
        assert (0.5, 4) == tuple(recall.loc["positive", ["value", "n"]])
        assert (0.0, 1) == tuple(recall.loc["neutral", ["value", "n"]])
        assert "no_data" == recall.loc["negative", "status"]


class TestLabelAgreement:
    def agreement(self, *pairs: tuple[str, str]) -> pd.Series:
        rows = [
            (f"p{i}", "sentiment", label, labeller)
            for i, pair in enumerate(pairs)
            for labeller, label in zip(("L1", "L2"), pair, strict=True)
            if label
        ]
        frame = pd.DataFrame(rows, columns=["item_id", "kind", "label", "labeller"])
        return measurement.label_agreement(frame, Q1).iloc[-1]

    def test_of_the_texts_that_two_labelled(self):
        """Three of four alike, half by chance: 0.5."""
        found = self.agreement(
            ("neutral", "neutral"), ("neutral", "neutral"),
            ("negative", "negative"), ("negative", "neutral"), ("positive", ""),
        )  # fmt: skip
        assert (0.5, 4) == (found["value"], found["n"])

    def test_one_labeller_agrees_with_nobody(self):
        assert "not_applicable" == self.agreement(("neutral", ""), ("negative", ""))["status"]

    def test_no_labels(self):
        assert "no_data" == self.agreement()["status"]
