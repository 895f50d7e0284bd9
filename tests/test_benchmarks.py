"""The benchmarks run and tell what they should; how fast it is, no test decides."""

import re
import subprocess
import sys

import pytest

from tacheles import ROOT

REPORT = ROOT / "benchmarks" / "report.py"


def numbers_of(printed: str, head: str) -> list[float]:
    """The numbers of a row of the printed table."""
    row = next(line for line in printed.splitlines() if line.startswith(head))
    return [float(cell) for cell in row.removeprefix(head).split()]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="it measures on Linux only")
def test_one_notebook_in_three_ways():
    command = [sys.executable, REPORT, "--rounds", "1", "--notebook", "01-foundation"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    assert re.search(r"A tacheles report +B papermill, nbconvert +C plain script", done.stdout)
    for unit in ("wall [s]", "CPU [s]"):
        for which in ("min", "median"):
            three = numbers_of(done.stdout, f"{unit}, {which}")
            assert 3 == len(three)
            assert min(three) > 0
    for head in ("largest process [MB]", "all processes [MB]", "HTML pages"):
        assert min(numbers_of(done.stdout, head)) > 0
    assert 1 == len(set(numbers_of(done.stdout, "tables")))
    assert [2, 0, 0] == numbers_of(done.stdout, "PDFs")
    for ratio in ("A/B wall", "A/B CPU", "A/C wall", "A/C CPU"):
        assert min(numbers_of(done.stdout, ratio)) > 0


@pytest.mark.slow
def test_the_definitions_of_growth_say_what_plain_sql_says():
    """Two ways written apart: every number of one is a number of the other."""
    command = [sys.executable, ROOT / "benchmarks" / "growth.py", "--posts", "60000"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    assert "differ" not in done.stdout
    assert 45 < done.stdout.count("numbers agree")
    assert min(numbers_of(done.stdout, "all")) > 0
    assert min(numbers_of(done.stdout, "most memory [MB]")) > 0
