"""Publish a quarter: all or nothing, and the last good report stays until the new one is whole."""

import csv
import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from tacheles import ROOT, __version__, lock, words, workbook
from tacheles.errors import TachelesError, shown
from tacheles.estimate import COLUMNS
from tacheles.privacy import PRIVATE
from tacheles.quarter import Quarters
from tacheles.report import overview, page, paper, restated, run, swap
from tacheles.report.crew import Crew
from tacheles.report.progress import Progress


def publish(
    community: str,
    quarter: str = "",
    *,
    parameters: dict[str, str] | None = None,
    language: str = "",
    data: Path = workbook.DATA,
    reports: Path = ROOT / "reports",
    notebooks: Path = run.NOTEBOOKS,
    time_limit: float = run.TIME_LIMIT,
) -> Path:
    """
    Run the notebooks for a quarter and publish their pages.

    Parameters
    ----------
    community : str
        Name of its folder.
    quarter : str
        Last quarter to report; empty: the community's default.
    parameters : dict of str, optional
        Other values for parameters of the notebooks, as written on a command line.
    language : {"", "de", "en"}
        Language of the report; empty: the community's own.
    data, reports, notebooks : Path
        Folders of the communities, of the published reports and of the notebooks.
    time_limit : float
        Time allowed for each notebook. [min]

    Returns
    -------
    Path
        The published folder: `index.html`, a page per notebook, `report.pdf`, `brief.pdf`,
        `results.csv`, `manifest.json`.

    Raises
    ------
    TachelesError
        If anything is wrong with the workbook, the quarter or a parameter, if a notebook fails, if
        an input changed meanwhile, if the folder cannot be written to or another run is publishing
        there. Nothing is published then, and the last report stays.
    """
    outcome = publish_each(
        community,
        [quarter],
        parameters=parameters,
        language=language,
        data=data,
        reports=reports,
        notebooks=notebooks,
        time_limit=time_limit,
    )[quarter]
    if isinstance(outcome, TachelesError):
        raise outcome
    return outcome


def publish_each(
    community: str,
    quarters: Sequence[str],
    *,
    parameters: dict[str, str] | None = None,
    language: str = "",
    data: Path = workbook.DATA,
    reports: Path = ROOT / "reports",
    notebooks: Path = run.NOTEBOOKS,
    time_limit: float = run.TIME_LIMIT,
) -> dict[str, Path | TachelesError]:
    """
    Publish several quarters; one that fails does not stop the others.

    Parameters
    ----------
    community, parameters, language, data, reports, notebooks, time_limit
        See :func:`publish`.
    quarters : sequence of str
        Published in this order, so that a report finds the ones before it.

    Returns
    -------
    dict
        Of each quarter the published folder, or why there is none.

    Raises
    ------
    TachelesError
        If there is no such community, another run is publishing it or the folder cannot be written.
    """
    settings = workbook.read_settings(workbook.folder_of(community, data))
    words.use(language or settings.language)
    home = reports / community
    _heal(home)
    found = sorted(notebooks.glob("[0-9][0-9]-*.ipynb"))
    outcomes: dict[str, Path | TachelesError] = {}
    orders = []
    for quarter in quarters:
        try:
            orders.append(_order(community, quarter, found, parameters or {}, data, home))
        except TachelesError as error:
            outcomes[quarter] = error
    if orders:
        with _writable(home), lock.only_run(home):
            swap.heal(home)
            outcomes |= _carried_out(orders, time_limit)
            if overview.published(home):
                overview.write(home, settings)
    return {quarter: outcomes[quarter] for quarter in quarters}


@dataclass
class _Order:
    """A quarter that is to be published, checked, with the state its inputs were in."""

    wanted: str
    book: workbook.Workbook
    quarters: Quarters
    checked: dict[Path, dict[str, object]]
    inputs: dict[Path, str]
    final: Path

    @property
    def failed(self) -> Path:
        """Folder of the executed notebooks, kept until the quarter is published."""
        return self.final.with_name(f"failed-{self.final.name}")


def _order(
    community: str,
    quarter: str,
    notebooks: list[Path],
    parameters: dict[str, str],
    data: Path,
    home: Path,
) -> _Order:
    """All that can be refused before anything runs."""
    book = workbook.open(community, until=quarter, data=data)
    for error in book.check():
        raise error
    ours = {"community": community, "quarter": book.until}
    ours |= {"data": str(data.resolve()), "language": words.language()}
    checked = run.checked_parameters(notebooks, parameters, ours)
    inputs = _hashes(book.inputs())
    return _Order(quarter, book, book.quarters(), checked, inputs, home / book.until)


def _carried_out(orders: list[_Order], time_limit: float) -> dict[str, Path | TachelesError]:
    """Of each order the published folder or why there is none; notebooks run side by side."""
    notebooks = [path for order in orders for path in order.checked]
    outcomes: dict[str, Path | TachelesError] = {}
    with Crew(notebooks, time_limit, Progress(len(notebooks))) as crew:
        running = [
            [
                crew.start(f"{order.final.name} {path.stem}", path, given, order.failed / path.name)
                for path, given in order.checked.items()
            ]
            for order in orders
        ]
        for order, executed in zip(orders, running, strict=True):
            try:
                with _writable(order.final.parent):
                    outcomes[order.wanted] = _published(order, executed)
            except TachelesError as error:
                outcomes[order.wanted] = error
    return outcomes


def _published(order: _Order, running: "list[Future[NotebookNode]]") -> Path:
    """The quarter's folder, put in its place when its notebooks are through."""
    try:
        executed = [future.result() for future in running]
    except TachelesError:
        for future in running:
            future.cancel()
        wait(running)  # those that run already may be worth reading
        raise
    pages = [
        page.read(path.stem, notebook)
        for path, notebook in zip(order.checked, executed, strict=True)
    ]
    with swap.staged(order.final) as folder:
        inputs = {path.name: found_hash for path, found_hash in order.inputs.items()}
        for one in pages:
            told = restated.changes(one.estimates, inputs, order.final.parent, order.final.name)
            page.add_restated(one, told)
        page.write(pages, order.book, order.quarters, folder)
        paper.write(pages, order.book, order.quarters, folder)
        _write_results([row for one in pages for row in one.estimates], folder / "results.csv")
        _copy_plans(order.book, folder)
        _require_unchanged(order.inputs, _hashes(order.book.inputs()))
        _write_manifest(order, pages, folder)
    shutil.rmtree(order.failed, ignore_errors=True)
    return order.final


def _heal(home: Path) -> None:
    """Put right what a killed run left, even if this one will be refused."""
    if swap.needs_healing(home):
        with suppress(TachelesError), _writable(home), lock.only_run(home):
            swap.heal(home)


@contextmanager
def _writable(home: Path) -> Iterator[None]:
    """A disk that is full or a folder that is read-only, told in three lines."""
    try:
        yield
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise TachelesError(
            f"{shown(home)}: cannot be written to",
            f"{error.strerror or error}{where}",
            "make room or allow writing there, or name another folder with --reports",
        ) from None


def _copy_plans(book: workbook.Workbook, folder: Path) -> None:
    """The team's decisions as they were, beside what was made from them."""
    for path in book.inputs():
        if path.parent.name == "plans" and path.stem != "labels":  # labels name single texts
            (folder / "plans").mkdir(exist_ok=True)
            shutil.copyfile(path, folder / "plans" / path.name)


def _write_manifest(order: _Order, pages: list[page.Page], folder: Path) -> None:
    """What the report was made from, and what it consists of."""
    manifest = {
        "community": order.book.folder.name,
        "quarter": order.book.until,
        "tacheles": __version__,
        "parameters": {path.stem: given | {"data": None} for path, given in order.checked.items()},
        "as_of": order.quarters.as_of.isoformat(),
        "is_running": order.quarters.is_running,
        "findings": {one.name: one.finding for one in pages},
        "inputs": {path.name: found_hash for path, found_hash in order.inputs.items()},
        "files": {
            path.relative_to(folder).as_posix(): _hash(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    written = json.dumps(manifest, indent=2, ensure_ascii=False)
    (folder / "manifest.json").write_text(written + "\n", encoding="utf-8")


def _write_results(estimates: list[dict[str, Any]], path: Path) -> None:
    """All estimates of the pages, protected, as one table."""
    columns = [column for column in COLUMNS if column not in PRIVATE]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(estimates)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _hashes(paths: list[Path]) -> dict[Path, str]:
    return {path: _hash(path) for path in paths}


def _require_unchanged(before: dict[Path, str], after: dict[Path, str]) -> None:
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            raise TachelesError(
                f"{path}: changed while the report was made",
                "pages from two states of the workbook",
                "run the report again",
            )
