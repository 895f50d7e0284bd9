"""Slack exports: every quirk by hand, and two real workspaces, from before and after threads."""

import json
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import ibis
import pytest
from hypothesis import given, settings

from json_exports import damaged, folder, zipped
from tacheles import cli, growth
from tacheles.errors import TachelesError
from tacheles.sources import slack
from tacheles.workbook import Settings

FIRST = "1767600000.000100"  # 2026-01-05 08:00 UTC
DAY = 86_400


def later(seconds: float) -> str:
    """A time stamp so long after the first."""
    return f"{1767600000 + seconds:.6f}"


def message(ts: str = FIRST, user: str | None = "U1", **more) -> dict:
    by = {"user": user} if user else {}
    return {"type": "message", "ts": ts, "text": "text"} | by | more


def channel(name: str = "general", source_id: str = "C1", **more) -> dict:
    return {"id": source_id, "name": name, "created": 1767600000} | more


def user(source_id: str = "U1", **more) -> dict:
    flags = {"is_admin": False, "is_bot": False, "deleted": False}
    profile = {"real_name": "Erika Mustermann", "email": "erika@example.org"}
    return {"id": source_id, "name": "erika", "profile": profile} | flags | more


def workspace(*messages: dict, users: tuple[dict, ...] = (), **files) -> dict[str, object]:
    """An export with one channel; the files of others by their path."""
    return {
        "channels.json": [channel()],
        "users.json": list(users or [user()]),
        "general/2026-01-05.json": list(messages),
    } | files


def read(path: Path, files: dict[str, object], *, keep_text: bool = False, pseudonym="m{}".format):
    """What the importer makes of files in a folder."""
    return slack.read(
        folder(path / "export", files), Settings("Sample", keep_text=keep_text), pseudonym
    )


def posts_of(path: Path, *messages: dict, **files) -> list[dict]:
    return read(path, workspace(*messages, **files)).tables["posts"].to_pylist()


def members_of(path: Path, *messages: dict, users: tuple[dict, ...] = ()) -> dict[str, dict]:
    found = read(path, workspace(*messages, users=users))
    return {row["member_id"]: row for row in found.tables["members"].to_pylist()}


def text_of(path: Path, **told) -> str | None:
    files = workspace(message(**told))
    return read(path, files, keep_text=True).tables["posts"]["text"].to_pylist()[0]


def note_of(export, word: str) -> str:
    return next(note for note in export.notes if word in note)


class TestPosts:
    def test_a_message_has_an_id_of_channel_and_stamp_a_moment_and_a_pseudonym(self, tmp_path):
        (row,) = posts_of(tmp_path, message())
        assert "C1-1767600000.000100" == row["post_id"] == row["thread_id"]
        assert datetime(2026, 1, 5, 8, 0, 0, 100) == row["posted_at"]
        assert ("m" + "U1", "general", None) == (row["member_id"], row["channel"], row["language"])

    def test_a_stamp_is_unique_in_its_channel_only(self, tmp_path):
        files = workspace(message()) | {
            "channels.json": [channel(), channel("help", "C2")],
            "help/2026-01-05.json": [message()],
        }
        found = read(tmp_path, files).tables["posts"]["post_id"].to_pylist()
        assert [f"C1-{FIRST}", f"C2-{FIRST}"] == found

    def test_the_stamp_tells_the_day_and_not_the_file(self, tmp_path):
        (row,) = posts_of(tmp_path, **{"general/2026-01-04.json": [message()]})
        assert datetime(2026, 1, 5) == row["posted_at"].replace(hour=0, microsecond=0)

    def test_a_message_in_two_files_counts_once(self, tmp_path):
        again = message(reactions=[{"name": "+1", "users": ["U1", "U2"], "count": 2}])
        (row,) = posts_of(tmp_path, message(), **{"general/2026-01-06.json": [again]})
        assert 2 == row["likes"]

    def test_likes_are_all_reactions(self, tmp_path):
        acts = [{"name": "+1", "count": 2, "users": []}, {"name": "tada", "count": 1, "users": []}]
        rows = posts_of(tmp_path, message(reactions=acts), message(later(1)))
        assert [3, 0] == [row["likes"] for row in rows]

    @pytest.mark.parametrize(
        "subtype", ["file_share", "thread_broadcast", "me_message", "bot_message"]
    )
    def test_what_somebody_says_is_a_post(self, tmp_path, subtype):
        assert 1 == len(posts_of(tmp_path, message(subtype=subtype)))

    @pytest.mark.parametrize(
        "subtype",
        [
            "channel_join",
            "channel_leave",
            "channel_topic",
            "channel_purpose",
            "channel_name",
            "channel_archive",
            "bot_add",
            "bot_remove",
            "pinned_item",
            "tombstone",
            "something_new",
        ],
    )
    def test_what_tells_of_the_channel_is_no_post(self, tmp_path, subtype):
        export = read(tmp_path, workspace(message(), message(later(1), subtype=subtype)))
        assert 1 == export.tables["posts"].num_rows
        assert note_of(export, "joined").startswith("1 of 2 messages")

    def test_a_comment_on_a_file_is_by_who_wrote_the_comment(self, tmp_path):
        comment = {"user": "U2", "comment": "fine"}
        (row,) = posts_of(tmp_path, message(user=None, subtype="file_comment", comment=comment))
        assert "mU2" == row["member_id"]

    def test_a_message_without_a_user_has_no_member(self, tmp_path):
        export = read(tmp_path, workspace(message(user=None)))
        assert [None] == export.tables["posts"]["member_id"].to_pylist()
        assert note_of(export, "no author").startswith("1 posts")


class TestThreads:
    def test_a_reply_is_in_the_thread_of_its_parent_though_in_the_file_of_its_own_day(
        self, tmp_path
    ):
        reply = message(later(DAY), "U2", thread_ts=FIRST, parent_user_id="U1")
        parent = message(thread_ts=FIRST, reply_count=1)
        opener, answer = posts_of(tmp_path, parent, **{"general/2026-01-06.json": [reply]})
        assert f"C1-{FIRST}" == opener["thread_id"] == answer["thread_id"] == answer["reply_to"]
        assert [None, "reply"] == [opener["kind"], answer["kind"]]
        assert opener["reply_to"] is None

    def test_a_reply_whose_parent_was_cut_off_is_no_question(self, tmp_path):
        files = workspace(message(), message(later(9), thread_ts=later(-DAY)))
        tables = read(tmp_path, files).tables
        found = growth.threads(*(ibis.memtable(tables[name]) for name in ("posts", "members")))
        assert [f"C1-{FIRST}"] == found.to_pandas()["thread_id"].tolist()

    def test_without_threads_every_message_is_its_own_and_the_note_says_so(self, tmp_path):
        export = read(tmp_path, workspace(message(), message(later(1), "U2")))
        rows = export.tables["posts"].to_pylist()
        assert all(row["post_id"] == row["thread_id"] and row["kind"] is None for row in rows)
        assert note_of(export, "no message is in a thread")

    def test_replies_are_told(self, tmp_path):
        export = read(tmp_path, workspace(message(), message(later(1), thread_ts=FIRST)))
        assert "1 posts are replies in threads" in export.notes


class TestMembers:
    def test_all_users_are_members_and_nobody_knows_when_they_joined(self, tmp_path):
        found = members_of(tmp_path, message(), users=(user(), user("U2")))
        assert ["mU1", "mU2"] == list(found)
        assert found["mU1"]["joined_at"] is None

    @pytest.mark.parametrize("flag", ["is_admin", "is_owner", "is_primary_owner"])
    def test_owners_and_administrators_are_admins(self, tmp_path, flag):
        found = members_of(tmp_path, message(), users=(user(**{flag: True}), user("U2")))
        assert ["admin", "member"] == [member["role"] for member in found.values()]

    def test_a_deleted_user_stays_and_has_no_role(self, tmp_path):
        found = members_of(tmp_path, message(), users=({"id": "U1", "deleted": True},))
        assert (None, False) == (found["mU1"]["role"], found["mU1"]["is_bot"])

    def test_a_renamed_user_is_one_member(self, tmp_path):
        rows = posts_of(
            tmp_path, message(username="before"), message(later(1), username="afterwards")
        )
        assert {"mU1"} == {row["member_id"] for row in rows}

    def test_a_guest_from_elsewhere_who_wrote_is_a_member(self, tmp_path):
        assert {"mU1", "mW9"} == set(members_of(tmp_path, message(), message(later(1), "W9")))

    def test_a_grid_has_its_users_in_a_file_of_its_own(self, tmp_path):
        files = workspace(message()) | {"org_users.json": [user("W1")]}
        del files["users.json"]
        assert ["mW1", "mU1"] == read(tmp_path, files).tables["members"]["member_id"].to_pylist()

    @pytest.mark.parametrize(
        ("told", "member"),
        [
            ({"user": "U5"}, "mU5"),
            ({"user": "USLACKBOT"}, "mUSLACKBOT"),
            ({"user": None, "subtype": "bot_message", "bot_id": "B1"}, "mB1"),
            ({"user": None, "subtype": "bot_message", "username": "feed"}, "mbot_message"),
            ({"user": "U5", "bot_id": "B1"}, "mB1"),
        ],
        ids=["flagged", "slackbot", "with bot_id", "without any id", "both"],
    )
    def test_bots_are_bots(self, tmp_path, told, member):
        robots = (user(), user("U5", is_bot=True), user("USLACKBOT"))
        assert members_of(tmp_path, message(**told), users=robots)[member]["is_bot"]

    def test_a_bot_that_writes_in_a_persons_name_makes_nobody_a_bot(self, tmp_path):
        found = members_of(tmp_path, message(bot_id="B1"))
        assert {"mU1": False, "mB1": True} == {
            name: member["is_bot"] for name, member in found.items()
        }

    def test_a_file_of_a_person_with_an_empty_bot_id_is_the_persons(self, tmp_path):
        (row,) = posts_of(tmp_path, message(subtype="file_share", bot_id=None))
        assert "mU1" == row["member_id"]


class TestFiles:
    def test_a_zip_file_gives_the_same_as_a_folder_also_within_a_folder(self, tmp_path):
        files = workspace(message())
        within = {f"My export/{name}": content for name, content in files.items()}
        packed = [zipped(tmp_path / "1.zip", files), zipped(tmp_path / "2.zip", within)]
        whole = read(tmp_path, files)
        for path in packed:
            assert whole.tables == slack.read(path, Settings("Sample"), "m{}".format).tables

    def test_what_is_private_is_never_read(self, tmp_path):
        private = [
            channel("secret", "C2", is_private=True),
            channel("old-group", "G1", is_group=True),
            channel("mpdm-a--b-1", "G2", is_mpim=True),
        ]
        damage = b"nobody looks in here"
        files = workspace(message()) | {
            "channels.json": [channel(), *private],
            "groups.json": damage,
            "dms.json": damage,
            "mpims.json": damage,
            "secret/2026-01-05.json": damage,
            "old-group/2026-01-05.json": damage,
            "mpdm-a--b-1/2026-01-05.json": damage,
            "D024BE91L/2026-01-05.json": damage,
        }
        export = read(tmp_path, files)
        assert ["general"] == export.tables["posts"]["channel"].to_pylist()
        assert note_of(export, "not read").startswith("4 folders")

    def test_other_files_of_a_channel_are_passed_over(self, tmp_path):
        canvas = {"general/canvas_in_the_conversation.json": {"id": "F1"}, "canvases.json": [1]}
        assert 1 == len(posts_of(tmp_path, message(), **canvas))

    def test_a_channel_without_a_message_has_no_folder(self, tmp_path):
        files = {"channels.json": [channel(), channel("quiet", "C2")]}
        assert 1 == len(posts_of(tmp_path, message(), **files))

    @pytest.mark.parametrize("created", [1767600000, "1767600000"], ids=["number", "text"])
    def test_a_whole_history_begins_with_its_oldest_channel(self, tmp_path, created):
        files = {"channels.json": [channel(created=created), channel("new", "C2")]}
        assert read(tmp_path, workspace(message(later(DAY)), **files)).source.history_from is None

    def test_a_history_that_begins_later_was_cut(self, tmp_path):
        cut = message(later(DAY + 1))
        export = read(tmp_path, workspace(cut))
        assert datetime(2026, 1, 6, 8, 0, 1) == export.source.history_from
        assert "2026-01-06" in note_of(export, "cut off")

    @pytest.mark.parametrize("created", [0, "0", None])
    def test_without_the_age_of_its_channels_nobody_knows(self, tmp_path, created):
        files = {"channels.json": [channel(created=created)]}
        assert read(tmp_path, workspace(message(), **files)).source.history_from is None

    @pytest.mark.parametrize(
        "files",
        [
            {"general/2026-01-07.json": [message(later(2 * DAY), subtype="channel_leave")]},
            {"general/2026-01-07.json": [message(later(2), latest_reply=later(2 * DAY))]},
            {"general/2026-01-07.json": [message(later(2), edited={"ts": later(2 * DAY)})]},
            {"users.json": [user(updated=1767600000 + 2 * DAY)]},
            {"channels.json": [channel(), channel("new", "C2", created=1767600000 + 2 * DAY)]},
            {"integration_logs.json": [{"date": str(1767600000 + 2 * DAY)}]},
        ],
        ids=["message", "reply", "edit", "user", "channel", "integration"],
    )
    def test_the_export_is_of_the_latest_moment_it_speaks_of(self, tmp_path, files):
        export = read(tmp_path, workspace(message(), **files))
        assert datetime(2026, 1, 7, 8) == export.source.exported_at


class TestText:
    def test_a_text_is_not_kept_unless_wanted(self, tmp_path):
        assert [None] == [row["text"] for row in posts_of(tmp_path, message())]

    @pytest.mark.parametrize(
        ("written", "shown"),
        [
            ("a &lt;b&gt; &amp; &amp;lt;", "a <b> & &lt;"),
            ("hi <@U1>, <@U2|erika>!", "hi @member, @member!"),
            ("see <#C1>, <#C7|help> and <#C8>", "see #general, #help and #channel"),
            ("<https://a.b/c?d=1&amp;e=2> or <https://a.b|here>", "https://a.b/c?d=1&e=2 or here"),
            ("<!here> <!subteam^S1|@team> <!date^1^{date}|today>", "@here @team today"),
            ("<mailto:erika@example.org|erika@example.org> jo@a.de", "[mail] [mail]"),
            ("<mailto:erika@example.org>", "[mail]"),
        ],
    )
    def test_a_text_is_as_people_read_it_without_whom_it_names(self, tmp_path, written, shown):
        assert shown == text_of(tmp_path, text=written)

    def test_a_comment_on_a_file_is_its_own_words(self, tmp_path):
        told = {"comment": {"user": "U2", "comment": "well &amp; good"}, "subtype": "file_comment"}
        said = "<@U2> commented on U1's file <https://a.b/erika/x|x>: well &amp; good"
        assert "well & good" == text_of(tmp_path, user=None, text=said, **told)

    def test_no_name_and_no_address_comes_through(self, tmp_path):
        told = message(text="<@U1|erika> erika@example.org", username="erika")
        export = read(tmp_path, workspace(told), keep_text=True, pseudonym=lambda source_id: "p")
        out = f"{export.tables} {export.notes}"
        assert not any(name in out for name in ("erika", "Erika", "U1", "example"))


class TestRefusals:
    def refusal(self, path: Path, files: dict[str, object]) -> TachelesError:
        (path / "export").mkdir(exist_ok=True)
        with pytest.raises(TachelesError) as error:
            read(path, files)
        assert 3 == len(str(error.value).splitlines())
        return error.value

    @pytest.mark.parametrize("name", ["channels.json", "users.json"])
    def test_a_file_that_is_missing_is_named(self, tmp_path, name):
        files = workspace(message())
        del files[name]
        assert name in str(self.refusal(tmp_path, files))

    def test_two_exports_in_one_folder_are_refused(self, tmp_path):
        files = {f"{n}/{name}": one for n in "ab" for name, one in workspace(message()).items()}
        assert "2 files called channels.json" == self.refusal(tmp_path, files).found

    def test_an_export_without_a_message_is_refused(self, tmp_path):
        assert "no message in a public channel" in self.refusal(tmp_path, workspace()).problem

    def test_a_message_without_a_stamp_is_named(self, tmp_path):
        told = message()
        del told["ts"]
        problem = self.refusal(tmp_path, workspace(message(), told)).problem
        assert "general/2026-01-05.json, entry 2: the attribute ts is missing" in problem

    @pytest.mark.parametrize("ts", ["", "yesterday", "1767600000.1234567", "-1.0", 1.5, None])
    def test_a_stamp_that_is_none_is_named(self, tmp_path, ts):
        error = self.refusal(tmp_path, workspace(message(ts)))
        assert "general/2026-01-05.json, entry 1, ts: not a" in error.problem
        assert repr(ts) == error.found

    @pytest.mark.parametrize("content", [{}, [1], "text"])
    def test_a_file_of_another_shape_is_named(self, tmp_path, content):
        files = workspace(**{"general/2026-01-05.json": content})
        assert "general/2026-01-05.json: not a list" in self.refusal(tmp_path, files).problem

    def test_a_file_that_was_cut_off_is_named(self, tmp_path):
        files = workspace(**{"general/2026-01-05.json": json.dumps([message()]).encode()[:-1]})
        assert "2026-01-05.json: not readable as JSON" in self.refusal(tmp_path, files).problem

    @settings(max_examples=200, deadline=None)
    @given(
        damaged(
            workspace(
                message(thread_ts=FIRST, latest_reply=later(5), edited={"ts": later(1)}),
                message(later(5), thread_ts=FIRST, reactions=[{"name": "+1", "count": 1}]),
                message(later(6), None, subtype="file_comment", comment={"user": "U1"}),
                message(later(7), None, subtype="bot_message", bot_id="B1"),
                **{"integration_logs.json": [{"date": "1767600000"}]},
            )
        )
    )
    def test_whatever_is_wrong_is_told_or_does_not_matter(self, tmp_path_factory, files):
        """Whatever stands in an export, the reader sees a message or valid tables."""
        try:
            export = read(tmp_path_factory.mktemp("damaged"), files, keep_text=True)
        except TachelesError as error:
            assert 3 == len(str(error).splitlines())
        else:
            assert export.tables["posts"].num_rows
            assert not export.tables["posts"]["posted_at"].null_count


class TestCommand:
    def test_a_zip_file_is_imported_and_checked(self, tmp_path, capsys):
        (tmp_path / "sample").mkdir()
        (tmp_path / "sample/community.toml").write_text('name = "Sample"\n')
        made = zipped(tmp_path / "export.zip", workspace(message()))
        options = ["--data", str(tmp_path)]
        assert 0 == cli.main(["import", "sample", "slack", str(made), *options])
        assert 0 == cli.main(["check", "sample", "--today", "2026-02-02", *options])
        assert "posts: 1 rows in posts.parquet" in capsys.readouterr().out


class Workspace:
    """A real export as imported, and its messages read with plain JSON."""

    def __init__(self, path: Path, *, keep_text: bool = False) -> None:
        self.export = slack.read(path, Settings("Sample", keep_text=keep_text), str)
        self.posts = self.export.tables["posts"].to_pandas()
        self.members = self.export.tables["members"].to_pandas()
        with zipfile.ZipFile(path) as packed:
            content = {name: json.loads(packed.read(name)) for name in packed.namelist()}
        self.users = content["users.json"]
        ids = {one["name"]: one["id"] for one in content["channels.json"]}
        self.messages = [
            (ids[name.split("/")[0]], told)
            for name, day in content.items()
            if "/" in name
            for told in day
        ]
        self.subtypes = Counter(told.get("subtype") for _channel, told in self.messages)


class TestBeforeThreads:
    """Houston Data Visualization: a whole export of 2016, fourteen months."""

    @pytest.fixture
    def houston(self, exports):
        (path,) = (exports / "slack_houstondatavis").glob("*.zip")
        return Workspace(path, keep_text=True)

    def test_it_is_the_export_that_is_known(self, houston):
        assert 1382 == len(houston.messages)
        assert 16 == len({channel for channel, _told in houston.messages})
        found = [houston.subtypes[name] for name in ("channel_join", "file_share", "file_comment")]
        assert [320, 61, 6] == found

    def test_every_contribution_is_a_post_by_its_author(self, houston):
        kept = {None, "file_share", "file_comment"}
        counted = Counter(
            told.get("user") or told["comment"]["user"]
            for _channel, told in houston.messages
            if told.get("subtype") in kept
        )
        assert 1031 == counted.total()
        assert counted == Counter(houston.posts["member_id"])

    def test_there_are_no_threads(self, houston):
        assert not any("thread_ts" in told for _channel, told in houston.messages)
        assert (houston.posts["thread_id"] == houston.posts["post_id"]).all()
        assert houston.posts["kind"].isna().all()

    def test_it_is_whole_and_of_the_day_in_its_name(self, houston):
        assert houston.export.source.history_from is None
        assert datetime(2016, 7, 31).date() == houston.export.source.exported_at.date()

    def test_no_id_of_a_user_is_left_in_a_text(self, houston):
        texts = " ".join(houston.posts["text"].dropna())
        assert not [one["id"] for one in houston.users if one["id"] in texts]


class TestWithThreads:
    """OLake: fifteen weeks of 2026, cut off at their beginning."""

    @pytest.fixture
    def olake(self, exports):
        (path,) = (exports / "slack_olake").glob("*.zip")
        return Workspace(path, keep_text=True)

    def test_it_is_the_export_that_is_known(self, olake):
        assert 346 == len(olake.messages)
        assert 5 == len({channel for channel, _told in olake.messages})
        assert 1 == olake.subtypes["thread_broadcast"]

    def test_every_contribution_is_a_post(self, olake):
        ids = {
            f"{channel}-{told['ts']}"
            for channel, told in olake.messages
            if told.get("subtype") in (None, "thread_broadcast")
        }
        assert 344 == len(ids)
        assert ids == set(olake.posts["post_id"])
        moments = {
            f"{channel}-{told['ts']}": datetime.fromtimestamp(float(told["ts"]), UTC)
            for channel, told in olake.messages
        }
        far = olake.posts["posted_at"].dt.tz_localize("UTC") - olake.posts["post_id"].map(moments)
        assert (far.abs().dt.total_seconds() < 1e-5).all()

    def test_replies_stand_in_the_threads_of_their_parents(self, olake):
        in_threads = [one for one in olake.messages if "thread_ts" in one[1]]
        parents = {
            f"{channel}-{told['ts']}"
            for channel, told in in_threads
            if told["ts"] == told["thread_ts"]
        }
        assert (37, 257) == (len(parents), len(in_threads) - len(parents))
        replies = olake.posts[olake.posts["kind"] == "reply"]
        assert 257 == len(replies)
        assert parents == set(replies["thread_id"])
        counts = {
            f"{channel}-{told['ts']}": told["reply_count"]
            for channel, told in olake.messages
            if "reply_count" in told
        }
        assert counts == replies.groupby("thread_id").size().to_dict()

    def test_it_was_cut(self, olake):
        first = min(float(told["ts"]) for _channel, told in olake.messages)
        moment = olake.export.source.history_from.replace(tzinfo=UTC).timestamp()
        assert first == pytest.approx(moment, abs=1e-5)

    def test_bots_are_those_flagged_the_one_that_wrote_and_slackbot(self, olake):
        flagged = {one["id"] for one in olake.users if one["is_bot"]}
        wrote = {
            told["bot_id"]
            for _channel, told in olake.messages
            if "text" in told and told.get("bot_id") and not told.get("subtype")
        }
        bots = set(olake.members.loc[olake.members["is_bot"], "member_id"])
        assert flagged | wrote | {"USLACKBOT"} == bots
        assert {one["id"] for one in olake.users} <= set(olake.members["member_id"])

    def test_no_id_of_a_user_is_left_in_a_text(self, olake):
        texts = " ".join(olake.posts["text"].dropna())
        assert not [one["id"] for one in olake.users if one["id"] in texts]
