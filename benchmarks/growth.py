"""
What the definitions of `02-growth` cost on a very large community, against plain SQL and pandas.

python benchmarks/growth.py                      ten million posts
python benchmarks/growth.py --posts 1000000

A  the definitions: Ibis, finished to ESTIMATES with intervals and the persons behind each cell
B  the same questions as plain DuckDB SQL, written for speed (growth.sql), without intervals
C  pandas, where it fits

Each way runs in a process of its own, reads the same Parquet files, and has the same engine: its
memory is limited, and what does not fit is spilled to disk. Time is CPU time of the process; memory
is the most that it held. What A and B answer is compared, number by number. Definitions whose
tables are small by nature (content, cases, plans) are left out, and so is checking the tables
against their contracts.
"""

import argparse
import inspect
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# of the checkout that this file lies in, whichever is installed
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import duckdb
import ibis
import pandas as pd

from tacheles import contract, demo, growth
from tacheles.estimate import DEFINITIONS
from tacheles.quarter import last_quarters
from tacheles.service_hours import ServiceHours, public_holidays
from tacheles.table_file import in_memory

QUARTERS = last_quarters("2026-Q3", 8, time_zone="Europe/Berlin")
SERVICE_HOURS = ServiceHours("Mo-Fr 09:00-17:00", "Europe/Berlin", "DE-HH")
LADDER = pd.DataFrame(
    {"level": [1, 2, 3, 4], "min_contributions_90d": [0, 1, 10, 25], "weight": [0.0, 1, 2, 3]}
)

#: Tables that several definitions share, made once.
SHARED = ("threads", "participation", "presence", "ladder_moves")

#: Memory of the engine; Python, Arrow and the libraries come on top.
_ENGINE_MEMORY = "1GB"

#: What `demo.write_posts` leaves out, made from its posts: acts of a quarter of the authors a month
#: and a half after their posts, a few awards, and where members belong.
_MORE = """
COPY (
    SELECT member_id, posted_at + INTERVAL 45 DAY AS acted_at,
           CASE WHEN substr(post_id, -1) < '4' THEN 'read' ELSE 'vote' END AS type,
           NULL::VARCHAR AS thread_id, NULL::VARCHAR AS item_id, NULL::VARCHAR AS channel
    FROM '{records}/posts.parquet'
    WHERE substr(post_id, -2) < '25' AND posted_at < TIMESTAMP '2026-08-16'
) TO '{records}/activity.parquet';
COPY (
    SELECT member_id, posted_at AS awarded_at, 'thanks' AS name FROM '{records}/posts.parquet'
    WHERE substr(post_id, -3) = '777'
) TO '{records}/recognitions.parquet';
COPY (
    SELECT * REPLACE (
        ['Handwerk', 'Industrie', 'Gebäudetechnik'][1 + (hash(member_id) % 3)::INT] AS segment,
        'DE' AS country
    ) FROM '{records}/plain.parquet'
) TO '{records}/members.parquet';
"""

#: What a way says of one question: quarter, segment and point with their value.
Answer = dict[str, float]

#: One question: CPU time, and the answer. [s]
Asked = tuple[float, Answer]


def definitions(records: Path) -> dict[str, Asked]:
    """Way A: every definition of the level whose tables are there."""
    engine = ibis.duckdb.connect()
    _prepare(engine.raw_sql, records)
    given: dict[str, Any] = {}
    for name, table in contract.RECORDS.items():
        path = records / f"{name}.parquet"
        if path.exists():
            there = engine.read_parquet(path)
            if table.happened:
                there = there.filter(there[table.happened] < QUARTERS.wall)
            given[name] = there
    given["member_roles"] = engine.create_table("none", in_memory(contract.MEMBER_ROLES, []))
    given |= {"quarters": QUARTERS, "calendar": QUARTERS.calendar}
    given |= {"service_hours": SERVICE_HOURS, "ladder": LADDER}
    asked: dict[str, Asked] = {}
    for name in SHARED:
        began = time.process_time()
        given[name] = _bound(getattr(growth, name), given)
        asked[name] = time.process_time() - began, {}
    for name, definition in DEFINITIONS.items():
        if not set(_needed(definition.compute)) <= given.keys():
            continue
        began = time.process_time()
        given[name] = rows = _bound(definition.compute, given)
        took = time.process_time() - began
        rows = pd.DataFrame(rows)[rows["status"].eq("ok").to_numpy()]
        keys = rows[["quarter", "segment", "at"]].itertuples(index=False)
        asked[name] = (
            took,
            {_key(*key): float(v) for key, v in zip(keys, rows["value"], strict=True)},
        )
    return asked


def _needed(compute: Callable[..., Any]) -> list[str]:
    """The tables that a definition takes, by their names."""
    known = inspect.signature(compute).parameters.values()
    return [of.name for of in known if of.kind is not of.KEYWORD_ONLY]


def _bound(compute: Callable[..., Any], given: dict[str, Any]) -> Any:
    return compute(**{name: given[name] for name in _needed(compute)})


def _key(quarter: str, segment: str, at: float | None) -> str:
    return f"{quarter} {segment} {'' if at is None or pd.isna(at) else float(at)}".strip()


def plain_sql(records: Path) -> dict[str, Asked]:
    """Way B: each section of growth.sql, its last statement's rows being the answer."""
    engine = duckdb.connect()
    _prepare(engine.execute, records)
    for name in ("posts", "activity", "recognitions", "members"):
        happened = contract.RECORDS[name].happened
        wall = f"WHERE {happened} < TIMESTAMP '{QUARTERS.wall}'" if happened else ""
        engine.execute(f"CREATE VIEW {name} AS FROM '{records}/{name}.parquet' {wall}")
    engine.execute("CREATE TABLE holidays (day DATE)")
    closed = public_holidays(SERVICE_HOURS.holidays)
    days = pd.date_range(QUARTERS.borders[0], QUARTERS.wall + pd.Timedelta(days=2))
    engine.executemany(
        "INSERT INTO holidays VALUES (?)", [[day.date()] for day in days if day in closed]
    )
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    asked: dict[str, Asked] = {}
    for section in text.split("-- section: ")[1:]:
        name, _, statements = section.partition("\n")
        began = time.process_time()
        rows = engine.execute(statements).fetchall()
        took = time.process_time() - began
        is_answer = name in DEFINITIONS
        answer = {_key(*row[:3]): float(row[3]) for row in rows if is_answer and row[3] is not None}
        asked[name] = took, answer
    return asked


def _prepare(execute: Callable[[str], Any], records: Path) -> None:
    """The same engine for both ways."""
    execute("SET TimeZone = 'UTC'")
    execute(f"SET memory_limit = '{_ENGINE_MEMORY}'")
    execute(f"SET temp_directory = '{records.parent / 'spilled'}'")


def pandas(records: Path) -> dict[str, Asked]:
    """Way C: what a frame of all posts holds in memory; ids as categories."""
    began = time.process_time()
    columns = ["post_id", "thread_id", "member_id", "posted_at", "kind"]
    posts = pd.read_parquet(records / "posts.parquet", columns=columns, dtype_backend="pyarrow")
    posts = posts[posts["posted_at"] < pd.Timestamp(QUARTERS.wall)]
    for name in ("thread_id", "member_id", "kind"):
        posts[name] = posts[name].astype("category")
    posts["posted_at"] = posts["posted_at"].astype("datetime64[us]")
    members = pd.read_parquet(records / "members.parquet", columns=["member_id", "role"])
    staff = members["member_id"][members["role"].isin(contract.STAFF_ROLES)]
    first = pd.Timestamp("2024-03-31 22:00")
    borders = pd.DatetimeIndex(
        [first, *(QUARTERS.calendar.starts_at(n) for n in range(8098, 8107))]
    )
    posts["quarter"] = borders.searchsorted(posts["posted_at"], side="right") - 3
    asked: dict[str, Asked] = {"read": (time.process_time() - began, {})}

    began = time.process_time()
    by_members = posts[~posts["member_id"].isin(staff)]
    made = by_members.groupby(["member_id", "quarter"], observed=True).size()
    made = made.rename("contributions").reset_index()
    made["first"] = made.groupby("member_id", observed=True)["quarter"].transform("min")
    asked["participation"] = time.process_time() - began, {}

    began = time.process_time()
    is_opener = posts["kind"] == "question"
    asked_at = posts[is_opener].sort_values(["posted_at", "post_id"]).drop_duplicates("thread_id")
    asked_at = asked_at[["thread_id", "member_id", "posted_at", "quarter"]]
    replies = posts[posts["kind"].isin(["answer", "reply"])][
        ["thread_id", "member_id", "posted_at"]
    ]
    both = replies.merge(asked_at, on="thread_id", suffixes=("", "_asked"))
    is_other = both["member_id"].astype("str") != both["member_id_asked"].astype("str")
    both = both[is_other & (both["posted_at"] > both["posted_at_asked"])]
    replied = both.groupby("thread_id", observed=True)["posted_at"].min()
    asked_at["waited"] = asked_at["thread_id"].map(replied).astype("datetime64[us]")
    asked_at["waited"] -= asked_at["posted_at"]
    asked["threads"] = time.process_time() - began, {}

    questions: dict[str, Callable[[], Any]] = {
        "answered_within": lambda: _answered(asked_at),
        "active_members": lambda: made.groupby("quarter").size(),
        "new_contributors": lambda: (
            made[made["quarter"] == made["first"]].groupby("quarter").size()
        ),
        "top_contributor_share": lambda: made.groupby("quarter")["contributions"].agg(
            _share_of_top
        ),
    }
    names = dict(enumerate(QUARTERS))
    for name, ask in questions.items():
        began = time.process_time()
        found = ask()
        took = time.process_time() - began
        asked[name] = took, {names[q]: float(v) for q, v in found.items() if q in names}
    return asked


def _answered(asked_at: pd.DataFrame) -> "pd.Series[float]":
    old = asked_at[asked_at["posted_at"] <= pd.Timestamp(QUARTERS.wall) - pd.Timedelta(hours=24)]
    return (old["waited"] <= pd.Timedelta(hours=24)).groupby(old["quarter"]).mean()


def _share_of_top(contributions: "pd.Series[int]") -> float:
    fewest = contributions.nlargest(10).iloc[-1]
    return contributions[contributions >= fewest].sum() / contributions.sum()


WAYS: dict[str, Callable[[Path], dict[str, Asked]]] = {
    "definitions": definitions,
    "sql": plain_sql,
    "pandas": pandas,
}


def main(arguments: list[str] | None = None) -> int:
    """Make the community, ask in every way, and print what it cost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=10_000_000, metavar="N")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--records", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.way:
        asked = WAYS[options.way](options.records)
        print(json.dumps({"asked": asked, "memory": _peak()}))
        return 0
    with tempfile.TemporaryDirectory(prefix="tacheles-benchmark-") as name:
        demo.write_posts(Path(name), options.posts)
        records = Path(name) / "records"
        (records / "members.parquet").rename(records / "plain.parquet")
        duckdb.execute(_MORE.format(records=records))
        _print({way: _asked(way, records) for way in WAYS})
    return 0


def _asked(way: str, records: Path) -> dict[str, Any]:
    """What a way answers, in a process of its own."""
    command = [sys.executable, __file__, "--way", way, "--records", str(records)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _print(ways: dict[str, dict[str, Any]]) -> None:
    """Question by question, then all together."""
    a, b, c = (ways[way]["asked"] for way in WAYS)
    print(f"{'CPU [s]':36}{'A definitions':>14}{'B SQL':>9}{'C pandas':>10}   A and B")
    for name in dict.fromkeys([*b, *a]):
        times = [way[name][0] if name in way else None for way in (a, b, c)]
        cells = [f"{t:.2f}" if t is not None else "" for t in times]
        print(f"{name:36}{cells[0]:>14}{cells[1]:>9}{cells[2]:>10}   {_agree(a, b, name)}")
    totals = [sum(took for took, _answer in way.values()) for way in (a, b)]
    print(f"{'all':36}{totals[0]:>14.1f}{totals[1]:>9.1f}")
    print(f"{'A/B':36}{totals[0] / totals[1]:>14.2f}")
    memory = [ways[way]["memory"] for way in WAYS]
    print(f"{'most memory [MB]':36}{memory[0]:>14,.0f}{memory[1]:>9,.0f}{memory[2]:>10,.0f}")


def _agree(a: dict[str, Asked], b: dict[str, Asked], name: str) -> str:
    """Whether both ways give the same numbers."""
    if name not in a or name not in b or not (ours := a[name][1]):
        return ""
    # what never happened is a row of zero in ours, and no row in SQL
    theirs = b[name][1]
    wrong = [
        key
        for key in ours | theirs
        if not abs(ours.get(key, 0) - theirs.get(key, 0)) <= 1e-6 * max(1, abs(theirs.get(key, 0)))
    ]
    if wrong:
        key = wrong[0]
        return f"differ in {len(wrong)}: {key} is {ours.get(key)} and {theirs.get(key)}"
    return f"{len(ours)} numbers agree"


def _peak() -> float:
    """The most memory that this process ever held. [MB]"""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


if __name__ == "__main__":
    raise SystemExit(main())
