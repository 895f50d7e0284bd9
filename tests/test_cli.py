import pytest

from tacheles import cli, workbook
from tacheles.sources import pseudonym

POSTS_XML = """\
<?xml version="1.0" encoding="utf-8"?>
<posts>
  <row Id="1" PostTypeId="1" CreationDate="2026-01-10T08:00:00.000" OwnerUserId="7"
       AcceptedAnswerId="2" Tags="&lt;brakes&gt;" Title="Squeak" />
  <row Id="2" PostTypeId="2" ParentId="1" CreationDate="2026-01-11T09:00:00.000" OwnerUserId="8" />
  <row Id="3" PostTypeId="5" CreationDate="2026-01-12T09:00:00.000" />
</posts>
"""
USERS_XML = """\
<?xml version="1.0" encoding="utf-8"?>
<users>
  <row Id="-1" CreationDate="2025-01-01T00:00:00.000" DisplayName="Community" />
  <row Id="7" CreationDate="2025-01-01T00:00:00.000" DisplayName="Erika" />
  <row Id="8" CreationDate="2025-06-01T00:00:00.000" LastAccessDate="2026-02-01T06:00:00.000" />
</users>
"""


@pytest.fixture
def dump(tmp_path):
    """A folder with the dump of a small site."""
    folder = tmp_path / "dump"
    folder.mkdir()
    (folder / "Posts.xml").write_text(POSTS_XML, encoding="utf-8")
    (folder / "Users.xml").write_text(USERS_XML, encoding="utf-8")
    return folder


@pytest.fixture
def folder(workbook_folder):
    """The folder of the community `sample`, still without records."""
    return workbook_folder()


def imported(folder, dump):
    """Exit code of an import."""
    arguments = ["import", folder.name, "stackexchange", str(dump), "--data", str(folder.parent)]
    return cli.main(arguments)


def checked(folder):
    """Exit code of a check."""
    return cli.main(["check", folder.name, "--data", str(folder.parent)])


def stored(folder):
    """Every file of the records with its bytes."""
    return {path.name: path.read_bytes() for path in (folder / "records").iterdir()}


# import


def test_an_import_makes_records_that_can_be_reported(folder, dump, capsys):
    assert 0 == imported(folder, dump)

    book = workbook.open(folder.name, data=folder.parent)
    told = capsys.readouterr()
    assert "posts: 2 rows\nmembers: 3 rows\n" == told.out.partition("  ")[0]
    assert "  1 rows of Posts.xml are no posts (tag wikis and the like): left out\n" in told.out
    assert "" == told.err
    assert "2026-Q1" == book.until
    assert [True] == book.posts.filter(book.posts.kind == "answer").is_accepted.to_pandas().tolist()


def test_an_import_takes_no_name_and_no_id_along(folder, dump):
    imported(folder, dump)

    secret = pseudonym.load_secret("sample")
    book = workbook.open(folder.name, data=folder.parent)
    assert {pseudonym.pseudonyms(secret)(person) for person in ("-1", "7", "8")} == set(
        book.members.member_id.to_pandas()
    )
    assert not [name for name, content in stored(folder).items() if b"Erika" in content]


def test_an_import_leaves_the_secret_outside_the_workbook(folder, dump):
    imported(folder, dump)

    secret = pseudonym.load_secret("sample")
    assert {"import.json", "members.parquet", "posts.parquet"} == set(stored(folder))
    assert not [name for name, content in stored(folder).items() if secret in content]
    assert pseudonym.fingerprint(secret) == workbook.fingerprint_of(folder)


def test_the_same_import_again_gives_the_same_bytes(folder, dump):
    imported(folder, dump)
    before = stored(folder)

    assert 0 == imported(folder, dump)
    assert before == stored(folder)


def refusal(capsys):
    """What was told on the error stream: three lines and nothing else."""
    told = capsys.readouterr()
    lines = told.err.splitlines()
    assert "" == told.out
    assert ["Found: ", "Hint: "] == [lines[1][:7], lines[2][:6]]
    assert 3 == len(lines)
    return lines


def test_an_import_under_another_secret_is_refused(folder, dump, capsys):
    imported(folder, dump)
    before = stored(folder)
    pseudonym.secret_file("sample").write_text("0" * 64)
    capsys.readouterr()

    assert 1 == imported(folder, dump)
    assert "records were made under another secret" in refusal(capsys)[0]
    assert before == stored(folder)


def test_an_import_without_the_secret_of_the_records_is_refused(folder, dump, capsys):
    imported(folder, dump)
    before = stored(folder)
    pseudonym.secret_file("sample").unlink()
    capsys.readouterr()

    assert 1 == imported(folder, dump)
    assert "records were made under another secret" in refusal(capsys)[0]
    assert before == stored(folder)
    assert not pseudonym.secret_file("sample").exists()


@pytest.mark.parametrize(
    "content",
    [
        POSTS_XML[:300],
        POSTS_XML.replace("2026-01-11", "2026-01-32"),
        POSTS_XML.replace('Id="2"', 'Id="1"'),
        POSTS_XML.replace('ParentId="1"', ""),
        "<posts></posts>",
    ],
    ids=["cut off", "no date", "an id twice", "no question", "nothing"],
)
def test_a_dump_that_is_malformed_leaves_the_records_as_they_were(folder, dump, capsys, content):
    imported(folder, dump)
    before = stored(folder)
    (dump / "Posts.xml").write_text(content, encoding="utf-8")
    capsys.readouterr()

    assert 1 == imported(folder, dump)
    refusal(capsys)
    assert before == stored(folder)


def test_an_export_that_is_not_there_is_told(folder, dump, capsys):
    assert 1 == imported(folder, dump / "nowhere")
    assert [
        f"{dump}/nowhere: there is no such folder or file.",
        "Found: nothing to import.",
        "Hint: name the zip file with the export, or the folder into which it was unpacked.",
    ] == refusal(capsys)


def test_an_import_into_an_unknown_community_is_told(folder, dump, capsys):
    assert 1 == imported(folder.with_name("nobody"), dump)
    assert "community nobody: there is no" in refusal(capsys)[0]


def test_a_system_that_is_not_known_is_not_understood(folder, dump, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["import", "sample", "telex", str(dump), "--data", str(folder.parent)])

    assert 2 == ended.value.code
    assert "stackexchange" in capsys.readouterr().err


# check


def test_a_check_of_an_import_tells_what_is_there(folder, dump, capsys):
    imported(folder, dump)
    capsys.readouterr()

    assert 0 == checked(folder)
    assert [
        "members: 3 rows in members.parquet",
        "posts: 2 rows in posts.parquet, 2026-01-10 to 2026-01-11",
        "quarters 2026-Q1 to 2026-Q1, records as of 2026-02-01 06:00 UTC",
    ] == capsys.readouterr().out.splitlines()


def test_a_check_lists_what_is_missing_and_what_is_ignored(workbook_folder, capsys):
    folder = workbook_folder(posts="post_id,thread_id,posted_at,mood\np1,p1,2026-01-10,good\n")

    assert 0 == checked(folder)
    assert [
        "members: missing; sections that need it will say so",
        "posts: 1 rows in posts.csv, 2026-01-10 to 2026-01-10",
        "  ignored columns: mood",
        "quarters 2026-Q1 to 2026-Q1, records as of 2026-01-10 00:00 UTC",
    ] == capsys.readouterr().out.splitlines()


def test_a_check_tells_of_every_broken_table(workbook_folder, capsys):
    folder = workbook_folder(posts="post_id\np1\n", members="member_id\nm1\nm1\n")

    assert 1 == checked(folder)
    told = capsys.readouterr()
    members, posts = told.err.rstrip("\n").split("\n\n")
    assert f"{folder}/records/members.csv: a key occurs twice." == members.splitlines()[0]
    assert (
        f"{folder}/records/posts.csv: the required column thread_id is missing."
        == (posts.splitlines()[0])
    )
    assert "" == told.out


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"members": "member_id\nm1\n"},
        {"posts": "post_id,thread_id,posted_at\n"},
    ],
    ids=["no table", "members only", "a header only"],
)
def test_a_check_of_a_community_without_any_event_fails(workbook_folder, capsys, tables):
    folder = workbook_folder(**tables)

    assert 1 == checked(folder)
    assert f"{folder}/records: no records." == capsys.readouterr().err.splitlines()[0]


def test_a_check_passes_over_a_table_without_rows(workbook_folder, capsys):
    folder = workbook_folder(
        posts="post_id,thread_id,posted_at\np1,p1,2026-01-10\n", members="member_id\n"
    )

    assert 0 == checked(folder)
    assert "members: 0 rows in members.csv\n" in capsys.readouterr().out


def test_a_check_tells_that_the_default_quarter_cannot_be_reported(workbook_folder, capsys):
    """Otherwise the check passes and the scheduled report fails."""
    folder = workbook_folder(
        'name = "Sample"\ndefault_quarter = "2024-Q1"\n',
        posts="post_id,thread_id,posted_at\np1,p1,2026-01-10\n",
    )

    assert 1 == checked(folder)
    assert (
        "quarter 2024-Q1: outside the records of sample."
        == (capsys.readouterr().err.splitlines()[0])
    )


def test_a_check_of_damaged_facts_of_an_import_is_told(folder, dump, capsys):
    imported(folder, dump)
    (folder / "records" / "import.json").write_text("{")
    capsys.readouterr()

    assert 1 == checked(folder)
    assert f"{folder}/records/import.json: not what an import wrote." == refusal(capsys)[0]


# help


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ([], ["import", "check", "report"]),
        (["import"], ["NAME", "stackexchange", "EXPORT", "--data"]),
        (["check"], ["NAME", "--data"]),
        (["report"], ["NAME", "--quarter", "--parameter", "--reports", "--data"]),
    ],
)
def test_help_names_the_arguments(capsys, command, arguments):
    with pytest.raises(SystemExit) as ended:
        cli.main([*command, "--help"])

    told = capsys.readouterr().out
    assert 0 == ended.value.code
    assert [] == [argument for argument in arguments if argument not in told]


@pytest.mark.parametrize("arguments", [[], ["dance"], ["check"]])
def test_a_command_that_is_not_understood_ends_with_code_2(capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)

    assert 2 == ended.value.code
    assert "usage: tacheles" in capsys.readouterr().err
