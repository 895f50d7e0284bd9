"""The community: who is in it, what they write, who answers them and how soon."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.random import Generator

from tacheles.contract import STAFF_ROLES
from tacheles.demo import texts
from tacheles.demo.clock import (
    FORUM_OPENS,
    RELEASE,
    SUPERUSER_LEAVES,
    TRADE_FAIR,
    Array,
    Moments,
    hours,
)
from tacheles.demo.company import Customers
from tacheles.demo.world import (
    FEATURES,
    SEGMENTS,
    SENTIMENTS,
    World,
    ids,
    pick,
    pick_each,
    typed,
    where,
)

#: Members, and threads on a usual day at the end, at size 1.
MEMBERS, THREADS = 6000, 13000

#: People of the company, and volunteers with a role, at any size.
CREW = {
    "community_manager": 2,
    "admin": 1,
    "staff": 16,
    "moderator": 8,
    "expert": 14,
    "champion": 34,
}

#: Programmes that write by themselves.
BOTS = 2

#: Share of members who never write, and of those who write as long as they are there.
SILENT, STEADY = 0.22, 0.06

#: After how many days the zeal of the others has fallen to a third.
ZEAL_DAYS = 85.0

#: Kinds of thread in the forum.
KINDS = {
    "question": 0.66,
    "discussion": 0.2,
    "idea": 0.09,
    "article": 0.03,
    "announcement": 0.02,
}

#: In which category questions about a feature stand.
CATEGORY = {
    "Einsatzplanung": "Planung",
    "Kalender": "Planung",
    "Lager": "Planung",
    "Rechnungen": "Auswertungen",
    "Rechte": "Erste Schritte",
    "Mobile App": "Mobile App",
    "Schnittstellen": "Schnittstellen",
    "Auswertungen": "Auswertungen",
}

#: Moods of what is written.
MOODS = {
    "question": (0.2, 0.65, 0.15),
    "discussion": (0.16, 0.54, 0.3),
    "idea": (0.16, 0.64, 0.2),
    "article": (0.0, 0.6, 0.4),
    "announcement": (0.02, 0.58, 0.4),
    "answer": (0.05, 0.65, 0.3),
    "reply": (0.1, 0.5, 0.4),
    "comment": (0.1, 0.5, 0.4),
}

_DAY = np.timedelta64(1, "D")
_LOCALES = {"DE": "de-DE", "AT": "de-AT", "CH": "de-CH", "NL": "en-NL", "GB": "en-GB"}


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
        return np.isin(self.role, (*STAFF_ROLES, "bot"))

    def first_of_account(self, accounts: int) -> Moments:
        """When the first member of each account joined."""
        first = np.full(accounts, "NaT", dtype="datetime64[s]")
        place, at = np.unique(self.account, return_index=True)  # the oldest come first
        first[place[place >= 0]] = self.joined_at[at[place >= 0]]
        return first

    def draw(self, rng: Generator, moments: Moments, zeal: Array) -> Array:
        """Who acts at each moment: the steady as they always did, the others while they are new."""
        since = (self.joined_at - self.joined_at[0]).astype(float) / 86400 / ZEAL_DAYS
        steady = np.cumsum(np.where(self.is_steady, zeal, 0.0))
        passing = np.cumsum(np.where(self.is_steady, 0.0, zeal * np.exp(since)))
        now = (moments - self.joined_at[0]).astype(float) / 86400 / ZEAL_DAYS
        known = np.maximum(np.searchsorted(self.joined_at, moments), 1) - 1
        passing_now = passing[known] * np.exp(-now)
        drawn = rng.random(len(moments)) * (steady[known] + passing_now)
        is_steady = drawn < steady[known]
        late = (drawn - steady[known]) * np.exp(now)
        found = np.where(
            is_steady,
            np.searchsorted(steady, drawn, side="right"),
            np.searchsorted(passing, late, side="right"),
        )
        return np.minimum(found, known)


def people(world: World, customers: Customers) -> People:
    """The members: colleagues of the accounts that joined, others, the crew and two programmes."""
    rng, clock = world.rng("members"), world.clock
    total = world.many(MEMBERS)
    joined = np.flatnonzero(~np.isnat(customers.joined_on))
    ends = np.minimum(
        np.where(
            np.isnat(customers.ended_on[joined]),
            np.datetime64(clock.end),
            customers.ended_on[joined],
        ),
        np.datetime64(clock.end),
    )
    opened = customers.joined_on[joined]
    span = np.maximum((ends - opened).astype(float), 1.0)
    seen = 1 - np.exp(-span / 260)
    chance = customers.seats[joined] ** 0.62 * seen
    more = rng.choice(
        len(joined), max(round(0.83 * total) - len(joined), 0), p=chance / chance.sum()
    )
    days = -260 * np.log1p(-rng.random(len(more)) * seen[more])
    day = np.concatenate([opened, opened[more] + days.astype("timedelta64[D]")])
    account = np.concatenate([joined, joined[more]])
    lone = max(total - len(day), 0)
    day = np.concatenate([day, clock.days[rng.choice(len(clock.days), lone, p=_arrivals(world))]])
    account = np.concatenate([account, np.full(lone, -1)])
    number = (day - clock.days[0]).astype(int)
    at = clock.on(rng, np.clip(number, 0, len(clock.days) - 1), working=False)
    at = np.maximum(at, clock.starts_at + hours(34 + 2 * rng.random(len(at))))
    return _with_crew(world, rng, customers, np.minimum(at, clock.ends_at - 60), account)


def _arrivals(world: World) -> Array:
    """On which days people come who belong to no customer: many at the trade fair."""
    clock = world.clock
    fair = (clock.days >= np.datetime64(TRADE_FAIR[0])) & (
        clock.days <= np.datetime64(TRADE_FAIR[1])
    )
    density = clock.at_leisure() * np.linspace(0.6, 1.4, len(clock.days)) * np.where(fair, 3.6, 1.0)
    density[0] = 0.0
    return density / density.sum()


def _with_crew(
    world: World,
    rng: Generator,
    customers: Customers,
    joined_at: Moments,
    account: Array,
) -> People:
    """Everybody in the order in which they came; the crew was there on the first morning."""
    number = len(joined_at)
    company = [role for role in STAFF_ROLES for _ in range(CREW[role])] + ["bot"] * BOTS
    role = np.concatenate([np.full(number, "member", dtype=object), company])
    account = np.concatenate([account, np.full(len(company), -1)])
    early = world.clock.starts_at + hours(32 + 0.01 * np.arange(len(company)))
    joined_at = np.concatenate([joined_at, early])
    order = np.argsort(joined_at, kind="stable")
    joined_at, account, role = joined_at[order], account[order], role[order]
    zeal = rng.lognormal(0.0, 0.95, len(order)) * (rng.random(len(order)) >= SILENT)
    is_steady = rng.random(len(order)) < STEADY
    old = np.flatnonzero((role == "member") & (account >= 0))
    old = old[: max(len(old) // 2, sum(CREW.values()))]
    rank = old[np.argsort(-zeal[old] * np.where(is_steady[old], 1.0, 0.2), kind="stable")]
    names = [name for name in ("expert", "champion", "moderator") for _ in range(CREW[name])]
    role[rank[1 : 1 + len(names)]] = rng.permutation(np.array(names, dtype=object))
    role[rank[0]] = "champion"
    zeal[rank[0]] = 0.0  # the superuser answers, and only that
    is_steady[rank[: 1 + len(names)]] = True
    segment = pick(rng, SEGMENTS, len(order))
    has_account = account >= 0
    segment[has_account] = customers.segment[account[has_account]]
    segment[np.isin(role, (*STAFF_ROLES, "bot"))] = None
    return People(
        member_id=ids("m", rng.permutation(len(order)) + 1),
        joined_at=joined_at,
        account=account,
        role=role,
        country=pick(rng, {"DE": 0.68, "AT": 0.08, "CH": 0.06, "NL": 0.09, "GB": 0.09}, len(order)),
        segment=segment,
        zeal=np.where(np.isin(role, (*STAFF_ROLES, "bot")), 0.0, zeal),
        is_steady=is_steady,
        superuser=int(rank[0]),
    )


def departures(world: World, people: People, posts: pd.DataFrame) -> Moments:
    """When each member left, after the last post; most never did."""
    rng, clock = world.rng("leaving"), world.clock
    number = len(people.member_id)
    last = people.joined_at.copy()
    written = posts[posts["member"] >= 0].groupby("member")["posted_at"].max()
    last[written.index] = written.to_numpy().astype("datetime64[s]")
    leaves = last + hours(24 * rng.gamma(2.0, 90.0, number))
    has_left = (rng.random(number) < 0.09) & (leaves < clock.ends_at) & ~people.is_crew
    has_left[people.superuser] = True
    leaves[people.superuser] = clock.utc(np.datetime64(SUPERUSER_LEAVES, "s") + hours(np.array(17)))
    return where(has_left, leaves)


def members_table(world: World, people: People, left_at: Moments) -> pa.Table:
    """One row per member."""
    rng, clock = world.rng("members' facts"), world.clock
    number = len(people.member_id)
    consents = people.joined_at + hours(24 * rng.gamma(2.0, 150.0, number))
    until = np.where(np.isnat(left_at), clock.ends_at, left_at)
    has_consented = (rng.random(number) < 0.14) & (consents < until)
    locale = np.array([_LOCALES[country] for country in people.country], dtype=object)
    return typed(
        "members",
        {
            "member_id": people.member_id,
            "joined_at": people.joined_at,
            "account_id": account_ids(people),
            "role": np.where(people.role == "bot", "member", people.role),
            "segment": people.segment,
            "locale": locale,
            "country": people.country,
            "is_bot": people.role == "bot",
            "left_at": left_at,
            "advocacy_consent_at": where(has_consented, consents),
        },
    )


def account_ids(people: People) -> Array:
    """The account of each member, nothing without one."""
    return np.array(
        [f"a{one + 1:04d}" if one >= 0 else None for one in people.account], dtype=object
    )


def member_roles_table(world: World, people: People) -> pa.Table:
    """One row per member and change of role: the crew from the start, volunteers step by step."""
    rng, clock = world.rng("roles"), world.clock
    is_volunteer = np.isin(people.role, ("champion", "expert", "moderator"))
    rises = people.joined_at + hours(24 * (40 + rng.gamma(2.0, 110.0, len(is_volunteer))))
    rises = np.minimum(rises, clock.ends_at - np.timedelta64(30, "D"))
    role = np.where(is_volunteer | (people.role == "bot"), "member", people.role)
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


def posts(world: World, people: People, customers: Customers) -> pd.DataFrame:
    """
    Everything written, in the order in which it was written.

    Columns: those of the contract without the texts, and `member` (its place, −1: nobody known),
    `sentiment`.
    """
    rng = world.rng("posts")
    threads = _threads(rng, world, people)
    rows = pd.concat([threads, *_replies(rng, world, people, threads)], ignore_index=True)
    rows = rows[rows["posted_at"] < world.clock.ends_at]
    rows = rows.sort_values(["posted_at", "thread"], kind="stable").reset_index(drop=True)
    rows["post_id"] = ids("p", range(1, len(rows) + 1))
    _name_threads(rows)
    _reply_to(rng, rows)
    _accept(rng, world, rows)
    _close(rng, world, rows)
    _like(rng, world, rows)
    rows["sentiment"] = _mood(rng, people, customers, rows)
    return rows


def _threads(rng: Generator, world: World, people: People) -> pd.DataFrame:
    """The openers: when, by whom, of which kind, about what."""
    clock = world.clock
    known = np.searchsorted(people.joined_at, clock.days.astype("datetime64[s]") + 43200)
    density = clock.at_leisure() * (140 + known / world.size) ** 0.8
    density[clock.days < np.datetime64("2024-04-02")] = 0.0
    opened_at = clock.between(rng, world.many(THREADS * len(clock.months) / 30), density)
    number = len(opened_at)
    kind = pick(rng, KINDS, number)
    member = people.draw(rng, opened_at, people.zeal)
    by_company = np.isin(kind, ("announcement", "article"))
    crew = np.flatnonzero(np.isin(people.role, ("community_manager", "staff")))
    member[by_company] = rng.choice(crew, int(by_company.sum()))
    experts = np.flatnonzero(people.role == "expert")
    writes = (kind == "article") & (rng.random(number) < 0.5)
    expert = rng.choice(experts, number)
    writes &= people.joined_at[expert] < opened_at
    member[writes] = expert[writes]
    opened_at[by_company] = clock.when_at_work(rng, opened_at)[by_company]
    feature = pick(rng, FEATURES, number)
    channel = pick(rng, {"Forum": 0.86, "Slack": 0.1, "LinkedIn": 0.04}, number)
    kind = np.where(channel == "LinkedIn", np.where(by_company, kind, "discussion"), kind)
    kind = np.where((channel == "Slack") & (kind == "idea"), "question", kind)
    is_english = people.is_english[member] ^ (rng.random(number) < 0.03)
    return pd.DataFrame(
        {
            "thread": np.arange(number),
            "posted_at": opened_at,
            "member": member,
            "kind": kind,
            "feature": feature,
            "channel": channel,
            "language": np.where(is_english, "en", "de"),
            "category": _categories(rng, kind, feature, is_english, opened_at),
            "is_opener": True,
        }
    )


def _categories(
    rng: Generator,
    kind: Array,
    feature: Array,
    is_english: Array,
    opened_at: Moments,
) -> Array:
    """Where a thread stands; best practice only since its forum is open."""
    category = np.array([CATEGORY[name] for name in feature], dtype=object)
    category[rng.random(len(kind)) < 0.13] = "Erste Schritte"
    weeks = (opened_at - np.datetime64(FORUM_OPENS, "s")).astype(float) / (7 * 86400)
    asks = np.isin(kind, ("question", "discussion"))
    practises = rng.random(len(kind)) < np.clip(weeks / 8, 0, 1) * np.where(asks, 0.3, 0.5)
    category[practises & (kind != "idea") & (weeks >= 0)] = "Best Practice"
    category[is_english & asks & (rng.random(len(kind)) < 0.7)] = "International"
    category[kind == "idea"] = "Ideen"
    category[kind == "announcement"] = "Ankündigungen"
    return category


def _replies(
    rng: Generator, world: World, people: People, threads: pd.DataFrame
) -> list[pd.DataFrame]:
    """First answers, what follows them, thanks of whoever asked, and what the programmes say."""
    opened_at = threads["posted_at"].to_numpy().astype("datetime64[s]")
    first = _first_answers(rng, world, people, threads, opened_at)
    more = _more(rng, world, people, threads, first)
    thanks = first[rng.random(len(first)) < 0.3].copy()
    opener = threads["member"].to_numpy()
    thanks["member"] = opener[thanks["thread"]]
    later = hours(rng.lognormal(1.0, 1.3, len(thanks)))
    answered_at = thanks["posted_at"].to_numpy().astype("datetime64[s]")
    thanks["posted_at"] = world.clock.when_awake(rng, answered_at + later)
    thanks["kind"] = "reply"
    bots = np.flatnonzero(people.role == "bot")
    greeted = threads[(threads["channel"] == "Slack") & (rng.random(len(threads)) < 0.2)].copy()
    greeted["member"] = rng.choice(bots, len(greeted))
    greeted["posted_at"] += np.timedelta64(2, "s")
    greeted = greeted.assign(kind="reply", is_opener=False)
    return [first, more, thanks, greeted]


def _first_answers(
    rng: Generator, world: World, people: People, threads: pd.DataFrame, opened_at: Moments
) -> pd.DataFrame:
    """The first answer by somebody else: by the superuser, other members or staff; or none."""
    clock, number = world.clock, len(threads)
    kind = threads["kind"].to_numpy()
    share_done = (opened_at - clock.starts_at).astype(float) / (
        clock.ends_at - clock.starts_at
    ).astype(float)
    away = (opened_at - np.datetime64(SUPERUSER_LEAVES, "s")).astype(float) / 86400
    gap = np.where(away > 0, np.exp(-np.maximum(away, 0) / 120), 0.0)
    is_english = (threads["language"] == "en").to_numpy()
    is_answered = rng.random(number) < (
        0.94
        + 0.03 * share_done
        - 0.07 * gap
        - 0.07 * is_english
        - 0.5 * np.isin(kind, ("announcement", "article"))
        - 0.1 * (kind == "idea")
    )
    stuck = 0.25 * (threads["feature"] == "Schnittstellen").to_numpy() * (1 + gap)
    median = np.exp(1.4 - 0.55 * share_done + 0.4 * gap + 0.25 * is_english + stuck)
    waited_until = opened_at + hours(median * rng.lognormal(0.0, 1.35, number))
    by_staff = rng.random(number) < 0.46 - 0.11 * share_done + 0.06 * gap
    by_superuser = ~by_staff & (rng.random(number) < 0.2) & (away < -3)
    helpful = people.zeal * np.select(
        [np.isin(people.role, ("expert", "champion", "moderator"))], [3.0], 1.0
    )
    helpful[people.superuser] = 0.0
    member = people.draw(rng, opened_at, helpful * people.is_steady + 0.15 * helpful)
    staff = np.flatnonzero(np.isin(people.role, STAFF_ROLES))
    member[by_staff] = rng.choice(staff, int(by_staff.sum()))
    member[by_superuser] = people.superuser
    at = np.where(
        by_staff, clock.when_at_work(rng, waited_until), clock.when_awake(rng, waited_until)
    )
    opener = threads["member"].to_numpy()
    is_answered &= (member != opener) & (at > opened_at) & (people.joined_at[member] < at)
    is_late = (member == people.superuser) & (at >= np.datetime64(SUPERUSER_LEAVES, "s"))
    first = threads[is_answered & ~is_late].copy()
    kept = (is_answered & ~is_late).nonzero()[0]
    first["posted_at"], first["member"] = at[kept], member[kept]
    asked = (first["kind"] == "question") & (rng.random(len(first)) < 0.9)
    comments = (first["channel"] == "LinkedIn") | first["kind"].isin(("announcement", "article"))
    first["kind"] = np.select([asked, comments], ["answer", "comment"], "reply")
    return first.assign(is_opener=False)


def _more(
    rng: Generator, world: World, people: People, threads: pd.DataFrame, first: pd.DataFrame
) -> pd.DataFrame:
    """What others write after the first answer."""
    kind = threads["kind"].to_numpy()[first["thread"]]
    usual = np.select(
        [kind == "question", kind == "discussion", kind == "idea"], [1.1, 2.6, 2.0], 1.5
    )
    more = first.loc[first.index.repeat(rng.poisson(usual * rng.gamma(1.5, 1 / 1.5, len(first))))]
    more = more.copy()
    after = hours(rng.lognormal(2.6, 1.4, len(more)))
    at = more["posted_at"].to_numpy().astype("datetime64[s]") + after
    member = people.draw(rng, at, people.zeal * (1 + people.is_steady))
    staff = np.flatnonzero(np.isin(people.role, STAFF_ROLES))
    by_staff = rng.random(len(more)) < 0.14
    member[by_staff] = rng.choice(staff, int(by_staff.sum()))
    at = np.where(by_staff, world.clock.when_at_work(rng, at), world.clock.when_awake(rng, at))
    more["posted_at"], more["member"] = at, member
    asks = threads["kind"].to_numpy()[more["thread"]] == "question"
    opener = threads["member"].to_numpy()[more["thread"]]
    drawn = rng.random(len(more))
    answers = asks & (drawn < 0.45) & (member != opener)
    comments = (drawn > 0.85) | (more["channel"] == "LinkedIn").to_numpy()
    more["kind"] = np.select([answers, comments], ["answer", "comment"], "reply")
    left = (member == people.superuser) & (at >= np.datetime64(SUPERUSER_LEAVES, "s"))
    return more[~left]


def _name_threads(rows: pd.DataFrame) -> None:
    opener = rows[rows["is_opener"]].set_index("thread")["post_id"].str.replace("p", "h")
    rows["thread_id"] = rows["thread"].map(opener)


def _reply_to(rng: Generator, rows: pd.DataFrame) -> None:
    """Answers stand below the question; replies below the question or what was written last."""
    opener = rows[rows["is_opener"]].set_index("thread")["post_id"]
    before = rows.groupby("thread")["post_id"].shift()
    below_last = rows["kind"].isin(("reply", "comment")) & (rng.random(len(rows)) < 0.6)
    target = before.where(below_last, rows["thread"].map(opener))
    rows["reply_to"] = target.where(~rows["is_opener"], None)


def _accept(rng: Generator, world: World, rows: pd.DataFrame) -> None:
    """One answer of most answered questions is marked as the solution, usually within days."""
    answers = rows[rows["kind"] == "answer"]
    opener = rows[rows["is_opener"]].set_index("thread")["member"]
    answers = answers[answers["member"].to_numpy() != opener[answers["thread"]].to_numpy()]
    weight = rng.random(len(answers)) / (1 + answers.groupby("thread").cumcount())
    best = answers.loc[weight.groupby(answers["thread"]).idxmax()]
    best = best[rng.random(len(best)) < 0.78]
    at = best["posted_at"].to_numpy().astype("datetime64[s]")
    at = world.clock.when_awake(rng, at + hours(rng.lognormal(2.3, 1.7, len(best))))
    best, at = best[at < world.clock.ends_at], at[at < world.clock.ends_at]
    rows["is_accepted"] = where(
        (rows["kind"] == "answer").to_numpy(), np.zeros(len(rows), dtype=bool)
    )
    rows["accepted_at"] = np.datetime64("NaT", "s")
    rows.loc[best.index, "is_accepted"] = True
    rows.loc[best.index, "accepted_at"] = at


def _close(rng: Generator, world: World, rows: pd.DataFrame) -> None:
    """A few threads are closed or merged, a few posts deleted, a few authors forgotten."""
    posted_at = rows["posted_at"].to_numpy().astype("datetime64[s]")
    number, asks = len(rows), (rows["kind"] == "question").to_numpy()
    last = rows.groupby("thread")["posted_at"].transform("max").to_numpy().astype("datetime64[s]")
    for column, chance, since, days, may in (
        ("closed_at", 0.05, last, 45.0, asks),
        ("merged_at", 0.012, last, 3.0, asks),
        ("deleted_at", 0.008, posted_at, 0.6, ~rows["is_accepted"].eq(True).to_numpy()),
    ):
        at = since + hours(24 * rng.gamma(1.5, days / 1.5, number))
        happens = may & (rng.random(number) < chance) & (at < world.clock.ends_at)
        rows[column] = where(happens, at)
    forgotten = (rng.random(number) < 0.008) & (
        posted_at < world.clock.ends_at - np.timedelta64(200, "D")
    )
    rows.loc[forgotten, "member"] = -1


def _like(rng: Generator, world: World, rows: pd.DataFrame) -> None:
    """Likes, and views of threads and of answers: older ones were seen by more."""
    number, kind = len(rows), rows["kind"].to_numpy()
    usual = np.select(
        [kind == "answer", kind == "announcement", kind == "article"], [1.3, 4.0, 5.0], 0.5
    )
    rows["likes"] = rng.poisson(usual * rng.gamma(0.7, 1 / 0.7, number))
    age = (world.clock.ends_at - rows["posted_at"].to_numpy().astype("datetime64[s]")).astype(
        float
    ) / 86400
    seen = 14 * rng.lognormal(0.0, 0.9, number) * (1 + age / 40) ** 0.6
    is_practice = (rows["category"] == "Best Practice").to_numpy()
    seen = seen * np.where(is_practice, 2.2, 1.0) * np.where(kind == "answer", 0.7, 1.0)
    is_seen = rows["is_opener"].to_numpy() | (kind == "answer")
    rows["views"] = np.where(is_seen, np.round(seen), np.nan)


def _mood(rng: Generator, people: People, customers: Customers, rows: pd.DataFrame) -> Array:
    """The sentiment with which each post is written; the release was not met with joy."""
    shares = np.array([MOODS[kind] for kind in rows["kind"]])
    account = people.account[rows["member"]]
    health = np.where((rows["member"] >= 0) & (account >= 0), customers.health[account], 0.0)
    since = (rows["posted_at"].to_numpy().astype("datetime64[D]") - np.datetime64(RELEASE)).astype(
        int
    )
    shares[:, 0] *= np.exp(-0.2 * health) * np.where((since >= 0) & (since < 42), 1.9, 1.0)
    shares[:, 0] *= np.where(rows["category"] == "Best Practice", 0.7, 1.0)
    return np.array(SENTIMENTS, dtype=object)[pick_each(rng, shares)]


def posts_table(world: World, people: People, rows: pd.DataFrame) -> pa.Table:
    """One row per post."""
    member = rows["member"].to_numpy()
    columns: dict[str, Any] = {
        name: rows[name]
        for name in (
            "post_id",
            "thread_id",
            "posted_at",
            "kind",
            "reply_to",
            "category",
            "channel",
            "language",
            "likes",
            "views",
            "is_accepted",
            "accepted_at",
            "closed_at",
            "merged_at",
            "deleted_at",
        )
    }
    columns["member_id"] = where(member >= 0, people.member_id[member])
    columns["feature"] = where(
        (rows["category"] != "Ankündigungen").to_numpy(), rows["feature"].to_numpy()
    )
    return typed("posts", columns | _written(world, rows))


def _written(world: World, rows: pd.DataFrame) -> dict[str, Any]:
    if not world.has_texts:
        return {}
    rng = world.rng("post texts")
    said = [rows[name].tolist() for name in ("kind", "language", "sentiment", "feature")]
    title = np.full(len(rows), None, dtype=object)
    opens = rows["is_opener"].to_numpy().nonzero()[0]
    heads = rows.iloc[opens]
    title[opens] = texts.titles(
        rng, heads["kind"].tolist(), heads["language"].tolist(), heads["feature"].tolist()
    )
    return {"title": title, "text": texts.written(rng, *said)}


def ideas_table(world: World, rows: pd.DataFrame) -> pa.Table:
    """One row per idea: its votes, and what the product team made of it."""
    rng, clock = world.rng("ideas"), world.clock
    ideas = rows[(rows["kind"] == "idea") & rows["is_opener"]]
    number = len(ideas)
    created_at = ideas["posted_at"].to_numpy().astype("datetime64[s]")
    age = (clock.ends_at - created_at).astype(float) / 86400
    votes = rng.poisson(1 + 5.5 * rng.gamma(0.8, 1 / 0.8, number) * (age / 200) ** 0.5)
    status = pick(rng, {"open": 0.42, "planned": 0.2, "delivered": 0.2, "closed": 0.18}, number)
    usual = pd.Series(status).map({"open": 0, "planned": 80, "delivered": 200, "closed": 60})
    status_at = clock.when_at_work(
        rng, created_at + hours(24 * usual.to_numpy() * rng.gamma(3.0, 1 / 3, number))
    )
    has_moved = (status != "open") & (status_at < clock.ends_at)
    return typed(
        "ideas",
        {
            "idea_id": ids("i", range(1, number + 1), 4),
            "created_at": created_at,
            "feature": ideas["feature"],
            "votes": votes,
            "status": np.where(has_moved, status, "open"),
            "status_at": where(has_moved, status_at),
            "thread_id": ideas["thread_id"],
        },
    )


def recognitions_table(world: World, people: People, rows: pd.DataFrame) -> pa.Table:
    """One row per award: for the first solutions, the tenth, and by the team every month."""
    rng, clock = world.rng("recognitions"), world.clock
    solved = rows[rows["is_accepted"].eq(True) & (rows["member"] >= 0)].sort_values("accepted_at")
    solved = solved[~people.is_crew[solved["member"]]]
    nth = solved.groupby("member").cumcount() + 1
    found = [
        pd.DataFrame({"member": part["member"], "awarded_at": part["accepted_at"], "name": name})
        for count, name in ((1, "Erste Lösung"), (10, "Zehn Lösungen"), (50, "Fünfzig Lösungen"))
        for part in [solved[nth == count]]
    ]
    firsts = rows[rows["member"] >= 0].drop_duplicates("member")
    firsts = firsts[~people.is_crew[firsts["member"]] & (rng.random(len(firsts)) < 0.25)]
    thanked = pd.DataFrame(
        {"member": firsts["member"], "awarded_at": firsts["posted_at"] + hours(np.array(20))}
    )
    found.append(thanked.assign(name="Danke für den ersten Beitrag"))
    month = solved["accepted_at"].dt.to_period("M")
    best = solved.groupby([month, "member"]).size().reset_index(name="solutions")
    best = best.sort_values(["accepted_at", "solutions"], ascending=[True, False], kind="stable")
    best = best.groupby("accepted_at").head(3)
    at = (
        best["accepted_at"].dt.to_timestamp() + pd.DateOffset(months=1, days=2, hours=9)
    ).to_numpy()
    found.append(
        pd.DataFrame({"member": best["member"], "awarded_at": at, "name": "Nordlicht des Monats"})
    )
    awards = pd.concat(found).sort_values(["awarded_at", "member"], kind="stable")
    awards = awards[awards["awarded_at"] < clock.ends_at]
    return typed(
        "recognitions",
        {
            "member_id": people.member_id[awards["member"]],
            "awarded_at": awards["awarded_at"].to_numpy(),
            "name": awards["name"].to_numpy(),
        },
    )


def moderation_table(world: World, rows: pd.DataFrame) -> pa.Table:
    """One row per case: flagged, decided, sometimes appealed."""
    rng, clock = world.rng("moderation"), world.clock
    flagged = rows.iloc[np.sort(rng.choice(len(rows), round(0.017 * len(rows)), replace=False))]
    number = len(flagged)
    opened_at = clock.when_awake(
        rng,
        flagged["posted_at"].to_numpy().astype("datetime64[s]")
        + hours(rng.lognormal(1.5, 1.3, number)),
    )
    decided_at = opened_at + hours(rng.lognormal(2.0, 1.3, number))
    decided_at = clock.when_at_work(rng, decided_at)
    is_decided = (decided_at < clock.ends_at) & (rng.random(number) < 0.985)
    acts = rng.random(number) < 0.6
    appealed_at = clock.when_awake(rng, decided_at + hours(rng.lognormal(3.0, 0.8, number)))
    appeals = is_decided & acts & (rng.random(number) < 0.14) & (appealed_at < clock.ends_at)
    reverses = np.where(rng.random(number) < 0.27, "reversed", "upheld")
    shown = opened_at < clock.ends_at
    reasons = {
        "Werbung": 0.36,
        "Falsche Kategorie": 0.26,
        "Umgangston": 0.2,
        "Spam": 0.14,
        "Persönliche Daten": 0.04,
    }
    frame = pd.DataFrame(
        {
            "case_id": ids("c", range(1, number + 1), 4),
            "opened_at": opened_at,
            "source": pick(
                rng, {"user_flag": 0.56, "automatic": 0.26, "staff": 0.15, "notice": 0.03}, number
            ),
            "decided_at": where(is_decided, decided_at),
            "decision": where(is_decided, np.where(acts, "action", "no_action")),
            "reason": pick(rng, reasons, number),
            "appealed_at": where(appeals, appealed_at),
            "appeal_decision": where(appeals & (rng.random(number) < 0.9), reverses),
            "content_kind": flagged["kind"].to_numpy(),
        }
    )
    return typed("moderation", frame[shown])
