"""What if? Named scenarios beside what is believed."""

import numpy as np
import pandas as pd

from tacheles.estimate import metric
from tacheles.quarter import Quarters
from tacheles.roi.claims import Programme
from tacheles.roi.returns import headline, likely

#: What the row is called in which every assumption keeps its own range.
BASE = "base"


@metric(unit="share", better="up")
def scenario_return(
    programme: Programme, scenarios: pd.DataFrame, quarters: Quarters
) -> pd.DataFrame:
    """
    Return on investment if some assumptions had the values that a named scenario gives them.

    Parameters
    ----------
    programme : Programme
        The claims that count (:func:`programme`).
    scenarios : DataFrame
        One row per scenario and assumption (:data:`contract.SCENARIOS`), in the order in which the
        scenarios are told.
    quarters : Quarters
        Quarters in which benefits were caused and costs paid.

    Returns
    -------
    DataFrame
        ESTIMATES, one row per scenario, `segment` its name, after the row :data:`BASE` in which
        nothing is held: the median with the 10th and 90th percentile. [share]

    Raises
    ------
    TachelesError
        If a scenario names an assumption that is not there.

    Notes
    -----
    What a scenario does not name keeps its range, and the effects keep theirs: the same draws in
    every scenario, so that only what was held differs. A scenario is no forecast: nobody says how
    likely it is.
    """
    held = {BASE: scenarios.iloc[:0]} | dict(iter(scenarios.groupby("scenario", sort=False)))
    rows = []
    for name, values in held.items():
        told = likely(_return(programme, values)) if programme.counted else {}
        rows.append(headline(programme, quarters, **told).assign(segment=name))
    return pd.concat(rows, ignore_index=True)


def _return(programme: Programme, values: pd.DataFrame) -> np.ndarray:
    """Return on investment by draw, with some assumptions held."""
    if values.empty:
        return programme.drawn.return_on_investment
    known = dict(zip(values["assumption_id"], values["value"].astype(float), strict=True))
    held = {name: programme.assumed.fixed(**{name: value})[name] for name, value in known.items()}
    return programme.flows({**programme.inputs, **held}).return_on_investment
