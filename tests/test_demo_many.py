"""Posts by the million: written in batches, with the same bytes from the same seed."""

import re
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from tacheles import ROOT, demo, workbook
from tacheles.demo import many


@pytest.fixture
def batches_of_a_thousand(monkeypatch):
    monkeypatch.setattr(many, "BATCH", 1000)


def test_they_keep_their_contracts(workbook_folder, batches_of_a_thousand):
    folder = workbook_folder()
    demo.write_posts(folder, 3500)
    book = workbook.open(folder.name, data=folder.parent)

    assert [] == book.check()
    assert 3500 == book.records("posts").count().execute()
    known = book.members.select("member_id")
    assert 0 == book.posts.anti_join(known, "member_id").count().execute()


def test_every_thread_has_one_opener_and_it_comes_first(tmp_path, batches_of_a_thousand):
    demo.write_posts(tmp_path, 3500)
    posts = pq.read_table(tmp_path / "records" / "posts.parquet").to_pandas()
    opened_at = posts[posts["kind"] == "question"].set_index("thread_id")["posted_at"]

    assert opened_at.index.is_unique
    assert (posts["posted_at"] >= posts["thread_id"].map(opened_at)).all()


def test_the_same_seed_gives_the_same_bytes(tmp_path, batches_of_a_thousand):
    written = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        demo.write_posts(tmp_path / name, 2500, seed=seed)
        written.append((tmp_path / name / "records" / "posts.parquet").read_bytes())

    assert written[0] == written[1]
    assert written[0] != written[2]


@pytest.mark.slow
def test_the_benchmark_tells_time_and_memory():
    command = [sys.executable, ROOT / "benchmarks" / "demo.py", "--posts", "1200000"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stderr)
    assert "posts:  1,200,000, " in done.stdout
    assert re.search(r"time: +\d+\.\d s, \d+\.\d s of the processor\n", done.stdout)
    memory = re.search(r"memory: ([\d,]+) MB", done.stdout)
    assert memory
    assert int(memory[1].replace(",", "")) < 2000
