"""The made-up community as a folder: settings, records, plans, and the truth for the tests."""

import csv
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tacheles.contract import LABELS
from tacheles.demo.clock import Clock
from tacheles.demo.plans import plans
from tacheles.demo.simulation import Simulated, simulate
from tacheles.errors import TachelesError, shown

#: The file that only a folder made here has.
TRUTH = "truth.toml"

#: Where each table is said to come from.
SYSTEMS = {
    "members": "Forum",
    "member_roles": "Forum",
    "posts": "Forum",
    "activity": "Forum",
    "moderation": "Forum",
    "recognitions": "Forum",
    "ideas": "Forum",
    "tickets": "Ticketsystem",
    "accounts": "CRM",
    "deals": "CRM",
    "renewals": "CRM",
    "advocacy": "CRM",
    "revenue": "Buchhaltung",
    "costs": "Buchhaltung",
    "usage": "Produktnutzung",
    "traffic": "Webstatistik",
    "surveys": "Umfragen",
    "feedback": "Umfragen",
    "content": "Redaktionsplan",
    "experiments": "Redaktionsplan",
    "partner_metrics": "Fachbereiche",
}

SOURCE = """\
# This company is made up

Nordlicht Software GmbH does not exist. Neither do its customers, its members, its tickets or its
employees: every row was drawn at random by `tacheles demo`, and every text was put together from
phrases. Whatever looks like a real company or person does so by chance.

| | |
|---|---|
| Made with | `tacheles demo {name} --seed {seed}`, which gives the same bytes every time |
| Stands for | a software company in Hamburg whose customers plan and bill service work |
| Quarters | {first} to {last} |
| Use of the product (`usage`) | jobs planned per seat and month |
| Licence | the same as that of the project |

Its use is what no real company can offer: the true effects are known. They stand in `truth.toml`,
which the tests read and no report does. Some plans are wrong on purpose, so that there is something
to find; which ones stands there too.
"""


def write(
    folder: Path, seed: int, *, quarters: int = 10, size: float = 1.0, **effects: float
) -> Simulated:
    """
    Write the made-up community as a folder: whole, or not at all.

    Parameters
    ----------
    folder : Path
        Where; it is replaced if it was made here before.
    seed, quarters, size, **effects
        See :func:`simulate`.

    Returns
    -------
    Simulated

    Raises
    ------
    TachelesError
        If there is a folder that was not made here, or it cannot be written.
    """
    if folder.is_symlink() or (folder.exists() and not (folder / TRUTH).is_file()):
        raise TachelesError(
            f"{shown(folder)}: not made by tacheles demo",
            "a link" if folder.is_symlink() else f"no {TRUTH} in it",
            "choose another name; what was not made here is never overwritten",
        )
    simulated = simulate(seed, quarters=quarters, size=size, **effects)  # type: ignore[arg-type]
    staging = folder.with_name(f".{folder.name}.new-{os.getpid()}")
    old = folder.with_name(f".{folder.name}.old-{os.getpid()}")
    try:
        _fill(staging, simulated, folder.name, seed, quarters)
        if folder.exists():
            folder.rename(old)
        staging.rename(folder)
    except OSError as error:
        raise TachelesError(
            f"{shown(folder.parent)}: cannot be written to",
            str(error.strerror or error),
            "name another folder with --data, or make room in this one",
        ) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return simulated


def _fill(folder: Path, simulated: Simulated, name: str, seed: int, quarters: int) -> None:
    """All files of the community."""
    clock = Clock(quarters)
    (folder / "records").mkdir(parents=True)
    for table, content in simulated.tables.items():
        write_records(content, folder / "records" / f"{table}.parquet")
    _write_imports(folder, clock)
    (folder / "plans").mkdir()
    for plan, text in plans().items():
        _write_text(folder / "plans" / f"{plan}.csv", text)
    _write_labels(folder / "plans" / "labels.csv", simulated.labels)
    settings = Path(__file__).with_name("community.toml").read_text(encoding="utf-8")
    _write_text(folder / "community.toml", settings)
    first, last = clock.quarters[0], clock.quarters[-1]
    _write_text(folder / "SOURCE.md", SOURCE.format(name=name, seed=seed, first=first, last=last))
    _write_text(folder / TRUTH, _toml(simulated.truth).lstrip())


def write_records(table: pa.Table, path: Path) -> None:
    """A record table as Parquet, packed well: moments by their differences."""
    moments = [field.name for field in table.schema if pa.types.is_timestamp(field.type)]
    others = [name for name in table.column_names if name not in moments]
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=7,
        use_dictionary=others,
        column_encoding=dict.fromkeys(moments, "DELTA_BINARY_PACKED"),
    )


def _write_imports(folder: Path, clock: Clock) -> None:
    """Where the tables come from, as an import writes it; exported when the quarter was over."""
    exported_at = str(clock.ends_at)
    facts = {
        table: {
            "system": system,
            "place": "made up",
            "exported_at": exported_at,
            "history_from": "",
        }
        for table, system in SYSTEMS.items()
    }
    written = json.dumps({"secret_fingerprint": "", "tables": facts}, indent=2)
    _write_text(folder / "records" / "import.json", written + "\n")


def _write_labels(path: Path, labels: pd.DataFrame) -> None:
    columns = [column.name for column in LABELS.columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        rows.writerows(labels.astype({"labelled_on": str})[columns].itertuples(index=False))


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _toml(truth: dict[str, Any], above: str = "") -> str:
    """Nested numbers and texts as TOML, plain values before the tables below them."""
    lines = [f"{key} = {_value(one)}" for key, one in truth.items() if not isinstance(one, dict)]
    told = "\n".join(lines) + "\n" if lines else ""
    for key, below in truth.items():
        if isinstance(below, dict):
            name = f"{above}.{key}" if above else key
            holds_values = any(not isinstance(one, dict) for one in below.values())
            head = f"\n[{name}]\n" if holds_values else ""
            told += head + _toml(below, name)
    return told


def _value(one: object) -> str:
    if isinstance(one, float):
        return repr(round(one, 10))
    return json.dumps(one, ensure_ascii=False)
