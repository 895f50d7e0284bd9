"""What holds for all definitions, and all of growth against a real dump."""

import inspect
import json

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pytest

from conftest import members, posts
from tacheles import growth, workbook
from tacheles.estimate import DEFINITIONS
from tacheles.quarter import last_quarters
from tacheles.service_hours import ServiceHours

#: Modules whose definitions have tables of their own (`test_growth_engagement`).
ENGAGEMENT = ("content", "events", "needs", "culture", "voices", "recognition")
COMMON = [
    name
    for name, definition in sorted(DEFINITIONS.items())
    if hasattr(growth, name)
    and definition.compute.__module__.rpartition(".")[2] not in ENGAGEMENT
]

KINDS = ("question", "answer", "reply", "comment", "discussion", "announcement", None)


@pytest.fixture(scope="module")
def community() -> tuple[list[dict], list[dict]]:
    """Posts and members of three quarters, with everything that makes an order matter: ties."""
    random = np.random.default_rng(7)
    rows = []
    for i in range(400):
        thread = random.integers(90)
        minute = int(thread * 2200 + random.integers(0, 6) * 300)
        at = pd.Timestamp("2025-07-01") + pd.Timedelta(minutes=minute)
        author = None if random.random() < 0.05 else f"m{min(random.zipf(1.6), 40)}"
        kind = KINDS[random.integers(len(KINDS))]
        gone = str(at + pd.Timedelta(days=9)) if random.random() < 0.04 else None
        rows.append(
            {"post_id": f"p{i:03d}", "thread_id": f"t{thread}", "posted_at": str(at)}
            | {"member_id": author, "kind": kind, "deleted_at": gone}
        )
    people = [{"member_id": f"m{i}", "role": "staff" if i % 9 == 4 else None} for i in range(1, 39)]
    people[6] |= {"is_bot": True}
    return rows, people


def shuffled(rows: list[dict], people: list[dict]) -> tuple[ir.Table, ir.Table]:
    order = np.random.default_rng(3).permutation(len(rows))
    return posts(*(rows[i] for i in order)), members(*reversed(people))


def exported_twice(rows: list[dict], people: list[dict]) -> tuple[ir.Table, ir.Table]:
    twice = ibis.union(posts(*rows), posts(*rows[::-1]), distinct=True)
    return twice, ibis.union(members(*people), members(*people), distinct=True)


def in_two_files(rows: list[dict], people: list[dict]) -> tuple[ir.Table, ir.Table]:
    return ibis.union(posts(*rows[150:]), posts(*rows[:150])), members(*people)


def values_of(definition: str, made: ir.Table, people: ir.Table) -> pd.DataFrame:
    """What a definition says of these tables, all its parameters bound by name."""
    given = {
        "posts": made,
        "members": people,
        "threads": growth.threads(made, people),
        "quarters": last_quarters("2026-Q1", 3),
        "service_hours": ServiceHours("Mo-Fr 09:00-17:00", "Europe/Berlin", "DE-BY"),
    }
    compute = DEFINITIONS[definition].compute
    known = inspect.signature(compute).parameters.values()
    named = [p.name for p in known if p.kind is not p.KEYWORD_ONLY]
    return pd.DataFrame(compute(**{name: given[name] for name in named}))


@pytest.mark.parametrize("definition", COMMON)
class TestInvariances:
    @pytest.fixture
    def once(self, definition, community):
        rows, people = community
        return values_of(definition, posts(*rows), members(*people))

    def test_it_has_something_to_count(self, definition, once):
        """Else the others prove nothing."""
        assert (once["status"] == "ok").any()
        assert (once["left_out"] > 0).any()
        assert (once["persons"] > 0).any()

    @pytest.mark.parametrize("changed", [shuffled, exported_twice, in_two_files])
    def test_the_same_records_in_another_form_say_the_same(
        self, definition, once, community, changed
    ):
        pd.testing.assert_frame_equal(once, values_of(definition, *changed(*community)))


class TestAgainstTheRealDump:
    """
    Every complete quarter of the sample against the values counted beside the dump.

    Their definitions: questions and answers only, posts without a known author dropped, medians
    over the answered questions. Ours differ in three points, and each difference is shown:
    comments are contributions; an answer by a deleted account is an answer; those who wait are in
    the median. And a quarter in which nobody wrote is 0 there and `no_data` here.
    """

    @pytest.fixture
    def book(self):
        return workbook.open("bicycles-meta", until="2023-Q3")

    @pytest.fixture
    def reference(self, exports):
        path = exports / "stackexchange_bicycles_meta" / "reference_values.json"
        found = json.loads(path.read_text(encoding="utf-8"))
        quarters = {
            f"{name[:4]}-{name[4:]}": found["quarters"][name] for name in found["complete_quarters"]
        }
        return pd.DataFrame(quarters).T

    @pytest.fixture
    def theirs(self, book):
        """Posts as the reference counts them."""
        return book.posts.filter(book.posts.kind != "comment", book.posts.member_id.notnull())

    def compare(self, estimates: pd.DataFrame, reference: pd.DataFrame, column: str) -> None:
        ours = estimates.set_index("quarter")["value"].reindex(reference.index)
        expected = reference[column].astype(float)
        assert 51 == len(expected)
        pd.testing.assert_series_equal(expected, ours.round(4), check_names=False)

    def test_questions_and_the_share_answered_within_a_week(self, book, reference, theirs):
        made = growth.threads(theirs, book.members)
        result = growth.answered_within(made, book.quarters(last=99), hours=168)
        self.compare(result, reference, "answered_7d_rate")
        counted = result.set_index("quarter")["n"].reindex(reference.index)
        assert reference["topics"].astype(int).tolist() == counted.tolist()

    def test_contributors_and_new_contributors(self, book, reference, theirs):
        quarters = book.quarters(last=99)
        for define, column in (
            (growth.active_members, "active_contributors"),
            (growth.new_contributors, "new_contributors"),
        ):
            counted = define(theirs, book.members, quarters)
            assert ["2018-Q2"] == counted["quarter"][counted["status"] == "no_data"].tolist()
            self.compare(counted.fillna({"value": 0}), reference, column)

    def test_median_of_the_answered(self, book, reference, theirs):
        made = growth.threads(theirs, book.members).filter(lambda t: t.member_id.notnull())
        waits = made.select("opened_at", "hours_waited").to_pandas()
        names = waits["opened_at"].dt.to_period("Q").astype(str).str.replace("Q", "-Q")
        medians = waits.groupby(names)["hours_waited"].median()
        table = pd.DataFrame({"quarter": medians.index, "value": medians.to_numpy()})
        self.compare(table, reference, "median_first_response_h")

    def test_where_and_why_our_numbers_differ(self, book, reference, theirs):
        quarters = book.quarters(last=99)
        ours = growth.threads(book.posts, book.members)
        usual = growth.threads(theirs, book.members)

        def answered_by_quarter(made):
            result = growth.answered_within(made, quarters, hours=168)
            return result.set_index("quarter")["value"].reindex(reference.index)

        more = answered_by_quarter(ours) - answered_by_quarter(usual)
        assert (more.dropna() >= 0).all()  # an answer by a deleted account can only help
        assert ["2011-Q3"] == more.index[more > 0].tolist()

        waits = growth.time_to_first_response_hours(usual, quarters).set_index("quarter")["value"]
        of_answered = reference["median_first_response_h"].astype(float)
        both = waits.reindex(reference.index).notna() & of_answered.notna()
        shorter = waits[reference.index][both] < of_answered[both] - 0.0001
        even = (reference["answered"].astype(int) % 2 == 0)[both]
        assert even[shorter].all()  # only where a median of two middle values was interpolated
        assert np.isinf(waits["2019-Q4"])  # one question, never answered

        active = growth.active_members(book.posts, book.members, quarters)
        with_comments = active.set_index("quarter")["value"].reindex(reference.index)
        assert (with_comments >= reference["active_contributors"].astype(float)).all()
        assert with_comments.sum() > reference["active_contributors"].astype(float).sum()

    def test_many_later_quarters_are_rightly_suppressed(self, book):
        """21 of the 48 quarters after 2011-Q3 have fewer than five askers."""
        made = growth.threads(book.posts, book.members)
        result = growth.answered_within(made, book.quarters(last=99), hours=168)
        later = result[result["quarter"] > "2011-Q3"]
        few = (later["persons"] < later["persons_needed"]).sum()
        assert (48, 21) == (len(later), few)

    def test_what_is_counted_by_the_engine_is_what_pandas_counts(self, book):
        """Retention, and the share of the most active, by other means on the same records."""
        there = book.posts.filter(book.posts.deleted_at.isnull(), book.posts.member_id.notnull())
        made = there.select("member_id", "posted_at").to_pandas()
        people = book.members.to_pandas().set_index("member_id")
        made = made[~made["member_id"].map(people["is_bot"]).fillna(False).astype(bool)]
        made["quarter"] = made["posted_at"].dt.to_period("Q")
        made["first"] = made.groupby("member_id")["quarter"].transform("min")
        took_part = made.drop_duplicates(["member_id", "quarter"])
        later = (took_part["quarter"] - took_part["first"]).map(lambda apart: apart.n)
        stayed = pd.crosstab(took_part["first"].astype(str), later)
        quarters = book.quarters(last=99)
        found = growth.cohort_retention_rate(book.posts, book.members, quarters)
        assert 500 < (found["status"] == "ok").sum()
        for row in found[found["status"] == "ok"].to_dict("records"):
            cohort = stayed.loc[row["quarter"].replace("-", "")]
            assert cohort.get(row["at"], 0) / cohort[0] == pytest.approx(row["value"])

        shares = growth.top_contributor_share(book.posts, book.members, quarters)
        for row in shares[shares["status"] == "ok"].to_dict("records"):
            each = made[made["quarter"].astype(str) == row["quarter"].replace("-", "")]
            each = each["member_id"].value_counts()
            assert each[each >= each.iloc[9]].sum() / each.sum() == pytest.approx(row["value"])

    def test_those_without_any_answer_are_who_pandas_finds(self, book):
        made = growth.threads(book.posts, book.members)
        found = growth.unanswered_questions(made, book.quarters(last=8)).set_index("quarter")
        rows = made.to_pandas()
        rows = rows[rows["member_id"].notna() & ~rows["is_removed"]]
        period = rows["opened_at"].dt.to_period("Q")
        end = period.dt.end_time + pd.Timedelta(nanoseconds=1)
        old = rows["opened_at"] <= end - pd.Timedelta(days=7)
        open_then = old & ~(rows["first_reply_at"] < end)
        for name in found.index[found["status"] == "ok"]:
            own = period.astype(str) == name.replace("-", "")
            assert (own & open_then).sum() == found.loc[name, "value"]
            assert (own & old).sum() == found.loc[name, "n"]
