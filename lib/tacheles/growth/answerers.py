"""Who answers?"""

import ibis.expr.types as ir
import pandas as pd
from ibis import _

from tacheles.estimate import by_quarter, metric, rates, without_number
from tacheles.quarter import Quarters


@metric(unit="share", better="up")
def peer_answer_share(threads: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the quarter's first answers that came from members outside the company's staff.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    quarters : Quarters
        Quarters to report; a first answer belongs to the quarter it was given in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    Only first answers count: later ones say little about who carries the load. They are taken by
    their own day, not by the question's: so the last quarter lacks none, and the slow are not
    missing. First answers by an unknown author, to a question of an unknown author (it may be the
    asker's own) and to a question that was deleted or merged are left out and counted in
    `left_out`. Who is staff is known as of the answer's day where changes of role are recorded,
    else as exported; where the export tells nobody's role the share would be 1 whoever answered:
    `not_applicable`. The persons behind the number are those who answered.
    """
    return _share(threads, quarters, "first_reply", ~_.is_first_reply_by_staff)


@metric(unit="share", better="none")
def expert_answer_share(threads: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the quarter's first answers that came from members whom the company calls experts.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    quarters : Quarters
        Quarters to report; a first answer belongs to the quarter it was given in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    As :func:`peer_answer_share`: an expert is a member too, so the two overlap. A high share is
    access to experts, and a load on few; neither is better in itself.
    """
    return _share(threads, quarters, "first_reply", _.is_first_reply_by_expert)


@metric(unit="share", better="up")
def peer_solution_share(threads: ir.Table, quarters: Quarters) -> pd.DataFrame:
    """
    Share of the quarter's accepted answers that were written by members outside the staff.

    Parameters
    ----------
    threads : ibis.Table
        One row per thread (:func:`threads`).
    quarters : Quarters
        Quarters to report; an accepted answer belongs to the quarter it was written in.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per quarter. [share]

    Notes
    -----
    As :func:`peer_answer_share`, of the answers that solved a question: they say who was right, not
    who was first. An answer that the asker gave and accepted is nobody's help and is left out and
    counted in `left_out`. An answer of the last days may yet be accepted; the quarter then grows.
    Where the export marks no accepted answers, or tells nobody's role: `not_applicable`.
    """
    solved = threads.filter(_.is_solved)
    rows = _share(solved, quarters, "solution", ~_.is_solution_by_staff)
    has_solutions = bool(threads.has_solutions.any().fill_null(True).execute())
    return without_number(rows, [not has_solutions] * len(rows), "not_applicable")


def _share(
    threads: ir.Table, quarters: Quarters, what: str, has_property: ir.BooleanValue
) -> pd.DataFrame:
    """Rates of the replies of a kind that have a property, by the quarter they were written in."""
    by, is_known = _[f"{what}_by"], _[f"is_{what}_by_staff"].notnull()
    is_counted = is_known & by.notnull() & (by != _.member_id).fill_null(False) & ~_.is_removed
    counted = by_quarter(
        threads,
        f"{what}_at",
        quarters,
        successes=(is_counted & has_property).sum(),
        n=is_counted.sum(),
        left_out=(~is_counted).sum(),
        unknown=(~is_known).sum(),
        persons=by.nunique(where=is_counted),
    )
    return without_number(rates(counted), counted["unknown"] > 0, "not_applicable")
