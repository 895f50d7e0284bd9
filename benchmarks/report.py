"""
What a report costs: the command against papermill and nbconvert, and against one plain script.

    python benchmarks/report.py [--community NAME] [--quarter QUARTER] [--rounds 3]

All pages of a quarter, whole processes with all they start: wall and CPU time as the smallest of
the interleaved rounds, and the largest memory of all processes together (proportional set size on
Linux, looked at five times a second). The plain script makes the same calls, draws the same figures
and writes them down; it is the floor, without pages, checks, isolation or parameters.
"""

import argparse
import ast
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil

from tacheles import workbook
from tacheles.report import run

SHOW = """
import sys
def show(value):
    data = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {}
    data = data[0] if isinstance(data, tuple) else data
    OUT.write(str(data.get("text/html") or getattr(value, "_repr_html_", value.__repr__)()))
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--community", default="bicycles-meta")
    parser.add_argument("--quarter", default="")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    quarter = workbook.open(options.community, until=options.quarter).until
    notebooks = sorted(run.NOTEBOOKS.glob("[0-9][0-9]-*.ipynb"))
    with tempfile.TemporaryDirectory() as folder:
        ways = {
            "plain script": plain(notebooks, options.community, quarter, Path(folder)),
            "tacheles report": report(options.community, quarter, Path(folder)),
            "papermill, nbconvert": tools(notebooks, options.community, quarter, Path(folder)),
        }
        measured: dict[str, list[tuple[float, float, float]]] = {way: [] for way in ways}
        for _ in range(options.rounds):
            for way, commands in ways.items():
                measured[way].append(measure(commands))
    print(f"{options.community} {quarter}, {len(notebooks)} notebooks, {os.cpu_count()} cores,")
    print(f"smallest of {options.rounds} interleaved rounds; x: against tacheles report\n")
    tell({way: tuple(map(min, zip(*rounds, strict=True))) for way, rounds in measured.items()})


def report(community: str, quarter: str, folder: Path) -> list[list[str]]:
    """The product's command."""
    words = ["report", community, "--quarter", quarter, "--reports", str(folder / "reports")]
    return [[sys.executable, "-m", "tacheles", *words]]


def tools(notebooks: list[Path], community: str, quarter: str, folder: Path) -> list[list[str]]:
    """Papermill's command for each notebook, then nbconvert's for all."""
    given = ["-p", "community", community, "-p", "quarter", quarter, "--no-progress-bar"]
    outputs = [str(folder / path.name) for path in notebooks]
    papermill = [
        [sys.executable, "-m", "papermill", str(path), output, *given]
        for path, output in zip(notebooks, outputs, strict=True)
    ]
    return [*papermill, [sys.executable, "-m", "nbconvert", "--to", "html", *outputs]]


def plain(notebooks: list[Path], community: str, quarter: str, folder: Path) -> list[list[str]]:
    """One script with the notebooks' calls one after another."""
    lines = [SHOW, f"OUT = open({str(folder / 'plain.html')!r}, 'w')"]
    for path in notebooks:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                lines.append(shown(cell.source))
                if "parameters" in cell.metadata.get("tags", []):
                    lines.append(f"community, quarter = {community!r}, {quarter!r}")
    script = folder / "plain.py"
    script.write_text("\n".join(lines), encoding="utf-8")
    return [[sys.executable, str(script)]]


def shown(source: str) -> str:
    """A cell's code with its last expression shown, as Jupyter does."""
    tree = ast.parse(source)
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        call = ast.Call(ast.Name("show", ast.Load()), [tree.body[-1].value], [])
        tree.body[-1] = ast.Expr(call)
    return ast.unparse(ast.fix_missing_locations(tree))


def measure(commands: list[list[str]]) -> tuple[float, float, float]:
    """Wall [s], CPU [s] and largest memory [MB] of commands one after another."""
    wall = cpu = memory = 0.0
    for command in commands:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        watch = Memory(process.pid)
        _pid, status, usage = os.wait4(process.pid, 0)
        wall += time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"failed: {' '.join(command)}")
        cpu += usage.ru_utime + usage.ru_stime
        memory = max(memory, watch.largest())
    return wall, cpu, memory


class Memory:
    """The largest memory of a process and its descendants together, looked at now and then."""

    def __init__(self, pid: int) -> None:
        self._largest, self._is_over = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, args=(pid,))
        self._thread.start()

    def largest(self) -> float:
        """It, when the process has ended. [MB]"""
        self._is_over.set()
        self._thread.join()
        return self._largest

    def _look(self, pid: int) -> None:
        while not self._is_over.wait(0.2):
            try:
                top = psutil.Process(pid)
                family = [top, *top.children(recursive=True)]
            except psutil.Error:
                continue
            self._largest = max(self._largest, sum(map(size_of, family)) / 1e6)


def size_of(process: psutil.Process) -> float:
    """Memory of a process, what it shares divided among those who share it. [B]"""
    try:
        sizes = process.memory_full_info()
        return getattr(sizes, "pss", 0) or sizes.uss
    except psutil.Error:
        return 0


def tell(measured: dict[str, tuple[float, ...]]) -> None:
    """Print the ways side by side."""
    own = measured["tacheles report"]
    print(f"{'':22}{'wall s':>8}{'x':>6}{'CPU s':>8}{'x':>6}{'MB':>8}{'x':>6}")
    for way, numbers in measured.items():
        columns = "".join(
            f"{number:8.1f}{number / base:6.2f}" for number, base in zip(numbers, own, strict=True)
        )
        print(f"{way:22}{columns}")


if __name__ == "__main__":
    main()
