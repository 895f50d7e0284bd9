"""Plans as files: only what was changed changes, whole or not at all, and nobody is overwritten."""

import csv
import io
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacheles import ROOT, lock, table_file, workbook
from tacheles.contract import GOALS, PLANS
from tacheles.errors import TachelesError
from tacheles.plans import ChangedMeanwhileError, Draft, SettingsDraft, Sheet

NORDLICHT = ROOT / "data" / "nordlicht"

#: What spreadsheets and people make of the same two needs.
CRAFTED = {
    "plain": b"need_id,statement,importance\nn1,Fast answers,8.5\nn2,Good ones,7\n",
    "german": b"need_id;statement;importance\r\nn1;Schnelle Antworten;8,5\r\nn2;Gute;7\r\n",
    "byte-order mark": b"\xef\xbb\xbfneed_id,statement,importance\nn1,Fast,8\nn2,Good,7\n",
    "no last line end": b"need_id,statement,importance\nn1,Fast answers,8.5\nn2,Good ones,7",
    "needless quotes": b'"need_id","statement","importance"\n"n1","A","8.5"\n"n2","""x""","7"\n',
    "blank rows": b"\n\nneed_id,statement,importance\n\nn1,Fast,8\n,,\nn2,Good,7\n\n,,\n",
    "white space": b"need_id , statement,importance\n n1, Fast answers  ,8.5\nn2\t,Good,7\n",
    "lines in a cell": b'need_id,statement,importance\r\nn1,"Fast\r\nanswers",8\r\nn2,Good,7\r\n',
    "columns of its own": b"note,importance,need_id,,statement\nx,8,n1,,Fast\ny,7,n2,,Good\n",
    "tabs": b"need_id\tstatement\timportance\nn1\tFast, very\t8\nn2\tGood\t7\n",
}


@pytest.fixture
def folder(tmp_path):
    """A copy of the sample's settings and plans."""
    shutil.copytree(NORDLICHT / "plans", tmp_path / "nordlicht" / "plans")
    shutil.copy(NORDLICHT / "community.toml", tmp_path / "nordlicht")
    return tmp_path / "nordlicht"


@pytest.fixture
def needs(tmp_path):
    """Makes a community whose needs are in a file of these bytes, and opens a draft of it."""

    def make(content: bytes) -> Draft:
        (tmp_path / "plans").mkdir(exist_ok=True)
        (tmp_path / "plans" / "needs.csv").write_bytes(content)
        return Draft(tmp_path, "needs")

    return make


def lines_changed(before: bytes, after: bytes) -> int:
    old, new = before.split(b"\n"), after.split(b"\n")
    assert len(old) == len(new)
    return sum(one != other for one, other in zip(old, new, strict=True))


class TestRoundTrip:
    @pytest.mark.parametrize("name", [path.stem for path in (NORDLICHT / "plans").glob("*.csv")])
    def test_opening_and_saving_a_plan_of_the_sample_changes_no_byte(self, folder, name):
        path = folder / "plans" / f"{name}.csv"
        before, made = path.read_bytes(), path.stat().st_mtime_ns
        draft = Draft(folder, name)
        assert before == draft.sheet.joined(draft.sheet.lines)
        draft.save()
        assert (before, made) == (path.read_bytes(), path.stat().st_mtime_ns)

    @pytest.mark.parametrize("name", sorted(PLANS))
    def test_so_it_is_in_an_empty_workbook(self, tmp_path, name):
        home = workbook.create("empty", tmp_path)
        before = (home / "plans" / f"{name}.csv").read_bytes()
        draft = Draft(home, name)
        draft.save()
        assert before == draft.content() == (home / "plans" / f"{name}.csv").read_bytes()

    @pytest.mark.parametrize("kind", CRAFTED)
    def test_however_it_is_written(self, needs, kind):
        draft = needs(CRAFTED[kind])
        assert CRAFTED[kind] == draft.sheet.joined(draft.sheet.lines)
        draft.save()
        assert CRAFTED[kind] == draft.path.read_bytes()

    @given(
        rows=st.lists(st.lists(st.text("a ,;\t\"'\n.1é", max_size=5), min_size=2, max_size=2)),
        delimiter=st.sampled_from(",;\t"),
        end=st.sampled_from(["\n", "\r\n"]),
        quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    )
    def test_whatever_is_in_it(self, rows, delimiter, end, quoting):
        """Read as text it is what Python's own reader finds, and it is put together again."""
        file = io.StringIO()
        writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting)
        writer.writerows([["value_id", "statement"], *rows])
        content = file.getvalue().encode()
        sheet = Sheet.read(Path("values.csv"), PLANS["values"], content)
        assert content == sheet.joined(sheet.lines)
        found = [[sheet.text(row, name) for name in sheet.places] for row in sheet.rows]
        wanted = [[cell.strip() for cell in row] for row in rows]
        assert [row for row in wanted if any(row)] == found


class TestOneCell:
    @pytest.mark.parametrize("kind", CRAFTED)
    def test_changing_it_changes_nothing_else(self, needs, kind):
        draft = needs(CRAFTED[kind])
        draft.set(draft.rows[1].number, "importance", "9")
        assert 1 == draft.unsaved
        draft.save()
        assert 1 == lines_changed(CRAFTED[kind], draft.path.read_bytes())
        assert "9" == draft.text(draft.rows[1], "importance")
        assert 0 == draft.unsaved

    def test_typing_what_was_there_is_no_change(self, needs):
        draft = needs(CRAFTED["lines in a cell"])
        draft.set(0, "statement", "Fast\nanswers and")
        assert 1 == draft.unsaved
        draft.set(0, "statement", "Fast\nanswers")
        assert 0 == draft.unsaved
        assert CRAFTED["lines in a cell"] == draft.content()

    @pytest.mark.parametrize(
        ("kind", "typed", "written"),
        [
            ("german", "9,5", b"n2;Gute;9,5\r\n"),
            ("german", "9.5", b"n2;Gute;9,5\r\n"),
            ("german", "1.234,5", b"n2;Gute;1234,5\r\n"),
            ("plain", "9,5", b"n2,Good ones,9.5\n"),
            ("plain", " 9.50 ", b"n2,Good ones,9.50\n"),
        ],
    )
    def test_a_number_is_written_as_the_file_writes_numbers(self, needs, kind, typed, written):
        draft = needs(CRAFTED[kind])
        draft.set(1, "importance", typed)
        assert draft.content().endswith(written)

    @pytest.mark.parametrize(
        ("there", "typed", "written"),
        [
            ("2026-01-02", "31.12.2026", "2026-12-31"),
            ("02.01.2026", "2026-12-31", "31.12.2026"),
            ("02.01.2026", "1.2.2026", "01.02.2026"),
        ],
    )
    def test_a_day_is_written_as_the_file_writes_days(self, tmp_path, there, typed, written):
        (tmp_path / "plans").mkdir()
        text = f"rule_id,kind,statement,reviewed_on\nr1,conduct,Be kind,{there}\n"
        (tmp_path / "plans" / "guidelines.csv").write_text(text)
        draft = Draft(tmp_path, "guidelines")
        draft.set(0, "reviewed_on", typed)
        assert draft.content().decode().endswith(f",{written}\n")

    @pytest.mark.parametrize(
        ("there", "written"), [("true", "false"), ("TRUE", "FALSE"), ("wahr", "falsch"), ("1", "0")]
    )
    def test_yes_and_no_are_written_as_the_file_writes_them(self, tmp_path, there, written):
        (tmp_path / "plans").mkdir()
        text = f"item,area,done\na,x,{there}\n"
        (tmp_path / "plans" / "processes.csv").write_text(text)
        draft = Draft(tmp_path, "processes")
        draft.set(0, "done", "false")
        assert draft.content().decode().endswith(f",{written}\n")

    def test_what_needs_quotes_gets_them(self, needs):
        draft = needs(CRAFTED["plain"])
        draft.set(0, "statement", 'Fast, "very" fast')
        assert b'n1,"Fast, ""very"" fast",8.5\n' in draft.content()

    def test_a_column_that_the_file_lacks_is_added_behind_the_others(self, needs):
        draft = needs(CRAFTED["no last line end"])
        draft.set(1, "satisfaction", "3")
        assert (
            b"need_id,statement,importance,satisfaction\nn1,Fast answers,8.5,\nn2,Good ones,7,3"
            == draft.content()
        )
        draft.save()
        assert "3" == draft.text(draft.rows[1], "satisfaction")

    def test_a_missing_file_begins_with_all_columns_of_its_contract(self, tmp_path):
        draft = Draft(tmp_path, "values")
        draft.add(value_id="v1", statement="Plain words")
        draft.save()
        assert (
            b"value_id,statement,shared_with_customers\nv1,Plain words,\n"
            == (tmp_path / "plans" / "values.csv").read_bytes()
        )

    @given(
        cells=st.lists(st.text("a ,;\t\"'\n.1é", max_size=5), min_size=4, max_size=4),
        typed=st.text("b ,;\t\"'\n.1ß", max_size=5),
        place=st.integers(0, 3),
        quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    )
    def test_whatever_is_typed_stands_in_its_cell_and_nothing_else_moves(
        self, cells, typed, place, quoting
    ):
        """Held against Python's own reader."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n", quoting=quoting)
        rows = [[f"v{row}", *cells[2 * row : 2 * row + 2]] for row in (0, 1)]
        writer.writerows([["value_id", "statement", "shared_with_customers"], *rows])
        sheet = Sheet.read(Path("values.csv"), PLANS["values"], file.getvalue().encode())
        column = ("statement", "shared_with_customers")[place % 2]
        lines = list(sheet.lines)
        at = sheet.rows[place // 2]
        lines[at] = sheet.changed(lines[at], {column: typed.strip()})
        found = list(csv.reader(io.StringIO(sheet.joined(lines).decode(), newline="")))
        rows[place // 2][1 + place % 2] = typed
        assert [[cell.strip() for cell in row] for row in rows] == [
            [cell.strip() for cell in row] for row in found[1:]
        ]


class TestRows:
    def test_a_new_row_stands_at_the_end(self, needs):
        draft = needs(CRAFTED["blank rows"])
        draft.add(need_id="n3", statement="New")
        assert CRAFTED["blank rows"].replace(b"n2,Good,7\n", b"n2,Good,7\nn3,New,\n") == (
            draft.content()
        )

    def test_also_where_the_last_line_has_no_end(self, needs):
        draft = needs(CRAFTED["no last line end"])
        draft.add(need_id="n3", statement="New")
        assert CRAFTED["no last line end"] + b"\nn3,New," == draft.content()

    def test_a_copy_stands_below_its_original_with_all_that_is_in_it(self, needs):
        draft = needs(CRAFTED["columns of its own"])
        number = draft.duplicate(0)
        draft.set(number, "need_id", "n3")
        assert b"x,8,n1,,Fast\nx,8,n3,,Fast\ny,7,n2,,Good\n" in draft.content()

    def test_a_deleted_row_is_gone_and_nothing_else(self, needs):
        draft = needs(CRAFTED["blank rows"])
        draft.delete(0)
        assert CRAFTED["blank rows"].replace(b"n1,Fast,8\n", b"") == draft.content()

    def test_undo_takes_back_step_by_step(self, needs):
        draft = needs(CRAFTED["plain"])
        draft.set(0, "importance", "1")
        draft.set(0, "importance", "10")
        draft.delete(1)
        draft.add(need_id="n3")
        assert 3 == draft.unsaved
        draft.undo()
        draft.undo()
        assert ["10", "7"] == [draft.text(row, "importance") for row in draft.rows]
        draft.undo()
        assert CRAFTED["plain"] == draft.content()
        assert not draft.can_undo


class TestMistakes:
    @pytest.mark.parametrize(
        ("column", "text"),
        [
            ("due_on", "31.02.2026"),
            ("due_on", "soon"),
            ("due_on", "1066-10-14"),
            ("target", "a lot"),
            ("direction", "sideways"),
            ("stretch", "perhaps"),
            ("owner", " "),
            ("goal_id", "1E+5"),
        ],
    )
    def test_a_cell_is_told_what_a_bad_file_is_told(self, folder, column, text):
        draft = Draft(folder, "goals")
        row = draft.rows[1]
        draft.set(row.number, column, text)
        error = draft.mistake(draft.row(row.number), GOALS.column(column))
        (folder / "plans" / "goals.csv").write_bytes(draft.content())
        book = workbook.Workbook(folder, workbook.read_settings(folder))
        with pytest.raises(TachelesError) as refused:
            book.plan("goals")
        where = f"{folder / 'plans' / 'goals.csv'}, row 3, column {column}: "
        assert (where + error.problem, error.found, error.hint) == refused.value.args

    def test_a_stage_that_is_not_allowed_too(self, folder):
        draft = Draft(folder, "maturity")
        draft.set(0, "stage", "7")
        error = draft.mistake(draft.row(0), draft.table.column("stage"))
        assert "not an allowed value" == error.problem
        assert "allowed are 1, 2, 3, 4" == error.hint

    def test_a_key_that_occurs_twice_is_told_at_both_rows(self, needs):
        draft = needs(CRAFTED["plain"])
        draft.duplicate(0)
        found = [(draft.name_of(row), error.problem) for row, _c, error in draft.mistakes()]
        assert [("n1", "a key occurs twice")] * 2 == found

    def test_what_is_wrong_is_not_saved(self, needs):
        draft = needs(CRAFTED["plain"])
        draft.set(1, "importance", "much")
        with pytest.raises(TachelesError, match=r"row 3, column importance: not a number"):
            draft.save()
        assert CRAFTED["plain"] == draft.path.read_bytes()
        assert "much" == draft.text(draft.rows[1], "importance")

    @pytest.mark.parametrize("typed", ["1.234", " 1.234"])
    def test_what_the_report_would_read_in_two_ways_is_one(self, needs, typed):
        """In a file with decimal commas it may mean thousands; elsewhere it is a fraction."""
        draft = needs(CRAFTED["german"])
        draft.set(1, "importance", typed)
        (_row, column, error) = next(draft.mistakes())
        assert ("importance", table_file.DOUBTFUL[0]) == (column.name, error.problem)
        plain = needs(CRAFTED["plain"])
        plain.set(1, "importance", typed)
        assert [] == list(plain.mistakes())

    def test_a_file_with_a_mistake_in_a_cell_is_opened_so_that_it_can_be_corrected(self, needs):
        draft = needs(b"need_id,statement,importance\nn1,Fast,much\n")
        draft.set(0, "importance", "8")
        draft.save()
        assert b"need_id,statement,importance\nn1,Fast,8\n" == draft.path.read_bytes()

    @pytest.mark.parametrize(
        "content",
        [b"", b"need_id,importance\nn1,8\n", b'need_id,statement\nn1,"open\n', b"\xff\xfe"],
    )
    def test_a_file_that_is_no_such_table_is_refused_as_the_report_refuses_it(self, needs, content):
        with pytest.raises(TachelesError) as mine:
            needs(content)
        with pytest.raises(TachelesError) as report:
            table_file.read_csv(Path(mine.value.problem.partition(",")[0]), PLANS["needs"], content)
        assert mine.value.hint == report.value.hint


class TestTwoEditors:
    @pytest.fixture
    def two(self, needs, tmp_path):
        return needs(CRAFTED["plain"]), Draft(tmp_path, "needs")

    def test_the_second_is_refused_and_loses_nothing(self, two):
        first, second = two
        first.set(0, "importance", "9")
        first.save()
        second.set(0, "importance", "2")
        second.set(1, "statement", "Very good ones")
        with pytest.raises(ChangedMeanwhileError) as refused:
            second.save()
        assert first.content() == first.path.read_bytes() == refused.value.theirs
        shown = [
            (one.row, one.column, one.before, one.theirs, one.mine)
            for one in second.differences(refused.value.theirs)
        ]
        assert [
            ("n1", "importance", "8.5", "9", "2"),
            ("n2", "statement", "Good ones", "Good ones", "Very good ones"),
        ] == shown
        assert "2" == second.text(second.rows[0], "importance")

    def test_it_can_put_its_changes_on_top(self, two):
        first, second = two
        first.set(0, "importance", "9")
        first.add(need_id="n3", statement="Theirs")
        first.save()
        second.set(1, "importance", "1")
        second.add(need_id="n4", statement="Mine")
        assert [] == second.rebase()
        second.save()
        rows = [
            [second.text(row, name) for name in ("need_id", "importance")] for row in second.rows
        ]
        assert [["n1", "9"], ["n2", "1"], ["n3", ""], ["n4", ""]] == rows

    def test_a_row_that_was_deleted_meanwhile_comes_back_with_what_was_drafted(self, two):
        first, second = two
        first.delete(1)
        first.save()
        second.set(1, "importance", "1")
        assert [] == second.rebase()
        assert b"n1,Fast answers,8.5\nn2,Good ones,1\n" in second.content()

    def test_a_row_that_was_changed_meanwhile_is_not_deleted(self, two):
        first, second = two
        first.set(1, "importance", "1")
        first.save()
        second.delete(1)
        assert ["n2"] == second.rebase()
        assert first.content() == second.content()

    def test_a_file_that_was_deleted_meanwhile_is_not_made_again_unasked(self, two):
        first, second = two
        first.path.unlink()
        second.set(0, "importance", "9")
        with pytest.raises(ChangedMeanwhileError) as refused:
            second.save()
        assert refused.value.theirs is None
        assert not second.path.exists()


def test_while_somebody_saves_another_is_refused_and_loses_nothing(needs):
    draft = needs(CRAFTED["plain"])
    draft.set(0, "importance", "9")
    with (
        lock.only_run(draft.path.parent),
        pytest.raises(TachelesError, match="saving here at this moment"),
    ):
        draft.save()
    assert CRAFTED["plain"] == draft.path.read_bytes()
    draft.save()
    assert b"n1,Fast answers,9\n" in draft.path.read_bytes()


KILLED_AT = {
    "half written": (
        "def half(path, content):\n"
        "    path.write_bytes(content[: len(content) // 2])\n"
        "    die()\n"
        "saved._write = half"
    ),
    "before it is renamed": "shutil.copymode = die",
    "after it is renamed": "saved._settle = die",
}


@pytest.mark.skipif(os.name != "posix", reason="ends a process as only POSIX does")
class TestKilled:
    @pytest.mark.parametrize("moment", KILLED_AT)
    def test_whenever_it_is_killed_the_file_is_the_old_or_the_new_one(self, needs, moment):
        draft = needs(CRAFTED["plain"])
        new = CRAFTED["plain"].replace(b"8.5", b"9.5")
        code = (
            "import os, shutil, signal, sys\n"
            "from pathlib import Path\n"
            "from tacheles.plans import Draft, saved\n"
            "def die(*_):\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
            f"{KILLED_AT[moment]}\n"
            "draft = Draft(Path(sys.argv[1]), 'needs')\n"
            "draft.set(0, 'importance', '9.5')\n"
            "draft.save()\n"
        )
        home = draft.path.parents[1]
        done = subprocess.run([sys.executable, "-c", code, str(home)], check=False)
        assert -signal.SIGKILL == done.returncode
        expected = new if moment == "after it is renamed" else CRAFTED["plain"]
        assert expected == draft.path.read_bytes()
        again = Draft(home, "needs")
        again.set(0, "importance", "7.5")
        again.save()
        assert b"n1,Fast answers,7.5" in draft.path.read_bytes()
        assert {"needs.csv", ".lock"} == {path.name for path in draft.path.parent.iterdir()}


class TestFile:
    def test_it_keeps_its_permissions_and_stays_a_link(self, needs, tmp_path):
        draft = needs(CRAFTED["plain"])
        real = tmp_path / "shared.csv"
        draft.path.rename(real)
        real.chmod(0o640)
        draft.path.symlink_to(real)
        again = Draft(tmp_path, "needs")
        again.set(0, "importance", "9")
        again.save()
        assert draft.path.is_symlink()
        assert 0o640 == real.stat().st_mode & 0o777
        assert b"n1,Fast answers,9\n" in real.read_bytes()

    def test_a_place_where_no_plan_can_be_is_told(self, tmp_path):
        (tmp_path / "plans").write_text("a file where a folder should be")
        with pytest.raises(TachelesError, match=r"needs\.csv: cannot be read"):
            Draft(tmp_path, "needs")


class TestSettings:
    def test_only_the_changed_setting_changes(self, folder):
        before = (folder / "community.toml").read_text()
        draft = SettingsDraft(folder)
        draft.set("language", "en")
        draft.set("privacy.customers", 7)
        draft.save()
        after = (folder / "community.toml").read_text()
        wanted = before.replace('language = "de"', 'language = "en"')
        assert wanted.replace("customers = 5", "customers = 7") == after

    def test_comments_stay_also_behind_a_value(self, tmp_path):
        home = workbook.create("fresh", tmp_path)
        before = (home / "community.toml").read_text()
        draft = SettingsDraft(home)
        draft.set("privacy.employees", 12)
        draft.set("mission", "Nobody waits alone")
        draft.save()
        wanted = before.replace("employees = 10", "employees = 12")
        wanted = wanted.replace('mission = ""', 'mission = "Nobody waits alone"')
        assert wanted == (home / "community.toml").read_text()

    def test_a_setting_that_the_file_lacks_stands_before_the_parts(self, tmp_path):
        (tmp_path / "community.toml").write_text('name = "x"\n\n[privacy]\ncustomers = 5\n')
        draft = SettingsDraft(tmp_path)
        draft.set("currency", "CHF")
        draft.save()
        assert "CHF" == workbook.read_settings(tmp_path).currency
        assert draft.path.read_text().endswith("[privacy]\ncustomers = 5\n")

    def test_without_a_change_no_byte_changes(self, tmp_path):
        content = b'\xef\xbb\xbf# who\r\nname   = "x" # we\r\n'
        (tmp_path / "community.toml").write_bytes(content)
        draft = SettingsDraft(tmp_path)
        draft.set("language", "de")
        draft.set("language", "en")  # what it is by default
        draft.save()
        assert content == draft.path.read_bytes()
        draft.set("name", "y")
        draft.save()
        assert content.replace(b'"x"', b'"y"') == draft.path.read_bytes()

    @pytest.mark.parametrize(
        ("key", "value", "hint"),
        [
            ("language", "fr", 'write "de" or "en"'),
            ("currency", "Euro", 'write a code like "EUR"'),
            ("privacy.customers", 2, "take a whole number from 3 up"),
            ("name", "", 'write name = "…"'),
        ],
    )
    def test_a_setting_is_told_what_a_bad_file_is_told(self, folder, key, value, hint):
        draft = SettingsDraft(folder)
        draft.set(key, value)
        assert hint in draft.mistake(key).hint
        with pytest.raises(TachelesError, match=key.rpartition(".")[2]):
            draft.save()
        assert (NORDLICHT / "community.toml").read_bytes() == draft.path.read_bytes()

    def test_the_second_to_save_is_refused_and_loses_nothing(self, folder):
        first, second = SettingsDraft(folder), SettingsDraft(folder)
        first.set("vision", "Theirs")
        first.save()
        second.set("mission", "Mine")
        with pytest.raises(ChangedMeanwhileError) as refused:
            second.save()
        shown = {
            key: (their, mine) for key, _b, their, mine in second.differences(refused.value.theirs)
        }
        assert {"vision", "mission"} == set(shown)
        assert "Theirs" == shown["vision"][0]
        second.rebase()
        second.save()
        assert ("Mine", "Theirs") == (second.saved("mission"), second.saved("vision"))
