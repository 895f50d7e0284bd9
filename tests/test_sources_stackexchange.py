import json
from datetime import datetime
from xml.sax.saxutils import quoteattr

import pytest

from tacheles.errors import TachelesError
from tacheles.sources import stackexchange
from tacheles.workbook import Settings

SITE = Settings("Bikes", site="bicycles.stackexchange.com")
META = Settings("Bikes", site="bicycles.meta.stackexchange.com")
KEEPING = Settings("Bikes", site="bicycles.meta.stackexchange.com", keep_text=True)

QUESTION = {"Id": "1", "PostTypeId": "1", "CreationDate": "2026-01-10T08:00:00.250"}
ANSWER = {"Id": "2", "PostTypeId": "2", "ParentId": "1", "CreationDate": "2026-01-11T09:00:00.000"}
ACCEPTANCE = {
    "Id": "1",
    "PostId": "2",
    "VoteTypeId": "1",
    "CreationDate": "2026-01-12T00:00:00.000",
}
UPVOTE = {"Id": "2", "PostId": "2", "VoteTypeId": "2", "CreationDate": "2026-01-12T00:00:00.000"}
COMMENT = {"Id": "1", "PostId": "2", "CreationDate": "2026-01-13T10:00:00.000"}
USER = {"Id": "7", "CreationDate": "2025-01-01T00:00:00.000"}


@pytest.fixture
def dump(tmp_path):
    """Writes a dump as Stack Exchange does: with a byte-order mark and CRLF."""

    def write(newline="\r\n", **files):
        for name, rows in files.items():
            lines = ["<" + name.lower() + ">"]
            for row in rows:
                attributes = " ".join(f"{key}={quoteattr(value)}" for key, value in row.items())
                lines.append(f"  <row {attributes} />")
            lines = ['<?xml version="1.0" encoding="utf-8"?>', *lines, f"</{name.lower()}>"]
            content = newline.join(lines).encode("utf-8-sig")
            (tmp_path / f"{name}.xml").write_bytes(content)
        return tmp_path

    return write


def pseudonym(source_id):
    return f"m{source_id}"


def export(folder, settings=META):
    return stackexchange.read(folder, settings, pseudonym)


def posts(folder, settings=META):
    """The posts of a dump by their id."""
    rows = export(folder, settings).tables["posts"].to_pylist()
    return {row["post_id"]: row for row in rows}


def members(folder, settings=META):
    """The members of a dump by their id."""
    rows = export(folder, settings).tables["members"].to_pylist()
    return {row["member_id"]: row for row in rows}


def told(folder):
    """The message of a refusal."""
    with pytest.raises(TachelesError) as refused:
        export(folder)
    return str(refused.value)


# Posts


@pytest.mark.parametrize("newline", ["\r\n", "\n", ""], ids=["CRLF", "LF", "one line"])
def test_a_question_opens_a_thread_in_which_its_answer_stands(dump, newline):
    found = posts(dump(newline, Posts=[QUESTION | {"OwnerUserId": "7"}, ANSWER]))

    assert {"post-1", "post-2"} == set(found)
    question, answer = found["post-1"], found["post-2"]
    assert ("question", "post-1", None) == (
        question["kind"],
        question["thread_id"],
        question["reply_to"],
    )
    assert ("answer", "post-1", "post-1") == (
        answer["kind"],
        answer["thread_id"],
        answer["reply_to"],
    )
    assert datetime(2026, 1, 10, 8, 0, 0, 250_000) == question["posted_at"]
    assert "m7" == question["member_id"]


def test_an_attribute_that_is_missing_is_an_empty_cell(dump):
    question = posts(dump(Posts=[QUESTION]))["post-1"]

    assert {
        "post_id": "post-1",
        "thread_id": "post-1",
        "posted_at": datetime(2026, 1, 10, 8, 0, 0, 250_000),
        "kind": "question",
    } == {name: value for name, value in question.items() if value is not None}


@pytest.mark.parametrize("kind", ["3", "4", "5", "6", "7", "8"])
def test_tag_wikis_and_the_like_are_no_posts(dump, kind):
    folder = dump(Posts=[QUESTION, {"Id": "9", "PostTypeId": kind}])

    assert {"post-1"} == set(posts(folder))
    assert "1 rows of Posts.xml are no posts (tag wikis and the like): left out" in (
        export(folder).notes
    )


def test_a_post_whose_author_was_deleted_stays_without_a_member(dump):
    orphan = QUESTION | {"OwnerDisplayName": "user1234"}
    comment = COMMENT | {"UserDisplayName": "user1234"}
    folder = dump(Posts=[orphan, ANSWER | {"OwnerUserId": "7"}], Comments=[comment])

    assert {"post-1": None, "post-2": "m7", "comment-1": None} == {
        post_id: post["member_id"] for post_id, post in posts(folder).items()
    }
    assert "2 posts have no author any more: kept, without a member" in export(folder).notes
    assert "user1234" not in str(export(folder))


@pytest.mark.parametrize(
    ("tags", "category"),
    [("<support><bug>", "support"), ("|support|bug|", "support"), ("<c++>", "c++"), ("", None)],
)
def test_the_category_is_the_first_tag_in_the_old_and_the_new_notation(dump, tags, category):
    assert category == posts(dump(Posts=[QUESTION | {"Tags": tags}]))["post-1"]["category"]


@pytest.mark.parametrize(("views", "number"), [("485", 485), ("0", 0), ("", None), ("many", None)])
def test_views_are_a_number_or_unknown(dump, views, number):
    assert number == posts(dump(Posts=[QUESTION | {"ViewCount": views}]))["post-1"]["views"]


def test_a_closed_question_has_its_moment(dump):
    closed = QUESTION | {"ClosedDate": "2026-02-01T12:00:00.000"}

    assert datetime(2026, 2, 1, 12) == posts(dump(Posts=[closed]))["post-1"]["closed_at"]


# Texts


WRITTEN = {"Title": "Brakes & bells", "Body": "<p>My <b>brakes</b> squeak.</p>\n<p>Why?</p>"}


def test_texts_stay_outside_unless_the_community_keeps_them(dump):
    folder = dump(Posts=[QUESTION | WRITTEN, ANSWER], Comments=[COMMENT | {"Text": "Oil!"}])

    assert {(None, None)} == {(post["title"], post["text"]) for post in posts(folder).values()}


def test_texts_are_kept_without_their_markup_where_the_community_says_so(dump):
    folder = dump(Posts=[QUESTION | WRITTEN, ANSWER], Comments=[COMMENT | {"Text": "Oil!"}])

    found = posts(folder, KEEPING)

    assert "Brakes & bells" == found["post-1"]["title"]
    assert ["My", "brakes", "squeak.", "Why?"] == found["post-1"]["text"].split()
    assert "Oil!" == found["comment-1"]["text"]


# Comments


def test_a_comment_stands_in_the_thread_of_its_post(dump):
    comment = COMMENT | {"UserId": "8", "Score": "3"}

    found = posts(dump(Posts=[QUESTION, ANSWER], Comments=[comment]))["comment-1"]

    assert ("comment", "post-1", "post-2") == (found["kind"], found["thread_id"], found["reply_to"])
    assert datetime(2026, 1, 13, 10) == found["posted_at"]
    assert ("m8", 3) == (found["member_id"], found["likes"])


def test_a_comment_under_something_else_than_a_post_is_left_out(dump):
    folder = dump(Posts=[QUESTION], Comments=[COMMENT | {"PostId": "99"}])

    assert {"post-1"} == set(posts(folder))
    assert "1 comments stand under something else than a post: left out" in export(folder).notes


# Votes


def accepted(dump, votes, **question):
    """Whether and when the answer was accepted."""
    asked = QUESTION | question
    answer = posts(dump(Posts=[asked, ANSWER], Votes=votes))["post-2"]
    return answer["is_accepted"], answer["accepted_at"]


#: Votes have a day and no time: an acceptance counts from the end of its day.
END_OF_DAY = datetime(2026, 1, 12, 23, 59, 59, 999_999)


def test_an_acceptance_counts_from_the_end_of_its_day(dump):
    assert (True, END_OF_DAY) == accepted(dump, [ACCEPTANCE], AcceptedAnswerId="2")


def test_an_acceptance_that_was_taken_back_is_none(dump):
    """Its vote is still in the dump."""
    assert (False, None) == accepted(dump, [ACCEPTANCE])


def test_an_acceptance_without_its_vote_has_no_moment(dump):
    assert (True, None) == accepted(dump, [UPVOTE], AcceptedAnswerId="2")


def test_of_two_acceptances_the_later_counts(dump):
    earlier = ACCEPTANCE | {"Id": "9", "CreationDate": "2026-01-11T00:00:00.000"}

    assert (True, END_OF_DAY) == accepted(dump, [ACCEPTANCE, earlier], AcceptedAnswerId="2")


def test_a_question_is_neither_accepted_nor_not(dump):
    assert (
        posts(dump(Posts=[QUESTION | {"AcceptedAnswerId": "2"}, ANSWER]))["post-1"]["is_accepted"]
        is None
    )


def test_likes_are_the_votes_up(dump):
    down = UPVOTE | {"VoteTypeId": "3"}

    found = posts(dump(Posts=[QUESTION, ANSWER], Votes=[UPVOTE, UPVOTE, down]))

    assert {"post-1": 0, "post-2": 2} == {name: post["likes"] for name, post in found.items()}


def test_likes_are_unknown_without_the_votes(dump):
    assert posts(dump(Posts=[QUESTION]))["post-1"]["likes"] is None


def test_votes_for_a_post_that_was_deleted_change_nothing(dump):
    found = posts(dump(Posts=[QUESTION], Votes=[ACCEPTANCE, UPVOTE]))

    assert {"post-1": 0} == {name: post["likes"] for name, post in found.items()}


# Members


def test_on_a_meta_site_only_those_who_wrote_are_members(dump):
    """Its profiles are those of the main site, and their dates say nothing about this one."""
    users = [USER, USER | {"Id": "8"}, USER | {"Id": "9"}]
    comment = COMMENT | {"UserId": "8"}
    folder = dump(Posts=[QUESTION | {"OwnerUserId": "7"}, ANSWER], Comments=[comment], Users=users)

    assert {"m7": None, "m8": None} == {
        name: member["joined_at"] for name, member in members(folder).items()
    }
    assert "1 of 3 profiles never wrote: no members" in export(folder).notes


def test_elsewhere_every_profile_is_a_member_since_it_was_made(dump):
    folder = dump(Posts=[QUESTION], Users=[USER])

    assert {"m7": datetime(2025, 1, 1)} == {
        name: member["joined_at"] for name, member in members(folder, SITE).items()
    }


@pytest.mark.parametrize(
    ("site", "joined_at"),
    [
        ("meta.stackexchange.com", None),
        ("meta.superuser.com", None),
        ("metal.stackexchange.com", datetime(2025, 1, 1)),
    ],
)
def test_a_meta_site_is_known_by_its_name(dump, site, joined_at):
    folder = dump(Posts=[QUESTION | {"OwnerUserId": "7"}], Users=[USER])

    assert joined_at == members(folder, Settings("S", site=site))["m7"]["joined_at"]


@pytest.mark.parametrize("settings", [SITE, META])
def test_the_account_of_the_software_is_a_bot_and_nobody_else(dump, settings):
    written = [QUESTION | {"OwnerUserId": "-1"}, ANSWER | {"OwnerUserId": "7"}]
    folder = dump(Posts=written, Users=[USER | {"Id": "-1"}, USER])

    assert {"m-1": True, "m7": False} == {
        name: member["is_bot"] for name, member in members(folder, settings).items()
    }


def test_the_account_of_the_software_is_a_bot_even_without_the_profiles(dump):
    folder = dump(Posts=[QUESTION | {"OwnerUserId": "-1"}, ANSWER | {"OwnerUserId": "7"}])

    assert {"m-1": True} == {name: member["is_bot"] for name, member in members(folder).items()}


def test_neither_names_nor_what_people_say_of_themselves_come_in(dump):
    user = USER | {"DisplayName": "Erika Muster", "Location": "Bonn", "AboutMe": "Erika from Bonn"}
    found = str(export(dump(Posts=[QUESTION], Users=[user]), SITE).tables)

    assert not [word for word in ("Erika", "Muster", "Bonn") if word in found]


# The export


def test_the_source_is_the_site(dump):
    source = export(dump(Posts=[QUESTION])).source

    assert ("Stack Exchange", "bicycles.meta.stackexchange.com") == (source.system, source.place)


@pytest.mark.parametrize(
    ("files", "exported_at"),
    [
        ({}, datetime(2026, 1, 11, 9)),
        ({"Comments": [COMMENT]}, datetime(2026, 1, 13, 10)),
        ({"Votes": [ACCEPTANCE]}, datetime(2026, 1, 12)),
        (
            {"Users": [USER | {"LastAccessDate": "2026-03-01T05:06:07.000"}, USER]},
            datetime(2026, 3, 1, 5, 6, 7),
        ),
        (
            {"Posts": [QUESTION | {"ClosedDate": "2026-02-01T12:00:00.000"}]},
            datetime(2026, 2, 1, 12),
        ),
    ],
    ids=["posts", "comments", "votes", "users", "closing"],
)
def test_the_export_was_made_when_it_last_speaks_of_something(dump, files, exported_at):
    """A vote speaks of a day: the export may have been made at any hour of it."""
    assert exported_at == export(dump(**({"Posts": [QUESTION, ANSWER]} | files))).source.exported_at


# What is wrong with it


def test_a_folder_without_posts_is_told(dump, tmp_path):
    assert (
        f"{tmp_path}/Posts.xml: there is no such file.\n"
        "Found: no Posts.xml.\n"
        "Hint: name the folder into which the dump was unpacked."
    ) == told(dump(Users=[USER]))


@pytest.mark.parametrize("rows", [[], [{"Id": "1", "PostTypeId": "4"}]])
def test_a_dump_without_any_post_is_told(dump, tmp_path, rows):
    """Otherwise it would replace the records by nothing."""
    assert (
        f"{tmp_path}/Posts.xml: no question and no answer.\n"
        f"Found: {len(rows)} rows of another kind.\n"
        "Hint: this is not the Posts.xml of a Stack Exchange data dump, or it is empty."
    ) == told(dump(Posts=rows))


@pytest.mark.parametrize("name", ["Posts", "Comments", "Votes", "Users"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-12],
        lambda content: content.replace(b'"', b"", 1),
        lambda content: b"",
        lambda content: content.replace(b"<row ", b"<row A='\xff' ", 1),
        lambda content: b"Access denied",
    ],
    ids=["cut off", "a quote lost", "empty", "no UTF-8", "no XML"],
)
def test_a_file_that_is_no_xml_is_told(dump, tmp_path, name, damage):
    folder = dump(Posts=[QUESTION, ANSWER], Comments=[COMMENT], Votes=[UPVOTE], Users=[USER])
    path = tmp_path / f"{name}.xml"
    path.write_bytes(damage(path.read_bytes()))

    message = told(folder).splitlines()

    assert 3 == len(message)
    assert f"{path}: not readable as XML." == message[0]
    assert "Hint: the file is damaged or cut off; unpack the dump again." == message[2]


@pytest.mark.parametrize(
    ("name", "row", "missing"),
    [
        ("Posts", QUESTION, "Id"),
        ("Posts", QUESTION, "PostTypeId"),
        ("Posts", QUESTION, "CreationDate"),
        ("Posts", ANSWER, "ParentId"),
        ("Comments", COMMENT, "Id"),
        ("Comments", COMMENT, "PostId"),
        ("Comments", COMMENT, "CreationDate"),
        ("Votes", ACCEPTANCE, "PostId"),
        ("Votes", ACCEPTANCE, "VoteTypeId"),
        ("Votes", ACCEPTANCE, "CreationDate"),
        ("Users", USER, "Id"),
    ],
)
def test_an_attribute_that_every_row_has_and_one_has_not_is_told(
    dump, tmp_path, name, row, missing
):
    rest = {key: value for key, value in row.items() if key != missing}

    assert (
        f"{tmp_path}/{name}.xml, row with Id {rest.get('Id', 'missing')}: "
        f"the attribute {missing} is missing.\n"
        f"Found: attributes {', '.join(sorted(rest))}.\n"
        "Hint: this is not a file of a Stack Exchange data dump, or it was changed; "
        "unpack it again."
    ) == told(dump(**({"Posts": [QUESTION, ANSWER]} | {name: [rest]})))


@pytest.mark.parametrize(
    ("name", "row", "attribute"),
    [
        ("Posts", QUESTION, "CreationDate"),
        ("Posts", QUESTION, "ClosedDate"),
        ("Comments", COMMENT, "CreationDate"),
        ("Votes", ACCEPTANCE, "CreationDate"),
        ("Users", USER, "LastAccessDate"),
    ],
)
@pytest.mark.parametrize("date", ["2026-02-31T00:00:00.000", "yesterday", ""])
def test_what_is_no_date_is_told(dump, tmp_path, name, row, attribute, date):
    rows = {"Posts": [QUESTION, ANSWER]} | {name: [row | {attribute: date}]}

    assert (
        f"{tmp_path}/{name}.xml, row with Id {row['Id']}, {attribute}: not a date.\n"
        f"Found: '{date}'.\n"
        "Hint: a date is like 2018-03-12T17:00:45.567; unpack the dump again."
    ) == told(dump(**rows))


# Real dumps


@pytest.fixture
def bicycles(exports):
    return exports / "stackexchange_bicycles_meta"


def test_a_real_dump_has_the_posts_that_were_counted_independently(bicycles):
    """Counts of `reference_values.json`, made without this code; accepted: AcceptedAnswerId."""
    reference = json.loads((bicycles / "reference_values.json").read_text(encoding="utf-8"))
    rows = posts(bicycles).values()
    kinds = [row["kind"] for row in rows]

    assert reference["totals"]["topics"] == 453 == kinds.count("question")
    assert reference["totals"]["posts"] - 453 == 971 == kinds.count("answer")
    assert reference["with_comments"]["comments"] == 2448 == kinds.count("comment")
    assert 157 == sum(bool(row["is_accepted"]) for row in rows)
    assert 157 == sum(row["accepted_at"] is not None for row in rows)
    first = datetime.fromisoformat(reference["totals"]["first"]).replace(tzinfo=None)
    assert first == min(row["posted_at"] for row in rows)


def test_a_real_dump_has_posts_whose_authors_were_deleted(bicycles):
    """41 questions and answers without OwnerUserId, 85 comments without UserId."""
    orphans = [row for row in posts(bicycles).values() if row["member_id"] is None]

    assert 41 == sum(row["kind"] != "comment" for row in orphans)
    assert 85 == sum(row["kind"] == "comment" for row in orphans)


def test_a_real_dump_has_the_contributors_that_were_counted_independently(bicycles):
    """2,551 profiles: 310 people wrote, and the software with its account -1."""
    reference = json.loads((bicycles / "reference_values.json").read_text(encoding="utf-8"))
    found = members(bicycles).values()

    assert reference["with_comments"]["contributors_posts_or_comments"] == 310
    assert 310 == sum(not member["is_bot"] for member in found)
    assert 1 == sum(member["is_bot"] for member in found)
    assert "2240 of 2551 profiles never wrote: no members" in export(bicycles).notes


def test_a_real_dump_tells_when_it_was_made(bicycles):
    """The last LastAccessDate of Users.xml."""
    assert datetime(2023, 9, 3, 2, 34, 13, 763_000) == export(bicycles).source.exported_at


def test_a_real_dump_in_the_new_tag_notation_is_read(exports):
    """624 rows: 257 questions, 341 answers, 26 others; 218 questions begin with `discussion`."""
    folder = exports / "stackexchange_pipe_tags_2024"
    kinds = [row["kind"] for row in posts(folder).values()]
    categories = [row["category"] for row in posts(folder).values()]

    assert (257, 341) == (kinds.count("question"), kinds.count("answer"))
    assert "26 rows of Posts.xml are no posts (tag wikis and the like): left out" in (
        export(folder).notes
    )
    assert (218, 22, 11, 6) == tuple(
        map(categories.count, ("discussion", "feature-request", "support", "bug"))
    )
