"""The KPI that two departments share: what was agreed, whether it still stands, what it says."""

import hashlib
import itertools
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.contract import PLANS
from tacheles.estimate import LEVEL, by_quarter, metric
from tacheles.findings import finding, findings
from tacheles.quarter import Quarters
from tacheles.roi.spans import customers

#: The fields that are sealed, in the order of the contract.
SEALED = tuple(column.name for column in PLANS["shared_kpis"].columns if column.name != "sha256")

#: Draws of an audit's error rates.
_DRAWS = 20_000


def seal(agreed: Mapping[Any, Any]) -> str:
    """
    SHA-256 of what was agreed: all fields but the seal itself, in the order of the contract.

    Parameters
    ----------
    agreed : mapping
        One row of `shared_kpis`.

    Notes
    -----
    The cells as text, joined by a line feed, in UTF-8. An empty cell is empty, a date is
    2026-12-31, a number is the shortest decimal that reads back as it, without an exponent and
    without `.0`: the CSV and the table in memory give the same seal.
    """
    text = "\n".join(_cell(agreed.get(name)) for name in SEALED)
    return hashlib.sha256(text.encode()).hexdigest()


def _cell(value: Any) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float | np.floating):
        return np.format_float_positional(value, trim="-")
    return str(value)


def activity_metric(shared_kpis: pd.DataFrame, metric: str, otherwise: str) -> str:
    """
    What the community promised to do for a shared number, as one writes the call.

    Parameters
    ----------
    shared_kpis : DataFrame
        One row per agreed KPI and version (:data:`contract.SHARED_KPIS`): the latest one counts.
    metric : str
        The partner's number.
    otherwise : str
        Told where nothing was agreed on it.
    """
    agreed = shared_kpis[shared_kpis["metric"] == metric].sort_values(["version", "shared_kpi_id"])
    return str(agreed["activity_metric"].iloc[-1]) if len(agreed) else otherwise


def contract_findings(
    shared_kpis: pd.DataFrame, claims: pd.DataFrame, quarters: Quarters
) -> pd.DataFrame:
    """
    What became of what was agreed: broken seals, changes, targets that nobody could see reached.

    Parameters
    ----------
    shared_kpis : DataFrame
        One row per agreed KPI and version (:data:`contract.SHARED_KPIS`).
    claims : DataFrame
        One row per value stream (:data:`contract.CLAIMS`): tells when an intervention started.
    quarters : Quarters

    Returns
    -------
    DataFrame
        FINDINGS; the subject is the KPI's id.
    """
    started = claims.dropna(subset=["intervention_on"]).set_index("shared_kpi_id")
    found: list[dict[str, Any]] = []
    for name, versions in shared_kpis.sort_values("version").groupby("shared_kpi_id"):
        rows = versions.to_dict("records")
        for row in rows:
            found += _seal_findings(row)
        for before, after in itertools.pairwise(rows):
            found.append(_changed(before, after))
        if name in started.index:
            found += _agreed_late(rows[0], started.loc[[name], "intervention_on"].min())
        found += _judgeable(rows[-1], quarters)
    return findings(found)


def _seal_findings(row: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    subject, version = row["shared_kpi_id"], int(row["version"])
    if not _cell(row.get("sha256")):
        yield finding(subject, "shared_kpi_unsealed", "warning", version=version, seal=seal(row))
    elif row["sha256"] != seal(row):
        yield finding(subject, "shared_kpi_seal_broken", "fault", version=version)


def _changed(before: dict[Any, Any], after: dict[Any, Any]) -> dict[str, Any]:
    """Which fields a new version changed, old and new."""
    fields = [
        name
        for name in SEALED
        if name not in ("version", "agreed_on") and _cell(before[name]) != _cell(after[name])
    ]
    return finding(
        after["shared_kpi_id"],
        "shared_kpi_changed",
        "note",
        version=int(after["version"]),
        on=_day(after["agreed_on"]),
        fields=[f"shared_kpi.{name}" for name in fields],
        before=[_cell(before[name]) for name in fields],
        after=[_cell(after[name]) for name in fields],
    )


def _agreed_late(row: dict[Any, Any], started_on: Any) -> Iterator[dict[str, Any]]:
    if row["agreed_on"] > started_on:
        yield finding(
            row["shared_kpi_id"],
            "shared_kpi_agreed_late",
            "fault",
            agreed=_day(row["agreed_on"]),
            started=_day(started_on),
        )


def _judgeable(row: dict[Any, Any], quarters: Quarters) -> Iterator[dict[str, Any]]:
    subject = row["shared_kpi_id"]
    wanted, visible = abs(row["target"] - row["baseline"]), row["smallest_visible_effect"]
    if pd.notna(visible) and wanted < visible:
        facts = {"wanted": float(wanted), "visible": float(visible)}
        yield finding(subject, "shared_kpi_too_small_to_see", "warning", **facts)
    if pd.notna(row["judged_on"]) and is_preliminary(row["judged_on"], quarters):
        yield finding(subject, "shared_kpi_not_judged_yet", "note", on=_day(row["judged_on"]))


def is_preliminary(judged_on: Any, quarters: Quarters) -> bool:
    """Whether the day on which an effect is judged lies after the report."""
    return bool(
        pd.notna(judged_on) and pd.Timestamp(judged_on) >= pd.Timestamp(quarters.first_days[-1])
    )


def _day(value: Any) -> date:
    return pd.Timestamp(value).date()


@metric(unit="tickets_per_1000_accounts", better="down")
def how_to_tickets_per_1000_accounts(
    tickets: ir.Table,
    accounts: ir.Table,
    labels: pd.DataFrame,
    how_to_categories: Collection[str],
    quarters: Quarters,
) -> pd.DataFrame:
    """
    How-to tickets of the quarter per 1,000 accounts that were customers in it, audited categories.

    Parameters
    ----------
    tickets : ibis.Table
        One row per support ticket (:data:`contract.TICKETS`).
    accounts : ibis.Table
        One row per customer (:data:`contract.ACCOUNTS`).
    labels : DataFrame
        One row per text and labeller (:data:`contract.LABELS`): the audited tickets with the
        category that is right.
    how_to_categories : collection of str
        Categories of tickets that ask how something is done.
    quarters : Quarters
        Quarters to report; a ticket belongs to the quarter in which it was opened.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter; `n` counts accounts, `left_out` tickets without a category.

    Notes
    -----
    The share p of tickets recorded as how-to is freed of its errors, (p + Sp − 1) / (Se + Sp − 1)
    between 0 and 1, with sensitivity and specificity from the audit; the interval is that of the
    audit's error rates, for the tickets themselves are a full count. Without an audit the category
    is taken as recorded, and there is no interval. An audit whose labels agree with the records no
    more often than chance tells nothing: `not_applicable`.

    References
    ----------
    Rogan, W. J. and Gladen, B. (1978). Estimating prevalence from the results of a screening test.
    American Journal of Epidemiology 107, 71-76.
    """
    is_how_to = _.category.isin(how_to_categories)
    rows = by_quarter(
        tickets,
        "created_at",
        quarters,
        tickets=_.category.notnull().sum(),
        how_to=is_how_to.fill_null(False).sum(),
        left_out=_.category.isnull().sum(),
    )
    rows["persons"] = rows["n"] = customers(accounts, quarters)
    recorded = (rows["tickets"] > 0) & (rows["n"] > 0)
    audit = Audit.of(tickets, labels, how_to_categories)
    share = (rows["how_to"] / rows["tickets"].where(recorded)).to_numpy(float)
    per_1000 = (1000 * rows["tickets"] / rows["n"].where(recorded)).to_numpy(float)
    told = {name: part * per_1000 for name, part in audit.corrected(share).items()}
    status = "ok" if audit.tells_something else "not_applicable"
    level = LEVEL if audit.labels and audit.tells_something else np.nan
    return rows.assign(
        **told,
        level=np.where(recorded, level, np.nan),
        status=np.where(recorded, status, "no_data"),
    )


class Audit:
    """
    How often a category is recorded rightly, from a sample that somebody looked at again.

    Parameters
    ----------
    found, positives : int
        How-to tickets in the sample, and those of them that were recorded as such.
    rejected, negatives : int
        The other tickets in the sample, and those of them that were not recorded as how-to.
    """

    def __init__(self, found: int, positives: int, rejected: int, negatives: int) -> None:
        self.labels = positives + negatives
        self.sensitivity = found / positives if positives else 1.0
        self.specificity = rejected / negatives if negatives else 1.0
        self._draws = self._drawn(found, positives, rejected, negatives)

    @classmethod
    def of(
        cls, tickets: ir.Table, labels: pd.DataFrame, how_to_categories: Collection[str]
    ) -> "Audit":
        """The audit in the labels; of two labellers of a ticket the first by name is believed."""
        audited = labels[labels["kind"] == "ticket_category"]
        if audited.empty:
            return cls(0, 0, 0, 0)
        audited = audited.sort_values("labeller").drop_duplicates("item_id")
        right = ibis.memtable(
            audited[["item_id", "label"]].astype(str).rename(columns={"item_id": "ticket_id"})
        )
        both = tickets.select("ticket_id", "category").join(right, "ticket_id")
        both = both.filter(_.category.notnull())
        is_how_to, is_recorded = (
            _.label.isin(how_to_categories),
            _.category.isin(how_to_categories),
        )
        counted = (
            both.aggregate(
                found=(is_how_to & is_recorded).sum(),
                positives=is_how_to.sum(),
                rejected=(~is_how_to & ~is_recorded).sum(),
                negatives=(~is_how_to).sum(),
            )
            .to_pandas()
            .fillna(0)
            .astype(int)
        )
        return cls(**counted.iloc[0].to_dict())

    @property
    def tells_something(self) -> bool:
        """Whether what is recorded depends on what is true."""
        return self.sensitivity + self.specificity > 1

    def corrected(self, share: np.ndarray) -> dict[str, np.ndarray]:
        """A recorded share freed of the errors: `value`, and `low` and `high` if audited."""
        if not self.tells_something:
            return {name: np.full_like(share, np.nan) for name in ("value", "low", "high")}
        value = _adjusted(share, self.sensitivity, self.specificity)
        if not self.labels:
            return {"value": value}
        drawn = _adjusted(share[:, None], *self._draws)
        low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=1)
        return {"value": value, "low": np.minimum(low, value), "high": np.maximum(high, value)}

    def corrected_counts(self, recorded: np.ndarray, all_tickets: np.ndarray) -> np.ndarray:
        """Recorded counts of a category freed of the errors; at least zero."""
        gained = self.sensitivity + self.specificity - 1
        return np.maximum((recorded - (1 - self.specificity) * all_tickets) / gained, 0)

    @staticmethod
    def _drawn(*counted: int) -> tuple[np.ndarray, np.ndarray]:
        """Error rates that the audit lets expect (Jeffreys), those better than chance."""
        rng = np.random.default_rng(0)
        found, positives, rejected, negatives = counted
        sensitivity = rng.beta(found + 0.5, positives - found + 0.5, _DRAWS)
        specificity = rng.beta(rejected + 0.5, negatives - rejected + 0.5, _DRAWS)
        better = sensitivity + specificity > 1
        return sensitivity[better], specificity[better]


def _adjusted(share: np.ndarray, sensitivity: Any, specificity: Any) -> np.ndarray:
    gained = sensitivity + specificity - 1
    return np.asarray(np.clip((share + specificity - 1) / gained, 0, 1))
