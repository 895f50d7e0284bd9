"""The same pages on paper: the whole report and a brief of two pages, as accessible PDF."""

import copy
import json
import re
import unicodedata
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import matplotlib
import mistune
import typst
from matplotlib.ft2font import FT2Font

from tacheles import ROOT, words
from tacheles.errors import TachelesError
from tacheles.quarter import Quarters
from tacheles.report.page import Page, Section
from tacheles.words.shown import number_columns
from tacheles.workbook import Workbook

_TEMPLATE = ROOT / "templates" / "report" / "paper.typ"
_FONTS = ROOT / "lib" / "tacheles" / "fonts"
_FALLBACK = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
_BRIEF = "00-brief"
_BRIEF_PAGES = 2

#: Each face of the template, and the one that steps in where it lacks a character.
_FACES = {
    "tacheles-sans-400.ttf": "DejaVuSans.ttf",
    "tacheles-sans-600.ttf": "DejaVuSans-Bold.ttf",
    "tacheles-serif-600.ttf": "DejaVuSans-Bold.ttf",
}

#: Of the invisible characters, those that spelling needs; the others could turn a text round.
_FORMATS = "\N{SOFT HYPHEN}\N{ZERO WIDTH NON-JOINER}"

#: Addresses that lead somewhere from a paper that lies anywhere.
_ADDRESS = re.compile(r"(https?://|mailto:)\S", re.IGNORECASE)

#: What the template is given: plain data, as JSON holds it.
_Given = dict[str, Any]


def _(message: str) -> str:
    return words.translations().gettext(message)


def write(pages: list[Page], book: Workbook, quarters: Quarters, folder: Path) -> None:
    """
    Write the report and the brief as PDF: to be kept (PDF/A-2a), and for everybody (PDF/UA-1).

    Parameters
    ----------
    pages : list of Page
    book : Workbook
    quarters : Quarters
    folder : Path
        Where to write `report.pdf` and `brief.pdf`.

    Raises
    ------
    TachelesError
        If the brief is longer than two pages even without its figures.
    """
    common = _common(book, quarters)
    for given in (common | _report(pages), _fitting(common | _brief(pages))):
        typst.compile(
            **_input(given),
            output=folder / f"{given['kind']}.pdf",
            pdf_standards=["a-2a", "ua-1"],
            timestamp=quarters.as_of.replace(tzinfo=UTC, microsecond=0),
        )


# What is handed to the template


def _common(book: Workbook, quarters: Quarters) -> _Given:
    title = _("Community report, {months}").format(months=words.months(quarters))
    return {
        "language": words.language(),
        "community": book.settings.name,
        "title": title,
        "document_title": f"{book.settings.name}: {title}",
        "badge": "; ".join(words.badges(quarters, book.settings)),
        "notes": [words.how_to_read(book.settings)],
        "labels": {
            "behind": _("Definition and numbers"),
            "contents": _("Contents"),
            "glossary": _("Glossary"),
            "on_page": _("page {page}"),
            "page_of": _("Page {page} of {pages}"),
        },
    }


def _report(pages: list[Page]) -> _Given:
    statements: dict[str, str] = {}
    for page in pages:
        statements |= page.statements
    chapters = [_chapter(page) for page in pages]
    return {"kind": "report", "chapters": chapters, "glossary": words.glossary(statements)}


def _brief(pages: list[Page]) -> _Given:
    """The brief's own notebook, or the findings of the first page while there is none."""
    own = [_chapter(page) for page in pages if page.name == _BRIEF]
    first = [_chapter(page) | {"others": []} for page in pages[:1]]
    return {"kind": "brief", "chapters": own or first}


def _chapter(page: Page) -> _Given:
    sections = [_section(section) for section in page.sections]
    lead: _Given = {"finding": page.question or page.title, "sentences": [], "cards": []}
    question, asked_by = "", []
    for fact in page.facts:
        if fact["kind"] == "BottomLine":
            lead, question = fact, page.question
        elif fact["kind"] == "Prose":
            asked_by += _prose(fact["markdown"])
    return {name: lead[name] for name in ("finding", "sentences", "cards")} | {
        "question": question,
        "asked_by": asked_by,
        "sections": [section for section in sections if section["findings"]],
        "others": [section for section in sections if not section["findings"]],
    }


def _section(section: Section) -> _Given:
    """A section with a finding for each figure; a sentence belongs to the figure before it."""
    findings: list[_Given] = []
    prose: list[_Given] = []
    tables: list[_Given] = []
    said: list[str] = []
    for fact in section.facts:
        if fact["kind"] == "Chart":
            said = [] if findings else said
            question = "" if findings else section.question
            finding = {"question": question, "said": said, "drawing": fact}
            findings.append(finding | {"is-drawn": bool(fact["svg"])})
        elif fact["kind"] == "Text":
            said.append(fact["said"])
        elif fact["kind"] == "Table":
            tables.append(fact | {"is_number": _number_columns(fact)})
        elif fact["kind"] == "Prose":
            prose += _prose(fact["markdown"])
    return {
        "question": section.question,
        "prose": prose,
        "findings": findings,
        "said": [] if findings else said,
        "tables": tables,
    }


def _number_columns(table: _Given) -> list[bool]:
    """Which columns are set to the right; none of a table without rows."""
    return number_columns(table["rows"]) or [False] * len(table["head"])


# Prose


def _prose(markdown: str) -> list[_Given]:
    """The tree of a text in Markdown, of which the template knows a safe part."""
    tokens: Any = mistune.create_markdown(renderer=None)(markdown)
    return [_node(token) for token in tokens if token["type"] != "blank_line"]


def _node(token: _Given) -> _Given:
    kind = token["type"]
    if kind in ("codespan", "block_code"):
        return {"is": "code", "said": token["raw"]}
    if kind in ("softbreak", "linebreak"):
        return {"is": kind}
    if "children" not in token:  # HTML is shown as it was typed, as on the page
        return {"is": "text", "said": token.get("raw", "")}
    node: _Given = {"is": kind, "inside": [_node(child) for child in token["children"]]}
    if kind == "list" and token["attrs"]["ordered"]:
        node["is"] = "enumeration"
    elif kind == "link" and _ADDRESS.match(token["attrs"]["url"]):
        node["to"] = quote(token["attrs"]["url"], safe="%/:=&?~#+!$,;'@()*[]")
    elif kind == "link":
        node["is"] = "group"
    return node


# A brief of two pages


def _fitting(given: _Given) -> _Given:
    """
    The brief with as much as two pages hold.

    Figures go first, from the last finding to the first, because the report has them; then the
    sentences, in the same order. Findings, bottom line and sections without a figure (what did not
    work, what is asked for) stay: a brief that leaves them out would say something else.
    """
    for steps in range(2 * len(_findings(given)) + 1):
        short = _shortened(given, steps)
        if _length(short) <= _BRIEF_PAGES:
            return short
    raise TachelesError(
        f"brief: longer than {_BRIEF_PAGES} pages, even without its figures",
        f"{_length(short)} pages",
        "shorten the tables and the prose of its notebook; the report has room for all",
    )


def _findings(given: _Given) -> list[_Given]:
    sections = [section for chapter in given["chapters"] for section in chapter["sections"]]
    return [found for section in sections for found in section["findings"]]


def _shortened(given: _Given, steps: int) -> _Given:
    """The brief after so many steps of :func:`_fitting`."""
    short = copy.deepcopy(given)
    findings = _findings(short)
    for rank, found in enumerate(reversed(findings)):
        if rank < steps:
            found["is-drawn"] = False
        if rank < steps - len(findings):
            found["said"] = []
    if steps:
        short["notes"].append(_("What found no room here is in the report."))
    return short


def _length(given: _Given) -> int:
    """Number of pages."""
    return int(typst.query(**_input(given), selector="<pages>", field="value", one=True))


# Characters and fonts


def _input(given: _Given) -> _Given:
    """What every call of Typst is given: the template, the data and the fonts, nothing else."""
    return {
        "input": _TEMPLATE,
        "root": _TEMPLATE.parent,
        "font_paths": _fonts(),
        "ignore_system_fonts": True,
        "sys_inputs": {"given": json.dumps(_printable(given))},
    }


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(_FONTS), str(_FALLBACK)],
    )


@cache
def _characters() -> frozenset[str]:
    """What can be set in every face; nothing may become an empty box."""
    faces = [
        {*FT2Font(str(_FONTS / own)).get_charmap(), *FT2Font(str(_FALLBACK / other)).get_charmap()}
        for own, other in _FACES.items()
    ]
    every = set(map(chr, set.intersection(*faces)))
    return frozenset(one for one in every if unicodedata.category(one) != "Cf" or one in _FORMATS)


def _printable(given: Any) -> Any:
    """The same data in characters that the fonts have."""
    if isinstance(given, str):
        return "".join(map(_in_print, unicodedata.normalize("NFC", given)))
    if isinstance(given, dict):
        return {name: _printable(one) for name, one in given.items()}
    if isinstance(given, list | tuple):
        return [_printable(one) for one in given]
    return given


def _in_print(character: str) -> str:
    """The character; a missing letter as a mark, a space for controls, nothing for an emoji."""
    if character == "\n" or character in _characters():
        return character
    kind = unicodedata.category(character)
    return "\ufffd" if kind[0] in "LNP" else " " if kind == "Cc" else ""
