"""From notebooks to a published quarter: whole or not at all, nothing from outside."""

import csv
import json
import re
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tacheles import ROOT, words
from tacheles.cli import main
from tacheles.errors import TachelesError
from tacheles.report import page, publish, run

PAGES = ["00-brief", "01-foundation", "02-growth", "03-measurement", "04-roi"]
FILES = sorted(
    [f"{name}.html" for name in ("index", *PAGES)]
    + ["brief.pdf", "report.pdf", "results.csv", "manifest.json"]
)


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """A sample's default quarter, published by the command."""
    reports = tmp_path_factory.mktemp("reports")
    assert 0 == main(["report", "bicycles-meta", "--reports", str(reports)])
    return reports / "bicycles-meta" / "2011-Q3"


def notebook(folder, *cells: str, name: str = "02-growth.ipynb"):
    """A notebook with the parameters of every notebook and these code cells."""
    parameters = (
        'community: str = "bicycles-meta"\nquarter: str = ""\ndata: str = ""\nhours: int = 168\n'
        'language: str = ""'
    )
    made = new_notebook(
        cells=[
            new_code_cell(parameters, metadata={"tags": ["parameters"]}),
            *map(new_code_cell, cells),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
    )
    folder.mkdir(exist_ok=True)
    nbformat.write(made, folder / name)
    return folder / name


class TestPublished:
    def test_exactly_these_files_are_there(self, published):
        assert FILES == sorted(path.name for path in published.iterdir())

    def test_nothing_else_is_left_behind(self, published):
        beside = {path.name for path in published.parent.iterdir()}
        assert {".lock", "2011-Q3", "index.html"} == beside

    def test_the_bottom_line_comes_first(self, published):
        html = (published / "02-growth.html").read_text(encoding="utf-8")
        main_part = html[html.index("<main") :]
        assert main_part.index("<h1>") < main_part.index('class="cards"') < main_part.index("<h2>")
        assert 1 == html.count("<h1>")

    def test_every_finding_has_its_figure_with_alt_text(self, published):
        html = (published / "02-growth.html").read_text(encoding="utf-8")
        figures = html.count("<figure>")
        assert 10 < figures == html.count("<figcaption>Source: ")
        labels = re.findall(r'<svg role="img" aria-label="([^"]+)"', html)
        assert 0 < len(labels) == html.count("<svg ") < 2 * figures  # some know no number here
        assert all(len(label) > 40 for label in labels)

    @pytest.mark.parametrize("name", ["../index.html", "index.html", *PAGES])
    def test_nothing_is_loaded_from_outside(self, published, name):
        html = (published / name).with_suffix(".html").read_text(encoding="utf-8")
        assert "default-src 'none'" in html
        assert not re.search(r"<script|<link|<iframe|<object|@import|\son\w+=", html)
        loaded = re.findall(r"(?:src|href)=\"([^\"]+)\"|url\(([^)]{1,30})", html)
        for target in (one or other for one, other in loaded):
            is_beside = (published / name).parent.joinpath(target).exists()
            assert is_beside or re.match(r"#|data:", target), target

    def test_the_results_are_those_of_the_page(self, published):
        with (published / "results.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert not {"persons", "persons_needed"} & set(rows[0])
        last = rows[4]
        assert ("answered_within(hours=168)", "2011-Q3") == (last["metric"], last["quarter"])
        # 47 questions with an author, 5 of them asked in the last week; 3 without an author
        assert ("42", "8", "ok") == (last["n"], last["left_out"], last["status"])
        html = (published / "02-growth.html").read_text(encoding="utf-8")
        assert f"{float(last['value']):.0%} (" in html

    def test_the_manifest_says_what_it_was_made_from(self, published):
        manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
        assert {"community.toml", "import.json", "members.parquet", "posts.parquet"} == set(
            manifest["inputs"]
        )
        assert set(FILES) - {"manifest.json"} == set(manifest["files"])
        assert "2011-10-01T00:00:00" == manifest["as_of"]

    def test_reported_twice_it_has_the_same_bytes(self, published, tmp_path):
        again = publish.publish("bicycles-meta", "2011-Q3", reports=tmp_path)
        for name in set(FILES) - {"manifest.json"}:
            assert (published / name).read_bytes() == (again / name).read_bytes(), name

    def test_no_member_is_in_any_file(self, published):
        from tacheles import workbook

        ids = workbook.open("bicycles-meta").records("members").member_id.execute()
        assert 311 == len(ids)
        files = [path for path in published.iterdir() if path.suffix != ".pdf"]
        text = "".join(path.read_text(encoding="utf-8") for path in files)
        assert not [member for member in ids if member in text]


class TestFailure:
    """A failed cell publishes nothing, keeps the last report and names notebook, cell and cause."""

    @pytest.fixture
    def last_report(self, tmp_path):
        folder = tmp_path / "reports" / "bicycles-meta" / "2011-Q3"
        folder.mkdir(parents=True)
        (folder / "index.html").write_text("the last good report")
        return folder

    def fail(self, tmp_path, *cells: str) -> TachelesError:
        notebook(tmp_path / "notebooks", *cells)
        with pytest.raises(TachelesError) as error:
            publish.publish(
                "bicycles-meta",
                reports=tmp_path / "reports",
                notebooks=tmp_path / "notebooks",
            )
        return error.value

    def assert_kept(self, last_report):
        assert "the last good report" == (last_report / "index.html").read_text()
        beside = {path.name for path in last_report.parent.iterdir()}
        assert beside <= {".lock", "2011-Q3", "failed-2011-Q3"}

    def test_a_failed_cell(self, tmp_path, last_report):
        error = self.fail(tmp_path, "x = 1", "1 / 0  # of all things")
        assert "notebooks/02-growth.ipynb, cell 4 (1 / 0  # of all things): ZeroDivisionError" == (
            error.problem
        )
        assert "division by zero" == error.found
        failed = last_report.parent / "failed-2011-Q3" / "02-growth.ipynb"
        assert error.hint.endswith(str(failed))
        assert "ZeroDivisionError" in failed.read_text()
        self.assert_kept(last_report)

    def test_a_kernel_that_dies(self, tmp_path, last_report):
        error = self.fail(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        assert error.problem.startswith("notebooks/02-growth.ipynb, cell 3 (import os, signal;")
        assert error.problem.endswith(": its process ended before the notebook did")
        self.assert_kept(last_report)

    def test_an_input_that_changes_meanwhile(self, tmp_path, last_report):
        data = tmp_path / "data"
        shutil.copytree(ROOT / "data" / "bicycles-meta", data / "bicycles-meta")
        saved = f"open({str(data / 'bicycles-meta' / 'community.toml')!r}, 'a').write('# saved')"
        notebook(tmp_path / "notebooks", saved)
        with pytest.raises(TachelesError, match=r"community\.toml: changed while the report"):
            publish.publish(
                "bicycles-meta",
                data=data,
                reports=tmp_path / "reports",
                notebooks=tmp_path / "notebooks",
            )
        self.assert_kept(last_report)

    def test_a_folder_that_cannot_be_written(self, tmp_path):
        (tmp_path / "file").write_text("no folder")
        with pytest.raises(TachelesError, match="cannot be written to"):
            publish.publish("bicycles-meta", reports=tmp_path / "file")


class TestRefusedBeforeAnythingRuns:
    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (["--quarter", "2011-Q5"], "not the name of a quarter"),
            (["--quarter", "Q3 2011"], "not the name of a quarter"),
            (["--quarter", "2009-Q4"], "outside the records"),
            (["--quarter", "2023-Q4"], "outside the records"),
            (["-p", "houres=24"], "no notebook has a parameter houres"),
            (["-p", "hours=soon"], "not of the type int"),
            (["-p", "hours"], "not another value for a parameter"),
            (["-p", "quarter=2011-Q1"], "not another value for a parameter"),
        ],
    )
    def test_a_mistake_on_the_command_line(self, tmp_path, capsys, arguments, told):
        assert 1 == main(["report", "bicycles-meta", "--reports", str(tmp_path), *arguments])
        lines = capsys.readouterr().err.splitlines()
        assert told in lines[0]
        assert ["Found:", "Hint:"] == [line.split()[0] for line in lines[1:]]
        assert [] == list(tmp_path.iterdir())

    @pytest.mark.parametrize("name", ["nobody", "../bicycles-meta", "/etc", "Bicycles", ""])
    def test_a_community_that_is_none(self, tmp_path, capsys, name):
        assert 1 == main(["report", name, "--reports", str(tmp_path)])
        assert capsys.readouterr().err.startswith("community")
        assert [] == list(tmp_path.iterdir())

    def test_a_broken_table(self, tmp_path, capsys):
        records = tmp_path / "data" / "shop" / "records"
        records.mkdir(parents=True)
        (records.parent / "community.toml").write_text('name = "Shop"')
        (records / "posts.csv").write_text("post_id,thread_id,posted_at\n1,1,31.02.2026\n")
        code = main(
            ["report", "shop", "--data", str(tmp_path / "data"), "--reports", str(tmp_path / "r")]
        )
        assert 1 == code
        assert "row 2, column posted_at: not a date" in capsys.readouterr().err
        assert not (tmp_path / "r").exists()


def test_another_value_reaches_the_notebooks_that_know_it():
    notebooks = sorted(run.NOTEBOOKS.glob("*.ipynb"))
    checked = run.checked_parameters(notebooks, {"hours": "24"}, {"quarter": "2026-Q3"})
    knowing = {path.stem for path, given in checked.items() if "hours" in given}
    assert {"00-brief", "02-growth"} == knowing
    assert all("2026-Q3" == given["quarter"] for given in checked.values())


def test_what_is_decided_elsewhere_cannot_be_given():
    with pytest.raises(TachelesError, match="no notebook has a parameter quarter"):
        run.checked_parameters(
            [run.NOTEBOOKS / "02-growth.ipynb"], {"quarter": "a"}, {"quarter": "b"}
        )


def test_another_value_reaches_the_notebook(tmp_path):
    made = notebook(tmp_path / "notebooks", "print(hours * 2)")
    checked = run.checked_parameters([made], {"hours": "24"})[made]
    executed = run.execute(made, checked, tmp_path / "out.ipynb")
    assert "48\n" == executed.cells[-1].outputs[0].text


class TestPage:
    def test_prose_from_a_notebook_is_escaped(self):
        made = new_notebook(cells=[new_markdown_cell("# Is it?\n\nYes <script>x</script>")])
        assert "&lt;script&gt;" in page.read("02-growth", made).asked_by

    def test_a_quarter_that_is_not_over_is_marked(self, tmp_path):
        from tacheles import workbook

        words.use("en")
        made = page.read("02-growth", new_notebook(cells=[new_markdown_cell("# Is it?")]))
        for quarter, is_marked in (("2023-Q3", True), ("2023-Q2", False)):
            book = workbook.open("bicycles-meta", until=quarter)
            page.write([made], book, book.quarters(), tmp_path)
            for name in ("index.html", "02-growth.html"):
                html = (tmp_path / name).read_text(encoding="utf-8")
                assert is_marked == ("records until 3 September 2023" in html)
