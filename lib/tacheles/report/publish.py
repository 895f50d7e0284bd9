"""Publish a quarter: all or nothing, and the last good report stays until the new one is whole."""

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tacheles import ROOT, __version__, words, workbook
from tacheles.errors import TachelesError
from tacheles.estimate import COLUMNS
from tacheles.privacy import PRIVATE
from tacheles.report import page, paper, run


def publish(
    community: str,
    quarter: str = "",
    *,
    parameters: dict[str, str] | None = None,
    data: Path = workbook.DATA,
    reports: Path = ROOT / "reports",
    notebooks: Path = run.NOTEBOOKS,
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
    data, reports, notebooks : Path
        Folders of the communities, of the published reports and of the notebooks.

    Returns
    -------
    Path
        The published folder: `index.html`, a page per notebook, `report.pdf`, `brief.pdf`,
        `results.csv`, `manifest.json`.

    Raises
    ------
    TachelesError
        If anything is wrong with the workbook, the quarter or a parameter, if a notebook fails, or
        if an input changed meanwhile. Nothing is published then, and the last report stays.
    """
    book = workbook.open(community, until=quarter, data=data)
    for error in book.check():
        raise error
    quarters = book.quarters()
    words.use(book.settings.language)
    given = (parameters or {}) | {"community": community, "quarter": book.until}
    given["data"] = str(data.resolve())
    found = sorted(notebooks.glob("[0-9][0-9]-*.ipynb"))
    checked = {path: run.checked_parameters(path, given) for path in found}
    inputs = _hashes(book.inputs())
    final = reports / community / book.until
    kept = final.with_name(f"failed-{final.name}")
    with _staged(final) as folder:
        pages = []
        for path in found:
            print(f"{path.stem}: running", flush=True)
            executed = run.execute(path, checked[path], kept / path.name)
            pages.append(page.read(path.stem, executed))
        page.write(pages, book, quarters, folder)
        paper.write(pages, book, quarters, folder)
        estimates = [row for one in pages for row in one.estimates]
        _write_results(estimates, folder / "results.csv")
        _require_unchanged(inputs, _hashes(book.inputs()))
        manifest = {
            "community": community,
            "quarter": book.until,
            "tacheles": __version__,
            "parameters": {path.stem: checked[path] | {"data": None} for path in found},
            "as_of": quarters.as_of.isoformat(),
            "inputs": {path.name: found_hash for path, found_hash in inputs.items()},
            "files": {path.name: _hash(path) for path in sorted(folder.iterdir())},
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        written = json.dumps(manifest, indent=2, ensure_ascii=False)
        (folder / "manifest.json").write_text(written + "\n", encoding="utf-8")
    shutil.rmtree(kept)
    return final


@contextmanager
def _staged(final: Path) -> Iterator[Path]:
    """A folder to build in, which takes the place of `final` if nothing fails."""
    staging = final.with_name(f".{final.name}.new-{os.getpid()}")
    old = final.with_name(f".{final.name}.old")
    try:
        staging.mkdir(parents=True)
    except OSError as error:
        raise TachelesError(
            f"{final.parent}: cannot be written to",
            str(error.strerror),
            "name another folder with --reports",
        ) from None
    try:
        yield staging
    except BaseException:
        shutil.rmtree(staging)
        raise
    if old.exists():
        shutil.rmtree(old)
    if final.exists():
        final.rename(old)
    staging.rename(final)
    shutil.rmtree(old, ignore_errors=True)


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
