"""What the team does and others count: calendar, costs, partners' metrics, advocacy."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.random import Generator

from tacheles.demo.clock import Array, Clock, Moments, hours, month_number, weekday
from tacheles.demo.company import Customers
from tacheles.demo.members import People
from tacheles.demo.world import World, ids, pick, typed, where

#: Formats: channel, days between two, weekday (Monday 0), hour, first day, usual views, attendees.
FORMATS: dict[str, tuple[str, int, int, float, str, int, int]] = {
    "blog": ("Blog", 7, 1, 10.0, "2024-04-02", 520, 0),
    "newsletter": ("Newsletter", 14, 3, 9.0, "2024-04-04", 2600, 0),
    "video": ("YouTube", 14, 2, 11.0, "2024-07-03", 700, 0),
    "webinar": ("YouTube", 28, 1, 14.0, "2024-04-16", 340, 58),
    "ama": ("Forum", 28, 3, 15.0, "2024-10-10", 260, 34),
    "event": ("Forum", 91, 2, 13.0, "2024-05-15", 900, 105),
    "course": ("Forum", 91, 0, 9.0, "2025-01-13", 300, 26),
    "podcast": ("Blog", 28, 4, 8.0, "2025-04-11", 380, 0),
}

_DAY = np.timedelta64(1, "D")

#: What the items are about.
TOPICS = (
    "Einsätze planen ohne Zettel",
    "Die Mobile App auf der Baustelle",
    "Schnittstelle zur Buchhaltung",
    "Auswertungen, die der Chef versteht",
    "Rechte sauber vergeben",
    "Lager im Griff",
    "Rechnungen am selben Tag",
    "Neue Leute einarbeiten",
    "So machen es andere: Gebäudetechnik",
    "So machen es andere: Industrie",
    "So machen es andere: Handwerk",
    "Was in Version 5 neu ist",
)

TITLES = {
    "blog": "{}",
    "newsletter": "Nordlicht-Brief: {}",
    "video": "Kurz gezeigt: {}",
    "webinar": "Webinar: {}",
    "ama": "Sprechstunde: {}",
    "event": "Anwendertreffen: {}",
    "course": "Kurs: {}",
    "podcast": "Hörbar: {}",
}

#: Monthly costs in the first year and their yearly rise; some come only now and then. [EUR]
COSTS = {
    "platform": (1450.0, 0.03),
    "staff": (6900.0, 0.035),
    "moderation": (1300.0, 0.03),
    "content": (700.0, 0.02),
    "tools": (240.0, 0.05),
    "rewards": (130.0, 0.1),
    "overhead": (520.0, 0.03),
}


def content(world: World, people: People, left_at: Moments) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The calendar, up to two months ahead, and who attended what when."""
    rng, clock = world.rng("content"), world.clock
    calendar = pd.concat([_series(name, clock) for name in FORMATS], ignore_index=True)
    calendar = calendar.sort_values(["planned_at", "format"], kind="stable").reset_index(drop=True)
    calendar["item_id"] = ids("k", range(1, len(calendar) + 1), 4)
    topics = rng.integers(0, len(TOPICS), len(calendar))
    calendar["title"] = [
        TITLES[name].format(TOPICS[topic])
        for name, topic in zip(calendar["format"], topics, strict=True)
    ]
    calendar["purpose"] = pick(
        rng, {"inform": 0.4, "educate": 0.45, "entertain": 0.15}, len(calendar)
    )
    calendar["goal_id"] = where(rng.random(len(calendar)) < 0.85, pick(rng, GOALS, len(calendar)))
    calendar["value_id"] = where(rng.random(len(calendar)) < 0.8, pick(rng, VALUES, len(calendar)))
    _publish(rng, clock, calendar)
    attendances = _attend(rng, world, people, left_at, calendar)
    _count(rng, world, calendar, attendances)
    return calendar, attendances


GOALS = {"G1": 0.2, "G3": 0.2, "G4": 0.25, "G5": 0.15, "G6": 0.15, "G8": 0.05}
VALUES = {"V1": 0.2, "V2": 0.4, "V3": 0.25, "V4": 0.15}


def _series(name: str, clock: Clock) -> pd.DataFrame:
    """The days planned for a format, on its weekday, none on a holiday."""
    channel, every, day, hour, since, _views, _attended = FORMATS[name]
    first = max(np.datetime64(since), clock.days[0] + 1)
    first = first + (day - int(weekday(np.array([first]))[0])) % 7
    days = np.arange(first, np.datetime64(clock.end) + 60, np.timedelta64(every, "D"))
    closed = clock.days[clock.is_closed]
    days = days + np.isin(days, closed) + np.isin(days + 1, closed) * np.isin(days, closed)
    planned_at = clock.utc(days.astype("datetime64[s]") + hours(np.full(len(days), hour)))
    return pd.DataFrame({"format": name, "channel": channel, "planned_at": planned_at})


def _publish(rng: Generator, clock: Clock, calendar: pd.DataFrame) -> None:
    """Most items appear on their day, some late, some are cancelled; live ones are never late."""
    number = len(calendar)
    planned_at = calendar["planned_at"].to_numpy().astype("datetime64[s]")
    is_live = calendar["format"].isin(("webinar", "ama", "event", "course")).to_numpy()
    is_late = (rng.random(number) < 0.19) & ~is_live
    late = np.where(is_late, 24 * (0.8 + rng.gamma(1.4, 2.2, number)), 0.1 * rng.random(number))
    published_at = planned_at + hours(late)
    is_cancelled = rng.random(number) < np.where(is_live, 0.06, 0.03)
    before = hours(24 * np.where(rng.random(number) < 0.6, 4 + 9 * rng.random(number), 1.2))
    is_known = planned_at - before < clock.ends_at
    is_cancelled &= is_known
    calendar["cancelled_at"] = where(is_cancelled, planned_at - before)
    is_out = ~is_cancelled & (published_at < clock.ends_at)
    calendar["published_at"] = where(is_out, published_at)


def _attend(
    rng: Generator, world: World, people: People, left_at: Moments, calendar: pd.DataFrame
) -> pd.DataFrame:
    """Who attended: the steady rather than others; who came once comes again."""
    usual = calendar["format"].map({name: said[6] for name, said in FORMATS.items()})
    held = calendar[calendar["published_at"].notna() & (usual > 0)]
    interest = rng.gamma(0.5, 2.0, len(left_at)) * np.where(people.is_steady, 2.0, 0.7)
    found = []
    for item, at in zip(held.index, held["published_at"].to_numpy(), strict=True):
        may = (people.joined_at < at - _DAY) & ~(left_at < at + _DAY) & ~people.is_crew
        there = np.flatnonzero(may)
        share = len(there) / len(left_at)
        many = min(rng.poisson(usual[item] * world.size * (0.35 + 0.75 * share)), len(there))
        chance = interest[there] / interest[there].sum()
        member = np.sort(rng.choice(there, many, replace=False, p=chance)) if many else there[:0]
        acted_at = at.astype("datetime64[s]") + hours(0.25 * rng.random(many) - 0.05)
        found.append(pd.DataFrame({"member": member, "acted_at": acted_at, "item": item}))
    rows = pd.concat(found, ignore_index=True)
    of = calendar.loc[rows["item"]]
    return rows.assign(item_id=of["item_id"].to_numpy(), channel=of["channel"].to_numpy())


def _count(rng: Generator, world: World, calendar: pd.DataFrame, attendances: pd.DataFrame) -> None:
    """Views, reactions, registrations and leads of what was published."""
    is_out = calendar["published_at"].notna().to_numpy()
    age = (world.clock.ends_at - calendar["planned_at"].to_numpy().astype("datetime64[s]")).astype(
        float
    )
    usual = np.array([FORMATS[name][5] for name in calendar["format"]]) * world.size
    grown = np.linspace(0.7, 1.3, len(calendar))
    views = (
        usual
        * grown
        * rng.lognormal(0.0, 0.5, len(calendar))
        * (1 - np.exp(-np.maximum(age, 0) / 2e6))
    )
    warmth = np.where(calendar["purpose"] == "entertain", 0.05, 0.028) * rng.lognormal(
        0, 0.4, len(calendar)
    )
    views = np.round(views)
    attended = calendar["item_id"].map(attendances.groupby("item_id").size()).to_numpy()
    came = rng.beta(14, 8, len(calendar))
    registered = np.round(np.nan_to_num(attended) / came)
    early = np.round(registered * rng.beta(12, 9, len(calendar)))
    is_live = is_out & ~np.isnan(attended)
    for name, values, known in (
        ("views", views, is_out),
        ("reactions", rng.binomial(views.astype(int), np.minimum(warmth, 0.3)), is_out),
        ("comments", rng.binomial(views.astype(int), np.minimum(warmth / 3, 0.2)), is_out),
        ("registered", registered, is_live),
        ("registered_7d_before", early, is_live),
        ("attended", attended, is_live),
        ("leads", rng.poisson(np.where(is_live, 2.1, 0.5), len(calendar)), is_out),
    ):
        calendar[name] = np.where(known, values, np.nan)


def content_table(calendar: pd.DataFrame) -> pa.Table:
    """One row per planned or published item."""
    return typed("content", calendar)


def costs_table(world: World) -> pa.Table:
    """One row per month and category: what the community costs, however large it is."""
    rng, months = world.rng("costs"), world.clock.months
    years = (months - np.datetime64("2024-01-01")).astype(float) // 366
    hours_of = {"staff": 118.0, "moderation": 44.0, "volunteer_shadow": 30.0}
    found = []
    for category, (usual, rise) in COSTS.items():
        amount = usual * (1 + rise) ** years * rng.lognormal(0.0, 0.03, len(months))
        found.append(_cost(months, category, amount, hours_of.get(category)))
    calendar_month = month_number(months) % 12
    meets = np.isin(calendar_month, (1, 4, 7, 10))  # when the user meetings are
    found.append(_cost(months[meets], "events", rng.uniform(2200, 3600, int(meets.sum())), None))
    asks = np.isin(calendar_month, (2, 8))
    found.append(_cost(months[asks], "agency", rng.uniform(1500, 2600, int(asks.sum())), None))
    spent = np.linspace(20, 76, len(months)) * rng.lognormal(0.0, 0.1, len(months))
    shadow = _cost(months, "volunteer_shadow", 30.0 * np.round(spent), None)
    found.append(shadow.assign(hours=np.round(spent)))
    rows = pd.concat(found, ignore_index=True).sort_values(["month", "category"], kind="stable")
    return typed("costs", rows.reset_index(drop=True))


def _cost(months: Moments, category: str, amount: Array, worked: float | None) -> pd.DataFrame:
    source = "Zeiterfassung" if category == "volunteer_shadow" else "Buchhaltung"
    return pd.DataFrame(
        {
            "month": months,
            "category": category,
            "amount": np.round(amount, 2),
            "hours": worked,
            "source": source,
        }
    )


def partner_metrics_table(
    world: World, customers: Customers, tickets: pa.Table, advocacy: pa.Table
) -> pa.Table:
    """One row per department, metric and month: what other departments count themselves."""
    rng, months = world.rng("partner metrics"), world.clock.months
    solved = _per_month(world, tickets["solved_at"])
    number = len(months)
    years = np.arange(number) / 12
    active = customers.active((months.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1).sum(
        axis=0
    )
    cost = 26000 * world.size + 44.0 * solved * 1.03**years * rng.lognormal(0.0, 0.03, number)
    parts = np.round(np.stack([0.78 * cost, 0.13 * cost, 0.09 * cost]), 2)
    leads = np.round(
        world.size
        * np.stack(
            [
                np.linspace(9, 26, number),
                np.linspace(88, 96, number),
                np.where(np.isin(month_number(months) % 12, (6, 7, 8)), 62, 18),
                np.full(number, 41),
            ]
        )
        * rng.lognormal(0.0, 0.12, (4, number))
    )
    stories = _per_month(world, advocacy["acted_at"].filter(_is_kind(advocacy, "case_study")))
    quarterly = np.arange(number) % 3 == 1
    metrics: list[tuple[str, str, Any, Any, str]] = [
        ("support", "support_cost", parts.sum(axis=0), True, "Controlling"),
        ("support", "support_cost_staff", parts[0], True, "Controlling"),
        ("support", "support_cost_tools", parts[1], True, "Controlling"),
        ("support", "support_cost_external", parts[2], True, "Controlling"),
        ("support", "tickets_solved", solved, True, "Ticketsystem"),
        (
            "support",
            "cost_per_ticket",
            parts.sum(axis=0) / np.maximum(solved, 1),
            True,
            "Controlling",
        ),
        (
            "customer_success",
            "csm_posts",
            np.where(np.arange(number) < 14, 8, 9) * 1.0,
            True,
            "Stellenplan",
        ),
        ("customer_success", "accounts", active * 1.0, True, "CRM"),
        (
            "marketing",
            "aided_awareness",
            np.round(0.21 + 0.018 * years + rng.normal(0, 0.008, number), 3),
            quarterly,
            "Marktforschung, 800 Befragte je Welle",
        ),
        (
            "marketing",
            "review_score",
            np.round(np.minimum(4.12 + 0.05 * years + rng.normal(0, 0.04, number), 5), 2),
            True,
            "Bewertungsportal",
        ),
        ("marketing", "leads", leads.sum(axis=0), True, "CRM"),
        ("marketing", "leads_community", leads[0], True, "CRM"),
        ("marketing", "leads_search", leads[1], True, "CRM"),
        ("marketing", "leads_events", leads[2], True, "CRM"),
        ("marketing", "leads_paid", leads[3], True, "CRM"),
        ("marketing", "case_studies", stories * 1.0, True, "Freigaben"),
        (
            "product",
            "feature_adoption_rate",
            np.round(0.31 + 0.03 * years + rng.normal(0, 0.01, number), 3),
            True,
            "Produktnutzung",
        ),
    ]
    rows = [
        pd.DataFrame(
            {"department": who, "metric": what, "month": months, "value": values, "source": source}
        )[np.broadcast_to(known, number)]
        for who, what, values, known, source in metrics
    ]
    return typed("partner_metrics", pd.concat(rows, ignore_index=True))


def _is_kind(advocacy: pa.Table, kind: str) -> pa.ChunkedArray:
    return pa.chunked_array([[one == kind for one in advocacy["kind"].to_pylist()]])


def _per_month(world: World, moments: pa.ChunkedArray) -> Array:
    """How many of the moments lie in each month of the local clock."""
    known = moments.drop_null().to_numpy().astype("datetime64[s]")
    month = month_number(world.clock.local(known)) - month_number(world.clock.months)[0]
    return np.bincount(month, minlength=len(world.clock.months))[: len(world.clock.months)]


def advocacy_table(world: World, customers: Customers, people: People) -> pa.Table:
    """One row per act of advocacy, by members of accounts that are in the community."""
    rng, clock = world.rng("advocacy"), world.clock
    usual = {
        "reference": 5.5,
        "review": 6.0,
        "testimonial": 2.0,
        "referral": 2.4,
        "case_study": 1.2,
        "campaign_feature": 0.6,
    }
    grown = np.linspace(0.45, 1.5, len(clock.months))
    kinds = [
        kind
        for kind, many in usual.items()
        for _ in range(rng.poisson(many * world.size * grown.sum()))
    ]
    number = len(kinds)
    density = ~clock.is_closed * np.linspace(0.45, 1.5, len(clock.days))
    day = rng.choice(len(clock.days), number, p=density / density.sum())
    acted_at = clock.on(rng, np.maximum(day, 80), working=True)
    likely = np.where(people.account >= 0, people.zeal + 0.05, 0.0)
    likely *= np.exp(0.5 * np.where(people.account >= 0, customers.health[people.account], 0.0))
    member = people.draw(rng, acted_at, likely)
    kind = np.array(kinds, dtype=object)
    is_review = kind == "review"
    frame = pd.DataFrame(
        {
            "acted_at": acted_at,
            "kind": kind,
            "account_id": customers.account_id[people.account[member]],
            "member_id": people.member_id[member],
            "platform": where(
                is_review, pick(rng, {"OMR Reviews": 0.5, "Capterra": 0.3, "Google": 0.2}, number)
            ),
            "score": np.where(is_review, 1 + rng.binomial(4, 0.83, number), np.nan),
            "outcome": where(
                np.isin(kind, ("reference", "referral")),
                pick(rng, {"won": 0.4, "lost": 0.38, "open": 0.22}, number),
            ),
        }
    )
    frame = frame[people.account[member] >= 0].sort_values("acted_at", kind="stable")
    return typed("advocacy", frame.reset_index(drop=True))
