"""Every notebook, as its users run it: in any quarter, from any folder, by plain papermill."""

import contextlib
import re
import subprocess
import sys

import nbformat
import pytest

from tacheles import ROOT, workbook
from tacheles.estimate import Glued
from tacheles.report import kernel, run, warm

NOTEBOOKS = sorted(run.NOTEBOOKS.glob("[0-9][0-9]-*.ipynb"))
FOUNDATION = run.NOTEBOOKS / "01-foundation.ipynb"
GROWTH = run.NOTEBOOKS / "02-growth.ipynb"

#: Figures of each notebook.
FIGURES = {"00-brief": 1, "01-foundation": 8, "02-growth": 13, "03-measurement": 7, "04-roi": 8}


@pytest.fixture
def young(tmp_path):
    """A community with one quarter of life, one of silence and a running one."""
    records = tmp_path / "young" / "records"
    records.mkdir(parents=True)
    (records.parent / "community.toml").write_text('name = "Young"\ntime_zone = "Europe/Berlin"')
    rows = [f"q{i},q{i},2026-01-0{i} 10:00,m{i},question" for i in range(1, 8)]
    rows += [f"a{i},q{i},2026-01-0{i} 12:00,m{9 - i},answer" for i in range(1, 8)]
    rows += [f"r{i},r{i},2026-07-0{i} 10:00,m{i},question" for i in range(1, 8)]
    header = "post_id,thread_id,posted_at,member_id,kind"
    (records / "posts.csv").write_text("\n".join([header, *rows]) + "\n")
    return tmp_path


@pytest.fixture(scope="module")
def executed():
    """Run a notebook in a process forked from one that has imported what notebooks need."""
    with contextlib.closing(warm.Server(warm.imports_of(NOTEBOOKS))) as server:

        def run_in_fork(notebook, output, **parameters):
            given = run.checked_parameters([notebook], parameters)[notebook]
            with kernel.started(server) as fork:
                return run.execute(notebook, given, output, kernel=fork)

        yield run_in_fork


def assert_whole(made, name: str):
    """Every cell ran quietly, every figure is there, and the page has its bottom line."""
    outputs = [output for cell in made.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.output_type in ("error", "stream")]
    html = "".join(output.data.get("text/html", "") for output in outputs if "data" in output)
    assert FIGURES.get(name, 0) == html.count("<figure>")
    assert 1 == html.count("<h1>")


def test_the_five_are_there():
    names = ["00-brief", "01-foundation", "02-growth", "03-measurement", "04-roi"]
    assert names == [path.stem for path in NOTEBOOKS]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("community", "quarter", "language", "name"),
    [
        *(("nordlicht", "2024-Q2", "de", name) for name in ("03-measurement", "04-roi")),
        *(("bicycles-meta", "2010-Q3", "de", name) for name in ("00-brief", "02-growth")),
        *(("bicycles-meta", "2020-Q3", "en", name) for name in ("01-foundation", "02-growth")),
        *(("bicycles-meta", "2023-Q3", "de", name) for name in ("00-brief", "02-growth")),
    ],
)
def test_a_quarter_of_a_sample(community, quarter, language, name, executed, tmp_path):
    """
    The first quarter, without a history; few people; one that is cut.

    Plain papermill runs the default quarter below; `.ci/every-quarter` publishes all of them in
    both languages.
    """
    given = {"community": community, "quarter": quarter, "language": language}
    made = executed(run.NOTEBOOKS / f"{name}.ipynb", tmp_path / "out.ipynb", **given)
    assert_whole(made, name)


@pytest.mark.parametrize(("quarter", "status"), [("2026-Q2", "no_data"), ("2026-Q3", "not_mature")])
def test_a_quarter_of_silence_and_a_running_one(quarter, status, young, executed, tmp_path):
    made = executed(
        GROWTH, tmp_path / "out.ipynb", community="young", data=str(young), quarter=quarter
    )
    assert_whole(made, "02-growth")
    outputs = [output for cell in made.cells for output in cell.get("outputs", [])]
    glued = next(o.data[Glued.MIME]["rows"] for o in outputs if Glued.MIME in o.get("data", {}))
    answered = [row for row in glued if row["metric"].startswith("answered_within(")]
    assert status == answered[-1]["status"]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_first_level_of_an_empty_workbook_is_a_list_of_what_to_do(language, executed, tmp_path):
    """Nothing is recorded and nothing decided: the page says what to fill in, the first first."""
    workbook.create("empty", tmp_path)
    given = {"community": "empty", "data": str(tmp_path), "quarter": "2026-Q3"}
    made = executed(FOUNDATION, tmp_path / "out.ipynb", language=language, **given)
    assert_whole(made, "01-foundation")
    outputs = [output for cell in made.cells for output in cell.get("outputs", [])]
    shown = [output.data.get("text/html", "") for output in outputs if "data" in output]
    (table,) = (html for html in shown if html.startswith("<table") and "plans/needs.csv" in html)
    todo = [table.index(f"plans/{name}.csv") for name in ("needs", "goals", "roles", "tools")]
    assert todo == sorted(todo)


@pytest.mark.slow
def test_the_examples_of_a_new_workbook_are_enough_for_a_page(young, executed, tmp_path):
    """Whoever begins with the rows of its README has no other assumption yet."""
    text = (ROOT / "templates" / "community" / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"### `plans/(\w+)\.csv`.*?```csv\n(.*?)```", text, re.DOTALL)
    assert 20 < len(examples)
    (young / "young" / "plans").mkdir()
    for name, rows in examples:
        (young / "young" / "plans" / f"{name}.csv").write_text(rows, encoding="utf-8")
    given = {"community": "young", "data": str(young), "quarter": "2026-Q3"}
    made = executed(run.NOTEBOOKS / "04-roi.ipynb", tmp_path / "out.ipynb", **given)
    assert "<h1>" in made.cells[-1].outputs[0].data["text/html"]


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS[::-1], ids=lambda path: path.stem)
def test_plain_papermill_from_another_folder_in_any_order(notebook, tmp_path):
    command = [
        *(sys.executable, "-m", "papermill", str(notebook), "out.ipynb"),
        *("-p", "community", "nordlicht", "-p", "language", "en"),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    assert_whole(nbformat.read(tmp_path / "out.ipynb", as_version=4), notebook.stem)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
class TestRules:
    """DESIGN of a notebook: it chooses and tells, the lib defines."""

    @pytest.fixture
    def cells(self, notebook):
        return nbformat.read(notebook, as_version=4).cells

    def test_it_is_committed_without_outputs(self, cells):
        code = [cell for cell in cells if cell.cell_type == "code"]
        assert not [cell for cell in code if cell.outputs or cell.execution_count]

    def test_its_title_is_a_question(self, cells):
        assert re.match(r"# .+\?\n", cells[0].source)

    def test_its_parameters_are_literals_with_a_meaning(self, cells):
        lines = cells[1].source.splitlines()
        assert ["parameters"] == cells[1].metadata.tags
        assert len(lines) <= 6
        literal = r"\w+: (str|int|float) = (\".*\"|[\d.]+)  # .+"
        assert all(re.fullmatch(literal, line) for line in lines)

    def test_its_code_cells_are_short_and_decide_nothing(self, cells):
        for cell in cells:
            if cell.cell_type == "code":
                assert len(cell.source.splitlines()) <= 10
                code = cell.source.split("#")[0]
                assert not re.search(r"\b(def|class|lambda|for|if|while)\b", code)

    def test_its_prose_holds_no_number_and_no_direction(self, cells):
        """The notebook outlives the quarter."""
        for cell in cells:
            if cell.cell_type == "markdown":
                direction = r"\b(rose|fell|grew|increased|decreased|best|worst)\b"
                assert not re.search(rf"\d|{direction}", cell.source)

    def test_there_is_more_prose_than_code(self, cells):
        words = {"markdown": 0, "code": 0}
        for cell in cells:
            words[cell.cell_type] += len(cell.source.split())
        assert words["markdown"] > words["code"]

    def test_it_ends_with_its_limits_what_it_hands_on_and_the_bottom_line(self, cells):
        assert "could be wrong" in cells[-3].source
        assert cells[-2].source.startswith("glue(")
        assert ["bottom-line"] == cells[-1].metadata.tags

    def test_ids_of_cells_are_stable(self, cells):
        assert [f"cell-{i:02d}" for i in range(len(cells))] == [cell.id for cell in cells]
