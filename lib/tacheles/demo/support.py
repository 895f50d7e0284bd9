"""The service desk: a weekly process with controls that share its shocks, and its tickets."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.random import Generator

from tacheles.demo import texts
from tacheles.demo.clock import FORUM_OPENS, RELEASE, Array, Moments, hours, moments_of
from tacheles.demo.company import NOISE, Customers
from tacheles.demo.world import (
    FEATURES,
    SENTIMENTS,
    World,
    autoregressive,
    ids,
    pick,
    pick_each,
    typed,
    where,
)

#: Categories of tickets, and how many a week 900 customers write of each, without a community.
CATEGORIES = {"how_to": 139.0, "bug": 138.0, "billing": 90.0, "outage": 44.0, "account": 60.0}

#: The category in which the forum could save work.
TARGET = "how_to"

#: Moods of the tickets of each category.
MOODS = {
    "how_to": (0.18, 0.74, 0.08),
    "bug": (0.42, 0.53, 0.05),
    "billing": (0.3, 0.64, 0.06),
    "outage": (0.62, 0.37, 0.01),
    "account": (0.16, 0.76, 0.08),
}

#: What a ticket that is recorded wrongly is recorded as.
CONFUSED_WITH = {"account": 0.62, "bug": 0.3, "billing": 0.08}

#: Features that each category is about, where it differs from what is usual.
ABOUT: dict[str, dict[str, float]] = {
    "billing": {"Rechnungen": 0.7, "Rechte": 0.2, "Auswertungen": 0.1},
    "account": {"Rechte": 0.6, "Mobile App": 0.25, "Kalender": 0.15},
    "outage": {"Schnittstellen": 0.4, "Mobile App": 0.4, "Einsatzplanung": 0.2},
    "bug": FEATURES | {"Mobile App": 0.3, "Schnittstellen": 0.24},
}

CHANNELS = {"E-Mail": 0.46, "Formular": 0.32, "Telefon": 0.22}

#: Hours until a usual ticket of each category is solved.
SOLVED_AFTER = {"how_to": 5, "bug": 30, "billing": 9, "outage": 4, "account": 3}

#: Languages of the tickets.
LANGUAGES = {"de": 0.84, "en": 0.16}

_WEEK = np.timedelta64(7, "D")


@dataclass(frozen=True)
class Tickets:
    """
    The tickets in the order in which they came, with what nobody knows of them.

    `rows` has `created_at` (UTC), `place` (of the account), `category` (the true one), `recorded`,
    `feature`, `channel`, `sentiment`. `expected` has the mean of how-to tickets week by week,
    with and without the forum.
    """

    rows: pd.DataFrame
    expected: pd.DataFrame


def tickets(world: World, customers: Customers) -> Tickets:
    """
    Draw the tickets: first how many a week, then whose, when and about what.

    Notes
    -----
    Each category has a generator of its own: what the forum does to one leaves the tickets of the
    others as they were, so that companies that differ in one effect differ in nothing else.
    """
    rng, clock = world.rng("tickets"), world.clock
    weeks = np.arange(monday(clock.days[0]), clock.days[-1] + 1, _WEEK)
    open_share, demand = _open_share(world, weeks), autoregressive(rng, (len(weeks),), 0.7, 0.1)
    found, expected = [], pd.DataFrame({"week": weeks})
    for category, usual in CATEGORIES.items():
        own = world.rng(f"category {category}")
        weight = _weights(world, customers, weeks, category)
        shock = np.exp(_shock(own, world, weeks, category, demand))
        mean = usual * weight.sum(axis=0) / 900 * open_share * shock
        with_forum = mean * (1 + _forum(world, weeks, category))
        count = own.negative_binomial(200, 200 / (200 + with_forum))
        found.append(_drawn(own, world, category, weeks, count, weight))
        if category == TARGET:
            expected = expected.assign(**{"without": mean, "with": with_forum})
    rows = pd.concat(found).sort_values("created_at", kind="stable").reset_index(drop=True)
    rows["recorded"] = _recorded(rng, world, rows["category"].to_numpy())
    rows["channel"] = pick(rng, CHANNELS, len(rows))
    rows["sentiment"] = _mood(rng, customers, rows)
    return Tickets(rows, expected)


def _weights(world: World, customers: Customers, weeks: Moments, category: str) -> Array:
    """How much each customer asks in each week, 1 on average; who has joined asks less."""
    clock, is_target = world.clock, category == TARGET
    month = clock.month_of_day[np.clip((weeks - clock.days[0]).astype(int), 0, None)]
    part = 1.0 if is_target else 0.5
    own = customers.noise[:, month] * part - (NOISE * part) ** 2 / 2
    joined = customers.joined(weeks) * world.effects.joining_on_how_to * is_target
    return customers.demand[:, None] * customers.active(weeks) * np.exp(own) * (1 + joined)


def monday(day: np.datetime64) -> np.datetime64:
    """The Monday of the day's week."""
    return day - (day.astype("datetime64[D]").astype(int) + 3) % 7


def _open_share(world: World, weeks: Moments) -> Array:
    """How much of a usual week's tickets each week can have: holidays, weeks cut by the records."""
    clock = world.clock
    week = ((clock.days - weeks[0]).astype(int)) // 7
    weights = np.bincount(week, clock.at_work(), minlength=len(weeks))
    usual = clock.at_work()[~clock.is_closed].mean() * 5 + 0.08
    return np.minimum(weights / usual, 1.05)


def _shock(rng: Generator, world: World, weeks: Moments, category: str, demand: Array) -> Array:
    """Log of what a category has beside the customers: season, shared demand, own noise."""
    number, year = len(weeks), (weeks - weeks.astype("datetime64[Y]")).astype(float) / 7
    season = 0.15 * np.sin(2 * np.pi * year / 52 + 0.5) + 0.06 * np.cos(4 * np.pi * year / 52)
    swing = rng.uniform(0.7, 1.3) if category != TARGET else 1.0
    own = autoregressive(rng, (number,), 0.5, 0.08)
    shock = swing * season + rng.uniform(0.7, 1.2) * demand + own
    if category == "bug":
        after = (weeks - np.datetime64(RELEASE)).astype(int) // 7
        lasting = np.select([(after >= 0) & (after < 4), after == 4], [1.0, 0.4], 0.0)
        shock = shock + np.log1p(world.effects.release_on_bugs * lasting)
    if category == "outage":
        shock = shock + np.where(rng.random(number) < 0.03, 0.7, 0.0)
    return shock


def _forum(world: World, weeks: Moments, category: str) -> Array:
    """What the forum does to the category in each week: it grows evenly to its full effect."""
    effects = world.effects
    full = effects.forum_on_how_to if category == TARGET else effects.forum_on_controls
    opened = (weeks - np.datetime64(FORUM_OPENS)).astype(int) // 7
    return full * np.clip((opened + 1) / effects.forum_weeks, 0, 1)


def _drawn(
    rng: Generator, world: World, category: str, weeks: Moments, count: Array, weight: Array
) -> pd.DataFrame:
    """The tickets of a category: whose they are and when they came."""
    week = np.repeat(np.arange(len(weeks)), count)
    reached = np.cumsum(weight, axis=0)
    drawn = rng.random(len(week)) * reached[-1, week]
    ends = np.cumsum(count)
    place = np.concatenate(
        [
            np.searchsorted(reached[:, number], drawn[end - many : end], side="right")
            for number, (many, end) in enumerate(zip(count, ends, strict=True))
        ]
    )
    clock = world.clock
    of_week = ((clock.days - weeks[0]).astype(int)) // 7
    by_day = np.zeros((len(weeks), 7))
    by_day[of_week, clock.weekdays] = clock.at_work()
    day = pick_each(rng, by_day[week])
    number = (weeks[week] - clock.days[0]).astype(int) + day
    return pd.DataFrame(
        {
            "created_at": clock.on(rng, number, working=True),
            "place": place,
            "category": category,
            "feature": pick(rng, ABOUT.get(category, FEATURES), len(week)),
        }
    )


def _recorded(rng: Generator, world: World, true: Array) -> Array:
    """The category that the service desk wrote down, right or wrong."""
    effects, recorded, drawn = world.effects, true.copy(), rng.random(len(true))
    missed = (true == TARGET) & (drawn >= effects.how_to_sensitivity)
    recorded[missed] = pick(rng, CONFUSED_WITH, int(missed.sum()))
    recorded[(true != TARGET) & (drawn >= effects.how_to_specificity)] = TARGET
    return recorded


def _mood(rng: Generator, customers: Customers, rows: pd.DataFrame) -> Array:
    """The sentiment with which each ticket is written: healthier accounts complain less."""
    shares = np.array([MOODS[category] for category in rows["category"]])
    shares[:, 0] *= np.exp(-0.2 * customers.health[rows["place"]])
    return np.array(SENTIMENTS, dtype=object)[pick_each(rng, shares)]


def tickets_table(world: World, customers: Customers, drawn: Tickets) -> pa.Table:
    """One row per ticket, as the service desk exports it."""
    rng, clock, rows = world.rng("ticket cases"), world.clock, drawn.rows
    number, created_at = len(rows), moments_of(rows["created_at"])
    wait = rows["category"].map(SOLVED_AFTER).to_numpy() * rng.lognormal(0.0, 1.1, number)
    solved_at = clock.when_at_work(rng, created_at + hours(wait))
    is_solved = (solved_at < clock.ends_at) & (rng.random(number) < 0.985)
    place = rows["place"].to_numpy()
    answer = satisfaction(world, rng, customers, place, created_at)
    is_cross = (rows["sentiment"] == "negative").to_numpy() & (rng.random(number) < 0.15)
    answers = is_solved & (rng.random(number) < 0.27)
    columns: dict[str, Any] = {
        "ticket_id": ids("t", range(1, number + 1)),
        "created_at": created_at,
        "account_id": where(rng.random(number) < 0.98, customers.account_id[place]),
        "category": rows["recorded"],
        "feature": where(rng.random(number) < 0.93, rows["feature"].to_numpy()),
        "channel": rows["channel"],
        "solved_at": where(is_solved, solved_at),
        "reopened": rng.binomial(2, 0.035, number),
        "satisfaction": np.where(answers, np.maximum(answer - is_cross, 1), np.nan),
    }
    return typed("tickets", columns | _written(world, rows))


def _written(world: World, rows: pd.DataFrame) -> dict[str, Any]:
    """Subject and text; who calls leaves only the subject that the agent typed."""
    if not world.has_texts:
        return {}
    rng, number = world.rng("ticket texts"), len(rows)
    said = rows[["category", "sentiment", "feature"]].assign(language=pick(rng, LANGUAGES, number))
    subject, text = (np.full(number, None, dtype=object) for _ in range(2))
    writes = (rows["channel"] != "Telefon").to_numpy()
    order = ["category", "language", "sentiment", "feature"]
    about = said.loc[writes, order].to_dict("list").values()
    subject[writes], text[writes] = texts.with_subjects(rng, *about)
    order.remove("sentiment")
    subject[~writes] = texts.subjects(rng, *said.loc[~writes, order].to_dict("list").values())
    return {"subject": subject, "text": text}


def satisfaction(
    world: World,
    rng: Generator,
    customers: Customers,
    place: Array,
    moments: Moments,
) -> Array:
    """Answers from 1 to 5 whose mean follows the account's health, and whether it has joined."""
    joined = customers.joined_on[place] < moments
    mean = 4.18 + 0.22 * np.clip(customers.health[place], -2, 2)
    mean = mean + world.effects.joining_on_satisfaction * joined
    return 1 + rng.binomial(4, np.clip((mean - 1) / 4, 0, 1))
