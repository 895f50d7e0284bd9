"""
Difference between two proportions: 56 of 70 against 48 of 80.

Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions:
comparison of eleven methods. Statistics in Medicine 17, 873-890, table II, method 10.
"""

import pandas as pd

from tacheles.estimate import change, wilson


def rate(successes: int, n: int) -> pd.Series:
    low, high = wilson(successes, n)
    return pd.Series(
        {"value": successes / n, "low": float(low), "high": float(high), "level": 0.95}
        | {"status": "ok", "persons": n, "persons_needed": 5}
    )


def test_the_score_interval_without_continuity_correction():
    difference = change(rate(56, 70), rate(48, 80))
    assert 0.2 == round(difference["value"], 4)
    assert (0.0524, 0.3339) == (round(difference["low"], 4), round(difference["high"], 4))
