"""What members do without writing, how many people pass by, and what was tried out on whom."""

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.random import Generator

from tacheles.demo.clock import FORUM_OPENS, Array, Moments, hours
from tacheles.demo.company import INVITED_ON, Customers
from tacheles.demo.members import People
from tacheles.demo.support import Tickets
from tacheles.demo.world import World, typed, where

#: The experiment with a weekly digest: its name, its first day, and how long it is judged.
DIGEST, DIGEST_FROM, DIGEST_DAYS = "X1_wochenbrief", np.datetime64("2026-04-07"), 56

#: The random invitation of accounts to the community.
INVITATION = "X2_einladung"

#: Visits and searches, at size 1.
VISITS, SEARCHES = 72000, 10000

#: Visitors on a usual day at the end: through the week, and how much they grow in a year.
TRAFFIC = {
    "Forum": (310, 0.42),
    "Blog": (150, 0.18),
    "LinkedIn": (95, 0.25),
    "YouTube": (120, 0.3),
    "Newsletter": (60, 0.15),
}


def digest_arms(world: World, people: People) -> Array:
    """Who gets the digest, who does not; nothing for those who were not in the experiment."""
    rng = world.rng("digest")
    may = (people.joined_at < DIGEST_FROM - 7) & ~people.is_crew & (people.zeal > 0)
    gets = np.where(rng.random(len(may)) < 0.5, "digest", "control")
    return where(may, gets)


def activity_table(
    world: World,
    people: People,
    left_at: Moments,
    posts: pd.DataFrame,
    attendances: pd.DataFrame,
    tickets: Tickets,
) -> pa.Table:
    """One row per act: visits, what was read, liked, voted for and searched, and who attended."""
    rng = world.rng("activity")
    visits = _visits(rng, world, people, posts)
    reads = _reads(rng, visits, posts)
    likes = reads[rng.random(len(reads)) < 0.22].copy()
    likes["acted_at"] += hours(0.02 + 0.08 * rng.random(len(likes)))
    votes = _votes(rng, world, people, posts)
    searches = _searches(rng, visits)
    forms = _forms(rng, world, people, tickets)
    acts = pd.concat(
        [
            visits.assign(type="visit", channel="Forum"),
            reads.assign(type="read", channel="Forum"),
            likes.assign(type="like", channel="Forum"),
            votes.assign(type="vote", channel="Forum"),
            *searches,
            attendances.assign(type="attend"),
            *forms,
        ],
        ignore_index=True,
    )
    is_over = (acts["acted_at"] >= world.clock.ends_at) | (
        acts["acted_at"].to_numpy() > left_at[acts["member"]]
    )
    acts = acts[~is_over]
    acts = acts.sort_values(["acted_at", "member", "type"], kind="stable")
    acts["member_id"] = people.member_id[acts["member"]]
    key = ["member_id", "acted_at", "type", "thread_id", "item_id", "channel"]
    return typed("activity", acts.drop_duplicates(key).reset_index(drop=True))


def _visits(rng: Generator, world: World, people: People, posts: pd.DataFrame) -> pd.DataFrame:
    """Visits by who reads and who writes; the digest adds its share to those who get it."""
    clock, effects = world.clock, world.effects
    known = np.searchsorted(people.joined_at, clock.days.astype("datetime64[s]") + 43200)
    density = clock.at_leisure() * (60 + known / world.size) ** 0.85
    density[0] = 0.0
    window = clock.days - DIGEST_FROM
    helped = (window.astype(int) >= 0) & (window.astype(int) < DIGEST_DAYS)
    more = 1 + max(effects.digest_on_visits, 0.0)
    at = clock.between(
        rng, world.many(VISITS * len(clock.months) / 30), density * np.where(helped, more, 1)
    )
    zeal = 0.25 + people.zeal**0.7
    zeal[people.is_crew] = 0.0
    member = people.draw(rng, at, zeal)
    gets = (digest_arms(world, people) == "digest")[member]
    is_helped = helped[clock.day_of(at)]
    kept = np.where(is_helped & ~gets, 1 / more, 1.0)
    if effects.digest_on_visits < 0:
        kept = np.where(is_helped & gets, 1 + effects.digest_on_visits, 1.0)
    stays = rng.random(len(at)) < kept
    visits = pd.DataFrame({"member": member[stays], "acted_at": at[stays]})
    return pd.concat([visits, _unseen(rng, people, posts, visits)], ignore_index=True)


def _unseen(
    rng: Generator, people: People, posts: pd.DataFrame, visits: pd.DataFrame
) -> pd.DataFrame:
    """Whoever wrote in the forum was there: a visit for each without one in that month."""
    here = posts[(posts["channel"] == "Forum") & (posts["member"] >= 0)]
    here = here[~people.is_crew[here["member"]]]
    month = here["posted_at"].to_numpy().astype("datetime64[M]").astype(int)
    seen = visits["acted_at"].to_numpy().astype("datetime64[M]").astype(int)
    number = len(people.member_id)
    written = month * number + here["member"].to_numpy()
    missing = ~np.isin(written, seen * number + visits["member"].to_numpy())
    places = np.unique(written[missing], return_index=True)[1]
    first = here[missing].iloc[np.sort(places)]
    at = first["posted_at"].to_numpy().astype("datetime64[s]") - hours(
        0.02 + 0.3 * rng.random(len(first))
    )
    joined_at = people.joined_at[first["member"]]
    return pd.DataFrame(
        {"member": first["member"].to_numpy(), "acted_at": np.maximum(at, joined_at)}
    )


def _reads(rng: Generator, visits: pd.DataFrame, posts: pd.DataFrame) -> pd.DataFrame:
    """What was opened on some of the visits: threads of the days before, and old ones."""
    reads = visits[rng.random(len(visits)) < 0.4].copy()
    reads["acted_at"] = reads["acted_at"] + hours(0.01 + 0.1 * rng.random(len(reads)))
    openers = posts[posts["is_opener"] & (posts["channel"] == "Forum")]
    opened_at = openers["posted_at"].to_numpy().astype("datetime64[s]")
    known = np.searchsorted(opened_at, reads["acted_at"].to_numpy().astype("datetime64[s]"))
    back = np.where(
        rng.random(len(reads)) < 0.7,
        rng.geometric(0.06, len(reads)),
        1 + known * rng.random(len(reads)),
    )
    place = known - back.astype(int)
    reads["thread_id"] = openers["thread_id"].to_numpy()[np.maximum(place, 0)]
    return reads[place >= 0]


def _votes(rng: Generator, world: World, people: People, posts: pd.DataFrame) -> pd.DataFrame:
    """Some of the votes for ideas, those cast by members who were signed in."""
    ideas = posts[posts["is_opener"] & (posts["kind"] == "idea")]
    many = rng.poisson(2.2, len(ideas))
    at = np.repeat(ideas["posted_at"].to_numpy().astype("datetime64[s]"), many)
    at = world.clock.when_awake(rng, at + hours(24 * rng.gamma(0.7, 40.0, len(at))))
    thread = np.repeat(ideas["thread_id"].to_numpy(), many)
    return pd.DataFrame(
        {"member": people.draw(rng, at, people.zeal + 0.1), "acted_at": at, "thread_id": thread}
    )[at < world.clock.ends_at]


def _searches(rng: Generator, visits: pd.DataFrame) -> list[pd.DataFrame]:
    """Searches on visits; some are clicked on, some repeated within minutes."""
    searches = visits[rng.random(len(visits)) < 0.13].copy()
    searches["acted_at"] = searches["acted_at"] + hours(0.005 + 0.02 * rng.random(len(searches)))
    clicks = searches[rng.random(len(searches)) < 0.66].copy()
    clicks["acted_at"] = clicks["acted_at"] + hours(0.003 + 0.01 * rng.random(len(clicks)))
    again = searches[rng.random(len(searches)) < 0.2].copy()
    again["acted_at"] = again["acted_at"] + hours(0.02 + 0.05 * rng.random(len(again)))
    return [
        searches.assign(type="search", channel="Forum"),
        clicks.assign(type="search_click", channel="Forum"),
        again.assign(type="search", channel="Forum"),
    ]


def _forms(rng: Generator, world: World, people: People, tickets: Tickets) -> list[pd.DataFrame]:
    """Ticket forms that members opened: those that became tickets, and those that did not."""
    rows = tickets.rows[tickets.rows["channel"] == "Formular"]
    order = np.argsort(people.account, kind="stable")
    account = people.account[order]
    left = np.searchsorted(account, rows["place"])
    many = np.searchsorted(account, rows["place"], side="right") - left
    has_members = many > 0
    chosen = order[np.minimum(left + rng.integers(0, np.maximum(many, 1)), len(order) - 1)]
    created_at = rows["created_at"].to_numpy().astype("datetime64[s]")
    signed_in = (
        has_members & (people.joined_at[chosen] < created_at) & (rng.random(len(rows)) < 0.3)
    )
    sent = pd.DataFrame(
        {"member": chosen, "acted_at": created_at - hours(0.03 + 0.1 * rng.random(len(rows)))}
    )[signed_in]
    since = (
        (sent["acted_at"].to_numpy() - np.datetime64(FORUM_OPENS))
        .astype("timedelta64[D]")
        .astype(int)
    )
    given_up = sent[rng.random(len(sent)) < np.where(since > 0, 0.55, 0.35)].copy()
    shift = np.timedelta64(1, "s") * rng.integers(-40 * 86400, 40 * 86400, len(given_up))
    moved = world.clock.when_at_work(
        rng, given_up["acted_at"].to_numpy().astype("datetime64[s]") + shift
    )
    given_up["acted_at"] = moved
    given_up = given_up[(moved > people.joined_at[given_up["member"]])]
    looked = given_up[rng.random(len(given_up)) < 0.8].copy()
    looked["acted_at"] = looked["acted_at"] + hours(0.01 + 0.05 * rng.random(len(looked)))
    return [
        sent.assign(type="ticket_form", channel="Formular"),
        given_up.assign(type="ticket_form", channel="Formular"),
        looked.assign(type="search_click", channel="Formular"),
    ]


def traffic_table(world: World) -> pa.Table:
    """One row per day and channel."""
    rng, clock = world.rng("traffic"), world.clock
    years = (clock.days - clock.days[-1]).astype(float) / 365
    found = []
    for channel, (usual, growth) in TRAFFIC.items():
        mean = usual * world.size * (1 + growth) ** years * clock.at_leisure()
        if channel == "Newsletter":
            sent = (clock.weekdays == 3) & (
                ((clock.days - clock.days[0]).astype(int) // 7) % 2 == 0
            )
            mean = mean * np.where(sent, 6.0, 0.5)
        if channel == "Forum":
            mean = mean * np.where(clock.days >= np.datetime64(FORUM_OPENS), 1.25, 1.0)
        visits = rng.negative_binomial(12, 12 / (12 + mean))
        found.append(
            pd.DataFrame(
                {
                    "on": clock.days,
                    "channel": channel,
                    "visits": visits,
                    "users": rng.binomial(visits, 0.74),
                    "source": "Webstatistik",
                }
            )
        )
    rows = pd.concat(found, ignore_index=True).sort_values(["on", "channel"], kind="stable")
    return typed("traffic", rows.reset_index(drop=True))


def experiments_table(
    world: World, people: People, customers: Customers, first_community_at: Moments
) -> pa.Table:
    """One row per unit: members with or without the digest, accounts invited or not."""
    arms = digest_arms(world, people)
    chosen = np.array([arm is not None for arm in arms])
    assigned_at = DIGEST_FROM.astype("datetime64[s]") - np.timedelta64(16, "h")
    digest = pd.DataFrame(
        {
            "experiment_id": DIGEST,
            "unit_id": people.member_id[chosen],
            "arm": arms[chosen],
            "assigned_at": assigned_at,
            "exposed_at": where(
                arms[chosen] == "digest",
                np.full(chosen.sum(), DIGEST_FROM.astype("datetime64[s]") + hours(np.array(5))),
            ),
        }
    )
    may = customers.could_be_invited
    drawn_at = INVITED_ON.astype("datetime64[s]") + hours(np.array(8))
    invitation = pd.DataFrame(
        {
            "experiment_id": INVITATION,
            "unit_id": customers.account_id[may],
            "arm": np.where(customers.is_invited[may], "invited", "control"),
            "assigned_at": drawn_at,
            "exposed_at": np.where(
                first_community_at[may] > drawn_at,
                first_community_at[may],
                np.datetime64("NaT", "s"),
            ),
        }
    )
    return typed("experiments", pd.concat([digest, invitation], ignore_index=True))
