"""
How long does it take from a slider to the picture, and from a key to the check of a cell?

python benchmarks/forms.py               median of twenty, on the sample
python benchmarks/forms.py --rounds 50

Measured in the process of the notebook: from the message that a browser sends to the one that it
gets back. The browser waits 30 ms after the last step of a slider, 120 ms after the last key.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable

from tacheles import forms, roi, workbook
from tacheles.forms.assumptions import AssumptionsForm
from tacheles.forms.view import View

#: An assumption of the sample, and where its slider goes.
_SLIDER, _FROM, _STEP = "A_ticket_cost_avoidable", 18.0, 0.12


def main() -> None:
    """Print the medians."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    options.add_argument("--rounds", type=int, default=20)
    rounds = options.parse_args().rounds
    book = workbook.open("nordlicht")
    form = assumptions_form(book)
    tell("slider to picture", form, rounds, lambda i: slide(form, i))
    for name in ("goals", "labels"):
        table = forms.edit(book, name)
        table.show()
        key = f"0.{table.draft.table.columns[0].name}"
        tell(f"key to check, {name}", table, rounds, lambda i, t=table, k=key: press(t, k, i))


def assumptions_form(book: workbook.Workbook) -> AssumptionsForm:
    """The form over the programme of the sample's default quarters."""
    year = book.quarters(last=4)
    tickets = book.tickets, book.accounts, book.labels, book.how_to_categories
    outcomes = roi.outcomes(
        *(book.claims, *tickets, book.renewals, book.usage, book.deals, book.revenue),
        *(book.posts, book.ideas, book.experiments, year),
    )
    per_1000 = roi.how_to_tickets_per_1000_accounts(*tickets, book.quarters(last=40))
    programme = roi.programme(
        *(outcomes, roi.assumed(book.assumptions, book.correlations, year), book.pools),
        *(roi.costs_by_quarter(book.costs, year), book.shared_kpis),
        *(roi.ceiling_room(per_1000, year), "F", year),  # every claim counts: the most to compute
    )
    form = forms.assumptions(book, roi.what_if(programme, year))
    form.show()
    return form


def slide(form: View, step: int) -> None:
    """A step of the slider."""
    form.act(f"{_SLIDER}.slider", "input", str(_FROM + _STEP * step))


def press(form: View, key: str, step: int) -> None:
    """A key in a cell."""
    form.act(key, "input", "x" * (step + 1))


def tell(what: str, form: View, rounds: int, act: Callable[[int], None]) -> None:
    """Print the median and the longest time, and how much is sent."""
    sent: list[int] = []
    form.send = lambda content, _buffers=None: sent.append(len(json.dumps(content)))
    took = []
    for step in range(rounds):
        began = time.perf_counter()
        act(step)
        took.append((time.perf_counter() - began) * 1000)
    print(
        f"{what}: median {statistics.median(took):.0f} ms, longest {max(took):.0f} ms of {rounds}, "
        f"{statistics.median(sent) / 1000:.1f} kB sent"
    )


if __name__ == "__main__":
    main()
