"""What is written in the community: threads, their answers, and what becomes of them."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.random import Generator

from tacheles.demo import texts
from tacheles.demo.clock import (
    FORUM_OPENS,
    RELEASE,
    SUPERUSER_LEAVES,
    Array,
    Moments,
    days_since,
    hours,
    moments_of,
)
from tacheles.demo.company import Customers
from tacheles.demo.members import BOT, VOLUNTEERS, People
from tacheles.demo.world import FEATURES, SENTIMENTS, World, ids, pick, pick_each, typed, where

#: Threads of ten quarters, at size 1.
THREADS = 13000

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

#: Where threads are opened.
CHANNELS = {"Forum": 0.86, "Slack": 0.1, "LinkedIn": 0.04}

#: Kinds that the company or its experts write.
PUBLISHED = ("announcement", "article")

#: Share of questions and discussions about best practice, once the forum for it has been found.
PRACTICE = 0.3

#: Share of first answers that come from the superuser, of those that do not come from staff.
SUPERUSER = 0.2

#: Columns of the contract that are made here as they are.
_AS_THEY_ARE = (
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
    opened_at = _opened_at(rng, world, people)
    number = len(opened_at)
    channel, kind = pick(rng, CHANNELS, number), pick(rng, KINDS, number)
    is_published = np.isin(kind, PUBLISHED)
    kind = np.where((channel == "LinkedIn") & ~is_published, "discussion", kind)
    kind = np.where((channel == "Slack") & (kind == "idea"), "question", kind)
    member = people.draw(rng, opened_at, people.zeal)
    member = np.where(is_published, _publishers(rng, people, kind, opened_at), member)
    is_english = people.is_english[member] ^ (rng.random(number) < 0.03)
    feature = pick(rng, FEATURES, number)
    return pd.DataFrame(
        {
            "thread": np.arange(number),
            "posted_at": np.where(
                is_published, world.clock.when_at_work(rng, opened_at), opened_at
            ),
            "member": member,
            "kind": kind,
            "feature": feature,
            "channel": channel,
            "language": np.where(is_english, "en", "de"),
            "category": _categories(rng, kind, feature, is_english, opened_at),
            "is_opener": True,
        }
    )


def _opened_at(rng: Generator, world: World, people: People) -> Moments:
    """When threads are opened: more often the more members there are, none on the first day."""
    clock = world.clock
    known = np.searchsorted(people.joined_at, clock.days.astype("datetime64[s]") + 43200)
    density = clock.at_leisure() * (140 + known / world.size) ** 0.8
    density[0] = 0.0
    return clock.between(rng, world.many(THREADS * len(clock.months) / 30), density)


def _publishers(rng: Generator, people: People, kind: Array, opened_at: Moments) -> Array:
    """Who writes announcements and articles: the staff, and of the articles experts every other."""
    member = rng.choice(people.staff, len(kind))
    expert = rng.choice(np.flatnonzero(people.role == "expert"), len(kind))
    writes = (kind == "article") & (rng.random(len(kind)) < 0.5)
    return np.where(writes & (people.joined_at[expert] < opened_at), expert, member)


def _categories(
    rng: Generator, kind: Array, feature: Array, is_english: Array, opened_at: Moments
) -> Array:
    """Where a thread stands; best practice only since its forum is open."""
    category = np.array([CATEGORY[name] for name in feature], dtype=object)
    category[rng.random(len(kind)) < 0.13] = "Erste Schritte"
    weeks = days_since(FORUM_OPENS, opened_at) / 7
    asks = np.isin(kind, ("question", "discussion"))
    practises = rng.random(len(kind)) < np.clip(weeks / 8, 0, 1) * np.where(asks, PRACTICE, 0.5)
    category[practises & (kind != "idea") & (weeks >= 0)] = "Best Practice"
    category[is_english & asks & (rng.random(len(kind)) < 0.7)] = "International"
    category[kind == "idea"] = "Ideen"
    category[kind == "announcement"] = "Ankündigungen"
    return category


def _replies(
    rng: Generator, world: World, people: People, threads: pd.DataFrame
) -> list[pd.DataFrame]:
    """First answers, what follows them, thanks of whoever asked, and what the programmes say."""
    first = _first_answers(rng, world, people, threads)
    more = _more(rng, world, people, threads, first)
    thanks = first[rng.random(len(first)) < 0.3].copy()
    later = moments_of(thanks["posted_at"]) + hours(rng.lognormal(1.0, 1.3, len(thanks)))
    thanks["posted_at"] = world.clock.when_awake(rng, later)
    thanks["member"] = threads["member"].to_numpy()[thanks["thread"]]
    greeted = threads[(threads["channel"] == "Slack") & (rng.random(len(threads)) < 0.2)].copy()
    greeted["member"] = rng.choice(np.flatnonzero(people.role == BOT), len(greeted))
    greeted["posted_at"] += np.timedelta64(2, "s")
    greeted["is_opener"] = False
    return [first, more, thanks.assign(kind="reply"), greeted.assign(kind="reply")]


def _first_answers(
    rng: Generator, world: World, people: People, threads: pd.DataFrame
) -> pd.DataFrame:
    """The first answer by somebody else: by the superuser, other members or staff; or none."""
    clock, opened_at, number = world.clock, moments_of(threads["posted_at"]), len(threads)
    grown, gap = _grown(world, opened_at), _gap(opened_at)
    by_staff = rng.random(number) < 0.46 - 0.11 * grown + 0.06 * gap
    is_here = days_since(SUPERUSER_LEAVES, opened_at) < -3
    by_superuser = ~by_staff & is_here & (rng.random(number) < SUPERUSER)
    helpful = people.zeal * np.where(np.isin(people.role, list(VOLUNTEERS)), 3.0, 1.0)
    helpful = helpful * np.where(people.is_steady, 1.15, 0.15)
    member = people.draw(rng, opened_at, helpful)
    member = np.where(by_superuser, people.superuser, member)
    member = np.where(by_staff, rng.choice(people.staff, number), member)
    until = opened_at + hours(_waiting_hours(rng, threads, grown, gap))
    at = np.where(by_staff, clock.when_at_work(rng, until), clock.when_awake(rng, until))
    is_answered = _is_answered(rng, threads, grown, gap)
    is_answered &= (member != threads["member"]) & (people.joined_at[member] < at)
    is_answered &= ~_is_gone(people, member, at)
    first = threads.assign(member=member, posted_at=at, is_opener=False)[is_answered]
    asked = (first["kind"] == "question") & (rng.random(len(first)) < 0.9)
    comments = (first["channel"] == "LinkedIn") | first["kind"].isin(PUBLISHED)
    return first.assign(kind=np.select([asked, comments], ["answer", "comment"], "reply"))


def _grown(world: World, moments: Moments) -> Array:
    """How far the community has come at each moment: 0 on its first day, 1 at the end."""
    since = days_since(world.clock.starts_at, moments)
    return since / len(world.clock.days)


def _gap(moments: Moments) -> Array:
    """What the superuser left behind: 1 when leaving, a third four months later."""
    away = days_since(SUPERUSER_LEAVES, moments)
    return np.where(away > 0, np.exp(-np.maximum(away, 0) / 120), 0.0)


def _is_gone(people: People, member: Array, moments: Moments) -> Array:
    return (member == people.superuser) & (days_since(SUPERUSER_LEAVES, moments) >= 0)


def _waiting_hours(rng: Generator, threads: pd.DataFrame, grown: Array, gap: Array) -> Array:
    """Hours until somebody would answer: half as long at the end; longer for some questions."""
    slow = 0.25 * (threads["feature"] == "Schnittstellen").to_numpy() * (1 + gap)
    slow = slow + 0.25 * (threads["language"] == "en").to_numpy() + 0.4 * gap
    return np.exp(1.4 - 0.55 * grown + slow) * rng.lognormal(0.0, 1.35, len(threads))


def _is_answered(rng: Generator, threads: pd.DataFrame, grown: Array, gap: Array) -> Array:
    """Whether anybody ever answers."""
    kind = threads["kind"].to_numpy()
    fewer = 0.07 * gap + 0.07 * (threads["language"] == "en").to_numpy()
    fewer = fewer + 0.5 * np.isin(kind, PUBLISHED) + 0.1 * (kind == "idea")
    return rng.random(len(threads)) < 0.94 + 0.03 * grown - fewer


def _more(
    rng: Generator, world: World, people: People, threads: pd.DataFrame, first: pd.DataFrame
) -> pd.DataFrame:
    """What others write after the first answer."""
    usual = threads["kind"].map({"question": 1.1, "discussion": 2.6, "idea": 2.0}).fillna(1.5)
    many = rng.poisson(usual.to_numpy()[first["thread"]] * rng.gamma(1.5, 1 / 1.5, len(first)))
    more = first.loc[first.index.repeat(many)].copy()
    later = moments_of(more["posted_at"]) + hours(rng.lognormal(2.6, 1.4, len(more)))
    by_staff = rng.random(len(more)) < 0.14
    member = people.draw(rng, later, people.zeal * (1 + people.is_steady))
    more["member"] = np.where(by_staff, rng.choice(people.staff, len(more)), member)
    clock = world.clock
    more["posted_at"] = np.where(
        by_staff, clock.when_at_work(rng, later), clock.when_awake(rng, later)
    )
    opened = threads.loc[more["thread"]]
    drawn, asks = rng.random(len(more)), (opened["kind"] == "question").to_numpy()
    answers = asks & (drawn < 0.45) & (more["member"].to_numpy() != opened["member"].to_numpy())
    comments = (drawn > 0.85) | (more["channel"] == "LinkedIn").to_numpy()
    return more.assign(kind=np.select([answers, comments], ["answer", "comment"], "reply"))


def _name_threads(rows: pd.DataFrame) -> None:
    """A thread is named after its opener."""
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
    later = moments_of(best["posted_at"]) + hours(rng.lognormal(2.3, 1.7, len(best)))
    at = pd.Series(world.clock.when_awake(rng, later), best.index)
    at = at[at < world.clock.ends_at]
    rows["accepted_at"] = at.reindex(rows.index)
    is_answer = (rows["kind"] == "answer").to_numpy()
    rows["is_accepted"] = where(is_answer, rows["accepted_at"].notna().to_numpy())


def _close(rng: Generator, world: World, rows: pd.DataFrame) -> None:
    """A few threads are closed or merged, a few posts deleted, a few authors forgotten."""
    ends_at, posted_at, number = world.clock.ends_at, moments_of(rows["posted_at"]), len(rows)
    last = moments_of(rows.groupby("thread")["posted_at"].transform("max"))
    asks, is_kept = (rows["kind"] == "question").to_numpy(), rows["accepted_at"].isna().to_numpy()
    for column, chance, since, days, may in (
        ("closed_at", 0.05, last, 45.0, asks),
        ("merged_at", 0.012, last, 3.0, asks),
        ("deleted_at", 0.008, posted_at, 0.6, is_kept),
    ):
        at = since + hours(24 * rng.gamma(1.5, days / 1.5, number))
        rows[column] = where(may & (rng.random(number) < chance) & (at < ends_at), at)
    is_old = posted_at < ends_at - np.timedelta64(200, "D")
    rows.loc[is_old & (rng.random(number) < 0.008), "member"] = -1


def _like(rng: Generator, world: World, rows: pd.DataFrame) -> None:
    """Likes, and views of threads and of answers: older ones were seen by more."""
    number, kind = len(rows), rows["kind"]
    usual = kind.map({"answer": 1.3, "announcement": 4.0, "article": 5.0}).fillna(0.5).to_numpy()
    rows["likes"] = rng.poisson(usual * rng.gamma(0.7, 1 / 0.7, number))
    age = -days_since(world.clock.ends_at, moments_of(rows["posted_at"]))
    seen = 14 * rng.lognormal(0.0, 0.9, number) * (1 + age / 40) ** 0.6
    seen *= np.where(rows["category"] == "Best Practice", 2.2, 1.0)
    seen *= np.where(kind == "answer", 0.7, 1.0)
    rows["views"] = np.where(rows["is_opener"] | (kind == "answer"), np.round(seen), np.nan)


def _mood(rng: Generator, people: People, customers: Customers, rows: pd.DataFrame) -> Array:
    """The sentiment with which each post is written; the release was not met with joy."""
    shares = np.array([MOODS[kind] for kind in rows["kind"]])
    account = people.account[rows["member"]]
    health = np.where((rows["member"] >= 0) & (account >= 0), customers.health[account], 0.0)
    since = days_since(RELEASE, moments_of(rows["posted_at"]))
    shares[:, 0] *= np.exp(-0.2 * health) * np.where((since >= 0) & (since < 42), 1.9, 1.0)
    shares[:, 0] *= np.where(rows["category"] == "Best Practice", 0.7, 1.0)
    return np.array(SENTIMENTS, dtype=object)[pick_each(rng, shares)]


def posts_table(world: World, people: People, rows: pd.DataFrame) -> pa.Table:
    """One row per post."""
    member = rows["member"].to_numpy()
    columns: dict[str, Any] = {name: rows[name] for name in _AS_THEY_ARE}
    columns["member_id"] = where(member >= 0, people.member_id[member])
    has_feature = (rows["category"] != "Ankündigungen").to_numpy()
    columns["feature"] = where(has_feature, rows["feature"].to_numpy())
    return typed("posts", columns | _written(world, rows))


def _written(world: World, rows: pd.DataFrame) -> dict[str, Any]:
    """Titles of the openers, and the texts of all."""
    if not world.has_texts:
        return {}
    rng = world.rng("post texts")
    title, text = (np.full(len(rows), None, dtype=object) for _ in range(2))
    opens = rows["is_opener"].to_numpy(dtype=bool)
    said = rows[["kind", "language", "sentiment", "feature"]]
    heads, rest = (said[which].to_dict("list").values() for which in (opens, ~opens))
    title[opens], text[opens] = texts.with_titles(rng, *heads)
    text[~opens] = texts.written(rng, *rest)
    return {"title": title, "text": text}
