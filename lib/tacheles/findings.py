"""The second shape that flows through: FINDINGS, lists of faults and to-dos."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

#: Of what, of which kind, with which facts, and how much it matters.
COLUMNS = ["subject", "kind", "detail", "severity"]

#: How much a finding matters, most first: it breaks what depends on it, it weakens it, it is known.
SEVERITIES = ("fault", "warning", "note")


def finding(subject: str, kind: str, severity: str, **facts: Any) -> dict[str, Any]:
    """
    One finding.

    Parameters
    ----------
    subject : str
        What it is about, as its own table names it: a goal's id, a task, a role.
    kind : str
        Which sentence tells it (`words.phrases`, `FINDINGS`).
    severity : {"fault", "warning", "note"}
    **facts
        What the sentence needs besides the subject: texts, numbers, dates.
    """
    if severity not in SEVERITIES:
        raise ValueError(f"severity {severity!r} is none of {', '.join(SEVERITIES)}")
    return {"subject": subject, "kind": kind, "detail": facts, "severity": severity}


def findings(found: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """
    FINDINGS, those that matter most first, else in the order given.

    Parameters
    ----------
    found : iterable of dict
        From :func:`finding`.

    Returns
    -------
    DataFrame
        Columns `subject, kind, detail` (the facts by name) `, severity`.
    """
    rows = sorted(found, key=lambda row: SEVERITIES.index(row["severity"]))
    return pd.DataFrame(rows, columns=COLUMNS)
