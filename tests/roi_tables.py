"""What the tests of the return share: claims, outcomes and programmes small enough to count."""

from datetime import date

import ibis
import numpy as np
import pandas as pd

from tacheles import table_file
from tacheles.contract import SHARED_KPIS
from tacheles.evidence import Effect, Evidence
from tacheles.quarter import last_quarters
from tacheles.roi import claims, cost, money
from tacheles.roi.outcome import Outcome

#: Four quarters that are over.
YEAR = last_quarters("2026-Q3", 4, time_zone="Europe/Berlin")

#: One quarter.
QUARTER = YEAR.latest


def table(contract, rows):
    """Rows as an engine's table, moments as such."""
    return ibis.memtable(table_file.in_memory(contract, list(rows)))


def assumption(name, value, low=None, high=None, distribution="pert", **more):
    """An assumption; known exactly unless its range is given."""
    row = {"assumption_id": name, "statement": name, "value": value, "distribution": distribution}
    row |= {"low": value if low is None else low, "high": value if high is None else high}
    told = {"unit": "EUR", "source": "ledger", "owner": "controlling"}
    return row | told | {"review_on": date(2030, 1, 1)} | more


def assumed(*rows, quarters=YEAR, rate=0.0, draws=1000):
    """Assumptions, and those that every return rests on."""
    common = [
        assumption(money.DISCOUNT_RATE, rate, distribution="fixed"),
        assumption(money.PERSISTENCE, 0.5, distribution="fixed"),
        assumption(money.FULL_TICKET_COST, 60.0),
        assumption(money.DEFLECTION_MULTIPLIER, 0.05, distribution="fixed"),
        assumption("A_ticket", 20.0),
        assumption("A_margin", 4000.0),
    ]
    named = {row["assumption_id"]: row for row in [*common, *rows]}
    pairs = pd.DataFrame({"assumption_id": [], "other_id": [], "rho": []})
    return money.assumed(pd.DataFrame(list(named.values())), pairs, quarters, draws=draws)


def claim(name, *, metric="how_to_tickets", design="difference_in_differences", **more):
    """A row of `claims`."""
    row = {"claim_id": name, "department": "support", "pool": "P1", "metric": metric}
    row |= {"design": design, "unit_value": "A_ticket", "shared_kpi_id": None}
    return row | {"intervention_on": pd.NaT, "horizon_quarters": 4, "cash_share": 0.25} | more


def outcome(name, base, effect=1.0, *, spread=0.0, by_account=None, persons=100, **more):
    """What a claim changed: `effect` units for each of `base`, by quarter."""
    told = claim(name, **more)
    draws = effect + spread * np.linspace(-1, 1, 1000)
    known = Effect(effect, draws, 100)
    return Outcome(
        claim=told,
        base=np.asarray(base, dtype=float),
        effect=known,
        change=known,
        evidence=Evidence(told["design"]),
        persons=persons,
        by_account=pd.Series(by_account or {}, dtype=float),
    )


def costs(*amounts, hours=None):
    """What was paid in each quarter."""
    paid = pd.DataFrame({"staff": [float(amount) for amount in amounts]})
    return cost.Costs(paid, np.array(hours or [0.0] * len(amounts), dtype=float))


def shared_kpis(**judged_on):
    """Shared KPIs by id, with the day on which each is judged."""
    rows = [
        dict.fromkeys(column.name for column in SHARED_KPIS.columns)
        | {"shared_kpi_id": name, "version": 1, "judged_on": pd.Timestamp(day)}
        for name, day in judged_on.items()
    ]
    return pd.DataFrame(rows, columns=[column.name for column in SHARED_KPIS.columns])


def programme(
    *outcomes,
    paid=(1000,),
    quarters=QUARTER,
    pool=None,
    kpis=None,
    known=None,
    room=None,
    threshold="C",
):
    """Claims with pool P1, unlimited unless `pool` says what it holds."""
    pools = pd.DataFrame(
        {"pool_id": ["P1"], "amount_per_quarter": [np.inf if pool is None else pool]}
    )
    return claims.programme(
        outcomes,
        known or assumed(),
        pools,
        costs(*paid),
        shared_kpis() if kpis is None else kpis,
        room,
        threshold,
        quarters,
    )
