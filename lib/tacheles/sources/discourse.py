"""
Discourse: the topics as its API gives them, one JSON file per topic (`/t/ID.json`).

A topic's file holds the first 20 posts, and the ids of all. The others come in further files of the
same topic (`/t/ID/posts.json`), which may lie beside it. Times are UTC and end in Z.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tacheles.contract import MEMBERS, POSTS
from tacheles.errors import TachelesError, shown
from tacheles.sources import Export, Pseudonym, archive, plain_text
from tacheles.sources.archive import Archive, Item
from tacheles.table_file import in_memory
from tacheles.workbook import Settings, Source

_POST, _LIKE = 1, 2  # of the types of entries, and of the kinds of acts upon them
_FIRST = 1  # number of the post that opens a topic; it cannot be deleted or moved alone
_SOFTWARE = ("system", "discobot")
_CONFLICT = re.compile(r"\.sync-conflict-[^/]*(?=\.json$)")
_OF_TOPIC = (
    "archetype",
    "category_id",
    "closed",
    "created_at",
    "deleted_at",
    "last_posted_at",
    "title",
    "views",
)
_OF_ENTRY = (
    "id",
    "post_number",
    "post_type",
    "action_code",
    "user_id",
    "username",
    "admin",
    "moderator",
    "staff",
    "created_at",
    "updated_at",
    "deleted_at",
    "user_deleted",
    "hidden",
    "reply_to_post_number",
    "actions_summary",
    "accepted_answer",
)


@dataclass
class _Topic:
    """What the files tell of a topic: its attributes, its entries by id, and the ids of all."""

    facts: Item
    entries: dict[str, Item] = field(default_factory=dict)
    stream: set[str] = field(default_factory=set)

    @property
    def posts(self) -> list[Item]:
        """What people wrote, in its order: no notices of the software, no whispers of the staff."""
        posts = [entry for entry in self.entries.values() if entry["post_type"] == _POST]
        return sorted(posts, key=lambda post: post.number("post_number"))


@dataclass
class _Forum:
    """What the files hold: topics by id, categories by id, and how many files hold neither."""

    topics: dict[str, _Topic] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    others: int = 0
    copies: int = 0

    @property
    def public(self) -> dict[str, _Topic]:
        """Topics that are no private messages."""
        return {
            source_id: topic
            for source_id, topic in self.topics.items()
            if topic.facts["archetype"] != "private_message"
        }


def read(export: Path, settings: Settings, pseudonym: Pseudonym) -> Export:
    """
    Read the topics of a forum.

    Parameters
    ----------
    export : Path
        Folder or zip file with the topics' JSON files. If `site.json` or `categories.json` is among
        them, a category is called by its name in addresses, else by its number.
    settings : Settings
        `site` is credited; `keep_text` says whether titles and bodies are kept.
    pseudonym : callable
        Turns a source id into a member's pseudonym.

    Returns
    -------
    Export
        The tables `posts` and `members`.

    Raises
    ------
    TachelesError
        If there is no topic, a file is no JSON or cut off, or something lacks what all of its kind
        have.

    Notes
    -----
    Only public topics count: private messages, whispers and notices of the software are left out.
    The forum does not tell questions from discussions: the kind of a topic's first post is empty
    and every topic counts; the posts below are replies, also where the first is by a bot. A reply
    to nobody in particular answers the first post.

    A post that was hidden or withdrawn is deleted. The moment is not exported; that of its last
    change is the nearest one known. The posts of a deleted topic are deleted with it. A topic is
    closed since its last notice of closing. Who accepted an answer did so at an unknown time.

    An anonymised account (`anon123`) lost its name, not its id: it stays one member. An author is
    unknown where the post has none. Members are those who wrote; when they joined is not told.
    Posts imported from an older forum keep their old times. The moment of the export is the latest
    of which the public topics speak.
    """
    with archive.opened(export) as files:
        forum = _forum(files, settings.keep_text)
    public = forum.public
    by_id = {  # a post that was moved between two downloads stands in two topics
        row["post_id"]: row
        for source_id, topic in public.items()
        for row in _rows(source_id, topic, forum.categories, settings, pseudonym)
    }
    posts = list(by_id.values())
    if not posts:
        raise TachelesError(
            f"{shown(export)}: no public topic in it",
            f"{len(forum.topics)} topics and {forum.others} other JSON files",
            "name the folder or zip file with the topics as /t/ID.json of the forum gives them",
        )
    members = _members((post for topic in public.values() for post in topic.posts), pseudonym)
    latest = max(moment for topic in public.values() for moment in _moments(topic))
    return Export(
        source=Source("Discourse", settings.site, exported_at=latest),
        tables={"posts": in_memory(POSTS, posts), "members": in_memory(MEMBERS, members)},
        notes=_notes(forum, posts),
    )


def _forum(files: Archive, keep_text: bool) -> _Forum:
    forum = _Forum()
    for name in files.files:
        original = _CONFLICT.sub("", name)
        if original != name and original in files.files:
            forum.copies += 1
            continue
        content = files.json(name)
        if not isinstance(content, dict):
            forum.others += 1
        elif "post_stream" in content:
            _add(forum.topics, Item(content, files.where(name)), keep_text)
        elif "categories" in content or "category_list" in content:
            forum.categories |= _categories(Item(content, files.where(name)))
        else:
            forum.others += 1
    return forum


def _add(topics: dict[str, _Topic], found: Item, keep_text: bool) -> None:
    """Add a file to the topics; of an entry that stands in two the later file tells."""
    source_id, stream = found.identity("id"), found.item("post_stream")
    topic = topics.setdefault(source_id, _Topic(Item({}, found.where)))
    topic.facts.values.update(_only(_OF_TOPIC, found))
    kept = (*_OF_ENTRY, "cooked") if keep_text else _OF_ENTRY
    stream["posts"]  # without it the file is no topic
    for entry in stream.items("posts"):
        post_id = entry.identity("id")
        topic.entries[post_id] = Item(_only(kept, entry), f"{found.where}, post {post_id}")
    ids = stream.values.get("stream")
    topic.stream |= set(map(str, ids)) if isinstance(ids, list) else set()


def _only(names: tuple[str, ...], item: Item) -> dict[str, Any]:
    """What is needed: the rest would fill the memory, and names people."""
    return {name: item.values[name] for name in names if name in item.values}


def _categories(found: Item) -> dict[str, str]:
    """Categories by id: the name in addresses, a subcategory's after its parent's."""
    listed = found if "categories" in found else found.item("category_list")
    slugs, parents = {}, {}
    for category in listed.items("categories"):
        source_id = category.identity("id")
        slugs[source_id] = category.text("slug") or source_id
        parents[source_id] = category.optional_identity("parent_category_id")
    return {
        source_id: f"{slugs[parent]}/{slug}" if (parent := parents[source_id]) in slugs else slug
        for source_id, slug in slugs.items()
    }


def _rows(
    source_id: str,
    topic: _Topic,
    categories: dict[str, str],
    settings: Settings,
    pseudonym: Pseudonym,
) -> list[dict[str, Any]]:
    """A topic's posts; what is true of the topic stands at the first."""
    posts = topic.posts
    ids = {post.number("post_number"): f"post-{post.identity('id')}" for post in posts}
    category = topic.facts.optional_identity("category_id") or ""
    rows: list[dict[str, Any]] = []
    for post in posts:
        author = _author(post)
        row = {
            "post_id": f"post-{post.identity('id')}",
            "thread_id": f"topic-{source_id}",
            "posted_at": _moment(post, "created_at"),
            "member_id": pseudonym(author) if author else None,
            "category": categories.get(category, category) or None,
            "likes": _likes(post),
            "deleted_at": _deleted_at(post, topic.facts),
            "text": _plain(post.text("cooked")) if settings.keep_text else None,
        }
        is_first = post["post_number"] == _FIRST
        rows.append(row | (_at_the_top(topic, settings) if is_first else _below(post, ids)))
    return rows


def _at_the_top(topic: _Topic, settings: Settings) -> dict[str, Any]:
    """What a topic's first post has beside what every post has."""
    closings = [
        _moment(entry, "created_at")
        for entry in topic.entries.values()
        if entry.text("action_code").endswith("closed.enabled")
    ]
    return {
        "views": topic.facts.count("views"),
        "closed_at": max(closings, default=None) if topic.facts.has("closed") else None,
        "title": topic.facts.text("title") if settings.keep_text else None,
    }


def _below(post: Item, ids: dict[int, str]) -> dict[str, Any]:
    """What a reply has beside what every post has; numbers have gaps where posts were moved."""
    return {
        "kind": "reply",
        "reply_to": ids.get(post.count("reply_to_post_number") or _FIRST),
        "is_accepted": post.has("accepted_answer") if "accepted_answer" in post else None,
    }


def _likes(post: Item) -> int | None:
    """Likes; a post without any does not mention them."""
    if "actions_summary" not in post:
        return None
    acts = post.items("actions_summary")
    return sum(act.count("count") or 0 for act in acts if act.count("id") == _LIKE)


def _deleted_at(post: Item, facts: Item) -> datetime | None:
    """When a post was deleted, alone or with its topic."""
    found = [_moment(item, "deleted_at") for item in (post, facts) if "deleted_at" in item]
    if "deleted_at" not in post and (post.has("hidden") or post.has("user_deleted")):
        found.append(_moment(post, "updated_at"))
    return min(found, default=None)


def _members(posts: Iterable[Item], pseudonym: Pseudonym) -> list[dict[str, Any]]:
    """Those who wrote, each in the highest role that any post tells."""
    ranks = ("admin", "moderator", "staff", "member")
    roles: dict[str, str] = {}
    software = set()
    for post in posts:
        source_id = _author(post)
        if source_id is None:
            continue
        role = next((rank for rank in ranks[:-1] if post.has(rank)), ranks[-1])
        roles[source_id] = min(role, roles.get(source_id, role), key=ranks.index)
        if source_id.startswith("-") or post.text("username") in _SOFTWARE:
            software.add(source_id)
    return [
        {"member_id": pseudonym(source_id), "role": role, "is_bot": source_id in software}
        for source_id, role in roles.items()
    ]


def _moments(topic: _Topic) -> Iterable[datetime]:
    """Every moment of which a topic speaks."""
    for item in (topic.facts, *topic.entries.values()):
        for name in ("created_at", "updated_at", "last_posted_at", "deleted_at"):
            if name in item:
                yield _moment(item, name)


def _author(post: Item) -> str | None:
    """Source id of the author; the attribute is always there, and empty where nobody is known."""
    return None if post["user_id"] is None else post.identity("user_id")


def _moment(item: Item, name: str) -> datetime:
    return item.moment(name, _utc, "2020-02-05T12:17:53.978Z")


def _utc(text: str) -> datetime:
    if not re.match(r"\d{4}-\d\d-\d\dT", text):  # fromisoformat takes more than Discourse writes
        raise ValueError
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _plain(body: str) -> str:
    """The text of a post's HTML, without what it quotes from others and whom it mentions."""
    from bs4 import BeautifulSoup

    page = BeautifulSoup(body, "html.parser")
    for quote in page.select("aside.quote"):
        quote.decompose()
    for mention in page.select(".mention"):
        mention.string = plain_text.MEMBER
    return plain_text.without_addresses(page.get_text(" ", strip=True))


def _notes(forum: _Forum, posts: list[dict[str, Any]]) -> list[str]:
    public = forum.public
    entries = sum(len(topic.entries) for topic in public.values())
    missing = Counter(
        {source_id: len(topic.stream - set(topic.entries)) for source_id, topic in public.items()}
    )
    return [
        f"{len(forum.topics) - len(public)} topics are private messages: left out",
        f"{entries - len(posts)} entries are whispers or notices of the software: left out",
        f"{missing.total()} posts of {sum(n > 0 for n in missing.values())} topics are missing: "
        "the API gives the first 20 of a topic, and the others at /t/ID/posts.json",
        f"{sum(post['deleted_at'] is not None for post in posts)} posts were deleted, hidden or "
        "withdrawn: kept as deleted",
        f"{sum(post['member_id'] is None for post in posts)} posts have no author any more: "
        "kept, without a member",
        f"{forum.copies} files are copies from a conflict of synchronisation: read once",
        f"{forum.others} files are neither topics nor categories: left out",
    ]
