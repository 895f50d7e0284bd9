"""A share measured with a tool that errs, corrected by texts that people labelled."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np


@dataclass(frozen=True)
class Corrected:
    """
    A mean corrected for the error of the tool.

    Parameters
    ----------
    value, standard_error : float
    weight : float
        How much the tool was relied on: 0 not at all, 1 as much as the labels.
    n : int
        Labels.
    """

    value: float
    standard_error: float
    weight: float
    n: int

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Limits between which the mean lies with this probability."""
        half = NormalDist().inv_cdf((1 + level) / 2) * self.standard_error
        return self.value - half, self.value + half


def corrected_mean(
    by_hand: np.ndarray, by_tool: np.ndarray, by_tool_of_all: np.ndarray
) -> Corrected:
    """
    Mean of all texts, from the tool's word on all of them and people's word on some.

    Parameters
    ----------
    by_hand : ndarray
        What people said of each labelled text, as a number: 0 or 1 for a share, −1 to 1 for a
        balance. The texts were drawn at random.
    by_tool : ndarray
        What the tool said of the same texts; of a tool that was trained on them, without having
        seen each (out of fold): with its own fit the interval holds nothing.
    by_tool_of_all : ndarray
        What the tool said of all texts.

    Notes
    -----
    Tuned prediction-powered inference: the tool's mean, corrected by its mean error, with the
    weight that makes the interval narrowest. Where the tool is useless the weight goes to 0 and the
    labels alone remain, so that the tool never does harm. The labelled texts are taken to be among
    all of them; where they are not, the interval is a little wide.

    References
    ----------
    Angelopoulos, A. N., Duchi, J. C. and Zrnic, T. (2023). PPI++: efficient prediction-powered
    inference. arXiv:2311.01453.
    """
    y, f, everywhere = (np.asarray(one, float) for one in (by_hand, by_tool, by_tool_of_all))
    n, total = len(y), len(everywhere)
    spread = f.var(ddof=1)
    weight = 0.0
    if spread > 0:
        weight = float(np.clip(np.cov(y, f)[0, 1] / spread / (1 + n / total), 0, 1))
    value = y.mean() + weight * (everywhere.mean() - f.mean())
    rest = y - weight * f
    variance = rest.var(ddof=1) / n + weight**2 * everywhere.var() / total
    # the labelled texts are among all of them, so the two parts go together
    variance += max(2 * weight * np.cov(rest, f)[0, 1], 0) / total
    return Corrected(float(value), math.sqrt(variance), weight, n)


def agreement(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """
    How far two people agree beyond chance, with its standard error (Cohen's κ).

    Parameters
    ----------
    one, other : ndarray of str
        Their labels of the same texts.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological
    Measurement 20, 37-46.
    """
    n = len(one)
    labels = sorted({*one, *other})
    shares = np.array([[np.mean((one == a) & (other == b)) for b in labels] for a in labels])
    by_one, by_other = shares.sum(axis=1), shares.sum(axis=0)
    agreed, by_chance = np.trace(shares), by_one @ by_other
    if by_chance == 1:
        return float("nan"), float("nan")
    standard_error = math.sqrt(agreed * (1 - agreed) / n) / (1 - by_chance)
    return float((agreed - by_chance) / (1 - by_chance)), float(standard_error)


def macro_f1(by_hand: np.ndarray, by_tool: np.ndarray) -> float:
    """Mean over the labels of how well the tool finds each (F1), rare ones as much as common."""
    found = []
    for label in sorted(set(by_hand)):
        both = np.sum((by_hand == label) & (by_tool == label))
        found.append(2 * both / (np.sum(by_hand == label) + np.sum(by_tool == label)))
    return float(np.mean(found))
