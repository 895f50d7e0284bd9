"""The words in which a contract is written: a column, a table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """
    One column of a table.

    Parameters
    ----------
    name : str
    type : str
        One of text, id, moment, date, month, time, integer, number, boolean. An `id` is text that
        must never be read as a number. A `moment` is UTC. A `month` is the date of its first day.
        A `time` is a time of day, written 09:30.
    required : bool
        Whether the column must be there and filled in every row.
    allowed : tuple of str or int
        The only values it may hold; empty: any.
    unit : str
        What one stands for; empty: a count, or no amount at all.
    state_since : str
        Column with the moment or date since when this state holds: the state can be put back to
        what it was. Of a column that is itself that moment it is the column's own name.
    before : str
        What the state was until then; empty: nothing yet (of a boolean: false).
    is_snapshot : bool
        Whether the value is as exported and cannot be put back, or not always.
    refers_to : str
        Plan table whose rows it names, by their key; `metrics`: the numbers of the report.
    is_long : bool
        Whether a person writes a sentence or more into it.
    """

    name: str
    type: str = "text"
    required: bool = False
    allowed: tuple[str, ...] | tuple[int, ...] = ()
    unit: str = ""
    state_since: str = ""
    before: str = ""
    is_snapshot: bool = False
    refers_to: str = ""
    is_long: bool = False


@dataclass(frozen=True)
class Table:
    """
    One table: what a row is, what makes it unique and when it happened.

    Parameters
    ----------
    name : str
    grain : str
        What one row stands for.
    key : tuple of str
        Columns that together occur once. A column of the key that is not required may be empty.
    columns : tuple of Column
    happened : str
        Column with the moment, date or month of the event, by which the wall cuts; empty: a row is
        no event but somebody or something that has states, or a decision.
    is_steady : bool
        Whether a living community has rows every month, so that an empty month is a hole in the
        export rather than a fact.
    plans_ahead : bool
        Whether rows may lie in the future: they do not tell how far the records reach.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    happened: str = ""
    is_steady: bool = False
    plans_ahead: bool = False

    def column(self, name: str) -> Column:
        """The column of this name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def required(self) -> list[str]:
        """Names of the columns that must be there and filled."""
        return [column.name for column in self.columns if column.required]
