"""The checks of an interrupted time series: is nothing found where nothing should be found?"""

from typing import Any

import numpy as np

from tacheles.evidence.counts import Counts, controls_log_ratio, log_ratio
from tacheles.evidence.effect import LEVEL
from tacheles.evidence.forecast import Mixture
from tacheles.evidence.grade import Check, Evidence

#: Below this a time series cannot carry grade C.
PERIODS_BEFORE, PERIODS_AFTER, TARGET_PER_PERIOD = 40, 8, 5

#: Fewest periods before the start from which anything can be forecast.
FEWEST_BEFORE = 12

#: Level of the checks that look where nothing should be found.
CHECK_LEVEL = 0.99

#: Share of the periods before the start at which the placebo date lies.
_PLACEBO = 0.6

#: Last periods before the start that are held against the earlier ones.
_LAST = 4

#: Periods by which the date is moved.
_MOVED = 2


def reacting_controls(counts: Counts, known: int) -> list[str]:
    """
    Controls that react to the start against the others, the most certain first.

    Notes
    -----
    Of two controls that disagree nobody can tell which one reacted: it takes three.
    """
    left, reacting = counts, []
    while left.controls.shape[1] > 2:
        name, certainty = _most_certain(left, known)
        if certainty <= CHECK_LEVEL:
            break
        reacting.append(name)
        left = left.without(name)
    return reacting


def evidence_of(counts: Counts, known: int, dropped: list[str]) -> Evidence:
    """
    Evidence of a time series, with its checks.

    Parameters
    ----------
    counts : Counts
    known : int
        Periods before the start.
    dropped : list of str
        Controls that are not used (:func:`reacting_controls`).
    """
    reacted = Check("reacting_control", not dropped, {"controls": dropped})
    used = counts.without(*dropped)
    made = _at_date(used, known)
    checks = [*made.checks, _other_date(used, known, made)]
    return Evidence(made.design, (*checks, reacted) if counts.has_controls else tuple(checks))


def _at_date(counts: Counts, known: int) -> Evidence:
    """Evidence with all checks but that of the date itself."""
    checks = [_enough_data(counts, known)]
    effect = log_ratio(counts, known)
    if counts.has_controls:
        checks += [
            _controls_jumped(counts, known),
            _without_controls(counts, known, effect),
            _controls_disagree(counts, known),
            _leave_one_control_out(counts, known, effect),
        ]
    checks += [_placebo_date(counts, known), _before_the_start(counts, known)]
    design = "interrupted_time_series" if counts.has_controls else "time_series_without_controls"
    return Evidence(design, tuple(checks))


def _enough_data(counts: Counts, known: int) -> Check:
    """
    Long enough, large enough, and controls that together are as large as the target.

    The mean log of controls that together are as large as the target carries about as much sampling
    noise as the target itself, however many they are.
    """
    target = float(counts.target.iloc[:known].mean())
    controls = float(counts.controls.iloc[:known].mean().sum())
    facts = {
        "periods_before": known,
        "periods_after": len(counts) - known,
        "target": target,
        "controls": controls,
    }
    enough = (
        facts["periods_before"] >= PERIODS_BEFORE
        and facts["periods_after"] >= PERIODS_AFTER
        and target >= TARGET_PER_PERIOD
        and (controls >= target or not counts.has_controls)
    )
    return Check("enough_data", enough, facts)


def _controls_jumped(counts: Counts, known: int) -> Check:
    """The controls, from their own past and season, do not change at the start."""
    return _finds_nothing("controls_jumped", controls_log_ratio(counts, known), LEVEL)


def _without_controls(counts: Counts, known: int, effect: Mixture) -> Check:
    """The estimate without controls lies inside the interval with them."""
    alone = log_ratio(counts.alone, known).mean
    low, high = effect.interval(LEVEL)
    facts = {"without": float(np.expm1(alone)), "with": float(np.expm1(effect.mean))}
    return Check("without_controls", low <= alone <= high, facts)


def _placebo_date(counts: Counts, known: int) -> Check:
    """Nothing happens at a date long before the start."""
    placebo = round(_PLACEBO * known)
    if placebo < FEWEST_BEFORE:
        return Check("placebo_date", None, {"periods_before": known})
    found = log_ratio(counts.at(slice(known)), placebo)
    at = counts.target.index[placebo]
    return _finds_nothing("placebo_date", found, CHECK_LEVEL, at=at)


def _before_the_start(counts: Counts, known: int) -> Check:
    """The last periods before the start are not unusual: no launch in a crisis."""
    if known - _LAST < FEWEST_BEFORE:
        return Check("before_the_start", None, {"periods_before": known})
    found = log_ratio(counts.at(slice(known)), known - _LAST)
    return _finds_nothing("before_the_start", found, CHECK_LEVEL, periods=_LAST)


def _controls_disagree(counts: Counts, known: int) -> Check:
    """No control reacts to the start against the others."""
    if counts.controls.shape[1] < 2:
        return Check("controls_disagree", None, {"controls": counts.controls.shape[1]})
    name, certainty = _most_certain(counts, known)
    return Check("controls_disagree", certainty <= CHECK_LEVEL, {"control": name})


def _leave_one_control_out(counts: Counts, known: int, effect: Mixture) -> Check:
    """Without any one control, the estimates stay closer together than the interval is wide."""
    names = counts.control_names
    if len(names) < 2:
        return Check("leave_one_control_out", None, {"controls": len(names)})
    ratios = {name: log_ratio(counts.without(name), known).mean for name in names}
    estimates = {name: float(np.expm1(ratio)) for name, ratio in ratios.items()}
    low, high = np.expm1(effect.interval(LEVEL))
    width, apart = float(high - low), float(np.ptp(list(estimates.values())))
    facts = {"range": apart, "width": width, "without": estimates}
    return Check("leave_one_control_out", apart < width, facts)


def _other_date(counts: Counts, known: int, evidence: Evidence) -> Check:
    """Sign and grade do not hang on the very week of the start."""
    dates = [known - _MOVED, known + _MOVED]
    if dates[0] < FEWEST_BEFORE or dates[1] >= len(counts):
        return Check("other_date", None, {"periods": _MOVED})
    moved = [log_ratio(counts, date).mean for date in dates]
    signs = {*np.sign([*moved, log_ratio(counts, known).mean])}
    grades = [_grade_whatever_came_before(_at_date(counts, date)) for date in dates]
    same_grade = {_grade_whatever_came_before(evidence)} == {*grades}
    facts = {"periods": _MOVED, "grades": grades, "changes": np.expm1(moved).tolist()}
    return Check("other_date", same_grade and len(signs) == 1, facts)


def _grade_whatever_came_before(evidence: Evidence) -> str:
    """The grade without one check: before a date that is too late lies the effect itself."""
    others = [check for check in evidence.checks if check.name != "before_the_start"]
    return Evidence(evidence.design, tuple(others)).grade


def _most_certain(counts: Counts, known: int) -> tuple[str, float]:
    """The control that reacts most certainly against the others, and how certain that is."""
    certainty = {
        name: log_ratio(counts.with_target(name), known).certainty for name in counts.control_names
    }
    name = max(certainty, key=certainty.__getitem__)
    return name, certainty[name]


def _finds_nothing(name: str, found: Mixture, level: float, **facts: Any) -> Check:
    """A check that passes unless zero lies outside the interval."""
    low, high = np.expm1(found.interval(level))
    told = {"change": float(np.expm1(found.median)), "low": float(low), "high": float(high)}
    return Check(name, found.certainty <= level, told | {"level": level} | facts)
