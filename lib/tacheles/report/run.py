"""Execute notebooks with papermill, its parameters checked before anything starts."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from tacheles import ROOT
from tacheles.errors import TachelesError

NOTEBOOKS = ROOT / "notebooks"

_TYPES: dict[str, Any] = {"str": str, "int": int, "float": float}


def _papermill() -> Any:
    """Papermill, without a dependency that costs a second to import and serves nothing here."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import papermill

    return papermill


def checked_parameters(notebook: Path, given: dict[str, str]) -> dict[str, object]:
    """
    Parameters in the types that the notebook declares.

    Parameters
    ----------
    notebook : Path
    given : dict of str
        Names and values as written on a command line.

    Raises
    ------
    TachelesError
        If the notebook has no such parameter, or the value is not of its type.
    """
    known = _papermill().inspect_notebook(str(notebook))
    checked: dict[str, object] = {}
    for name, text in given.items():
        if name not in known:
            raise TachelesError(
                f"notebooks/{notebook.name}: it has no parameter {name}",
                f"{name}={text}",
                f"its parameters are {', '.join(known)}",
            )
        kind = known[name]["inferred_type_name"]
        try:
            checked[name] = _TYPES[kind](text)
        except ValueError:
            raise TachelesError(
                f"notebooks/{notebook.name}, parameter {name}: not of the type {kind}",
                repr(text),
                f"{name} is: {known[name]['help'] or kind}",
            ) from None
    return checked


def execute(notebook: Path, parameters: dict[str, object], output: Path) -> NotebookNode:
    """
    Run a notebook.

    Parameters
    ----------
    notebook : Path
    parameters : dict
        From :func:`checked_parameters`.
    output : Path
        Where the executed notebook is written, also if a cell fails.

    Returns
    -------
    NotebookNode
        The executed notebook.

    Raises
    ------
    TachelesError
        If a cell fails or the kernel dies, naming notebook, cell and cause.
    """
    papermill = _papermill()
    output.parent.mkdir(parents=True, exist_ok=True)
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    with tempfile.TemporaryDirectory(prefix="tacheles-") as sockets:
        transport = (
            {"transport": "ipc", "ip": f"{sockets}/kernel"} if sys.platform != "win32" else {}
        )
        try:
            return papermill.execute_notebook(
                str(notebook),
                str(output),
                parameters=parameters,
                kernel_name="python3",
                progress_bar=sys.stderr.isatty(),
                request_save_on_cell_execute=False,
                config=Config({"KernelManager": transport}),
                extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
            )
        except papermill.PapermillExecutionError as error:
            first_line = error.source.partition("\n")[0]
            raise TachelesError(
                f"notebooks/{notebook.name}, cell {error.cell_index + 1} ({first_line}): "
                f"{error.ename}",
                " ".join(error.evalue.split()).rstrip(".") or error.ename,
                f"the cell's whole message is in {output}",
            ) from None
        except (DeadKernelError, CellTimeoutError) as error:
            raise TachelesError(
                f"notebooks/{notebook.name}: its process ended before the notebook did",
                str(error).partition("\n")[0],
                "it may have run out of memory; run it alone in JupyterLab to see where",
            ) from None
