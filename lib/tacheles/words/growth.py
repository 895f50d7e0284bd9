"""What only the page on growth shows: threads that wait, and the age of a cohort."""

from html import escape
from typing import Any

import pandas as pd

from tacheles.estimate import Estimates, called, of_segment
from tacheles.privacy import protect
from tacheles.words.sentences import headline
from tacheles.words.shown import Shown
from tacheles.words.spoken import _, counted, duration, number

#: Where a platform shows a thread, by how its import names one.
_PLACES = {"topic": "t", "post": "questions"}


class Links(Shown):
    """A list of links, each with what is known beside it."""

    def __init__(self, caption: str, links: list[tuple[str, str, str]]) -> None:
        self.caption, self.links = caption, links

    def __repr__(self) -> str:
        return "\n".join((self.caption, *(f"{name}: {known}" for name, _url, known in self.links)))

    def facts(self) -> dict[str, Any]:
        """`caption` and `links`: name, address, what is known."""
        return {"caption": self.caption, "links": self.links}

    def html(self) -> str:
        """A list; what has no address is no link."""
        items = "".join(
            f"<li>{_linked(name, url)}: {escape(known)}</li>" for name, url, known in self.links
        )
        return f"<p>{escape(self.caption)}</p><ol>{items}</ol>"


def _linked(name: str, url: str) -> str:
    return f'<a href="{escape(url)}">{escape(name)}</a>' if url else escape(name)


def waiting(threads: pd.DataFrame, site: str) -> Links:
    """
    Threads that wait for an answer as links, for whoever answers; no report shows them.

    Parameters
    ----------
    threads : DataFrame
        Columns `thread_id, hours_waited, category`, the oldest first.
    site : str
        Where the community is, from its settings; empty: no links.
    """
    if threads.empty:
        return Links(_("Nobody waits for a first answer."), [])
    links = [
        (
            row["thread_id"],
            thread_address(row["thread_id"], site),
            ", ".join(filter(None, (duration(row["hours_waited"]), row["category"]))),
        )
        for row in threads.fillna({"category": ""}).to_dict("records")
    ]
    return Links(_("They wait for a first answer, the oldest first:"), links)


def thread_address(thread_id: str, site: str) -> str:
    """Where the platform shows a thread; empty if that is not known."""
    kind, _dash, number = thread_id.partition("-")
    if not site or not number or kind not in _PLACES:
        return ""
    return f"https://{site}/{_PLACES[kind]}/{number}"


def backlog_headline(backlog: Estimates) -> str:
    """
    How many questions have been open for long.

    Parameters
    ----------
    backlog : Estimates
        Open questions with the segment `stale`.
    """
    stale = of_segment(backlog, "stale")
    row = protect(stale).iloc[-1]
    if row["status"] != "ok":
        return headline(stale)
    age = duration(24 * called(row["metric"])[1]["stale_days"])
    return _("Open for {age} or more: {questions}").format(
        age=age, questions=counted(row["value"], "questions")
    )


def cohorts_subtitle(cohorts: Estimates) -> str:
    """
    What a triangle of cohorts shows, of whom, and what stands small in it.

    Parameters
    ----------
    cohorts : Estimates
        Shares of one metric with points in quarters.
    """
    levels = cohorts["level"].dropna()
    said = _(
        "Share of each quarter's newcomers who contributed again so many quarters later; what lies "
        "ahead is empty."
    )
    if len(levels):
        said += " " + _("Below it, where there is room: its {level}% interval.").format(
            level=number(100 * levels.iloc[-1])
        )
    return said


def quarters_since() -> str:
    """What the columns of a triangle count."""
    return _("Quarters since the first contribution")
