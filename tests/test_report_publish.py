"""Whatever happens to a run: a clear message, the last report whole, and the next one works."""

import errno
import io
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tacheles import lock
from tacheles.cli import main
from tacheles.errors import TachelesError
from tacheles.report import crew, publish, run, swap, warm
from tacheles.report.progress import Progress

QUARTER = "2011-Q3"
GOOD = "x = 1"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="faults are made with POSIX calls")


class House:
    """Folders of notebooks and reports, with a good report of the quarter in place."""

    def __init__(self, folder: Path) -> None:
        self.notebooks, self.reports = folder / "notebooks", folder / "reports"
        self.home = self.reports / "bicycles-meta"
        self.last = self.home / QUARTER
        self.last.mkdir(parents=True)
        (self.last / "index.html").write_text("the last good report")
        self.fifo, self.go_on = folder / "told", folder / "go_on"
        os.mkfifo(self.fifo)
        os.mkfifo(self.go_on)
        self._ear = os.open(self.fifo, os.O_RDWR)  # open all the time: nobody waits for us

    def write(self, *cells: str) -> None:
        """A notebook of each of these cells, instead of those that are there."""
        shutil.rmtree(self.notebooks, ignore_errors=True)
        self.notebooks.mkdir()
        for number, source in enumerate(cells, 1):
            names = ("community", "quarter", "data", "language")
            parameters = "\n".join(f'{name}: str = ""' for name in names)
            cell = new_code_cell(parameters, metadata={"tags": ["parameters"]})
            made = new_notebook(cells=[new_markdown_cell("# Is it?"), cell, new_code_cell(source)])
            made.metadata.kernelspec = {"name": "python3", "display_name": "", "language": "python"}
            nbformat.write(made, self.notebooks / f"0{number}-test.ipynb")

    def publish(self, *quarters: str, **options) -> dict:
        return publish.publish_each(
            "bicycles-meta",
            quarters or [QUARTER],
            reports=self.reports,
            notebooks=self.notebooks,
            **options,
        )

    def fails(self, **options) -> TachelesError:
        """The error of a run that has to fail; the last good report is still there."""
        error = self.publish(**options)[QUARTER]
        assert isinstance(error, TachelesError)
        assert 3 == len(str(error).splitlines())
        self.assert_last_is_whole()
        return error

    def assert_last_is_whole(self) -> None:
        assert "the last good report" == (self.last / "index.html").read_text()
        assert {path.name for path in self.home.iterdir()} <= {
            *(".lock", "index.html", QUARTER, f"failed-{QUARTER}")
        }

    def assert_next_run_works(self) -> None:
        self.write(GOOD)
        assert {QUARTER: self.last} == self.publish()
        assert {".lock", "index.html", QUARTER} == {path.name for path in self.home.iterdir()}
        assert "manifest.json" in {path.name for path in self.last.iterdir()}

    def tells(self, what: str) -> str:
        """Code that tells the test something."""
        return f"import os\nopen({str(self.fifo)!r}, 'w').write(str({what}))\n"

    def hear(self) -> str:
        """What the notebook tells, as soon as it does."""
        assert select.select([self._ear], [], [], 60)[0], "the notebook tells nothing"
        return os.read(self._ear, 4096).decode()

    def close(self) -> None:
        os.close(self._ear)


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    yield house
    house.close()


@pytest.fixture(params=[True, False], ids=["forked", "fresh"])
def is_warm(request, monkeypatch):
    """Whether notebooks run in kernels forked from a warm process, or in fresh ones."""
    if request.param and not warm.IS_POSSIBLE:
        pytest.skip("kernels are forked on Linux only")
    monkeypatch.setattr(warm, "IS_POSSIBLE", request.param)
    return request.param


def assert_gone(*pids: int) -> None:
    """These processes end by themselves, and are not only dead to their parents."""
    for pid in pids:
        if psutil.pid_exists(pid):
            psutil.Process(pid).wait(timeout=20)


class TestCell:
    """What a notebook can do."""

    def test_it_kills_its_own_process(self, house, is_warm):
        child = "import subprocess\nchild = subprocess.Popen(['sleep', '1000'])\n"
        dies = f"os.kill(os.getpid(), {signal.SIGKILL})"
        house.write(child + house.tells("child.pid") + dies, GOOD)
        with ThreadPoolExecutor() as threads:
            heard = threads.submit(house.hear)
            error = house.fails()
            assert_gone(int(heard.result()))
        assert error.problem == (
            "notebooks/01-test.ipynb, cell 4 (import subprocess): its process ended before the "
            "notebook did"
        )
        assert (house.home / f"failed-{QUARTER}" / "01-test.ipynb").exists()
        house.assert_next_run_works()

    def test_it_never_ends(self, house, monkeypatch, is_warm):
        """Its time is up as soon as it hangs, with two children, one of which left its group."""
        timers = []

        class Timer:
            def __init__(self, seconds, function):
                self.seconds, self.function = seconds, function

            def start(self):
                timers.append(self)

            def cancel(self):
                timers.remove(self)

        def hear_and_fire():
            heard = house.hear()
            for timer in list(timers):
                timer.function()
            return heard

        monkeypatch.setattr(run.threading, "Timer", Timer)
        children = (
            "import subprocess\n"
            "one = subprocess.Popen(['sleep', '1000'])\n"
            "two = subprocess.Popen(['sleep', '1000'], start_new_session=True)\n"
        )
        pids = house.tells("(os.getpid(), one.pid, two.pid)")
        house.write(children + pids + "while True: pass", GOOD)
        with ThreadPoolExecutor() as threads:
            heard = threads.submit(hear_and_fire)
            error = house.fails(time_limit=42)
        assert "notebooks/01-test.ipynb, cell 4 (import subprocess): its time is up" == (
            error.problem
        )
        assert "not done after 42 min" == error.found
        left = [int(pid) for pid in re.findall(r"\d+", heard.result())]
        assert 3 == len(left)
        assert not [pid for pid in left if psutil.pid_exists(pid)]
        monkeypatch.undo()
        house.assert_next_run_works()

    def test_the_time_is_up_before_its_first_cell(self, house):
        house.write(GOOD)
        error = house.fails(time_limit=0.0001)
        assert "notebooks/01-test.ipynb, before its first cell: its time is up" == error.problem
        house.assert_next_run_works()

    def test_it_fails_and_the_notebook_is_kept_until_a_good_run(self, house):
        house.write("1 / 0")
        house.fails()
        failed = house.home / f"failed-{QUARTER}" / "01-test.ipynb"
        assert "ZeroDivisionError" in failed.read_text()
        house.assert_next_run_works()

    def test_those_after_a_failed_one_are_not_started(self, house, monkeypatch):
        monkeypatch.setattr(crew, "_cores", lambda: 1)
        house.write("1 / 0", GOOD, GOOD, GOOD)
        assert house.fails().problem.endswith("ZeroDivisionError")
        assert not (house.home / f"failed-{QUARTER}" / "04-test.ipynb").exists()


class TestDisk:
    """What a disk can do."""

    @pytest.fixture
    def small_disk(self, house):
        """The folder of reports on a disk of its own, with room for a page less than it needs."""
        arguments = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", str(house.home)]
        if subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode:
            pytest.skip("needs the right to mount a disk")
        house.last.mkdir()
        (house.last / "index.html").write_text("the last good report")
        yield house.home
        subprocess.run(["umount", "-l", str(house.home)], check=True)

    @pytest.mark.parametrize(
        "place",
        [
            "tacheles.report.page.write",
            "tacheles.report.publish._write_manifest",
            "tacheles.report.swap._flush",
            "papermill.iorw.LocalHandler.write",
        ],
    )
    def test_it_is_full_wherever_that_shows(self, house, monkeypatch, place):
        def write(*_arguments, **_options):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        house.write(GOOD)
        monkeypatch.setattr(place, write)
        error = house.fails()
        assert "cannot be written to" in error.problem
        assert "No space left on device" == error.found
        monkeypatch.undo()
        house.assert_next_run_works()

    def test_it_is_full(self, house, small_disk):
        house.write(GOOD)
        error = house.fails()
        assert error.found.startswith("No space left on device")
        subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
        house.assert_next_run_works()

    def test_it_is_read_only(self, house, small_disk):
        house.write(GOOD)
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        with pytest.raises(TachelesError, match="cannot be written to") as error:
            house.publish()
        assert "Read-only file system" in error.value.found
        house.assert_last_is_whole()
        subprocess.run(["mount", "-o", "remount,rw,size=4m", str(small_disk)], check=True)
        house.assert_next_run_works()

    def test_the_second_rename_fails(self, house, monkeypatch):
        """As on Windows, when somebody has the old page open."""
        rename = Path.rename

        def refuse(path, target):
            if path.name.endswith(".new"):
                raise PermissionError(errno.EACCES, "Permission denied", str(target))
            return rename(path, target)

        house.write(GOOD)
        monkeypatch.setattr(Path, "rename", refuse)
        assert "Permission denied" in house.fails().found
        monkeypatch.undo()
        house.assert_next_run_works()


class TestLock:
    def test_two_runs_at_once(self, house):
        """The second is refused and names the first, which goes on undisturbed."""
        house.write(house.tells("'running'") + f"open({str(house.go_on)!r}).read()")
        with ThreadPoolExecutor() as threads:
            first = threads.submit(house.publish)
            house.hear()
            with pytest.raises(TachelesError) as error:
                house.publish()
            house.go_on.write_text("")
            assert {QUARTER: house.last} == first.result()
        assert error.value.problem.endswith("bicycles-meta: another run is publishing here")
        assert re.fullmatch(rf"process {os.getpid()}, since [-\d]+ [:\d]+ UTC", error.value.found)
        house.assert_next_run_works()

    def test_what_it_says_does_not_hold_it(self, house):
        """A process id of somebody who lives, but holds nothing: an old one, used again."""
        house.write(GOOD)
        (house.home / lock.FILE).write_text(f"process {os.getppid()}, since 2011-10-01 UTC\n")
        house.assert_next_run_works()

    def test_of_another_community_it_does_not_hold(self, tmp_path):
        with lock.only_run(tmp_path / "one"), lock.only_run(tmp_path / "other"):
            assert (
                (tmp_path / "other" / lock.FILE).read_text().startswith(f"process {os.getpid()}, ")
            )

    def test_a_process_started_meanwhile_does_not_inherit_it(self, tmp_path):
        with lock.only_run(tmp_path):
            child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        with lock.only_run(tmp_path):
            child.communicate(b"\n")


KILLED_AT = {
    "before anything is staged": "swap.staged = die",
    "while pages are written": "page.write = die",
    "after the pages": "publish._write_manifest = die",
    "before the swap": "swap._swap = die",
    "between the two renames": (
        "rename = Path.rename\n"
        "Path.rename = lambda path, to: (rename(path, to), str(to).endswith('.old') and die())"
    ),
    "after the swap, before the old one is removed": (
        "remove = shutil.rmtree\n"
        "shutil.rmtree = lambda path, **o: die() if str(path).endswith('.old') "
        "else remove(path, **o)"
    ),
}


def command(house: House, injected: str = "") -> subprocess.Popen:
    """The command in a process of its own, marked so that what it starts can be found."""
    code = f"""
import os, shutil, signal, sys
from pathlib import Path
from tacheles.cli import main
from tacheles.report import page, publish, run, swap

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

# whoever runs the tests in the background of a shell ignores it, and so would this process
signal.signal(signal.SIGINT, signal.default_int_handler)
publish.publish_each.__kwdefaults__["notebooks"] = Path({str(house.notebooks)!r})
{injected}
wanted = ["--quarter", {QUARTER!r}, "--reports", {str(house.reports)!r}]
sys.exit(main(["report", "bicycles-meta", *wanted]))
"""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"TACHELES_TEST_RUN": str(house.home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def assert_no_process_is_left(house: House) -> None:
    """Of all that carry the mark; found by it, waited for, never killed."""
    left = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("TACHELES_TEST_RUN") == str(house.home):
                left.append(process)
        except (psutil.Error, OSError):
            continue
    _gone, alive = psutil.wait_procs(left, timeout=20)
    assert [] == alive


@pytest.mark.slow
class TestKilled:
    """SIGKILL at every step; the next command heals, even one that is refused."""

    @pytest.mark.parametrize("moment", KILLED_AT)
    def test_at_a_step(self, house, moment):
        house.write(GOOD)
        run_of_it = command(house, KILLED_AT[moment])
        _out, told = run_of_it.communicate(timeout=120)
        assert -signal.SIGKILL == run_of_it.returncode, told
        assert_no_process_is_left(house)
        assert 1 == main(
            ["report", "bicycles-meta", "--quarter", "2009-Q4", "--reports", str(house.reports)]
        )
        if moment.startswith("after the swap"):
            assert "manifest.json" in {path.name for path in house.last.iterdir()}
        else:
            house.assert_last_is_whole()
        assert not [path for path in house.home.glob(".*") if path.name != lock.FILE]
        house.assert_next_run_works()

    @pytest.mark.skipif(not warm.IS_POSSIBLE, reason="a fresh kernel's children outlive SIGKILL")
    @pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
    def test_while_a_notebook_runs(self, house, how):
        child = "import subprocess, threading\nchild = subprocess.Popen(['sleep', '1000'])\n"
        house.write(child + house.tells("'running'") + "threading.Event().wait()", GOOD)
        run_of_it = command(house)
        house.hear()
        run_of_it.send_signal(how)
        _out, told = run_of_it.communicate(timeout=120)
        if how == signal.SIGKILL:
            assert -signal.SIGKILL == run_of_it.returncode
        else:
            assert 130 == run_of_it.returncode
            assert "stopped before it was done.\nFound: " in told
            assert "Traceback" not in told
        assert_no_process_is_left(house)
        house.assert_last_is_whole()
        house.assert_next_run_works()


class TestQuarters:
    FAILS_IN_Q2 = "assert not quarter.endswith('Q2'), 'no spring'"

    @pytest.fixture(autouse=True)
    def _notebooks(self, house, monkeypatch):
        house.write(self.FAILS_IN_Q2)
        monkeypatch.setitem(publish.publish_each.__kwdefaults__, "notebooks", house.notebooks)

    def test_one_that_fails_does_not_stop_the_others(self, house, capsys):
        spring = house.home / "2011-Q2"
        spring.mkdir()
        quarters = ["--quarters", "2011-Q1..2011-Q3", "--reports", str(house.reports)]
        code = main(["report", "bicycles-meta", *quarters])
        assert 1 == code
        told = capsys.readouterr()
        assert [
            f"published: {house.home / '2011-Q1' / 'index.html'}",
            f"published: {house.last / 'index.html'}",
        ] == told.out.splitlines()
        assert "2 of 3 quarters published; not: 2011-Q2" == told.err.splitlines()[-1]
        assert "AssertionError.\nFound: no spring.\nHint: " in told.err
        assert [] == list(spring.iterdir())
        assert (house.home / "failed-2011-Q2" / "01-test.ipynb").exists()

    def test_one_that_the_export_does_not_reach_neither(self, house):
        outcomes = house.publish("2009-Q4", QUARTER)
        assert "outside the records" in str(outcomes["2009-Q4"])
        assert house.last == outcomes[QUARTER]

    @pytest.mark.parametrize(
        ("words", "quarters"),
        [
            (["--quarter", "running"], ["2011-Q4"]),
            (["--quarter", "last"], ["2011-Q3"]),
            (["--quarter", "2011-Q1"], ["2011-Q1"]),
            (["--quarters", "2010-Q4..2011-Q2"], ["2010-Q4", "2011-Q1", "2011-Q2"]),
            ([], [""]),
        ],
    )
    def test_which_are_meant(self, house, monkeypatch, words, quarters):
        asked = []
        monkeypatch.setattr(publish, "publish_each", lambda _name, q, **_: asked.extend(q) or {})
        main(["report", *words], now=datetime(2011, 10, 1))
        assert quarters == asked

    def test_last_and_running_follow_the_community_s_calendar(self, workbook_folder, monkeypatch):
        """In Auckland the first of April begins half a day earlier, and with it a new year."""
        folder = workbook_folder(
            'name = "Kiwi"\ntime_zone = "Pacific/Auckland"\nfiscal_year_start = 4'
        )
        asked = []
        monkeypatch.setattr(publish, "publish_each", lambda _name, q, **_: asked.extend(q) or {})
        for word in ("last", "running"):
            main(
                ["report", "sample", "--quarter", word, "--data", str(folder.parent)],
                now=datetime(2026, 3, 31, 12),
            )
        assert ["2026-Q4", "2027-Q1"] == asked

    @pytest.mark.parametrize("span", ["2011-Q3..2011-Q1", "2011-Q1..", "..", "2011-Q1..2011"])
    def test_a_span_that_is_none(self, capsys, span):
        assert 1 == main(["report", "--quarters", span])
        assert 3 == len(capsys.readouterr().err.splitlines())

    @pytest.mark.parametrize("minutes", ["0", "-1", "soon", "nan", "inf"])
    def test_a_limit_that_is_none(self, minutes):
        with pytest.raises(SystemExit) as stopped:
            main(["report", "--time-limit", minutes])
        assert 2 == stopped.value.code


class TestProgress:
    def test_without_a_terminal_a_line_each(self):
        told = io.StringIO()
        progress = Progress(2, told)
        with progress.notebook("2011-Q3 02-growth"):
            pass
        with pytest.raises(KeyError), progress.notebook("2011-Q3 04-roi"):
            raise KeyError
        assert [
            "2011-Q3 02-growth: running",
            "2011-Q3 02-growth: done in 0 s",
            "2011-Q3 04-roi: running",
            "2011-Q3 04-roi: failed in 0 s",
        ] == told.getvalue().splitlines()

    def test_on_a_terminal_one_line_that_is_rewritten(self, monkeypatch):
        told = io.StringIO()
        told.isatty = lambda: True  # type: ignore[method-assign]
        progress = Progress(2, told)
        with progress.notebook("02-growth"), progress.notebook("04-roi"):
            assert told.getvalue().endswith("\r\x1b[K0 of 2 done, running: 02-growth, 04-roi")
        assert told.getvalue().endswith("\r\x1b[K1 of 2 done, running: 02-growth\r\x1b[K")
        assert "\n" not in told.getvalue()


class TestWarm:
    """Kernels forked from a warm process do what fresh ones do."""

    FIGURES = (
        "import matplotlib.pyplot as plt\n"
        "plt.plot([1, 2])\nplt.show()\nplt.plot([2, 1])\nplt.show()\n"
        "import psutil\nprint(psutil.Process().parent().cmdline())"
    )

    @staticmethod
    def outputs(house: House, team: crew.Crew) -> list:
        path = house.notebooks / "01-test.ipynb"
        given = {"community": "", "quarter": "", "data": "", "language": ""}
        running = [team.start(str(n), path, given, house.reports / f"{n}.ipynb") for n in (1, 2)]
        return [future.result().cells[-1].outputs for future in running]

    def test_every_figure_is_there(self, house, is_warm):
        house.write(self.FIGURES)
        twice = [house.notebooks / "01-test.ipynb"] * 2
        with crew.Crew(twice, 5, Progress(2, io.StringIO())) as team:
            for outputs in self.outputs(house, team):
                assert 2 == sum("image/png" in output.get("data", {}) for output in outputs)
                parent = next(output.text for output in outputs if "text" in output)
                assert is_warm == ("tacheles.report.warm" in parent)

    @pytest.mark.skipif(not warm.IS_POSSIBLE, reason="kernels are forked on Linux only")
    def test_if_the_server_is_gone_kernels_are_fresh(self, house):
        house.write(self.FIGURES)
        twice = [house.notebooks / "01-test.ipynb"] * 2
        with crew.Crew(twice, 5, Progress(2, io.StringIO())) as team:
            team._server._process.kill()
            team._server._process.wait()
            for outputs in self.outputs(house, team):
                assert 2 == sum("image/png" in output.get("data", {}) for output in outputs)

    def test_what_the_notebooks_import_is_known(self, house):
        house.write("import numpy as np\nfrom tacheles import charts", "%time x\nimport os")
        found = warm.imports_of(sorted(house.notebooks.iterdir()))
        assert ["numpy", "tacheles", "tacheles.charts"] == found


def test_healing_touches_nothing_else(tmp_path):
    for name in (".2011-Q1.new", ".2011-Q2.old", ".2011-Q3.old", "2011-Q3", "failed-2011-Q3"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(name)
    (tmp_path / ".index.html.new").write_text("half of a list of all quarters")
    assert swap.needs_healing(tmp_path)
    swap.heal(tmp_path)
    assert {
        "2011-Q2": ".2011-Q2.old",
        "2011-Q3": "2011-Q3",
        "failed-2011-Q3": "failed-2011-Q3",
    } == {path.name: (path / "index.html").read_text() for path in tmp_path.iterdir()}
    assert not swap.needs_healing(tmp_path)


def test_folders_within_are_staged_too(tmp_path):
    with swap.staged(tmp_path / QUARTER) as folder:
        (folder / "plans").mkdir()
        (folder / "plans" / "goals.csv").write_text("goal_id\n")
    assert "goal_id\n" == (tmp_path / QUARTER / "plans" / "goals.csv").read_text()
    assert [QUARTER] == [path.name for path in tmp_path.iterdir()]
