"""Groups side by side: which of them stand apart, said only if chance does not explain it."""

from itertools import combinations

import pandas as pd

from tacheles.estimate import Estimates, change, moved
from tacheles.privacy import protect
from tacheles.words.sentences import headline, named
from tacheles.words.spoken import _, quarter, segment, value


def groups_headline(estimates: Estimates) -> str:
    """
    What the last quarter's groups show: the highest and the lowest if they differ beyond chance.

    Parameters
    ----------
    estimates : Estimates
        Estimates of one metric, with segments.

    Notes
    -----
    Every pair of groups is held against all pairs (Holm). Full counts have no chance in them: the
    highest and the lowest are named.
    """
    groups = _shown_groups(estimates)
    if len(groups) < 2:
        return headline(groups if len(groups) else estimates)
    ordered = groups.sort_values("value", kind="stable")
    lowest, highest = ordered.iloc[0], ordered.iloc[-1]
    said = {"name": named(lowest), "n": len(groups)}
    for which, row in (("lowest", lowest), ("highest", highest)):
        said[which] = segment(row["segment"])
        said[f"{which}_value"] = value(row["value"], row["unit"])
    if _differ(ordered):
        return _("{name}: {highest} {highest_value}, {lowest} {lowest_value}").format(**said)
    return _("{name}: the {n} groups differ by no more than chance could bring").format(**said)


def _shown_groups(estimates: Estimates) -> Estimates:
    """The last quarter's groups that have a number which may be shown."""
    last = estimates[estimates["quarter"] == estimates["quarter"].iloc[-1]]
    return last[(protect(last)["status"] == "ok").to_numpy()].reset_index(drop=True)


def _differ(ordered: pd.DataFrame) -> bool:
    """Whether the last row differs from the first, held against all pairs of rows."""
    first, last = ordered.iloc[0], ordered.iloc[-1]
    if first["value"] == last["value"]:
        return False
    if ordered["low"].isna().all():
        return True
    pairs = list(combinations(range(len(ordered)), 2))
    changes = [change(ordered.iloc[high], ordered.iloc[low]) for low, high in pairs]
    return moved(changes)[pairs.index((0, len(ordered) - 1))]


def pair_subtitle(first: Estimates, second: Estimates) -> str:
    """What the two marks of each group mean, and of which quarter they are."""
    said = {"first": named(first.iloc[-1]), "second": named(second.iloc[-1])}
    return _("{quarter}. Coloured: {second}. Grey: {first}. Full counts: no interval.").format(
        quarter=quarter(first["quarter"].iloc[-1]), **said
    )
