"""The rules that keep it a house: floors, names, one source of truth, nothing unfinished."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tacheles import ROOT

LIB = ROOT / "lib" / "tacheles"
MODULES = sorted(LIB.rglob("*.py"))

FLOORS = {
    0: ["errors", "privacy", "quarter", "contract", "service_hours", "findings", "lock"],
    1: [
        *("table_file", "workbook", "freshness", "estimate", "sources"),
        *("evidence", "sentiment", "standing", "plans"),
    ],
    1.5: ["demo"],  # stands apart: `cli` alone imports it, see test_demo
    2: ["foundation", "growth", "measurement", "roi"],
    3: ["words", "charts", "catalogue"],
    4: ["report", "forms"],
    5: ["cli", "__main__"],
}
FLOOR_OF = {name: floor for floor, names in FLOORS.items() for name in names}


def name_of(path: Path) -> str:
    """The module's room: its name, or that of its package."""
    return path.relative_to(LIB).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "tacheles":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tacheles."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("tacheles.")}
    return found & FLOOR_OF.keys()


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LIB)))
class TestModule:
    def test_it_has_a_floor(self, path):
        assert name_of(path) in {*FLOOR_OF, "__init__"}

    def test_it_imports_only_from_its_own_floor_or_below(self, path):
        own = FLOOR_OF.get(name_of(path), -1)
        above = {name for name in imports_of(path) if FLOOR_OF[name] > own}
        beside = {
            name
            for name in imports_of(path)
            if own == 2 == FLOOR_OF[name] and name != name_of(path)
        }
        assert set() == above | beside

    def test_what_is_public_has_a_docstring(self, path):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        bare = [
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
        assert [] == [name for name in bare if name not in ("register", "compute", "draw")]
        assert ast.get_docstring(tree)

    def test_it_has_a_test_of_its_name(self, path):
        parts = path.relative_to(LIB).with_suffix("").parts
        names = {"_".join(parts[:n]) for n in (1, 2)} - {"__init__", "__main__"}
        tests = {test.stem.removeprefix("test_") for test in (ROOT / "tests").glob("test_*.py")}
        assert not names or names & tests or "__init__" in parts


def test_definitions_know_no_file_no_figure_no_clock():
    for path in MODULES:
        if FLOOR_OF.get(name_of(path)) == 2:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"matplotlib|pathlib|open\(|now\(|today\(", text), path


def test_charts_and_words_and_report_know_no_definition():
    for path in MODULES:
        if FLOOR_OF.get(name_of(path)) in (3, 4) and name_of(path) != "catalogue":
            assert not {*FLOORS[2]} & imports_of(path), path


def test_nothing_is_left_unfinished():
    for path in tracked("*.py", "*.ipynb", "*.j2", "*.css", "*.md", "*.toml"):
        if path != Path(__file__):
            text = path.read_text(encoding="utf-8")
            unfinished = r"\bTODO\b|\bFIXME\b|except:\s*pass|pytest\.mark\.skip\b"
            assert not re.search(unfinished, text), path


class TestSetUp:
    @pytest.fixture
    def project(self):
        return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    @pytest.mark.parametrize(
        ("lock", "extras"), [("requirements.lock", []), ("requirements-test.lock", ["test"])]
    )
    def test_the_locks_hold_what_the_project_needs(self, project, lock, extras):
        text = (ROOT / lock).read_text(encoding="utf-8")
        locked = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, re.MULTILINE))
        needs = [*project["dependencies"]]
        needs += [need for extra in extras for need in project["optional-dependencies"][extra]]
        for need in map(Requirement, needs):
            assert need.specifier.contains(Version(locked[need.name.lower()])), need

    def test_every_locked_package_has_a_hash(self):
        for lock in ("requirements.lock", "requirements-test.lock"):
            text = (ROOT / lock).read_text(encoding="utf-8")
            entries = re.split(r"\n(?=[a-z0-9])", text.strip())
            assert len(entries) > 50
            assert not [entry for entry in entries if "--hash=sha256:" not in entry]

    def test_environment_yml_is_made_from_pyproject(self):
        check = [sys.executable, ROOT / ".ci" / "environment.py", "--check"]
        assert 0 == subprocess.run(check, check=False).returncode

    def test_everything_imported_is_declared(self, project):
        extras = project["optional-dependencies"]
        needs = [*project["dependencies"], *extras["sentiment"], *extras["sentiment-model"]]
        declared = {Requirement(need).name.replace("-", "_") for need in needs}
        declared |= {"ibis", "bs4", "sklearn", "tacheles", *sys.stdlib_module_names}
        for path in MODULES:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    assert {alias.name.split(".")[0] for alias in node.names} <= declared, path
                elif isinstance(node, ast.ImportFrom):
                    assert (node.module or "").split(".")[0] in declared, path

    def test_no_file_names_a_package_index(self):
        index = re.compile(r"pypi\.org|pythonhosted|npmjs|index-url|conda\.anaconda", re.IGNORECASE)
        for path in tracked():
            if path.suffix in (".lock", ".toml", ".yml", ".md", ".py", ".cfg", "") and path != Path(
                __file__
            ):
                assert not index.search(path.read_text(encoding="utf-8", errors="ignore")), path

    def test_run_py_needs_only_python(self):
        tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
        assert {name.split(".")[0] for name in imported} <= set(sys.stdlib_module_names)

    def test_git_keeps_no_community_but_the_samples_and_no_report(self):
        kept = {
            path.relative_to(ROOT).parts[1]
            for path in tracked("data", "reports")
            if path.name != ".gitkeep"
        }
        assert {"bicycles-meta", "nordlicht"} == kept


def test_the_readmes_commands_exist():
    from tacheles.cli import _parser

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"python3 run\.py (\w+)", readme))
    known = set(re.findall(r"\w+", _parser().format_help()))
    assert {"report", "test"} <= commands <= known | {"test"}
