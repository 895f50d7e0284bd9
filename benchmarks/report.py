"""
What the sample's report costs, in three ways that draw the same figures and tables.

A  `tacheles report`: all pages and PDFs
B  papermill's command line and `jupyter nbconvert --to html`, notebook after notebook
C  the notebooks' cells in one plain script, without Jupyter

python benchmarks/report.py                      three rounds A B C, after one that is not counted
python benchmarks/report.py --notebook 04-roi    of one notebook only

Time is that of whole processes, from start to end, with all that they start. Needs Linux.
"""

import argparse
import ast
import ctypes
import os
import platform
import resource
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

import psutil

# a dependency of nbformat's that costs a second to import and serves nothing here
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
import nbformat  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
ALL = sorted((ROOT / "notebooks").glob("[0-9][0-9]-*.ipynb"))
SAMPLE = "bicycles-meta"

#: Where the command lines lie that belong to this interpreter.
SCRIPTS = Path(sysconfig.get_path("scripts"))

#: Of the checkout that this file lies in, whichever is installed.
ENVIRONMENT = os.environ | {
    "PYTHONPATH": str(ROOT / "lib"),
    "PATH": f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}",
}

#: `tacheles report` runs all notebooks; this is how it runs some.
_SOME = """
import sys
from pathlib import Path
from tacheles.report.publish import publish
publish(sys.argv[1], reports=Path(sys.argv[2]), notebooks=Path(sys.argv[3]))
"""

#: Of Linux's prctl: who outlives its parent becomes our child, so that we are told what it used.
_PR_SET_CHILD_SUBREAPER = 36

_Command = list[str | Path]


@dataclass(frozen=True)
class Cost:
    """
    What a way used.

    Parameters
    ----------
    wall : float
        From the start of its first process to the end of its last. [s]
    cpu : float
        User and system time of all its processes. [s]
    largest : float
        Most memory that any one process held. [MB]
    """

    wall: float
    cpu: float
    largest: float


@dataclass(frozen=True)
class Made:
    """What a way wrote: numbers of HTML pages and PDFs, of figures and tables on the pages."""

    pages: int
    papers: int
    figures: int
    tables: int


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 if the ways did not make the same."""
    options = _parser().parse_args(arguments)
    if sys.platform != "linux":
        raise SystemExit(
            f"{Path(__file__).name}: measures on Linux only\n"
            f"Found: {sys.platform}\n"
            "Hint: run it in a container or a virtual machine"
        )
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    notebooks = [path for path in ALL if path.stem in (options.notebook or [path.stem])]
    print(f"{_machine()}\nnotebooks: {', '.join(path.stem for path in notebooks)}\n", flush=True)
    made, together = _warmed_up(notebooks)
    rounds = []
    for number in range(1, options.rounds + 1):
        rounds.append({name: _measured(way, notebooks)[0] for name, way in WAYS.items()})
        print(_round(number, rounds[-1]), flush=True)
    print(f"\n{_result(rounds, made, together)}")
    if len({(one.figures, one.tables) for one in made.values()}) > 1:
        print("The three did not make the same figures and tables: compare nothing.")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=_count, default=3, metavar="N", help="(default: 3)")
    parser.add_argument(
        "--notebook",
        action="append",
        choices=[path.stem for path in ALL],
        metavar="NAME",
        help="only this one, like 04-roi; may be given several times",
    )
    return parser


def _count(text: str) -> int:
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


# The three ways: the commands of each, which write below a folder


def product(notebooks: list[Path], folder: Path) -> list[_Command]:
    """`tacheles report`, or its function where only some notebooks are wanted."""
    if notebooks == ALL:
        return [[sys.executable, "-m", "tacheles", "report", SAMPLE, "--reports", folder]]
    some = folder / ".notebooks"
    some.mkdir()
    for path in notebooks:
        (some / path.name).write_bytes(path.read_bytes())
    return [[sys.executable, "-c", _SOME, SAMPLE, folder, some]]


def by_hand(notebooks: list[Path], folder: Path) -> list[_Command]:
    """What one would type without the product."""
    commands: list[_Command] = []
    for path in notebooks:
        executed = folder / path.name
        commands.append([SCRIPTS / "papermill", path, executed, "-p", "community", SAMPLE])
        commands.append([SCRIPTS / "jupyter", "nbconvert", "--to", "html", executed])
    return commands


def plain(notebooks: list[Path], folder: Path) -> list[_Command]:
    """The notebooks' cells as scripts in one process."""
    scripts = [folder / f"{path.stem}.py" for path in notebooks]
    for path, script in zip(notebooks, scripts, strict=True):
        script.write_text(_script(path), encoding="utf-8")
    return [[sys.executable, Path(__file__).with_name("plain.py"), folder, *scripts]]


WAYS: dict[str, Callable[[list[Path], Path], list[_Command]]] = {
    "A tacheles report": product,
    "B papermill, nbconvert": by_hand,
    "C plain script": plain,
}


def _script(notebook: Path) -> str:
    """A notebook's code; the last expression of a cell is displayed, as Jupyter does."""
    sources = []
    for cell in nbformat.read(notebook, as_version=4).cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "code" and "skip-execution" not in tags:
            sources.append(_displaying(cell.source))
        if "parameters" in tags:
            sources.append(f"community = {SAMPLE!r}")
    return "\n\n".join(sources)


def _displaying(source: str) -> str:
    tree = ast.parse(source)
    if tree.body and isinstance(last := tree.body[-1], ast.Expr):
        last.value = ast.Call(ast.Name("display", ast.Load()), [last.value], [])
    return ast.unparse(tree)


# Measuring


def _warmed_up(notebooks: list[Path]) -> tuple[dict[str, Made], dict[str, float]]:
    """
    A round whose time is not counted: it fills the caches.

    What a way made and its memory altogether are found here: looking costs time.
    """
    made, together = {}, {}
    for name, way in WAYS.items():
        with _memory_watched() as sums:
            cost, made[name] = _measured(way, notebooks)
        together[name] = max(cost.largest, *sums)
    return made, together


def _measured(
    way: Callable[[list[Path], Path], list[_Command]], notebooks: list[Path]
) -> tuple[Cost, Made]:
    """What a way costs and makes, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="tacheles-benchmark-") as name:
        folder = Path(name)
        costs = [_run(command, folder) for command in way(notebooks, folder)]
        whole = Cost(
            sum(one.wall for one in costs),
            sum(one.cpu for one in costs),
            max(one.largest for one in costs),
        )
        return whole, _made(folder)


def _run(command: _Command, folder: Path) -> Cost:
    """Run a command; whatever it leaves behind is waited for and counted, but not its wall time."""
    cpu = largest = wall = 0.0
    with (folder / "log.txt").open("w+", encoding="utf-8") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=ENVIRONMENT, stdout=log, stderr=subprocess.STDOUT
        )
        for pid, status, usage in _ended_children():
            cpu += usage.ru_utime + usage.ru_stime
            largest = max(largest, usage.ru_maxrss / 1024)
            if pid == process.pid:
                wall = time.perf_counter() - began
                process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            log.seek(0)
            raise SystemExit(
                f"{' '.join(map(str, command))}: exit code {process.returncode}\n"
                f"Found: {log.read()[-2000:]}\n"
                "Hint: run the command by itself"
            )
    return Cost(wall, cpu, largest)


def _ended_children() -> Iterator[tuple[int, int, resource.struct_rusage]]:
    """Process id, status and use of each child that ends, until there is none."""
    while True:
        try:
            yield os.wait4(-1, 0)
        except ChildProcessError:
            return


@contextmanager
def _memory_watched() -> Iterator[list[float]]:
    """Memory of all our descendants together, looked at ten times a second. [MB]"""
    sums, is_over = [0.0], threading.Event()

    def watch() -> None:
        while not is_over.wait(0.1):
            sums.append(_memory(psutil.Process().children(recursive=True)))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield sums
    finally:
        is_over.set()
        watching.join()


def _memory(processes: list[psutil.Process]) -> float:
    """What each has for itself, and once what they share. [MB]"""
    own, shared = 0.0, [0.0]
    for process in processes:
        with suppress(psutil.Error, OSError):  # it has just ended
            held = process.memory_full_info()
            own += held.uss
            shared.append(held.rss - held.uss)
    return (own + max(shared)) / 2**20


def _made(folder: Path) -> Made:
    pages = [path.read_text(encoding="utf-8") for path in folder.rglob("*.html")]
    return Made(
        len(pages),
        len(list(folder.rglob("*.pdf"))),
        sum(page.count("<figure>") for page in pages),
        sum(page.count("<table>") for page in pages),
    )


# Telling


def _machine() -> str:
    cores = len(os.sched_getaffinity(0))
    memory = psutil.virtual_memory().total / 2**30
    tools = ", ".join(f"{name} {version(name)}" for name in ("papermill", "nbconvert"))
    return (
        f"machine: {cores} cores, {memory:.0f} GB, {platform.platform(terse=True)}, "
        f"load {os.getloadavg()[0]:.1f}\n"
        f"Python {platform.python_version()}, {tools}"
    )


def _round(number: int, costs: dict[str, Cost]) -> str:
    """A line for each round: all it measured, and its ratios."""
    told = ", ".join(f"{name[0]} {one.wall:.1f} / {one.cpu:.1f}" for name, one in costs.items())
    return f"round {number}, wall / CPU [s]: {told}; load then {os.getloadavg()[0]:.1f}"


def _result(
    rounds: list[dict[str, Cost]], made: dict[str, Made], together: dict[str, float]
) -> str:
    def row(head: str, choose: Callable[[list[float]], float], name: str) -> list[str]:
        values = ([getattr(costs[way], name) for costs in rounds] for way in WAYS)
        return [head, *(f"{choose(list(one)):.2f}" for one in values)]

    a, *others = WAYS
    lines = [
        ["", *WAYS],
        row("wall [s], min", min, "wall"),
        row("wall [s], median", median, "wall"),
        row("CPU [s], min", min, "cpu"),
        row("CPU [s], median", median, "cpu"),
        ["largest process [MB]", *(f"{max(c[way].largest for c in rounds):.0f}" for way in WAYS)],
        ["all processes [MB]", *(f"{together[way]:.0f}" for way in WAYS)],
        ["HTML pages", *(str(made[way].pages) for way in WAYS)],
        ["PDFs", *(str(made[way].papers) for way in WAYS)],
        ["figures", *(str(made[way].figures) for way in WAYS)],
        ["tables", *(str(made[way].tables) for way in WAYS)],
    ]
    ratios = [["ratio, round by round", *map(str, range(1, len(rounds) + 1)), "median"]]
    for other in others:
        for name, said in (("wall", "wall"), ("cpu", "CPU")):
            each = [getattr(costs[a], name) / getattr(costs[other], name) for costs in rounds]
            ratios.append(
                [f"{a[0]}/{other[0]} {said}", *(f"{one:.2f}" for one in [*each, median(each)])]
            )
    return f"{_aligned(lines)}\n\n{_aligned(ratios)}"


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    """Columns of equal width, all but the first to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


if __name__ == "__main__":
    raise SystemExit(main())
