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
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
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
    "month": pa.date32(),
    "time": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}
_IBIS = {
    "id": "string",
    "text": "string",
    "moment": "timestamp(6)",
    "date": "date",
    "month": "date",
    "time": "string",
    "integer": "int64",
    "number": "float64",
    "boolean": "boolean",
}
_TRUE, _FALSE = {"true", "t", "1", "yes", "wahr"}, {"false", "f", "0", "no", "falsch"}
_ROW = "row_in_file"

#: A moment outside is a slip of the pen; and a quarter's name has a year between these.
_EARLIEST, _LATEST = datetime(1901, 1, 1), datetime(2199, 1, 1)

#: What breaks a promise of the contract, and what to do: an empty cell, a value, a year.
EMPTY = ("empty, but required", "fill the cell, or take the row out")
UNKNOWN = "not an allowed value"
YEAR = (
    "a year that cannot be",
    "correct the year, or leave the cell empty if the date is unknown",
)
DOUBTFUL = (
    "a number that can be read in two ways",
    "write 1234 or 1,234, as the other numbers of this file",
)

_DECIMAL_COMMA = re.compile(r"[+-]?\d{1,3}(\.\d{3})*,\d+|[+-]?\d+,\d+")
#: A fraction with a decimal point, or whole thousands in German notation.
_DOUBTFUL = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")

csv.field_size_limit(2**31 - 1)  # a text may be longer than the 128 KiB that csv allows by itself


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
        Reads Parquet itself, and keeps what was read from CSV; its session is in UTC.

    Raises
    ------
    TachelesError
        If the file cannot be read or breaks its contract.
    """
    if path.suffix == ".parquet":
        records = _read_parquet(path, table, engine)
    else:
        records = engine.create_table(table.name, read_csv(path, table), overwrite=True)
    check(records, path, table)
    return records.select(column.name for column in table.columns)


def frame(records: ir.Table, table: Table) -> pd.DataFrame:
    """A small table as pandas, in types of its contract that leave an empty cell empty."""
    content = records.to_pyarrow().cast(in_memory(table, []).schema)
    nullable = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    return content.to_pandas(types_mapper=nullable.get, date_as_object=False)


def columns(path: Path) -> list[str]:
    """Names of the columns in a file, in its order."""
    if path.suffix == ".parquet":
        names = pq.read_schema(path).names
    else:
        _row, names = next(_split(_text_of(path), path))
    return [name for name in names if name]


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


def read_csv(path: Path, table: Table, content: bytes | None = None) -> pa.Table:
    """
    A CSV file as a table of the contract's types, with the number of each row in the file.

    Comma, semicolon or tab; UTF-8 with or without a byte-order mark. Beside ISO dates and decimal
    points, `31.12.2026 14:30` and `1.234,56` are understood; `1.234` is refused in a file with
    decimal commas. White space around a cell is no part of it; rows and columns with nothing in
    them are passed over.

    Parameters
    ----------
    path : Path
    table : Table
    content : bytes, optional
        What the file is about to hold; by default what it holds.

    Raises
    ------
    TachelesError
        Naming file, row, column and value, as a spreadsheet would number them.
    """
    text = _text_of(path, content)
    rows = _rows_of(text, path, table)
    _row, header = next(rows)
    known = [column for column in table.columns if column.name in header]
    places = {column.name: header.index(column.name) for column in known}
    cells: dict[str, list[Any]] = {column.name: [] for column in known}
    row_numbers: list[int] = []
    numbers: list[str] = []
    doubtful: list[tuple[int, Column, str]] = []
    for row_number, row in rows:
        for column in known:
            cell = row[places[column.name]]
            cells[column.name].append(_cast(cell, column, path, row_number) if cell else None)
            if column.type == "number":
                numbers.append(cell)
                if is_doubtful(cell):
                    doubtful.append((row_number, column, cell))
        row_numbers.append(row_number)
    if doubtful and has_decimal_comma(numbers, delimiter_of(text)):
        row_number, column, cell = doubtful[0]
        raise _at(path, row_number, column, doubt(cell))
    length = len(row_numbers)
    columns = {
        column.name: pa.array(cells.get(column.name, [None] * length), _ARROW[column.type])
        for column in table.columns
    }
    return pa.table(columns | {_ROW: pa.array(row_numbers, pa.int64())})


def is_doubtful(text: str) -> bool:
    """Whether a number is a fraction in one notation and thousands in the other, as `1.234`."""
    return bool(_DOUBTFUL.fullmatch(text))


def doubt(text: str) -> TachelesError:
    """What is wrong with a doubtful number in a file with decimal commas."""
    return TachelesError(*_told(DOUBTFUL, repr(text)))


def has_decimal_comma(numbers: Iterable[str], delimiter: str) -> bool:
    """
    Whether a file writes 0,5: most of its numbers that leave no doubt, else its semicolons, say so.

    Parameters
    ----------
    numbers : iterable of str
        Cells of its columns of the type number.
    delimiter : str
    """
    commas = points = 0
    for text in numbers:
        commas += bool(_DECIMAL_COMMA.fullmatch(text))
        points += "." in text and "," not in text and not is_doubtful(text)
    return commas > points or (commas == points and delimiter == ";")


def csv_rows(
    path: Path, table: Table, content: bytes | None = None
) -> Iterator[tuple[int, list[str]]]:
    """
    The header of a CSV file, then its rows, as text with their numbers in the file.

    Parameters
    ----------
    path, table, content
        See :func:`read_csv`.

    Raises
    ------
    TachelesError
        If it is no CSV, lacks a required column, or a row is not as long as the header.
    """
    return _rows_of(_text_of(path, content), path, table)


def _rows_of(text: str, path: Path, table: Table) -> Iterator[tuple[int, list[str]]]:
    """What :func:`csv_rows` yields, of a text."""
    rows = _split(text, path)
    try:
        number, header = next(rows)
    except StopIteration:
        raise TachelesError(
            f"{shown(path)}: an empty file",
            "not even a header",
            "export it again, or delete it if there is nothing to report",
        ) from None
    twice = {name for name in header if name and header.count(name) > 1}
    if twice:
        raise TachelesError(
            f"{shown(path)}, row 1: a column stands there twice",
            ", ".join(sorted(twice)),
            "rename or delete one of the two",
        )
    _require_columns(path, table, set(header))
    yield number, header
    for number, row in rows:
        if len(row) != len(header):
            raise TachelesError(
                f"{shown(path)}, row {number}: {len(row)} cells under a header of {len(header)}",
                repr(row[-1] if row else ""),
                "the file may be cut off here, or a text with a delimiter in it lacks its quotes",
            )
        yield number, row


def _text_of(path: Path, content: bytes | None = None) -> str:
    """The text of a CSV file, or of what it is about to hold."""
    try:
        raw = path.read_bytes() if content is None else content
        raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
        text = raw.decode("utf-8-sig")
        if "\0" in text:  # UTF-16 without a byte-order mark, or a hole in a damaged file
            raise UnicodeDecodeError("utf-8", raw, raw.index(0), raw.index(0) + 1, "no text")
        return text
    except UnicodeDecodeError as error:
        row = error.object.count(b"\n", 0, error.start) + 1
        raise TachelesError(
            f"{shown(path)}, line {row}: not UTF-8",
            f"the byte 0x{error.object[error.start]:02X}",
            'save it again as "CSV UTF-8"',
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(path, "not a readable gzip file", error) from None


def _split(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows of a CSV with their numbers, header first; empty rows are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            cells = [cell.strip() for cell in cells]
            if any(cells):
                yield number, cells
    except csv.Error as error:
        raise TachelesError(
            f"{shown(path)}, row {number + 1}: not readable as CSV",
            str(error),
            "the file may be cut off, or a quotation mark in a text is not doubled",
        ) from None


def delimiter_of(text: str) -> str:
    """What stands between the cells of a CSV: what stands most often in its header."""
    header = re.sub('"[^"]*"', "", text.lstrip()).splitlines()[:1]
    return max(",;\t", key="".join(header).count)


def _cast(text: str, column: Column, path: Path, row: int) -> object:
    """A cell's text as a value of its column's type."""
    try:
        return value_of(text, column)
    except TachelesError as error:
        raise _at(path, row, column, error) from None


def _at(path: Path, row: int, column: Column, error: TachelesError) -> TachelesError:
    """What is wrong with a cell, with its place in the file."""
    where = f"{shown(path)}, row {row}, column {column.name}: "
    return TachelesError(where + error.problem, error.found, error.hint)


def value_of(text: str, column: Column) -> Any:
    """
    What the text of a filled cell stands for, in its column's type.

    Raises
    ------
    TachelesError
        If it stands for nothing of this type; it does not say where.
    """
    try:
        return _CASTS[column.type](text)
    except (ValueError, OverflowError) as error:
        kind, hint = NOT_A[column.type]
        hint = str(error) if str(error).startswith("this month") else hint
        raise TachelesError(kind, repr(text), hint) from None


def mistake(text: str, column: Column) -> TachelesError | None:
    """
    What is wrong with a cell, in the words in which its file would be refused, but for the place.

    Parameters
    ----------
    text : str
        What the cell holds; white space around it is no part of it.
    column : Column
    """
    text = text.strip()
    if not text:
        return TachelesError(*_told(EMPTY, "an empty cell")) if column.required else None
    try:
        value = value_of(text, column)
    except TachelesError as error:
        return error
    if column.allowed and value not in column.allowed:
        return TachelesError(UNKNOWN, repr(str(value)), _allowed(column))
    if column.type in ("moment", "date", "month"):
        moment = datetime(value.year, value.month, value.day)
        if not _EARLIEST <= moment < _LATEST:
            return TachelesError(*_told(YEAR, repr(str(moment))))
    return None


def _told(promise: tuple[str, str], found: str) -> tuple[str, str, str]:
    problem, hint = promise
    return problem, found, hint


def _allowed(column: Column) -> str:
    return f"allowed are {', '.join(map(str, column.allowed))}"


def moment_of(text: str) -> datetime:
    """A moment in UTC, from ISO 8601 (no offset: UTC) or from German notation."""
    german = re.fullmatch(
        r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: (\d{1,2})(:\d{2}(?::\d{2})?))?", text, re.ASCII
    )
    if german:
        day, month, year, hour, rest = german.groups(default="")
        text = f"{year}-{month:0>2}-{day:0>2} {hour:0>2}{rest or ':00'}"
    dated = re.fullmatch(r"(\d{4})-?(\d{2})-?(\d{2})([T ].+)?", text, re.ASCII)
    if not dated:  # fromisoformat takes more, such as the digits of a Unix time
        raise ValueError
    if 1 <= int(dated[2]) <= 12:
        days = calendar.monthrange(int(dated[1]), int(dated[2]))[1]
        if int(dated[3]) > days:
            raise ValueError(
                f"this month has {days} days; correct the cell, "
                "or leave it empty if the date is unknown"
            )
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def with_decimal_point(text: str) -> str:
    """A number in German notation as programs write it; any other text as it is."""
    if _DECIMAL_COMMA.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    return text


def _number(text: str) -> float:
    """A number with a decimal point, or in German notation with a decimal comma."""
    number = float(with_decimal_point(text).replace("_", "?"))  # Python reads 1_000 as a number
    if not math.isfinite(number):
        raise ValueError
    return number


def _month(text: str) -> date:
    """The first day of a month, from `2026-12`, `12.2026` or any of its days."""
    if re.fullmatch(r"\d{4}-\d{2}", text, re.ASCII):
        text += "-01"
    elif re.fullmatch(r"\d{1,2}\.\d{4}", text, re.ASCII):
        text = f"1.{text}"
    return moment_of(text).date().replace(day=1)


def _time(text: str) -> str:
    """A time of day as HH:MM, from `9:30` or `09:30:00`; 24:00 ends a day."""
    if not re.fullmatch(r"(([01]?\d|2[0-3]):[0-5]\d|24:00)(:00)?", text, re.ASCII):
        raise ValueError
    return text.zfill(5 if text.count(":") == 1 else 8)[:5]


def _integer(text: str) -> int:
    if re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        number = int(text)
    elif not is_doubtful(text) and _number(text).is_integer():
        number = int(_number(text))
    else:
        raise ValueError
    if not -(2**63) <= number < 2**63:
        raise ValueError
    return number


def _boolean(text: str) -> bool:
    if text.lower() not in _TRUE | _FALSE:
        raise ValueError
    return text.lower() in _TRUE


def _id(text: str) -> str:
    if re.fullmatch(r"\d+([.,]\d+)?E\+\d+", text, re.ASCII | re.IGNORECASE):
        raise ValueError
    return text


_CASTS: dict[str, Callable[[str], object]] = {
    "id": _id,
    "text": str,
    "moment": moment_of,
    "date": lambda text: moment_of(text).date(),
    "month": _month,
    "time": _time,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}
#: What a cell that stands for nothing of its type is told.
NOT_A = {
    "id": (
        "an id that a spreadsheet turned into a number",
        "export again and read the column as text",
    ),
    "text": ("not a text", "write a text"),
    "moment": ("not a date", "write it like 2026-12-31 or 2026-12-31T14:30:00Z (UTC)"),
    "date": ("not a date", "write it like 2026-12-31"),
    "month": ("not a month", "write it like 2026-12"),
    "time": ("not a time of day", "write it like 09:30"),
    "integer": ("not a whole number", "write digits only, or leave the cell empty"),
    "number": ("not a number", "write it like 1234.56, or leave the cell empty"),
    "boolean": ("neither true nor false", "write true or false, or leave the cell empty"),
}


def _as_type(value: ir.Value, path: Path, table: Table, column: Column) -> ir.Value:
    """A Parquet column in its contract's type; refuses a type that only guessing could turn."""
    found, wanted = value.type(), column.type
    if 'kind="NULL"' in str(found):  # nothing but empty cells; ibis has no name for it
        return ibis.null(_IBIS[wanted])
    if "TIMESTAMPTZ_NS" in str(found):  # nor for this, and DuckDB has no cast to a plain moment
        value = value.cast("timestamp('UTC', 6)")
        found = value.type()
    fits = {
        "id": found.is_string(),
        "text": found.is_string(),
        "moment": found.is_timestamp() or found.is_date(),
        "date": found.is_date(),
        "month": found.is_date() or (found.is_timestamp() and found.timezone is None),
        "time": found.is_string(),
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
    cast = value.cast(_IBIS[wanted])
    if wanted == "month":
        return cast.truncate("M")
    return cast.nullif("") if wanted in ("id", "text") else cast  # as in a CSV


def _require_columns(path: Path, table: Table, present: set[str]) -> None:
    missing = [name for name in table.required if name not in present]
    if missing:
        raise TachelesError(
            f"{shown(path)}: the required column {missing[0]} is missing",
            f"columns {', '.join(sorted(present))}",
            f"the table {table.name} has {table.grain} and needs {', '.join(table.required)}",
        )


@dataclass(frozen=True)
class _Promise:
    """What a contract promises of each cell of a column."""

    column: str
    is_broken: ir.BooleanValue
    problem: str
    hint: str


def _promises(records: ir.Table, table: Table) -> list[_Promise]:
    promises = []
    for column in table.columns:
        cell = records[column.name]
        if column.required:
            promises.append(_Promise(column.name, cell.isnull(), *EMPTY))
        if column.allowed:
            unknown = cell.notin(column.allowed)
            promises.append(_Promise(column.name, unknown, UNKNOWN, _allowed(column)))
        if column.type in ("moment", "date", "month"):
            outside = (cell < ibis.literal(_EARLIEST)) | (cell >= ibis.literal(_LATEST))
            promises.append(_Promise(column.name, outside, *YEAR))
    return promises


def check(records: ir.Table, path: Path, table: Table) -> None:
    """
    Hold a table against its contract: required cells are filled, values allowed, keys unique.

    Raises
    ------
    TachelesError
        Naming the first culprit: its row in a CSV, elsewhere its key.
    """
    promises = _promises(records, table)
    broken = {
        f"broken_{place}": promise.is_broken.sum().fill_null(0)
        for place, promise in enumerate(promises)
    }
    read_to_the_end = {f"hash_{name}": records[name].hash().max() for name in records.columns}
    try:
        found = (
            records.aggregate(rows=records.count(), **broken, **read_to_the_end).to_pandas().iloc[0]
        )
        keys = records.select(*table.key).distinct().count().execute()
    except duckdb.Error as error:
        raise unreadable(path, "not readable to its end", error) from None
    for place, promise in enumerate(promises):
        if found[f"broken_{place}"] > 0:
            culprit = records.filter(promise.is_broken).limit(1).to_pandas().iloc[0]
            cell = culprit[promise.column]
            raise TachelesError(
                f"{_where(path, culprit, table)}, column {promise.column}: {promise.problem}",
                "an empty cell" if pd.isna(cell) else repr(str(cell)),
                promise.hint,
            )
    if keys < found["rows"]:
        twice = records.group_by(table.key).having(records.count() > 1).aggregate()
        culprit = twice.order_by(table.key).limit(1).to_pandas().iloc[0]
        same = records.filter(
            [
                records[name].isnull() if pd.isna(culprit[name]) else records[name] == culprit[name]
                for name in table.key
            ]
        )
        lines = same.to_pandas().get(_ROW, pd.Series(dtype=int)).tolist()
        raise TachelesError(
            f"{shown(path)}: a key occurs twice",
            _key(culprit, table)
            + (f" in rows {', '.join(map(str, sorted(lines)))}" if lines else ""),
            f"the table {table.name} has {table.grain}; take the duplicate out",
        )


def _where(path: Path, culprit: pd.Series, table: Table) -> str:
    """The row in a CSV by its number, elsewhere by its key."""
    if _ROW in culprit:
        return f"{shown(path)}, row {culprit[_ROW]}"
    return f"{shown(path)}, {_key(culprit, table)}"


def _key(culprit: pd.Series, table: Table) -> str:
    """The key of a row, as a reader would write it."""
    filled = {name: culprit[name] for name in table.key if not pd.isna(culprit[name])}
    return ", ".join(
        f"{name} {value!r}" if isinstance(value, str) else f"{name} {value}"
        for name, value in filled.items()
    ).replace(" 00:00:00", "")
