"""The made-up company: the same bytes from the same seed, contracts kept, nothing else touched."""

import ast
import tomllib

import numpy as np
import pandas as pd
import pytest

from tacheles import ROOT, cli, demo, words, workbook
from tacheles.contract import PLANS, RECORDS
from tacheles.errors import TachelesError

SMALL = {"size": 0.05, "quarters": 8}


def files_of(folder):
    """Every file below a folder with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def nordlicht(tmp_path_factory):
    """The folder of the company as it is shipped."""
    folder = tmp_path_factory.mktemp("data") / "nordlicht"
    demo.write(folder, 1)
    return folder


@pytest.fixture
def small(tmp_path):
    """The folder of a small company."""
    folder = tmp_path / "data" / "small"
    folder.parent.mkdir()
    demo.write(folder, 7, **SMALL)
    return folder


# The same seed, the same bytes


def test_the_same_seed_gives_the_same_bytes(small, tmp_path):
    again = tmp_path / "again" / "small"
    again.parent.mkdir()
    demo.write(again, 7, **SMALL)

    assert files_of(small) == files_of(again)


def test_the_sample_is_what_the_command_makes(nordlicht):
    """To be made again with `tacheles demo` whenever the simulator or a library changes it."""
    assert files_of(nordlicht) == files_of(workbook.DATA / "nordlicht")


def test_another_seed_is_another_company():
    seven, eight = (demo.simulate(seed, texts=False, **SMALL).tables for seed in (7, 8))

    assert not [name for name in RECORDS if seven[name].equals(eight[name])]


def test_a_table_is_the_same_whatever_else_is_wanted():
    wanted = ("tickets", "renewals", "surveys")
    alone = demo.simulate(7, tables=wanted, texts=False, **SMALL).tables
    every = demo.simulate(7, texts=False, **SMALL).tables

    assert list(wanted) == [name for name in wanted if alone[name].equals(every[name])]
    assert set(wanted) == set(alone)


def test_there_is_no_such_effect():
    with pytest.raises(TypeError, match="forum_on_weather"):
        demo.simulate(1, forum_on_weather=0.1, **SMALL)


def test_the_forum_needs_a_year_before_it_and_a_year_after():
    with pytest.raises(ValueError, match="7 are too few"):
        demo.simulate(1, quarters=7)


# The folder


def test_every_table_is_there_and_keeps_its_contract(nordlicht):
    book = workbook.Workbook(nordlicht, workbook.read_settings(nordlicht))

    assert [] == book.check()
    inventory = book.inventory(whole=True).set_index("table")
    assert [] == [name for name in (*RECORDS, *PLANS) if not inventory.loc[name, "rows"] > 0]
    assert {""} == set(inventory["extra_columns"].dropna())


def test_it_passes_the_check_without_a_gap_a_break_or_a_stale_table(nordlicht, capsys):
    code = cli.main(
        ["check", "nordlicht", "--data", str(nordlicht.parent), "--today", "2026-10-01"]
    )

    assert 0 == code
    assert "quarters 2024-Q2 to 2026-Q3, records as of 2026-09-30 22:00 UTC" in (
        capsys.readouterr().out
    )


def test_it_packs_small(nordlicht):
    assert sum(path.stat().st_size for path in (nordlicht / "records").iterdir()) < 8_000_000


def test_it_says_that_it_is_made_up(nordlicht):
    assert workbook.read_settings(nordlicht).made_up
    assert "# This company is made up" in (nordlicht / "SOURCE.md").read_text(encoding="utf-8")


def test_its_tables_say_so_in_the_language_of_the_page(nordlicht):
    source = workbook.open(nordlicht.name, data=nordlicht.parent).source("tickets")
    words.use("en", "EUR")
    assert words.source(source).startswith("Source: Ticketsystem, made up;")
    words.use("de", "EUR")
    assert words.source(source).startswith("Quelle: Ticketsystem, erfunden;")


def test_the_truth_is_no_input_of_a_report(nordlicht):
    book = workbook.open("nordlicht", data=nordlicht.parent)

    assert "2026-Q3" == book.until
    assert {".csv", ".json", ".parquet", ".toml"} == {path.suffix for path in book.inputs()}
    assert not [path for path in book.inputs() if path.name == "truth.toml"]


def test_the_truth_is_written_beside_the_tables(small):
    truth = tomllib.loads((small / "truth.toml").read_text(encoding="utf-8"))

    assert -0.24 == truth["effects"]["forum_on_how_to"]
    assert {"importance": 8.9, "satisfaction": 6.1, "satisfaction_per_year": 0.2} == (
        truth["needs"]["N1"]
    )
    assert "N6" == truth["faults"]["need_that_nothing_serves"]


def test_a_folder_that_was_made_so_before_is_replaced(small):
    (small / "records" / "posts.parquet").unlink()
    demo.write(small, 7, **SMALL)

    assert (small / "records" / "posts.parquet").exists()
    assert ["small"] == [path.name for path in small.parent.iterdir()]


def test_a_folder_that_was_not_made_so_is_never_touched(workbook_folder):
    folder = workbook_folder()
    before = files_of(folder)

    with pytest.raises(TachelesError) as error:
        demo.write(folder, 1, **SMALL)
    assert str(error.value).startswith(f"{folder}: not made by tacheles demo.")
    assert before == files_of(folder)


# The command


def test_the_command_refuses_a_folder_that_was_not_made_so(workbook_folder, capsys):
    folder = workbook_folder()

    assert 1 == cli.main(["demo", folder.name, "--data", str(folder.parent)])
    assert "Found: no truth.toml in it." in capsys.readouterr().err


def test_the_command_refuses_a_name_with_a_path_in_it(tmp_path, capsys):
    assert 1 == cli.main(["demo", "../x", "--data", str(tmp_path)])
    assert "community: not a name." in capsys.readouterr().err


@pytest.mark.parametrize("seed", ["-1", "x"])
def test_the_command_refuses_what_is_no_seed(seed, tmp_path, capsys):
    with pytest.raises(SystemExit):
        cli.main(["demo", "--seed", seed, "--data", str(tmp_path)])
    assert "--seed" in capsys.readouterr().err


def test_the_command_makes_the_company(tmp_path, nordlicht, capsys):
    assert 0 == cli.main(["demo", "--data", str(tmp_path)])
    assert f"made: {tmp_path / 'nordlicht'}, a made-up company" in capsys.readouterr().out
    assert files_of(nordlicht) == files_of(tmp_path / "nordlicht")


# The house


def test_only_the_command_line_knows_the_demo_and_the_demo_no_definition():
    for path in (ROOT / "lib" / "tacheles").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for name in (f"{node.module}.{alias.name}" for alias in node.names)
        }
        knows_demo = any(name.startswith("tacheles.demo") for name in imported)
        assert not knows_demo or path.name == "cli.py" or "demo" in path.parts, path


# Does it look like a company?


@pytest.fixture(scope="module")
def tables():
    """All tables of the company as it is shipped, without texts."""
    made = demo.simulate(1, texts=False).tables
    return {name: table.to_pandas() for name, table in made.items()}


def test_every_reply_comes_after_its_thread_and_by_somebody_who_had_joined(tables):
    posts = tables["posts"]
    opened_at = (
        posts[posts["kind"].isin(["question", "discussion"])]
        .groupby("thread_id")["posted_at"]
        .min()
    )
    replies = posts[posts["reply_to"].notna()]
    opened = replies["thread_id"].map(opened_at)
    assert (replies["posted_at"] >= opened)[opened.notna()].all()
    assert set(replies["reply_to"]) <= set(posts["post_id"])
    joined_at = posts["member_id"].map(tables["members"].set_index("member_id")["joined_at"])
    assert (posts["posted_at"] >= joined_at)[joined_at.notna()].all()


def test_nobody_acts_after_leaving(tables):
    left_at = tables["members"].set_index("member_id")["left_at"].dropna()
    for name, column in (("posts", "posted_at"), ("activity", "acted_at")):
        acts = tables[name]
        left = acts["member_id"].map(left_at)
        assert not (acts[column] > left).any(), name


def test_no_ticket_is_solved_before_it_is_written(tables):
    solved = tables["tickets"].dropna(subset="solved_at")
    assert (solved["solved_at"] > solved["created_at"]).all()


def test_an_account_is_in_the_community_from_its_first_members_day_on(tables):
    first = tables["members"].groupby("account_id")["joined_at"].min()
    accounts = tables["accounts"].set_index("account_id")
    assert first.equals(accounts["first_community_at"].dropna().sort_index().rename("joined_at"))


def test_attendance_is_what_the_acts_say(tables):
    attended = tables["activity"].query("type == 'attend'").groupby("item_id").size()
    told = tables["content"].set_index("item_id")["attended"].dropna()
    assert attended.to_dict() == told.astype(int).to_dict()


def test_a_won_new_customer_is_an_account_from_the_day_after(tables):
    deals = tables["deals"].query("stage == 'won'").dropna(subset="account_id")
    started = deals["account_id"].map(tables["accounts"].set_index("account_id")["started_on"])
    new = deals[pd.to_datetime(started) > pd.to_datetime(deals["closed_on"])]
    assert 350 < len(new) < 550


def test_the_weeks_of_christmas_are_quiet(tables):
    tickets = tables["tickets"]["created_at"]
    christmas = tickets.between("2025-12-22", "2025-12-29").sum()
    assert christmas < 0.7 * tickets.between("2025-12-01", "2025-12-08").sum()


def test_the_release_doubles_bug_tickets_for_a_month():
    """Counted against bills, which share the month's other ups and downs; over five companies."""
    changes = []
    for seed in range(1, 6):
        tickets = demo.simulate(seed, tables=["tickets"], texts=False).tables["tickets"].to_pandas()
        before, during = (
            tickets[tickets["created_at"].between(*month)]["category"].value_counts()
            for month in (("2025-02-03", "2025-03-03"), ("2025-03-03", "2025-03-31"))
        )
        changes.append((during / before)["bug"] / (during / before)["billing"])
    assert 1.7 < np.exp(np.log(changes).mean()) < 2.3


def test_the_unheard_segment_hardly_answers(tables):
    by_segment = tables["surveys"].groupby("segment")["response_id"].nunique()
    assert by_segment.get("Öffentliche Hand", 0) < 0.02 * by_segment.sum()
    held = tables["feedback"].query("method != 'survey'")
    assert "Öffentliche Hand" not in set(held["segment"])
