"""What the tests share: tables by hand, workbooks in a temporary folder, secrets of their own."""

import os
from datetime import date, datetime
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tacheles import words
from tacheles.contract import MEMBERS, POSTS, Table
from tacheles.table_file import frame, in_memory

#: Larger real exports, which are not part of the project; `.ci/run` names the folder.
TEST_DATA = os.environ.get("TACHELES_TEST_DATA")


@pytest.fixture(autouse=True)
def _own_secrets(tmp_path, monkeypatch):
    """No test reads or makes a secret of whoever runs it."""
    monkeypatch.setenv("TACHELES_SECRETS", str(tmp_path / "secrets"))


@pytest.fixture(autouse=True)
def _english():
    """Every test begins in English, whatever language the one before spoke."""
    words.use("en")


@pytest.fixture
def exports() -> Path:
    """The folder of larger real exports."""
    if not TEST_DATA:
        pytest.skip(
            "needs real exports that are not shipped: set TACHELES_TEST_DATA to their folder"
        )
    return Path(TEST_DATA)


@pytest.fixture
def workbook_folder(tmp_path):
    """Makes the folder of the community `sample`: a table given as text becomes CSV."""

    def make(settings: str = 'name = "Sample"\n', **tables: str | pa.Table) -> Path:
        folder = tmp_path / "data" / "sample"
        (folder / "records").mkdir(parents=True, exist_ok=True)
        (folder / "community.toml").write_text(settings, encoding="utf-8")
        for name, content in tables.items():
            if isinstance(content, str):
                (folder / "records" / f"{name}.csv").write_text(content, encoding="utf-8")
            else:
                pq.write_table(content, folder / "records" / f"{name}.parquet")
        return folder

    return make


def table(contract: Table, rows: list[dict]) -> ir.Table:
    """Rows as an engine's table; a moment or a day may be written as text."""
    read = {"moment": datetime.fromisoformat, "date": date.fromisoformat}
    types = {column.name: column.type for column in contract.columns}
    typed = [
        {
            name: read[types[name]](value)
            if types.get(name) in read and value and isinstance(value, str)
            else value
            for name, value in row.items()
        }
        for row in rows
    ]
    return ibis.memtable(in_memory(contract, typed))


def plan(contract: Table, *rows: dict) -> pd.DataFrame:
    """Rows of a plan as the workbook gives them; a date may be written as text."""
    dates = {column.name for column in contract.columns if column.type == "date"}
    typed = [
        {
            name: date.fromisoformat(value) if name in dates and isinstance(value, str) else value
            for name, value in row.items()
        }
        for row in rows
    ]
    return frame(ibis.memtable(in_memory(contract, typed)), contract)


def posts(*rows: dict) -> ir.Table:
    """Posts by hand: numbered; each opens a thread of its own unless `thread_id` is given."""
    numbered = [{"post_id": f"p{i}", "thread_id": f"p{i}"} | row for i, row in enumerate(rows, 1)]
    return table(POSTS, numbered)


def members(*rows: dict) -> ir.Table:
    """Members by hand."""
    return table(MEMBERS, list(rows))


def question(at: str, by: str | None = "asker", **more: object) -> dict:
    """A post that asks."""
    return {"posted_at": at, "member_id": by, "kind": "question", **more}


def answer(at: str, by: str | None = "helper", to: str = "p1", **more: object) -> dict:
    """A post that answers."""
    return {"posted_at": at, "member_id": by, "kind": "answer", "thread_id": to, **more}


def written(at: str, by: str | None, **more: object) -> dict:
    """A contribution in a thread of its own."""
    return {"posted_at": at, "member_id": by, "kind": "reply", **more}
