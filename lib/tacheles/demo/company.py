"""The company's own records: deals, accounts, renewals, revenue and use of the product."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.random import Generator

from tacheles.demo.clock import FORUM_OPENS, TRADE_FAIR, Array, Moments, month_number
from tacheles.demo.world import SEGMENTS, World, autoregressive, ids, pick, pick_each, typed, where

#: Sizes of accounts: share of all, users of a usual one, price of a seat a month. [EUR]
SIZES = {"klein": (0.56, 7.0, 29.0), "mittel": (0.31, 27.0, 26.0), "groß": (0.13, 105.0, 24.0)}

#: Which share of each size has a named, a pooled and no customer success manager.
TIERS = {"klein": (0.03, 0.27, 0.7), "mittel": (0.28, 0.5, 0.22), "groß": (0.85, 0.15, 0.0)}
TIER_NAMES = np.array(["named", "pooled", "none"], dtype=object)

#: Where a deal came from: how many, how many are won, how many of those that need a reference get
#: one. Who comes by recommendation is won more easily *and* gets a reference more often.
SOURCES = {
    "Empfehlung": (0.16, 0.46, 0.8),
    "Partner": (0.14, 0.36, 0.66),
    "Forum": (0.08, 0.3, 0.6),
    "Messe": (0.2, 0.22, 0.4),
    "Website": (0.26, 0.18, 0.3),
    "Kaltakquise": (0.16, 0.1, 0.14),
}

#: Channels that touch a deal on its way.
TOUCHES = {
    "Website": 0.26,
    "Vertrieb": 0.24,
    "Newsletter": 0.12,
    "Blog": 0.11,
    "Forum": 0.1,
    "LinkedIn": 0.08,
    "Webinar": 0.09,
}

#: Deals that begin in a usual month, at size 1.
DEALS = 66

#: Customers on the first day on record, at size 1.
CUSTOMERS_AT_START = 700

#: Spread of what an account asks from month to month beside its usual. [log]
NOISE = 0.4

#: Monthly odds of joining the community: how they follow from health, size and a bad month.
JOINING = {"base": -3.98, "health": 0.95, "noise": 0.5, "mittel": 0.5, "groß": 1.0}

#: How renewals follow from the health of the account.
RENEWING = {"base": 2.1, "health": 0.95, "mittel": 0.15, "groß": 0.4}

_DAY = np.timedelta64(1, "D")


@dataclass
class Customers:
    """
    The customers, one place in each array for one of them; days are numbers of days.

    `health` is what nobody records: it shows in the use of the product.
    """

    account_id: Array
    segment: Array
    size: Array
    tier: Array
    seats: Array
    health: Array
    demand: Array
    started_on: Moments
    ended_on: Moments
    joined_on: Moments
    is_invited: Array
    could_be_invited: Array
    noise: Array
    renewals: pd.DataFrame

    def active(self, day: Array | np.datetime64) -> Array:
        """Whether each is a customer on these days (one column per day)."""
        has_ended = self.ended_on[:, None] <= day  # never, where the day is not a time
        return (self.started_on[:, None] <= day) & ~has_ended

    def joined(self, day: Moments) -> Array:
        """Whether each has joined the community before these days (one column per day)."""
        return self.joined_on[:, None] < day

    @property
    def is_named(self) -> Array:
        """Whether each has a named customer success manager."""
        return self.tier == "named"


def deals(world: World) -> pd.DataFrame:
    """Opportunities with what decides them; those closed after the end are still open."""
    rng = world.rng("deals")
    day = _opportunities(rng, world)
    number = len(day)
    source = pick(rng, {name: share for name, (share, _wins, _gets) in SOURCES.items()}, number)
    wins, gets = np.array([SOURCES[name][1:] for name in source]).T
    size = pick(rng, {name: share for name, (share, _seats, _price) in SIZES.items()}, number)
    needed = rng.random(number) < np.select([size == "groß", size == "mittel"], [0.9, 0.78], 0.64)
    had = needed & (rng.random(number) < gets)
    is_expansion = rng.random(number) < 0.14
    wins = wins + world.effects.reference_on_win_rate * had + np.where(is_expansion, 0.2, 0.0)
    days = (8 + rng.gamma(2.0, 26.0, number)).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "created_on": day,
            "closed_on": day + days,
            "is_won": rng.random(number) < wins - np.where(size == "groß", 0.03, 0.0),
            "source": source,
            "is_expansion": is_expansion,
            "size": size,
            "seats": _seats(rng, size),
            "needed_reference": needed,
            "had_reference": had,
            "touches": _touches(rng, source),
        }
    )


def _opportunities(rng: Generator, world: World) -> Moments:
    """Days on which a deal begins: somewhat more every year, more at the trade fair."""
    clock = world.clock
    at_fair = (clock.days >= np.datetime64(TRADE_FAIR[0])) & (
        clock.days <= np.datetime64(TRADE_FAIR[1])
    )
    density = np.linspace(0.85, 1.15, len(clock.days)) * np.where(at_fair, 1.35, 1.0)
    density *= ~clock.is_closed
    number = world.many(DEALS * len(clock.months))
    return np.repeat(clock.days, rng.multinomial(number, density / density.sum()))


def _contracts(deals: pd.DataFrame, before: Any) -> tuple[pd.DataFrame, Moments]:
    """New customers won, and when their contracts start: no later than the 28th of a month."""
    won = deals[deals["is_won"] & ~deals["is_expansion"]]
    start = won["closed_on"].to_numpy().astype("datetime64[D]") + 1
    month = start.astype("datetime64[M]").astype("datetime64[D]")
    start = np.where(start - month < 28 * _DAY, start, first_of_next(start))
    return won[start < before], start[start < before]


def _touches(rng: Generator, source: Array) -> list[str]:
    """Channels in their order; the first is the one the deal came from, if it is a channel."""
    counts = 1 + rng.poisson(2.2, len(source))
    drawn = iter(pick(rng, TOUCHES, int(counts.sum())))
    first = {"Empfehlung": "Empfehlung", "Partner": "Partner", "Kaltakquise": "Vertrieb"}
    return [
        ";".join([first.get(name, name), *(next(drawn) for _ in range(count))])
        for name, count in zip(source, counts, strict=True)
    ]


def _seats(rng: Generator, size: Array) -> Array:
    usual = np.array([SIZES[name][1] for name in size])
    return np.maximum(np.round(usual * rng.lognormal(-0.1, 0.45, len(size))), 1)


def customers(world: World, deals: pd.DataFrame) -> Customers:
    """The customers at the start, those won since, and what becomes of them month by month."""
    rng, clock = world.rng("accounts"), world.clock
    won, start = _contracts(deals, clock.days[-1])
    before = world.many(CUSTOMERS_AT_START)
    age = np.minimum(rng.gamma(1.6, 1000.0, before), 3900).astype("timedelta64[D]")
    old = clock.days[0] - 1 - age
    old = np.minimum(old, old.astype("datetime64[M]").astype("datetime64[D]") + 27)
    old_size = pick(rng, {name: share for name, (share, _s, _p) in SIZES.items()}, before)
    size = np.concatenate([old_size, won["size"].to_numpy()])
    seats = np.concatenate([_seats(rng, old_size), won["seats"].to_numpy()])
    tier = TIER_NAMES[pick_each(rng, np.array([TIERS[name] for name in size]))]
    number = len(size)
    made = Customers(
        account_id=ids("a", range(1, number + 1), 4),
        segment=pick(rng, SEGMENTS, number),
        size=size,
        tier=tier,
        seats=seats,
        health=rng.normal(np.where(tier == "named", 0.15, 0.0), 1.0),
        demand=rng.lognormal(-0.12, 0.5, number) * np.sqrt(seats) / np.sqrt(seats).mean(),
        started_on=np.concatenate([old, start]),
        ended_on=np.full(number, "NaT", dtype="datetime64[D]"),
        joined_on=np.full(number, "NaT", dtype="datetime64[D]"),
        is_invited=rng.random(number) < 0.5,
        could_be_invited=np.zeros(number, dtype=bool),
        noise=autoregressive(rng, (number, len(clock.months)), 0.5, NOISE),
        renewals=pd.DataFrame(),
    )
    _live(world, rng, made)
    return made


#: When the list of invitations was drawn, how many days they work, and how much. [log odds]
INVITED_ON, INVITED_DAYS, INVITATION_PUSH = np.datetime64("2026-01-12"), 80, 2.2


def _live(world: World, rng: Generator, customers: Customers) -> None:
    """Month by month: who joins the community, whose contract is due, who goes."""
    odds, chance = _log_odds(customers, JOINING), _chance(_log_odds(customers, RENEWING))
    helps, found = _help(world, customers), []
    for place, month in enumerate(world.clock.months):
        bad_month = JOINING["noise"] * customers.noise[:, max(place - 1, 0)]
        _join(rng, customers, odds + bad_month, month)
        found.append(_renew(rng, customers, np.minimum(chance, 0.975), helps, month))
    customers.renewals = pd.concat(found, ignore_index=True)


def _log_odds(customers: Customers, said: dict[str, float]) -> Array:
    """Log odds that follow from health and size."""
    return said["base"] + said["health"] * customers.health + _by_size(customers.size, said)


def _join(rng: Generator, customers: Customers, odds: Array, month: Any) -> None:
    """Who joins in this month, and on which day."""
    following = first_of_next(month)
    may = customers.active(following - 1)[:, 0] & np.isnat(customers.joined_on)
    earliest = np.maximum(customers.started_on, month)
    if month <= INVITED_ON < following:
        customers.could_be_invited[:] = may & customers.active(INVITED_ON)[:, 0]
        earliest = np.maximum(earliest, INVITED_ON)
    push = np.full(len(odds), _push(month))
    if following > INVITED_ON and month < INVITED_ON + INVITED_DAYS:
        push += INVITATION_PUSH * (customers.could_be_invited & customers.is_invited)
    joins = may & (rng.random(len(odds)) < _chance(odds + push))
    wait = rng.random(len(odds)) * (following - earliest).astype(np.int64)
    customers.joined_on[joins] = (earliest + wait.astype("timedelta64[D]"))[joins]


def _renew(
    rng: Generator, customers: Customers, chance: Array, helps: Array, month: Any
) -> pd.DataFrame:
    """Contracts due in this month, a full number of years after their start, and their fate."""
    first = customers.started_on.astype("datetime64[M]")
    due_on = month + (customers.started_on - first.astype("datetime64[D]"))
    is_due = (month_number(first) - month_number(month)) % 12 == 0
    is_due &= (customers.started_on < month) & customers.active(month)[:, 0]
    has_joined = customers.joined_on < due_on
    is_renewed = rng.random(len(chance)) < chance + helps * has_joined
    goes = is_due & ~is_renewed
    customers.ended_on[goes] = due_on[goes]
    due = {
        "place": np.arange(len(chance)),
        "due_on": due_on,
        "renewed": is_renewed,
        "has_joined": has_joined,
        "effect": helps * has_joined,
    }
    return pd.DataFrame(due)[is_due]


def _chance(log_odds: Array) -> Array:
    return 1 / (1 + np.exp(-log_odds))


def first_of_next(month: Any) -> Any:
    """First day of the month after this one, or after each of these."""
    return (month.astype("datetime64[M]") + 1).astype("datetime64[D]")


def _by_size(size: Array, said: dict[str, float]) -> Array:
    return np.select([size == "groß", size == "mittel"], [said["groß"], said["mittel"]], 0.0)


def _push(month: np.datetime64) -> float:
    """How much easier it is to join in this month: the launch, the trade fair, the forum."""
    since_launch = float((month - np.datetime64("2024-04-01")) / _DAY)
    push = 0.3 if 0 <= since_launch < 85 else 0.0
    if np.datetime64(TRADE_FAIR[0], "M") <= month <= np.datetime64(TRADE_FAIR[1], "M"):
        push += 0.5
    return push + (0.15 if month >= np.datetime64(FORUM_OPENS, "M") else 0.0)


def _help(world: World, customers: Customers) -> Array:
    """What joining adds to the chance of renewal, so that those who join gain it on average."""
    average, named = world.effects.joining_on_renewals, world.effects.joining_on_renewals_with_csm
    likely = np.exp(JOINING["health"] * customers.health + _by_size(customers.size, JOINING))
    share = np.average(customers.is_named, weights=np.minimum(likely, 8.0))
    return np.where(customers.is_named, named, (average - share * named) / (1 - share))


def accounts_table(customers: Customers, first_community_at: Moments) -> pa.Table:
    """One row per customer."""
    return typed(
        "accounts",
        {
            "account_id": customers.account_id,
            "started_on": customers.started_on,
            "segment": customers.segment,
            "size": customers.size,
            "csm_tier": customers.tier,
            "ended_on": customers.ended_on,
            "first_community_at": first_community_at,
        },
    )


def monthly_fee(world: World, customers: Customers) -> Array:
    """What each pays in each month while it is a customer. [EUR]"""
    rng, months = world.rng("fees"), world.clock.months
    price = np.array([SIZES[name][2] for name in customers.size])
    price = price * rng.lognormal(0.0, 0.05, len(price))
    rises = 1.03 ** ((months - months[0]) / (365 * _DAY)).astype(float)
    helps = 1 + world.effects.joining_on_revenue * customers.joined(months)
    return np.round((price * customers.seats)[:, None] * np.floor(rises * 100) / 100 * helps, 2)


def revenue_table(world: World, customers: Customers, fee: Array) -> pa.Table:
    """One row per customer, month and kind: subscriptions, now and then a course or an event."""
    rng, months = world.rng("revenue"), world.clock.months
    is_paying = customers.active(first_of_next(months) - 1) | customers.active(months)
    place, month = np.nonzero(is_paying)
    margin = np.select([customers.size == "groß", customers.size == "mittel"], [0.76, 0.79], 0.81)
    rows = [_revenue(customers, months, place, month, fee[place, month], "subscription", margin)]
    calendar_month = month_number(months) % 12
    for kind, chance, low, high, rate in (
        ("course", 0.012 + 0 * calendar_month, 240, 960, 0.55),
        ("event", np.where(np.isin(calendar_month, (4, 10)), 0.05, 0.0), 90, 420, 0.2),
        ("sponsorship", np.where(np.isin(calendar_month, (4, 10)), 0.004, 0.0), 1500, 4000, 0.85),
    ):
        place, month = np.nonzero(is_paying & (rng.random(is_paying.shape) < chance))
        amount = np.round(rng.uniform(low, high, len(place)), -1)
        rows.append(_revenue(customers, months, place, month, amount, kind, rate + 0 * margin))
    return typed("revenue", pd.concat(rows, ignore_index=True))


def _revenue(
    customers: Customers,
    months: Moments,
    place: Array,
    month: Array,
    amount: Array,
    kind: str,
    margin: Array,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": customers.account_id[place],
            "month": months[month],
            "amount": amount,
            "kind": kind,
            "margin_rate": margin[place],
        }
    )


def renewals_table(world: World, customers: Customers, fee: Array) -> pa.Table:
    """One row per contract that was due, and of those due soon the few that renewed early."""
    rng, clock = world.rng("renewals"), world.clock
    due = customers.renewals
    due_on = due["due_on"].to_numpy().astype("datetime64[D]")
    month = clock.month_of_day[(due_on - clock.days[0]).astype(np.int64)]
    amount = 12 * fee[due["place"], month]
    past = pd.DataFrame(
        {
            "account_id": customers.account_id[due["place"]],
            "due_on": due["due_on"].to_numpy(),
            "renewed": due["renewed"].to_numpy(),
            "amount": np.round(amount, 2),
        }
    )
    soon = _early(world, rng, customers, fee)
    return typed("renewals", pd.concat([past, soon], ignore_index=True))


def _early(world: World, rng: Generator, customers: Customers, fee: Array) -> pd.DataFrame:
    """Contracts due in the two months after the end that were renewed before it."""
    end = np.datetime64(world.clock.end, "D")
    last = end.astype("datetime64[M]")
    ahead = (month_number(customers.started_on) - month_number(last[None])[0]) % 12
    day = customers.started_on - customers.started_on.astype("datetime64[M]").astype(end.dtype)
    due_on = (last + ahead).astype("datetime64[D]") + day
    is_early = (ahead < 2) & customers.active(end)[:, 0] & (rng.random(len(ahead)) < 0.2)
    is_early &= customers.started_on < end - 300
    return pd.DataFrame(
        {
            "account_id": customers.account_id[is_early],
            "due_on": due_on[is_early],
            "renewed": True,
            "amount": np.round(12 * fee[is_early, -1], 2),
        }
    )


def usage_table(world: World, customers: Customers) -> pa.Table:
    """One row per customer and month: jobs planned per seat, which follow the account's health."""
    rng, months = world.rng("usage"), world.clock.months
    noise = autoregressive(rng, customers.noise.shape, 0.4, 0.1)
    season = 0.06 * np.cos(2 * np.pi * (month_number(months) % 12 - 9) / 12)
    helps = np.log1p(world.effects.joining_on_usage * customers.joined(months))
    amount = np.exp(3.7 + 0.35 * customers.health[:, None] + season + noise + helps)
    place, month = np.nonzero(customers.active(months))
    return typed(
        "usage",
        {
            "account_id": customers.account_id[place],
            "month": months[month],
            "amount": np.round(amount[place, month], 1),
        },
    )


def deals_table(world: World, deals: pd.DataFrame, customers: Customers) -> pa.Table:
    """One row per opportunity; whether it is won is known once it is closed."""
    rng, number = world.rng("deal accounts"), len(deals)
    closed_on = deals["closed_on"].to_numpy().astype("datetime64[D]")
    is_closed = closed_on < np.datetime64(world.clock.end)
    outcome = np.where(deals["is_won"], "won", "lost")
    price = np.array([SIZES[name][2] for name in deals["size"]])
    share = np.where(deals["is_expansion"], 0.3, 1.0)
    amount = deals["seats"] * price * share * 12 * rng.lognormal(0.0, 0.08, number)
    account = np.full(number, None, dtype=object)
    won, _ = _contracts(deals, world.clock.days[-1])
    account[won.index] = customers.account_id[len(customers.account_id) - len(won) :]
    grows = np.flatnonzero(deals["is_expansion"])
    old = (customers.started_on < world.clock.days[0]) & np.isnat(customers.ended_on)
    account[grows] = rng.choice(customers.account_id[old], len(grows))
    return typed(
        "deals",
        {
            "deal_id": ids("d", range(1, number + 1), 4),
            "created_on": deals["created_on"].to_numpy().astype("datetime64[D]"),
            "stage": np.where(is_closed, outcome, "open"),
            "account_id": account,
            "closed_on": where(is_closed, closed_on),
            "amount": np.round(amount, -1),
            "source": deals["source"],
            "needed_reference": deals["needed_reference"],
            "had_reference": deals["had_reference"],
            "touches": deals["touches"],
        },
    )
