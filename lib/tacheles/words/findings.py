"""Findings into sentences: what is wrong or to be done, and how much it matters."""

import re
from datetime import date as Day  # noqa: N812
from typing import Any

import pandas as pd

from tacheles.findings import SEVERITIES
from tacheles.words.phrases import FINDINGS, SEVERITY
from tacheles.words.sentences import difference
from tacheles.words.shown import Table, Text
from tacheles.words.spoken import _, date, money, number, quarter, segment, translated


def findings(*lists: pd.DataFrame) -> Table | Text:
    """
    Findings as a table: how much each matters, of what it is, and what was found.

    Parameters
    ----------
    *lists : DataFrame
        FINDINGS (:mod:`tacheles.findings`), those that matter most first; several become one list.
    """
    found = pd.concat(lists, ignore_index=True)
    if found.empty:
        return Text(_("Nothing in this section was found that needs mending."))
    rows = [
        [segment(row["subject"]), said(row), severity(row)]
        for row in by_severity(found).to_dict("records")
    ]
    return Table(_("What was found, the most pressing first."), [_("Of"), _("Found"), ""], rows)


def by_severity(found: pd.DataFrame) -> pd.DataFrame:
    """The most pressing first, and of the same severity in their order."""
    return found.sort_values("severity", key=lambda of: of.map(SEVERITIES.index), kind="stable")


def severity(row: Any) -> str:
    """How much a finding matters, in one piece."""
    return translated(SEVERITY[row["severity"]]).replace(" ", "\u00a0")


def said(row: Any) -> str:
    """The sentence of one finding, with its facts."""
    unit = row["detail"].get("unit", "")
    facts = {
        name: money(fact) if name == "amount" else _fact(fact, unit)
        for name, fact in row["detail"].items()
    }
    return translated(FINDINGS[row["kind"]]).format(subject=segment(row["subject"]), **facts)


def _fact(fact: Any, unit: str) -> str:
    """A fact as it is said; a change in its unit, a name of ours in the language spoken."""
    if isinstance(fact, Day):
        return date(fact)
    if isinstance(fact, list | tuple):
        return ", ".join(_fact(one, unit) for one in fact) or "—"
    if isinstance(fact, float) and unit:
        return difference(fact, unit)
    if isinstance(fact, int | float):
        return number(fact, 2)
    if re.fullmatch(r"\d{4}-Q[1-4]", str(fact)):
        return quarter(fact)
    return segment(translated(str(fact))) if fact else ""
