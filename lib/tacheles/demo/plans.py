"""
What the made-up team decided: its plan tables, and the mistakes planted in them.

The tables are written by hand, one CSV each, beside this module. People in them are roles.

`shared_kpis.sha256` seals what two departments agreed: the SHA-256 (hexadecimal, lower case) of all
other cells of the row in the order of the contract, as they stand in the CSV and joined by a line
feed, encoded as UTF-8, without a line feed at the end. Cells are written in one way only, so that
the typed table gives the same text: an empty cell is empty, a date is 2026-12-31, a number is the
shortest decimal that reads back as it, without an exponent and without `.0`.
"""

from pathlib import Path

#: What is wrong on purpose, so that the product has something to find; nothing else is.
FAULTS = {
    "goal_without_baseline": "G3",
    "goal_that_asks_for_too_much": "G2",
    "goal_with_an_unknown_metric": "G8",
    "goal_without_business_goal_and_stakeholder": "G5",
    "goal_whose_date_is_past": "G7",
    "task_with_two_accountable": "Newsletter schreiben und freigeben",
    "service_hours_without_moderator": "friday 15:00-17:00",
    "segment_that_nobody_hears": "Öffentliche Hand",
    "need_that_nothing_serves": "N6",
    "expired_assumption": "A_deal_margin",
}


def plans() -> dict[str, str]:
    """Every plan table but `labels`, by name, as the text of its CSV file."""
    folder = Path(__file__).with_name("plans")
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.csv"))}
