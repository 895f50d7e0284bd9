"""Publish a quarter from the notebook: as the scheduler does it, with its progress told."""

import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tacheles import ROOT, words
from tacheles.errors import shown
from tacheles.forms.editor import button, told
from tacheles.forms.view import Element, View, element
from tacheles.words import translated
from tacheles.workbook import Workbook

_ = translated

#: What the command says of a notebook.
_RUNNING, _ENDED = re.compile(r"(.+): running"), re.compile(r"(.+): (done|failed) in \d+ s")

#: What it says at the end.
_PUBLISHED = re.compile(r"published: (.+)")

#: Papers that are offered when it is through.
_PAPERS = ("brief.pdf", "report.pdf")


def publish(
    book: Workbook, quarter: str = "", *, language: str = "", reports: Path = ROOT / "reports"
) -> "PublishForm":
    """
    A button that publishes a quarter, tells how far it is, and leads to the page and the papers.

    Parameters
    ----------
    book : Workbook
    quarter : str
        Last quarter to report; empty: the one that the workbook is seen from.
    language : {"", "de", "en"}
        Language of the report; empty: the community's own.
    reports : Path
        Folder of the published reports.

    Returns
    -------
    PublishForm
        Shown by JupyterLab. The report is made in a process of its own: it reads what is saved, and
        what this notebook holds in memory plays no part.
    """
    return PublishForm(book, quarter or book.until, language, reports)


class PublishForm(View):
    """
    The form of :func:`publish`.

    Parameters
    ----------
    book : Workbook
    quarter : str
    language : str
    reports : Path
    """

    def __init__(self, book: Workbook, quarter: str, language: str, reports: Path) -> None:
        self.book, self.quarter = book, quarter
        self._language, self._reports = language, reports.resolve()
        self.running: list[str] = []
        self.done: list[str] = []
        self.complaints: list[str] = []
        self.published: Path | None = None
        self._at_work: threading.Thread | None = None
        super().__init__()

    @property
    def is_at_work(self) -> bool:
        """Whether a report is being made."""
        return self._at_work is not None and self._at_work.is_alive()

    # What is done

    def start(self, _value: Any = None) -> None:
        """Make the report, beside everything else."""
        if self.is_at_work:
            return
        self.running, self.done, self.complaints, self.published = [], [], [], None
        self._at_work = threading.Thread(target=self._work, daemon=True)
        self._at_work.start()

    def wait(self) -> None:
        """Wait until the report is made."""
        if self._at_work is not None:
            self._at_work.join()

    def _work(self) -> None:
        process = subprocess.Popen(
            self._command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for line in process.stdout or ():
            self._hear_line(line.rstrip("\n"))
            self.show()
        process.wait()
        self._at_work = None
        self.show()

    def _command(self) -> list[str]:
        command = [sys.executable, "-m", "tacheles", "report", self.book.folder.name]
        command += ["--quarter", self.quarter, "--data", str(self.book.folder.parent)]
        command += ["--reports", str(self._reports)]
        return command + (["--language", self._language] if self._language else [])

    def _hear_line(self, line: str) -> None:
        """Understand a line that the command says."""
        if ended := _ENDED.fullmatch(line):
            self.running = [name for name in self.running if name != ended[1]]
            self.done.append(ended[1])
        elif running := _RUNNING.fullmatch(line):
            self.running.append(running[1])
        elif published := _PUBLISHED.fullmatch(line):
            self.published = Path(published[1])
        elif line.strip():
            self.complaints.append(line)

    # What is shown

    def build(self) -> Element:
        """The button, how far it is, and where it leads."""
        title = _("Publish {quarter}").format(quarter=words.quarter(self.quarter))
        return element(
            "div",
            element("h3", title, key="title"),
            element(
                "p",
                _(
                    "Runs all notebooks on what is saved now, as the scheduler does. If one fails "
                    "nothing is published, and the last report stays."
                ),
                key="how",
            ),
            element(
                "div",
                button(
                    _("Publish"), self.start, key="publish", main=True, disabled=self.is_at_work
                ),
                self._progress(),
                element("span", self._state(), key="state", role="status"),
                key="bar",
                class_="bar",
            ),
            told("\n".join(self.complaints) if not self.is_at_work else "", wrong=True),
            element("div", *self._links(), key="links", class_="bar"),
            key="form",
            class_="tacheles-form",
            role="group",
            aria_label=title,
        )

    def _progress(self) -> Element | None:
        if not self.is_at_work:
            return None
        known = len(self.done) + len(self.running)
        return element(
            "progress",
            key="progress",
            max=str(max(known, 1)),
            value=str(len(self.done)),
            aria_label=_("Notebooks done"),
        )

    def _state(self) -> str:
        if self.is_at_work:
            names = ", ".join(self.running) or _("getting ready")
            return _("{n} done, running: {names}").format(n=len(self.done), names=names)
        if self.published:
            return _("Published: {path}").format(path=shown(self.published))
        return _("Not published.") if self.complaints else ""

    def _links(self) -> list[Element]:
        """The page where the server has it, and the papers as they are."""
        if self.published is None or self.is_at_work:
            return []
        links = []
        address = served(self.published, self.server)
        if address:
            links.append(
                element("a", _("Open the page"), key="page", href=address, target="_blank")
            )
        for name in _PAPERS:
            paper = self.published.parent / name
            if paper.exists():
                content = ("application/pdf", paper.read_bytes())
                said = _PAPER_NAMES[name]()
                links.append(element("a", said, key=name, document=content, target="_blank"))
        return links


_PAPER_NAMES: dict[str, Callable[[], str]] = {
    "brief.pdf": lambda: _("Open the brief for the leadership (PDF)"),
    "report.pdf": lambda: _("Open the whole report (PDF)"),
}


def served(path: Path, server: dict[str, str]) -> str:
    """Where a server of notebooks shows a file; empty if it lies outside the folder it serves."""
    root = server.get("root", "")
    if not root:
        return ""
    folder = Path(root).expanduser()
    if not path.is_relative_to(folder):
        return ""
    return f"{server['base']}files/{path.relative_to(folder).as_posix()}"
