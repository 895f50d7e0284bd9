"""Findings into sentences: what is wrong or to be done, and how much it matters."""

from datetime import date as Day  # noqa: N812
from typing import Any

import pandas as pd

from tacheles.words.phrases import FINDINGS
from tacheles.words.phrases.phrase import N_
from tacheles.words.shown import Table, Text
from tacheles.words.spoken import _, date, money, number, segment, translated

_SEVERITY = {"fault": N_("to mend"), "warning": N_("to look at"), "note": N_("to know")}


def findings(found: pd.DataFrame) -> Table | Text:
    """
    Findings as a table: how much each matters, of what it is, and what was found.

    Parameters
    ----------
    found : DataFrame
        FINDINGS (:mod:`tacheles.findings`), those that matter most first.
    """
    if found.empty:
        return Text(_("Nothing was found that needs mending."))
    rows = [
        [segment(row["subject"]), said(row), translated(_SEVERITY[row["severity"]])]
        for row in found.to_dict("records")
    ]
    return Table(_("What was found, the most pressing first."), [_("Of"), _("Found"), ""], rows)


def said(row: Any) -> str:
    """The sentence of one finding, with its facts."""
    facts = {
        name: money(fact) if name == "amount" else _fact(fact)
        for name, fact in row["detail"].items()
    }
    return translated(FINDINGS[row["kind"]]).format(subject=segment(row["subject"]), **facts)


def _fact(fact: Any) -> str:
    if isinstance(fact, Day):
        return date(fact)
    if isinstance(fact, list | tuple):
        return ", ".join(map(_fact, fact))
    return number(fact, 2) if isinstance(fact, int | float) else str(fact)
