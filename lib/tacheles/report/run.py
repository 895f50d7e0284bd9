"""Execute notebooks with papermill, its parameters checked before anything starts."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from tacheles import ROOT, words
from tacheles.errors import TachelesError
from tacheles.report.kernel import Kernel, started

NOTEBOOKS = ROOT / "notebooks"

#: Time allowed for a whole notebook unless another is named. [min]
TIME_LIMIT = 30.0

_TYPES: dict[str, Any] = {"str": str, "int": int, "float": float}


def _papermill() -> Any:
    """Papermill, imported late: refusing a mistake should not wait for it."""
    import papermill

    logging.getLogger("papermill").addHandler(logging.NullHandler())  # we tell it, in three lines
    return papermill


def checked_parameters(
    notebooks: Sequence[Path], given: dict[str, str], ours: dict[str, str] | None = None
) -> dict[Path, dict[str, object]]:
    """
    To each notebook the parameters that it declares, in their types.

    Parameters
    ----------
    notebooks : sequence of Path
    given : dict of str
        Names and values as written on a command line.
    ours : dict of str, optional
        Those that are decided elsewhere and cannot be given.

    Raises
    ------
    TachelesError
        If no notebook has such a parameter, or the value is not of its type.
    """
    ours = ours or {}
    known = {path: _papermill().inspect_notebook(str(path)) for path in notebooks}
    free = dict.fromkeys(name for names in known.values() for name in names if name not in ours)
    for name, text in given.items():
        if name not in free:
            raise TachelesError(
                f"option -p: no notebook has a parameter {name}",
                f"{name}={text}",
                f"their parameters are {', '.join(free)}",
            )
    return {
        path: {
            name: _typed(text, path, declared[name])
            for name, text in (given | ours).items()
            if name in declared
        }
        for path, declared in known.items()
    }


def _typed(text: str, notebook: Path, declared: dict[str, str]) -> object:
    """A parameter's value in the type that the notebook declares."""
    kind, name = declared["inferred_type_name"], declared["name"]
    try:
        return _TYPES[kind](text)
    except ValueError:
        raise TachelesError(
            f"notebooks/{notebook.name}, parameter {name}: not of the type {kind}",
            repr(text),
            f"{name} is: {declared['help'] or kind}",
        ) from None


def execute(
    notebook: Path,
    parameters: dict[str, object],
    output: Path,
    *,
    time_limit: float = TIME_LIMIT,
    kernel: Kernel | None = None,
) -> NotebookNode:
    """
    Run a notebook.

    Parameters
    ----------
    notebook : Path
    parameters : dict
        From :func:`checked_parameters`.
    output : Path
        Where the executed notebook is written, also if a cell fails or its process is killed.
    time_limit : float
        Time allowed for the whole notebook. [min]
    kernel : Kernel, optional
        Process to run it in, from :func:`kernel.started`; by default a fresh one.

    Returns
    -------
    NotebookNode
        The executed notebook.

    Raises
    ------
    TachelesError
        If a cell fails, the time is up or the kernel dies, naming notebook, cell and cause.
    """
    if kernel is None:
        with started() as fresh:
            return execute(notebook, parameters, output, time_limit=time_limit, kernel=fresh)
    output.parent.mkdir(parents=True, exist_ok=True)
    with _Watch(kernel, time_limit) as watch:
        try:
            return _run_cells(notebook, parameters, output, kernel, watch)
        except _papermill().PapermillExecutionError as error:
            raise _failed(notebook, error, output) from None
        except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
            if watch.notebook:
                nbformat.write(watch.notebook, output)
            raise _ended(notebook, watch, error) from None


def _run_cells(
    notebook: Path,
    parameters: dict[str, object],
    output: Path,
    kernel: Kernel,
    watch: "_Watch",
) -> NotebookNode:
    """Papermill with our process, without its bar, saving at the end instead of at every cell."""
    return _papermill().execute_notebook(
        _localised(notebook),
        str(output),
        parameters=parameters,
        kernel_name="python3",
        progress_bar=False,
        request_save_on_cell_execute=False,
        km=kernel,
        iopub_timeout=60,  # a busy machine is no failure
        extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
        on_notebook_start=watch.note_notebook,
        on_cell_start=watch.note_cell,
    )


def _localised(notebook: Path) -> NotebookNode:
    """The notebook with its prose in the language spoken."""
    read = nbformat.read(notebook, as_version=4)
    for cell in read.cells:
        if cell.cell_type == "markdown":
            cell.source = words.translated(cell.source)
    return read


class _Watch:
    """
    How far a notebook has come, and the end of its process when its time is up.

    Parameters
    ----------
    kernel : Kernel
    minutes : float
        Time allowed. [min]
    """

    def __init__(self, kernel: Kernel, minutes: float) -> None:
        self.notebook: NotebookNode | None = None
        self.cell = "before its first cell"
        self.minutes, self.is_over = minutes, False
        self._kernel = kernel
        self._timer = threading.Timer(minutes * 60, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "_Watch":
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()

    def note_notebook(self, notebook: NotebookNode) -> None:
        """Keep the notebook: papermill forgets it if the process is gone."""
        self.notebook = notebook

    def note_cell(self, cell: NotebookNode, cell_index: int) -> None:
        """Remember the cell that runs."""
        self.cell = f"cell {cell_index + 1} ({_first_line(cell.source)})"

    def _end(self) -> None:
        """Whatever the notebook does: it may be beyond every polite request."""
        self.is_over = True
        self._kernel.end()


def _first_line(source: str) -> str:
    return source.partition("\n")[0]


def _failed(notebook: Path, error: Any, output: Path) -> TachelesError:
    """A cell that raised an exception."""
    return TachelesError(
        f"notebooks/{notebook.name}, cell {error.cell_index + 1} ({_first_line(error.source)}): "
        f"{error.ename}",
        " ".join(error.evalue.split()).rstrip(".") or error.ename,
        f"the cell's whole message is in {output}",
    )


def _ended(notebook: Path, watch: _Watch, error: Exception) -> TachelesError:
    """A process that was ended: by us, because its time was up, or by somebody else."""
    if watch.is_over:
        return TachelesError(
            f"notebooks/{notebook.name}, {watch.cell}: its time is up",
            f"not done after {watch.minutes:g} min",
            "run it alone in JupyterLab to see what takes so long, or allow more: --time-limit",
        )
    return TachelesError(
        f"notebooks/{notebook.name}, {watch.cell}: its process ended before the notebook did",
        _first_line(str(error)).rstrip("."),
        "it may have run out of memory; run it alone in JupyterLab to see where",
    )
