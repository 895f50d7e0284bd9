import os
import subprocess
import sys
from datetime import datetime

import pandas as pd
import pytest

from tacheles import ROOT, cli, workbook
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


def checked(folder, today="2026-02-02"):
    """Exit code of a check."""
    return cli.main(["check", folder.name, "--data", str(folder.parent), "--today", today])


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
    told = capsys.readouterr().out.splitlines()
    assert [
        "members: 3 rows in members.parquet",
        "posts: 2 rows in posts.parquet, 2026-01-10 to 2026-01-11",
        "  newest record of 2026-01-11: 20 days before the export, 22 days before 2026-02-02",
    ] == told[:3]
    assert "quarters 2026-Q1 to 2026-Q1, records as of 2026-02-01 06:00 UTC" == told[-1]


def test_a_check_lists_what_is_missing_and_what_is_ignored(workbook_folder, capsys):
    folder = workbook_folder(posts="post_id,thread_id,posted_at,mood\np1,p1,2026-01-10,good\n")

    assert 0 == checked(folder)
    told = capsys.readouterr().out.splitlines()
    assert [
        "posts: 1 rows in posts.csv, 2026-01-10 to 2026-01-10",
        "  ignored columns: mood",
        "  newest record of 2026-01-10: 23 days before 2026-02-02",
    ] == told[:3]
    assert told[3].startswith("missing records: members, member_roles, activity, ")
    assert told[4].startswith("missing plans: values, goals, ")
    assert ["quarters 2026-Q1 to 2026-Q1, records as of 2026-01-10 00:00 UTC"] == told[5:]


def test_a_check_names_files_that_are_no_table(workbook_folder, capsys):
    folder = workbook_folder(posts="post_id,thread_id,posted_at\np1,p1,2026-01-10\n")
    (folder / "records" / "Beitraege.csv").write_text("post_id\n1\n")
    (folder / "plans").mkdir(exist_ok=True)
    (folder / "plans" / "goal.csv").write_text("goal_id\n1\n")

    assert 0 == checked(folder)
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("not read")]
    assert [
        "not read: plans/goal.csv, records/Beitraege.csv; "
        "a file is named like its table, such as posts.csv"
    ] == told


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
        {"members": "member_id\nm1\n"},
        {"posts": "post_id,thread_id,posted_at\n"},
    ],
    ids=["members only", "a header only"],
)
def test_a_check_of_records_without_any_event_fails(workbook_folder, capsys, tables):
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


def posts_on(*days):
    """Posts by the days on which they were written."""
    rows = "".join(f"p{i},p{i},{day}\n" for i, day in enumerate(days))
    return f"post_id,thread_id,posted_at\n{rows}"


def test_a_check_counts_rows_after_the_last_post(workbook_folder, capsys):
    folder = workbook_folder(
        posts=posts_on("2025-12-20"), tickets="ticket_id,created_at\nt1,2026-01-10\n"
    )

    assert 0 == checked(folder)
    assert "tickets: 1 rows in tickets.csv, 2026-01-10" in capsys.readouterr().out


def test_a_check_tells_a_gap_with_code_3(workbook_folder, capsys):
    folder = workbook_folder(posts=posts_on("2025-10-05", "2026-01-10"))

    assert 3 == checked(folder)
    assert "  gap: no records in 2025-11 to 2025-12\n" in capsys.readouterr().out


def test_a_check_tells_a_break_with_code_3(workbook_folder, capsys):
    full = [f"2025-{month}-{day:02d}" for month in ("10", "12") for day in range(1, 21)]
    folder = workbook_folder(posts=posts_on(*full, "2025-11-11", "2026-01-10"))

    assert 3 == checked(folder)
    assert (
        "  break: 2025-11 has 1 of usually 20 records: looks like a hole in the export\n"
        in capsys.readouterr().out
    )


def test_a_check_tells_a_stale_table_with_code_3(workbook_folder, capsys):
    folder = workbook_folder(posts=posts_on("2026-01-10"))

    assert (0, 3) == (checked(folder, "2026-04-12"), checked(folder, "2026-04-13"))
    assert (
        "  stale: newest record of 2026-01-10: 93 days before 2026-04-13\n"
        in capsys.readouterr().out
    )


def test_a_broken_plan_is_told_with_code_1(workbook_folder, capsys):
    folder = workbook_folder(posts=posts_on("2026-01-10"))
    (folder / "plans").mkdir()
    (folder / "plans" / "correlations.csv").write_text("assumption_id,other_id,rho\na1,a2,high\n")

    assert 1 == checked(folder)
    assert [
        f"{folder}/plans/correlations.csv, row 2, column rho: not a number.",
        "Found: 'high'.",
        "Hint: write it like 1234.56, or leave the cell empty.",
    ] == refusal(capsys)


@pytest.mark.parametrize("today", ["soon", "2026-02-30"])
def test_a_day_that_is_none_is_not_understood(folder, capsys, today):
    with pytest.raises(SystemExit) as ended:
        checked(folder, today)

    assert 2 == ended.value.code
    assert "is no day like 2026-12-31" in capsys.readouterr().err


# new


def made(name, home):
    """Exit code of a `new`."""
    return cli.main(["new", name, "--data", str(home)])


def test_a_new_community_passes_its_check_and_hears_what_is_missing(tmp_path, capsys):
    assert 0 == made("nordlicht", tmp_path / "data")
    capsys.readouterr()

    assert 0 == checked(tmp_path / "data" / "nordlicht")
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("missing records: members, ")
    assert told[1].startswith("plans without a row: values, goals, ")
    assert [
        f"no records yet: tacheles import, or put tables into {tmp_path}/data/nordlicht/records"
    ] == told[2:]


def test_a_new_community_cannot_be_reported_yet(tmp_path, capsys):
    made("nordlicht", tmp_path)
    capsys.readouterr()

    assert 1 == cli.main(["report", "nordlicht", "--data", str(tmp_path)])
    assert f"{tmp_path}/nordlicht/records: no records." == refusal(capsys)[0]


def test_a_new_community_has_its_name_and_every_file_of_the_template(tmp_path):
    made("nord-licht_2", tmp_path)

    folder = tmp_path / "nord-licht_2"
    assert "nord-licht_2" == workbook.read_settings(folder).name
    assert {path.relative_to(workbook.TEMPLATE) for path in workbook.TEMPLATE.rglob("*")} == {
        path.relative_to(folder) for path in folder.rglob("*")
    }


@pytest.mark.parametrize("name", ["../x", "Nord", "", "a b", "/tmp/x"])
def test_a_bad_name_makes_nothing(tmp_path, capsys, name):
    assert 1 == made(name, tmp_path / "data")
    assert "community: not a name." == refusal(capsys)[0]
    assert [] == list(tmp_path.iterdir())


def test_a_folder_that_is_there_is_not_touched(tmp_path, capsys):
    (tmp_path / "nordlicht").mkdir()
    (tmp_path / "nordlicht" / "mine.txt").write_text("mine")

    assert 1 == made("nordlicht", tmp_path)
    assert [
        f"community nordlicht: {tmp_path}/nordlicht is there already.",
        "Found: a folder.",
        "Hint: choose another name; nothing that is there is ever overwritten.",
    ] == refusal(capsys)
    assert ["mine.txt"] == [path.name for path in (tmp_path / "nordlicht").iterdir()]


def test_a_new_community_that_cannot_be_written_leaves_nothing(tmp_path, capsys, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", full)

    assert 1 == made("nordlicht", tmp_path)
    assert "Found: No space left on device." == refusal(capsys)[1]
    assert [] == list(tmp_path.iterdir())


# help


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ([], ["new", "import", "check", "report"]),
        (["import"], ["NAME", "stackexchange", "EXPORT", "--data"]),
        (["new"], ["NAME", "--data"]),
        (["check"], ["NAME", "--today", "--data", "Exit code 0", "3: usable"]),
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


class TestCandidates:
    @pytest.fixture
    def community(self, workbook_folder):
        return workbook_folder(
            members="member_id,segment,advocacy_consent_at\n"
            "m1,Industrie,2026-02-01 10:00\nm2,Handwerk,\n",
            posts="post_id,thread_id,posted_at,member_id,kind\n"
            "p1,p1,2026-02-03 10:00,m2,question\np2,p1,2026-02-03 11:00,m1,answer\n",
        )

    def run(self, community, target, *more):
        data = ["--data", str(community.parent), "--reports", str(community.parent / "reports")]
        return cli.main(["candidates", community.name, "--to", str(target), *data, *more])

    def test_only_who_agreed_is_written_as_a_pseudonym(self, community, tmp_path, capsys):
        target = tmp_path / "candidates.csv"
        assert 0 == self.run(community, target)
        head, row = target.read_text(encoding="utf-8").splitlines()
        assert "member_id,segment,size,customer_since,has_answered" == head
        assert "m1,Industrie,,,True" == row
        assert "1 who agreed" in capsys.readouterr().out

    def test_nothing_is_written_among_the_reports(self, community, capsys):
        target = community.parent / "reports" / "candidates.csv"
        assert 1 == self.run(community, target)
        assert "lies among the reports" in capsys.readouterr().err

    def test_no_file_is_overwritten(self, community, tmp_path, capsys):
        target = tmp_path / "candidates.csv"
        target.write_text("mine", encoding="utf-8")
        assert 1 == self.run(community, target)
        assert "mine" == target.read_text(encoding="utf-8")
        assert "is there already" in capsys.readouterr().err

    def test_a_folder_that_is_not_there_is_told(self, community, tmp_path, capsys):
        assert 1 == self.run(community, tmp_path / "nowhere" / "candidates.csv")
        assert "cannot be written" in capsys.readouterr().err


class TestDraw:
    @pytest.fixture
    def community(self, workbook_folder):
        rows = [f"A{i:02d},2024-01-01,{'large' if i < 10 else 'small'}" for i in range(40)]
        return workbook_folder(
            accounts="account_id,started_on,size\n" + "\n".join(rows) + "\n",
            experiments="experiment_id,unit_id,arm,assigned_at\nold,A01,invited,2026-01-05 08:00\n",
        )

    def run(self, community, target, name="spring"):
        data = ["--data", str(community.parent), "--reports", str(community.parent / "reports")]
        drawing = ["draw", community.name, name, "--seed", "7", "--to", str(target)]
        return cli.main([*drawing, *data], now=datetime(2026, 4, 1, 9))

    def test_half_of_each_size_is_invited_and_all_are_written(self, community, tmp_path, capsys):
        target = tmp_path / "invited.csv"
        assert 0 == self.run(community, target)
        drawn = pd.read_csv(target)
        assert ["experiment_id", "unit_id", "arm", "assigned_at", "exposed_at"] == list(drawn)
        assert {"2026-04-01 09:00:00"} == set(drawn["assigned_at"])
        invited = drawn["unit_id"][drawn["arm"] == "invited"]
        assert (5, 15) == ((invited < "A10").sum(), (invited >= "A10").sum())
        assert "20 invited and 20 control, seed 7" in capsys.readouterr().out

    def test_the_same_seed_draws_the_same(self, community, tmp_path):
        first, second = tmp_path / "first.csv", tmp_path / "second.csv"
        assert (0, 0) == (self.run(community, first), self.run(community, second))
        assert first.read_bytes() == second.read_bytes()

    def test_what_was_drawn_is_a_table_of_the_workbook(self, community):
        target = community / "records" / "experiments.csv"
        target.unlink()
        assert 0 == self.run(community, target)
        book = workbook.open(community.name, data=community.parent)
        assert [] == book.check()

    def test_an_experiment_is_never_drawn_again(self, community, tmp_path, capsys):
        assert 1 == self.run(community, tmp_path / "again.csv", "old")
        assert "experiment old: is drawn already" in capsys.readouterr().err

    def test_without_customers_outside_there_is_nobody_to_draw(
        self, workbook_folder, tmp_path, capsys
    ):
        empty = workbook_folder(
            accounts="account_id,started_on,first_community_at\nA1,2024-01-01,2024-02-01 10:00\n"
        )
        assert 1 == self.run(empty, tmp_path / "none.csv")
        assert "customers outside the community: 0" in capsys.readouterr().err

    def test_nothing_is_written_among_the_reports(self, community, capsys):
        target = community.parent / "reports" / "invited.csv"
        assert 1 == self.run(community, target)
        assert "lies among the reports" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal of a closed pipe")
def test_whoever_reads_only_the_first_line_gets_no_traceback(tmp_path):
    command = [sys.executable, "-u", "-m", "tacheles", "check", "nordlicht"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "lib")}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        assert b"" == process.stderr.read()
    assert 141 == process.returncode


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["demo", "--seed", "1.5"], "argument --seed: '1.5' is not a whole number like 7"),
        (["demo", "--seed", "-1"], "argument --seed: '-1' is not a whole number like 7"),
        (
            ["report", "--time-limit", "nan"],
            "argument --time-limit: 'nan' is not a number of minutes, up to a week",
        ),
        (
            ["draw", "nordlicht", "E1", "--seed", "1", "--to", "drawn.csv", "--share", "1"],
            "argument --share: '1' is not a share between 0 and 1, such as 0.5",
        ),
        (["check", "nordlicht", "--today", "2026"], "'2026' is no day like 2026-12-31"),
    ],
)
def test_a_value_that_an_option_does_not_allow_is_told_what_is_wanted(words, told, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert 2 == ended.value.code
    assert told in capsys.readouterr().err
