"""Who is in the community, since when, in which role, and until when."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.random import Generator

from tacheles.contract import STAFF_ROLES
from tacheles.demo.clock import SUPERUSER_LEAVES, TRADE_FAIR, Array, Moments, days_since, hours
from tacheles.demo.company import Customers
from tacheles.demo.world import SEGMENTS, World, ids, pick, typed, where

#: Members at size 1, and the share of them who belong to a customer.
MEMBERS, COLLEAGUES = 6000, 0.83

#: People of the company, and volunteers with a role, at any size.
CREW = {"community_manager": 2, "admin": 1, "staff": 16}
VOLUNTEERS = {"moderator": 8, "expert": 14, "champion": 34}

#: Programmes that write by themselves: their role here, and how many there are.
BOT, BOTS = "bot", 2

#: Share of members who never write, and of those who write as long as they are there.
SILENT, STEADY = 0.22, 0.06

#: Spread of the members' zeal. [log]
ZEAL = 0.95

#: After how many days the zeal of all but the steady has fallen to a third.
ZEAL_DAYS = 85.0

#: After how many days two thirds of an account's colleagues have followed its first member.
FOLLOW_DAYS = 260.0

COUNTRIES = {"DE": 0.68, "AT": 0.08, "CH": 0.06, "NL": 0.09, "GB": 0.09}
LOCALES = {"DE": "de-DE", "AT": "de-AT", "CH": "de-CH", "NL": "en-NL", "GB": "en-GB"}

#: Share of members who leave, and of those who may be quoted.
LEAVE, CONSENT = 0.09, 0.14

_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class People:
    """
    The members, oldest first, one place in each array for one of them.

    `account` is the place of the account, −1 without one; `zeal` is how much each writes when new,
    `is_steady` whether that lasts. The superuser is the member at `superuser`.
    """

    member_id: Array
    joined_at: Moments
    account: Array
    role: Array
    country: Array
    segment: Array
    zeal: Array
    is_steady: Array
    superuser: int

    @property
    def is_english(self) -> Array:
        """Whether each writes English."""
        return np.isin(self.country, ("NL", "GB"))

    @property
    def is_crew(self) -> Array:
        """Whether each works for the company, or is a programme."""
        return np.isin(self.role, (*STAFF_ROLES, BOT))

    def first_of_account(self, accounts: int) -> Moments:
        """When the first member of each account joined."""
        first = np.full(accounts, "NaT", dtype="datetime64[s]")
        place, at = np.unique(self.account, return_index=True)  # the oldest come first
        first[place[place >= 0]] = self.joined_at[at[place >= 0]]
        return first

    @property
    def staff(self) -> Array:
        """Places of those who work for the company."""
        return np.flatnonzero(np.isin(self.role, STAFF_ROLES))

    @property
    def account_id(self) -> Array:
        """The account of each, nothing without one."""
        return where(self.account >= 0, ids("a", self.account + 1, 4))

    def of_account(self, rng: Generator, account: Array) -> tuple[Array, Array]:
        """A member of each account at random, and whether it has any at all."""
        order = np.argsort(self.account, kind="stable")
        sorted_account = self.account[order]
        left = np.searchsorted(sorted_account, account)
        many = np.searchsorted(sorted_account, account, side="right") - left
        place = left + rng.integers(0, np.maximum(many, 1))
        return order[np.minimum(place, len(order) - 1)], many > 0

    def draw(self, rng: Generator, moments: Moments, zeal: Array) -> Array:
        """Who acts at each moment: the steady as they always did, the others while they are new."""
        first = self.joined_at[0]
        fresh = zeal * np.exp(days_since(first, self.joined_at) / ZEAL_DAYS)
        steady = np.cumsum(np.where(self.is_steady, zeal, 0.0))
        passing = np.cumsum(np.where(self.is_steady, 0.0, fresh))
        faded = np.exp(-days_since(first, moments) / ZEAL_DAYS)
        known = np.maximum(np.searchsorted(self.joined_at, moments), 1) - 1
        drawn = rng.random(len(moments)) * (steady[known] + passing[known] * faded)
        late = (drawn - steady[known]) / faded
        found = np.where(
            drawn < steady[known],
            np.searchsorted(steady, drawn, side="right"),
            np.searchsorted(passing, late, side="right"),
        )
        return np.minimum(found, known)


def people(world: World, customers: Customers) -> People:
    """The members: colleagues of the accounts that joined, others, the crew and two programmes."""
    rng, clock = world.rng("members"), world.clock
    total = world.many(MEMBERS)
    account, day = _colleagues(rng, world, customers, round(COLLEAGUES * total))
    lone = max(total - len(day), 0)
    alone = clock.days[rng.choice(len(clock.days), lone, p=_arrivals(world))]
    account, day = np.concatenate([account, np.full(lone, -1)]), np.concatenate([day, alone])
    number = np.clip((day - clock.days[0]).astype(int), 0, len(clock.days) - 1)
    joined_at = clock.on(rng, number, working=False)
    opened_at = clock.starts_at + hours(34 + 2 * rng.random(len(day)))  # on the second day
    joined_at = np.clip(joined_at, opened_at, clock.ends_at - 60)
    return _with_crew(world, rng, customers, joined_at, account)


def _colleagues(
    rng: Generator, world: World, customers: Customers, number: int
) -> tuple[Array, Moments]:
    """Members of customers: the first of each that joined, and those who followed."""
    first = np.flatnonzero(~np.isnat(customers.joined_on))
    joined_on, ended_on = customers.joined_on[first], customers.ended_on[first]
    end = np.datetime64(world.clock.end)
    span = np.where(np.isnat(ended_on) | (ended_on > end), end, ended_on) - joined_on
    followed = 1 - np.exp(-np.maximum(span.astype(float), 1.0) / FOLLOW_DAYS)
    chance = customers.seats[first] ** 0.62 * followed
    more = rng.choice(len(first), max(number - len(first), 0), p=chance / chance.sum())
    days = -FOLLOW_DAYS * np.log1p(-rng.random(len(more)) * followed[more])
    later = joined_on[more] + days.astype("timedelta64[D]")
    return np.concatenate([first, first[more]]), np.concatenate([joined_on, later])


def _arrivals(world: World) -> Array:
    """On which days people come who belong to no customer: many at the trade fair."""
    days = world.clock.days
    from_fair = (days >= np.datetime64(TRADE_FAIR[0])) & (days <= np.datetime64(TRADE_FAIR[1]))
    grown = np.linspace(0.6, 1.4, len(days)) * np.where(from_fair, 3.6, 1.0)
    density = world.clock.at_leisure() * grown
    density[0] = 0.0
    return density / density.sum()


def _with_crew(
    world: World, rng: Generator, customers: Customers, joined_at: Moments, account: Array
) -> People:
    """Everybody in the order in which they came; the crew was there on the first morning."""
    crew = [role for role in CREW for _ in range(CREW[role])] + [BOT] * BOTS
    role = np.concatenate([np.full(len(account), "member", dtype=object), crew])
    account = np.concatenate([account, np.full(len(crew), -1)])
    early = world.clock.starts_at + hours(32 + 0.01 * np.arange(len(crew)))
    joined_at = np.concatenate([joined_at, early])
    order = np.argsort(joined_at, kind="stable")
    joined_at, account, role = joined_at[order], account[order], role[order]
    number, is_crew = len(order), role != "member"
    zeal = rng.lognormal(0.0, ZEAL, number) * (rng.random(number) >= SILENT) * ~is_crew
    is_steady = rng.random(number) < STEADY
    superuser, volunteers = _volunteers(zeal, is_steady, account)
    names = [name for name in VOLUNTEERS for _ in range(VOLUNTEERS[name])]
    role[volunteers] = rng.permutation(np.array(names, dtype=object))[: len(volunteers)]
    role[superuser] = "champion"
    is_steady[[superuser, *volunteers]] = True
    zeal[superuser] = 0.0  # only answers, and that by a rule of its own
    own = pick(rng, SEGMENTS, number)
    segment = np.where(account >= 0, customers.segment[account], own)
    return People(
        member_id=ids("m", rng.permutation(number) + 1),
        joined_at=joined_at,
        account=account,
        role=role,
        country=pick(rng, COUNTRIES, number),
        segment=where(~is_crew, segment),
        zeal=zeal,
        is_steady=is_steady,
        superuser=superuser,
    )


def _volunteers(zeal: Array, is_steady: Array, account: Array) -> tuple[int, Array]:
    """The superuser, and those who later have a role: the most eager of the first half."""
    number = sum(VOLUNTEERS.values())
    old = np.flatnonzero(account >= 0)
    old = old[: max(len(old) // 2, number + 1)]
    eager = old[np.argsort(-zeal[old] * np.where(is_steady[old], 1.0, 0.2), kind="stable")]
    return int(eager[0]), eager[1 : number + 1]


def departures(world: World, people: People, posts: pd.DataFrame) -> Moments:
    """When each member left, after the last post; most never did."""
    rng, clock = world.rng("leaving"), world.clock
    number, last = len(people.member_id), people.joined_at.copy()
    written = posts[posts["member"] >= 0].groupby("member")["posted_at"].max()
    last[written.index] = written.to_numpy().astype("datetime64[s]")
    leaves = last + hours(24 * rng.gamma(2.0, 90.0, number))
    has_left = (rng.random(number) < LEAVE) & (leaves < clock.ends_at) & ~people.is_crew
    has_left[people.superuser] = True
    leaves[people.superuser] = np.datetime64(SUPERUSER_LEAVES, "s") + hours(16)
    return where(has_left, leaves)


def members_table(world: World, people: People, left_at: Moments) -> pa.Table:
    """One row per member."""
    rng, number = world.rng("consents"), len(people.member_id)
    consents = people.joined_at + hours(24 * rng.gamma(2.0, 150.0, number))
    until = np.where(np.isnat(left_at), world.clock.ends_at, left_at)
    is_bot = people.role == BOT
    return typed(
        "members",
        {
            "member_id": people.member_id,
            "joined_at": people.joined_at,
            "account_id": people.account_id,
            "role": np.where(is_bot, "member", people.role),
            "segment": people.segment,
            "locale": np.array([LOCALES[country] for country in people.country], dtype=object),
            "country": people.country,
            "is_bot": is_bot,
            "left_at": left_at,
            "advocacy_consent_at": where(
                (rng.random(number) < CONSENT) & (consents < until), consents
            ),
        },
    )


def member_roles_table(world: World, people: People) -> pa.Table:
    """One row per member and change of role: the crew from the start, volunteers step by step."""
    rng, clock = world.rng("roles"), world.clock
    is_volunteer = np.isin(people.role, list(VOLUNTEERS))
    rises = people.joined_at + hours(24 * (40 + rng.gamma(2.0, 110.0, len(is_volunteer))))
    rises = np.minimum(rises, clock.ends_at - np.timedelta64(30, "D"))
    role = np.where(is_volunteer | (people.role == BOT), "member", people.role)
    first = pd.DataFrame({"member_id": people.member_id, "role": role, "from_at": people.joined_at})
    then = pd.DataFrame(
        {
            "member_id": people.member_id[is_volunteer],
            "role": people.role[is_volunteer],
            "from_at": np.maximum(rises, people.joined_at + _DAY)[is_volunteer],
        }
    )
    both = pd.concat([first, then]).sort_values(["from_at", "member_id"], kind="stable")
    return typed("member_roles", both.reset_index(drop=True))
