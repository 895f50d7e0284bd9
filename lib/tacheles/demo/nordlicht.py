"""The company as a whole: each part is made when it is asked for, from the parts it needs."""

from collections.abc import Callable, Collection
from functools import cached_property

import pandas as pd
import pyarrow as pa

from tacheles.demo import (
    acts,
    community,
    company,
    labels,
    members,
    posts,
    programme,
    support,
    voices,
)
from tacheles.demo.clock import Array, Moments
from tacheles.demo.world import World


class Nordlicht:
    """
    A made-up company with its community.

    Parameters
    ----------
    world : World
        Seed, clock, size and effects.
    """

    def __init__(self, world: World) -> None:
        self.world = world

    def table(self, name: str) -> pa.Table:
        """The record table of this name."""
        return self._makers[name]()

    @cached_property
    def _makers(self) -> dict[str, Callable[[], pa.Table]]:
        world = self.world
        return {
            "members": lambda: members.members_table(world, self.people, self.left_at),
            "member_roles": lambda: members.member_roles_table(world, self.people),
            "posts": lambda: posts.posts_table(world, self.people, self.posts),
            "activity": lambda: acts.activity_table(
                world, self.people, self.left_at, self.posts, self.calendar[1], self.tickets
            ),
            "moderation": lambda: community.moderation_table(world, self.posts),
            "recognitions": lambda: community.recognitions_table(world, self.people, self.posts),
            "content": lambda: programme.content_table(self.calendar[0]),
            "feedback": lambda: voices.feedback_table(world, self.surveys),
            "surveys": lambda: voices.surveys_table(world, self.surveys),
            "tickets": lambda: self.tickets_table,
            "accounts": lambda: company.accounts_table(self.customers, self.first_community_at),
            "revenue": lambda: company.revenue_table(world, self.customers, self.fee),
            "renewals": lambda: company.renewals_table(world, self.customers, self.fee),
            "deals": lambda: company.deals_table(world, self.deals, self.customers),
            "ideas": lambda: community.ideas_table(world, self.posts),
            "advocacy": lambda: self.advocacy,
            "costs": lambda: programme.costs_table(world),
            "partner_metrics": lambda: programme.partner_metrics_table(
                world, self.customers, self.tickets_table, self.advocacy
            ),
            "usage": lambda: company.usage_table(world, self.customers),
            "traffic": lambda: acts.traffic_table(world),
            "experiments": lambda: acts.experiments_table(
                world, self.people, self.customers, self.first_community_at
            ),
        }

    @cached_property
    def deals(self) -> pd.DataFrame:
        """Opportunities with what decides them."""
        return company.deals(self.world)

    @cached_property
    def customers(self) -> company.Customers:
        """The customers and what becomes of them."""
        return company.customers(self.world, self.deals)

    @cached_property
    def fee(self) -> Array:
        """What each customer pays in each month. [EUR]"""
        return company.monthly_fee(self.world, self.customers)

    @cached_property
    def tickets(self) -> support.Tickets:
        """The tickets with what nobody knows of them."""
        return support.tickets(self.world, self.customers)

    @cached_property
    def tickets_table(self) -> pa.Table:
        """The tickets as exported."""
        return support.tickets_table(self.world, self.customers, self.tickets)

    @cached_property
    def people(self) -> members.People:
        """The members."""
        return members.people(self.world, self.customers)

    @cached_property
    def first_community_at(self) -> Moments:
        """When the first member of each customer joined."""
        return self.people.first_of_account(len(self.customers.account_id))

    @cached_property
    def posts(self) -> pd.DataFrame:
        """Everything written, with the sentiment it was written with."""
        return posts.posts(self.world, self.people, self.customers)

    @cached_property
    def left_at(self) -> Moments:
        """When each member left, not a time for most."""
        return members.departures(self.world, self.people, self.posts)

    @cached_property
    def calendar(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The content calendar, and who attended."""
        return programme.content(self.world, self.people, self.left_at)

    @cached_property
    def advocacy(self) -> pa.Table:
        """Who spoke up for the company."""
        return programme.advocacy_table(self.world, self.customers, self.people)

    @cached_property
    def surveys(self) -> pd.DataFrame:
        """The answers to surveys, with the sentiment of what was written."""
        return voices.surveys(self.world, self.people, self.customers)

    def labelled(self, wanted: Collection[str]) -> pd.DataFrame:
        """The plan table of labels: those given to texts and tickets of the tables wanted."""
        texts = [self._texts[name]() for name in self._texts if name in wanted]
        audited = [self._ticket_categories] if "tickets" in wanted else []
        return labels.labels(self.world, texts, audited)

    def sentiment(self, wanted: Collection[str]) -> dict[str, pa.Table]:
        """The mood that each text was written with: `item_id, sentiment`, by record table."""
        texts = (self._texts[name]() for name in self._texts if name in wanted)
        return {
            one.table: pa.table({"item_id": pa.array(one.item), "sentiment": pa.array(one.truth)})
            for one in texts
        }

    @property
    def _texts(self) -> dict[str, Callable[[], labels.Judged]]:
        """What has a mood, by record table."""
        return {
            "posts": lambda: labels.posts_judged(self.posts),
            "tickets": lambda: labels.tickets_judged(self.tickets, "sentiment"),
            "surveys": lambda: labels.surveys_judged(self.surveys),
        }

    @property
    def _ticket_categories(self) -> labels.Judged:
        return labels.tickets_judged(self.tickets, "category")
