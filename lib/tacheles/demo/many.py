"""Posts by the million, without texts, in batches: what the benchmarks of the engine read."""

import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.random import Generator

from tacheles.contract import MEMBERS, POSTS
from tacheles.table_file import in_memory

#: Posts made at a time: this much is held in memory.
BATCH = 1_000_000

#: From the first post to the last. [s]
_FIRST, _SPAN = np.datetime64("2024-04-01", "s"), 913 * 86400

#: Posts of a usual thread, and of a usual member.
_PER_THREAD, _PER_MEMBER = 4, 12


def write_posts(folder: Path, posts: int, seed: int = 1) -> None:
    """
    Write the records of a very large community: its posts and members, and nothing else.

    Parameters
    ----------
    folder : Path
        The community's folder; `records/posts.parquet` and `records/members.parquet` are written.
    posts : int
        How many, up to 100 million.
    seed : int, default 1
        The same seed gives the same bytes.

    Notes
    -----
    Members write as unequally as in real communities (Zipf), threads grow over days. Rows stand in
    the order of their threads. There are no texts.
    """
    (folder / "records").mkdir(parents=True, exist_ok=True)
    members = max(posts // _PER_MEMBER, 10)
    _write_members(folder / "records" / "members.parquet", members, seed)
    schema = in_memory(POSTS, []).schema
    with pq.ParquetWriter(folder / "records" / "posts.parquet", schema, compression="zstd") as file:
        for batch in range(math.ceil(posts / BATCH)):
            first = batch * BATCH
            rng = np.random.default_rng([seed, batch])
            number = min(BATCH, posts - first)
            file.write_table(_batch(rng, schema, first, number, posts, members))


def _write_members(path: Path, members: int, seed: int) -> None:
    """Members in the order in which they came, written in batches too."""
    schema = in_memory(MEMBERS, []).schema
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        for first in range(0, members, BATCH):
            number = np.arange(first, min(first + BATCH, members))
            rng = np.random.default_rng([seed, first, 1])
            role = np.where(rng.random(len(number)) < 0.004, "staff", "member")
            joined_at = _FIRST + (number * _SPAN // members).astype("timedelta64[s]")
            given = {
                "member_id": _ids("m", number),
                "joined_at": pa.array(joined_at),
                "role": pa.array(role),
                "is_bot": pa.array(np.zeros(len(number), dtype=bool)),
            }
            file.write_table(_filled(schema, given, len(number)))


def _batch(
    rng: Generator, schema: pa.Schema, first: int, number: int, posts: int, members: int
) -> pa.Table:
    """The posts from the place `first` on; no thread reaches over two batches."""
    is_opener = rng.random(number) < 1 / _PER_THREAD
    is_opener[0] = True
    thread = np.maximum.accumulate(np.where(is_opener, np.arange(number), 0))
    opened = (first + thread) / posts * _SPAN  # threads are spread evenly over the time
    waited = np.where(is_opener, 0.0, 60 + 86400 * rng.lognormal(-1.5, 1.8, number))
    seconds = np.minimum(opened + waited, _SPAN - 1).astype(np.int64)
    known = np.maximum(members * opened / _SPAN, 10)
    member = np.minimum(known * rng.random(number) ** 3.2, members - 1).astype(np.int64)
    kind = np.where(is_opener, "question", np.where(rng.random(number) < 0.6, "answer", "reply"))
    given = {
        "post_id": _ids("p", first + np.arange(number)),
        "thread_id": _ids("h", first + thread),
        "posted_at": pa.array(_FIRST + seconds.astype("timedelta64[s]")),
        "member_id": _ids("m", member),
        "kind": pa.array(kind),
        "language": pa.array(np.where(rng.random(number) < 0.8, "de", "en")),
        "likes": pa.array(rng.poisson(0.6, number)),
        "is_accepted": pa.array((kind == "answer") & (rng.random(number) < 0.2)),
    }
    return _filled(schema, given, number)


def _filled(schema: pa.Schema, given: dict[str, pa.Array], number: int) -> pa.Table:
    """The columns that are given, in their types; the others empty."""
    arrays = [
        given[field.name].cast(field.type) if field.name in given else pa.nulls(number, field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


def _ids(letter: str, numbers: np.ndarray) -> pa.Array:
    """Ids like `p17`, made by Arrow: there are too many for Python."""
    return pc.binary_join_element_wise(letter, pa.array(numbers).cast(pa.string()), "")
