"""
Slack workspace export: `channels.json`, `users.json`, and a folder per channel with a file per day.

A message has a time stamp that is unique in its channel only: `"1444329851.000002"`, seconds since
1970 in UTC. The days of the files are those of the workspace: they are not read.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from tacheles.contract import MEMBERS, POSTS
from tacheles.errors import TachelesError, shown
from tacheles.sources import Export, Pseudonym, archive, plain_text
from tacheles.sources.archive import Archive, Item
from tacheles.table_file import in_memory
from tacheles.workbook import Settings, Source

#: Subtypes in which somebody says something; the others tell that somebody joined, left, renamed …
_CONTRIBUTIONS = (
    "",
    "bot_message",
    "file_comment",
    "file_share",
    "me_message",
    "thread_broadcast",
)
_PRIVATE = ("is_private", "is_group", "is_im", "is_mpim")
_OWNERS = ("is_admin", "is_owner", "is_primary_owner")
_SLACKBOT = "USLACKBOT"  # not flagged as a bot
_NAMELESS_BOT = "bot_message"  # stands for old integrations, which have no id
_DAY = re.compile(r"\d{4}-\d\d-\d\d[^/]*\.json")


@dataclass(frozen=True)
class _Channel:
    """A public channel, and its messages by time stamp."""

    source_id: str
    name: str
    created_at: datetime | None
    messages: dict[str, Item]

    @property
    def contributions(self) -> dict[str, Item]:
        """Messages in which somebody says something."""
        return {
            stamp: message
            for stamp, message in self.messages.items()
            if message.text("subtype") in _CONTRIBUTIONS
            and message.values.get("type", "message") == "message"
        }


def read(export: Path, settings: Settings, pseudonym: Pseudonym) -> Export:
    """
    Read a workspace export.

    Parameters
    ----------
    export : Path
        The zip file as Slack gives it, or the folder into which it was unpacked.
    settings : Settings
        `site` is credited; `keep_text` says whether texts are kept.
    pseudonym : callable
        Turns a source id into a member's pseudonym.

    Returns
    -------
    Export
        The tables `posts` and `members`.

    Raises
    ------
    TachelesError
        If `channels.json` or `users.json` is missing, no public channel has a message, a file is no
        JSON or cut off, or something lacks what all of its kind have.

    Notes
    -----
    Only public channels are read, never direct messages, groups or private channels. A post is a
    message in which somebody says something; that somebody joined, left or renamed is none. The
    same message in two files counts once. Likes are all reactions.

    Slack does not tell questions from discussions: the kind of a message is empty, and that of an
    answer in a thread is a reply, also where the export was cut between the two. An export without
    threads, as before 2017, has no replies: each message is a thread of its own, and what is asked
    about answers does not apply.

    A message with a `bot_id` is by that bot, even if it was sent in a person's name. A deleted or
    renamed user keeps the id and stays one member. Members are all users of the workspace, and
    guests who wrote; when they joined is not told. Owners and administrators are `admin`.

    If the first message is more than a day younger than the oldest channel, which begins with its
    creator's joining, the export was cut (free plans: 90 days): history begins with that message.
    The moment of the export is the latest of which channels, messages, users and the log of
    integrations speak.
    """
    with archive.opened(export) as files:
        root = _root(files)
        channels, unread = _channels(files, root)
        users = _users(files, root)
        logged = _logged(files, root)
    posts = [row for channel in channels for row in _rows(channel, channels, settings, pseudonym)]
    if not posts:
        raise TachelesError(
            f"{shown(export)}: no message in a public channel",
            f"{len(channels)} public channels in channels.json",
            "name the zip file as Slack gives it, or the folder into which all of it was unpacked",
        )
    history_from = _history_from(channels)
    source = Source("Slack", settings.site, _latest(channels, users, logged), history_from)
    members = _members(users, channels, pseudonym)
    return Export(
        source=source,
        tables={"posts": in_memory(POSTS, posts), "members": in_memory(MEMBERS, members)},
        notes=_notes(channels, unread, posts, history_from),
    )


def _root(files: Archive) -> str:
    """The folder of `channels.json`: a zip file may hold the export within a folder."""
    found = [name for name in files.files if PurePosixPath(name).name == "channels.json"]
    highest = min((name.count("/") for name in found), default=0)
    roots = [name.removesuffix("channels.json") for name in found if name.count("/") == highest]
    if len(roots) != 1:
        raise TachelesError(
            f"{shown(files.path)}: not one Slack export",
            f"{len(roots)} files called channels.json",
            "name the zip file as Slack gives it, or the folder into which it alone was unpacked",
        )
    return roots[0]


def _channels(files: Archive, root: str) -> tuple[list[_Channel], int]:
    """Public channels, and how many other folders with messages are left unread."""
    days: dict[str, list[str]] = {}
    for name in files.files:
        folder, slash, day = name.removeprefix(root).partition("/")
        if name.startswith(root) and slash and _DAY.fullmatch(day):
            days.setdefault(folder, []).append(name)
    channels = []
    index = f"{root}channels.json"
    for listed in archive.items(files.json(index), files.where(index)):
        name = listed.identity("name")
        if any(listed.has(attribute) for attribute in _PRIVATE):
            continue
        is_known = listed.values.get("created") not in (None, 0, "0")
        created = _moment(listed, "created") if is_known else None
        messages = _messages(files, days.pop(name, []))
        channels.append(_Channel(listed.identity("id"), name, created, messages))
    return channels, len(days)


def _messages(files: Archive, names: list[str]) -> dict[str, Item]:
    """Messages of a channel by time stamp, of which the last one read counts."""
    return {
        message.identity("ts"): message
        for name in names
        for message in archive.items(files.json(name), files.where(name))
    }


def _users(files: Archive, root: str) -> dict[str, Item]:
    """Users by id, from either list: an Enterprise Grid has its own."""
    names = [f"{root}users.json", f"{root}org_users.json"]
    there = [name for name in names if name in files.files]
    if not there:
        raise TachelesError(
            f"{files.where(names[0])}: there is no such file",
            "neither users.json nor org_users.json",
            "name the zip file as Slack gives it, or the folder into which all of it was unpacked",
        )
    return {
        user.identity("id"): user
        for name in there
        for user in archive.items(files.json(name), files.where(name))
    }


def _logged(files: Archive, root: str) -> list[Item]:
    """What was added to the workspace and when, if that is exported."""
    name = f"{root}integration_logs.json"
    return archive.items(files.json(name), files.where(name)) if name in files.files else []


def _rows(
    channel: _Channel, channels: list[_Channel], settings: Settings, pseudonym: Pseudonym
) -> Iterable[dict[str, Any]]:
    """A channel's posts."""
    names = {channel.source_id: channel.name for channel in channels}
    for stamp, message in channel.contributions.items():
        thread = message.optional_identity("thread_ts") or stamp
        author, _is_bot = _author(message)
        yield {
            "post_id": f"{channel.source_id}-{stamp}",
            "thread_id": f"{channel.source_id}-{thread}",
            "posted_at": _moment(message, "ts"),
            "member_id": pseudonym(author) if author else None,
            "kind": "reply" if thread != stamp else None,
            "reply_to": f"{channel.source_id}-{thread}" if thread != stamp else None,
            "channel": channel.name,
            "likes": sum(act.count("count") or 0 for act in message.items("reactions")),
            "text": _plain(message, names) if settings.keep_text else None,
        }


def _author(message: Item) -> tuple[str | None, bool]:
    """Source id of who wrote it, if known, and whether that is a bot."""
    if "bot_id" in message or message.text("subtype") == "bot_message":
        return message.optional_identity("bot_id") or _NAMELESS_BOT, True
    if message.text("subtype") == "file_comment" and "user" not in message:
        message = message.item("comment")
    return message.optional_identity("user"), False


def _members(
    users: dict[str, Item], channels: list[_Channel], pseudonym: Pseudonym
) -> list[dict[str, Any]]:
    """All users, and those who wrote without being listed: bots, and guests from elsewhere."""
    writers = [
        _author(message) for channel in channels for message in channel.contributions.values()
    ]
    is_bot = {
        source_id: user.has("is_bot") or source_id == _SLACKBOT for source_id, user in users.items()
    } | {author: author_is_bot for author, author_is_bot in writers if author not in users}
    return [
        {
            "member_id": pseudonym(source_id),
            "role": _role(users[source_id]) if source_id in users else None,
            "is_bot": is_bot[source_id],
        }
        for source_id in is_bot
        if source_id is not None
    ]


def _role(user: Item) -> str | None:
    """The role, where it is told: of a deleted user it is not."""
    if any(user.has(flag) for flag in _OWNERS):
        return "admin"
    return "member" if "is_admin" in user else None


def _history_from(channels: list[_Channel]) -> datetime | None:
    """Where history begins if the export was cut; empty: it is whole, or nobody can tell."""
    created = [channel.created_at for channel in channels if channel.created_at]
    first = min(_moment(message, "ts") for message in _all_messages(channels))
    is_cut = bool(created) and first - min(created) > timedelta(days=1)
    return first if is_cut else None


def _latest(channels: list[_Channel], users: dict[str, Item], logged: list[Item]) -> datetime:
    """The latest moment of which the export speaks."""
    messages = list(_all_messages(channels))
    edits = [message.item("edited") for message in messages if "edited" in message]
    spoken = (
        ("ts", [*messages, *edits]),
        ("latest_reply", messages),
        ("updated", users.values()),
        ("date", logged),
    )
    moments = [_moment(item, name) for name, items in spoken for item in items if name in item]
    return max([*moments, *(channel.created_at for channel in channels if channel.created_at)])


def _all_messages(channels: list[_Channel]) -> Iterable[Item]:
    return (message for channel in channels for message in channel.messages.values())


def _moment(item: Item, name: str) -> datetime:
    return item.moment(name, _utc, '"1444329851.000002", in seconds since 1970')


def _utc(stamp: str | int) -> datetime:
    found = re.fullmatch(r"(\d{1,10})(?:\.(\d{1,6}))?", str(stamp), re.ASCII)
    if not found:
        raise ValueError
    seconds, fraction = int(found[1]), int((found[2] or "").ljust(6, "0"))
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=fraction, tzinfo=None)


def _plain(message: Item, names: dict[str, str]) -> str:
    """A message's text, without whom it mentions; a comment's own, without Slack's words."""
    text = message.text("text")
    if message.text("subtype") == "file_comment":
        text = message.item("comment").text("comment")
    shown_as = partial(_reference, names=names)
    return plain_text.without_addresses(html.unescape(re.sub("<([^<>]*)>", shown_as, text)))


def _reference(found: re.Match[str], names: dict[str, str]) -> str:
    """What stands in pointed brackets, as Slack shows it: `<@U1|name>`, `<https://a.b|label>` …"""
    target, _bar, label = found[1].partition("|")
    if target.startswith("@"):
        return plain_text.MEMBER
    if target.startswith("#"):
        return f"#{label or names.get(target[1:], 'channel')}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    return label or target.removeprefix("mailto:")


def _notes(
    channels: list[_Channel],
    unread: int,
    posts: list[dict[str, Any]],
    history_from: datetime | None,
) -> list[str]:
    messages = sum(len(channel.messages) for channel in channels)
    replies = sum(post["kind"] == "reply" for post in posts)
    notes = [
        f"{messages - len(posts)} of {messages} messages tell that somebody joined, left, renamed "
        "and the like: left out",
        f"{unread} folders belong to no public channel: not read",
        f"{sum(post['member_id'] is None for post in posts)} posts have no author: "
        "kept, without a member",
        f"{replies} posts are replies in threads"
        if replies
        else "no message is in a thread, as in exports before 2017: "
        "what is asked about answers does not apply",
    ]
    if history_from:
        notes.append(
            f"the first message is of {history_from:%Y-%m-%d}, the oldest channel is older: the "
            "export was cut off (free plans: 90 days), and nobody can say who was new"
        )
    return notes
