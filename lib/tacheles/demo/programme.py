"""What the team does and others count: calendar, costs, partners' metrics, advocacy."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator

from tacheles.demo.clock import (
    Array,
    Clock,
    Moments,
    days_since,
    hours,
    moments_of,
    month_number,
    weekday,
)
from tacheles.demo.company import Customers, first_of_next
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

#: Which goals and values items serve, and what for.
GOALS = {"G1": 0.2, "G3": 0.2, "G4": 0.25, "G5": 0.15, "G6": 0.15, "G8": 0.05}
VALUES = {"V1": 0.2, "V2": 0.4, "V3": 0.25, "V4": 0.15}
PURPOSES = {"inform": 0.4, "educate": 0.45, "entertain": 0.15}

#: Formats that people attend.
LIVE = ("webinar", "ama", "event", "course")

#: Hours that people are paid for in a month: those of `plans/roles.csv`, at 4.35 weeks a month.
HOURS = {"staff": 134.0, "moderation": 130.0}

#: Monthly costs in the first year and their yearly rise; some come only now and then. [EUR]
COSTS = {
    "platform": (1450.0, 0.03),
    "staff": (7500.0, 0.035),
    "moderation": (2340.0, 0.03),
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
    number = len(calendar)
    calendar["item_id"] = ids("k", range(1, number + 1), 4)
    topic = pick(rng, dict.fromkeys(TOPICS, 1.0), number)
    calendar["title"] = [
        TITLES[name].format(about) for name, about in zip(calendar["format"], topic, strict=True)
    ]
    calendar["purpose"] = pick(rng, PURPOSES, number)
    calendar["goal_id"] = where(rng.random(number) < 0.85, pick(rng, GOALS, number))
    calendar["value_id"] = where(rng.random(number) < 0.8, pick(rng, VALUES, number))
    _publish(rng, clock, calendar)
    attendances = _attend(rng, world, people, left_at, calendar)
    _count(rng, world, calendar, attendances)
    return calendar, attendances


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
    number, planned_at = len(calendar), moments_of(calendar["planned_at"])
    is_live = calendar["format"].isin(LIVE).to_numpy()
    is_late = (rng.random(number) < 0.19) & ~is_live
    late = np.where(is_late, 24 * (0.8 + rng.gamma(1.4, 2.2, number)), 0.1 * rng.random(number))
    in_time = rng.random(number) < 0.6  # cancelled days ahead, or on the day before
    days = np.where(in_time, 4 + 9 * rng.random(number), 1.2)
    cancelled_at = planned_at - hours(24 * days)
    is_cancelled = rng.random(number) < np.where(is_live, 0.06, 0.03)
    is_cancelled &= cancelled_at < clock.ends_at
    published_at = planned_at + hours(late)
    calendar["cancelled_at"] = where(is_cancelled, cancelled_at)
    calendar["published_at"] = where(~is_cancelled & (published_at < clock.ends_at), published_at)


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
    number, is_out = len(calendar), calendar["published_at"].notna().to_numpy()
    age = -days_since(world.clock.ends_at, moments_of(calendar["planned_at"]))
    usual = np.array([FORMATS[name][5] for name in calendar["format"]]) * world.size
    seen = usual * np.linspace(0.7, 1.3, number) * rng.lognormal(0.0, 0.5, number)
    views = np.round(seen * -np.expm1(-np.maximum(age, 0) / 23)).astype(int)
    warmth = np.where(calendar["purpose"] == "entertain", 0.05, 0.028)
    warmth = np.minimum(warmth * rng.lognormal(0, 0.4, number), 0.3)
    attended = calendar["item_id"].map(attendances.groupby("item_id").size()).to_numpy()
    is_live = is_out & ~np.isnan(attended)
    registered = np.round(np.nan_to_num(attended) / rng.beta(14, 8, number))
    for name, values, known in (
        ("views", views, is_out),
        ("reactions", rng.binomial(views, warmth), is_out),
        ("comments", rng.binomial(views, warmth / 3), is_out),
        ("registered", registered, is_live),
        ("registered_7d_before", np.round(registered * rng.beta(12, 9, number)), is_live),
        ("attended", attended, is_live),
        ("leads", rng.poisson(np.where(is_live, 2.1, 0.5), number), is_out),
    ):
        calendar[name] = np.where(known, values, np.nan)


def content_table(calendar: pd.DataFrame) -> pa.Table:
    """One row per planned or published item."""
    return typed("content", calendar)


def costs_table(world: World) -> pa.Table:
    """One row per month and category: what the community costs, however large it is."""
    rng, months = world.rng("costs"), world.clock.months
    years = (months - np.datetime64("2024-01-01")).astype(float) // 366
    found = []
    for category, (usual, rise) in COSTS.items():
        amount = usual * (1 + rise) ** years * rng.lognormal(0.0, 0.03, len(months))
        found.append(_cost(months, category, amount, HOURS.get(category)))
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
    rng = world.rng("partner metrics")
    stories = advocacy.filter(pc.equal(advocacy["kind"], "case_study"))
    metrics = {
        "support": _support(rng, world, _per_month(world, tickets["solved_at"])),
        "customer_success": _customer_success(world, customers),
        "marketing": _marketing(rng, world)
        | {"case_studies": ("Freigaben", _per_month(world, stories["acted_at"]))},
        "product": {
            "feature_adoption_rate": ("Produktnutzung", _rising(rng, world, 0.31, 0.03, 0.01))
        },
    }
    rows = [
        pd.DataFrame(
            {
                "department": department,
                "metric": metric,
                "month": world.clock.months,
                "value": values,
                "source": source,
            }
        )
        for department, counted in metrics.items()
        for metric, (source, values) in counted.items()
    ]
    every = pd.concat(rows, ignore_index=True)
    return typed("partner_metrics", every[every["value"].notna()].reset_index(drop=True))


#: A department's metrics: who counted, and a value for each month.
_Counted = dict[str, tuple[str, Array]]


def _rising(rng: Generator, world: World, first: float, a_year: float, sd: float) -> Array:
    """A share or a score that rises slowly and wavers."""
    years = np.arange(len(world.clock.months)) / 12
    return np.round(first + a_year * years + rng.normal(0, sd, len(years)), 3)


def _support(rng: Generator, world: World, solved: Array) -> _Counted:
    """What the service desk costs: a fixed part, and one for each ticket solved. [EUR]"""
    years = np.arange(len(solved)) / 12
    cost = 26000 * world.size + 44 * solved * 1.03**years * rng.lognormal(0.0, 0.03, len(solved))
    shares = {"staff": 0.78, "tools": 0.13, "external": 0.09}
    parts = {name: np.round(share * cost, 2) for name, share in shares.items()}
    whole = np.sum(list(parts.values()), axis=0)
    found: _Counted = {
        f"support_cost_{name}": ("Controlling", amount) for name, amount in parts.items()
    }
    return found | {
        "support_cost": ("Controlling", whole),
        "tickets_solved": ("Ticketsystem", solved.astype(float)),
        "cost_per_ticket": ("Controlling", whole / np.maximum(solved, 1)),
    }


def _customer_success(world: World, customers: Customers) -> _Counted:
    """Customers at the end of each month, and the posts of those who look after them."""
    last_day = first_of_next(world.clock.months) - 1
    posts = np.where(np.arange(len(last_day)) < 14, 8.0, 9.0)
    return {
        "csm_posts": ("Stellenplan", posts),
        "accounts": ("CRM", customers.active(last_day).sum(axis=0).astype(float)),
    }


def _marketing(rng: Generator, world: World) -> _Counted:
    """Leads by where they came from, reviews, and a survey once a quarter."""
    months = world.clock.months
    number, is_fair = len(months), np.isin(month_number(months) % 12, (6, 7, 8))
    usual = {
        "community": np.linspace(9, 26, number),
        "search": np.linspace(88, 96, number),
        "events": np.where(is_fair, 62, 18),
        "paid": np.full(number, 41),
    }
    leads = {
        name: np.round(world.size * many * rng.lognormal(0.0, 0.12, number))
        for name, many in usual.items()
    }
    aware = _rising(rng, world, 0.21, 0.018, 0.008)
    found: _Counted = {f"leads_{name}": ("CRM", many) for name, many in leads.items()}
    return found | {
        "leads": ("CRM", np.sum(list(leads.values()), axis=0)),
        "review_score": ("Bewertungsportal", _rising(rng, world, 4.12, 0.05, 0.04)),
        "aided_awareness": (
            "Marktforschung, 800 Befragte je Welle",
            np.where(np.arange(number) % 3 == 1, aware, np.nan),
        ),
    }


def _per_month(world: World, moments: pa.ChunkedArray) -> Array:
    """How many of the moments lie in each month of the local clock."""
    known = moments.drop_null().to_numpy().astype("datetime64[s]")
    month = month_number(world.clock.local(known)) - month_number(world.clock.months)[0]
    number = len(world.clock.months)
    return np.bincount(month, minlength=number)[:number]


#: Acts of advocacy in a usual month.
ACTS = {
    "reference": 5.5,
    "review": 6.0,
    "testimonial": 2.0,
    "referral": 2.4,
    "case_study": 1.2,
    "campaign_feature": 0.6,
}
PLATFORMS = {"OMR Reviews": 0.5, "Capterra": 0.3, "Google": 0.2}
OUTCOMES = {"won": 0.4, "lost": 0.38, "open": 0.22}


def advocacy_table(world: World, customers: Customers, people: People) -> pa.Table:
    """One row per act of advocacy, by members of accounts that are in the community."""
    rng, clock = world.rng("advocacy"), world.clock
    many = world.many(sum(ACTS.values()) * len(clock.months))
    density = ~clock.is_closed * np.linspace(0.45, 1.5, len(clock.days))
    density[:80] = 0.0  # the community is too young
    day = np.sort(rng.choice(len(clock.days), many, p=density / density.sum()))
    acted_at, kind = np.sort(clock.on(rng, day, working=True)), pick(rng, ACTS, many)
    has_account = people.account >= 0
    health = np.where(has_account, customers.health[people.account], 0.0)
    likely = has_account * (people.zeal + 0.05) * np.exp(0.5 * health)
    member = people.draw(rng, acted_at, likely)
    account = people.account[member]
    is_review, is_passed_on = kind == "review", np.isin(kind, ("reference", "referral"))
    acts = {
        "acted_at": acted_at,
        "kind": kind,
        "account_id": customers.account_id[account],
        "member_id": people.member_id[member],
        "platform": where(is_review, pick(rng, PLATFORMS, many)),
        "score": np.where(is_review, 1 + rng.binomial(4, 0.83, many), np.nan),
        "outcome": where(is_passed_on, pick(rng, OUTCOMES, many)),
    }
    return typed("advocacy", pd.DataFrame(acts)[account >= 0].reset_index(drop=True))
