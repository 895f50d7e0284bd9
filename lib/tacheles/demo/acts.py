"""What members do without writing, how many people pass by, and what was tried out on whom."""

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.random import Generator

from tacheles.contract import ACTIVITY
from tacheles.demo.clock import FORUM_OPENS, Array, Moments, days_since, hours, moments_of
from tacheles.demo.company import INVITED_ON, Customers
from tacheles.demo.members import People
from tacheles.demo.support import Tickets
from tacheles.demo.world import World, typed, where

#: The experiment with a weekly digest: its name, its first day, and how long it is judged.
DIGEST, DIGEST_FROM, DIGEST_DAYS = "X1_wochenbrief", np.datetime64("2026-04-07"), 56

#: The random invitation of accounts to the community.
INVITATION = "X2_einladung"

#: Visits of ten quarters, at size 1.
VISITS = 72000

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
    reads = _reads(rng, visits[rng.random(len(visits)) < 0.4], posts)
    likes = _after(rng, reads[rng.random(len(reads)) < 0.22], 0.02, 0.08)
    acts = pd.concat(
        [
            visits.assign(type="visit", channel="Forum"),
            reads.assign(type="read", channel="Forum"),
            likes.assign(type="like", channel="Forum"),
            _votes(rng, world, people, posts).assign(type="vote", channel="Forum"),
            *_searches(rng, visits),
            attendances.assign(type="attend"),
            *_forms(rng, world, people, posts, tickets),
        ],
        ignore_index=True,
    )
    at = moments_of(acts["acted_at"])
    acts = acts[(at < world.clock.ends_at) & ~(at > left_at[acts["member"]])]
    acts = acts.sort_values(["acted_at", "member", "type"], kind="stable")
    acts["member_id"] = people.member_id[acts["member"]]
    return typed("activity", acts.drop_duplicates(list(ACTIVITY.key)).reset_index(drop=True))


def _after(rng: Generator, acts: pd.DataFrame, least: float, more: float) -> pd.DataFrame:
    """The same acts somewhat later. [h]"""
    return acts.assign(acted_at=acts["acted_at"] + hours(least + more * rng.random(len(acts))))


def _visits(rng: Generator, world: World, people: People, posts: pd.DataFrame) -> pd.DataFrame:
    """Visits by who reads and who writes; the digest adds its share to those who get it."""
    clock, effect = world.clock, world.effects.digest_on_visits
    known = np.searchsorted(people.joined_at, clock.days.astype("datetime64[s]") + 43200)
    since = (clock.days - DIGEST_FROM).astype(int)
    is_judged = (since >= 0) & (since < DIGEST_DAYS)
    most = 1 + max(effect, 0.0)  # drawn for all as if it helped, then thinned out for the others
    density = clock.at_leisure() * (60 + known / world.size) ** 0.85 * np.where(is_judged, most, 1)
    density[0] = 0.0
    at = clock.between(rng, world.many(VISITS * len(clock.months) / 30), density)
    member = people.draw(rng, at, (0.25 + people.zeal**0.7) * ~people.is_crew)
    gets = (digest_arms(world, people) == "digest")[member]
    kept = np.where(gets, 1 + effect, 1.0) / most
    stays = rng.random(len(at)) < np.where(is_judged[clock.day_of(at)], kept, 1.0)
    visits = pd.DataFrame({"member": member[stays], "acted_at": at[stays]})
    return pd.concat([visits, _unseen(rng, people, posts, visits)], ignore_index=True)


def _unseen(
    rng: Generator, people: People, posts: pd.DataFrame, visits: pd.DataFrame
) -> pd.DataFrame:
    """Whoever wrote in the forum was there: a visit for each without one in that month."""
    here = posts[(posts["channel"] == "Forum") & (posts["member"] >= 0)]
    here = here[~people.is_crew[here["member"]]]
    key, seen = (
        moments_of(frame[column]).astype("datetime64[M]").astype(int) * len(people.member_id)
        + frame["member"].to_numpy()
        for frame, column in ((here, "posted_at"), (visits, "acted_at"))
    )
    first = here[~np.isin(key, seen)]
    first = first.loc[~pd.Series(key[~np.isin(key, seen)], first.index).duplicated()]
    member = first["member"].to_numpy()
    at = moments_of(first["posted_at"]) - hours(0.02 + 0.3 * rng.random(len(first)))
    return pd.DataFrame({"member": member, "acted_at": np.maximum(at, people.joined_at[member])})


def _reads(rng: Generator, visits: pd.DataFrame, posts: pd.DataFrame) -> pd.DataFrame:
    """What was opened on these visits: threads of the days before, and old ones."""
    reads = _after(rng, visits, 0.01, 0.1)
    openers = posts[posts["is_opener"] & (posts["channel"] == "Forum")]
    known = np.searchsorted(moments_of(openers["posted_at"]), moments_of(reads["acted_at"]))
    old = 1 + (known * rng.random(len(reads))).astype(int)
    back = np.where(rng.random(len(reads)) < 0.7, rng.geometric(0.06, len(reads)), old)
    place = known - back
    reads["thread_id"] = openers["thread_id"].to_numpy()[np.maximum(place, 0)]
    return reads[place >= 0]


def _votes(rng: Generator, world: World, people: People, posts: pd.DataFrame) -> pd.DataFrame:
    """Some of the votes for ideas, those cast by members who were signed in."""
    ideas = posts[posts["is_opener"] & (posts["kind"] == "idea")]
    many = rng.poisson(2.2, len(ideas))
    at = np.repeat(moments_of(ideas["posted_at"]), many)
    at = world.clock.when_awake(rng, at + hours(24 * rng.gamma(0.7, 40.0, len(at))))
    thread = np.repeat(ideas["thread_id"].to_numpy(), many)
    member = people.draw(rng, at, people.zeal + 0.1)
    return pd.DataFrame({"member": member, "acted_at": at, "thread_id": thread})


def _searches(rng: Generator, visits: pd.DataFrame) -> list[pd.DataFrame]:
    """Searches on visits; some are clicked on, some repeated within minutes."""
    searches = _after(rng, visits[rng.random(len(visits)) < 0.13], 0.005, 0.02)
    clicks = _after(rng, searches[rng.random(len(searches)) < 0.66], 0.003, 0.01)
    again = _after(rng, searches[rng.random(len(searches)) < 0.2], 0.02, 0.05)
    return [
        searches.assign(type="search", channel="Forum"),
        clicks.assign(type="search_click", channel="Forum"),
        again.assign(type="search", channel="Forum"),
    ]


def _forms(
    rng: Generator, world: World, people: People, posts: pd.DataFrame, tickets: Tickets
) -> list[pd.DataFrame]:
    """Ticket forms that members opened: those that became tickets, and those given up."""
    rows = tickets.rows[tickets.rows["channel"] == "Formular"]
    member, is_known = people.of_account(rng, rows["place"].to_numpy())
    created_at = moments_of(rows["created_at"])
    is_known &= (people.joined_at[member] < created_at) & (rng.random(len(rows)) < 0.3)
    opened_at = created_at - hours(0.03 + 0.1 * rng.random(len(rows)))
    sent = pd.DataFrame({"member": member, "acted_at": opened_at})[is_known]
    since = days_since(FORUM_OPENS, moments_of(sent["acted_at"]))
    given_up = sent[rng.random(len(sent)) < np.where(since > 0, 0.55, 0.35)]
    moved = moments_of(given_up["acted_at"]) + hours(rng.uniform(-960, 960, len(given_up)))
    given_up = given_up.assign(acted_at=world.clock.when_at_work(rng, moved))
    joined_at = people.joined_at[given_up["member"]]
    given_up = given_up[moments_of(given_up["acted_at"]) > joined_at]
    looked = _reads(rng, given_up[rng.random(len(given_up)) < 0.8], posts)
    return [
        sent.assign(type="ticket_form", channel="Formular"),
        given_up.assign(type="ticket_form", channel="Formular"),
        looked.assign(type="read", channel="Forum"),
    ]


def traffic_table(world: World) -> pa.Table:
    """One row per day and channel."""
    rng, clock = world.rng("traffic"), world.clock
    since = (clock.days - clock.days[0]).astype(int)
    sent = (clock.weekdays == 3) & (since // 7 % 2 == 0)
    is_open = clock.days >= np.datetime64(FORUM_OPENS)
    rhythm = {"Newsletter": np.where(sent, 6.0, 0.5), "Forum": np.where(is_open, 1.25, 1.0)}
    found = []
    for channel, (usual, growth) in TRAFFIC.items():
        grown = (1 + growth) ** ((since - since[-1]) / 365) * clock.at_leisure()
        mean = usual * world.size * grown * rhythm.get(channel, 1.0)
        visits = rng.negative_binomial(12, 12 / (12 + mean))
        day = {"on": clock.days, "visits": visits, "users": rng.binomial(visits, 0.74)}
        found.append(pd.DataFrame(day).assign(channel=channel, source="Webstatistik"))
    rows = pd.concat(found, ignore_index=True).sort_values(["on", "channel"], kind="stable")
    return typed("traffic", rows.reset_index(drop=True))


def experiments_table(
    world: World, people: People, customers: Customers, first_community_at: Moments
) -> pa.Table:
    """One row per unit: members with or without the digest, accounts invited or not."""
    arms = digest_arms(world, people)
    chosen = np.array([arm is not None for arm in arms])
    starts_at = np.full(chosen.sum(), DIGEST_FROM.astype("datetime64[s]") + hours(5))
    digest = {
        "experiment_id": DIGEST,
        "unit_id": people.member_id[chosen],
        "arm": arms[chosen],
        "assigned_at": starts_at - hours(21),
        "exposed_at": where(arms[chosen] == "digest", starts_at),
    }
    may = customers.could_be_invited
    drawn_at = INVITED_ON.astype("datetime64[s]") + hours(8)
    first = first_community_at[may]
    invitation = {
        "experiment_id": INVITATION,
        "unit_id": customers.account_id[may],
        "arm": np.where(customers.is_invited[may], "invited", "control"),
        "assigned_at": drawn_at,
        "exposed_at": where(first > drawn_at, first),
    }
    both = pd.concat([pd.DataFrame(digest), pd.DataFrame(invitation)], ignore_index=True)
    return typed("experiments", both)
