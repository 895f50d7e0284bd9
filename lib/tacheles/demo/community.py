"""What grows out of posts: ideas, awards, and cases for the moderators."""

import numpy as np
import pandas as pd
import pyarrow as pa

from tacheles.demo.clock import days_since, hours, moments_of
from tacheles.demo.members import People
from tacheles.demo.world import World, ids, pick, typed, where

#: What becomes of an idea: how often, and after how many days.
FATES = {
    "open": (0.42, 0.0),
    "planned": (0.2, 80.0),
    "delivered": (0.2, 200.0),
    "closed": (0.18, 60.0),
}

#: Awards for so many solutions.
AWARDS = {1: "Erste Lösung", 10: "Zehn Lösungen", 50: "Fünfzig Lösungen"}

#: Share of posts that become a case; who reports it, and why.
CASES = 0.017
REPORTED_BY = {"user_flag": 0.56, "automatic": 0.26, "staff": 0.15, "notice": 0.03}
REASONS = {
    "Werbung": 0.36,
    "Falsche Kategorie": 0.26,
    "Umgangston": 0.2,
    "Spam": 0.14,
    "Persönliche Daten": 0.04,
}


def ideas_table(world: World, posts: pd.DataFrame) -> pa.Table:
    """One row per idea: its votes, and what the product team made of it."""
    rng, clock = world.rng("ideas"), world.clock
    ideas = posts[(posts["kind"] == "idea") & posts["is_opener"]]
    number, created_at = len(ideas), moments_of(ideas["posted_at"])
    age = -days_since(clock.ends_at, created_at)
    votes = rng.poisson(1 + 5.5 * rng.gamma(0.8, 1 / 0.8, number) * (age / 200) ** 0.5)
    status = pick(rng, {name: share for name, (share, _days) in FATES.items()}, number)
    days = np.array([FATES[name][1] for name in status]) * rng.gamma(3.0, 1 / 3, number)
    status_at = clock.when_at_work(rng, created_at + hours(24 * days))
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


def recognitions_table(world: World, people: People, posts: pd.DataFrame) -> pa.Table:
    """One row per award: for solutions, for the first post, and to three members every month."""
    rng = world.rng("recognitions")
    by_members = posts[(posts["member"] >= 0) & ~people.is_crew[posts["member"]]]
    solved = by_members[by_members["accepted_at"].notna()].sort_values("accepted_at", kind="stable")
    nth = solved.groupby("member").cumcount() + 1
    counted = solved.assign(name=nth.map(AWARDS), awarded_at=solved["accepted_at"])
    first = by_members.drop_duplicates("member")
    first = first[rng.random(len(first)) < 0.25]
    thanked = first.assign(
        name="Danke für den ersten Beitrag", awarded_at=first["posted_at"] + hours(20)
    )
    awards = pd.concat([counted[counted["name"].notna()], thanked, _of_the_month(solved)])
    awards = awards.sort_values(["awarded_at", "member"], kind="stable")
    awards = awards[awards["awarded_at"] < world.clock.ends_at].reset_index(drop=True)
    return typed("recognitions", awards.assign(member_id=people.member_id[awards["member"]]))


def _of_the_month(solved: pd.DataFrame) -> pd.DataFrame:
    """The three with the most solutions of each month, honoured at the beginning of the next."""
    month = solved["accepted_at"].dt.to_period("M").rename("month")
    best = solved.groupby([month, "member"]).size().reset_index(name="solutions")
    best = best.sort_values(["month", "solutions"], ascending=[True, False], kind="stable")
    best = best.groupby("month").head(3)
    at = best["month"].dt.to_timestamp() + pd.DateOffset(months=1, days=2, hours=9)
    return best.assign(name="Nordlicht des Monats", awarded_at=at.astype("datetime64[s]"))


def moderation_table(world: World, posts: pd.DataFrame) -> pa.Table:
    """One row per case: reported, decided, sometimes appealed."""
    rng, clock = world.rng("moderation"), world.clock
    number = round(CASES * len(posts))
    flagged = posts.iloc[np.sort(rng.choice(len(posts), number, replace=False))]
    opened_at = moments_of(flagged["posted_at"]) + hours(rng.lognormal(1.5, 1.3, number))
    opened_at = clock.when_awake(rng, opened_at)
    decided_at = clock.when_at_work(rng, opened_at + hours(rng.lognormal(2.0, 1.3, number)))
    is_decided = (decided_at < clock.ends_at) & (rng.random(number) < 0.985)
    acts = rng.random(number) < 0.6
    appealed_at = clock.when_awake(rng, decided_at + hours(rng.lognormal(3.0, 0.8, number)))
    appeals = is_decided & acts & (rng.random(number) < 0.14) & (appealed_at < clock.ends_at)
    outcome = np.where(rng.random(number) < 0.27, "reversed", "upheld")
    cases = {
        "opened_at": opened_at,
        "source": pick(rng, REPORTED_BY, number),
        "decided_at": where(is_decided, decided_at),
        "decision": where(is_decided, np.where(acts, "action", "no_action")),
        "reason": pick(rng, REASONS, number),
        "appealed_at": where(appeals, appealed_at),
        "appeal_decision": where(appeals & (rng.random(number) < 0.9), outcome),
        "content_kind": flagged["kind"].to_numpy(),
    }
    seen = pd.DataFrame(cases)[opened_at < clock.ends_at].sort_values("opened_at", kind="stable")
    return typed("moderation", seen.assign(case_id=ids("c", range(1, len(seen) + 1), 4)))
