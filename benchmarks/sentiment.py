"""
How well the tools judge labelled texts, beside what was measured of other tools on the same texts.

    python benchmarks/sentiment.py FOLDER

FOLDER holds `sentiment_senti4sd` (Stack Overflow) and `sentiment_potts` (German tweets). Nothing is
fetched. Prints macro-F1 per language, texts a second, and in how many of 2,000 draws of 200 labels
the interval of the corrected share holds the true one.
"""

import csv
import sys
import time
from pathlib import Path

import numpy as np

from tacheles import sentiment
from tacheles.sentiment import trained
from tacheles.sentiment.judgement import scored

#: What others reach on the same texts, macro-F1.
MEASURED_ELSEWHERE = {
    "English, word list": 0.737,
    "English, trained on the other part": 0.83,
    "German, word list": 0.62,
}

DRAWS, LABELS = 2000, 200


def stack_overflow(folder: Path, part: str) -> tuple[list[str], np.ndarray]:
    """Texts and labels of one part of the English set."""
    path = folder / "sentiment_senti4sd" / f"{part}itemPOLARITY.csv"
    with path.open(encoding="utf-8", errors="replace") as file:
        rows = list(csv.reader(file, delimiter=";"))
    return [row[2] for row in rows], np.array([row[1] for row in rows], dtype=object)


def tweets(folder: Path) -> tuple[list[str], np.ndarray]:
    """Texts and labels of the German set, without those that are mixed."""
    path = folder / "sentiment_potts" / "corpus_label_text.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row[0] != "mixed"]
    return [row[1] for row in rows], np.array([row[0] for row in rows], dtype=object)


def told(name: str, truth: np.ndarray, said: np.ndarray, seconds: float) -> None:
    """One line of the table."""
    found, elsewhere = sentiment.macro_f1(truth, said), MEASURED_ELSEWHERE[name]
    print(f"{name:36} {found:9.3f} {elsewhere:11.3f} {len(truth) / seconds:9,.0f}")


def coverage(truth: np.ndarray, said: np.ndarray) -> tuple[float, float]:
    """How often the interval of the balance holds it, and half its usual width."""
    y = np.array([sentiment.SENTIMENTS[one] for one in truth])
    f = np.array([sentiment.SENTIMENTS.get(one, 0) for one in said])
    rng, held, width = np.random.default_rng(1), 0, 0.0
    for _ in range(DRAWS):
        drawn = rng.choice(len(y), LABELS)
        low, high = sentiment.corrected_mean(y[drawn], f[drawn], f).interval()
        held, width = held + (low <= y.mean() <= high), width + (high - low) / 2
    return held / DRAWS, width / DRAWS


def main(folder: Path) -> None:
    """Print the tables."""
    print(f"{'macro-F1':36} {'ours':>9} {'elsewhere':>11} {'texts/s':>9}")
    judged = {}
    for language, name, (texts, truth) in (
        ("en", "English", stack_overflow(folder, "test1326")),
        ("de", "German", tweets(folder)),
    ):
        start = time.perf_counter()
        said = sentiment.label(texts, language)
        told(f"{name}, word list", truth, said, time.perf_counter() - start)
        judged[name] = truth, said
        told_by_text = np.mean(sentiment.label(texts) != sentiment.NOT_APPLICABLE)
        print(f"  language told by the text alone: {told_by_text:.1%}")
    if trained.can_train():
        known, labels = stack_overflow(folder, "train3098")
        tool = trained.trained(known, scored(known, "en"), labels)
        texts, truth = stack_overflow(folder, "test1326")
        start = time.perf_counter()
        said = tool.label(texts, scored(texts, "en"))
        told("English, trained on the other part", truth, said, time.perf_counter() - start)
    print(f"\n{'balance from 200 labels':36} {'coverage':>9} {'± points':>11}")
    for name, (truth, said) in judged.items():
        held, half = coverage(truth, said)
        print(f"{name + ', word list':36} {held:9.1%} {100 * half:11.1f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
