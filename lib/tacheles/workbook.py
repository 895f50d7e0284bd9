"""
The only module that opens a community's folder.

A community is one folder: `community.toml`, `plans/*.csv` and `records/*.parquet` (or `.csv`,
`.csv.gz`). Tables are checked against their contracts when they are first read; of the records,
nothing after the wall is seen.
"""

import json
import os
import re
import shutil
import tomllib
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tacheles import ROOT, table_file
from tacheles.contract import PLANS, RECORDS, Column, Table
from tacheles.errors import TachelesError, shown, unreadable
from tacheles.privacy import Thresholds
from tacheles.quarter import Calendar, Quarters, last_quarters, name_of, ordinal
from tacheles.sentiment import LocalModel
from tacheles.service_hours import ServiceHours, public_holidays, read_hours

#: Where the communities are kept unless another folder is named.
DATA = ROOT / "data"

#: What a new community's folder is a copy of.
TEMPLATE = ROOT / "templates" / "community"


@dataclass(frozen=True)
class Source:
    """Where a table comes from."""

    system: str = ""
    place: str = ""
    exported_at: datetime | None = None
    history_from: datetime | None = None


@dataclass(frozen=True)
class Settings:
    """What `community.toml` says."""

    name: str
    language: str = "en"
    time_zone: str = "UTC"
    fiscal_year_start: int = 1
    default_quarter: str = ""
    keep_text: bool = False
    site: str = ""
    service_hours: str = ""
    holidays: str = ""
    made_up: bool = False
    mission: str = ""
    vision: str = ""
    currency: str = "EUR"
    sentiment: str = ""
    evidence_threshold: str = "C"
    how_to_categories: list[str] = field(default_factory=lambda: ["how_to"])
    thresholds: Thresholds = field(default_factory=Thresholds)


#: Every setting by its name; those of `[privacy]` with their part in front.
SETTINGS = (
    *(name for name in Settings.__dataclass_fields__ if name != "thresholds"),
    *(f"privacy.{name}" for name in Thresholds.__dataclass_fields__),
)


class Workbook:
    """
    A community's folder, seen from the end of a quarter.

    Record tables are attributes (`book.posts`): Ibis tables with every column of their contract,
    checked, without anything at or after the wall. Plan tables are attributes too (`book.goals`):
    small frames, whole, for a decision has no wall. A table that is missing is empty.

    Parameters
    ----------
    folder : Path
    settings : Settings
    until : str
        Last quarter to report; empty: the last one that the records reach.
    """

    def __init__(self, folder: Path, settings: Settings, until: str = "") -> None:
        self.folder = folder
        self.settings = settings
        self.calendar = Calendar(settings.time_zone, settings.fiscal_year_start)
        self._engine = ibis.duckdb.connect()
        self._engine.raw_sql("SET TimeZone = 'UTC'")
        self._checked: dict[str, ir.Table] = {}
        self._decided: dict[str, pd.DataFrame] = {}
        self._wanted = until

    def __getattr__(self, name: str) -> ir.Table:
        if name in PLANS:
            return self.plan(name)
        if name not in RECORDS:
            raise AttributeError(f"a workbook has no table {name!r}")
        return self.table(name)

    def table(self, name: str) -> ir.Table:
        """The record table of this name, behind the wall."""
        table, records = RECORDS[name], self.records(name)
        if table.happened:
            happened = table.column(table.happened)
            records = records.filter(records[table.happened] < self._wall(happened))
        states = [column for column in table.columns if column.state_since]
        changed_later = {
            column.name: (
                records[column.state_since] >= self._wall(table.column(column.state_since))
            ).fill_null(False)
            for column in states
        }
        return records.mutate(
            **{
                column.name: changed_later[column.name].ifelse(
                    False if column.type == "boolean" else column.before or ibis.null(),
                    records[column.name],
                )
                for column in states
            }
        )

    def _wall(self, column: Column) -> ir.Value:
        """The end of the last quarter, as a column tells it: a day is a day of the local clock."""
        following = ordinal(self.until) + 1
        if column.type == "moment":
            return ibis.literal(self.calendar.starts_at(following))
        return ibis.literal(self.calendar.starts_on(following))

    def plan(self, name: str) -> pd.DataFrame:
        """The whole plan table of this name, checked against its contract once."""
        if name not in self._decided:
            self._decided[name] = table_file.frame(self._read(PLANS[name]), PLANS[name])
        return self._decided[name].copy()

    def forget(self, name: str) -> None:
        """Read the plan table of this name again when it is asked for: it has changed."""
        self._decided.pop(name, None)

    def records(self, name: str) -> ir.Table:
        """The whole record table of this name, checked against its contract once."""
        if name not in self._checked:
            self._checked[name] = self._read(RECORDS[name])
        return self._checked[name]

    def quarters(self, last: int = 8) -> Quarters:
        """The last quarters up to `until`, no earlier than the first record; without any, one."""
        first, exported_at, known = None, None, 1
        if self.has_events:
            first, exported_at = self.span
            known = ordinal(self.until) - ordinal(self.calendar.containing(first)) + 1
        return last_quarters(
            self.until,
            min(last, known),
            time_zone=self.settings.time_zone,
            fiscal_year_start=self.settings.fiscal_year_start,
            exported_at=exported_at,
            first_record_at=first,
            history_from=self.source("posts").history_from,
            thresholds=self.settings.thresholds,
        )

    @property
    def service_hours(self) -> ServiceHours:
        """When the community promises that somebody is there."""
        said = self.settings
        return ServiceHours(said.service_hours, said.time_zone, said.holidays)

    @property
    def how_to_categories(self) -> list[str]:
        """Categories of tickets that ask how something is done."""
        return self.settings.how_to_categories

    @property
    def evidence_threshold(self) -> str:
        """Grade that a claim needs to count in the headline."""
        return self.settings.evidence_threshold

    @cached_property
    def sentiment_model(self) -> LocalModel | None:
        """The model of its own that `community.toml` names, from the community's folder on."""
        named = self.settings.sentiment
        return LocalModel(self.folder / named) if named else None

    @cached_property
    def until(self) -> str:
        """
        Last quarter to report: the one wanted, else the last one that the records reach.

        Without any record the plans can be looked at in any quarter that is named.
        """
        if self._wanted and not self.has_events:
            return self._wanted
        return self.recorded(self._wanted or self.last_recorded)

    def recorded(self, quarter: str) -> str:
        """The quarter, if the records reach it; refuses another."""
        earliest, latest = self.calendar.containing(self.span[0]), self.last_recorded
        if not ordinal(earliest) <= ordinal(quarter) <= ordinal(latest):
            raise TachelesError(
                f"quarter {quarter}: outside the records of {self.folder.name}",
                f"records from {earliest} to {latest}",
                "name a quarter of that span, or import a newer export",
            )
        return quarter

    @cached_property
    def last_recorded(self) -> str:
        """The last quarter that the records reach; an export at its end reaches no later one."""
        quarter = self.calendar.containing(self.span[1])
        begins = self.calendar.starts_at(ordinal(quarter))
        is_empty = all(last < begins for _, last in self._reaches.values())
        if is_empty and self.span[1] == begins:
            return name_of(ordinal(quarter) - 1)
        return quarter

    @cached_property
    def has_events(self) -> bool:
        """Whether there is any record of something that happened."""
        return any(self.reach(name) for name in RECORDS)

    @property
    def reported_until(self) -> datetime | None:
        """End of the quarter that is reported by default, if `community.toml` names one. [UTC]"""
        quarter = self.settings.default_quarter
        return self.calendar.starts_at(ordinal(quarter) + 1) if quarter else None

    @cached_property
    def span(self) -> tuple[datetime, datetime]:
        """
        First record, and the moment of the export (else the last record). [UTC]

        Those of the posts: if costs went on after the posts were exported, young threads would look
        unanswered. Without posts those of the tables with rows every month, else of all.
        """
        ends = [self.source(name).exported_at or last for name, (_, last) in self._reaches.items()]
        return min(first for first, _ in self._reaches.values()), max(ends)

    @cached_property
    def _reaches(self) -> dict[str, tuple[datetime, datetime]]:
        """First and last event of the tables that tell the span."""
        steady = [name for name, table in RECORDS.items() if table.is_steady]
        for names in (["posts"], steady, list(RECORDS)):
            if found := {name: reach for name in names if (reach := self.reach(name))}:
                return found
        raise TachelesError(
            f"{shown(self.folder / 'records')}: no records",
            "no table with an event in it",
            f"import an export first: tacheles import {self.folder.name} SYSTEM EXPORT; to "
            "look at the plans alone, name a quarter",
        )

    def reach(self, name: str) -> tuple[datetime, datetime] | None:
        """First and last event of a record table, before and after the wall; a day begins. [UTC]"""
        happened = RECORDS[name].happened
        if not happened or not self._file(name):
            return None
        events = self.records(name)[happened]
        found = self.records(name).aggregate(first=events.min(), last=events.max())
        first, last = map(pd.Timestamp, found.to_pandas().iloc[0])
        if pd.isna(first):
            return None
        if RECORDS[name].column(happened).type == "moment":
            return first.to_pydatetime(), last.to_pydatetime()
        return self.calendar.midnight(first.date()), self.calendar.midnight(last.date())

    def source(self, name: str) -> Source:
        """Where the table comes from, as its import wrote down; empty if put there by hand."""
        return self.imports.get(name, Source())

    @cached_property
    def imports(self) -> dict[str, Source]:
        """Where the imported tables come from, by name."""
        return _written_imports(self.folder)[1]

    @property
    def unread_files(self) -> list[str]:
        """Files in `records` and `plans` that belong to no table, by their path in the folder."""
        read = {self._file(name) for name in (*RECORDS, *PLANS)}
        read |= {self.folder / "records" / name for name in ("import.json", "README.md")}
        found = (
            path for part in ("records", "plans") for path in (self.folder / part).glob("[!.]*")
        )
        return sorted(
            path.relative_to(self.folder).as_posix() for path in found if path not in read
        )

    def inventory(self, *names: str, whole: bool = False) -> pd.DataFrame:
        """
        What the report is built from.

        Parameters
        ----------
        names : str
            Tables to look at; none: all.
        whole : bool, default False
            Whether to look beyond the wall.

        Returns
        -------
        DataFrame
            One row per table: `table, file, rows, first_at, last_at, extra_columns` (ignored); a
            missing table has no file and no rows. A plan table has no moments.
        """
        rows = []
        for name in names or (*RECORDS, *PLANS):
            table = (RECORDS | PLANS)[name]
            path = self._file(name)
            row: dict[str, object] = {"table": name, "file": path.name if path else ""}
            if path and name in PLANS:
                row["rows"] = len(self.plan(name))
            elif path:
                seen = self.records(name) if whole else self.table(name)
                row["rows"] = seen.count().execute()
                if table.happened:
                    row["first_at"] = pd.Timestamp(seen[table.happened].min().execute())
                    row["last_at"] = pd.Timestamp(seen[table.happened].max().execute())
            if path:
                known = {column.name for column in table.columns}
                row["extra_columns"] = ", ".join(
                    extra for extra in table_file.columns(path) if extra not in known
                )
            rows.append(row)
        columns = ["table", "file", "rows", "first_at", "last_at", "extra_columns"]
        return pd.DataFrame(rows).reindex(columns=columns)

    def check(self) -> list[TachelesError]:
        """Every table's first broken promise; an empty list if all keep theirs."""
        found = []
        for name in (*RECORDS, *PLANS):
            try:
                if self._file(name):
                    self.plan(name) if name in PLANS else self.records(name)
            except TachelesError as error:
                found.append(error)
        return found

    def inputs(self) -> list[Path]:
        """The files a report of this workbook is made from."""
        tables = (self._file(name) for name in (*RECORDS, *PLANS))
        written = [self.folder / "community.toml", self.folder / "records" / "import.json"]
        return [path for path in (*written, *tables) if path and path.exists()]

    def _file(self, name: str) -> Path | None:
        """The file of a table; two files for one record table are refused."""
        if name in PLANS:
            path = self.folder / "plans" / f"{name}.csv"
            return path if path.exists() else None
        kinds = (".parquet", ".csv", ".csv.gz")
        found = [
            path for kind in kinds if (path := self.folder / "records" / (name + kind)).exists()
        ]
        if len(found) > 1:
            raise TachelesError(
                f"{shown(self.folder / 'records')}: two files for the table {name}",
                " and ".join(path.name for path in found),
                "keep the one that is right and move the other away",
            )
        return found[0] if found else None

    def _read(self, table: Table) -> ir.Table:
        """A table from its file, with all its columns in their types, checked."""
        path = self._file(table.name)
        if path is None:
            empty = table_file.in_memory(table, [])
            return self._engine.create_table(table.name, empty, overwrite=True)
        return table_file.read(path, table, self._engine)


def open(  # noqa: A001  # workbook.open reads as what it does
    community: str, until: str = "", data: str | Path = ""
) -> Workbook:
    """
    Open a community's workbook.

    Parameters
    ----------
    community : str
        Name of its folder: lower-case letters, digits, `-` and `_`.
    until : str
        Last quarter to report, e.g. 2026-Q3; empty: the community's default quarter, else the last
        one in which there are records.
    data : str or Path
        Folder of the communities; empty: the project's own.

    Returns
    -------
    Workbook

    Raises
    ------
    TachelesError
        If there is no such community, its `community.toml` cannot be understood, or the quarter is
        malformed or outside the span of the records.
    """
    folder = folder_of(community, data)
    if until:
        ordinal(until)
    settings = read_settings(folder)
    book = Workbook(folder, settings, until or settings.default_quarter)
    book.until  # noqa: B018  # refused here, before anything is computed
    return book


def path_of(community: str, data: str | Path = "") -> Path:
    """Where a community of this name has its folder; refuses a name with a path in it."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", community):
        raise TachelesError(
            "community: not a name",
            repr(community),
            "a name has lower-case letters, digits, - and _; another folder is named by --data",
        )
    return (Path(data) if data else DATA) / community


def folder_of(community: str, data: str | Path = "") -> Path:
    """The community's folder; refuses a name with a path in it, and a folder that is not there."""
    folder = path_of(community, data)
    home = folder.parent
    if not (folder / "community.toml").is_file():
        there = sorted(path.parent.name for path in home.glob("*/community.toml"))
        raise TachelesError(
            f"community {community}: there is no {shown(home / community / 'community.toml')}",
            f"communities in {shown(home)}: {', '.join(there) or 'none'}",
            f"name one of these, or make it: tacheles new {community}",
        )
    return folder


def create(community: str, data: str | Path = "") -> Path:
    """
    Make a new community's folder from the template: whole, or not at all.

    Parameters
    ----------
    community : str
        Name of its folder, which becomes the name in its `community.toml`.
    data : str or Path
        Folder of the communities; empty: the project's own.

    Returns
    -------
    Path
        The new folder.

    Raises
    ------
    TachelesError
        If it is no name, there is a folder of this name already, or it cannot be written.
    """
    final = path_of(community, data)
    home, staging = final.parent, final.with_name(f".{community}.new-{os.getpid()}")
    if final.exists() or final.is_symlink():
        raise TachelesError(
            f"community {community}: {shown(final)} is there already",
            "a folder" if final.is_dir() else "a file",
            "choose another name; nothing that is there is ever overwritten",
        )
    try:
        home.mkdir(parents=True, exist_ok=True)
        shutil.copytree(TEMPLATE, staging)
        settings = staging / "community.toml"
        written = settings.read_text(encoding="utf-8")
        named = re.sub(r'(?m)^name = ".*"$', f'name = "{community}"', written)
        settings.write_text(named, encoding="utf-8")
        staging.rename(final)
    except OSError as error:
        raise TachelesError(
            f"{shown(home)}: cannot be written to",
            str(error.strerror or error),
            "name another folder with --data, or make room in this one",
        ) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return final


def read_settings(folder: Path) -> Settings:
    """
    What `community.toml` says, checked.

    Raises
    ------
    TachelesError
        If it is no TOML, holds an unknown key, or a value that cannot be used.
    """
    path = folder / "community.toml"
    return understood_settings(path.read_bytes(), shown(path))


def parsed_settings(content: bytes, where: str) -> dict[str, Any]:
    """What a `community.toml` holds, not yet checked; refuses what is no TOML."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TachelesError(
            f"{where}: not readable as TOML", str(error), "correct that line; texts stand in quotes"
        ) from None


def default_setting(key: str) -> Any:
    """What holds where `community.toml` says nothing; `privacy.customers` is one of `[privacy]`."""
    part, _point, name = key.rpartition(".")
    defaults = asdict(Settings(name=""))
    return defaults["thresholds"][name] if part else defaults[name]


def understood_settings(content: bytes, where: str) -> Settings:
    """
    What the content of a `community.toml` says, checked.

    Parameters
    ----------
    content : bytes
    where : str
        How a message names the file.

    Raises
    ------
    TachelesError
        As :func:`read_settings`.
    """
    written = parsed_settings(content, where)
    fewest = written.pop("privacy", {})
    if not isinstance(fewest, dict):
        raise _setting_error(where, "privacy", fewest, "write [privacy] and the numbers below it")
    defaults = asdict(Settings(name=""))
    known = [name for name in defaults if name != "thresholds"]
    for key, value in written.items():
        if key not in known:
            raise _setting_error(where, key, value, f"known are {', '.join(known)}, [privacy]")
        if type(value) is not type(defaults[key]):
            wanted = {
                str: "a text in quotes",
                int: "a whole number",
                bool: "true or false",
                list: 'texts in brackets, like ["how_to"]',
            }
            raise _setting_error(where, key, value, f"write {wanted[type(defaults[key])]}")
    if not written.get("name"):
        raise _setting_error(where, "name", "", 'write name = "…" with the name readers know')
    for key, value in fewest.items():
        if key not in Thresholds.__dataclass_fields__ or type(value) is not int or value < 3:
            known_kinds = ", ".join(Thresholds.__dataclass_fields__)
            raise _setting_error(
                where, f"privacy.{key}", value, f"{known_kinds} take a whole number from 3 up"
            )
    settings = Settings(**written, thresholds=Thresholds(**fewest))
    if settings.language not in ("de", "en"):
        raise _setting_error(where, "language", settings.language, 'write "de" or "en"')
    if not 1 <= settings.fiscal_year_start <= 12:
        raise _setting_error(
            where, "fiscal_year_start", settings.fiscal_year_start, "write a month from 1 to 12"
        )
    if not re.fullmatch("[A-Z]{3}", settings.currency):
        raise _setting_error(where, "currency", settings.currency, 'write a code like "EUR"')
    if not re.fullmatch("[A-F]", settings.evidence_threshold):
        raise _setting_error(
            where, "evidence_threshold", settings.evidence_threshold, "write a grade from A to F"
        )
    if not all(isinstance(name, str) for name in settings.how_to_categories):
        raise _setting_error(
            where, "how_to_categories", settings.how_to_categories, 'write texts, like ["how_to"]'
        )
    try:
        ZoneInfo(settings.time_zone)
    except (KeyError, ValueError, OSError):
        raise _setting_error(
            where, "time_zone", settings.time_zone, 'write a zone like "Europe/Berlin"'
        ) from None
    for key, understand in (("service_hours", read_hours), ("holidays", public_holidays)):
        try:
            if getattr(settings, key):
                understand(getattr(settings, key))
        except ValueError as error:
            raise _setting_error(where, key, getattr(settings, key), str(error)) from None
    if settings.default_quarter:
        try:
            ordinal(settings.default_quarter)
        except TachelesError as error:
            raise _setting_error(
                where, "default_quarter", settings.default_quarter, error.hint
            ) from None
    return settings


def _setting_error(where: str, key: str, value: object, hint: str) -> TachelesError:
    return TachelesError(f"{where}, {key}: not a usable setting", repr(value), hint)


def store(
    folder: Path, tables: dict[str, pa.Table], sources: dict[str, Source], fingerprint: str
) -> None:
    """
    Write imported tables into a community's records; on any error the old ones stay.

    Parameters
    ----------
    folder : Path
        The community's folder.
    tables : dict of pyarrow.Table
        Record tables by name.
    sources : dict of Source
        Where each table comes from.
    fingerprint : str
        Fingerprint of the secret that made the pseudonyms.

    Raises
    ------
    TachelesError
        If a table breaks its contract, or the same table lies there as CSV.
    """
    records = folder / "records"
    records.mkdir(exist_ok=True)
    for name in tables:
        for rival in (f"{name}.csv", f"{name}.csv.gz"):
            if (records / rival).exists():
                raise TachelesError(
                    f"{shown(records)}: the table {name} is there already, put by hand",
                    rival,
                    "move that file away, then import again",
                )
    staged = []
    try:
        for name, content in tables.items():
            staged.append((records / f".{name}.parquet.new", records / f"{name}.parquet"))
            pq.write_table(content, staged[-1][0], compression="zstd")
            table_file.check(ibis.memtable(content), staged[-1][1], RECORDS[name])
        known = _written_imports(folder)[1] | sources
        staged.append((records / ".import.json.new", records / "import.json"))
        facts = {
            "secret_fingerprint": fingerprint,
            "tables": {name: _written_down(source) for name, source in known.items()},
        }
        staged[-1][0].write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        for new, final in staged:
            new.replace(final)
    finally:
        for new, _final in staged:
            new.unlink(missing_ok=True)


def require_history(folder: Path, tables: dict[str, pa.Table]) -> None:
    """
    Refuse tables that begin later than those which they would replace.

    Parameters
    ----------
    folder : Path
        The community's folder.
    tables : dict of pyarrow.Table
        Record tables by name, as an import brings them.

    Raises
    ------
    TachelesError
        If the records reach back further: some systems export their last months only.
    """
    for name, content in tables.items():
        happened, stored = RECORDS[name].happened, folder / "records" / f"{name}.parquet"
        if not happened or not stored.exists():
            continue
        kept = pc.min(pq.read_table(stored, columns=[happened])[happened]).as_py()
        first = pc.min(content[happened]).as_py()
        if kept and (first is None or first > kept):
            begins = f"the export from {first:%Y-%m-%d}" if first else "the export without any"
            raise TachelesError(
                f"{name}: this export would throw away what is older than it",
                f"records from {kept:%Y-%m-%d}, {begins}",
                "export the whole history; if what is older may go, import with --replace",
            )


def fingerprint_of(folder: Path) -> str:
    """Fingerprint of the secret that made the records' pseudonyms; empty: no records yet."""
    return _written_imports(folder)[0]


def _written_imports(folder: Path) -> tuple[str, dict[str, Source]]:
    """The secret's fingerprint, and the source of each imported table."""
    path = folder / "records" / "import.json"
    if not path.exists():
        return "", {}
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        sources = {name: _read_source(facts) for name, facts in written["tables"].items()}
        return str(written["secret_fingerprint"]), sources
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise unreadable(path, "not what an import wrote", error) from None


def _read_source(facts: dict[str, str]) -> Source:
    """A source as it was written down."""
    exported_at, history_from = (
        table_file.moment_of(facts[key]) if facts[key] else None
        for key in ("exported_at", "history_from")
    )
    return Source(facts["system"], facts["place"], exported_at, history_from)


def _written_down(source: Source) -> dict[str, str]:
    """A source as :func:`_read_source` reads it."""
    facts = {"system": source.system, "place": source.place}
    for key in ("exported_at", "history_from"):
        moment = getattr(source, key)
        facts[key] = moment.isoformat() if moment else ""
    return facts
