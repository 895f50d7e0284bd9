"""One module per system: its real export into record tables, pseudonymised at the door."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa

from tacheles.workbook import Source

#: Turns the id that a person has in the source into the member's pseudonym.
Pseudonym = Callable[[str], str]


@dataclass(frozen=True)
class Export:
    """
    What a system's export holds, as record tables.

    Parameters
    ----------
    source : Source
        System, place and moment of the export.
    tables : dict of pyarrow.Table
        Record tables by name, in the types of their contracts.
    notes : list of str
        What was left out and why, for the person who imports.
    """

    source: Source
    tables: dict[str, pa.Table]
    notes: list[str] = field(default_factory=list)
