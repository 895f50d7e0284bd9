"""Notebooks side by side, each in a process of its own."""

import os
import sys
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path

from nbformat import NotebookNode

from tacheles.report import warm
from tacheles.report.kernel import Kernel, started
from tacheles.report.progress import Progress
from tacheles.report.run import execute


class Crew:
    """
    Runs as many notebooks at a time as there are cores; no process is left when it is closed.

    Parameters
    ----------
    notebooks : list of Path
        What will be run, once for each entry.
    time_limit : float
        Time allowed for each. [min]
    progress : Progress
        Is told what runs.
    """

    def __init__(self, notebooks: list[Path], time_limit: float, progress: Progress) -> None:
        self._time_limit, self._progress = time_limit, progress
        self._threads = ThreadPoolExecutor(max(1, min(len(notebooks), _cores())))
        self._kernels: set[Kernel] = set()
        self._is_closed = False
        self._server = None
        if warm.IS_POSSIBLE:
            self._server = warm.Server(warm.imports_of(sorted(set(notebooks))))

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_closed = True
        for kernel in list(self._kernels):
            kernel.end()
        self._threads.shutdown(cancel_futures=True)
        if self._server:
            self._server.close()

    def start(
        self, name: str, notebook: Path, parameters: dict[str, object], output: Path
    ) -> "Future[NotebookNode]":
        """
        Run a notebook as soon as a core is free: see :func:`run.execute`.

        Parameters
        ----------
        name : str
            How progress calls it.
        notebook, parameters, output
            See :func:`run.execute`.
        """
        return self._threads.submit(self._execute, name, notebook, parameters, output)

    def _execute(
        self, name: str, notebook: Path, parameters: dict[str, object], output: Path
    ) -> NotebookNode:
        with self._progress.notebook(name), started(self._server) as kernel:
            self._kernels.add(kernel)
            try:
                if self._is_closed:
                    raise CancelledError
                return execute(
                    notebook, parameters, output, time_limit=self._time_limit, kernel=kernel
                )
            finally:
                self._kernels.discard(kernel)


def _cores() -> int:
    """Cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
