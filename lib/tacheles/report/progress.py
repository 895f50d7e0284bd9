"""What is going on, told on stderr: a line that is rewritten on a terminal, else a line each."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Progress:
    """
    Tells which notebooks run; several threads may tell it.

    Parameters
    ----------
    total : int
        How many notebooks there are.
    stream : file, optional
        Where it is told; by default stderr.
    """

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._total, self._done = total, 0
        self._running: list[str] = []
        self._lock = threading.Lock()

    @contextmanager
    def notebook(self, name: str) -> Iterator[None]:
        """
        Tell that a notebook runs, and how it ended.

        Parameters
        ----------
        name : str
            Quarter and name of the notebook.
        """
        began = time.monotonic()
        self._tell(f"{name}: running", running=name)
        how = "failed"
        try:
            yield
            how = "done"
        finally:
            self._tell(f"{name}: {how} in {time.monotonic() - began:.0f} s", ended=name)

    def _tell(self, line: str, running: str = "", ended: str = "") -> None:
        with self._lock:
            if running:
                self._running.append(running)
            else:
                self._running.remove(ended)
                self._done += 1
            if not self._stream.isatty():
                self._stream.write(f"{line}\n")
            elif self._running:
                state = f"{self._done} of {self._total} done, running: {', '.join(self._running)}"
                self._stream.write(f"\r\x1b[K{state[:99]}")
            else:
                self._stream.write("\r\x1b[K")
            self._stream.flush()
