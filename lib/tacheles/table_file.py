"""
One table in one file: read as its contract says, or a message that names file, row and column.

CSV is read as text and then cast, so that a mistake can be found where it stands; Parquet brings
its types. Every table comes out with all columns of its contract, each in its type.
"""

import calendar
import csv
import gzip
import io
import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tacheles.contract import Column, Table
from tacheles.errors import TachelesError, shown, unreadable

_ARROW = {
    "id": pa.string(),
    "text": pa.string(),
    "moment": pa.timestamp("us"),
    "date": pa.date32(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}
_IBIS = {
    "id": "string",
    "text": "string",
    "moment": "timestamp(6)",
    "date": "date",
    "integer": "int64",
    "number": "float64",
    "boolean": "boolean",
}
_TRUE, _FALSE = {"true", "t", "1", "yes", "wahr"}, {"false", "f", "0", "no", "falsch"}
_ROW = "row_in_file"


def in_memory(table: Table, rows: list[dict[str, Any]]) -> pa.Table:
    """
    Rows as a table of the contract's types.

    Parameters
    ----------
    table : Table
    rows : list of dict
        Column names to values; a column that is not named is empty.
    """
    columns = {
        column.name: pa.array([row.get(column.name) for row in rows], _ARROW[column.type])
        for column in table.columns
    }
    return pa.table(columns)


def read(path: Path, table: Table, engine: ibis.BaseBackend) -> ir.Table:
    """
    A table from its file, with all its columns in their types, checked against its contract.

    Parameters
    ----------
    path : Path
        A `.parquet`, `.csv` or `.csv.gz` file.
    table : Table
    engine : ibis backend
        Reads Parquet itself, and keeps what was read from CSV.

    Raises
    ------
    TachelesError
        If the file cannot be read or breaks its contract.
    """
    if path.suffix == ".parquet":
        records = _read_parquet(path, table, engine)
    else:
        records = engine.create_table(table.name, read_csv(path, table))
    check(records, path, table)
    return records.select(column.name for column in table.columns)


def columns(path: Path) -> list[str]:
    """Names of the columns in a file, in its order."""
    return pq.read_schema(path).names if path.suffix == ".parquet" else next(_csv_rows(path))[1]


def _read_parquet(path: Path, table: Table, engine: ibis.BaseBackend) -> ir.Table:
    try:
        found = engine.read_parquet(path, table_name=table.name)
    except duckdb.Error as error:
        raise unreadable(path, "not a readable Parquet file", error) from None
    present = set(found.columns)
    _require_columns(path, table, present)
    typed = {
        column.name: _as_type(found[column.name], path, table, column)
        if column.name in present
        else ibis.null(_IBIS[column.type])
        for column in table.columns
    }
    return found.select(**typed)


def read_csv(path: Path, table: Table) -> pa.Table:
    """
    A CSV file as a table of the contract's types, with the number of each row in the file.

    Comma, semicolon or tab; UTF-8 with or without a byte-order mark. Beside ISO dates and decimal
    points, `31.12.2026 14:30` and `1.234,56` are understood.

    Raises
    ------
    TachelesError
        Naming file, row, column and value, as a spreadsheet would number them.
    """
    rows = _csv_rows(path)
    try:
        _number, header = next(rows)
    except StopIteration:
        raise TachelesError(
            f"{shown(path)}: an empty file",
            "not even a header",
            "export it again, or delete it if there is nothing to report",
        ) from None
    twice = {name for name in header if header.count(name) > 1}
    if twice:
        raise TachelesError(
            f"{shown(path)}, row 1: a column stands there twice",
            ", ".join(sorted(twice)),
            "rename or delete one of the two",
        )
    _require_columns(path, table, set(header))
    known = [column for column in table.columns if column.name in header]
    places = {column.name: header.index(column.name) for column in known}
    cells: dict[str, list[Any]] = {column.name: [] for column in known}
    numbers = []
    for number, row in rows:
        if len(row) != len(header):
            raise TachelesError(
                f"{shown(path)}, row {number}: {len(row)} cells under a header of {len(header)}",
                repr(row[-1] if row else ""),
                "the file may be cut off here, or a text with a delimiter in it lacks its quotes",
            )
        for column in known:
            text = row[places[column.name]].strip()
            cells[column.name].append(_cast(text, column, path, number) if text else None)
        numbers.append(number)
    columns = {
        column.name: pa.array(cells.get(column.name, [None] * len(numbers)), _ARROW[column.type])
        for column in table.columns
    }
    return pa.table(columns | {_ROW: pa.array(numbers, pa.int64())})


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows of a CSV file with their numbers, header first; empty rows are passed over."""
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = error.object.count(b"\n", 0, error.start) + 1
        raise TachelesError(
            f"{shown(path)}, line {row}: not UTF-8",
            f"the byte 0x{error.object[error.start]:02X}",
            'save it again as "CSV UTF-8"',
        ) from None
    except (OSError, EOFError) as error:
        raise unreadable(path, "not a readable gzip file", error) from None
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            if cells:
                yield number, cells
    except csv.Error as error:
        raise TachelesError(
            f"{shown(path)}, row {number + 1}: not readable as CSV",
            str(error),
            "the file may be cut off, or a quotation mark in a text is not doubled",
        ) from None


def _cast(text: str, column: Column, path: Path, row: int) -> object:
    """A cell's text as a value of its column's type."""
    try:
        return _CASTS[column.type](text)
    except ValueError as error:
        kind, hint = _NOT_A[column.type]
        raise TachelesError(
            f"{shown(path)}, row {row}, column {column.name}: {kind}",
            repr(text),
            str(error) if str(error).startswith("this month") else hint,
        ) from None


def _moment(text: str) -> datetime:
    """A moment in UTC, from ISO 8601 (no offset: UTC) or from German notation."""
    german = re.fullmatch(
        r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: (\d{1,2}:\d{2}|\d{2}:\d{2}:\d{2}))?", text
    )
    if german:
        day, month, year, clock = german.groups()
        hours = (clock or "00:00") if len(clock or "") != 4 else f"0{clock}"
        text = f"{year}-{int(month):02d}-{int(day):02d} {hours}"
    dated = re.match(r"(\d{4})-(\d{2})-(\d{2})", text)
    if dated and 1 <= int(dated[2]) <= 12:
        days = calendar.monthrange(int(dated[1]), int(dated[2]))[1]
        if int(dated[3]) > days:
            raise ValueError(
                f"this month has {days} days; correct the cell, "
                "or leave it empty if the date is unknown"
            )
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _number(text: str) -> float:
    """A number with a decimal point, or in German notation with a decimal comma."""
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})*,\d+|[+-]?\d+,\d+", text):
        text = text.replace(".", "").replace(",", ".")
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _integer(text: str) -> int:
    number = _number(text)
    if not number.is_integer():
        raise ValueError
    return int(number)


def _boolean(text: str) -> bool:
    if text.lower() not in _TRUE | _FALSE:
        raise ValueError
    return text.lower() in _TRUE


def _id(text: str) -> str:
    if re.fullmatch(r"\d+[.,]\d+E\+\d+", text):
        raise ValueError
    return text


_CASTS: dict[str, Callable[[str], object]] = {
    "id": _id,
    "text": str,
    "moment": _moment,
    "date": lambda text: _moment(text).date(),
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}
_NOT_A = {
    "id": (
        "an id that a spreadsheet turned into a number",
        "export again and read the column as text",
    ),
    "text": ("not a text", "write a text"),
    "moment": ("not a date", "write it like 2026-12-31 or 2026-12-31T14:30:00Z (UTC)"),
    "date": ("not a date", "write it like 2026-12-31"),
    "integer": ("not a whole number", "write digits only, or leave the cell empty"),
    "number": ("not a number", "write it like 1234.56, or leave the cell empty"),
    "boolean": ("neither true nor false", "write true or false, or leave the cell empty"),
}


def _as_type(value: ir.Value, path: Path, table: Table, column: Column) -> ir.Value:
    """A Parquet column in its contract's type; refuses a type that only guessing could turn."""
    found, wanted = value.type(), column.type
    fits = {
        "id": found.is_string(),
        "text": found.is_string(),
        "moment": found.is_timestamp() or found.is_date(),
        "date": found.is_date(),
        "integer": found.is_integer(),
        "number": found.is_numeric(),
        "boolean": found.is_boolean(),
    }
    if not fits[wanted] and not found.is_null():
        raise TachelesError(
            f"{shown(path)}, column {column.name}: not of the type {wanted}",
            str(found),
            f"write the table {table.name} again with this column as {wanted}",
        )
    return value.cast(_IBIS[wanted])


def _require_columns(path: Path, table: Table, present: set[str]) -> None:
    missing = [name for name in table.required if name not in present]
    if missing:
        raise TachelesError(
            f"{shown(path)}: the required column {missing[0]} is missing",
            f"columns {', '.join(sorted(present))}",
            f"the table {table.name} has {table.grain} and needs {', '.join(table.required)}",
        )


def check(records: ir.Table, path: Path, table: Table) -> None:
    """
    Hold a table against its contract: required cells are filled, values allowed, keys unique.

    Raises
    ------
    TachelesError
        Naming the first culprit: its row in a CSV, elsewhere its key.
    """
    wrong = {name: records[name].isnull() for name in table.required}
    wrong |= {
        column.name: ~records[column.name].isin(column.allowed)
        for column in table.columns
        if column.allowed
    }
    measures = {name: is_wrong.fill_null(False).sum() for name, is_wrong in wrong.items()}
    try:
        found = records.aggregate(rows=records.count(), **measures).to_pandas().iloc[0]
        keys = records.select(*table.key).distinct().count().execute()
    except duckdb.Error as error:
        raise unreadable(path, "not readable to its end", error) from None
    for name, is_wrong in wrong.items():
        if found[name] > 0:
            column = table.column(name)
            culprit = records.filter(is_wrong.fill_null(False)).limit(1).to_pandas().iloc[0]
            raise TachelesError(
                f"{_where(path, culprit, table)}, column {name}: "
                + ("not an allowed value" if column.allowed else "empty, but required"),
                repr(culprit[name]) if column.allowed else "an empty cell",
                f"allowed are {', '.join(column.allowed)}"
                if column.allowed
                else "fill the cell, or take the row out",
            )
    if keys < found["rows"]:
        twice = records.group_by(table.key).having(records.count() > 1).aggregate()
        culprit = twice.order_by(table.key).limit(1).to_pandas().iloc[0]
        key = ", ".join(f"{name} {culprit[name]!r}" for name in table.key)
        same = records.filter([records[name] == culprit[name] for name in table.key])
        lines = same.to_pandas().get(_ROW, pd.Series(dtype=int)).tolist()
        raise TachelesError(
            f"{shown(path)}: a key occurs twice",
            key + (f" in rows {', '.join(map(str, sorted(lines)))}" if lines else ""),
            f"the table {table.name} has {table.grain}; take the duplicate out",
        )


def _where(path: Path, culprit: pd.Series, table: Table) -> str:
    """The row in a CSV by its number, elsewhere by its key."""
    if _ROW in culprit:
        return f"{shown(path)}, row {culprit[_ROW]}"
    return f"{shown(path)}, " + ", ".join(f"{name} {culprit[name]!r}" for name in table.key)
