"""What a table is: its columns, key and grain, as plain data (METRICS section 1)."""

from dataclasses import dataclass

#: Roles held by people whom the company pays to run the community.
STAFF_ROLES = ("community_manager", "admin", "staff")

#: Kinds of post that open a thread which asks for an answer.
ASKING_KINDS = ("question", "discussion")

#: Kinds of post that stand under another post.
REPLY_KINDS = ("answer", "reply", "comment")

#: Kinds of post that answer a thread; a comment does not.
ANSWER_KINDS = ("answer", "reply")


@dataclass(frozen=True)
class Column:
    """
    One column of a table.

    Parameters
    ----------
    name : str
    type : {"text", "id", "moment", "date", "integer", "number", "boolean"}
        An `id` is text that must never be read as a number. A `moment` is UTC.
    required : bool
        Whether the column must be there and filled in every row.
    allowed : tuple of str
        The only values it may hold; empty: any.
    state_since : str
        Column with the moment since when this state holds: the state can be put back to what it
        was. Of a `moment` column it is the column itself.
    is_snapshot : bool
        Whether the value is as exported and cannot be put back.
    """

    name: str
    type: str = "text"
    required: bool = False
    allowed: tuple[str, ...] = ()
    state_since: str = ""
    is_snapshot: bool = False


@dataclass(frozen=True)
class Table:
    """
    One table: what a row is, what makes it unique and when it happened.

    Parameters
    ----------
    name : str
    grain : str
        What one row stands for.
    key : tuple of str
        Columns that together occur once.
    happened : str
        Column with the moment of the event, by which the wall cuts; empty: a row is no event but
        somebody or something that has states.
    columns : tuple of Column
    """

    name: str
    grain: str
    key: tuple[str, ...]
    happened: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of this name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def required(self) -> list[str]:
        """Names of the columns that must be there and filled."""
        return [column.name for column in self.columns if column.required]


MEMBERS = Table(
    name="members",
    grain="one row per member",
    key=("member_id",),
    happened="",
    columns=(
        Column("member_id", "id", required=True),
        Column("joined_at", "moment", state_since="joined_at"),
        Column("account_id", "id", is_snapshot=True),
        Column(
            "role",
            allowed=("member", "champion", "expert", "moderator", *STAFF_ROLES),
            is_snapshot=True,
        ),
        Column("segment", is_snapshot=True),
        Column("locale", is_snapshot=True),
        Column("country", is_snapshot=True),
        Column("is_bot", "boolean"),
        Column("left_at", "moment", state_since="left_at"),
        Column("advocacy_consent_at", "moment", state_since="advocacy_consent_at"),
    ),
)

POSTS = Table(
    name="posts",
    grain="one row per post",
    key=("post_id",),
    happened="posted_at",
    columns=(
        Column("post_id", "id", required=True),
        Column("thread_id", "id", required=True),
        Column("posted_at", "moment", required=True),
        Column("member_id", "id"),
        Column("kind", allowed=(*ASKING_KINDS, "idea", "announcement", "article", *REPLY_KINDS)),
        Column("reply_to", "id"),
        Column("category", is_snapshot=True),
        Column("feature", is_snapshot=True),
        Column("channel"),
        Column("language"),
        Column("title"),
        Column("text"),
        Column("likes", "integer", is_snapshot=True),
        Column("views", "integer", is_snapshot=True),
        Column("is_accepted", "boolean", state_since="accepted_at"),
        Column("accepted_at", "moment", state_since="accepted_at"),
        Column("closed_at", "moment", state_since="closed_at"),
        Column("merged_at", "moment", state_since="merged_at"),
        Column("deleted_at", "moment", state_since="deleted_at"),
    ),
)

#: The record tables by name.
RECORDS = {table.name: table for table in (MEMBERS, POSTS)}
