"""What holds for all of the third level: nothing moves when nothing happened."""

import inspect
from collections.abc import Callable
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pytest

from conftest import table
from tacheles import measurement
from tacheles.contract import (
    ACCOUNTS,
    ACTIVITY,
    ADVOCACY,
    CONTENT,
    COSTS,
    DEALS,
    EXPERIMENTS,
    MEMBERS,
    PARTNER_METRICS,
    POSTS,
    RENEWALS,
    REVENUE,
    SURVEYS,
    TICKETS,
    Table,
)
from tacheles.estimate import DEFINITIONS, Estimates, _finished, latest_change, moved
from tacheles.quarter import Quarters, last_quarters
from tacheles.words.sentences import direction_of

#: Quiet quarters judged, each with the seven before it as its history.
QUIET, HISTORY = 200, 8

#: 5 % of 200 and three standard errors, as one would allow a fair coin.
MOST = 0.09 * QUIET

QUARTERS = last_quarters("2099-Q4", QUIET + HISTORY - 1)


class Quiet:
    """A company in which every quarter is drawn from the same distribution."""

    def __init__(self, seed: int, quarters: Quarters = QUARTERS) -> None:
        self.rng = np.random.default_rng(seed)
        first = date.fromisoformat("1900-01-01")
        self.people = pd.DataFrame({"member_id": [f"m{i}" for i in range(220)]})
        self.people["joined_at"] = "2020-01-01"
        self.customers = pd.DataFrame(
            {"account_id": [f"A{i}" for i in range(120)], "started_on": first}
        )
        self.people["account_id"] = [f"A{i % 120}" for i in range(220)]
        self.starts = pd.to_datetime(list(quarters.borders[:-1]))

    def events(self, usual: float) -> tuple[np.ndarray, pd.DatetimeIndex]:
        """Moments, so many in a quarter on average, and a number for each."""
        many = self.rng.poisson(usual, len(self.starts))
        at = np.repeat(self.starts.to_numpy(), many)
        seconds = self.rng.integers(0, 88 * 86400, len(at))
        return np.arange(len(at)), pd.DatetimeIndex(at + seconds.astype("timedelta64[s]"))

    def drawn(self, names: pd.Series, size: int) -> np.ndarray:
        return self.rng.choice(names.to_numpy(), size)

    def table(self, contract: Table, **columns: object):
        frame = pd.DataFrame(columns)
        for column in contract.columns:
            if column.type in ("date", "month") and column.name in frame:
                days = pd.to_datetime(frame[column.name])
                frame[column.name] = (
                    days.dt.to_period("M").dt.start_time if column.type == "month" else days
                ).dt.date
        return table(contract, frame.to_dict("records"))

    def posts(self):
        number, at = self.events(90)
        thread = np.where(self.rng.random(len(at)) < 0.5, number, np.maximum(number - 1, 0))
        return self.table(
            POSTS, post_id=[f"p{i:06d}" for i in number], thread_id=[f"t{i}" for i in thread],
            posted_at=at.astype(str), member_id=self.drawn(self.people["member_id"], len(at)),
            likes=self.rng.poisson(0.7, len(at)),
        )  # fmt: skip

    def activity(self):
        _number, at = self.events(180)
        kind = self.rng.choice(["visit", "search", "search_click"], len(at), p=[0.4, 0.3, 0.3])
        who = self.drawn(self.people["member_id"], len(at))
        return self.table(ACTIVITY, member_id=who, acted_at=at.astype(str), type=kind)

    def surveys(self):
        number, at = self.events(180)
        instrument = self.rng.choice(["csat", "nps", "ces"], len(at))
        low = np.select([instrument == "nps"], [0], 1)
        high = np.select([instrument == "nps", instrument == "csat"], [10, 5], 7)
        answer = self.rng.integers(low, high + 1).astype(float)
        return self.table(
            SURVEYS, response_id=[f"s{i}" for i in number], responded_at=at.astype(str),
            instrument=instrument, answer=answer,
            account_id=self.drawn(self.customers["account_id"], len(at)),
        )  # fmt: skip

    def content(self):
        number, at = self.events(30)
        views = self.rng.integers(100, 900, len(at))
        return self.table(
            CONTENT, item_id=[f"k{i}" for i in number], format="blog", planned_at=at.astype(str),
            published_at=at.astype(str), views=views, reactions=self.rng.binomial(views, 0.05),
        )  # fmt: skip

    def renewals(self):
        number, at = self.events(90)
        return self.table(
            RENEWALS, account_id=[f"A{i}" for i in number], due_on=at.date,
            renewed=self.rng.random(len(at)) < 0.88, amount=self.rng.uniform(1000, 3000, len(at)),
        )  # fmt: skip

    def deals(self):
        number, at = self.events(60)
        touches = self.rng.choice(["Forum", "Forum;Sales", "Sales;Forum", "Sales"], len(at))
        return self.table(
            DEALS, deal_id=[f"d{i}" for i in number], created_on=at.date, closed_on=at.date,
            stage="won", amount=self.rng.uniform(1000, 3000, len(at)), touches=touches,
        )  # fmt: skip

    def accounts(self):
        number, at = self.events(50)
        newer = pd.DataFrame({"account_id": [f"N{i}" for i in number], "started_on": at.date})
        return self.table(ACCOUNTS, **pd.concat([self.customers, newer]))

    def revenue(self):
        number, at = self.events(40)
        return self.table(
            REVENUE, account_id=[f"A{i}" for i in number], month=at.date, kind="event",
            amount=self.rng.uniform(100, 300, len(at)),
        )  # fmt: skip

    def texts(self) -> pd.DataFrame:
        """Judged texts of every quarter, each with labels of its own."""
        moods = ["negative", "neutral", "positive"]
        size = 220 * len(QUARTERS)
        truth = self.rng.choice(moods, size, p=[0.2, 0.5, 0.3])
        said = np.where(self.rng.random(size) < 0.3, self.rng.choice(moods, size), truth)
        place = np.tile(np.arange(220), len(QUARTERS))
        return pd.DataFrame(
            {"source": "posts", "quarter": np.repeat(list(QUARTERS), 220), "person": place,
             "by_hand": np.where(place < 110, truth, ""), "by_tool": said, "out_of_fold": said,
             "is_drawn": True}
        )  # fmt: skip


TOOLS = pd.DataFrame([("Forum", "forum", "live")], columns=["name", "kind", "status"])


@pytest.fixture(scope="module")
def estimates() -> dict[str, Estimates]:
    """Every metric with a direction, over all quiet quarters: one world, one call each."""
    quiet = Quiet(12)
    posts, activity, surveys = quiet.posts(), quiet.activity(), quiet.surveys()
    people, deals, renewals = quiet.table(MEMBERS, **quiet.people), quiet.deals(), quiet.renewals()
    accounts = quiet.table(ACCOUNTS, **quiet.customers)
    costs = table(COSTS, [])
    q = QUARTERS
    mood = measurement.sentiment_balance(quiet.texts(), q)
    return {
        "members": measurement.engagement_rate_of_members(active(q, quiet.rng), people, q),
        "visitors": measurement.engagement_rate_of_visitors(posts, people, activity, q),
        "accounts": measurement.engagement_rate_of_accounts(posts, people, accounts, q),
        "views": measurement.engagement_rate_of_views(quiet.content(), q),
        "interactions": measurement.interactions_per_item(posts, people, q),
        "search": measurement.search_success_rate(activity, people, q),
        "satisfaction": measurement.customer_satisfaction_score(surveys, q),
        "promoters": measurement.net_promoter_score(surveys, q),
        "effort": measurement.customer_effort_score(surveys, q),
        "renewals": measurement.renewal_rate(renewals, q),
        "renewals_by_amount": measurement.renewal_rate_by_amount(renewals, q),
        "gained": measurement.customers_gained(quiet.accounts(), q),
        "sourced": measurement.sourced_revenue(deals, TOOLS, q),
        "influenced": measurement.influenced_revenue(deals, TOOLS, q),
        "direct": measurement.direct_revenue(quiet.revenue(), costs, q),
        "mood": mood[mood["segment"] == "posts"].reset_index(drop=True),
    }


def active(quarters: Quarters, rng: np.random.Generator) -> Estimates:
    """How many of 220 members contributed, as the second level hands it over."""
    number = rng.binomial(220, 0.4, len(quarters))
    rows = pd.DataFrame({"quarter": list(quarters), "value": number, "n": number})
    rows = rows.assign(persons=number, status="ok")
    return _finished(rows, metric="active_members", unit="members", persons_needed=5)


def pages(estimates: Estimates) -> list[pd.Series | None]:
    """The last change of each page: of a quarter with the seven before it."""
    windows = (estimates.iloc[i : i + HISTORY] for i in range(QUIET))
    return [latest_change(window) for window in windows]


@pytest.fixture(scope="module")
def changes(estimates) -> dict[str, list[pd.Series | None]]:
    """The last change of each metric on each page."""
    return {name: pages(one) for name, one in estimates.items()}


@pytest.mark.slow
class TestNothingMovesInAQuietQuarter:
    """200 quarters of the same world: what is named is chance."""

    def test_a_headline_names_a_direction_in_at_most_9_of_100(self, estimates, changes):
        assert all((one["status"] == "ok").all() for one in estimates.values())
        named = {
            name: sum(direction_of(change) != "level" for change in each)
            for name, each in changes.items()
        }
        assert {} == {name: often for name, often in named.items() if often > MOST}

    def test_the_bottom_line_does_so_on_at_most_9_of_100_pages(self, changes):
        of_page = zip(*changes.values(), strict=True)
        assert sum(any(moved(of_one)) for of_one in of_page) <= MOST


def as_it_is(rows: ir.Table) -> ir.Table:
    return rows


def exported_twice(rows: ir.Table) -> ir.Table:
    return ibis.union(rows, rows, distinct=True)


def in_two_files_in_another_order(rows: ir.Table) -> ir.Table:
    whole = rows.to_pyarrow()
    whole = whole.take(np.random.default_rng(3).permutation(len(whole)))
    half = len(whole) // 2
    return ibis.union(ibis.memtable(whole.slice(half)), ibis.memtable(whole.slice(0, half)))


OWN = sorted(
    name
    for name, definition in DEFINITIONS.items()
    if inspect.getmodule(definition.compute).__name__.startswith("tacheles.measurement")
)

#: Of what no record table is behind: held elsewhere.
OF_PLANS = {"target_plausibility", "label_agreement"}


@pytest.fixture(scope="module")
def tables() -> dict[str, object]:
    """A small company of three quarters, with something in every table."""
    return small_company()


@pytest.fixture(scope="module")
def given(tables) -> dict[Callable, dict[str, object]]:
    """All tables in every form, and the texts as they are judged in it."""
    forms = {}
    for change in (as_it_is, exported_twice, in_two_files_in_another_order):
        of = {key: change(it) if isinstance(it, ir.Table) else it for key, it in tables.items()}
        sources = ("posts", "tickets", "surveys", "members", "labels", "quarters")
        of["judged_texts"] = measurement.judged_texts(*(of[it] for it in sources))
        forms[change] = of
    return forms


class TestInvariances:
    """The same records in another form say the same."""

    def said(self, name: str, given: dict[str, object]) -> pd.DataFrame:
        compute = DEFINITIONS[name].compute
        known = inspect.signature(compute).parameters.values()
        takes = [p.name for p in known if p.default is p.empty]
        return pd.DataFrame(compute(*(given[table] for table in takes)))

    @pytest.mark.parametrize("name", [name for name in OWN if name not in OF_PLANS])
    def test_in_any_order_twice_or_in_two_files(self, name, given):
        once = self.said(name, given[as_it_is])
        assert (once["status"] == "ok").any()  # else the others prove nothing
        for change in (exported_twice, in_two_files_in_another_order):
            pd.testing.assert_frame_equal(once, self.said(name, given[change]))


def small_company() -> dict[str, object]:
    """Every table of the third level, small, by name."""
    quarters = last_quarters("2026-Q1", 3)
    quiet = Quiet(5, quarters)
    posts = quiet.posts().mutate(text=ibis.ifelse(ibis._.likes > 0, "Das ist gut.", "Das ist da."))
    units = [f"m{i}" for i in range(220)] + [f"A{i}" for i in range(120)]
    trials = [
        {"experiment_id": unit[0], "unit_id": unit, "arm": "control" if i % 2 else "treated"}
        | {"assigned_at": "2025-12-01" if unit[0] == "m" else "2025-01-01"}
        | {"exposed_at": None if i % 2 else "2025-12-02"}
        for i, unit in enumerate(units)
    ]
    number, at = quiet.events(200)
    tickets = quiet.table(
        TICKETS, ticket_id=[f"t{i}" for i in number], created_at=at.astype(str),
        account_id=quiet.drawn(quiet.customers["account_id"], len(at)), category="how_to",
    )  # fmt: skip
    labels = pd.DataFrame(
        [(f"p{i:06d}", "sentiment", "neutral" if i % 3 else "positive", "L1") for i in range(250)],
        columns=["item_id", "kind", "label", "labeller"],
    )
    reviews = [
        {"acted_at": str(moment), "kind": "review", "platform": "P", "score": float(3 + i % 3)}
        | {"member_id": f"m{i}"}
        for i, moment in enumerate(quiet.events(20)[1])
    ]
    known = [
        {"department": "marketing", "metric": name, "month": day, "value": value}
        for day in (first for first in quarters.first_days[:-1])
        for name, value in (("aided_awareness", 0.3), ("leads", 5.0), ("own", 2.0), ("rest", 3.0))
    ]
    return {
        "quarters": quarters, "active_members": active(quarters, quiet.rng), "posts": posts,
        "activity": quiet.activity(), "tickets": tickets,
        "members": quiet.table(MEMBERS, **quiet.people), "surveys": quiet.surveys(),
        "accounts": quiet.accounts(), "content": quiet.content(), "renewals": quiet.renewals(),
        "deals": quiet.deals(), "revenue": quiet.revenue(), "tools": TOOLS, "labels": labels,
        "costs": table(COSTS, []), "advocacy": table(ADVOCACY, reviews),
        "experiments": table(EXPERIMENTS, trials), "partner_metrics": table(PARTNER_METRICS, known),
        "kpi_tree": pd.DataFrame(
            [("leads", "own", "sum"), ("leads", "rest", "sum")],
            columns=["parent", "child", "formula"],
        ),
    }  # fmt: skip
