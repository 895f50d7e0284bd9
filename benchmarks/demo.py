"""
What it costs to make the sample company, or a very large community: posts in batches, no texts.

python benchmarks/demo.py --sample            the sample company, all tables with their texts
python benchmarks/demo.py                     ten million posts
python benchmarks/demo.py --posts 100000000

Time is from the first draw to the closed files, of which the processor's is told too; memory is the
most that the process held.
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

# of the checkout that this file lies in, whichever is installed
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import pyarrow.parquet as pq

from tacheles import demo


def main(arguments: list[str] | None = None) -> int:
    """Make them, count them, and print what it cost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=_count, default=10_000_000, metavar="N")
    parser.add_argument("--sample", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tacheles-benchmark-") as name:
        folder = Path(name) / "made"
        began, worked = time.perf_counter(), time.process_time()
        if options.sample:
            demo.write(folder, 1)
        else:
            demo.write_posts(folder, options.posts)
        took, worked = time.perf_counter() - began, time.process_time() - worked
        files = list((folder / "records").glob("*.parquet"))
        rows = pq.read_metadata(folder / "records" / "posts.parquet").num_rows
        packed = sum(file.stat().st_size for file in files) / 2**20
    print(f"posts:  {rows:,}, {packed:,.0f} MB of Parquet")
    print(f"time:   {took:.1f} s, {worked:.1f} s of the processor")
    print(f"memory: {_peak():,.0f} MB")
    return 0


def _peak() -> float:
    """The most memory that this process ever held. [MB]"""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


def _count(text: str) -> int:
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


if __name__ == "__main__":
    raise SystemExit(main())
