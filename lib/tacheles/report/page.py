"""Executed notebooks into pages that open without a network in ten years."""

import base64
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import mistune
from markupsafe import Markup
from nbformat import NotebookNode

from tacheles import ROOT, words
from tacheles.estimate import Glued
from tacheles.quarter import Quarters
from tacheles.report.restated import Change
from tacheles.workbook import Workbook

_TEMPLATES = ROOT / "templates" / "report"
_FONTS = ROOT / "lib" / "tacheles" / "fonts"
_FACES = {
    ("Tacheles Sans", 400): "source-sans-3-latin-400-normal.woff2",
    ("Tacheles Sans", 600): "source-sans-3-latin-600-normal.woff2",
    ("Tacheles Serif", 600): "source-serif-4-latin-600-normal.woff2",
}


@dataclass
class Section:
    """
    One question of a notebook with its answer.

    Parameters
    ----------
    question : str
    prose : Markup
        The definition in words.
    findings : list of Markup
        Figures and sentences.
    tables : list of Markup
        The numbers behind them.
    facts : list of dict
        The same without markup, for the paper, in the notebook's order; `kind` tells what each is:
        `"Prose"` (the definition, as Markdown), `"Chart"`, `"Text"` or `"Table"`.
    """

    question: str
    prose: Markup
    findings: list[Markup]
    tables: list[Markup]
    facts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def has_figure(self) -> bool:
        """Whether a figure's title, the finding, serves as the heading."""
        return any("<figure>" in finding for finding in self.findings)


@dataclass
class Page:
    """
    A notebook as a page: question, bottom line, sections, and the estimates it handed on.

    Parameters
    ----------
    name : str
        Name of the notebook, without suffix.
    question : str
    asked_by : Markup
        Who asks it.
    bottom_line : Markup
    sections : list of Section
    estimates : list of dict
        Protected rows of ESTIMATES.
    statements : dict of str
        Definition of each metric among them.
    facts : list of dict
        Who asks (`"Prose"`) and the bottom line (`"BottomLine"`), without markup.
    """

    name: str
    question: str
    asked_by: Markup
    bottom_line: Markup
    sections: list[Section]
    estimates: list[dict[str, Any]]
    statements: dict[str, str]
    facts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Short name for the navigation."""
        return words.page_title(self.name)

    @property
    def finding(self) -> str:
        """The bottom line's first sentence; empty if the notebook has none."""
        return next((fact["finding"] for fact in self.facts if "finding" in fact), "")


def read(name: str, notebook: NotebookNode) -> Page:
    """
    The page that an executed notebook tells.

    Parameters
    ----------
    name : str
        Name of the notebook, without suffix.
    notebook : NotebookNode
        Executed.
    """
    markdown = mistune.create_markdown(escape=True)
    page = Page(name, "", Markup(), Markup(), [], [], {})
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading, _, prose = cell.source.partition("\n")
            rendered = Markup(markdown(prose))
            facts = [{"kind": "Prose", "markdown": prose}]
            if heading.startswith("# "):
                page.question, page.asked_by = heading[2:], rendered
                page.facts += facts
            else:
                question = heading.removeprefix("## ")
                page.sections.append(Section(question, rendered, [], [], facts))
            continue
        shown = [output.data for output in cell.get("outputs", []) if "data" in output]
        for data in shown:
            glued = data.get(Glued.MIME, {"rows": [], "statements": {}})
            page.estimates += glued["rows"]
            page.statements |= glued["statements"]
            html = Markup(data.get("text/html", ""))
            facts = [data[words.Shown.MIME]] if words.Shown.MIME in data else []
            if "bottom-line" in cell.metadata.get("tags", []):
                page.bottom_line = html
                page.facts += facts
            elif html and page.sections:
                section = page.sections[-1]
                (section.tables if html.startswith("<table") else section.findings).append(html)
                section.facts += facts
    page.sections = _findings_first(page.sections)
    return page


def _findings_first(sections: list[Section]) -> list[Section]:
    """Figures, then the rest; what it is built from, the first section, stands by the limits."""
    figures = [section for section in sections if section.has_figure]
    others = [section for section in sections if not section.has_figure]
    return figures + others[1:-1] + others[:1] + others[1:][-1:]


def add_restated(page: Page, changes: list[Change]) -> None:
    """Add a section on the numbers that earlier reports told otherwise, if there are any."""
    changes = [one for one in changes if not words.tells_the_same(one.then, one.now)]
    tables = [
        words.restated(
            [(one.then, one.now, one.published_in, one.cause) for one in group], is_restatement
        )
        for is_restatement in (True, False)
        if (group := [one for one in changes if one.is_restatement == is_restatement])
    ]
    if tables:
        section = Section(words.restated_question(), Markup(), [], [], [])
        section.tables = [Markup(table.html()) for table in tables]
        section.facts = [{"kind": "Table", **table.facts()} for table in tables]
        page.sections.insert(-2, section)


def write(pages: list[Page], book: Workbook, quarters: Quarters, folder: Path) -> None:
    """
    Write the pages and the quarter's front page.

    Parameters
    ----------
    pages : list of Page
    book : Workbook
    quarters : Quarters
    folder : Path
        Where to write `index.html` and a page per notebook.
    """
    common = {
        "community": book.settings.name,
        "language": words.language(),
        "months": words.months(quarters),
        "badges": words.badges(quarters, book.settings),
        "how_to_read": words.how_to_read(book.settings),
        "pages": pages,
        "style": style(),
    }
    templates = environment()
    front = templates.get_template("index.html.j2").render(page=None, **common)
    (folder / "index.html").write_text(front, encoding="utf-8")
    for page in pages:
        html = templates.get_template("page.html.j2").render(
            page=page, glossary=words.glossary(page.statements), **common
        )
        (folder / f"{page.name}.html").write_text(html, encoding="utf-8")


def environment() -> jinja2.Environment:
    """The templates, in the language spoken."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.install_gettext_translations(words.translations())  # type: ignore[attr-defined]
    return templates


@cache
def style() -> Markup:
    """The stylesheet with its fonts in it, so that nothing is loaded from outside."""
    faces = "".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};src:url(data:font/woff2;base64,"
        f"{base64.b64encode((_FONTS / file).read_bytes()).decode()}) format('woff2')}}\n"
        for (family, weight), file in _FACES.items()
    )
    return Markup(faces + (_TEMPLATES / "report.css").read_text(encoding="utf-8"))
