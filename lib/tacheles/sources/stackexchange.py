"""
Stack Exchange data dump: `Posts.xml`, and beside it `Users.xml`, `Comments.xml`, `Votes.xml`.

Every row is an XML element `<row .../>`; an attribute that is missing is empty. Times have no zone
and are UTC; votes have the day only. Tags are `<a><b>` until 2023 and `|a|b|` since.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tacheles.contract import MEMBERS, POSTS
from tacheles.errors import TachelesError
from tacheles.sources import Export, Pseudonym
from tacheles.table_file import in_memory
from tacheles.workbook import Settings, Source

_KINDS = {"1": "question", "2": "answer"}
_ACCEPTED, _UPVOTE = "1", "2"
_COMMUNITY = "-1"  # the account under which the software itself writes


@dataclass
class _Votes:
    """What the votes tell about posts: how many liked one, and when an answer was accepted."""

    likes: Counter[str] = field(default_factory=Counter)
    accepted_at: dict[str, datetime] = field(default_factory=dict)
    last_day: datetime | None = None
    are_known: bool = False


def read(folder: Path, settings: Settings, pseudonym: Pseudonym) -> Export:
    """
    Read a data dump.

    Parameters
    ----------
    folder : Path
        Folder with the dump's XML files.
    settings : Settings
        `site` is credited, and tells a meta site by its name; `keep_text` says whether titles and
        bodies are kept.
    pseudonym : callable
        Turns a source id into a member's pseudonym.

    Returns
    -------
    Export
        The tables `posts` and `members`.

    Raises
    ------
    TachelesError
        If `Posts.xml` is missing or has no posts, a file is no XML or cut off, or a row lacks what
        every row has.

    Notes
    -----
    Questions, answers and comments are posts; tag wikis and other rows are not. Who wrote a post
    whose account was deleted is unknown: the post stays, without a member. An acceptance has a day,
    not a time: it counts from the end of that day. A meta site lists the profiles of its parent's
    users: there only those who wrote are members, and nobody knows when they joined. The moment of
    the export is the latest moment of which posts, acceptances and profiles speak.
    """
    votes = _votes(folder / "Votes.xml")
    posts, left_out = _posts(folder / "Posts.xml", settings, pseudonym, votes)
    threads = {post["post_id"]: post["thread_id"] for post in posts}
    comments, orphans = _comments(folder / "Comments.xml", threads, settings, pseudonym)
    posts += comments
    writers = {post["member_id"] for post in posts} - {None}
    members, profiles, last_seen = _members(folder / "Users.xml", settings, pseudonym, writers)
    latest = [last_seen, votes.last_day]
    latest += [post[name] for post in posts for name in ("posted_at", "closed_at") if name in post]
    notes = [
        f"{left_out} rows of Posts.xml are no posts (tag wikis and the like): left out",
        f"{orphans} comments stand under something else than a post: left out",
        f"{sum(post['member_id'] is None for post in posts)} posts have no author any more: "
        "kept, without a member",
        f"{profiles - len(members)} of {profiles} profiles never wrote: no members"
        if _is_meta(settings) and profiles
        else f"{profiles} profiles: all members",
    ]
    return Export(
        source=Source(
            "Stack Exchange", settings.site, exported_at=max(filter(None, latest), default=None)
        ),
        tables={"posts": in_memory(POSTS, posts), "members": in_memory(MEMBERS, members)},
        notes=notes,
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """The attributes of each row, one at a time; a file that is not there has none."""
    if not path.exists():
        return
    try:
        for _event, element in ElementTree.iterparse(path):
            if element.tag == "row":
                yield dict(element.attrib)
                element.clear()
    except ElementTree.ParseError as error:
        raise TachelesError(
            f"{path}: not readable as XML",
            str(error),
            "the file is damaged or cut off; unpack the dump again",
        ) from None


def _needed(row: dict[str, str], name: str, path: Path) -> str:
    """An attribute that every row of its kind has."""
    if name not in row:
        raise TachelesError(
            f"{path}, row with Id {row.get('Id', 'missing')}: the attribute {name} is missing",
            f"attributes {', '.join(sorted(row)) or 'none'}",
            "this is not a file of a Stack Exchange data dump, or it was changed; unpack it again",
        )
    return row[name]


def _moment(row: dict[str, str], name: str, path: Path) -> datetime:
    text = _needed(row, name, path)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise TachelesError(
            f"{path}, row with Id {row.get('Id', 'missing')}, {name}: not a date",
            repr(text),
            "a date is like 2018-03-12T17:00:45.567; unpack the dump again",
        ) from None


def _optional_moment(row: dict[str, str], name: str, path: Path) -> datetime | None:
    return _moment(row, name, path) if name in row else None


def _count(row: dict[str, str], name: str) -> int | None:
    return int(row[name]) if re.fullmatch("-?[0-9]+", row.get(name, "")) else None


def _votes(path: Path) -> _Votes:
    votes = _Votes(are_known=path.exists())
    for row in _rows(path):
        post, kind = _needed(row, "PostId", path), _needed(row, "VoteTypeId", path)
        if kind == _UPVOTE:
            votes.likes[post] += 1
        elif kind == _ACCEPTED:
            day = _moment(row, "CreationDate", path)
            day_end = day + timedelta(days=1, microseconds=-1)
            votes.accepted_at[post] = max(day_end, votes.accepted_at.get(post, day_end))
            votes.last_day = max(day, votes.last_day or day)
    return votes


def _posts(
    path: Path, settings: Settings, pseudonym: Pseudonym, votes: _Votes
) -> tuple[list[dict[str, Any]], int]:
    """Questions and answers, and how many rows are neither."""
    if not path.exists():
        raise TachelesError(
            f"{path}: there is no such file",
            "no Posts.xml",
            "name the folder into which the dump was unpacked",
        )
    posts: list[dict[str, Any]] = []
    accepted: set[str] = set()
    left_out = 0
    for row in _rows(path):
        kind = _KINDS.get(_needed(row, "PostTypeId", path))
        if kind is None:
            left_out += 1
            continue
        source_id = _needed(row, "Id", path)
        question = source_id if kind == "question" else _needed(row, "ParentId", path)
        if "AcceptedAnswerId" in row:
            accepted.add(row["AcceptedAnswerId"])
        post: dict[str, Any] = {
            "post_id": f"post-{source_id}",
            "thread_id": f"post-{question}",
            "posted_at": _moment(row, "CreationDate", path),
            "member_id": pseudonym(row["OwnerUserId"]) if "OwnerUserId" in row else None,
            "kind": kind,
            "reply_to": None if kind == "question" else f"post-{question}",
            "category": _first_tag(row.get("Tags", "")),
            "likes": votes.likes[source_id] if votes.are_known else None,
            "views": _count(row, "ViewCount"),
            "closed_at": _optional_moment(row, "ClosedDate", path),
        }
        if settings.keep_text:
            post |= {"title": row.get("Title"), "text": _plain(row.get("Body", ""))}
        posts.append(post)
    if not posts:
        raise TachelesError(
            f"{path}: no question and no answer",
            f"{left_out} rows of another kind",
            "this is not the Posts.xml of a Stack Exchange data dump, or it is empty",
        )
    for post in posts:
        source_id = post["post_id"].removeprefix("post-")
        if post["kind"] == "answer":
            post["is_accepted"] = source_id in accepted
            post["accepted_at"] = votes.accepted_at.get(source_id) if post["is_accepted"] else None
    return posts, left_out


def _comments(
    path: Path, threads: dict[str, str], settings: Settings, pseudonym: Pseudonym
) -> tuple[list[dict[str, Any]], int]:
    """Comments under questions and answers, and how many stand under something else."""
    comments: list[dict[str, Any]] = []
    orphans = 0
    for row in _rows(path):
        parent = f"post-{_needed(row, 'PostId', path)}"
        if parent not in threads:
            orphans += 1
            continue
        comments.append(
            {
                "post_id": f"comment-{_needed(row, 'Id', path)}",
                "thread_id": threads[parent],
                "posted_at": _moment(row, "CreationDate", path),
                "member_id": pseudonym(row["UserId"]) if "UserId" in row else None,
                "kind": "comment",
                "reply_to": parent,
                "likes": _count(row, "Score"),
                "text": row.get("Text") if settings.keep_text else None,
            }
        )
    return comments, orphans


def _members(
    path: Path, settings: Settings, pseudonym: Pseudonym, writers: set[str]
) -> tuple[list[dict[str, Any]], int, datetime | None]:
    """Members, the number of profiles, and when somebody was last seen."""
    members: list[dict[str, Any]] = []
    profiles, last_seen = 0, None
    for row in _rows(path):
        profiles += 1
        source_id = _needed(row, "Id", path)
        member_id = pseudonym(source_id)
        seen = _optional_moment(row, "LastAccessDate", path)
        last_seen = max(filter(None, (seen, last_seen)), default=None)
        if _is_meta(settings) and member_id not in writers:
            continue
        joined_at = None if _is_meta(settings) else _moment(row, "CreationDate", path)
        members.append(
            {"member_id": member_id, "joined_at": joined_at, "is_bot": source_id == _COMMUNITY}
        )
    software = pseudonym(_COMMUNITY)
    if profiles == 0 and software in writers:  # known as a bot even where Users.xml is missing
        members.append({"member_id": software, "is_bot": True})
    return members, profiles, last_seen


def _is_meta(settings: Settings) -> bool:
    return ".meta." in settings.site or settings.site.startswith("meta.")


def _first_tag(tags: str) -> str | None:
    """The first of `<a><b>` or `|a|b|`."""
    found = re.search(r"[^<>|]+", tags)
    return found[0] if found else None


def _plain(body: str) -> str:
    """The text of an HTML body."""
    from bs4 import BeautifulSoup

    return BeautifulSoup(body, "html.parser").get_text(" ", strip=True)
