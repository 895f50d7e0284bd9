"""How a mistake is told: where and what, what was found, what to do next."""

from pathlib import Path

from tacheles import ROOT


class TachelesError(Exception):
    """
    A mistake the reader can mend, told in three lines.

    Parameters
    ----------
    problem : str
        Where it is and what is wrong, without a full stop.
    found : str
        What was found there, without a full stop.
    hint : str
        What to do next, without a full stop.
    """

    def __init__(self, problem: str, found: str, hint: str) -> None:
        super().__init__(problem, found, hint)
        self.problem, self.found, self.hint = problem, found, hint

    def __str__(self) -> str:
        return f"{self.problem}.\nFound: {self.found}.\nHint: {self.hint}."


def shown(path: Path) -> str:
    """A path as a reader would write it: from the project's folder if it lies in there."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def unreadable(path: Path, what: str, error: Exception) -> TachelesError:
    """A file that is damaged."""
    return TachelesError(
        f"{shown(path)}: {what}",
        str(error).partition("\n")[0].rstrip("."),
        "the file is damaged or cut off; put the copy back or export it again",
    )
