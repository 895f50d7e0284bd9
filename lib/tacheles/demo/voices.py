"""What people say when asked: surveys, interviews and focus groups; and labels that people gave."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.random import Generator

from tacheles.demo import texts
from tacheles.demo.clock import Array, days_since, hours, moments_of, month_number
from tacheles.demo.company import Customers
from tacheles.demo.members import People
from tacheles.demo.support import LANGUAGES, satisfaction
from tacheles.demo.world import FEATURES, SEGMENTS, World, ids, pick, typed, where

#: Needs: importance, satisfaction on the first day and its yearly change. [points, 0 to 10]
NEEDS = {
    "N1": (8.9, 6.1, 0.2),
    "N2": (8.1, 5.6, 0.5),
    "N3": (7.6, 4.8, 0.0),
    "N4": (7.2, 5.9, 0.1),
    "N5": (7.8, 5.2, 0.0),
    "N6": (6.4, 4.1, 0.0),
}

#: Answers a quarter at size 1, by instrument; the last three are asked in waves only.
ANSWERS = {
    "nps": 340,
    "csat": 260,
    "ces": 190,
    "support_intent": 210,
    "sense_of_community": 170,
    "needs": 190,
}

#: The items of `support_intent`: came for support, got it solved, would have asked us otherwise.
SUPPORT_INTENT = ("support", "resolved", "would_have_contacted")

#: Shares of yes: support was needed; it was resolved if so, or if not.
SUPPORT_NEEDED, RESOLVED = 0.43, (0.66, 0.5)

#: Share who would have contacted support, if it was resolved or not; nobody else would.
INTENT_TO_CONTACT = (0.24, 0.12)

#: The segment that nobody hears: how often it answers, compared with the others.
UNHEARD, UNHEARD_RATE = "Öffentliche Hand", 0.012

#: What interviews and focus groups bring up, by need.
INSIGHTS = {
    "N1": "Wer morgens fragt und bis mittags nichts hört, ruft an.",
    "N2": "Vorlagen anderer Betriebe sparen mehr Zeit als jede Anleitung.",
    "N3": "Ideen verschwinden, ohne dass jemand sagt, was daraus wird.",
    "N4": "Fragen zu Schnittstellen kann nur beantworten, wer sie gebaut hat.",
    "N5": "Neue Leute brauchen einen festen Weg durch die ersten zwei Wochen.",
    "N6": "Mit Vorleseprogramm ist die Mobile App kaum zu bedienen.",
}


def surveys(world: World, people: People, customers: Customers) -> pd.DataFrame:
    """The answers, with the sentiment of what was written (`sentiment`, nothing without a text)."""
    rng = world.rng("surveys")
    rows = pd.concat(_asked(rng, world, people, customers), ignore_index=True)
    rows = rows[rows["responded_at"] < world.clock.ends_at]
    rows = rows.sort_values(["responded_at", "response"], kind="stable").reset_index(drop=True)
    member, account = rows["member"].to_numpy(), rows["account"].to_numpy()
    return rows.assign(
        response_id=ids("s", pd.factorize(rows["response"])[0] + 1),
        member_id=where(member >= 0, people.member_id[member]),
        account_id=where(account >= 0, customers.account_id[account]),
        segment=np.where(account >= 0, customers.segment[account], people.segment[member]),
        sentiment=_mood(rng, rows),
    )


def _asked(
    rng: Generator, world: World, people: People, customers: Customers
) -> Iterator[pd.DataFrame]:
    """Each quarter's answers, instrument by instrument."""
    clock = world.clock
    for place in range(len(clock.quarters)):
        months = clock.months[3 * place : 3 * place + 3]
        day = np.flatnonzero(np.isin(clock.month_of_day, 3 * place + np.arange(len(months))))
        grown = 0.55 + 0.45 * place / max(len(clock.quarters) - 1, 1)
        for instrument in ("nps", "csat", "ces"):
            who = _respondents(rng, world, people, customers, ANSWERS[instrument] * grown, day)
            yield _scored(rng, world, customers, instrument, who)
        who = _respondents(rng, world, people, customers, ANSWERS["support_intent"] * grown, day)
        yield _intent(rng, who)
        if (len(clock.quarters) - 1 - place) % 2 == 0:
            yield _sense(rng, _belonging(rng, world, people, day[30:50], place), place)
            who = _respondents(rng, world, people, customers, ANSWERS["needs"] * grown, day[45:66])
            yield from _needs(rng, world, who)


def _respondents(
    rng: Generator,
    world: World,
    people: People,
    customers: Customers,
    usual: float,
    days: Array,
) -> pd.DataFrame:
    """
    Who answers: contacts of customers, members or not; hardly anybody of the unheard segment.

    `account` and `member` are places in their arrays, -1 for none.
    """
    clock, number = world.clock, world.many(usual)
    at = np.sort(clock.on(rng, rng.choice(days[~clock.is_closed[days]], number), working=True))
    day = at.astype("datetime64[D]")
    rate = np.where(customers.segment == UNHEARD, UNHEARD_RATE, 1.0) * np.sqrt(customers.seats)
    rate = rate * customers.active(day[len(day) // 2])[:, 0]
    account = rng.choice(len(rate), number, p=rate / rate.sum())
    member, has_members = people.of_account(rng, account)
    is_member = has_members & (people.joined_at[member] < at)
    return pd.DataFrame(
        {
            "response": rng.integers(0, 2**62, number),  # nobody else has this number
            "responded_at": at,
            "account": account,
            "member": np.where(is_member, member, -1),
        }
    )


def _scored(
    rng: Generator, world: World, customers: Customers, instrument: str, who: pd.DataFrame
) -> pd.DataFrame:
    """Answers on the instrument's scale, which follow the account's health."""
    place, number = who["account"].to_numpy(), len(who)
    health = np.clip(customers.health[place], -2, 2)
    item: Array = np.full(number, None)
    if instrument == "csat":
        answer = satisfaction(world, rng, customers, place, moments_of(who["responded_at"]))
        is_about_us = (who["member"] >= 0) & (rng.random(number) < 0.45)
        item = np.where(is_about_us, "forum", "support")
    elif instrument == "nps":
        chance = rng.beta(8.9, 2.0, number) + 0.05 * health
        answer = rng.binomial(10, np.clip(chance, 0.02, 0.99))
    else:
        chance = rng.beta(6.5, 2.6, number) + 0.03 * health
        answer = 1 + rng.binomial(6, np.clip(chance, 0.02, 0.99))
    return who.assign(instrument=instrument, answer=answer.astype(float), item=item)


def _intent(rng: Generator, who: pd.DataFrame) -> pd.DataFrame:
    """Three yes-or-no answers of one visit, which hang together."""
    number = len(who)
    support = rng.random(number) < SUPPORT_NEEDED
    resolved = rng.random(number) < np.where(support, *RESOLVED)
    asks = np.where(resolved, *INTENT_TO_CONTACT)
    contacted = support & (rng.random(number) < asks)
    parts = [
        who.assign(instrument="support_intent", item=item, answer=answer.astype(float))
        for item, answer in zip(SUPPORT_INTENT, (support, resolved, contacted), strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def _belonging(
    rng: Generator, world: World, people: People, days: Array, place: int
) -> pd.DataFrame:
    """Members who answer: those who write rather than others, each once."""
    clock = world.clock
    known = np.searchsorted(people.joined_at, clock.days[days[0]].astype("datetime64[s]"))
    rate = np.where(people.segment == UNHEARD, UNHEARD_RATE, 1.0) * (people.zeal + 0.05)
    rate = (rate * ~people.is_crew)[:known]
    usual = world.many(ANSWERS["sense_of_community"] * (0.5 + 0.05 * place))
    number = min(usual, int(np.count_nonzero(rate)) // 4)
    member = np.sort(rng.choice(known, number, replace=False, p=rate / rate.sum()))
    at = clock.on(rng, rng.choice(days[~clock.is_closed[days]], number), working=False)
    return pd.DataFrame(
        {
            "response": rng.integers(0, 2**62, number),
            "responded_at": at,
            "account": people.account[member],
            "member": member,
        }
    )


def _sense(rng: Generator, who: pd.DataFrame, place: int) -> pd.DataFrame:
    """Twenty-four items from 0 to 3, named 1 to 24; who belongs feels it in all of them."""
    feels = rng.normal(0.15 + 0.03 * place, 0.6, len(who))
    ease = np.repeat([0.35, 0.1, -0.15, 0.2], 6) + rng.normal(0, 0.2, 24)
    chance = 1 / (1 + np.exp(-(feels[:, None] + ease)))
    answer = rng.binomial(3, chance).astype(float)
    answer[rng.random(answer.shape) < 0.025] = np.nan
    rows = who.loc[who.index.repeat(24)].reset_index(drop=True)
    rows["instrument"] = "sense_of_community"
    rows["item"] = np.tile([str(number) for number in range(1, 25)], len(who))
    rows["answer"] = answer.ravel()
    return rows[rows["answer"].notna()]


def _needs(rng: Generator, world: World, who: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """How important each need is, and how well it is met."""
    years = days_since(world.clock.starts_at, moments_of(who["responded_at"])) / 365
    own = rng.normal(0, 0.03, len(who))
    for need, (important, satisfied, change) in NEEDS.items():
        for instrument, mean in (
            ("need_importance", np.full(len(who), important)),
            ("need_satisfaction", satisfied + change * years),
        ):
            answer = rng.binomial(10, np.clip(mean / 10 + own, 0, 1)).astype(float)
            yield who.assign(instrument=instrument, item=need, answer=answer)


def _mood(rng: Generator, rows: pd.DataFrame) -> Array:
    """The sentiment of the few who write something: it follows the score they gave."""
    share = rows["answer"] / rows["instrument"].map({"nps": 10.0, "csat": 5.0, "ces": 7.0})
    writes = share.notna() & (rng.random(len(rows)) < 0.35)
    means_it = rng.random(len(rows)) < 0.7
    mood = np.select(
        [share >= 0.85, share >= 0.65],
        [np.where(means_it, "positive", "neutral"), np.where(means_it, "neutral", "positive")],
        np.where(means_it, "negative", "neutral"),
    )
    return where(writes.to_numpy(), mood.astype(object))


def surveys_table(world: World, rows: pd.DataFrame) -> pa.Table:
    """One row per answer to one item."""
    text = np.full(len(rows), None, dtype=object)
    writes = np.flatnonzero(rows["sentiment"].notna())
    if world.has_texts:
        rng, number = world.rng("survey texts"), len(writes)
        languages, features = pick(rng, LANGUAGES, number), pick(rng, FEATURES, number)
        moods = rows["sentiment"].iloc[writes].tolist()
        text[writes] = texts.written(
            rng, ["survey"] * number, languages.tolist(), moods, features.tolist()
        )
    return typed("surveys", rows.assign(text=text))


def feedback_table(world: World, surveys: pd.DataFrame) -> pa.Table:
    """One row per survey wave and segment, focus group or interview."""
    rng, clock = world.rng("feedback"), world.clock
    found = [_waves(rng, world, surveys), _talks(rng, world)]
    rows = pd.concat(found, ignore_index=True).sort_values(["held_on", "method"], kind="stable")
    rows = rows.reset_index(drop=True)
    rows["session_id"] = ids("f", range(1, len(rows) + 1), 3)
    later = moments_of(rows["held_on"]) + hours(24 * (8 + rng.gamma(1.6, 45.0, len(rows))))
    acted_on_at = clock.when_at_work(rng, later)
    acts = rows["need_id"].notna() & (rows["need_id"] != "N6") & (rng.random(len(rows)) < 0.62)
    rows["acted_on_at"] = where(acts.to_numpy() & (acted_on_at < clock.ends_at), acted_on_at)
    rows["insight"] = rows["need_id"].map(INSIGHTS)
    return typed("feedback", rows)


def _waves(rng: Generator, world: World, surveys: pd.DataFrame) -> pd.DataFrame:
    """The waves about needs: how many were asked, how many answered, by segment."""
    needs = surveys[surveys["instrument"] == "need_importance"].drop_duplicates("response_id")
    found: list[dict[str, Any]] = []
    for _, part in needs.groupby(world.clock.quarter_of(moments_of(needs["responded_at"]))):
        held_on = part["responded_at"].min().normalize()
        for segment in SEGMENTS:
            completed = int((part["segment"] == segment).sum())
            asked = max(round(completed / rng.uniform(0.22, 0.3)), world.many(60))
            need = list(NEEDS)[len(found) % len(NEEDS)] if completed else None
            found.append(
                {
                    "method": "survey",
                    "held_on": held_on,
                    "segment": segment,
                    "invited": asked,
                    "completed": completed,
                    "need_id": need,
                }
            )
    return pd.DataFrame(found)


def _talks(rng: Generator, world: World) -> pd.DataFrame:
    """Interviews and focus groups, none of them with the unheard segment."""
    clock = world.clock
    heard = {name: share for name, share in SEGMENTS.items() if name != UNHEARD}
    open_days = np.flatnonzero(~clock.is_closed & (month_number(clock.days) % 12 != 7))
    number = 7 * len(clock.quarters)
    method = pick(rng, {"interview": 0.78, "focus_group": 0.22}, number)
    invited = np.where(method == "interview", 1, rng.integers(8, 13, number))
    came = np.where(method == "interview", 1, rng.binomial(invited, 0.72))
    needs = {need: 1.0 for need in NEEDS if need != "N6"} | {"N6": 0.4}
    return pd.DataFrame(
        {
            "method": method,
            "held_on": clock.days[np.sort(rng.choice(open_days[20:], number, replace=False))],
            "segment": pick(rng, heard, number),
            "invited": invited,
            "completed": came,
            "need_id": pick(rng, needs, number),
        }
    )
