"""What a cell may refer to: the rows of another plan, the numbers of the report."""

from tacheles import catalogue
from tacheles.contract import PLANS
from tacheles.errors import TachelesError
from tacheles.plans import Sheet, content_of
from tacheles.workbook import Workbook

#: Pairs of what is written and what a person reads.
Options = list[tuple[str, str]]

#: Columns whose text tells a person what an id stands for.
_TELLING = ("statement", "name", "priority", "criterion", "task")

#: Characters of that text that are shown.
_SHOWN = 60


def rows_of(book: Workbook, name: str) -> Options:
    """
    The rows of a plan as they are saved now: the key, and what it stands for.

    Parameters
    ----------
    book : Workbook
    name : str
        Name of the plan; a file that is no table offers nothing, its own editor tells why.
    """
    contract = PLANS[name]
    path = book.folder / "plans" / f"{name}.csv"
    try:
        sheet = Sheet.read(path, contract, content_of(path))
    except TachelesError:
        return []
    key, names = contract.key[0], {column.name for column in contract.columns}
    telling = next((name for name in _TELLING if name in names and name != key), "")
    found = {}
    for row in sheet.rows:
        code, said = sheet.text(row, key), sheet.text(row, telling)
        found[code] = f"{code}: {said[:_SHOWN]}" if said else code
    return list(found.items())


def metrics(book: Workbook) -> Options:
    """The numbers that a plan may name."""
    return [(name, name) for name in catalogue.names(book)]


def with_current(options: Options, text: str) -> Options:
    """Options of a choice, with nothing, and with what stands there though it is not offered."""
    unknown = [(text, text)] if text and text not in dict(options) else []
    return [("", "—"), *options, *unknown]
