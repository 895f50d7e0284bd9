"""The ready files for schedulers: each is understood by its tool and asks for both quarters."""

import re
import runpy
import shutil
import subprocess
import sys
from types import ModuleType

import pytest
import yaml

from tacheles import ROOT
from tacheles.cli import _parser

SCHEDULES = ROOT / "templates" / "schedule"
AFTER_CLOSE, WEEKLY = "0 6 3 1,4,7,10 *", "0 4 * * 1"


def asked(command: str) -> str:
    """The quarter that a command asks for; it is one that the product understands."""
    words = re.search(r"python3 run\.py (.+)", command).group(1).split()
    options = _parser().parse_args(words)
    assert "mycommunity" == options.community
    return options.quarter


@pytest.mark.parametrize("path", sorted(SCHEDULES.iterdir()), ids=lambda path: path.name)
def test_its_first_two_lines_say_how_to_install_it(path):
    first, second = path.read_text(encoding="utf-8").splitlines()[:2]
    assert first.startswith("# To install: ")
    assert second.startswith("# ")


def test_crontab():
    lines = (SCHEDULES / "crontab").read_text(encoding="utf-8").splitlines()[2:]
    found = {line[: line.index(" cd ")]: asked(line) for line in lines}
    assert {AFTER_CLOSE: "last", WEEKLY: "running"} == found


class TestSystemd:
    def test_timers_start_the_service_for_their_quarter(self):
        service = (SCHEDULES / "tacheles@.service").read_text(encoding="utf-8")
        for quarter in ("last", "running"):
            timer = (SCHEDULES / f"tacheles-{quarter}.timer").read_text(encoding="utf-8")
            assert f"Unit=tacheles@{quarter}.service\n" in timer
            assert quarter == asked(service.replace("%i", quarter).split("ExecStart=")[1])

    @pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
    def test_systemd_understands_them(self, tmp_path):
        for path in SCHEDULES.glob("tacheles*"):
            shutil.copy(path, tmp_path)
        units = ["tacheles-last.timer", "tacheles-running.timer"]
        for quarter in ("last", "running"):
            units.append(f"tacheles@{quarter}.service")
            shutil.copy(tmp_path / "tacheles@.service", tmp_path / units[-1])
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *units],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        told = [line for line in done.stderr.splitlines() if "tacheles" in line]
        assert (0, []) == (done.returncode, told)

    @pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
    @pytest.mark.parametrize(
        ("timer", "after", "expected"),
        [("last", "2026-02-01", "2026-04-03 06:00"), ("running", "2026-02-03", "2026-02-09 04:00")],
    )
    def test_they_run_when_they_should(self, timer, after, expected):
        text = (SCHEDULES / f"tacheles-{timer}.timer").read_text(encoding="utf-8")
        calendar = re.search(r"OnCalendar=(.+)", text).group(1)
        told = subprocess.run(
            ["systemd-analyze", "calendar", f"--base-time={after}", calendar],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert re.search(rf"Next elapse: \w+ {expected}", told)


def test_github_actions():
    workflow = yaml.safe_load((SCHEDULES / "github-actions.yml").read_text(encoding="utf-8"))
    crons = [entry["cron"] for entry in workflow[True]["schedule"]]  # YAML reads `on` as true
    assert [AFTER_CLOSE, WEEKLY] == crons
    [job] = workflow["jobs"].values()
    [step] = [step for step in job["steps"] if "run" in step]
    assert '"$QUARTER"' == asked(step["run"])
    assert f"github.event.schedule == '{WEEKLY}' && 'running' || 'last'" in step["env"]["QUARTER"]


def test_airflow(monkeypatch):
    """Airflow itself is too heavy for a test: its two names are stood in for."""
    made = {}

    class Dag:
        def __init__(self, dag_id, **options):
            self.dag_id = dag_id
            made[dag_id] = [options]

        def __enter__(self):
            return self

        def __exit__(self, *_error):
            pass

    def operator(task_id, bash_command):
        made[list(made)[-1]].append(bash_command)

    for name in ("airflow", "airflow.providers", "airflow.providers.standard", "airflow.sdk"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    for name in ("operators", "operators.bash"):
        module = ModuleType(f"airflow.providers.standard.{name}")
        monkeypatch.setitem(sys.modules, module.__name__, module)
    sys.modules["airflow.sdk"].DAG = Dag
    sys.modules["airflow.providers.standard.operators.bash"].BashOperator = operator
    found = runpy.run_path(str(SCHEDULES / "airflow_dag.py"))
    assert {"tacheles_last", "tacheles_running"} == made.keys() <= found.keys()
    for quarter, schedule in (("last", AFTER_CLOSE), ("running", WEEKLY)):
        options, command = made[f"tacheles_{quarter}"]
        assert (schedule, False, 1) == (
            options["schedule"],
            options["catchup"],
            options["max_active_runs"],
        )
        assert quarter == asked(command)
