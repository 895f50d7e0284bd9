"""The files of templates/schedule: read as schedulers read them, and run as they would run them."""

import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tacheles import ROOT
from tacheles.quarter import Calendar, name_of, ordinal

SCHEDULE = ROOT / "templates" / "schedule"
SYSTEMD = SCHEDULE / "systemd"

#: What the files call the folder of Tacheles and the community.
PLACE, NAME = "/srv/tacheles", "mycommunity"

#: When the closed quarter is published, as cron says it: the 2nd to the 4th after it has closed.
AFTER_CLOSE = "2-4 1,4,7,10 *"

FILES = ["crontab", "systemd", "github", "airflow"]
QUARTERS = ["last", "running"]


@pytest.fixture
def checkout(tmp_path):
    """A copy of the project, set up with the packages of whoever runs the tests."""
    home = tmp_path / "tacheles"
    for name in ("lib", "templates"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("run.py", "requirements.lock", "notebooks/02-growth.ipynb"):  # one is enough
        (home / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, home / name)
    (home / "reports").mkdir()
    lock = hashlib.sha256((home / "requirements.lock").read_bytes()).hexdigest()
    script(home / ".venv" / "bin" / "python", f"PYTHONPATH={home}/lib exec {sys.executable}")
    (home / ".venv" / "requirements.lock.sha256").write_text(lock)
    return home


@pytest.fixture
def pretended(tmp_path):
    """A folder whose run.py writes down what is asked of it and checks with the given exit code."""

    def make(code: int) -> Path:
        home = tmp_path / "tacheles"
        (home / "reports").mkdir(parents=True)
        (home / "run.py").write_text(
            "import sys\n"
            "with open('asked', 'a') as file:\n"
            "    print(*sys.argv[1:], file=file)\n"
            f"sys.exit({code} if sys.argv[1] == 'check' else 0)\n"
        )
        return home

    return make


def script(path: Path, command: str) -> None:
    """A program that hands its words on to a command."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\n{command} "$@"\n')
    path.chmod(0o755)


def at_home(path: Path, home: Path) -> str:
    """A file's text after the user put the own folder in."""
    return path.read_text(encoding="utf-8").replace(PLACE, str(home))


def environment(home: Path) -> dict[str, str]:
    """The little that a scheduler gives to its commands; python3 is the one that runs the tests."""
    script(home.parent / "bin" / "python3", f"exec {sys.executable}")
    return {"PATH": f"{home.parent / 'bin'}:/usr/bin:/bin", "HOME": str(home.parent)}


def run(command: list[str], **more: object) -> int:
    return subprocess.run(command, check=False, **more).returncode


# What each scheduler would do


def crontab(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """The variables, and of each schedule the command."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    variables = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    entries = [line.split(maxsplit=5) for line in lines if not re.match(r"[A-Z_]+=", line)]
    return variables, {" ".join(fields): command for *fields, command in entries}


def run_by_cron(home: Path, quarter: str) -> int:
    variables, entries = crontab(at_home(SCHEDULE / "crontab", home))
    [command] = [it for it in entries.values() if f"--quarter {quarter};" in it]
    around = variables | environment(home)
    return run(["/bin/sh", "-c", command], env=around, cwd=home.parent)


def unit(path: Path) -> list[tuple[str, str]]:
    """The settings of a unit in their order; a name may occur several times."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("=", 1)) for line in lines if re.match(r"[A-Za-z]+=", line)]


def run_by_systemd(home: Path, quarter: str) -> int:
    settings = unit(SYSTEMD / f"tacheles-{quarter}@.service")
    fine = {0, *(int(value) for name, value in settings if name == "SuccessExitStatus")}
    folder = dict(settings)["WorkingDirectory"].replace(PLACE, str(home))
    for command in [value for name, value in settings if name == "ExecStart"]:
        words = shlex.split(command.replace("%i", NAME))
        around = environment(home)
        code = run(
            [shutil.which(words[0], path=around["PATH"]), *words[1:]], env=around, cwd=folder
        )
        if code not in fine:
            return code
    return 0


def workflow() -> dict:
    """The workflow; PyYAML, which speaks YAML 1.1, takes its key `on` for a yes."""
    read = yaml.safe_load((SCHEDULE / "github-actions.yml").read_text(encoding="utf-8"))
    return read | {"on": read.pop(True)}


def asked_quarter(schedule: str, given: str = "") -> str:
    """What the workflow's expression for the quarter comes to."""
    expression = workflow()["env"]["QUARTER"]
    by_schedule = r"\(github\.event\.schedule == '(.+)' && '(\w+)'\) \|\| '(\w+)'"
    [(named, then, otherwise)] = re.findall(
        r"^\${{ inputs\.quarter \|\| " + by_schedule + " }}$", expression
    )
    return given or (then if schedule == named else otherwise)


def run_by_github(home: Path, quarter: str) -> int:
    around = environment(home) | workflow()["env"] | {"QUARTER": quarter}
    for step in workflow()["jobs"]["report"]["steps"]:
        if "run" in step and (code := run(["bash", "-e", "-c", step["run"]], env=around, cwd=home)):
            return code
    return 0


class Dag:
    """Stands in for Airflow's DAG."""

    def __init__(self, dag_id: str, **options: object):
        self.dag_id, self.options, self.tasks = dag_id, options, []

    def __enter__(self) -> "Dag":
        Task.dag = self
        return self

    def __exit__(self, *error: object) -> None:
        Task.dag = None


class Task:
    """Stands in for Airflow's BashOperator."""

    dag: Dag | None = None

    def __init__(self, *, task_id: str, bash_command: str, cwd: str):
        self.task_id, self.bash_command, self.cwd, self.after = task_id, bash_command, cwd, []
        self.dag.tasks.append(self)

    def __rshift__(self, other: "Task") -> "Task":
        other.after.append(self.task_id)
        return other


@pytest.fixture
def airflow(monkeypatch):
    """
    The DAGs of the file, by quarter.

    Airflow itself is a service with some hundred packages, too heavy for a test. What the file
    imports of it is replaced by a class each, which take only the arguments that the file gives.
    """
    for name, held in {
        "airflow": {},
        "airflow.sdk": {"DAG": Dag},
        "airflow.providers": {},
        "airflow.providers.standard": {},
        "airflow.providers.standard.operators": {},
        "airflow.providers.standard.operators.bash": {"BashOperator": Task},
    }.items():
        module = ModuleType(name)
        vars(module).update(held)
        monkeypatch.setitem(sys.modules, name, module)
    spec = importlib.util.spec_from_file_location("airflow_dag", SCHEDULE / "airflow_dag.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return {name: dag for name, dag in vars(loaded).items() if isinstance(dag, Dag)}


def run_by_airflow(dag: Dag, home: Path) -> int:
    for task in dag.tasks:
        folder = task.cwd.replace(PLACE, str(home))
        if code := run(["bash", "-c", task.bash_command], env=environment(home), cwd=folder):
            return code
    return 0


@pytest.fixture
def run_by(airflow):
    """Runs what a file has for a quarter."""

    def go(file: str, home: Path, quarter: str) -> int:
        if file == "airflow":
            return run_by_airflow(airflow[quarter], home)
        runs = {"crontab": run_by_cron, "systemd": run_by_systemd, "github": run_by_github}
        return runs[file](home, quarter)

    return go


# All of them


@pytest.mark.parametrize("quarter", QUARTERS)
@pytest.mark.parametrize("file", FILES)
class TestEach:
    @pytest.mark.parametrize("code", [0, 3])
    def test_it_reports_if_the_tables_are_usable(self, file, quarter, code, pretended, run_by):
        home = pretended(code)

        assert 0 == run_by(file, home, quarter)
        asked = (home / "asked").read_text().splitlines()
        assert [f"check {NAME}", f"report {NAME} --quarter {quarter}"] == asked

    @pytest.mark.parametrize("code", [1, 2, 130])
    def test_it_reports_nothing_if_they_are_not(self, file, quarter, code, pretended, run_by):
        home = pretended(code)

        assert 0 != run_by(file, home, quarter)
        assert [f"check {NAME}"] == (home / "asked").read_text().splitlines()


@pytest.mark.slow
@pytest.mark.parametrize(("file", "quarter"), [("crontab", "last"), ("systemd", "running")])
def test_it_publishes_the_quarter(file, quarter, checkout, run_by):
    """Each quarter once: that every file asks for it is tested above."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    write_community(checkout / "data" / NAME, now)
    number = ordinal(Calendar().containing(now))

    assert 0 == run_by(file, checkout, quarter)
    wanted = name_of(number - 1 if quarter == "last" else number)
    published = {path.parent.name for path in checkout.glob("reports/*/*/manifest.json")}
    assert {wanted} == published


def write_community(folder: Path, now: datetime) -> None:
    """A question and an answer a day, up to now; a gap of 70 days, so that `check` ends with 3."""
    (folder / "records").mkdir(parents=True)
    (folder / "community.toml").write_text('name = "Mine"\n', encoding="utf-8")
    rows = ["post_id,thread_id,posted_at,member_id,kind"]
    for day in (*range(200), *range(270, 400)):
        at = (now - timedelta(days=day)).isoformat()
        rows += [
            f"q{day},q{day},{at},m{day % 7},question",
            f"a{day},q{day},{at},m{-day % 5},answer",
        ]
    (folder / "records" / "posts.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.mark.slow
def test_the_gap_of_these_runs_is_one_that_check_warns_of(checkout):
    write_community(checkout / "data" / NAME, datetime.now(UTC).replace(tzinfo=None, microsecond=0))
    command = [sys.executable, "run.py", "check", NAME]
    assert 3 == run(command, env=environment(checkout), cwd=checkout)


# Each of them


class TestCrontab:
    def test_it_has_the_two_schedules(self):
        _, entries = crontab((SCHEDULE / "crontab").read_text(encoding="utf-8"))
        assert [f"0 5 {AFTER_CLOSE}", "0 7 * * 1"] == list(entries)

    def test_no_command_has_a_sign_that_cron_takes_for_a_line_break(self):
        _, entries = crontab((SCHEDULE / "crontab").read_text(encoding="utf-8"))
        assert [] == [command for command in entries.values() if "%" in command]

    def test_a_failure_is_mailed_and_all_is_in_the_log(self, pretended, capfd):
        home = pretended(1)
        (home / "run.py").write_text("import sys\nprint('all')\nsys.exit('one\\ntwo\\nthree')\n")

        assert 1 == run_by_cron(home, "last")
        assert "one\ntwo\nthree\n" == capfd.readouterr().out.replace("all\n", "")
        log = (home / "reports" / f"{NAME}.log").read_text()
        assert {"all", "one", "two", "three"} == set(log.splitlines())


class TestSystemd:
    @pytest.mark.parametrize("path", sorted(SYSTEMD.iterdir()), ids=lambda path: path.name)
    def test_systemd_understands_it(self, path):
        if not shutil.which("systemd-analyze"):
            pytest.skip("needs systemd-analyze, which comes with systemd")
        said = verified(path)
        told = [line for line in (said.stdout + said.stderr).splitlines() if "tacheles" in line]
        assert (0, []) == (said.returncode, told)

    def test_what_systemd_does_not_understand_is_found(self, tmp_path):
        if not shutil.which("systemd-analyze"):
            pytest.skip("needs systemd-analyze, which comes with systemd")
        wrong = tmp_path / "wrong@.service"
        wrong.write_text("[Service]\nType=oneshot\nExecStart=python3\nProtectSysten=strict\n")
        assert "ProtectSysten" in verified(wrong).stderr

    def test_the_timers_have_the_two_schedules_and_make_up_for_a_pause(self):
        timers = {quarter: unit(SYSTEMD / f"tacheles-{quarter}@.timer") for quarter in QUARTERS}
        assert ("OnCalendar", "*-01,04,07,10-02..04 05:00") in timers["last"]
        assert ("OnCalendar", "Mon 07:00") in timers["running"]
        assert all(("Persistent", "true") in settings for settings in timers.values())

    def test_the_services_differ_only_in_the_quarter(self):
        last, running = (dict.fromkeys(unit(SYSTEMD / f"tacheles-{q}@.service")) for q in QUARTERS)
        assert ["Description", "ExecStart"] == [
            name for name, _ in last if (name, _) not in running
        ]
        assert ["Description", "After", "ExecStart"] == [
            name for name, _ in running if (name, _) not in last
        ]

    def test_only_the_reports_can_be_written(self):
        settings = unit(SYSTEMD / "tacheles-last@.service")
        assert [f"{PLACE}/reports"] == [
            value for name, value in settings if name == "ReadWritePaths"
        ]
        assert {("ProtectSystem", "strict"), ("PrivateTmp", "true")} <= set(settings)


def verified(path: Path) -> "subprocess.CompletedProcess[str]":
    command = ["systemd-analyze", "verify", "--man=no", path]
    around = os.environ | {"SYSTEMD_UNIT_PATH": f"{path.parent}:", "SYSTEMD_LOG_LEVEL": "warning"}
    return subprocess.run(command, env=around, capture_output=True, text=True, check=False)


class TestGithub:
    def test_it_keeps_to_the_schema_of_workflows(self, capfd):
        command = [sys.executable, "-m", "check_jsonschema"]
        command += ["--builtin-schema", "vendor.github-workflows", SCHEDULE / "github-actions.yml"]
        assert 0 == run(command), "".join(capfd.readouterr())

    def test_it_has_the_two_schedules_and_can_be_started_by_hand(self):
        starts = workflow()["on"]
        crons = [entry["cron"] for entry in starts["schedule"]]
        assert [f"17 5 {AFTER_CLOSE}", "17 7 * * 1"] == crons
        assert ["last", "running"] == [asked_quarter(cron) for cron in crons]
        assert "2026-Q3" == asked_quarter("", given="2026-Q3")
        assert "last" == starts["workflow_dispatch"]["inputs"]["quarter"]["default"]

    def test_it_sets_up_python_and_keeps_the_reports(self):
        steps = {
            step["uses"].partition("@")[0]: step.get("with")
            for step in workflow()["jobs"]["report"]["steps"]
            if "uses" in step
        }
        assert {"python-version": "3.11"} == steps["actions/setup-python"]
        assert "reports/" == steps["actions/upload-artifact"]["path"]


class TestAirflow:
    def test_there_is_a_dag_for_each_schedule(self, airflow):
        schedules = {name: dag.options["schedule"] for name, dag in airflow.items()}
        assert {"last": f"0 5 {AFTER_CLOSE}", "running": "0 7 * * 1"} == schedules
        ids = {f"tacheles_{NAME}_last", f"tacheles_{NAME}_running"}
        assert ids == {dag.dag_id for dag in airflow.values()}

    @pytest.mark.parametrize("quarter", QUARTERS)
    def test_its_tasks_are_check_and_then_report(self, airflow, quarter):
        tasks = [(it.task_id, it.bash_command, it.cwd, it.after) for it in airflow[quarter].tasks]
        assert [
            ("check", f"python3 run.py check {NAME} || [ $? -eq 3 ]", PLACE, []),
            ("report", f"python3 run.py report {NAME} --quarter {quarter}", PLACE, ["check"]),
        ] == tasks

    def test_it_makes_up_for_no_missed_run(self, airflow):
        assert {False} == {dag.options["catchup"] for dag in airflow.values()}
