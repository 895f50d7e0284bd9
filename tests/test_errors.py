import pickle
from pathlib import Path

from tacheles import ROOT
from tacheles.errors import TachelesError, shown, unreadable


def test_an_error_has_three_lines():
    error = TachelesError("goals.csv, row 2: no owner", "an empty cell", "name a role")

    assert "goals.csv, row 2: no owner.\nFound: an empty cell.\nHint: name a role." == str(error)


def test_an_error_survives_the_way_between_processes():
    error = pickle.loads(pickle.dumps(TachelesError("where: what", "this", "do that")))

    assert "where: what.\nFound: this.\nHint: do that." == str(error)


def test_a_path_in_the_project_is_shown_from_its_folder():
    assert "data/sample/community.toml" == shown(ROOT / "data" / "sample" / "community.toml")


def test_a_path_elsewhere_is_shown_whole():
    assert "/elsewhere/posts.csv" == shown(Path("/elsewhere/posts.csv"))


def test_a_long_reason_of_a_damaged_file_is_cut_to_its_first_line():
    error = unreadable(ROOT / "a.csv", "not readable", OSError("no magic bytes.\nLINE 1: SELECT"))

    assert (
        "a.csv: not readable.\n"
        "Found: no magic bytes.\n"
        "Hint: the file is damaged or cut off; put the copy back or export it again."
    ) == str(error)
