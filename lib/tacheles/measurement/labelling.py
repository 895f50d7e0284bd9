"""What people are asked to label: drawn by chance, the same for everybody."""

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from tacheles.estimate import quarter_of
from tacheles.measurement.mood import written
from tacheles.quarter import Quarters

#: Texts of each quarter that are asked for, at most.
PER_QUARTER = 400

_SEED = 0
_COLUMNS = ["item_id", "kind", "quarter", "text"]


def texts_to_label(
    posts: ir.Table,
    tickets: ir.Table,
    surveys: ir.Table,
    members: ir.Table,
    labels: pd.DataFrame,
    quarters: Quarters,
    *,
    per_quarter: int = PER_QUARTER,
) -> pd.DataFrame:
    """
    Texts whose mood people are asked for, in the order in which they are asked.

    Parameters
    ----------
    posts, tickets, surveys, members, labels, quarters
        See :func:`mood.judged_texts`.
    per_quarter : int
        Texts of each quarter, at most.

    Returns
    -------
    DataFrame
        `item_id, kind, quarter, text`: the quarters in turn, so that each gets as many labels as
        the others whenever people stop. Texts that are labelled already are in it too: somebody
        else may be asked for them again.
    """
    found = [
        texts.select("item_id", "text", "written_at")
        for texts in written(posts, tickets, surveys, members).values()
    ]
    return _drawn(ibis.union(*found), "sentiment", labels, quarters, per_quarter)


def tickets_to_label(
    tickets: ir.Table,
    labels: pd.DataFrame,
    quarters: Quarters,
    *,
    per_quarter: int = PER_QUARTER,
) -> pd.DataFrame:
    """
    Tickets whose category people are asked for, in the order in which they are asked.

    Parameters
    ----------
    tickets, labels, quarters
        The tables of these names, and the quarters that are drawn from.
    per_quarter : int
        Tickets of each quarter, at most.

    Returns
    -------
    DataFrame
        As :func:`texts_to_label`; the category on record is not in it, nobody shall be swayed.
    """
    said = ibis.coalesce(_.subject, "").concat("\n", ibis.coalesce(_.text, ""))
    found = tickets.select(item_id=_.ticket_id, text=said, written_at=_.created_at)
    found = found.filter(_.text.strip() != "")
    return _drawn(found, "ticket_category", labels, quarters, per_quarter)


def _drawn(
    texts: ir.Table, kind: str, labels: pd.DataFrame, quarters: Quarters, per_quarter: int
) -> pd.DataFrame:
    """Texts of each quarter drawn by chance, the quarters in turn; those labelled are in it."""
    dated = texts.mutate(quarter=quarter_of(_.written_at, quarters)).filter(_.quarter.notnull())
    ids = dated.select("item_id", "quarter").distinct().to_pandas().sort_values("item_id")
    labelled = set(labels.loc[labels["kind"] == kind, "item_id"].astype(str))
    places = dict(_places(ids, quarters, per_quarter, labelled))
    keys = ibis.memtable(pd.DataFrame({"wanted": sorted(places)}, dtype="str"))
    rows = dated.semi_join(keys, _.item_id == keys.wanted).to_pandas()
    rows = rows.sort_values(["item_id", "text"]).drop_duplicates("item_id")
    rows = rows.assign(kind=kind, place=rows["item_id"].map(places))
    return rows.sort_values(["place", "quarter"], ascending=[True, False], ignore_index=True)[
        _COLUMNS
    ]


def _places(
    ids: pd.DataFrame, quarters: Quarters, per_quarter: int, labelled: set[str]
) -> Iterable[tuple[str, int]]:
    """Where each text comes in its quarter; the same for everybody."""
    rng = np.random.default_rng(_SEED)
    for name in quarters:
        there = ids.loc[ids["quarter"] == name, "item_id"].to_numpy()
        for place, item in enumerate(rng.permutation(there)):
            if place < per_quarter or item in labelled:
                yield str(item), place
