"""The service desk: a weekly process with controls that share its shocks, and its tickets."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.random import Generator

from tacheles.demo import texts
from tacheles.demo.clock import FORUM_OPENS, RELEASE, Array, Moments, hours
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


def tickets(world: World, people: Customers) -> Tickets:
    """Draw the tickets: first how many a week, then whose, when and about what."""
    rng, clock = world.rng("tickets"), world.clock
    weeks = np.arange(monday(clock.days[0]), clock.days[-1] + 1, _WEEK)
    open_share = _open_share(world, weeks)
    shock = _shocks(rng, world, weeks)
    joins = people.joined(weeks) * world.effects.joining_on_how_to
    is_active = people.active(weeks)
    month = clock.month_of_day[np.clip((weeks - clock.days[0]).astype(int), 0, None)]
    found, expected = [], []
    for category, usual in CATEGORIES.items():
        is_target = category == TARGET
        part = 1.0 if is_target else 0.5
        own = people.noise[:, month] * part - (NOISE * part) ** 2 / 2  # a mean of one
        weight = people.demand[:, None] * is_active * np.exp(own) * (1 + joins * is_target)
        mean = usual * weight.sum(axis=0) / 900 * open_share * np.exp(shock[category])
        forum = _forum(world, weeks, category)
        count = rng.negative_binomial(200, 200 / (200 + mean * (1 + forum)))
        found.append(_drawn(rng, world, category, weeks, count, weight))
        if is_target:
            expected = [mean, mean * (1 + forum)]
    rows = pd.concat(found, ignore_index=True).sort_values("created_at", kind="stable")
    rows = rows.reset_index(drop=True)
    rows["recorded"] = _recorded(rng, world, rows["category"].to_numpy())
    rows["channel"] = pick(rng, CHANNELS, len(rows))
    rows["sentiment"] = _mood(rng, people, rows)
    return Tickets(rows, pd.DataFrame({"week": weeks, "without": expected[0], "with": expected[1]}))


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


def _shocks(rng: Generator, world: World, weeks: Moments) -> dict[str, Array]:
    """Log of what each category has beside the customers: season, shared demand, own noise."""
    number, year = len(weeks), (weeks - weeks.astype("datetime64[Y]")).astype(float) / 7
    season = 0.15 * np.sin(2 * np.pi * year / 52 + 0.5) + 0.06 * np.cos(4 * np.pi * year / 52)
    demand = autoregressive(rng, (number,), 0.7, 0.1)
    found = {}
    for category in CATEGORIES:
        swing = rng.uniform(0.7, 1.3) if category != TARGET else 1.0
        loading = rng.uniform(0.7, 1.2)
        own = autoregressive(rng, (number,), 0.5, 0.08)
        found[category] = swing * season + loading * demand + own
    after = (weeks - np.datetime64(RELEASE)).astype(int) // 7
    lasting = np.select([(after >= 0) & (after < 4), after == 4], [1.0, 0.4], 0.0)
    found["bug"] = found["bug"] + np.log1p(world.effects.release_on_bugs * lasting)
    incident = rng.random(number) < 0.03
    found["outage"] = found["outage"] + np.where(incident, 0.7, 0.0)
    return found


def _forum(world: World, weeks: Moments, category: str) -> Array:
    """What the forum does to the category in each week: it grows evenly to its full effect."""
    effects = world.effects
    full = effects.forum_on_how_to if category == TARGET else effects.forum_on_controls
    opened = (weeks - np.datetime64(FORUM_OPENS)).astype(int) // 7
    return full * np.clip((opened + 1) / effects.forum_weeks, 0, 1)


def _drawn(
    rng: Generator,
    world: World,
    category: str,
    weeks: Moments,
    count: Array,
    weight: Array,
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


def _mood(rng: Generator, people: Customers, rows: pd.DataFrame) -> Array:
    """The sentiment with which each ticket is written: healthier accounts complain less."""
    shares = np.array([MOODS[category] for category in rows["category"]])
    shares[:, 0] *= np.exp(-0.2 * people.health[rows["place"]])
    return np.array(SENTIMENTS, dtype=object)[pick_each(rng, shares)]


def tickets_table(world: World, people: Customers, drawn: Tickets) -> pa.Table:
    """One row per ticket, as the service desk exports it."""
    rng, clock, rows = world.rng("ticket cases"), world.clock, drawn.rows
    number = len(rows)
    created_at = rows["created_at"].to_numpy().astype("datetime64[s]")
    usual = rows["category"].map({"how_to": 5, "bug": 30, "billing": 9, "outage": 4, "account": 3})
    solved_at = created_at + hours(usual.to_numpy() * rng.lognormal(0.0, 1.1, number))
    solved_at = clock.when_at_work(rng, solved_at)
    is_solved = (solved_at < clock.ends_at) & (rng.random(number) < 0.985)
    account_id = where(rng.random(number) < 0.98, people.account_id[rows["place"]])
    answers = satisfaction(world, rng, people, rows["place"].to_numpy(), created_at)
    answers = answers - (rows["sentiment"] == "negative").to_numpy() * (rng.random(number) < 0.15)
    has_answered = is_solved & (rng.random(number) < 0.27)
    columns: dict[str, Any] = {
        "ticket_id": ids("t", range(1, number + 1)),
        "created_at": created_at,
        "account_id": account_id,
        "category": rows["recorded"],
        "feature": where(rng.random(number) < 0.93, rows["feature"].to_numpy()),
        "channel": rows["channel"],
        "solved_at": where(is_solved, solved_at),
        "reopened": rng.binomial(2, 0.035, number),
        "satisfaction": np.where(has_answered, np.maximum(answers, 1), np.nan),
    }
    return typed("tickets", columns | _written(world, rows))


def _written(world: World, rows: pd.DataFrame) -> dict[str, Any]:
    """Subject and text; who calls leaves only the subject that the agent typed."""
    if not world.has_texts:
        return {}
    rng = world.rng("ticket texts")
    language = pick(rng, LANGUAGES, len(rows)).tolist()
    category, feature = rows["category"].tolist(), rows["feature"].tolist()
    subject = texts.subjects(rng, category, language, feature)
    writes = np.flatnonzero(rows["channel"] != "Telefon")
    said = (
        [column[place] for place in writes]
        for column in (category, language, rows["sentiment"].tolist(), feature)
    )
    text = np.full(len(rows), None, dtype=object)
    text[writes] = texts.tickets(rng, *said)
    return {"subject": subject, "text": text}


def satisfaction(
    world: World,
    rng: Generator,
    people: Customers,
    place: Array,
    moments: Moments,
) -> Array:
    """Answers from 1 to 5 whose mean follows the account's health, and whether it has joined."""
    joined = people.joined_on[place] < moments
    mean = 4.04 + 0.22 * np.clip(people.health[place], -2, 2)
    mean = mean + world.effects.joining_on_satisfaction * joined
    return 1 + rng.binomial(4, np.clip((mean - 1) / 4, 0, 1))
