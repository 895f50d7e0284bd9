import csv
import gzip
import io
import random
from datetime import UTC, datetime, timedelta, timezone

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tacheles import table_file
from tacheles.contract import MEMBERS, POSTS, Column, Table
from tacheles.errors import TachelesError

HEADER = "post_id,thread_id,posted_at"
NOON = datetime(2026, 1, 31, 12)

#: A table with a column of each type, and one that is both required and limited.
THINGS = Table(
    name="things",
    grain="one row per thing",
    key=("thing_id", "on"),
    happened="",
    columns=(
        Column("thing_id", "id", required=True),
        Column("on", "date"),
        Column("price", "number"),
        Column("pieces", "integer"),
        Column("colour", required=True, allowed=("red", "green")),
    ),
)


@pytest.fixture
def engine():
    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone = 'UTC'")
    return connection


@pytest.fixture
def csv_of(tmp_path):
    """Writes a CSV file: text as UTF-8, bytes as they are."""

    def write(content, name="posts.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def parquet_of(tmp_path):
    """Writes a Parquet file of posts with one post `p1` and the columns given."""

    def write(**columns):
        post = {"post_id": ["p1"], "thread_id": ["p1"], "posted_at": [NOON]}
        pq.write_table(pa.table(post | columns), tmp_path / "posts.parquet")
        return tmp_path / "posts.parquet"

    return write


@pytest.fixture
def told(engine):
    """The message with which a file is refused."""

    def read(path, table=POSTS):
        with pytest.raises(TachelesError) as refused:
            table_file.read(path, table, engine)
        return str(refused.value)

    return read


def cells(path, column, table=POSTS):
    """Cells of a column, read from a CSV file."""
    return table_file.read_csv(path, table)[column].to_pylist()


# What a CSV may look like


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_comma_semicolon_and_tab_are_understood(csv_of, delimiter):
    path = csv_of(f"{HEADER},likes\np1,t1,2026-01-31,3\n".replace(",", delimiter))

    assert ["p1"] == cells(path, "post_id")
    assert [3] == cells(path, "likes")


@pytest.mark.parametrize(
    "content",
    [
        f'"a,b,c,d";{HEADER}\n'.replace("post_id,thread_id,", "post_id;thread_id;") + "x;p1;t1;{}",
        "\n" + HEADER.replace(",", ";") + "\np1;t1;{}",
    ],
    ids=["a comma in a quoted name", "a blank line before the header"],
)
def test_the_delimiter_is_that_between_the_names_of_the_header(csv_of, content):
    assert ["p1"] == cells(csv_of(content.format("2026-01-31")), "post_id")


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{HEADER}\np1,t1,2026-01-31\n",
        f"{HEADER}\r\np1,t1,2026-01-31\r\n",
        f"{HEADER}\rp1,t1,2026-01-31\r",
        f"{HEADER}\np1,t1,2026-01-31",
        "post_id, thread_id, posted_at\np1, t1, 2026-01-31\n",
        '"post_id","thread_id","posted_at"\n"p1","t1","2026-01-31"\n',
        "posted_at,post_id,thread_id\n2026-01-31,p1,t1\n",
        f"{HEADER},,\np1,t1,2026-01-31,,\n",
        f"{HEADER}\np1,t1,2026-01-31\n,,\n\n",
    ],
    ids=[
        "byte-order mark",
        "CRLF",
        "CR",
        "no newline at the end",
        "blanks after the comma",
        "quotes everywhere",
        "another order",
        "columns without a name",
        "rows without a cell",
    ],
)
def test_the_same_row_is_read_from_every_shape_of_file(csv_of, content):
    path = csv_of(content)

    assert ["p1"] == cells(path, "post_id")
    assert ["t1"] == cells(path, "thread_id")
    assert [datetime(2026, 1, 31)] == cells(path, "posted_at")


def test_a_compressed_file_is_read(csv_of):
    path = csv_of(gzip.compress(f"{HEADER}\np1,t1,2026-01-31\n".encode()), "posts.csv.gz")

    assert ["p1"] == cells(path, "post_id")


def test_a_newline_a_delimiter_and_a_quote_in_a_quoted_text_belong_to_it(csv_of):
    path = csv_of(f'{HEADER},text\np1,t1,2026-01-31,"one,\n""two"""\np2,t2,2026-01-31,three\n')

    assert ['one,\n"two"', "three"] == cells(path, "text")


def test_a_text_may_be_longer_than_the_usual_limit_of_a_csv_reader(csv_of):
    """A pasted log of 200,000 characters; Python's reader stops at 131,072."""
    path = csv_of(f"{HEADER},text\np1,t1,2026-01-31,{'x' * 200_000}\n")

    assert [200_000] == [len(text) for text in cells(path, "text")]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(csv_of):
    """The header is row 1, a blank line is a row, a quoted newline makes none."""
    path = csv_of(f'{HEADER},text\np1,t1,2026-01-31,"a\nb"\n\np2,t2,2026-01-31,c\n')

    assert [2, 4] == cells(path, "row_in_file")


def test_a_file_with_a_header_alone_is_an_empty_table(csv_of, engine):
    found = table_file.read(csv_of(f"{HEADER}\n"), POSTS, engine)

    assert 0 == found.count().execute()
    assert "timestamp(6)" == str(found.schema()["closed_at"])


def test_every_column_of_the_contract_is_there_and_no_other(csv_of, engine):
    found = table_file.read(csv_of(f"{HEADER},mood\np1,t1,2026-01-31,good\n"), POSTS, engine)

    assert tuple(column.name for column in POSTS.columns) == found.columns
    assert found.likes.to_pandas().isna().all()


def test_extra_columns_are_listed_in_the_order_of_the_file(csv_of, parquet_of):
    assert ["post_id", "thread_id", "posted_at", "mood"] == table_file.columns(
        csv_of(f"{HEADER},mood,\np1,t1,2026-01-31,good,\n")
    )
    assert ["post_id", "thread_id", "posted_at", "mood"] == table_file.columns(
        parquet_of(mood=["good"])
    )


# What a cell may look like


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", datetime(2026, 1, 31)),
        ("20260131", datetime(2026, 1, 31)),
        ("2026-01-31 14:30", datetime(2026, 1, 31, 14, 30)),
        ("2026-01-31T14:30:05.25", datetime(2026, 1, 31, 14, 30, 5, 250_000)),
        ("2026-01-31T14:30:05.123456789Z", datetime(2026, 1, 31, 14, 30, 5, 123_456)),
        ("2026-01-31T14:30:00Z", datetime(2026, 1, 31, 14, 30)),
        ("2026-02-01T00:30:00+01:00", datetime(2026, 1, 31, 23, 30)),
        ("31.01.2026", datetime(2026, 1, 31)),
        ("1.2.2026", datetime(2026, 2, 1)),
        ("31.01.2026 9:05", datetime(2026, 1, 31, 9, 5)),
        ("31.01.2026 14:30", datetime(2026, 1, 31, 14, 30)),
        ("31.01.2026 14:30:05", datetime(2026, 1, 31, 14, 30, 5)),
        ("29.02.2028", datetime(2028, 2, 29)),
    ],
)
def test_a_moment_may_be_written_in_iso_or_in_german(csv_of, text, moment):
    assert [moment] == cells(csv_of(f"{HEADER}\np1,t1,{text}\n"), "posted_at")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234.5", 1234.5),
        ("1.234,56", 1234.56),
        ("1234,5", 1234.5),
        ("1.234.567,8", 1234567.8),
        ("-0,5", -0.5),
        ("+3", 3.0),
        ("1.5e3", 1500.0),
    ],
)
def test_a_number_may_have_a_decimal_point_or_a_decimal_comma(csv_of, text, number):
    path = csv_of(f"thing_id;colour;price\na;red;{text}\n", "things.csv")

    assert [number] == cells(path, "price", THINGS)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [("7", 7), ("-7", -7), ("7.0", 7), ("7,0", 7), ("9007199254740993", 9007199254740993)],
)
def test_a_whole_number_is_read_to_its_last_digit(csv_of, text, pieces):
    path = csv_of(f"thing_id;colour;pieces\na;red;{text}\n", "things.csv")

    assert [pieces] == cells(path, "pieces", THINGS)


@pytest.mark.parametrize("text", ["true", "TRUE", "t", "1", "yes", "WAHR"])
def test_true_has_many_words(csv_of, text):
    assert [True] == cells(csv_of(f"member_id,is_bot\nm1,{text}\n"), "is_bot", MEMBERS)


@pytest.mark.parametrize("text", ["false", "FALSE", "f", "0", "no", "FALSCH"])
def test_false_has_many_words(csv_of, text):
    assert [False] == cells(csv_of(f"member_id,is_bot\nm1,{text}\n"), "is_bot", MEMBERS)


@pytest.mark.parametrize("text", ["007", "1-2", "true", "1.5", "12E5"])
def test_an_id_stays_as_it_is_written(csv_of, text):
    assert [text] == cells(csv_of(f"{HEADER}\n{text},t1,2026-01-31\n"), "post_id")


def test_an_empty_cell_is_missing(csv_of):
    path = csv_of(f'{HEADER},member_id,likes,title\np1,t1,2026-01-31,,"", \n')

    assert [None] == cells(path, "member_id")
    assert [None] == cells(path, "likes")
    assert [None] == cells(path, "title")


# What is wrong with a cell


def test_a_day_that_a_month_has_not_is_told_with_its_row(csv_of, told):
    good = "".join(f"p{row},t1,30.01.2026\n" for row in range(2, 18))
    path = csv_of(f"{HEADER}\n{good}p18,t1,31.02.2026\n")

    assert (
        f"{path}, row 18, column posted_at: not a date.\n"
        "Found: '31.02.2026'.\n"
        "Hint: this month has 28 days; correct the cell, or leave it empty if the date is unknown."
    ) == told(path)


@pytest.mark.parametrize(
    ("text", "days"), [("2028-02-30", 29), ("2026-04-31T10:00:00Z", 30), ("32.1.2026", 31)]
)
def test_the_hint_counts_the_days_of_that_month(csv_of, told, text, days):
    assert f"Hint: this month has {days} days;" in told(csv_of(f"{HEADER}\np1,t1,{text}\n"))


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-13-01",
        "13/31/2026",
        "31.01.26",
        "2026-01-31 25:00",
        "0001-01-01T00:00:00+02:00",
        "1701110812345",
        "44958",
    ],
)
def test_what_is_no_date_is_refused(csv_of, told, text):
    """Among them a Unix time whose digits look like a day, and a spreadsheet's count of days."""
    path = csv_of(f"{HEADER}\np1,t1,{text}\n")

    assert (
        f"{path}, row 2, column posted_at: not a date.\n"
        f"Found: '{text}'.\n"
        "Hint: write it like 2026-12-31 or 2026-12-31T14:30:00Z (UTC)."
    ) == told(path)


@pytest.mark.parametrize("text", ["0026-01-31", "1900-01-01", "2206-01-31"])
def test_a_year_that_cannot_be_is_refused(csv_of, told, text):
    path = csv_of(f"{HEADER}\np1,t1,{text}\n")

    assert (
        f"{path}, row 2, column posted_at: a year that cannot be.\n"
        f"Found: '{text} 00:00:00'.\n"
        "Hint: correct the year, or leave the cell empty if the date is unknown."
    ) == told(path)


@pytest.mark.parametrize("text", ["many", "1.5", "1.000", "1_000", "99999999999999999999", "inf"])
def test_what_is_no_whole_number_is_refused(csv_of, told, text):
    path = csv_of(f"{HEADER},likes\np1,t1,2026-01-31,{text}\n")

    assert (
        f"{path}, row 2, column likes: not a whole number.\n"
        f"Found: '{text}'.\n"
        "Hint: write digits only, or leave the cell empty."
    ) == told(path)


@pytest.mark.parametrize("text", ["cheap", "1_000", "nan", "1,234,567", "12 €"])
def test_what_is_no_number_is_refused(csv_of, told, text):
    path = csv_of(f"thing_id;colour;price\na;red;{text}\n", "things.csv")

    assert (
        f"{path}, row 2, column price: not a number.\n"
        f"Found: '{text}'.\n"
        "Hint: write it like 1234.56, or leave the cell empty."
    ) == told(path, THINGS)


@pytest.mark.parametrize("others", ["", "0,5", "1.234,5"])
def test_what_may_mean_thousands_in_a_file_with_decimal_commas_is_refused(csv_of, told, others):
    """Read as a fraction, a cost would be a thousandth of what was meant."""
    path = csv_of(f"thing_id;colour;price\na;red;{others}\nb;red;1.234\n", "things.csv")

    assert (
        f"{path}, row 3, column price: a number that can be read in two ways.\n"
        "Found: '1.234'.\n"
        "Hint: write 1234 or 1,234, as the other numbers of this file."
    ) == told(path, THINGS)


@pytest.mark.parametrize(
    ("rows", "prices"),
    [
        (["a,red,1.234"], [1.234]),  # commas delimit: points are decimal
        (["a;red;1.234", "b;red;0.5"], [1.234, 0.5]),  # another number tells it
        (["a;red;0.125"], [0.125]),  # nobody writes thousands so
        (["a;red;1.234,5"], [1234.5]),
    ],
)
def test_it_is_a_fraction_where_the_file_leaves_no_doubt(csv_of, rows, prices):
    header = "thing_id,colour,price" if "," in rows[0][:2] else "thing_id;colour;price"
    path = csv_of("\n".join([header, *rows]) + "\n", "things.csv")

    assert prices == cells(path, "price", THINGS)


def test_what_is_neither_true_nor_false_is_refused(csv_of, told):
    path = csv_of("member_id,is_bot\nm1,perhaps\n", "members.csv")

    assert (
        f"{path}, row 2, column is_bot: neither true nor false.\n"
        "Found: 'perhaps'.\n"
        "Hint: write true or false, or leave the cell empty."
    ) == told(path, MEMBERS)


@pytest.mark.parametrize("text", ["1.03E+13", "1,03006E+13", "1E+13", "1.03e+13"])
def test_an_id_that_a_spreadsheet_turned_into_a_number_is_refused(csv_of, told, text):
    path = csv_of(f"post_id;thread_id;posted_at\n{text};t1;2026-01-31\n")

    assert (
        f"{path}, row 2, column post_id: an id that a spreadsheet turned into a number.\n"
        f"Found: '{text}'.\n"
        "Hint: export again and read the column as text."
    ) == told(path)


def test_a_required_cell_that_is_empty_is_refused(csv_of, told):
    path = csv_of(f"{HEADER}\np1,t1,2026-01-31\np2,,2026-01-31\n")

    assert (
        f"{path}, row 3, column thread_id: empty, but required.\n"
        "Found: an empty cell.\n"
        "Hint: fill the cell, or take the row out."
    ) == told(path)


def test_a_value_that_is_not_allowed_is_refused(csv_of, told):
    path = csv_of("member_id,role\nm1,member\nm2,boss\n", "members.csv")

    assert (
        f"{path}, row 3, column role: not an allowed value.\n"
        "Found: 'boss'.\n"
        "Hint: allowed are member, champion, expert, moderator, community_manager, admin, staff."
    ) == told(path, MEMBERS)


def test_a_column_may_be_both_required_and_limited(csv_of, told):
    empty = csv_of("thing_id;colour\na;\n", "empty.csv")
    unknown = csv_of("thing_id;colour\na;blue\n", "unknown.csv")

    assert f"{empty}, row 2, column colour: empty, but required." in told(empty, THINGS)
    assert f"{unknown}, row 2, column colour: not an allowed value." in told(unknown, THINGS)


def test_a_key_that_occurs_twice_is_told_with_its_rows(csv_of, told):
    path = csv_of(f"{HEADER}\np1,t1,2026-01-31\np2,t1,2026-01-31\np1,t2,2026-02-01\n")

    assert (
        f"{path}: a key occurs twice.\n"
        "Found: post_id 'p1' in rows 2, 4.\n"
        "Hint: the table posts has one row per post; take the duplicate out."
    ) == told(path)


# What is wrong with a file


def test_a_missing_required_column_is_told(csv_of, told):
    path = csv_of("post_id,posted_at\np1,2026-01-31\n")

    assert (
        f"{path}: the required column thread_id is missing.\n"
        "Found: columns post_id, posted_at.\n"
        "Hint: the table posts has one row per post and needs post_id, thread_id, posted_at."
    ) == told(path)


def test_a_column_that_stands_there_twice_is_refused(csv_of, told):
    path = csv_of(f"{HEADER},likes,likes\np1,t1,2026-01-31,1,2\n")

    assert (
        f"{path}, row 1: a column stands there twice.\n"
        "Found: likes.\n"
        "Hint: rename or delete one of the two."
    ) == told(path)


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_told(csv_of, told, content):
    path = csv_of(content)

    assert (
        f"{path}: an empty file.\n"
        "Found: not even a header.\n"
        "Hint: export it again, or delete it if there is nothing to report."
    ) == told(path)


def test_a_file_cut_off_in_a_quoted_text_is_told(csv_of, told):
    path = csv_of(f'{HEADER},text\np1,t1,2026-01-31,one\np2,t2,2026-01-31,"tw')

    assert (
        f"{path}, row 3: not readable as CSV.\n"
        "Found: unexpected end of data.\n"
        "Hint: the file may be cut off, or a quotation mark in a text is not doubled."
    ) == told(path)


def test_a_quotation_mark_that_is_not_doubled_is_told(csv_of, told):
    path = csv_of(f'{HEADER},text\np1,t1,2026-01-31,"the "best" answer"\n')

    assert f"{path}, row 2: not readable as CSV." in told(path)


def test_a_file_cut_off_in_a_row_is_told(csv_of, told):
    path = csv_of(f"{HEADER}\np1,t1,2026-01-31\np2,t")

    assert (
        f"{path}, row 3: 2 cells under a header of 3.\n"
        "Found: 't'.\n"
        "Hint: the file may be cut off here, or a text with a delimiter in it lacks its quotes."
    ) == told(path)


def test_a_delimiter_in_a_text_without_quotes_is_told(csv_of, told):
    path = csv_of(f"{HEADER},text\np1,t1,2026-01-31,well, perhaps\n")

    assert f"{path}, row 2: 5 cells under a header of 4." in told(path)


@pytest.mark.parametrize(
    ("content", "line", "byte"),
    [
        (f"{HEADER},text\np1,t1,2026-01-31,Zürich\n".encode("cp1252"), 2, "FC"),
        (f"{HEADER}\n".encode("utf-16"), 1, "FF"),
        (f"{HEADER}\n".encode("utf-16-le"), 1, "00"),
        (f"{HEADER}\np1,t1,2026-01-31\n\0\0\0\0".encode(), 3, "00"),
    ],
    ids=["Windows-1252", "UTF-16", "UTF-16 without a mark", "a hole"],
)
def test_another_encoding_is_told_with_its_line(csv_of, told, content, line, byte):
    path = csv_of(content)

    assert (
        f"{path}, line {line}: not UTF-8.\n"
        f"Found: the byte 0x{byte}.\n"
        'Hint: save it again as "CSV UTF-8".'
    ) == told(path)


def damaged(content: bytes) -> bytes:
    """The same with its middle overwritten."""
    middle = len(content) // 2
    return content[:middle] + b"\xff" * 8 + content[middle + 8 :]


@pytest.mark.parametrize(
    "damage", [damaged, lambda content: content[:-12], lambda content: b"no gzip"]
)
def test_a_compressed_file_that_is_damaged_is_told(csv_of, told, damage):
    rows = "".join(f"p{row},t{row * row},2026-01-31\n" for row in range(200))
    path = csv_of(damage(gzip.compress(f"{HEADER}\n{rows}".encode())), "posts.csv.gz")

    message = told(path).splitlines()

    assert f"{path}: not a readable gzip file." == message[0]
    assert (
        "Hint: the file is damaged or cut off; put the copy back or export it again."
        == (message[2])
    )


# Parquet


@pytest.mark.parametrize(
    "kind",
    [
        pa.timestamp("s"),
        pa.timestamp("ms"),
        pa.timestamp("us"),
        pa.timestamp("ns"),
        pa.timestamp("us", "UTC"),
        pa.timestamp("us", "Europe/Berlin"),
        pa.timestamp("ns", "UTC"),
        pa.timestamp("ns", "America/New_York"),
    ],
    ids=str,
)
def test_a_moment_is_the_same_in_whatever_unit_and_zone_it_is_written(parquet_of, engine, kind):
    """Pandas writes nanoseconds with a zone; DuckDB and ibis have no common word for that."""
    path = parquet_of(posted_at=pa.array([NOON], kind))

    found = table_file.read(path, POSTS, engine)

    assert [NOON] == found.posted_at.to_pandas().tolist()
    assert "timestamp(6)" == str(found.schema()["posted_at"])


def test_what_pandas_writes_is_read(tmp_path, engine):
    posts = pd.DataFrame({"post_id": ["p1", "p2"], "thread_id": ["t1", "t1"], "likes": [1, 2]})
    berlin = timezone(timedelta(hours=1))
    posts["posted_at"] = pd.to_datetime([datetime(2026, 1, 31, 13, tzinfo=berlin)] * 2, utc=True)
    posts.to_parquet(tmp_path / "posts.parquet")

    found = table_file.read(tmp_path / "posts.parquet", POSTS, engine).order_by("post_id")

    assert [NOON, NOON] == found.posted_at.to_pandas().tolist()
    assert [1, 2] == found.likes.to_pandas().tolist()


def test_repeated_texts_may_be_kept_in_a_dictionary(parquet_of, engine):
    path = parquet_of(kind=pa.array(["question"]).dictionary_encode())

    assert ["question"] == table_file.read(path, POSTS, engine).kind.to_pandas().tolist()


def test_an_empty_text_is_missing_as_in_a_csv(parquet_of, engine):
    """Otherwise all posts without an author would be by one and the same member."""
    path = parquet_of(member_id=[""])

    assert table_file.read(path, POSTS, engine).member_id.to_pandas().isna().all()


def test_a_column_of_another_type_is_refused(parquet_of, told):
    path = parquet_of(likes=["three"])

    assert (
        f"{path}, column likes: not of the type integer.\n"
        "Found: string.\n"
        "Hint: write the table posts again with this column as integer."
    ) == told(path)


def test_an_id_that_is_a_number_is_refused(parquet_of, told):
    path = parquet_of(post_id=[1])

    assert f"{path}, column post_id: not of the type id.\nFound: int64." in told(path)


def test_a_column_without_any_value_fits_every_type(parquet_of, engine):
    path = parquet_of(likes=pa.nulls(1), closed_at=pa.nulls(1), title=pa.nulls(1))

    found = table_file.read(path, POSTS, engine)

    assert "int64" == str(found.schema()["likes"])
    assert found.closed_at.to_pandas().isna().all()


def test_a_parquet_file_without_a_required_column_is_refused(tmp_path, told):
    path = tmp_path / "posts.parquet"
    pq.write_table(pa.table({"post_id": ["p1"], "posted_at": [NOON]}), path)

    assert (
        f"{path}: the required column thread_id is missing.\n"
        "Found: columns post_id, posted_at.\n"
        "Hint: the table posts has one row per post and needs post_id, thread_id, posted_at."
    ) == told(path)


def test_the_culprit_in_a_parquet_file_is_told_by_its_key(parquet_of, told):
    path = parquet_of(kind=["rant"])

    assert (f"{path}, post_id 'p1', column kind: not an allowed value.\nFound: 'rant'.\n") == told(
        path
    ).partition("Hint")[0]


def test_a_required_cell_that_is_empty_in_a_parquet_file_is_refused(parquet_of, told):
    path = parquet_of(thread_id=[""])

    assert (
        f"{path}, post_id 'p1', column thread_id: empty, but required.\n"
        "Found: an empty cell.\n"
        "Hint: fill the cell, or take the row out."
    ) == told(path)


def test_a_key_that_occurs_twice_in_a_parquet_file_is_told(parquet_of, told):
    path = parquet_of(post_id=["p1", "p1"], thread_id=["t1", "t2"], posted_at=[NOON, NOON])

    assert (
        f"{path}: a key occurs twice.\n"
        "Found: post_id 'p1'.\n"
        "Hint: the table posts has one row per post; take the duplicate out."
    ) == told(path)


def test_a_number_too_large_for_its_column_is_told(parquet_of, told):
    path = parquet_of(likes=pa.array([2**63], pa.uint64()))

    assert f"{path}: not readable to its end." in told(path)


@pytest.mark.parametrize(
    "damage",
    [lambda content: b"", lambda content: content[:-20], lambda content: b"not Parquet at all"],
    ids=["empty", "cut off", "something else"],
)
def test_a_parquet_file_that_is_cut_off_is_told(parquet_of, told, damage):
    path = parquet_of()
    path.write_bytes(damage(path.read_bytes()))

    message = told(path).splitlines()

    assert 3 == len(message)
    assert f"{path}: not a readable Parquet file." == message[0]
    assert (
        "Hint: the file is damaged or cut off; put the copy back or export it again."
        == (message[2])
    )


def test_damage_in_a_column_that_no_promise_is_about_is_told(parquet_of, told):
    """Found now, not by a definition halfway through a report."""
    rows, noise = 5000, random.Random(1)
    names = [f"p{row}" for row in range(rows)]
    texts = [f"{noise.getrandbits(120):030x}" for _ in names]
    path = parquet_of(post_id=names, thread_id=names, posted_at=[NOON] * rows, text=texts)
    content = path.read_bytes()
    chunk = pq.read_metadata(path).row_group(0).column(3)
    place = chunk.dictionary_page_offset + chunk.total_compressed_size // 3
    path.write_bytes(content[:place] + b"\xff" * 1000 + content[place + 1000 :])

    assert f"{path}: not readable to its end." in told(path)


# There and back

TEXTS = st.text(
    st.one_of(st.sampled_from(',;\t"\n\r'), st.characters(codec="utf-8", exclude_characters="\0"))
).map(str.strip)
MOMENTS = st.datetimes(datetime(1901, 1, 1), datetime(2198, 12, 31))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    posts=st.lists(st.tuples(MOMENTS, st.integers(-(2**63), 2**63 - 1), TEXTS), max_size=5),
    delimiter=st.sampled_from(",;\t"),
)
def test_what_is_written_as_csv_is_read_back_the_same(csv_of, posts, delimiter):
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["post_id", "thread_id", "posted_at", "likes", "text"])
    writer.writerows(
        [f"p{i}", "t", at.isoformat(), n, text] for i, (at, n, text) in enumerate(posts)
    )
    path = csv_of(file.getvalue())

    assert [at for at, _, _ in posts] == cells(path, "posted_at")
    assert [likes for _, likes, _ in posts] == cells(path, "likes")
    assert [text or None for _, _, text in posts] == cells(path, "text")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(moment=MOMENTS, minutes=st.integers(-14 * 60, 14 * 60))
def test_a_moment_with_an_offset_is_the_same_moment(csv_of, moment, minutes):
    there = moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=minutes)))

    assert [moment] == cells(csv_of(f"{HEADER}\np1,t1,{there.isoformat()}\n"), "posted_at")
