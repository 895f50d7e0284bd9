"""By which number the company judges each kind of goal that it has."""

import pandas as pd

#: The metric of each kind of business goal.
METRICS = {
    "revenue": "direct_revenue",
    "customer_base": "customers_gained",
    "satisfaction": "customer_satisfaction_score",
    "awareness": "aided_awareness",
    "reputation": "review_score",
    "retention": "renewal_rate",
    "support_cost": "cost_per_ticket",
    "product_feedback": "delivered_votes_share",
    "scaling": "scaled_coverage",
}


def metrics_of_goals(business_goals: pd.DataFrame) -> dict[str, str]:
    """
    The metric by which each business goal is judged, by the goal's id; the weightiest first.

    Parameters
    ----------
    business_goals : DataFrame
        One row per company goal (:data:`contract.BUSINESS_GOALS`); one without a kind has none.
    """
    ranked = business_goals.sort_values(
        ["weight", "business_goal_id"], ascending=[False, True], na_position="last"
    )
    return {
        str(row["business_goal_id"]): METRICS[row["kind"]]
        for row in ranked.to_dict("records")
        if row["kind"] in METRICS
    }
