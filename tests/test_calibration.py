"""The calibration prints its tables and writes them; what they must show, `test_truth` holds."""

import csv
import os
import re
import subprocess
import sys

import pytest

from tacheles import ROOT

SCRIPT = ROOT / "benchmarks" / "calibration.py"
COMMAND = [
    sys.executable,
    SCRIPT,
    "--runs",
    "2",
    "--processes",
    "1",
    "--scenario",
    "−20 %",
    "--scenario",
    "−25 % at",
]


@pytest.mark.slow
def test_every_table_is_printed_and_written(tmp_path):
    file = tmp_path / "calibration.csv"
    done = subprocess.run(
        [*COMMAND, "--scenario", "100 tickets a week, 78", "--csv", file],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT / "lib")},
    )
    assert (0, "") == (done.returncode, done.stderr)
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {"2"} == {row["runs"] for row in rows}
    assert {"time-series", "checks", "accounts", "account-claims", "wrong-date", "visible"} == {
        row["table"] for row in rows
    }
    found = {(row["table"], row["scenario"], row["figure"]): row for row in rows}
    model = found["time-series", "effect −20 %", "model"]
    assert float(model["value"]) in (0, 50, 100)
    assert "91" == model["study"]
    assert "effect −20 %" in done.stdout
    assert "[91]" in done.stdout
    assert re.search(r"104 weeks: an interval \d+ ms, with .* all checks \d+ ms", done.stdout)
