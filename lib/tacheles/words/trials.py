"""What experiments showed, each with its grade, and whether a tree of numbers adds up."""

import pandas as pd

from tacheles.estimate import Estimates, called
from tacheles.privacy import protect
from tacheles.words.phrases import PHRASES
from tacheles.words.sentences import direction_of, interval, name_of, named, reason_in_cell
from tacheles.words.shown import Table, Text
from tacheles.words.spoken import _, number, percent, segment, translated, value


def effects(*estimates: Estimates) -> Table:
    """
    Effects side by side: how large, how sure, how good the evidence.

    Parameters
    ----------
    *estimates : Estimates
        Effects of experiments, a row per experiment in `segment`.
    """
    rows = [_effect(row) for one in estimates for _index, row in protect(one).iterrows()]
    head = [_("Effect"), _("Of"), _("How large"), _("Interval"), _("Clear?"), _("Grade")]
    caption = _(
        "Differences that chance made. Grade A: an experiment; B: an invitation drawn by chance. "
        "The more careful line is only for a look before the end; after it the first one holds."
    )
    return Table(caption, [*head, _("Counted")], rows)


def _effect(row: pd.Series) -> list[str]:
    """One effect as cells."""
    first = [named(row), segment(row["segment"]) or "—"]
    if row["status"] != "ok":
        return [*first, f"— ({reason_in_cell(row)})", "", "", row["grade"], ""]
    level = _("{interval} ({percent})").format(
        interval=interval(row), percent=percent(row["level"])
    )
    clear = _("not clear") if direction_of(row) == "level" else _("clear")
    noun = translated(PHRASES[called(row["metric"])[0]].counted)
    counted = f"{number(row['n'])} ({noun})"
    return [*first, value(row["value"], row["unit"]), level, clear, row["grade"], counted]


def sharpened(explained: Estimates) -> Text:
    """
    How much an experiment gained from what its members had done before.

    Parameters
    ----------
    explained : Estimates
        Share of the variance that members' own history explains, a row per experiment.
    """
    shown = protect(explained)
    said = [
        _(
            "{segment}: what members did before explains {share} of how much they differ (CUPED); "
            "without it the same interval would take {factor} times as many."
        ).format(
            segment=segment(row["segment"]),
            share=percent(row["value"]),
            factor=number(1 / (1 - row["value"]), 1),
        )
        for _index, row in shown[shown["status"] == "ok"].iterrows()
    ]
    return Text(" ".join(said) or _("No experiment has a history that could sharpen it."))


def reconciled(differences: Estimates) -> Text:
    """
    How many numbers of the KPI tree are what their parts make of them.

    Parameters
    ----------
    differences : Estimates
        :func:`measurement.require_reconciled`: none of them differs.
    """
    parents = differences.loc[differences["status"] == "ok", "segment"]
    if parents.empty:
        return Text(
            _("There is nothing to add up: add plans/kpi_tree.csv and the departments' numbers.")
        )
    names = list(dict.fromkeys(map(_number, parents)))
    return Text(
        _("Numbers of the tree that are what their parts make of them: {names}.").format(
            names=", ".join(names)
        )
    )


def _number(metric: str) -> str:
    """A number of the tree by its name; a department's own as it calls it."""
    return name_of(metric) if called(metric)[0] in PHRASES else metric
