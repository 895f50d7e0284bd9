import json
from datetime import datetime, timedelta, timezone

import pandas as pd
import pyarrow as pa
import pytest

from tacheles import workbook
from tacheles.contract import MEMBERS, POSTS
from tacheles.errors import TachelesError
from tacheles.privacy import Thresholds
from tacheles.service_hours import ServiceHours
from tacheles.table_file import in_memory
from tacheles.workbook import Source

#: Two posts in 2025-Q4, none in 2026-Q1, one in 2026-Q2.
POSTS_CSV = """\
post_id,thread_id,posted_at
p1,p1,2025-11-03
p2,p1,2025-12-24
p3,p3,2026-05-04
"""
MEMBERS_CSV = "member_id,joined_at\nm1,2025-11-01\n"


def opened(folder, until=""):
    return workbook.open(folder.name, until, folder.parent)


def told(do, *arguments):
    """The message of a refusal."""
    with pytest.raises(TachelesError) as refused:
        do(*arguments)
    return str(refused.value)


def posts(**columns) -> pa.Table:
    """One post `p1` of 2026-01-10 as an Arrow table."""
    row = {"post_id": "p1", "thread_id": "p1", "posted_at": datetime(2026, 1, 10)}
    return in_memory(POSTS, [row | columns])


# Which folder


def test_an_unknown_community_is_told_with_those_that_are_there(workbook_folder):
    home = workbook_folder().parent

    assert (
        f"community nobody: there is no {home}/nobody/community.toml.\n"
        f"Found: communities in {home}: sample.\n"
        "Hint: name one of these, or make it: tacheles new nobody."
    ) == told(workbook.open, "nobody", "", home)


def test_a_home_without_any_community_is_told(tmp_path):
    assert f"Found: communities in {tmp_path}/nowhere: none." in told(
        workbook.open, "sample", "", tmp_path / "nowhere"
    )


@pytest.mark.parametrize(
    "name", ["../sample", "a/b", "/etc", "", ".", "..", "Sample", "-x", "a\\b", "sample\n", "ä"]
)
def test_a_name_with_a_path_in_it_is_refused(workbook_folder, name):
    home = workbook_folder().parent

    assert (
        "community: not a name.\n"
        f"Found: {name!r}.\n"
        "Hint: a name has lower-case letters, digits, - and _; another folder is named by --data."
    ) == told(workbook.open, name, "", home)


# What community.toml says


def test_what_is_not_set_has_its_default(workbook_folder):
    settings = workbook.read_settings(workbook_folder())

    assert "Sample" == settings.name
    assert ("en", "UTC", 1, "", False) == (
        settings.language,
        settings.time_zone,
        settings.fiscal_year_start,
        settings.default_quarter,
        settings.keep_text,
    )
    assert not settings.made_up
    assert ("", "", "EUR") == (settings.mission, settings.vision, settings.currency)
    assert Thresholds() == settings.thresholds


def test_what_is_set_is_taken(workbook_folder):
    settings = workbook.read_settings(
        workbook_folder(
            'name = "Nord"\nlanguage = "de"\ntime_zone = "Europe/Berlin"\n'
            'fiscal_year_start = 7\ndefault_quarter = "2026-Q1"\nkeep_text = true\n'
            'site = "nord.example"\n[privacy]\ncustomers = 7\n'
        )
    )

    assert ("Nord", "de", "Europe/Berlin") == (
        settings.name,
        settings.language,
        settings.time_zone,
    )
    assert (7, "2026-Q1", True, "nord.example") == (
        settings.fiscal_year_start,
        settings.default_quarter,
        settings.keep_text,
        settings.site,
    )
    assert Thresholds(customers=7) == settings.thresholds


def test_a_community_may_say_that_it_is_made_up(workbook_folder):
    assert workbook.read_settings(workbook_folder(NAMED + "made_up = true\n")).made_up


def test_a_community_says_what_it_is_there_for_and_in_which_currency_it_counts(workbook_folder):
    said = 'mission = "Help each other"\nvision = "Nobody waits"\ncurrency = "CHF"\n'
    settings = workbook.read_settings(workbook_folder(NAMED + said))

    assert ("Help each other", "Nobody waits", "CHF") == (
        settings.mission,
        settings.vision,
        settings.currency,
    )


def test_service_hours_are_of_the_communitys_own_zone_and_land(workbook_folder):
    hours = 'service_hours = "Mo-Fr 09:00-17:00"\nholidays = "DE-BY"\n'
    folder = workbook_folder(NAMED + 'time_zone = "Europe/Berlin"\n' + hours)
    book = workbook.Workbook(folder, workbook.read_settings(folder))

    assert ServiceHours("Mo-Fr 09:00-17:00", "Europe/Berlin", "DE-BY") == book.service_hours


def test_a_byte_order_mark_before_the_settings_is_no_mistake(workbook_folder):
    assert "Nord" == workbook.read_settings(workbook_folder('\ufeffname = "Nord"\n')).name


def test_settings_that_are_no_toml_are_refused(workbook_folder):
    folder = workbook_folder("name = Nord\n")

    message = told(workbook.read_settings, folder).splitlines()

    assert f"{folder}/community.toml: not readable as TOML." == message[0]
    assert "line 1" in message[1]
    assert "Hint: correct that line; texts stand in quotes." == message[2]


def test_settings_that_are_not_utf_8_are_refused(workbook_folder):
    folder = workbook_folder()
    (folder / "community.toml").write_bytes('name = "Zürich"\n'.encode("cp1252"))

    assert f"{folder}/community.toml: not readable as TOML." in told(workbook.read_settings, folder)


NAMED = 'name = "Sample"\n'
SETTINGS = (
    "known are name, language, time_zone, fiscal_year_start, default_quarter, keep_text, site, "
    "service_hours, holidays, made_up, mission, vision, currency, sentiment, evidence_threshold, "
    "how_to_categories, [privacy]"
)
KINDS = "customers, survey_answers, employees take a whole number from 3 up"


@pytest.mark.parametrize(
    ("settings", "key", "found", "hint"),
    [
        ("", "name", "''", 'write name = "…" with the name readers know'),
        ('name = ""', "name", "''", 'write name = "…" with the name readers know'),
        ("name = 5", "name", "5", "write a text in quotes"),
        (NAMED + "colour = 1", "colour", "1", SETTINGS),
        (NAMED + "made_up = 1", "made_up", "1", "write true or false"),
        (NAMED + "mission = 1", "mission", "1", "write a text in quotes"),
        (NAMED + 'currency = "€"', "currency", "'€'", 'write a code like "EUR"'),
        (NAMED + 'currency = "eur"', "currency", "'eur'", 'write a code like "EUR"'),
        (NAMED + "keep_text = 1", "keep_text", "1", "write true or false"),
        (
            NAMED + 'evidence_threshold = "G"',
            "evidence_threshold",
            "'G'",
            "write a grade from A to F",
        ),
        (
            NAMED + 'how_to_categories = "how_to"',
            "how_to_categories",
            "'how_to'",
            'write texts in brackets, like ["how_to"]',
        ),
        (
            NAMED + "how_to_categories = [1]",
            "how_to_categories",
            "[1]",
            'write texts, like ["how_to"]',
        ),
        (NAMED + "fiscal_year_start = true", "fiscal_year_start", "True", "write a whole number"),
        (NAMED + "fiscal_year_start = 0", "fiscal_year_start", "0", "write a month from 1 to 12"),
        (NAMED + "fiscal_year_start = 13", "fiscal_year_start", "13", "write a month from 1 to 12"),
        (NAMED + 'language = "fr"', "language", "'fr'", 'write "de" or "en"'),
        (
            NAMED + 'time_zone = "Berlin"',
            "time_zone",
            "'Berlin'",
            'write a zone like "Europe/Berlin"',
        ),
        (
            NAMED + 'time_zone = "Europe"',
            "time_zone",
            "'Europe'",
            'write a zone like "Europe/Berlin"',
        ),
        (NAMED + 'time_zone = ""', "time_zone", "''", 'write a zone like "Europe/Berlin"'),
        (NAMED + 'time_zone = "../x"', "time_zone", "'../x'", 'write a zone like "Europe/Berlin"'),
        (NAMED + 'default_quarter = "Q1"', "default_quarter", "'Q1'", "write it like 2026-Q3"),
        (
            NAMED + 'service_hours = "Mo-Fr 9-17"',
            "service_hours",
            "'Mo-Fr 9-17'",
            "times are like 09:00-17:00",
        ),
        (NAMED + "service_hours = 9", "service_hours", "9", "write a text in quotes"),
        (
            NAMED + 'holidays = "Bavaria"',
            "holidays",
            "'Bavaria'",
            'write a country or a part of it like "DE" or "DE-BY"',
        ),
        (NAMED + "privacy = 5", "privacy", "5", "write [privacy] and the numbers below it"),
        (NAMED + "[privacy]\ncustomers = 2", "privacy.customers", "2", KINDS),
        (NAMED + "[privacy]\nemployees = true", "privacy.employees", "True", KINDS),
        (NAMED + "[privacy]\nemployees = 5.0", "privacy.employees", "5.0", KINDS),
        (NAMED + "[privacy]\nrobots = 5", "privacy.robots", "5", KINDS),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(workbook_folder, settings, key, found, hint):
    folder = workbook_folder(settings)

    assert (
        f"{folder}/community.toml, {key}: not a usable setting.\nFound: {found}.\nHint: {hint}."
    ) == told(workbook.read_settings, folder)


# Which quarter


def test_the_quarter_is_the_last_one_recorded_unless_one_is_named(workbook_folder):
    assert "2026-Q2" == opened(workbook_folder(posts=POSTS_CSV)).until


def test_the_default_quarter_is_that_of_the_settings(workbook_folder):
    folder = workbook_folder('name = "S"\ndefault_quarter = "2026-Q1"\n', posts=POSTS_CSV)

    assert "2026-Q1" == opened(folder).until
    assert "2025-Q4" == opened(folder, "2025-Q4").until


def test_a_malformed_quarter_is_refused(workbook_folder):
    assert (
        "quarter: not the name of a quarter.\nFound: '2026Q1'.\nHint: write it like 2026-Q3."
    ) == told(opened, workbook_folder(posts=POSTS_CSV), "2026Q1")


@pytest.mark.parametrize("quarter", ["2025-Q3", "2026-Q3"])
def test_a_quarter_outside_the_records_is_refused(workbook_folder, quarter):
    assert (
        f"quarter {quarter}: outside the records of sample.\n"
        "Found: records from 2025-Q4 to 2026-Q2.\n"
        "Hint: name a quarter of that span, or import a newer export."
    ) == told(opened, workbook_folder(posts=POSTS_CSV), quarter)


def test_a_quarter_in_which_nothing_happened_opens(workbook_folder):
    book = opened(workbook_folder(posts=POSTS_CSV), "2026-Q1")

    assert ["2025-Q4", "2026-Q1"] == list(book.quarters())
    assert 2 == book.posts.count().execute()


def test_quarters_begin_no_earlier_than_the_first_record(workbook_folder):
    book = opened(workbook_folder(posts=POSTS_CSV))

    assert ["2025-Q4", "2026-Q1", "2026-Q2"] == list(book.quarters(8))
    assert ["2026-Q1", "2026-Q2"] == list(book.quarters(2))


def test_quarters_know_what_the_settings_say(workbook_folder):
    quarters = opened(
        workbook_folder(
            NAMED
            + 'time_zone = "Europe/Berlin"\nfiscal_year_start = 4\n[privacy]\ncustomers = 8\n',
            posts=POSTS_CSV,
        )
    ).quarters()

    assert ("2026-Q3", "2026-Q4", "2027-Q1") == quarters.names
    assert datetime(2025, 9, 30, 22) == quarters.borders[0]
    assert datetime(2025, 11, 3) == quarters.first_record_at
    assert 8 == quarters.thresholds.customers


def test_a_record_belongs_to_the_quarter_of_the_local_clock(workbook_folder):
    """23:30 UTC on 31 December is half past midnight in Berlin."""
    csv = "post_id,thread_id,posted_at\np1,p1,2025-12-31T23:30:00Z\n"
    berlin = workbook_folder(NAMED + 'time_zone = "Europe/Berlin"\n', posts=csv)

    assert "2026-Q1" == opened(berlin).until
    assert "2025-Q4" == opened(workbook_folder(NAMED, posts=csv)).until


def test_a_community_without_any_event_is_told(workbook_folder):
    folder = workbook_folder(members=MEMBERS_CSV)

    assert (
        f"{folder}/records: no records.\n"
        "Found: no table with an event in it.\n"
        "Hint: import an export first: tacheles import sample SYSTEM EXPORT; to look at the plans "
        "alone, name a quarter."
    ) == told(opened, folder)


def test_without_any_event_the_plans_can_be_looked_at_in_a_quarter_that_is_named(workbook_folder):
    quarters = opened(workbook_folder(members=MEMBERS_CSV), "2026-Q1").quarters(2)

    assert ("2026-Q1",) == quarters.names
    assert (quarters.wall, None) == (quarters.as_of, quarters.first_record_at)


def test_a_running_quarter_is_known_as_of_its_last_record(workbook_folder):
    quarters = opened(workbook_folder(posts=POSTS_CSV)).quarters()

    assert datetime(2026, 5, 4) == quarters.as_of
    assert quarters.is_running


def test_a_running_quarter_is_known_as_of_the_export_that_the_import_wrote_down(workbook_folder):
    folder = workbook_folder()
    source = Source("Forum", "forum.example", datetime(2026, 3, 1, 8))
    workbook.store(folder, {"posts": posts()}, {"posts": source}, "f")

    assert datetime(2026, 3, 1, 8) == opened(folder).quarters().as_of
    assert source == opened(folder).source("posts")


def test_a_past_quarter_is_known_as_of_its_wall(workbook_folder):
    quarters = opened(workbook_folder(posts=POSTS_CSV), "2026-Q1").quarters()

    assert datetime(2026, 4, 1) == quarters.as_of
    assert not quarters.is_running


def test_an_export_that_ends_in_a_later_quarter_reaches_that_quarter(workbook_folder):
    """The quarter after the last record was silent, not unknown."""
    folder = workbook_folder()
    source = Source("Forum", "", datetime(2026, 8, 1), history_from=datetime(2025, 6, 1))
    workbook.store(folder, {"posts": posts()}, {"posts": source}, "f")

    assert "2026-Q3" == opened(folder).until
    assert datetime(2025, 6, 1) == opened(folder).quarters().history_from


@pytest.mark.parametrize(
    ("last", "until"), [(datetime(2026, 3, 31, 23), "2026-Q1"), (datetime(2026, 4, 1), "2026-Q2")]
)
def test_an_export_at_a_quarters_end_reaches_no_later_one(workbook_folder, last, until):
    """Unless something is recorded at that very moment: a day is its midnight."""
    folder = workbook_folder()
    made = in_memory(POSTS, [{"post_id": "1", "thread_id": "1", "posted_at": last}])
    workbook.store(folder, {"posts": made}, {"posts": Source("", "", datetime(2026, 4, 1))}, "f")

    assert until == opened(folder).until
    if until == "2026-Q1":
        assert "outside the records" in told(opened, folder, "2026-Q2")


# Tables


def test_a_missing_table_is_empty_and_has_the_right_types(workbook_folder):
    members = opened(workbook_folder(posts=POSTS_CSV)).members

    assert 0 == members.count().execute()
    assert tuple(column.name for column in MEMBERS.columns) == members.columns
    assert "timestamp(6)" == str(members.schema()["joined_at"])
    assert "boolean" == str(members.schema()["is_bot"])


def test_a_workbook_has_no_other_tables(workbook_folder):
    book = opened(workbook_folder(posts=POSTS_CSV))

    with pytest.raises(AttributeError, match="no table 'unicorns'"):
        _ = book.unicorns


def test_two_files_for_one_table_are_refused(workbook_folder):
    folder = workbook_folder(posts=POSTS_CSV)
    workbook_folder(posts=posts())

    assert (
        f"{folder}/records: two files for the table posts.\n"
        "Found: posts.parquet and posts.csv.\n"
        "Hint: keep the one that is right and move the other away."
    ) == told(opened, folder)


def test_csv_and_parquet_hold_the_same(workbook_folder, tmp_path):
    from_csv = opened(workbook_folder(posts="post_id,thread_id,posted_at\np1,p1,2026-01-10\n"))
    seen = from_csv.posts.to_pandas()
    (from_csv.folder / "records" / "posts.csv").unlink()
    from_parquet = opened(workbook_folder(posts=posts()))

    pd.testing.assert_frame_equal(from_parquet.posts.to_pandas(), seen)


def test_a_moment_with_a_zone_is_told_in_utc(workbook_folder):
    """Whatever zone the machine stands in."""
    berlin = datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    written = pa.table({"post_id": ["p1"], "thread_id": ["p1"], "posted_at": [berlin]})

    book = opened(workbook_folder(posts=written))

    assert "2025-Q4" == book.until
    assert [datetime(2025, 12, 31, 23, 30)] == book.posts.posted_at.to_pandas().tolist()


# The wall


def test_what_happened_at_the_wall_or_later_does_not_exist(workbook_folder):
    csv = (
        "post_id,thread_id,posted_at\n"
        "p1,p1,2026-03-31T23:59:59.999999Z\n"
        "p2,p2,2026-04-01T00:00:00Z\n"
        "p3,p3,2026-05-01\n"
    )

    assert ["p1"] == opened(
        workbook_folder(posts=csv), "2026-Q1"
    ).posts.post_id.to_pandas().tolist()


AT_THE_WALL, BEFORE_THE_WALL = datetime(2026, 4, 1), datetime(2026, 3, 31, 23, 59, 59)


@pytest.mark.parametrize("state", ["accepted_at", "closed_at", "merged_at", "deleted_at"])
def test_a_state_that_changed_at_the_wall_or_later_is_as_it_was(workbook_folder, state):
    later = in_memory(POSTS, [posts(**{state: AT_THE_WALL}).to_pylist()[0], LATE])
    book = opened(workbook_folder(posts=later), "2026-Q1")

    assert [None] == book.posts[state].to_pandas().replace({pd.NaT: None}).tolist()


@pytest.mark.parametrize("state", ["accepted_at", "closed_at", "merged_at", "deleted_at"])
def test_a_state_that_changed_before_the_wall_stays(workbook_folder, state):
    earlier = in_memory(POSTS, [posts(**{state: BEFORE_THE_WALL}).to_pylist()[0], LATE])
    book = opened(workbook_folder(posts=earlier), "2026-Q1")

    assert [BEFORE_THE_WALL] == book.posts[state].to_pandas().tolist()


#: A post after the wall, so that the quarter before it is over.
LATE = {"post_id": "p9", "thread_id": "p9", "posted_at": datetime(2026, 5, 1)}


@pytest.mark.parametrize(
    ("accepted_at", "is_accepted"), [(AT_THE_WALL, False), (BEFORE_THE_WALL, True), (None, True)]
)
def test_an_answer_accepted_later_is_not_accepted_yet(workbook_folder, accepted_at, is_accepted):
    """Where the export has only the fact, nobody knows since when: it stays."""
    answer = posts(kind="answer", is_accepted=True, accepted_at=accepted_at).to_pylist()[0]
    book = opened(workbook_folder(posts=in_memory(POSTS, [answer, LATE])), "2026-Q1")

    assert [is_accepted] == book.posts.is_accepted.to_pandas().tolist()


@pytest.mark.parametrize("state", ["joined_at", "left_at", "advocacy_consent_at"])
def test_a_member_is_as_at_the_wall(workbook_folder, state):
    members = f"member_id,{state}\nm1,2026-03-31\nm2,2026-04-01\nm3,\n"
    book = opened(workbook_folder(posts=POSTS_CSV, members=members), "2026-Q1")

    seen = book.members.order_by("member_id")[state].to_pandas()

    assert [datetime(2026, 3, 31)] == seen.dropna().tolist()
    assert 3 == len(seen)


def test_the_whole_record_table_is_there_for_checks(workbook_folder):
    assert (
        3 == opened(workbook_folder(posts=POSTS_CSV), "2026-Q1").records("posts").count().execute()
    )


# What is there


def test_the_inventory_counts_what_is_before_the_wall(workbook_folder):
    csv = (
        "post_id,thread_id,posted_at,mood\n"
        "p1,p1,2025-11-03,good\n"
        "p2,p1,2025-12-24,bad\n"
        "p3,p3,2026-05-04,good\n"
    )
    folder = workbook_folder(posts=csv)

    row = opened(folder, "2026-Q1").inventory().set_index("table").loc["posts"]

    assert "posts.csv" == row["file"]
    assert 2 == row["rows"]
    assert datetime(2025, 11, 3) == row["first_at"]
    assert datetime(2025, 12, 24) == row["last_at"]
    assert "mood" == row["extra_columns"]


def test_the_inventory_lists_a_missing_table_without_a_file(workbook_folder):
    inventory = opened(workbook_folder(posts=POSTS_CSV)).inventory().set_index("table")

    assert "" == inventory.loc["members", "file"]
    assert pd.isna(inventory.loc["members", "rows"])


def test_the_inputs_are_the_files_that_are_there(workbook_folder):
    folder = workbook_folder(posts=POSTS_CSV)
    (folder / "records" / "notes.txt").write_text("not an input")

    assert ["community.toml", "posts.csv"] == [path.name for path in opened(folder).inputs()]


def test_the_inputs_of_an_import_are_its_facts_too(workbook_folder):
    folder = workbook_folder(members=MEMBERS_CSV)
    workbook.store(folder, {"posts": posts()}, {"posts": Source()}, "f")

    assert {"community.toml", "import.json", "members.csv", "posts.parquet"} == {
        path.name for path in opened(folder).inputs()
    }


def test_a_check_tells_of_every_broken_table(workbook_folder):
    folder = workbook_folder(posts="post_id\np1\n", members="member_id\nm1\nm1\n")
    book = workbook.Workbook(folder, workbook.read_settings(folder))

    assert ["a key occurs twice", "the required column thread_id is missing"] == [
        error.problem.partition(": ")[2] for error in book.check()
    ]


def test_a_check_can_be_repeated(workbook_folder):
    """A file that was mended meanwhile is read again."""
    folder = workbook_folder(posts=POSTS_CSV.replace("p2", "p1"))
    book = workbook.Workbook(folder, workbook.read_settings(folder))
    assert 1 == len(book.check())
    assert 1 == len(book.check())
    workbook_folder(posts=POSTS_CSV)

    assert [] == book.check()


# Storing


def stored(folder):
    """Every file of the records with its bytes."""
    return {path.name: path.read_bytes() for path in (folder / "records").iterdir()}


def test_what_is_stored_is_read_back(workbook_folder):
    folder = workbook_folder()
    source = Source("Forum", "forum.example", datetime(2026, 3, 1), datetime(2025, 1, 1))
    workbook.store(folder, {"posts": posts(likes=3)}, {"posts": source}, "abc")

    book = opened(folder)

    assert {"posts.parquet", "import.json"} == set(stored(folder))
    assert [3] == book.posts.likes.to_pandas().tolist()
    assert source == book.source("posts")
    assert Source() == book.source("members")
    assert "abc" == workbook.fingerprint_of(folder)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (
            [{"posted_at": datetime(2026, 2, 1)}],
            "records from 2026-01-05, the export from 2026-02-01",
        ),
        ([], "records from 2026-01-05, the export without any"),
    ],
)
def test_an_export_that_reaches_back_less_far_is_refused(workbook_folder, rows, found):
    """Some systems export their last months only: what was kept of the others would be lost."""
    folder = workbook_folder()
    old = {"post_id": "1", "thread_id": "1", "posted_at": datetime(2026, 1, 5)}
    workbook.store(folder, {"posts": in_memory(POSTS, [old])}, {"posts": Source()}, "abc")
    later = in_memory(POSTS, [old | row for row in rows])

    assert found in told(workbook.require_history, folder, {"posts": later})


def test_an_export_that_reaches_back_as_far_is_none_that_loses_anything(workbook_folder):
    folder = workbook_folder()
    old = {"post_id": "1", "thread_id": "1", "posted_at": datetime(2026, 1, 5)}
    kept = in_memory(POSTS, [old])
    workbook.store(folder, {"posts": kept}, {"posts": Source()}, "abc")
    workbook.require_history(folder, {"posts": kept})
    workbook.require_history(folder, {"members": in_memory(MEMBERS, [{"member_id": "m1"}])})


def test_another_import_keeps_the_tables_it_does_not_bring(workbook_folder):
    folder = workbook_folder()
    people = in_memory(MEMBERS, [{"member_id": "m1"}])
    workbook.store(folder, {"members": people}, {"members": Source("People")}, "abc")
    workbook.store(folder, {"posts": posts()}, {"posts": Source("Forum")}, "abc")

    book = opened(folder)

    assert ["People", "Forum"] == [book.source(name).system for name in ("members", "posts")]
    assert 1 == book.members.count().execute()


@pytest.mark.parametrize(
    "broken",
    [
        [{"member_id": None}],
        [{"member_id": "m1"}, {"member_id": "m1"}],
        [{"member_id": "m1", "role": "boss"}],
    ],
    ids=["empty key", "duplicate key", "unknown role"],
)
def test_a_table_that_breaks_its_contract_leaves_everything_as_it_was(workbook_folder, broken):
    folder = workbook_folder()
    good = in_memory(MEMBERS, [{"member_id": "m1"}])
    tables = {"posts": posts(), "members": good}
    workbook.store(folder, tables, dict.fromkeys(tables, Source("Old")), "abc")
    before = stored(folder)

    tables = {"posts": posts(likes=9), "members": in_memory(MEMBERS, broken)}
    message = told(workbook.store, folder, tables, dict.fromkeys(tables, Source("New")), "abc")

    assert message.startswith(f"{folder}/records/members.parquet")
    assert before == stored(folder)


def test_the_first_import_that_fails_leaves_no_file(workbook_folder):
    folder = workbook_folder()

    told(workbook.store, folder, {"posts": posts(kind="rant")}, {"posts": Source()}, "abc")

    assert {} == stored(folder)


@pytest.mark.parametrize("rival", ["posts.csv", "posts.csv.gz"])
def test_a_table_that_somebody_put_there_is_not_overwritten(workbook_folder, rival):
    folder = workbook_folder()
    (folder / "records" / rival).write_bytes(b"theirs")

    assert (
        f"{folder}/records: the table posts is there already, put by hand.\n"
        f"Found: {rival}.\n"
        "Hint: move that file away, then import again."
    ) == told(workbook.store, folder, {"posts": posts()}, {"posts": Source()}, "abc")
    assert {rival: b"theirs"} == stored(folder)


FACTS = {
    "secret_fingerprint": "abc",
    "tables": {"posts": {"system": "", "place": "", "exported_at": "", "history_from": ""}},
}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        json.dumps(FACTS)[:-20].encode(),
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"secret_fingerprint": "abc"}',
        b'{"tables": {}}',
        json.dumps(FACTS).replace('"exported_at": ""', '"exported_at": "soon"').encode(),
        json.dumps(FACTS).replace('"exported_at": ""', '"exported_at": 5').encode(),
    ],
)
def test_the_facts_of_an_import_that_are_damaged_are_told(workbook_folder, content):
    """Without its fingerprint, records would be mixed with those under another secret."""
    folder = workbook_folder(posts=posts())
    (folder / "records" / "import.json").write_bytes(content)

    for do in (opened, workbook.fingerprint_of):
        message = told(do, folder).splitlines()

        assert 3 == len(message)
        assert f"{folder}/records/import.json: not what an import wrote." == message[0]


def test_an_import_beside_damaged_facts_leaves_everything_as_it_was(workbook_folder):
    folder = workbook_folder(posts=posts())
    (folder / "records" / "import.json").write_bytes(b"{")
    before = stored(folder)

    told(workbook.store, folder, {"posts": posts(likes=9)}, {"posts": Source()}, "abc")

    assert before == stored(folder)


def test_the_moment_of_an_export_may_have_an_offset(workbook_folder):
    folder = workbook_folder(posts=posts())
    facts = json.dumps(FACTS).replace(
        '"exported_at": ""', '"exported_at": "2026-03-01T01:00+01:00"'
    )
    (folder / "records" / "import.json").write_text(facts)

    assert datetime(2026, 3, 1) == opened(folder).source("posts").exported_at
