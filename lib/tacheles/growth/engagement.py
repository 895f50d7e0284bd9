"""What a reader should notice about content, needs, voices, rules and recognition."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from tacheles.estimate import Estimates, called, moved
from tacheles.findings import finding, findings
from tacheles.growth.voices import NEWCOMERS
from tacheles.privacy import protect

#: Of which metrics a number is noticed, when, and as which kind of finding.
_NOTICED: dict[str, tuple[str, Callable[[pd.Series], bool]]] = {
    "on_time_publishing_rate_by_format": ("format_mostly_late", lambda row: row["high"] < 0.5),
    "cadence_regularity": ("rhythm_lost", lambda row: row["value"] == 0),
    "need_served_rate": ("need_mostly_unserved", lambda row: row["high"] < 0.5),
    "time_to_disposition_hours": ("cases_mostly_open", lambda row: np.isinf(row["value"])),
    "appeal_overturn_rate": ("mostly_overturned", lambda row: row["low"] > 0.5),
    "recognition_reach": ("nobody_recognised", lambda row: row["value"] == 0),
    "top_decile_recognition_share": ("recognition_to_few", lambda row: row["low"] > 0.5),
}

_GAPS = ("voice_equity_gap", "voice_equity_gap_by_language", "voice_equity_gap_by_segment")


def engagement_findings(*estimates: Estimates) -> pd.DataFrame:
    """
    What stands out in the last quarter, and is no more than its numbers say.

    Parameters
    ----------
    *estimates : Estimates
        What the page shows of content, needs, voices, rules and recognition, in any order; metrics
        of which nothing is noticed are passed over.

    Returns
    -------
    DataFrame
        FINDINGS. Nothing that may not be shown is in them.

    Notes
    -----
    A share is noticed if its whole interval lies on the wrong side of one half. A group whose
    chance of an answer is lower is noticed if the gap's interval leaves out zero, held against all
    gaps together (Holm): of many groups, one is always the last.
    """
    found, gaps = [], []
    for rows in estimates:
        metric, _options = called(rows["metric"].iloc[-1])
        last = rows["quarter"] == rows["quarter"].iloc[-1]
        shown = [row for _i, row in protect(rows[last]).iterrows() if row["status"] == "ok"]
        if metric in _GAPS:
            gaps += shown
        elif metric in _NOTICED:
            kind, is_noticed = _NOTICED[metric]
            found += [_told(kind, row) for row in shown if is_noticed(row)]
    lower = [row for row, has_moved in zip(gaps, moved(gaps), strict=True) if has_moved]
    found += [_answered_less(row) for row in lower if row["value"] < 0]
    return findings(found)


def _told(kind: str, row: pd.Series) -> dict[str, Any]:
    """A finding on a number, with its percentage where it is a share."""
    facts = {"n": int(row["n"])}
    if row["unit"] == "share":
        facts["percent"] = round(100 * row["value"])
    return finding(row["segment"] or row["metric"], kind, "warning", **facts)


def _answered_less(row: pd.Series) -> dict[str, Any]:
    """A finding on a group that is answered less: how much less, in positive points."""
    points, low, high = (round(-row[name]) for name in ("value", "high", "low"))
    subject = row["segment"] or NEWCOMERS
    return finding(subject, "answered_less", "warning", points=points, low=low, high=high)
