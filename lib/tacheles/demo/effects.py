"""The effects that Nordlicht is made with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effects:
    """
    The effects with which the company is made; each is an argument of :func:`demo.simulate`.

    Parameters
    ----------
    forum_on_how_to : float, default -0.24
        What the best-practice forum does to how-to tickets, once it has found its feet. [share]
    forum_weeks : int, default 8
        Weeks until then; the effect grows evenly.
    forum_on_controls : float, default 0
        What it does to bug, billing, outage and account tickets. [share]
    joining_on_how_to : float, default -0.12
        What joining the community does to an account's how-to tickets, at once. [share]
    joining_on_renewals : float, default 0.015
        What it does to the renewal of accounts that joined, on average. [share]
    joining_on_renewals_with_csm : float, default 0
        The same for accounts with a named customer success manager; those without one have the
        rest, so that the average is as said. [share]
    joining_on_satisfaction : float, default 0.2
        What it does to the answers about satisfaction. [points of a scale of 5]
    joining_on_usage : float, default 0.04
        What it does to the use of the product. [share]
    joining_on_revenue : float, default 0
        What it does to the price that an account pays. [share]
    reference_on_win_rate : float, default 0.04
        What a reference from the community does to a deal that needed one. [share]
    digest_on_visits : float, default 0.15
        What the weekly digest of the experiment does to visits. [share]
    release_on_bugs : float, default 1
        What the release does to bug tickets for four weeks. [share]
    how_to_sensitivity : float, default 0.88
        How many of the how-to tickets are recorded as such. [share]
    how_to_specificity : float, default 0.95
        How many of the other tickets are not recorded as how-to. [share]
    """

    forum_on_how_to: float = -0.24
    forum_weeks: int = 8
    forum_on_controls: float = 0.0
    joining_on_how_to: float = -0.12
    joining_on_renewals: float = 0.015
    joining_on_renewals_with_csm: float = 0.0
    joining_on_satisfaction: float = 0.2
    joining_on_usage: float = 0.04
    joining_on_revenue: float = 0.0
    reference_on_win_rate: float = 0.04
    digest_on_visits: float = 0.15
    release_on_bugs: float = 1.0
    how_to_sensitivity: float = 0.88
    how_to_specificity: float = 0.95
