"""A text-classification model of one's own, from a folder: nothing is fetched."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tacheles.errors import TachelesError
from tacheles.sentiment.judgement import SENTIMENTS


class LocalModel:
    """
    A Hugging Face text-classification model in a folder.

    Parameters
    ----------
    folder : str or Path
        As `save_pretrained` writes it, with its tokenizer; the labels' names begin with negative,
        neutral and positive, or the first letters of these.

    Raises
    ------
    TachelesError
        If the extra `sentiment-model` is not installed, the folder holds no model, or the model's
        labels are others.
    """

    def __init__(self, folder: str | Path) -> None:
        self._pipeline = _loaded(Path(folder))
        names = self._pipeline.model.config.id2label.values()
        self._labels = {name: _sentiment(name) for name in names}
        if {*self._labels.values()} != SENTIMENTS.keys():
            raise TachelesError(
                f"sentiment model {folder}: its labels are none of ours",
                ", ".join(names),
                "name them negative, neutral and positive in its config.json, id2label",
            )

    def label(self, texts: Sequence[str]) -> np.ndarray:
        """Negative, neutral or positive."""
        found = self._pipeline(list(texts), truncation=True, batch_size=16)
        return np.array([self._labels[one["label"]] for one in found], dtype=object)


def _loaded(folder: Path) -> Any:
    try:
        from transformers import pipeline
    except ImportError:
        raise TachelesError(
            f"sentiment model {folder}: cannot be run",
            "the packages transformers and torch are not installed",
            'pip install "tacheles[sentiment-model]"',
        ) from None
    if not (folder / "config.json").is_file():
        raise TachelesError(
            f"sentiment model {folder}: no model in this folder",
            "no config.json",
            "name the folder that save_pretrained wrote, from the community's folder on",
        )
    return pipeline("text-classification", model=str(folder), tokenizer=str(folder), device=-1)


def _sentiment(name: str) -> str:
    """Which of the three a model's label means; empty: none."""
    found = [ours for ours in SENTIMENTS if name.lower().startswith(ours[:3])]
    return found[0] if found else ""
